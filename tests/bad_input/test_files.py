"""Rows 1 to 18: files that `servanda load` must refuse in one line, in each syntax that can hold the fault.

After each the store is as it was.
"""

from __future__ import annotations

import gzip
import json
import resource

import pytest

from tests.bad_input.conftest import Command, Done
from tests.conftest import Listener

GOOD = b"<urn:s> <urn:p> 1 .\n"
OBJECT = "https://w3id.org/servanda/graph/data/reference/states"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x:">'
LINES = (".ttl", ".trig", ".nt", ".nq")
PACKED = (*LINES, ".ttl.gz", ".nq.gz")


def load(command: Command, name: str, data: bytes | str, packed: bool = False) -> Done:
    """Write a file, packed if its name says so and it is not yet, and load it."""
    data = data.encode() if isinstance(data, str) else data
    pack = name.endswith(".gz") and not packed
    (command.folder / name).write_bytes(gzip.compress(data) if pack else data)
    return command.run("load", name)


def refuse(command: Command, name: str, data: bytes | str, message: str, packed: bool = False) -> None:
    """See that a file is refused with one line that begins with its name, and changes nothing."""
    before = command.state()
    code, out, err = load(command, name, data, packed)
    assert (code, out, err.count("\n")) == (1, "", 1), err
    assert err.startswith(f"{name}:")
    assert message in err
    assert command.state() == before


def described(properties: str) -> str:
    """Return RDF/XML about one thing."""
    return f'{RDF}<rdf:Description rdf:about="urn:s">{properties}</rdf:Description></rdf:RDF>'


def test_row_01(command: Command) -> None:
    assert command.run("load", "nowhere.ttl") == (3, "", "nowhere.ttl: no such file\n")
    assert command.run("load", "nowhere.nq.gz") == (3, "", "nowhere.nq.gz: no such file\n")
    assert command.run("load").code == 2
    refuse(command, "notes.txt", GOOD, "the name tells no syntax")


@pytest.mark.parametrize("suffix", [*PACKED, ".jsonld", ".rdf"])
def test_row_02(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", b"", "no triples")


@pytest.mark.parametrize("suffix", PACKED)
def test_row_03(command: Command, suffix: str) -> None:
    broken = "<x:a> <x:b> {} .\n<x:a> <x:b> {} .\n<x:a> <x:b> .".format('"1"', '"2"')
    refuse(command, f"f{suffix}", broken, f"f{suffix}:3:13: object expected")


@pytest.mark.parametrize("suffix", [*PACKED, ".jsonld", ".rdf"])
def test_row_04(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", b'<x:s> <x:p> "\xe9" .', "not UTF-8 at byte 13")


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        *((suffix, GOOD) for suffix in PACKED),
        (".jsonld", b'{"@id":"urn:s","urn:p":1}'),
        (".rdf", described("<x:p>1</x:p>").encode()),
    ],
)
def test_row_05(command: Command, suffix: str, data: bytes) -> None:
    data = data.replace(b" 1 ", b' "1" ')
    done = load(command, f"f{suffix}", b"\xef\xbb\xbf" + data)
    assert (done.code, done.err) == (0, "")
    assert "\ufeff" not in command.run("export", "--format", "nquads").out


@pytest.mark.parametrize("suffix", [*PACKED, ".jsonld", ".rdf"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_row_06(command: Command, suffix: str, encoding: str) -> None:
    refuse(command, f"f{suffix}", "<x:s> <x:p> 1 .".encode(encoding), "not UTF-8 (looks like UTF-16)")


@pytest.mark.parametrize("suffix", PACKED)
def test_row_07(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", r'<x:s> <x:p> "a\u0000b" .', "control character U+0000")
    refuse(command, f"f{suffix}", b'<urn:s> <urn:p> "a\x01b" .', "control character U+0001")


def test_row_07_in_json_and_xml(command: Command) -> None:
    refuse(command, "f.jsonld", r'{"@id":"urn:s","urn:p":"a\u0000b"}', "control character U+0000")
    refuse(command, "f.rdf", described("<x:p>a&#0;b</x:p>"), "f.rdf:1:")


@pytest.mark.parametrize("suffix", PACKED)
def test_row_08(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", '<http://e/ a> <x:p> "1" .', f"f{suffix}:1:1: invalid IRI")


def test_row_08_in_json_and_xml(command: Command) -> None:
    refuse(command, "f.jsonld", '{"@id":"urn:s","urn:p":{"@id":"http://e/ a"}}', "f.jsonld:1:31: invalid IRI")
    refuse(command, "f.jsonld", '{"@id":"http://e/<a>","urn:p":1}', "f.jsonld:1:8: invalid IRI")
    refuse(command, "f.jsonld", '{"@id":"urn:s","@type":"http://e/ a","urn:p":1}', "invalid IRI")
    refuse(command, "f.rdf", described('<x:p rdf:resource="http://e/ a"/>'), "invalid IRI")


@pytest.mark.parametrize("suffix", PACKED)
def test_row_09(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", "<x:s> <x:p> <javascript:alert(1)> .", 'scheme "javascript" not allowed')


def test_row_09_in_json_and_xml(command: Command) -> None:
    message = 'scheme "javascript" not allowed'
    refuse(command, "f.jsonld", '{"@id":"urn:s","urn:p":{"@id":"javascript:alert(1)"}}', message)
    refuse(command, "f.rdf", described('<x:p rdf:resource="javascript:alert(1)"/>'), message)
    refuse(command, "f.nq", "<urn:s> <urn:p> <urn:o> <javascript:alert(1)> .", message)


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".ttl.gz"])
def test_row_10(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", "<x> <y> 1 .", "relative IRI without base")


def test_row_10_in_other_syntaxes(command: Command) -> None:
    for name in ("f.nt", "f.nq", "f.rdf"):
        data = described("<x:p>1</x:p>").replace("urn:s", "x") if name == "f.rdf" else '<x> <y> "1" .'
        refuse(command, name, data, "relative IRI without base")


@pytest.mark.parametrize("suffix", [".trig", ".nq", ".jsonld"])
def test_row_11(command: Command, suffix: str) -> None:
    """A file may name graphs of its own, but not the one that only rules fill."""
    derived = "https://w3id.org/servanda/graph/derived"
    data = {
        ".trig": f"<{derived}> {{ <urn:a> <urn:b> 1 }}",
        ".nq": f'<urn:a> <urn:b> "1" <{derived}> .',
        ".jsonld": json.dumps({"@id": derived, "@graph": [{"@id": "urn:a", "urn:b": 1}]}),
    }[suffix]
    refuse(command, f"f{suffix}", data, "graph:derived holds what rules derive, and nothing else")


def test_row_11_in_turtle(command: Command) -> None:
    refuse(command, "f.ttl", f"<{OBJECT}> {{ <urn:a> <urn:b> 1 }}", "named graphs not allowed in Turtle")


@pytest.mark.parametrize("suffix", [*PACKED])
def test_row_12(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", '<x:s> <x:p> <<( <x:a> <x:b> "1" )>> .', "RDF 1.2 triple terms not supported")


def bomb(levels: int) -> str:
    """Return RDF/XML whose text is ten times as long with each level."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE r [<!ENTITY a0 "lol">{entities}]>' + described(f"<x:p>&a{levels - 1};</x:p>")


@pytest.mark.parametrize("suffix", [".rdf", ".owl", ".rdf.gz"])
def test_row_13(command: Command, suffix: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refuse(command, f"f{suffix}", bomb(9), "DTD not allowed")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://{}/x"])
def test_row_14(command: Command, listener: Listener, address: str) -> None:
    system = address.format(listener.host)
    data = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{system}">]>' + described("<x:p>&x;</x:p>")
    refuse(command, "f.rdf", data, "DTD not allowed")
    refuse(command, "f.rdf", f'<!DOCTYPE r SYSTEM "{system}">' + described("<x:p>1</x:p>"), "DTD not allowed")
    assert listener.heard() == []


@pytest.mark.parametrize(
    "context",
    ['"{}c"', '["{}c"]', '{{"@import":"{}c"}}', '{{"a":{{"@id":"urn:a","@context":"{}c"}}}}'],
    ids=["address", "list", "import", "inside"],
)
def test_row_15(command: Command, listener: Listener, context: str) -> None:
    data = f'{{"@context":{context.format(listener.address)},"n":1,"a":{{"n":1}}}}'
    refuse(command, "f.jsonld", data, "remote contexts are disabled")
    assert listener.heard() == []


@pytest.mark.parametrize("suffix", [".ttl.gz", ".nq.gz", ".jsonld.gz", ".rdf.gz"])
def test_row_16(command: Command, suffix: str) -> None:
    zeros = gzip.compress(b"\0" * 10_000_000) * 200  # inflates to 2 GB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refuse(command, f"f{suffix}", zeros, "inflates to more than allowed", packed=True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


@pytest.mark.parametrize("suffix", [".ttl", ".trig"])
def test_row_17(command: Command, suffix: str) -> None:
    deep = "<x:s> <x:p> " + "[ <x:q> " * 200_000 + "1" + "]" * 200_000 + " ."
    refuse(command, f"f{suffix}", deep, "nesting deeper than 200")


def test_row_17_in_json_and_xml(command: Command) -> None:
    deep = '{"urn:q":' * 200_000 + "1" + "}" * 200_000
    refuse(command, "f.jsonld", deep, "nesting deeper than 200")
    refuse(command, "f.jsonld", '{"urn:q":' + "[" * 200_000 + "]" * 200_000 + "}", "nesting deeper than 200")
    nested = "<x:p><rdf:Description>" * 100_000 + "</rdf:Description></x:p>" * 100_000
    refuse(command, "f.rdf", described(nested), "nesting deeper than 200")


DATE = "http://www.w3.org/2001/XMLSchema#date"


@pytest.mark.parametrize("suffix", PACKED)
def test_row_18(command: Command, suffix: str) -> None:
    refuse(command, f"f{suffix}", f'<urn:s> <urn:p> "2020-13-45"^^<{DATE}> .', '"2020-13-45" is not a valid xsd:date')


def test_row_18_in_json_and_xml(command: Command) -> None:
    value = json.dumps({"@id": "urn:s", "urn:p": {"@type": DATE, "@value": "2020-13-45"}})
    refuse(command, "f.jsonld", value, '"2020-13-45" is not a valid xsd:date')
    refuse(
        command,
        "f.rdf",
        described(f'<x:p rdf:datatype="{DATE}">2020-13-45</x:p>'),
        '"2020-13-45" is not a valid xsd:date',
    )
