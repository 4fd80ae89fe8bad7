"""Queries from outside: every format, every bad input, and the next query answered normally after each."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from kg.errors import InputError, LimitExceeded, QueryRefused, QuerySyntaxError, StoreFault, UsageError
from kg.query import FORMATS, GRAPH_FORMATS, ROW_FORMATS, QueryService, formats
from kg.settings import Limits, Settings
from kg.store import iri, literal

GRAPH = "https://w3id.org/servanda/graph/"
COUNT = "(COUNT(*) AS ?n)"
DOUBLING = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(32))


@pytest.fixture(scope="module")
def service(released: Settings) -> Iterator[QueryService]:
    made = QueryService(replace(released, limits=Limits(memory=400_000_000)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def hasty(released: Settings) -> Iterator[QueryService]:
    made = QueryService(replace(released, limits=Limits(seconds=1)))
    yield made
    made.close()


def count(service: QueryService, text: str, **options: object) -> int:
    return int(service.run(text, "csv", **options).body.split()[1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", QueryRefused, "query is empty"),
        (b"\xff\xfe\x00", QueryRefused, "not UTF-8"),
        ("DROP ALL", QueryRefused, "1:1: a query is expected, not an update"),
        ("SELECT * {", QuerySyntaxError, "1:11: the query ends too early"),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> {?s ?p ?o} }", QueryRefused, "SERVICE is disabled"),
        ("SELECT * {\\u0053ERVICE <http://127.0.0.1:9/> {}}", QuerySyntaxError, "1:11: a \\u escape"),
        ("SELECT * {?a ?b ?c . ?d ?e ?f}", LimitExceeded, "more than 10000 rows: add LIMIT or use the dump"),
        ("CONSTRUCT {?a ?b ?f} {?a ?b ?c . ?d ?e ?f}", LimitExceeded, "more than 10000 triples: add LIMIT"),
        ("SELECT * " + "{" * 5000 + "?s ?p ?o" + "}" * 5000, QueryRefused, "nesting deeper than 50"),
        ("SELECT * {?s " + "/".join(["<x:p>"] * 500) + " ?o}", QueryRefused, "more than 100 triple patterns"),
        (
            f"SELECT (STRLEN(?x32) AS ?n) {{BIND('aaaaaaaaaa' AS ?x0) {DOUBLING}}}",
            LimitExceeded,
            "memory limit of",
        ),
        ("SELECT * {?s ?p ?o FILTER(<x:unknown>(?o))}", QueryRefused, "not supported"),
        ("SELECT ?x ?s {?s ?p ?x} ORDER BY", QuerySyntaxError, "1:33: the query ends too early"),
    ],
)
def test_bad_input_is_named_and_the_next_query_answered(
    service: QueryService, text: str | bytes, error: type[InputError], message: str
) -> None:
    process = os.getpid()
    with pytest.raises(error) as raised:
        service.run(text)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert service.run("ASK {?s ?p ?o}", "tsv").body == b"true"
    assert os.getpid() == process


def test_a_cross_product_is_stopped_and_the_next_query_answered(hasty: QueryService) -> None:
    start = time.monotonic()
    with pytest.raises(LimitExceeded, match="time limit of 1 s") as error:
        hasty.run("SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}")
    assert 0.9 < time.monotonic() - start < 3
    assert (error.value.limit, error.value.retry_after) == ("time", 1)
    assert hasty.run("ASK {?s ?p ?o}", "tsv").body == b"true"


@pytest.mark.parametrize("format", ROW_FORMATS)
def test_rows_in_every_format(service: QueryService, format: str) -> None:
    answer = service.run("SELECT ?s ?label {?s rdfs:label ?label} ORDER BY ?s LIMIT 3", format)
    assert (answer.kind, answer.rows, answer.media_type) == ("SELECT", 3, FORMATS[format])
    text = answer.body.decode()
    if format == "json":
        assert len(json.loads(text)["results"]["bindings"]) == 3
    elif format == "xml":
        assert len(ET.fromstring(text).findall(".//{*}result")) == 3
    elif format == "csv":
        assert [len(row) for row in csv.reader(io.StringIO(text))] == [2, 2, 2, 2]
    else:
        assert text.startswith("?s\t?label\n")


@pytest.mark.parametrize("format", GRAPH_FORMATS)
@pytest.mark.parametrize("text", ["CONSTRUCT WHERE {provision:cat-12 ?p ?o}", "DESCRIBE provision:cat-12"])
def test_graphs_in_every_format(service: QueryService, text: str, format: str) -> None:
    answer = service.run(text, format)
    assert answer.rows == service.run(text, FORMATS[format]).rows > 5
    assert b"provision" in answer.body


def test_the_first_format_is_the_default(service: QueryService) -> None:
    assert service.run("ASK {}").media_type == "application/sparql-results+json"
    assert service.run("DESCRIBE body:cat").media_type == "text/turtle"
    assert next(iter(formats("SELECT"))) == "json"


@pytest.mark.parametrize("text", ["ASK {}", "DESCRIBE body:cat"])
def test_a_format_that_does_not_fit_is_named(service: QueryService, text: str) -> None:
    with pytest.raises(UsageError, match='"x" is not a format of'):
        service.run(text, "x")


@pytest.mark.parametrize("format", ROW_FORMATS)
@pytest.mark.parametrize("rows", [0, 1, 9_999, 10_000, 10_001])
def test_an_answer_is_whole_or_refused(service: QueryService, format: str, rows: int) -> None:
    text = f'SELECT ?x {{?x ?y ?z . BIND("\'a\',\\n\\"b\\"" AS ?w)}} LIMIT {rows}'
    if rows <= 10_000:
        assert service.run(text, format).rows == rows
    else:
        with pytest.raises(LimitExceeded, match="more than 10000 rows") as error:
            service.run(text, format)
        assert (error.value.limit, error.value.retry_after) == ("rows", None)


def test_few_but_large_rows_meet_the_limit_on_bytes(service: QueryService) -> None:
    value = f'REPLACE("{"a" * 100}", "a", "{"b" * 50}")'
    with pytest.raises(LimitExceeded, match="answer larger than 10 MB") as error:
        service.run(f"SELECT ?x {{?s ?p ?o BIND({value} AS ?x)}} LIMIT 5000")
    assert error.value.limit == "bytes"


@pytest.mark.parametrize("iri_", ["file:///etc/hostname", "http://127.0.0.1:9/d.ttl", GRAPH + "data/no-such"])
def test_a_graph_that_is_not_there_is_empty(service: QueryService, iri_: str) -> None:
    assert service.run(f"SELECT * FROM <{iri_}> {{?s ?p ?o}}").rows == 0
    assert service.run(f"SELECT * FROM NAMED <{iri_}> {{GRAPH ?g {{?s ?p ?o}}}}").rows == 0
    assert service.run("SELECT * {?s ?p ?o}", default_graphs=[iri_]).rows == 0


def test_from_names_a_graph_of_ours(service: QueryService) -> None:
    bodies, cat = GRAPH + "data/reference/bodies", GRAPH + "data/reference/cat"
    one = count(service, f"SELECT {COUNT} FROM <{bodies}> {{?s ?p ?o}}")
    other = count(service, f"SELECT {COUNT} FROM <{cat}> {{?s ?p ?o}}")
    assert 0 < one != other
    assert count(service, f"SELECT {COUNT} FROM <{bodies}> FROM <{cat}> FROM <{cat}> {{?s ?p ?o}}") == one + other
    assert count(service, f"SELECT {COUNT} FROM NAMED <{bodies}> {{GRAPH ?g {{?s ?p ?o}}}}") == one
    assert count(service, f"SELECT {COUNT} FROM NAMED <{bodies}> {{?s ?p ?o}}") == 0


def test_the_protocol_replaces_from(service: QueryService) -> None:
    bodies, cat = GRAPH + "data/reference/bodies", GRAPH + "data/reference/cat"
    wanted = count(service, f"SELECT {COUNT} FROM <{bodies}> {{?s ?p ?o}}")
    assert count(service, f"SELECT {COUNT} FROM <{cat}> {{?s ?p ?o}}", default_graphs=[bodies]) == wanted
    assert count(service, f"SELECT {COUNT} {{GRAPH ?g {{?s ?p ?o}}}}", named_graphs=[bodies]) == wanted


def test_a_statement_of_two_graphs_counts_once(service: QueryService) -> None:
    graphs = [f"{GRAPH}data/decisions/cat-c-{session}-d-444-2010" for session in (47, 48)]
    pattern = "communication:cat-444-2010 sv:submittedTo ?body"
    assert count(service, f"SELECT {COUNT} {{GRAPH ?g {{{pattern}}}}}", named_graphs=graphs) == 2
    assert count(service, f"SELECT {COUNT} {{{pattern}}}", default_graphs=graphs) == 1
    assert count(service, f"SELECT {COUNT} FROM <{graphs[0]}> FROM <{graphs[1]}> {{{pattern}}}") == 1
    assert count(service, f"SELECT {COUNT} {{{pattern}}}") == 1


def test_bindings_are_terms_and_never_text(service: QueryService) -> None:
    text = "SELECT ?x (COUNT(*) AS ?n) {?s rdfs:label ?x} GROUP BY ?x"
    hostile = literal('" } DROP ALL #')
    assert service.run(text, bindings={"x": hostile}).rows == 0
    assert service.run(text, bindings={"x": literal("Kazakhstan", language="en")}).rows == 1
    with pytest.raises(InputError, match="not a valid iri"):
        service.run(text, bindings={"x": iri("x> ?p ?o } #")})
    with pytest.raises(QueryRefused, match="projection"):
        service.run("SELECT ?s {?s ?p ?o}", bindings={"x": hostile})


def test_xml_never_holds_what_xml_cannot(service: QueryService) -> None:
    text = "SELECT ('a\\u0001' AS ?x) {}"
    assert service.run(text, "json").rows == 1
    with pytest.raises(QueryRefused, match="control character"):
        service.run(text, "xml")


def test_a_pattern_with_nested_quantifiers_is_harmless(service: QueryService) -> None:
    text = f'SELECT (REGEX("{"a" * 40}!", "^(a+)+$") AS ?r) {{}}'
    assert service.run(text, "csv").body.split() == [b"r", b"false"]


def test_there_must_be_a_release(settings: Settings) -> None:
    with pytest.raises(StoreFault, match="servanda build"):
        QueryService(settings)
