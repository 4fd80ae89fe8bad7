"""Errors: one status for each class, the same members in each answer, nothing of the inside shown."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import errors
from web.problems import of_error


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (errors.QuerySyntaxError("x", 1, 2), 400, None),
        (errors.QueryRefused("x", "nesting"), 400, None),
        (errors.QueryRefused("x", "service"), 403, None),
        (errors.LimitExceeded("x", "time", 10), 503, "10"),
        (errors.LimitExceeded("x", "memory", 1), 503, "1"),
        (errors.LimitExceeded("x", "queue", 5), 503, "5"),
        (errors.LimitExceeded("x", "rows"), 400, None),
        (errors.LimitExceeded("x", "bytes"), 400, None),
        (errors.NotFound("x"), 404, None),
        (errors.InputError("x"), 400, None),
        (errors.UsageError("x"), 400, None),
        (errors.LimitExceeded("x", "work", 7), 429, "7"),
        (errors.LimitExceeded("x", "parallel", 1), 429, "1"),
        (errors.LimitExceeded("x", "errors", 7), 429, "7"),
        (errors.Cancelled("x"), 503, None),
        (errors.EndpointFault("x"), 502, None),
        (errors.StoreFault("/srv/secret: damaged"), 503, "60"),
    ],
)
def test_table(error: errors.ServandaError, status: int, retry: str | None) -> None:
    problem = of_error(error)
    assert problem.status == status
    assert problem.headers.get("Retry-After") == retry
    assert "secret" not in problem.detail


def test_every_error_class_has_an_answer() -> None:
    def below(kind: type[errors.ServandaError]) -> set[type[errors.ServandaError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    from web.problems import KINDS

    assert [
        kind for kind in below(errors.ServandaError) - {errors.ServandaError} if not issubclass(kind, tuple(KINDS))
    ] == []


def test_programs_get_problem_json(client: FlaskClient) -> None:
    answer = client.get("/page/communication/nothing")
    body = json.loads(answer.data)
    assert answer.content_type == "application/problem+json"
    assert body.keys() >= {"type", "title", "status", "detail", "request_id"}
    assert answer.headers["X-Request-ID"] == body["request_id"]
    assert "Accept" in answer.vary


def test_browsers_get_a_page_with_a_way_out(browser: FlaskClient) -> None:
    answer = browser.get("/id/communication/cat-999-2010")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert 'href="/search?q=cat%20999%202010"' in answer.text


@pytest.mark.parametrize("path", ["/cases", "/matrix", "/query", "/page/communication/cat-433-2010"])
def test_pages_take_no_post(client: FlaskClient, path: str) -> None:
    answer = client.post(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_what_nobody_expected_is_logged_and_not_shown(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.home.saved.figures", lambda store: 1 / 0)
        answer = app.test_client().get("/?broken")
    assert answer.status_code == 500
    assert "division" not in answer.text
    assert json.loads(answer.data)["request_id"] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert app.test_client().get("/").status_code == 200


def test_damaged_store_is_logged_and_not_shown(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def damaged(store: object) -> None:
        raise errors.StoreFault("/srv/secret: damaged")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.home.saved.figures", damaged)
        answer = app.test_client().get("/?damaged")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "secret" not in answer.text
    assert "/srv/secret" in caplog.text
