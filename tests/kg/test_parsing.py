"""Parsing: every syntax gives the same statements, and what is bad in it has its message and its place."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg.errors import InputError, SyntaxFault
from kg.parsing import SUFFIXES, format_of, parse_rdf

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/">\n%s</rdf:RDF>'
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
TRIPLES = [
    Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("é", language="en")),
    Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), BlankNode("x")),
    Triple(BlankNode("x"), NamedNode("http://e/q"), Literal(1)),
]
BAD = {
    ("xml", "f.rdf"): ("<a>\n<b></a>", "f.rdf:2:6: no XML: mismatched tag"),
    ("billion laughs", "f.rdf"): (
        f'<!DOCTYPE r [<!ENTITY a0 "lol">{ENTITIES}]>\n' + XML % "<e:a>&a8;</e:a>",
        "f.rdf:1:1: DTD not allowed",
    ),
    ("file as entity", "f.rdf"): (
        '<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n' + XML % "",
        "f.rdf:2:1: DTD not allowed",
    ),
    ("deep xml", "f.rdf"): (XML % ("<e:a>" * 250 + "</e:a>" * 250), "f.rdf:2:996: nesting deeper than 200"),
    ("relative IRI", "f.rdf"): (
        XML % '<rdf:Description rdf:about="x"><e:p>1</e:p></rdf:Description>',
        "f.rdf:2:1: relative IRI without base",
    ),
    ("bad date", "f.rdf"): (
        XML % '<rdf:Description rdf:about="http://e/s">\n<e:p rdf:datatype="http://www.w3.org/2001/XMLSchema#date">'
        "2020-13-45</e:p></rdf:Description>",
        'f.rdf:3:1: "2020-13-45" is not a valid xsd:date',
    ),
    ("no triples", "f.rdf"): ("", "f.rdf: no triples"),
    ("remote context", "f.jsonld"): (
        '{"n": 1,\n "@context": ["http://127.0.0.1:9/c"]}',
        "f.jsonld:2:15: remote contexts are disabled",
    ),
    ("imported context", "f.jsonld"): (
        '{"@context": {"@version": 1.1, "@import": "http://127.0.0.1:9/c"}, "n": 1}',
        "f.jsonld:1:43: remote contexts are disabled",
    ),
    ("no json", "f.jsonld"): (
        '{"@id": "http://e/s",\n}', "f.jsonld:2:1: Expecting property name enclosed in double quotes",
    ),
    ("deep json", "f.jsonld"): ("[" * 100_000 + "]" * 100_000, "f.jsonld:1:201: nesting deeper than 200"),
    ("script", "f.jsonld"): (
        '{"@id": "http://e/s",\n "http://e/p": {"@id": "javascript:alert(1)"}}',
        'f.jsonld:2:24: scheme "javascript" not allowed',
    ),
    ("no triples", "f.jsonld"): (" ", "f.jsonld: no triples"),
    ("object missing", "f.nt"): ("<x:a> <x:b> 1 .", "f.nt:1:13: object expected"),
    ("object missing", "f.nq"): ("<urn:a> <urn:b> _:c <urn:g> .\n<urn:a> <urn:b> .\n", "f.nq:2:17: object expected"),
    ("quad", "f.nt"): ("<urn:a> <urn:b> <urn:c> <urn:g> .", "f.nt:1:25: Quads must be followed by a dot"),
    ("graph without name", "f.trig"): ("_:g { <urn:a> <urn:b> 1 }", "f.trig:1:1: a named graph must have an IRI"),
    ("scheme of graph", "f.nq"): ("<urn:a> <urn:b> <urn:c> <data:g> .", 'f.nq:1:25: scheme "data" not allowed'),
    ("triple term", "f.nq"): (
        "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> .",
        "f.nq:1:17: RDF 1.2 triple terms not supported",
    ),
}  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_syntax_is_read(suffix):
    data = serialize(TRIPLES, format=SUFFIXES[suffix], prefixes={"e": "http://e/"})
    found = parse_rdf(data, f"f{suffix}", format_of(f"f{suffix}"), "x")
    assert {str(quad.triple) for quad in found} == {str(triple).replace("_:x", "_:x0") for triple in TRIPLES}


@pytest.mark.parametrize(("case", "name"), BAD)
def test_bad_file_has_its_message_and_place(case, name):
    text, message = BAD[case, name]
    with pytest.raises(SyntaxFault) as caught:
        parse_rdf(text.encode(), name, format_of(name))
    assert str(caught.value) == message


def test_named_graphs_are_kept():
    found = parse_rdf(b"<urn:g> { <urn:a> <urn:b> _:c } <urn:a> <urn:b> _:c .", "f.trig", RdfFormat.TRIG)
    assert sorted(map(str, found)) == ["<urn:a> <urn:b> _:b0", "<urn:a> <urn:b> _:b0 <urn:g>"]


def test_suffix_that_is_not_known():
    with pytest.raises(InputError, match=r"^a\.txt: the name tells no syntax; it must end in \.ttl, "):
        format_of("a.txt")
