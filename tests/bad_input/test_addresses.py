"""Rows 53 to 56: hosts, paths and names that attack; after each the next request is answered."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

KNOWN = "communication/cat-433-2010"
PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_row_53(sound: FlaskClient, host: str) -> None:
    for path in ("/", f"/id/{KNOWN}", "/sparql", "/nothing"):
        for accept in (PAGE, "application/json"):
            answer = sound.get(path, headers={"Host": host, "Accept": accept})
            assert answer.status_code == 400
            assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/id/..%2f..%2fetc%2fpasswd",
        "/id/%2e%2e/%2e%2e/etc/passwd",
        "/id/%00",
        "/id/communication/%00",
        "/page/../../etc/passwd",
        "/data/..%2f..%2fetc%2fpasswd.ttl",
        "/graph/..%2fx",
        "/static/..%2f__init__.py",
        "/static/%2e%2e/site.py",
        "/articles/..%2f..%2fx",
        "/id/x%3E%20%3Fp%20%3Fo%20%7D%20%23",
        "/id/communication/cat-433-2010%0d%0aX-Evil:%201",
    ],
)
def test_row_54(sound: FlaskClient, path: str) -> None:
    answer = sound.get(path)
    assert answer.status_code == 404
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize("path", ["/id//evil.example", "/id/%5Cevil.example", "/id/%2Fevil.example"])
def test_row_55(sound: FlaskClient, path: str) -> None:
    assert sound.get(path).status_code == 404
    for known in (f"/id/{KNOWN}", "/", "/cases", "/query", "/sparql"):
        for value in ("//evil.example", "https://evil.example/"):
            location = sound.get(known, query_string={"next": value}).headers.get("Location", "/")
            assert location.startswith("/")
            assert not location.startswith("//")
            assert "evil" not in location


@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".nt", ".rdf", ".trig"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_row_56(sound: FlaskClient, method: str, suffix: str) -> None:
    """The public store holds no restricted thing: one is answered like a name that never was, whatever is asked for."""
    for accept in ("", PAGE, "text/turtle", "application/ld+json", "application/x-none"):
        for place in ("id", "page", "data"):
            restricted, unknown = (
                sound.open(f"/{place}/person/{name}{suffix}", method=method, headers={"Accept": accept})
                for name in ("r3str1ct", "n0b0dy00")
            )
            assert restricted.status_code == 404
            assert shown(restricted, "r3str1ct") == shown(unknown, "n0b0dy00")


def shown(answer: TestResponse, name: str) -> tuple[int, list[tuple[str, str]], str]:
    """Return all that a client sees, but for the name that it sent itself and the number of the request."""
    number = answer.headers["X-Request-ID"]
    headers = [(key, value.replace(number, "N")) for key, value in answer.headers]
    return answer.status_code, headers, answer.text.replace(number, "N").replace(name, "NAME")
