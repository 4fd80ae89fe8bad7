"""What the guard lets pass and what it refuses, with the rule and the place."""

from __future__ import annotations

import pytest

from kg.errors import QueryRefused, QuerySyntaxError
from kg.guard import MAX_PATTERNS, Query, check
from kg.settings import Limits

PREFIXES = {"sv": "https://w3id.org/servanda/def#", "service": "http://e/service#", "": "http://e/"}
SERVICE = "SERVICE <http://127.0.0.1:9/> {?s ?p ?o}"


def judge(text: str | bytes) -> Query:
    return check(text, Limits(), PREFIXES)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {?s ?p ?o}", "SELECT"),
        ("prefix a: <b:> ask {a:x ?p ?o}", "ASK"),
        ("BASE <http://e/> CONSTRUCT WHERE {?s <p> ?o}", "CONSTRUCT"),
        ("# SERVICE <x>\nDESCRIBE sv:Finding", "DESCRIBE"),
        ("SELECT * {?s ?p 'SERVICE <x> {}'}", "SELECT"),
        ("SELECT * {service:x ?p ?o}", "SELECT"),
        ("SELECT * {GRAPH service:x {?s ?p ?o}}", "SELECT"),
        ("SELECT * {?s <urn:service> ?service}", "SELECT"),
        ("SELECT * {?s <http://service.example/SERVICE> ?o FILTER(1<2&&3>2)}", "SELECT"),
        ("SELECT * {?s ?p 'caf\\u00e9'}", "SELECT"),
        ("SELECT * {VALUES (?a ?b) {" + "(1 sv:x) " * 900 + "}}", "SELECT"),
        ("SELECT * {?s ?p ?o FILTER(?o IN (" + ",".join(["sv:x"] * 900) + "))}", "SELECT"),
        ("SELECT * {" + "?s ?p ?o . " * 90 + "}", "SELECT"),
        ("SELECT * " + "{" * 50 + "?s ?p ?o" + "}" * 50, "SELECT"),
    ],
)
def test_what_passes(text: str, form: str) -> None:
    query = judge(text)
    assert (query.form, query.text, query.default_graphs) == (form, text, None)
    assert judge(text.encode()) == query


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("", "empty", "query is empty"),
        (" \n# nothing\n", "empty", "query is empty"),
        (b"\xff\xfe\x00", "encoding", "the query is not UTF-8 at byte 0"),
        ("ASK {?s ?p '\ud800'}", "encoding", "the query is not UTF-8 at character 12"),
        ("DROP ALL", "update", "1:1: a query is expected, not an update"),
        ("PREFIX a: <b:>\n insert data {}", "update", "2:2: a query is expected, not an update"),
        ("LOAD <http://127.0.0.1:9/d.ttl>", "load", "1:1: LOAD is disabled: nothing is fetched from elsewhere"),
        ("SELECT * " + "{" * 5000 + "?s ?p ?o" + "}" * 5000, "nesting", "1:60: nesting deeper than 50"),
        ("SELECT (" + "STR(" * 51 + "1" + ")" * 51 + " AS ?x) {}", "nesting", "nesting deeper than 50"),
        ("SELECT * {?s ?p ?o} " + "#" * 16_000, "length", "the query is 16020 bytes long; at most 16000 are allowed"),
        ("SELECT * {?s " + "/".join(["<x:p>"] * 500) + " ?o}", "size", f"more than {MAX_PATTERNS} triple patterns"),
        ("SELECT * {" + "?s ?p ?o . " * 101 + "}", "size", f"more than {MAX_PATTERNS} triple patterns"),
        ("SELECT * {?s ?p " + "1," * 101 + "1}", "size", f"more than {MAX_PATTERNS} triple patterns"),
        ("SELECT * {?s ?p (" + "1 " * 60 + ")}", "size", f"more than {MAX_PATTERNS} triple patterns"),
        ("SELECT (1" + "+1" * 1001 + " AS ?x) {}", "size", "more than 1000 operators"),
        ("ASK {?s ?p '\\u0027'}", "escape", "\\u0027 must not stand for a delimiter"),
        ("ASK {?s <x:\\u003E> ?o}", "escape", "\\u003E must not stand for a delimiter"),
        ("ASK {?s ?p '\\uD800'}", "escape", "\\uD800 must not stand for a delimiter"),
    ],
)
def test_what_is_refused(text: str | bytes, rule: str, message: str) -> None:
    with pytest.raises(QueryRefused) as error:
        judge(text)
    assert error.value.rule == rule
    assert message in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ {SERVICE} }}",
        "SELECT * { service SILENT <http://127.0.0.1:9/> {?s ?p ?o}}",
        f"ASK {{FILTER EXISTS {{ {SERVICE} }}}}",
        "SELECT * {?s ?p :;SERVICE <http://127.0.0.1:9/> {}}",
        "SELECT * {SERVICE ?s {}}",
        "SELECT * {SERVICE:x{}}",
        "SELECT * {SERVICESILENT:x {}}",
        "SELECT * {?s ?p trueSERVICE<http://127.0.0.1:9/>{}}",
        "SELECT * {?s ?p true.SERVICE:x#\n{}}",
        "SELECT * {FILTER(1<2)SERVICE:x#>\n{}}",
        "SELECT * {FILTER(1<a:b)SERVICE:x#>\n{}}",
        "SELECT * {FILTER(1<'>')SERVICE <http://127.0.0.1:9/> {}} #'",
        "SELECT * {SERVICE <http://127.0.0.1:9/> {'never closed}}",
    ],
)
def test_service_is_refused_wherever_the_engine_would_find_it(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is disabled") as error:
        judge(text)
    assert error.value.rule == "service"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * {\\u0053ERVICE <http://127.0.0.1:9/> {}}", 1, 11),
        ("SELECT * {\n  ?s ?p 'open\n}", 2, 9),
        ("SELCT * {}", 1, 1),
        ("PREFIX a: <b:>", 1, 15),
        ("SELECT * {\n ?s zz:p ?o}", 2, 5),
        ("SELECT * FROM:g {?s ?p ?o}", 1, 10),
    ],
)
def test_syntax_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises((QuerySyntaxError, QueryRefused)) as error:
        judge(text)
    assert (error.value.line, error.value.column) == (line, column)


@pytest.mark.parametrize(
    ("clause", "default", "named"),
    [
        ("FROM <x:a> FROM sv:b", ("x:a", PREFIXES["sv"] + "b"), ()),
        ("FROM NAMED <x:a>", (), ("x:a",)),
        ("FROM <x:a> FROM <x:a> FROM NAMED :c", ("x:a",), ("http://e/c",)),
        ("FROM <file:///etc/hostname>", ("file:///etc/hostname",), ()),
    ],
)
def test_the_dataset_that_a_query_names(clause: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    query = judge(f"SELECT * {clause} {{?s ?p ?o FILTER(STR(?o) = 'FROM <x:z>')}}")
    assert (query.default_graphs, query.named_graphs) == (default, named)


def test_from_is_resolved_against_base() -> None:
    query = judge("BASE <http://e/a/> PREFIX g: <g/> ASK FROM <b> FROM g:c {}")
    assert query.default_graphs == ("http://e/a/b", "http://e/a/g/c")
