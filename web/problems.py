"""Errors as answers: one table from error class to HTTP status, sent as problem+json (RFC 9457) or as a page."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from kg.errors import (
    Cancelled,
    EndpointFault,
    EnvironmentFault,
    InputError,
    LimitExceeded,
    NotFound,
    QueryRefused,
    QuerySyntaxError,
    ServandaError,
    UsageError,
)
from web import negotiate

PROBLEM_JSON = "application/problem+json"


class Kind(NamedTuple):
    """How one class of errors is answered: HTTP status and the title that every error of the class has."""

    status: int
    title: str


# The first class that fits decides, so the more special ones stand first.
KINDS: dict[type[ServandaError], Kind] = {
    QuerySyntaxError: Kind(400, "The query is not valid SPARQL"),
    QueryRefused: Kind(400, "The query is refused"),
    LimitExceeded: Kind(503, "The query met a limit"),
    Cancelled: Kind(503, "The query was given up"),
    NotFound: Kind(404, "Not found"),
    InputError: Kind(400, "The request is not valid"),
    UsageError: Kind(400, "The request is not valid"),
    EndpointFault: Kind(502, "Another endpoint gave no usable answer"),
    EnvironmentFault: Kind(503, "The service is not ready"),
}
# What the client has to change needs a 400, what passes by itself a 503, and a 429 where it was this client alone.
PERMANENT_LIMITS = frozenset({"rows", "bytes"})
CLIENT_LIMITS = frozenset({"work", "parallel", "errors"})
FORBIDDEN_RULES = frozenset({"service", "load", "graph"})


class Problem(Exception):  # noqa: N818 (it is an answer, not a fault)
    """Refuse a request: status, a title that names the rule, a detail that says the way out, an address to search."""

    def __init__(
        self, status: int, title: str, detail: str, headers: dict[str, str] | None = None, search: str = "/search"
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers or {}
        self.search = search


def not_acceptable(offers: Sequence[str]) -> Problem:
    """Make the refusal that lists which media types there are (RFC 9110, section 15.5.7)."""
    return Problem(406, "Not acceptable", f"This can be had as {', '.join(offers)}; ask for one of these in Accept.")


def of_error(error: ServandaError) -> Problem:
    """Turn an error of the knowledge graph into the answer to it."""
    status, title = next((kind for cls, kind in KINDS.items() if isinstance(error, cls)), Kind(500, "Internal error"))
    headers = {}
    detail = str(error)
    if isinstance(error, QueryRefused) and error.rule in FORBIDDEN_RULES:
        status = 403
    if isinstance(error, LimitExceeded):
        if error.limit in PERMANENT_LIMITS:
            status = 400
        if error.limit in CLIENT_LIMITS:
            status, title = 429, "The client met a limit"
        if error.retry_after is not None:
            headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, EnvironmentFault) and not isinstance(error, EndpointFault):
        detail = "The data cannot be read at the moment; the operator finds the reason in the log of the server."
        headers["Retry-After"] = "60"
    return Problem(status, title, detail, headers)


def request_id() -> str:
    """Return the name of this request, which the answer and the log share."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    value: str = g.request_id
    return value


def answer(problem: Problem, extra: dict[str, object] | None = None) -> Response:
    """Write a problem as a page for browsers and as problem+json for everybody else."""
    if negotiate.prefers_html(request.headers.get("Accept")):
        page = render_template("problem.html", problem=problem, request_id=request_id())
        response = Response(page, problem.status, content_type="text/html; charset=utf-8")
    else:
        body = {
            "type": "/about#errors",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "request_id": request_id(),
            **(extra or {}),
        }
        response = Response(json.dumps(body, ensure_ascii=False) + "\n", problem.status, content_type=PROBLEM_JSON)
    response.headers.extend(problem.headers)
    response.headers["X-Request-ID"] = request_id()
    response.vary.add("Accept")
    return response


def init_app(app: Flask) -> None:
    """Answer every error in one way; what nobody expected is logged with its request id and never shown."""

    @app.errorhandler(Problem)
    def refused(problem: Problem) -> Response:
        return answer(problem)

    @app.errorhandler(ServandaError)
    def known(error: ServandaError) -> Response:
        if isinstance(error, EnvironmentFault):
            app.logger.error("%s %s", request_id(), error)
        about = {name: getattr(error, name, None) for name in ("limit", "rule", "line", "column")}
        return answer(of_error(error), {name: value for name, value in about.items() if value})

    @app.errorhandler(SecurityError)
    def foreign_host(_: SecurityError) -> Response:
        # Nothing here may be built from the Host header, so the page templates are left out.
        body = {"type": "/about#errors", "title": "Unknown host", "status": 400, "request_id": request_id()}
        body["detail"] = "The Host header names a host that this service does not answer for."
        return Response(json.dumps(body) + "\n", 400, content_type=PROBLEM_JSON)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        detail = MESSAGES.get(error.code or 500) or error.description or error.name
        problem = Problem(error.code or 500, error.name, detail)
        original = error.get_response()
        for name in ("Allow", "Retry-After"):
            if name in original.headers:
                problem.headers[name] = original.headers[name]
        if 300 <= problem.status < 400 and isinstance(original, Response):
            return original
        return answer(problem)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("%s %s", request_id(), request.path, exc_info=error)
        detail = f"The service made a mistake. Please report it with the number {request_id()}."
        return answer(Problem(500, "Internal error", detail))


MESSAGES = {
    404: "There is nothing at this address. The search may find what you are looking for.",
    405: "This address does not take that method; the Allow header lists those that it takes.",
    413: "The request is larger than 1 MB.",
}
