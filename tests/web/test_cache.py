"""Finished answers are kept, but never one that could be wrong for the next reader."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.cache import Cache, Kept


def kept(text: str) -> Kept:
    return Kept(text.encode(), (("Content-Type", "text/html"),))


def test_the_answers_used_last_are_kept() -> None:
    cache = Cache(limit=10)
    for name in ("a", "b"):
        cache.put("release", name, kept("12345"))
    assert cache.get("release", "a")
    cache.put("release", "c", kept("12345"))
    assert [name for name in "abc" if cache.get("release", name)] == ["a", "c"]


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    cache = Cache(limit=10)
    cache.put("release", "a", kept("x" * 11))
    cache.put("release", "b", kept("x"))
    assert cache.get("release", "a") is None
    assert cache.get("release", "b") is not None


def test_a_new_release_drops_the_old_answers() -> None:
    cache = Cache()
    cache.put("one", "a", kept("old"))
    assert cache.get("two", "a") is None
    cache.put("two", "b", kept("new"))
    assert cache.get("two", "a") is None
    assert cache.get("two", "b") == kept("new")


def test_same_page_twice_is_computed_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    first = client.get("/page/body/cat?once")
    monkeypatch.setattr("web.entity.describe", lambda *_: 1 / 0)
    second = client.get("/page/body/cat?once")
    assert second.status_code == 200
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert second.headers["Link"] == first.headers["Link"]
    assert client.head("/page/body/cat?once").data == b""


def test_negotiated_answers_and_nonces_are_not_mixed_up(client: FlaskClient) -> None:
    kinds = ["text/turtle", "application/ld+json", "text/turtle"]
    answers = [client.get("/data/body/cat", headers={"Accept": kind}) for kind in kinds]
    assert [answer.mimetype for answer in answers] == kinds
    queries = ["ASK {}", "ASK { ?a ?b ?c }"]
    assert len({client.get("/query", query_string={"query": query}).text for query in queries}) == 2
    assert client.get("/cases?year=2014").data != client.get("/cases?year=2016").data


def test_errors_are_not_kept(client: FlaskClient) -> None:
    first, second = (client.get("/page/body/nothing") for _ in range(2))
    assert first.status_code == second.status_code == 404
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
