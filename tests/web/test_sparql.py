"""The SPARQL 1.1 Protocol, and every request that has to be refused; after each the next one is answered."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ASK = "ASK { ?case a sv:Communication }"
CASES = "SELECT ?case { ?case a sv:Communication } ORDER BY ?case LIMIT 3"
GRAPH = "https://w3id.org/servanda/graph/data/decisions/cat-c-48-d-433-2010"
JSON = "application/sparql-results+json"


def ask(client: FlaskClient, query: str, accept: str | None = None, **parameters: str | list[str]):
    headers = {"Accept": accept} if accept is not None else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def rows(answer) -> list[dict[str, dict[str, str]]]:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)["results"]["bindings"]


@pytest.fixture
def sound(client: FlaskClient) -> Iterator[FlaskClient]:
    """Give a client, and check after the test that the service still answers and holds what it held."""
    before = rows(ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    yield client
    assert rows(ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == before
    assert client.get("/cases").status_code == 200


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Give the address of a socket on the loopback, and what it was sent."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    stopped = threading.Event()

    def listen() -> None:
        while not stopped.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                heard.append(connection.recv(100))

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
    stopped.set()
    thread.join()
    server.close()


def problem(answer) -> dict[str, object]:
    assert answer.content_type == "application/problem+json", answer.text
    body = json.loads(answer.data)
    assert {"type", "title", "status", "detail", "request_id"} <= body.keys()
    assert body["status"] == answer.status_code
    assert "/work" not in answer.text
    assert "Traceback" not in answer.text
    return body


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


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("", 400, "empty"),
        ("   \n", 400, "empty"),
        ("SELECT * {", 400, "1:1"),
        ("SELECT ?x WHERE { ?x ?p }", 400, "1:"),
        ("DROP ALL", 400, "update"),
        ("INSERT DATA { <x:a> <x:b> 1 }", 400, "update"),
        ("LOAD <http://127.0.0.1/x.ttl>", 400, "update"),
        ("SELECT * " + "{" * 5000 + " ?s ?p ?o " + "}" * 5000, 400, "nesting deeper than 50"),
        ("SELECT * { " + "?s ?p ?o . " * 2000 + "}", 400, "bytes long"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 400, "more than 10000 rows"),
    ],
    ids=["empty", "blank", "open", "half a triple", "drop", "insert", "load", "deep", "long", "many rows"],
)
def test_refused_queries(sound: FlaskClient, query: str, status: int, word: str) -> None:
    for answer in (ask(sound, query), sound.post("/sparql", data={"query": query})):
        assert answer.status_code == status
        assert word in str(problem(answer)["detail"])


def test_syntax_error_has_line_and_column(sound: FlaskClient) -> None:
    body = problem(ask(sound, "SELECT ?case\nWHERE { ?case sv:violatedArticle }"))
    assert (body["line"], body["column"]) == (2, 34)


def test_more_than_one_query(sound: FlaskClient) -> None:
    answer = sound.get(f"/sparql?query={quote(ASK)}&query={quote(ASK)}")
    assert answer.status_code == 400
    assert "more than one query" in str(problem(answer)["detail"])


def test_post_without_query(sound: FlaskClient) -> None:
    assert sound.post("/sparql", data={"other": "x"}).status_code == 400


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", "", None]
)
def test_media_types_that_are_not_queries(sound: FlaskClient, content_type: str | None) -> None:
    answer = sound.post("/sparql", data=ASK.encode(), content_type=content_type)
    assert answer.status_code == 415
    problem(answer)
    assert DIRECT in answer.headers["Accept-Post"]


def test_content_encoding_and_character_set(sound: FlaskClient) -> None:
    packed = sound.post("/sparql", data=ASK, content_type=DIRECT, headers={"Content-Encoding": "gzip"})
    latin = sound.post("/sparql", data=ASK, content_type=f"{DIRECT}; charset=iso-8859-1")
    assert (packed.status_code, latin.status_code) == (415, 415)
    assert sound.post("/sparql", data=ASK, content_type=f"{DIRECT}; charset=UTF-8").status_code == 200


def test_queries_that_are_not_utf8(sound: FlaskClient) -> None:
    for answer in (
        sound.post("/sparql", data=b"\xff\xfe\x00", content_type=DIRECT),
        sound.post("/sparql", data=b"query=%FF%FE", content_type=FORM),
        sound.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D"),
    ):
        assert answer.status_code == 400
        assert "not UTF-8" in str(problem(answer)["detail"])


def test_updates(sound: FlaskClient) -> None:
    assert sound.get("/sparql?update=CLEAR%20ALL").status_code == 400
    for answer in (
        sound.post("/sparql", data={"update": "DROP ALL"}),
        sound.post("/sparql", data="DROP ALL", content_type="application/sparql-update"),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_methods(sound: FlaskClient, method: str) -> None:
    answer = sound.open("/sparql", method=method)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["Allow"].split(",")}
    problem(answer)


@pytest.mark.parametrize("accept", ["application/x-none", "text/turtle;q=abc", "text/turtle", "*/*;q=0"])
def test_unacceptable_accept_lists_the_types(sound: FlaskClient, accept: str) -> None:
    answer = ask(sound, ASK, accept)
    assert answer.status_code == 406
    assert JSON in str(problem(answer)["detail"])
    assert "Accept" in answer.vary


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE SILENT <{}> {{?s ?p ?o}} }}",
        "PREFIX : <x:> SELECT * {{?s ?p :;SERVICE <{}> {{}}}}",
        "SELECT * {{\\u0053ERVICE <{}> {{?s ?p ?o}}}}",
        "ASK {{ FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
        "SELECT * {{ {{ SELECT * {{ OPTIONAL {{ service <{}> {{ ?s ?p ?o }} }} }} }} }}",
    ],
)
def test_service_is_refused_and_asks_nobody(sound: FlaskClient, listener: tuple[str, list[bytes]], query: str) -> None:
    address, heard = listener
    answer = ask(sound, query.format(address))
    assert answer.status_code in {400, 403}
    problem(answer)
    time.sleep(0.2)
    assert heard == []


@pytest.mark.parametrize("graph", ["file:///etc/hostname", "{}d.ttl", "/etc/hostname"])
def test_from_fetches_nothing(sound: FlaskClient, listener: tuple[str, list[bytes]], graph: str) -> None:
    address, heard = listener
    answer = ask(sound, f"BASE <http://x/> SELECT * FROM <{graph.format(address)}> {{ ?s ?p ?o }}")
    assert rows(answer) == []
    assert heard == []


# ---------------------------------------------------------------- queries of death


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", ("time limit",)),
        ("SELECT * {?s " + "/".join(["<x:p>"] * 500) + " ?o}", ("time limit", "patterns")),
        (
            'SELECT ?x32 { BIND("aaaaaaaaaaaaaaaa" AS ?x0) '
            + " ".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(32))
            + " }",
            ("memory limit", "time limit"),
        ),
    ],
    ids=["cross product", "long path", "doubling"],
)
def test_queries_of_death_end_and_say_why(hurried: FlaskClient, query: str, words: tuple[str, ...]) -> None:
    start = time.monotonic()
    answer = ask(hurried, query)
    assert time.monotonic() - start < 5
    assert answer.status_code in {400, 503}
    assert any(word in str(problem(answer)["detail"]) for word in words)
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    assert ask(hurried, ASK).status_code == 200
    assert hurried.get("/page/communication/cat-433-2010").status_code == 200


def test_hostile_regular_expression_is_harmless(sound: FlaskClient) -> None:
    answer = ask(sound, f'SELECT (REGEX("{"a" * 40}!", "^(a+)+$") AS ?r) {{}}')
    assert rows(answer)[0]["r"]["value"] == "false"


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
