"""Turtle: each bad file has its message and its place; the canonical form is a fixed point."""

import time

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import EnvironmentFault, InputError, SyntaxFault
from kg.turtle import canonical, parse_term, parse_turtle, read

XSD = b"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
BAD = {
    "empty": (b"", "f.ttl: no triples"),
    "comment only": (b"# nothing\n", "f.ttl: no triples"),
    "object missing": (b"<x:a> <x:b> 1 .\n<x:a> <x:b> 2 .\n<x:a> <x:b> .", "f.ttl:3:13: object expected"),
    "latin-1": (b'<x:s> <x:p> "\xe9" .', "f.ttl:1:14: not UTF-8 at byte 13"),
    "latin-1 after a byte order mark": (b'\xef\xbb\xbf<x:s> <x:p> "\xe9" .', "f.ttl:1:14: not UTF-8 at byte 16"),
    "utf-16": ("<x:s> <x:p> 1 .".encode("utf-16"), "f.ttl:1:1: not UTF-8 (looks like UTF-16)"),
    "utf-16 without mark": ("<x:s> <x:p> 1 .".encode("utf-16-be"), "f.ttl:1:1: not UTF-8 (looks like UTF-16)"),
    "escaped control character": (rb'<x:s> <x:p> "a\u0000b" .', "f.ttl:1:13: control character U+0000"),
    "form feed": (rb'<x:s> <x:p> "ok", "a\fb" .', "f.ttl:1:19: control character U+000C"),
    "raw control character": (b'<x:s>\n<x:p> "a\x01b" .', "f.ttl:2:9: control character U+0001"),
    "noncharacter": (rb'<x:s> <x:p> "\uFFFE" .', "f.ttl:1:13: control character U+FFFE"),
    "space in IRI": (b"<http://e/ a> <x:p> 1 .", "f.ttl:1:1: invalid IRI (code point ' ')"),
    "escaped space in IRI": (rb"<http://e/\u0020a> <x:p> 1 .", "f.ttl:1:1: invalid IRI (code point ' ')"),
    "javascript": (b"<x:s> <x:p> <javascript:alert(1)> .", 'f.ttl:1:13: scheme "javascript" not allowed'),
    "javascript by prefix": (
        b"@prefix j: <JavaScript:> .\n<urn:s> <urn:p> j:x .",
        'f.ttl:1:12: scheme "JavaScript" not allowed',
    ),
    "javascript by base": (b"@base <javascript:x> .\n<#a> <#b> 1 .", 'f.ttl:1:7: scheme "javascript" not allowed'),
    "javascript as datatype": (b'<urn:s> <urn:p> ""^^<data:x> .', 'f.ttl:1:21: scheme "data" not allowed'),
    "other scheme": (b"<urn:s> <urn:p> <ftp://e/x> .", 'f.ttl:1:17: scheme "ftp" not allowed'),
    "relative IRI": (b"<x> <y> 1 .", "f.ttl:1:1: relative IRI without base"),
    "unknown prefix": (b"<urn:s> q:p 1 .", "f.ttl:1:9: The prefix q: has not been declared"),
    "named graph": (b"<urn:g> { <x:a> <x:b> 1 }", "f.ttl:1:9: named graphs not allowed in Turtle"),
    "GRAPH": (b"GRAPH <urn:g> { <x:a> <x:b> 1 }", "f.ttl:1:1: named graphs not allowed in Turtle"),
    "triple term": (b"<x:s> <x:p> <<( <x:a> <x:b> 1 )>> .", "f.ttl:1:13: RDF 1.2 triple terms not supported"),
    "reifier": (b"<x:s> <x:p> 1 ~ <x:r> .", "f.ttl:1:15: RDF 1.2 triple terms not supported"),
    "annotation": (b"<x:s> <x:p> 1 {| <x:q> 2 |} .", "f.ttl:1:15: RDF 1.2 triple terms not supported"),
    "base direction": (b'<x:s> <x:p> "a"@en--ltr .', "f.ttl:1:13: RDF 1.2 base direction not supported"),
    "deep nesting": (
        b"<x:s> <x:p> " + b"[ <x:q> " * 200_000 + b"1" + b"]" * 200_000 + b" .",
        "f.ttl:1:1613: nesting deeper than 200",
    ),
    "deep triple terms": (b"<<( <x:a> <x:b> " * 50_000, "f.ttl:1:1: RDF 1.2 triple terms not supported"),
    "one long word": (
        b"a" * 300_000,
        f"f.ttl:1:1: {'a' * 100} … {'a' * 63} is not a valid subject or graph name",
    ),
    "long open string": (b'<urn:s> <urn:p> """' + b'"\\"' * 100_000, "f.ttl:1:17: Unexpected end of file"),
    "impossible date": (
        XSD + b'<x:s> <x:p> "2020-13-45", "2020-13-45"^^xsd:date .',
        'f.ttl:2:27: "2020-13-45" is not a valid xsd:date',
    ),
    "impossible date, long form": (
        b'<x:s> <x:p> """2021-02-29"""^^<http://www.w3.org/2001/XMLSchema#date> .',
        'f.ttl:1:13: "2021-02-29" is not a valid xsd:date',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_file_has_its_message_and_place(name):
    data, message = BAD[name]
    start = time.monotonic()
    with pytest.raises(SyntaxFault) as caught:
        parse_turtle(data, "f.ttl")
    assert str(caught.value) == message
    assert time.monotonic() - start < 2


def test_missing_file_is_a_fault_of_the_environment(tmp_path):
    with pytest.raises(EnvironmentFault, match=r"^nowhere.ttl: no such file$"):
        read(tmp_path / "nowhere.ttl", "nowhere.ttl")


def test_folder_is_no_file(tmp_path):
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        read(tmp_path)


def test_byte_order_mark_is_dropped():
    assert len(parse_turtle(b"\xef\xbb\xbf<urn:s> <urn:p> 1 .", "f.ttl")) == 1


@pytest.mark.parametrize(
    "data",
    [
        b'<urn:s> <urn:p> "<< {| ~ [[ #", """a "" b""", <urn:a~b> . # << ~',
        rb"@prefix u: <urn:> . u:s u:p u:a\~b, (1 (2)), [ u:q [] ] .",
        rb'<urn:s> <urn:p> "\\u0000" .',
        b"@base <http://e/> . <s> <p> <mailto:a@e> .",
        "<urn:s> <urn:p> 'é\u2028' .".encode(),
    ],
)
def test_what_only_looks_bad_is_read(data):
    assert parse_turtle(data, "f.ttl")


def test_blank_nodes_are_labelled_by_order():
    data = b"<urn:s> <urn:p> [ <urn:q> _:x ] , _:x ."
    first, again = parse_turtle(data, "f.ttl", "f-b"), parse_turtle(data, "f.ttl", "f-b")
    assert first == again
    assert {str(term) for triple in first for term in triple if str(term).startswith("_:")} == {"_:f-b0", "_:f-b1"}


def test_canonical_form():
    triples = parse_turtle(
        b"""@prefix x: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        x:b x:q x:c . x:a a x:C ;
        x:p 1, 1.50, true, "2020-01-01"^^xsd:date, "t\\n\\"\\u00e9"@en, <https://example.org/a/b> .""",
        "f.ttl",
    )
    prefixes = {"xsd": "http://www.w3.org/2001/XMLSchema#", "x": "https://example.org/", "no": "https://no.example/"}
    assert canonical(triples, prefixes) == (
        "@prefix x: <https://example.org/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "x:a a x:C ;\n"
        '  x:p "2020-01-01"^^xsd:date , "t\\n\\"é"@en , 1 , 1.50 , <https://example.org/a/b> , true .\n'
        "\n"
        "x:b\n"
        "  x:q x:c .\n"
    )


def test_canonical_form_is_a_fixed_point(names):
    triples = [
        Triple(
            NamedNode(f"https://w3id.org/servanda/id/state/s{i % 7}"), NamedNode("urn:p"), Literal(f"{i} , ;\n . 'x'")
        )
        for i in range(60)
    ]
    once = canonical(triples, names.prefixes)
    assert canonical(reversed(parse_turtle(once.encode(), "f.ttl")), names.prefixes) == once
    assert set(parse_turtle(once.encode(), "f.ttl")) == set(triples)


def test_blank_node_has_no_canonical_place():
    with pytest.raises(InputError, match="a blank node has no canonical place; give it an IRI"):
        canonical(parse_turtle(b"[] <urn:p> 1 .", "f.ttl"), {})


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("outcome:violation", NamedNode("https://w3id.org/servanda/scheme/outcome/violation")),
        ("<urn:x>", NamedNode("urn:x")),
        ("https://example.org/x", NamedNode("https://example.org/x")),
        ("42", Literal(42)),
        ('"a"@en', Literal("a", language="en")),
        ("torture and ill-treatment", Literal("torture and ill-treatment")),
        ("2538/2015", Literal("2538/2015")),
    ],
)
def test_term(names, text, term):
    assert parse_term(text, names.prefixes) == term


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope:x", "nope:x: The prefix nope: has not been declared"),
        ('"a" . <urn:x> <urn:y> 1', '"a" . <urn:x> <urn:y> 1: one IRI or literal is expected'),
        ('"2020-13-45"^^xsd:date', '"2020-13-45"^^xsd:date: "2020-13-45" is not a valid xsd:date'),
    ],
)
def test_bad_term(names, text, message):
    with pytest.raises(InputError) as caught:
        parse_term(text, names.prefixes)
    assert str(caught.value) == message
