"""Whole graphs by the Graph Store HTTP Protocol: reading one, and every request that has to be refused."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from web import graphs
from web.site import KEY

GRAPH = "https://w3id.org/servanda/graph/data/decisions/cat-c-48-d-433-2010"
ONE = {"graph": GRAPH}


def size(client: FlaskClient, pattern: str) -> int:
    answer = client.get("/sparql", query_string={"query": f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"})
    return int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("media_type", list(graphs.FORMATS))
def test_named_graph(client: FlaskClient, media_type: str) -> None:
    answer = client.get("/sparql/graph", query_string=ONE, headers={"Accept": media_type})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.vary
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found = list(parse(answer.data, RdfFormat.from_media_type(media_type)))
    assert len(found) == size(client, f"GRAPH <{GRAPH}> {{ ?s ?p ?o }}") > 50


def test_default_graph_holds_each_statement_once(client: FlaskClient) -> None:
    answer = client.get("/sparql/graph?default", headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    assert len(answer.data.splitlines()) == size(client, "?s ?p ?o")


@pytest.mark.parametrize("accept", [None, "*/*", "text/html,*/*;q=0.8"])
def test_turtle_is_what_comes_unasked(client: FlaskClient, accept: str | None) -> None:
    answer = client.get("/sparql/graph", query_string=ONE, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (200, "text/turtle; charset=utf-8")


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    get, head = (client.open("/sparql/graph", method=method, query_string=ONE) for method in ("GET", "HEAD"))
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers[name] == get.headers[name]


def test_unchanged_graph_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/sparql/graph", query_string=ONE).headers["ETag"]
    assert client.get("/sparql/graph", query_string=ONE, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("address", [f"?graph={GRAPH}", "?default", ""])
def test_nothing_is_written(client: FlaskClient, method: str, address: str) -> None:
    answer = client.open(
        f"/sparql/graph{address}", method=method, data="<x:s> <x:p> 1 .", content_type="text/turtle"
    )
    assert answer.status_code == 405
    assert sorted(answer.headers["Allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]
    assert size(client, "<x:s> ?p ?o") == 0


@pytest.mark.parametrize("address", [
    "", "?graph=", f"?graph={GRAPH}&default", f"?graph={GRAPH}&graph={GRAPH}", "?default&default", "?name=x",
    f"?graph={GRAPH}&format=turtle",
])  # fmt: skip
def test_one_graph_is_named(client: FlaskClient, address: str) -> None:
    answer = client.get(f"/sparql/graph{address}")
    assert (answer.status_code, answer.json["title"]) == (400, "One graph is expected")


@pytest.mark.parametrize("name", [f"{GRAPH}x", "not an IRI", "file:///etc/hostname", "<x:y>", "\x00"])
def test_unknown_graph(client: FlaskClient, name: str) -> None:
    answer = client.get("/sparql/graph", query_string={"graph": name})
    assert (answer.status_code, answer.json["title"]) == (404, "Not found")


@pytest.mark.parametrize("accept", ["application/trig", "application/n-quads", "text/csv", "text/turtle;q=0"])
def test_format_that_no_graph_has(client: FlaskClient, accept: str) -> None:
    answer = client.get("/sparql/graph", query_string=ONE, headers={"Accept": accept})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json["detail"]


def test_graph_that_is_too_large(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    held = client.application.extensions[KEY].manifest.graphs[GRAPH]
    monkeypatch.setattr(graphs, "MAX_TRIPLES", held - 1)
    answer = client.get("/sparql/graph", query_string=ONE)
    assert answer.status_code == 400
    assert answer.json["detail"] == f"the graph has {held} triples, more than {held - 1}: use the dump"
    monkeypatch.setattr(graphs, "MAX_TRIPLES", held)
    assert client.get("/sparql/graph", query_string=ONE).status_code == 200
