"""The text of a query as a server gets it."""

from __future__ import annotations

import pytest

from kg.binding import NO_GRAPH, separated, set_dataset

DEFAULT, NAMED = "http://e/all", ("http://e/g",)


def written(text: str) -> str:
    return " ".join(set_dataset(text, [DEFAULT], NAMED).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s ?p ?o }", "ASK FROM <http://e/all> { ?s ?p ?o }"),
        ("SELECT * WHERE { ?s ?p ?o } LIMIT 1", "SELECT * FROM <http://e/all> WHERE { ?s ?p ?o } LIMIT 1"),
        ("SELECT * FROM <http://e/x> FROM NAMED <http://e/y> {}", "SELECT * FROM <http://e/all> {}"),
        ("DESCRIBE <http://e/s>", "DESCRIBE <http://e/s> FROM <http://e/all>"),
        ("DESCRIBE <http://e/s> FROM <http://e/x>", "DESCRIBE <http://e/s> FROM <http://e/all>"),
        ("DESCRIBE <http://e/s> LIMIT 1", "DESCRIBE <http://e/s> FROM <http://e/all> LIMIT 1"),
        ("DESCRIBE ?s { ?s ?p ?o }", "DESCRIBE ?s FROM <http://e/all> { ?s ?p ?o }"),
    ],
)
def test_the_dataset_takes_the_place_of_the_one_in_the_text(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("ASK { GRAPH <http://e/g> {} }", "http://e/g"),
        ("BASE <http://e/x> ASK { GRAPH <g> {} }", "http://e/g"),
        ("PREFIX e: <http://e/> ASK { GRAPH e:g {} }", "http://e/g"),
        ("BASE <http://e/> PREFIX e: <./> ASK { GRAPH e:g {} }", "http://e/g"),
        ("ASK { GRAPH <http://e/other> {} }", NO_GRAPH),
        ("BASE <http://e/x/> ASK { GRAPH <g> {} }", NO_GRAPH),
    ],
)
def test_a_graph_is_known_by_its_address(text: str, graph: str) -> None:
    assert f"FROM <http://e/all> FROM NAMED <http://e/g> {{ GRAPH <{graph}> {{}} }}" in written(text)


@pytest.mark.parametrize(
    ("name", "iri"), [(r"e:a\.b", "http://e/a.b"), ("e:a%20b", "http://e/a%20b"), ("e:a:b", "http://e/a:b")]
)
def test_names_that_not_every_server_reads_are_written_out(name: str, iri: str) -> None:
    text = "PREFIX e: <http://e/> ASK {{ ?s ?p {} , e:plain , 'e:a:b' }}"
    assert written(text.format(name)).endswith(f"{{ ?s ?p <{iri}> , e:plain , 'e:a:b' }}")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("GROUP_CONCAT(?x)", 'GROUP_CONCAT(?x; SEPARATOR=" ")'),
        ("group_concat(DISTINCT STR(?x))", 'group_concat(DISTINCT STR(?x); SEPARATOR=" ")'),
        ('GROUP_CONCAT(?x; separator=", ")', 'GROUP_CONCAT(?x; separator=", ")'),
        ("CONCAT(GROUP_CONCAT(?x), STR(?y))", 'CONCAT(GROUP_CONCAT(?x; SEPARATOR=" "), STR(?y))'),
        ("COUNT(?x)", "COUNT(?x)"),
    ],
)
def test_the_separator_is_written_out(call: str, expected: str) -> None:
    assert separated(f"SELECT ({call} AS ?z) {{}}") == f"SELECT ({expected} AS ?z) {{}}"
