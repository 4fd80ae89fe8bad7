"""Answering inside a worker: counting of rows, bounds on the answer, the dataset."""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.answer import Sink, answer, named_graphs
from kg.errors import LimitExceeded, QuerySyntaxError
from kg.store import Store, in_memory

A, B = NamedNode("http://e/a"), NamedNode("http://e/b")
SETUP: dict[str, Any] = {"prefixes": {"e": "http://e/"}, "rows": 5, "bytes": 2000}


@pytest.fixture
def store() -> Store:
    """Give two named graphs that share one of their statements, and their merge as default graph."""
    values = {A: ["1", 'two\nlines, and "quotes"'], B: ["1", "3"]}
    quads = [Quad(A, B, Literal(text), graph) for graph, texts in values.items() for text in texts]
    return in_memory([*quads, *(Quad(*quad.triple, DefaultGraph()) for quad in quads)])


def run(store: Store, text: str, format: str = "json", **dataset: Any) -> tuple[int, bytes]:
    job = {"text": text, "format": format, "default": None, "named": None, "bindings": {}} | dataset
    return answer(store, named_graphs(store), job, SETUP)


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_whatever_is_in_them(store: Store, format: str) -> None:
    assert run(store, "SELECT ?o {?s ?p ?o}", format)[0] == 3
    assert run(store, "SELECT ?x {?s ?p ?o OPTIONAL {?o ?p ?x}}", format)[0] == 3
    assert run(store, "SELECT * {}", format)[0] == 1
    assert run(store, "SELECT ?o {?o e:a ?o}", format)[0] == 0


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_the_limit_on_rows_comes_before_the_limit_on_bytes(store: Store, format: str) -> None:
    with pytest.raises(LimitExceeded, match="more than 5 rows"):
        run(store, "SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}", format)
    with pytest.raises(LimitExceeded, match="larger than"):
        run(store, f'SELECT ("{"x" * 3000}" AS ?x) {{}}', format)


def test_triples_are_counted_once(store: Store) -> None:
    assert run(store, "CONSTRUCT {?s ?p e:x} {?s ?p ?o}", "turtle") == (
        1,
        b"@prefix e: <http://e/> .\n\ne:a\n  e:b e:x .\n",
    )
    with pytest.raises(LimitExceeded, match="more than 5 triples"):
        run(store, "CONSTRUCT {?s ?p ?v} {?s ?p ?o VALUES ?v {1 2 3 4 5 6}}", "turtle")
    with pytest.raises(LimitExceeded, match="larger than"):
        run(store, f'CONSTRUCT {{e:a e:b "{"x" * 3000}"}} {{}}', "ntriples")


@pytest.mark.parametrize(
    ("default", "named", "in_default", "in_named"),
    [
        (None, None, 3, 4),
        (["http://e/a"], [], 2, 0),
        (["http://e/a", "http://e/b"], [], 3, 0),
        (["http://e/a", "http://e/b"], ["http://e/b"], 3, 2),
        (["http://e/none", "http://e/b"], ["http://e/none"], 2, 0),
        ([], ["http://e/a", "http://e/b"], 0, 4),
        (["http://e/none"], [], 0, 0),
    ],
)
def test_the_dataset(
    store: Store, default: list[str] | None, named: list[str] | None, in_default: int, in_named: int
) -> None:
    assert run(store, "SELECT * {?s ?p ?o}", default=default, named=named)[0] == in_default
    assert run(store, "SELECT * {GRAPH ?g {?s ?p ?o}}", default=default, named=named)[0] == in_named


def test_the_place_of_an_error_is_that_in_the_text(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match='2:4: "}" is not expected here'):
        run(store, "SELECT * {?s\n?p }")


def test_a_sink_stops_above_its_limit() -> None:
    sink = Sink(3)
    assert sink.writable()
    assert sink.write(b"abc") == 3
    with pytest.raises(OverflowError):
        sink.write(b"d")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT ?x { VALUES ?x { 1 2 3 } }", 3),
        ("SELECT ?x { VALUES ?x { } }", 0),
        ("SELECT ?x { VALUES ?x { 1 UNDEF UNDEF } }", 3),
        ("SELECT * { VALUES () { () () } }", 2),
        ('SELECT ?x ?y { VALUES (?x ?y) { ("},{\\"a" 1) ("{}" 2) ("},{}" UNDEF) } }', 3),
        ('SELECT ?x ?y { VALUES (?x ?y) { ("},{\\"a" 1) ("},{" 2) } }', 2),
    ],
)
@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_whatever_they_hold(tiny: Store, text: str, rows: int, format: str) -> None:
    job = {"text": text, "format": format, "default": None, "named": None, "bindings": {}}
    assert answer(tiny, named_graphs(tiny), job, {"prefixes": {}, "rows": 10, "bytes": 10_000})[0] == rows
