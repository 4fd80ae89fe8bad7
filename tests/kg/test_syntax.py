"""The place of a syntax error: the first terminal that is wrong, not where the parser stopped looking."""

from __future__ import annotations

import time

import pytest

from kg.errors import QuerySyntaxError
from kg.store import Store, in_memory
from kg.syntax import explain


def fault(text: str, store: Store | None = None) -> QuerySyntaxError:
    store = store or in_memory()
    with pytest.raises(SyntaxError) as error:
        store.query(text)
    return explain(store.query, text, "query", error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * {", "1:11: the query ends too early"),
        ("SELECT * { ?s ?p ?o }\nGROUP BY\n", "2:9: the query ends too early"),
        ("SELECT * { ?s ?p }", '1:18: "}" is not expected here'),
        ("SELECT ?x WHERE ?s ?p ?o }", '1:17: "?s" is not expected here, but "{"'),
        ("SELECT * { ?s ?p ?o FILTER ?o > 3 }", '1:28: "?o" is not expected here'),
        ("SELECT *\nWHERE {\n  ?s ?p ?o ;\n     ?q .\n}", '4:9: "." is not expected here'),
        ("SELECT (FOO(?y) AS ?x) {}", '1:9: "FOO" is not expected here'),
        ("SELECT * { ?s ?p ?o } }", '1:23: "}" is not expected here'),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", "1:29: Duplicated variable name in SELECT"),
        ("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b }", "1:40: The SELECT contains a variable that is unbound"),
        ("SELECT * { ?s ?p 'a' " + "b" * 60 + " }", f'1:22: "{"b" * 39}…" is not expected here'),
    ],
)
def test_where_a_query_stops_being_sparql(text: str, expected: str) -> None:
    assert str(fault(text)) == expected


def test_text_that_cannot_be_split_keeps_the_report_of_the_parser() -> None:
    assert fault("SELECT * { ?s ?p 'open }").line == 1


def test_a_long_query_is_explained_without_running_it() -> None:
    start = time.perf_counter()
    assert str(fault("SELECT * {" + "?s ?p ?o . " * 700 + "} )")).endswith('")" is not expected here')
    assert time.perf_counter() - start < 2
