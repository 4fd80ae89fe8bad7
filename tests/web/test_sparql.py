"""The SPARQL 1.1 Protocol as clients use it."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.bad_input.answers import ask, detail, rows

DIRECT = "application/sparql-query"
ASK = "ASK { ?case a sv:Communication }"
CASES = "SELECT ?case { ?case a sv:Communication } ORDER BY ?case LIMIT 3"
GRAPH = "https://w3id.org/servanda/graph/data/decisions/cat-c-48-d-433-2010"
JSON = "application/sparql-results+json"


# ---------------------------------------------------------------- what works


def test_get_form_and_direct_post_answer_alike(client: FlaskClient) -> None:
    get = ask(client, CASES)
    form = client.post("/sparql", data={"query": CASES})
    direct = client.post("/sparql", data=CASES, content_type=DIRECT)
    assert get.content_type == JSON
    assert len(rows(get)) == 3
    assert rows(get) == rows(form) == rows(direct)
    assert "Accept" in get.vary


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        ("application/json", JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/turtle, */*;q=0.1", JSON),
    ],
)
def test_formats_of_select(client: FlaskClient, accept: str | None, content_type: str) -> None:
    assert ask(client, CASES, accept).content_type == content_type


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_formats_of_construct_and_describe(client: FlaskClient, accept: str | None, content_type: str) -> None:
    for query in (
        "CONSTRUCT { ?c a sv:Communication } { ?c a sv:Communication }",
        "DESCRIBE communication:cat-433-2010",
    ):
        answer = ask(client, query, accept)
        assert answer.status_code == 200
        assert answer.content_type == content_type
        assert b"433-2010" in answer.data


def test_ask(client: FlaskClient) -> None:
    assert json.loads(ask(client, ASK).data)["boolean"] is True


def test_format_parameter_gives_a_download(client: FlaskClient) -> None:
    answer = ask(client, CASES, "text/html", format="csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="result.csv"'
    assert ask(client, CASES, format="exe").status_code == 400
    assert ask(client, CASES, format="turtle").status_code == 400


def test_csv_is_an_attachment_and_not_sniffed(client: FlaskClient) -> None:
    answer = ask(client, CASES, "text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_dataset_of_the_protocol(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    one = int(rows(ask(client, count, **{"default-graph-uri": GRAPH}))[0]["n"]["value"])
    assert 0 < one < int(rows(ask(client, count))[0]["n"]["value"])
    assert int(rows(ask(client, named, **{"named-graph-uri": GRAPH}))[0]["n"]["value"]) == one
    form = client.post("/sparql", data={"query": count, "default-graph-uri": GRAPH})
    direct = client.post(f"/sparql?default-graph-uri={quote(GRAPH)}", data=count, content_type=DIRECT)
    assert int(rows(form)[0]["n"]["value"]) == int(rows(direct)[0]["n"]["value"]) == one
    unknown = ask(client, count, **{"default-graph-uri": "https://example.org/nothing"})
    assert rows(unknown)[0]["n"]["value"] == "0"


def test_protocol_dataset_wins_over_from(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <https://example.org/nothing> { ?s ?p ?o }"
    assert int(rows(ask(client, query, **{"default-graph-uri": GRAPH}))[0]["n"]["value"]) > 0


def test_browser_with_a_query_goes_to_the_editor(browser: FlaskClient) -> None:
    answer = browser.get("/sparql", query_string={"query": ASK})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/query?query=ASK")
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_options_for_other_sites(client: FlaskClient) -> None:
    answer = client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


def test_head_has_no_body(client: FlaskClient) -> None:
    answer = client.head("/sparql", query_string={"query": ASK})
    assert (answer.status_code, answer.data) == (200, b"")


# ---------------------------------------------------------------- what is refused; tests/bad_input has the rest


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("SELECT ?x WHERE { ?x ?p }", "1:"),
        ("INSERT DATA { <x:a> <x:b> 1 }", "update"),
        ("SELECT * { " + "?s ?p ?o . " * 2000 + "}", "bytes long"),
    ],
    ids=["half a triple", "insert", "long"],
)
def test_refused_queries(client: FlaskClient, query: str, word: str) -> None:
    for answer in (ask(client, query), client.post("/sparql", data={"query": query})):
        assert word in detail(answer, 400)


def test_post_without_query(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"other": "x"}).status_code == 400


def test_content_encoding_and_character_set(client: FlaskClient) -> None:
    packed = client.post("/sparql", data=ASK, content_type=DIRECT, headers={"Content-Encoding": "gzip"})
    latin = client.post("/sparql", data=ASK, content_type=f"{DIRECT}; charset=iso-8859-1")
    assert (packed.status_code, latin.status_code) == (415, 415)
    assert client.post("/sparql", data=ASK, content_type=f"{DIRECT}; charset=UTF-8").status_code == 200


def test_pages_answer_while_a_query_of_death_runs(hurried: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    thread = threading.Thread(target=ask, args=(hurried, query))
    thread.start()
    time.sleep(0.3)
    start = time.monotonic()
    assert hurried.get("/page/communication/cat-433-2010").status_code == 200
    assert ask(hurried, ASK).status_code == 200
    assert time.monotonic() - start < 1.5
    thread.join()
