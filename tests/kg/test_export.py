"""Export: every format says the same, and says it the same way twice."""

import csv
import io
import json

import pytest
from pyoxigraph import RdfFormat, parse

from kg.errors import NotFound, UsageError
from kg.export import FORMATS, dump, serialize_triples
from kg.turtle import parse_turtle

GRAPH = "https://example.org/graph"
PREFIXES = {"ex": "https://example.org/", "no": "https://no.example/"}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("graph", [None, GRAPH])
def test_same_store_same_bytes(tiny, format, graph):
    assert dump(tiny, format, graph, PREFIXES) == dump(tiny, format, graph, PREFIXES) != b""


@pytest.mark.parametrize(
    ("format", "syntax"),
    [
        ("turtle", RdfFormat.TURTLE), ("trig", RdfFormat.TRIG), ("nquads", RdfFormat.N_QUADS),
        ("ntriples", RdfFormat.N_TRIPLES), ("jsonld", RdfFormat.JSON_LD), ("rdfxml", RdfFormat.RDF_XML),
    ],
)  # fmt: skip
def test_every_format_says_the_same(tiny, format, syntax):
    found = {quad.triple for quad in parse(dump(tiny, format, GRAPH, PREFIXES), syntax)}
    assert found == {quad.triple for quad in tiny}


def test_nquads_are_sorted_and_keep_the_graph(tiny):
    lines = dump(tiny, "nquads").decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 6
    assert all(f"<{GRAPH}>" in line for line in lines)


def test_only_used_prefixes(tiny):
    text = dump(tiny, "turtle", GRAPH, PREFIXES).decode()
    assert text.startswith("@prefix ex: <https://example.org/> .\n\nex:case a ex:Case ;\n")
    assert "no.example" not in text


def test_csv_rows(tiny):
    rows = list(csv.DictReader(io.StringIO(dump(tiny, "csv").decode(), newline="")))
    assert {"a case", "2012"} < {row["object"] for row in rows}
    assert {row["language"] for row in rows} == {"", "en"}
    assert {row["graph"] for row in rows} == {GRAPH}


def test_jsonld_is_json(tiny):
    assert json.loads(dump(tiny, "jsonld"))


def test_blank_nodes_can_be_written():
    triples = parse_turtle(b"<urn:s> <urn:p> [ <urn:q> 1 ] .", "f.ttl")
    assert len(parse_turtle(serialize_triples(triples, "turtle"), "f.ttl")) == 2


def test_unknown_graph_and_format(tiny):
    with pytest.raises(NotFound, match=r"https://example\.org/none: no such graph"):
        dump(tiny, "turtle", "https://example.org/none")
    with pytest.raises(UsageError, match='"xls" is not a format; formats: turtle, trig'):
        dump(tiny, "xls")
