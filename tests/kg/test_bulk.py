"""Bulk: a file that is loaded in parts is the same as when it is read whole, and is refused for the same faults."""

import io

import pytest
from pyoxigraph import Quad, RdfFormat, serialize

from kg import bulk
from kg.bulk import Loader, Source, copy
from kg.contents import census, fill
from kg.errors import SyntaxFault
from kg.parsing import parse_rdf
from kg.store import create, in_memory

XSD = "http://www.w3.org/2001/XMLSchema#"
PLAIN = [f"<urn:s{n % 7}> <urn:p> <http://e/o{n}> <urn:g{n % 3}> ." for n in range(40)]
UNUSUAL = [
    "# <urn:not> <urn:a> <urn:statement> <urn:g> .",
    "",
    "<urn:s>\t<urn:p>  <urn:o> <urn:g>  . # said",
    '<urn:s> <urn:p> "in no graph" .',
    '<urn:s> <urn:p> "a \\u00E9 \\\\u0000 <ftp://e> _:x -- \\" \\n." <urn:g> .',
    '<urn:s> <urn:p> "é"@en <urn:g> .',
    "<urn:s> <urn:p> _:x <urn:g> .",
    "_:x <urn:q> _:y <urn:h> .",
    f'<urn:s> <urn:p> "2020-02-29"^^<{XSD}date> <urn:g> .',
    f'<urn:s> <urn:p> "01"^^<{XSD}integer> <urn:g> .',
    f'<urn:s> <urn:p> "1"^^<{XSD}integer> <urn:g> .',
    f'<urn:s> <urn:p> "a \\"2020-13-45"^^<{XSD}string> <urn:g> .',
    "<urn:s> <urn:p> <urn:o> <urn:g> .\r",
]
FAULTS = {
    "<urn:s> <urn:p> .": "17: object expected",
    "<urn:s> <urn:p> <ftp://e/x> <urn:g> .": '17: scheme "ftp" not allowed',
    '<urn:s> <urn:p> "a\\u0000b" <urn:g> .': "17: control character U+0000",
    '<urn:s> <urn:p> "a\x01b" <urn:g> .': "19: control character U+0001",
    '<urn:s> <urn:p> "\uffff" <urn:g> .': "18: control character U+FFFF",
    f'<urn:s> <urn:p> "2020-13-45"^^<{XSD}date> <urn:g> .': '17: "2020-13-45" is not a valid xsd:date',
    '<urn:s> <urn:p> "a"@en--ltr <urn:g> .': "17: RDF 1.2 base direction not supported",
    "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> <urn:g> .": "17: RDF 1.2 triple terms not supported",
    "<urn:s> <urn:p> <urn:o> _:g .": "25: a named graph must have an IRI",
    "<http://e/ a> <urn:p> <urn:o> <urn:g> .": "1: invalid IRI (code point ' ')",
}


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    """Judge a few lines at a time, so that small files have many pieces and parts."""
    monkeypatch.setattr(bulk, "PIECE", 100)
    monkeypatch.setattr(bulk, "PART", 300)


def loaded(store, data, format=RdfFormat.N_QUADS):
    with Loader(store) as loader:
        lines = loader.load(io.BytesIO(data), Source("f.nq", format, "urn:default", "x-"))
    return lines, loader.graphs


def whole(store, data, format=RdfFormat.N_QUADS):
    """Load a file at once, and label its blank nodes as a file in parts has them."""
    text = "\n".join(str(quad) + " ." for quad in parse_rdf(data, "f.nq", format, "unused"))
    labels = {f"_:unused{n}": f"_:x-{name}" for n, name in enumerate("xy")}
    for old, new in labels.items():
        text = text.replace(old, new)
    quads = parse_rdf(text.encode(), "f.nq", RdfFormat.N_QUADS, "unused")
    back = {f"unused{n}": f"x-{name}" for n, name in enumerate("xy")}
    placed = []
    for quad in quads:
        ends = [type(end)(back[end.value]) if str(end).startswith("_:") else end for end in (quad.subject, quad.object)]
        graph = quad.graph_name if str(quad.graph_name) != "DEFAULT" else type(quad.predicate)("urn:default")
        placed.append(Quad(ends[0], quad.predicate, ends[1], graph))
    fill(store, placed)


@pytest.mark.parametrize("lines", [PLAIN, UNUSUAL, PLAIN + UNUSUAL + PLAIN], ids=["plain", "unusual", "both"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_parts_hold_what_the_whole_holds(tmp_path, lines, end):
    data = ("\ufeff" + "\n".join(lines) + end).encode()
    parts, at_once = create(tmp_path / "parts"), create(tmp_path / "whole")
    count, graphs = loaded(parts, data)
    whole(at_once, data)
    assert census(parts) == census(at_once)
    assert {str(quad) for quad in parts} == {str(quad) for quad in at_once}
    assert (count, graphs) == (len(lines), {graph.value for graph in at_once.named_graphs()})


def test_triples_go_to_the_graph_that_is_given(tmp_path):
    data = "\n".join([line.rpartition("<")[0] + "." for line in PLAIN] + ["<urn:s> <urn:p> _:x ."]).encode()
    parts, at_once = create(tmp_path / "parts"), create(tmp_path / "whole")
    loaded(parts, data, RdfFormat.N_TRIPLES)
    whole(at_once, data, RdfFormat.N_TRIPLES)
    assert {str(quad) for quad in parts} == {str(quad) for quad in at_once}


@pytest.mark.parametrize("line", FAULTS)
@pytest.mark.parametrize("place", [0, 25, 40])
def test_fault_has_its_place(line, place):
    lines = [*PLAIN[:place], line, *PLAIN[place:]]
    with pytest.raises(SyntaxFault) as caught:
        loaded(in_memory(), "\n".join(lines).encode())
    assert str(caught.value) == f"f.nq:{place + 1}:{FAULTS[line]}"


def test_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(bulk, "LONGEST", 1000)
    with pytest.raises(SyntaxFault, match=r"^f\.nq: a line of more than 0 MB$"):
        loaded(in_memory(), b'<urn:s> <urn:p> "' + b"a" * 2000)


def test_bytes_that_are_no_text():
    with pytest.raises(SyntaxFault, match=r"^f\.nq:41:18: not UTF-8$"):
        loaded(in_memory(), "\n".join(PLAIN).encode() + b'\n<urn:s> <urn:p> "\xe9" <urn:g> .')


def test_copied_graphs_keep_the_labels_of_blank_nodes(tmp_path):
    store, other = create(tmp_path / "store"), create(tmp_path / "other")
    loaded(store, "\n".join([*PLAIN, *UNUSUAL]).encode())
    with Loader(other) as loader:
        copy(store, [graph.value for graph in store.named_graphs()], loader)
    assert census(other) == census(store)
    assert serialize(sorted(other, key=str), format=RdfFormat.N_QUADS) == serialize(
        sorted(store, key=str), format=RdfFormat.N_QUADS
    )
