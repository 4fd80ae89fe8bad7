"""Questions to the service, and what every refusal must look like."""

from __future__ import annotations

import json

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def ask(client: FlaskClient, query: str, accept: str | None = None, **parameters: str | list[str]) -> TestResponse:
    """Send a query by GET."""
    headers = {"Accept": accept} if accept is not None else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def rows(answer: TestResponse) -> list[dict[str, dict[str, str]]]:
    """Return the rows of an answer."""
    assert answer.status_code == 200, answer.text
    found: list[dict[str, dict[str, str]]] = json.loads(answer.data)["results"]["bindings"]
    return found


def problem(answer: TestResponse, status: int) -> dict[str, object]:
    """Return what a refusal says, which is never a path or a trace."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body: dict[str, object] = json.loads(answer.data)
    assert {"type", "title", "status", "detail", "request_id"} <= body.keys()
    assert body["status"] == status
    assert "Traceback" not in answer.text
    assert ".servanda" not in answer.text
    return body


def detail(answer: TestResponse, status: int) -> str:
    """Return the sentence of a refusal."""
    return str(problem(answer, status)["detail"])
