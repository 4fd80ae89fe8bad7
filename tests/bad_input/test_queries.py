"""Rows 27 to 52, and 59: requests that are refused, or answered without harm; after each the service is sound."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kg.settings import Limits, Settings
from tests.bad_input.answers import ask, detail, problem, rows
from tests.bad_input.conftest import Tokens
from tests.conftest import Listener

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"
ASK = "ASK { ?s ?p ?o }"
UNKNOWN = "https://w3id.org/servanda/graph/unknown"
# The public store holds no restricted graph, so the name of one must be answered like any name that never was.
RESTRICTED = "https://w3id.org/servanda/graph/restricted"

VIRTUOSO = {
    "test_row_42": "inside GRAPH ?g { SELECT … } it looks into every graph that it holds, so it must hold no others",
    "test_row_43": "GRAPH ?g {} names no graph",
    "test_row_45": "BNODE() is not there, and the query is refused",
    "test_row_50": "REGEX() gives up on a hostile pattern and says true",
}
"""what Virtuoso does otherwise"""


@pytest.fixture(autouse=True)
def _known_differences(request: pytest.FixtureRequest) -> None:
    """Mark what Virtuoso is known to do otherwise; that it does not any more fails the run."""
    callspec = getattr(request.node, "callspec", None)
    reason = VIRTUOSO.get(request.node.originalname)
    if reason and callspec and callspec.params.get("engine") == "virtuoso":
        request.applymarker(pytest.mark.xfail(reason=reason))


def test_row_27(sound: FlaskClient) -> None:
    for query in ("", "   \n", "# nothing"):
        assert detail(ask(sound, query), 400) == "query is empty"
        assert detail(sound.post("/sparql", data={"query": query}), 400) == "query is empty"


def test_row_28(sound: FlaskClient) -> None:
    body = problem(ask(sound, "SELECT * {"), 400)
    assert (body["line"], body["column"]) == (1, 11)
    body = problem(ask(sound, "SELECT ?case\nWHERE { ?case sv:violatedArticle }"), 400)
    assert (body["line"], body["column"]) == (2, 34)


def test_row_29(sound: FlaskClient) -> None:
    assert "more than one query" in detail(sound.get(f"/sparql?query={quote(ASK)}&query={quote(ASK)}"), 400)
    assert "more than one query" in detail(sound.post("/sparql", data={"query": [ASK, ASK]}), 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", "", None]
)
def test_row_30(sound: FlaskClient, content_type: str | None) -> None:
    answer = sound.post("/sparql", data=ASK.encode(), content_type=content_type)
    problem(answer, 415)
    assert DIRECT in answer.headers["Accept-Post"]


def test_row_31(sound: FlaskClient) -> None:
    for answer in (
        sound.post("/sparql", data=b"\xff\xfe\x00", content_type=DIRECT),
        sound.post("/sparql", data=b"query=%FF%FE", content_type=FORM),
        sound.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D"),
    ):
        assert "not UTF-8" in detail(answer, 400)


def test_row_32(sound: FlaskClient) -> None:
    problem(sound.get("/sparql?update=CLEAR%20ALL"), 400)


def test_row_33(sound: FlaskClient) -> None:
    for answer in (
        sound.post("/sparql", data="update=DROP+ALL", content_type=FORM),
        sound.post("/sparql", data="DROP ALL", content_type="application/sparql-update"),
    ):
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_row_34(sound: FlaskClient, method: str) -> None:
    answer = sound.open("/sparql", method=method)
    problem(answer, 405)
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["Allow"].split(",")}


def test_row_35(sound: FlaskClient, listener: Listener) -> None:
    address = listener.address
    for query in (
        f"SELECT * {{ SERVICE SILENT <{address}> {{?s ?p ?o}} }}",
        f"ASK {{ FILTER EXISTS {{ SERVICE <{address}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ {{ SELECT * {{ OPTIONAL {{ service <{address}> {{ ?s ?p ?o }} }} }} }} }}",
    ):
        assert "SERVICE is disabled" in detail(ask(sound, query), 403)
    assert listener.heard() == []


def test_row_36(sound: FlaskClient, listener: Listener) -> None:
    address = listener.address
    query = f"PREFIX : <x:> SELECT * {{?s ?p :;SERVICE <{address}> {{}}}}"
    assert "SERVICE is disabled" in detail(ask(sound, query), 403)
    assert listener.heard() == []


def test_row_37(sound: FlaskClient, listener: Listener) -> None:
    address = listener.address
    problem(ask(sound, f"SELECT * {{\\u0053ERVICE <{address}> {{?s ?p ?o}}}}"), 400)
    assert listener.heard() == []


@pytest.mark.parametrize("base", ["", "BASE <http://127.0.0.1/> "])
def test_row_38(sound: FlaskClient, base: str) -> None:
    assert rows(ask(sound, f"{base}SELECT * FROM <file:///etc/hostname> {{?s ?p ?o}}")) == []
    assert rows(ask(sound, "BASE <file:///> SELECT * FROM </etc/hostname> {?s ?p ?o}")) == []


def test_row_39(sound: FlaskClient, listener: Listener) -> None:
    address = listener.address
    assert rows(ask(sound, f"SELECT * FROM <{address}d.ttl> {{?s ?p ?o}}")) == []
    assert rows(ask(sound, f"SELECT * FROM NAMED <{address}d.ttl> {{GRAPH ?g {{?s ?p ?o}}}}")) == []
    assert rows(ask(sound, "SELECT * {?s ?p ?o}", **{"default-graph-uri": f"{address}d.ttl"})) == []
    assert listener.heard() == []


def test_row_40(engine: Settings, sound: FlaskClient, listener: Listener, tokens: Tokens) -> None:
    address = listener.address
    load = f"LOAD <{address}d.ttl>"
    token = {"Authorization": f"Bearer {tokens.valid}"}
    assert "LOAD is disabled" in detail(sound.post("/sparql", data={"query": load}, headers=token), 403)
    for answer in (
        sound.post("/sparql", data={"update": load}, headers=token),
        sound.post("/sparql", data=load, content_type="application/sparql-update", headers=token),
    ):
        expected = (501, "filled from files only") if engine.endpoint else (403, "LOAD is disabled")
        assert expected[1] in detail(answer, expected[0])
    assert listener.heard() == []


@pytest.mark.parametrize("accept", [JSON, "text/csv", "application/sparql-results+xml"])
def test_row_41(sound: FlaskClient, accept: str) -> None:
    named = "SELECT * FROM NAMED <{}> {{GRAPH ?g {{?s ?p ?o}}}}"
    default = "SELECT * FROM <{}> {{?s ?p ?o}}"
    for query in (named, default):
        restricted, unknown = (ask(sound, query.format(name), accept) for name in (RESTRICTED, UNKNOWN))
        assert (restricted.status_code, restricted.data) == (unknown.status_code, unknown.data) == (200, unknown.data)
    for parameter in ("default-graph-uri", "named-graph-uri"):
        query = "SELECT * {{?s ?p ?o} UNION {GRAPH ?g {?s ?p ?o}}}"
        restricted, unknown = (ask(sound, query, accept, **{parameter: name}) for name in (RESTRICTED, UNKNOWN))
        assert (restricted.status_code, restricted.data) == (unknown.status_code, unknown.data) == (200, unknown.data)


def public(client: FlaskClient) -> dict[str, int]:
    """Return the public graphs and the number of their statements, as the release has them."""
    found: dict[str, int] = client.application.extensions["servanda"].manifest.graphs
    return found


def test_row_42(sound: FlaskClient) -> None:
    query = "SELECT * {GRAPH ?g {SELECT (COUNT(*) AS ?n) (SAMPLE(?o) AS ?x) {?s ?p ?o}}}"
    found = rows(ask(sound, query))
    assert sum(int(row["n"]["value"]) for row in found) == sum(public(sound).values())


def test_row_43(sound: FlaskClient) -> None:
    assert {row["g"]["value"] for row in rows(ask(sound, "SELECT ?g {GRAPH ?g {}}"))} == public(sound).keys()


def test_row_44(sound: FlaskClient) -> None:
    assert ask(sound, f"ASK {{GRAPH <{RESTRICTED}> {{?s ?p ?o}}}}").json["boolean"] is False
    entity = "https://w3id.org/servanda/id/person/{}"
    for format in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        restricted, unknown = (
            ask(sound, f"DESCRIBE <{entity.format(name)}>", format) for name in ("restricted", "unknown")
        )
        assert (restricted.status_code, restricted.data) == (200, unknown.data)
        assert b"restricted" not in restricted.data


def test_row_45(sound: FlaskClient) -> None:
    assert rows(ask(sound, 'SELECT * {BIND(BNODE("label-from-R") AS ?b) ?b ?p ?o}')) == []


def test_limits_of_the_rows_below_are_the_promised_ones() -> None:
    limits = Limits()
    promised = (limits.seconds, limits.memory, limits.rows, limits.bytes, limits.query_bytes, limits.depth)
    assert promised == (10, 10**9, 10_000, 10**7, 16_000, 50)


def test_row_46(sound: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}"
    answer = ask(sound, query)
    assert "time limit of 5 s" in detail(answer, 503)
    assert int(answer.headers["Retry-After"]) >= 1


def test_row_47(sound: FlaskClient) -> None:
    for text in ("{" * 5000 + " ?s ?p ?o " + "}" * 5000, "{" * 51 + " ?s ?p ?o " + "}" * 51):
        assert "nesting deeper than 50" in detail(ask(sound, "SELECT * " + text), 400)


def test_row_48(sound: FlaskClient) -> None:
    answer = ask(sound, "SELECT * {?s " + "/".join(["<x:p>"] * 500) + " ?o}")
    assert "more than 100 triple patterns and path steps" in detail(answer, 400)


def test_row_49(sound: FlaskClient, engine: Settings) -> None:
    doubled = " ".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(32))
    answer = ask(sound, f'SELECT ?x32 {{BIND("{"a" * 1000}" AS ?x0) {doubled}}}')
    # A worker reads the text before a server gets it, and the server has its own bounds: time may be up there first.
    assert (" limit of " if engine.endpoint else "memory limit") in detail(answer, 503)
    assert int(answer.headers["Retry-After"]) >= 1


def test_row_50(sound: FlaskClient) -> None:
    (row,) = rows(ask(sound, f'SELECT (REGEX("{"a" * 40}!", "^(a+)+$") AS ?r) {{}}'))
    assert row["r"]["value"] in ("false", "0")


@pytest.mark.parametrize("accept", [JSON, "text/csv", "text/tab-separated-values"])
def test_row_51(sound: FlaskClient, accept: str) -> None:
    answer = ask(sound, "SELECT * {?a ?b ?c . ?d ?e ?f}", accept)
    assert detail(answer, 400) == "more than 10000 rows: add LIMIT or use the dump"


@pytest.mark.parametrize("accept", ["application/x-none", "text/turtle;q=abc", "text/turtle", "*/*;q=0"])
def test_row_52(sound: FlaskClient, accept: str) -> None:
    answer = ask(sound, ASK, accept)
    assert JSON in detail(answer, 406)
    assert "Accept" in answer.vary
    for nothing in (None, "", "  "):
        assert ask(sound, ASK, nothing).content_type == JSON


def test_row_59(sound: FlaskClient, tokens: Tokens, caplog: pytest.LogCaptureFixture) -> None:
    update = {"update": "INSERT DATA { <http://e/a> <http://e/b> 1 }"}
    sound.set_cookie("token", tokens.valid)
    for answer in (
        sound.post("/sparql", data=update, headers={"Origin": "https://evil.example"}),
        sound.post("/sparql", data=update, headers={"Authorization": f"Bearer {tokens.expired}"}),
        sound.post("/sparql", data=update, headers={"Authorization": f"Basic {tokens.valid}"}),
        sound.post("/sparql", data=update, query_string={"token": tokens.valid}),
        sound.post("/sparql", data=update, query_string={"access_token": tokens.valid}),
        sound.post("/sparql", data={**update, "token": tokens.valid, "access_token": tokens.valid}),
    ):
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert tokens.valid not in answer.text + caplog.text
        assert tokens.expired not in answer.text + caplog.text
    sound.delete_cookie("token")
