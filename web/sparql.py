"""The endpoint /sparql: the SPARQL 1.1 Protocol and its service description; updates go on to `web.updates`."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, request

from kg.query import FORMATS, Answer, formats
from web import negotiate, service, updates
from web.budget import caller
from web.present import with_query
from web.problems import Problem, not_acceptable
from web.site import current

blueprint = Blueprint("sparql", __name__)

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
# What clients ask for by habit, and the registered type that they get.
ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
ENDINGS = {
    "json": "srj", "xml": "srx", "csv": "csv", "tsv": "tsv",
    "turtle": "ttl", "ntriples": "nt", "jsonld": "jsonld", "rdfxml": "rdf", "trig": "trig", "nquads": "nq",
}  # fmt: skip


class Operation(NamedTuple):
    """Hold what a request asks: the query text, the dataset that the protocol names, and the format by name."""

    query: str | bytes
    default_graphs: list[str]
    named_graphs: list[str]
    format: str | None


@blueprint.route("/sparql", methods=["GET", "POST"], provide_automatic_options=False)
def endpoint() -> Response:
    """Answer a query or an update (SPARQL 1.1 Protocol, section 2), or describe the service when a GET has no query."""
    if request.content_encoding:
        raise Problem(415, "Unsupported content encoding", "Send the query without Content-Encoding.")
    operation = _post() if request.method == "POST" else _get()
    if isinstance(operation, updates.Update):
        return updates.carry_out(operation)
    if operation is None:
        return service.describe(request.base_url)
    query = current().queries.check(operation.query)
    wanted = operation.format or _negotiated(query.form)
    if wanted == negotiate.HTML:
        return Response(status=303, headers={"Location": with_query("/query", query=query.text), "Vary": "Accept"})
    graphs = operation.default_graphs, operation.named_graphs
    return respond(current().queries.run(query, wanted, *graphs, caller=caller()), bool(operation.format))


@blueprint.route("/sparql", methods=["OPTIONS"])
def preflight() -> Response:
    """Tell browsers which requests other sites may send (Fetch standard, CORS preflight)."""
    headers = {
        "Allow": "GET, HEAD, OPTIONS, POST",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status=204, headers=headers)


def respond(answer: Answer, download: bool) -> Response:
    """Send an answer; CSV and whatever was asked for by name is a download, so that no browser shows it as a page."""
    response = Response(answer.body, content_type=_content_type(answer.media_type))
    response.vary.add("Accept")
    name = next(name for name, media_type in FORMATS.items() if media_type == answer.media_type)
    if download or name in {"csv", "tsv"}:
        response.headers["Content-Disposition"] = f'attachment; filename="result.{ENDINGS[name]}"'
    return response


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _negotiated(form: str) -> str:
    offers = [*formats(form).values(), *(alias for alias in ALIASES if ALIASES[alias] in formats(form).values())]
    if request.method != "POST":
        offers.append(negotiate.HTML)
    accept = request.headers.get("Accept")
    chosen = negotiate.choose(accept, offers)
    if chosen is None:
        raise not_acceptable(list(formats(form).values()))
    return ALIASES.get(chosen, chosen)


def _get() -> Operation | None:
    """Read the parameters of a GET; None when there is no query."""
    _check_utf8(request.query_string)
    if "update" in request.args:
        raise Problem(400, "Updates are not accepted", "An update is sent by POST, never by GET.")
    texts = request.args.getlist("query")
    if not texts:
        return None
    return _operation(texts, request.args.getlist("default-graph-uri"), request.args.getlist("named-graph-uri"))


def _post() -> Operation | updates.Update:
    """Read what is sent by POST: as form parameters, or directly as the body with the dataset in the address."""
    kind = request.mimetype
    _check_utf8(request.query_string)
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise Problem(415, "Unsupported character set", "SPARQL is sent in UTF-8.")
    if kind == UPDATE:
        return updates.Update([request.get_data()], request.args)
    if kind == DIRECT:
        graphs = request.args.getlist("default-graph-uri"), request.args.getlist("named-graph-uri")
        return _operation([request.get_data()], *graphs)
    if kind != FORM:
        detail = f"Send the query as {FORM} or as {DIRECT}."
        raise Problem(415, "Unsupported media type", detail, {"Accept-Post": f"{FORM}, {DIRECT}, {UPDATE}"})
    _check_utf8(request.get_data(cache=True))
    if "update" in request.form:
        return updates.Update(request.form.getlist("update"), request.form)
    graphs = request.form.getlist("default-graph-uri"), request.form.getlist("named-graph-uri")
    return _operation(request.form.getlist("query"), *graphs)


def _operation(texts: list[str] | list[bytes], default_graphs: list[str], named_graphs: list[str]) -> Operation:
    if not texts:
        raise Problem(400, "No query", "Send the query in the parameter “query”.")
    if len(texts) > 1:
        raise Problem(400, "More than one query", "There is more than one query; send one parameter “query”.")
    asked = request.values.get("format")
    if asked is not None and asked not in FORMATS:
        raise Problem(400, "Unknown format", f"The parameter “format” is one of {', '.join(FORMATS)}.")
    return Operation(texts[0], default_graphs, named_graphs, asked)


def _check_utf8(encoded: bytes) -> None:
    """Refuse what is not UTF-8 below its percent encoding, since it would reach the query as other characters."""
    try:
        unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "Not UTF-8", f"The parameters are not UTF-8 at byte {error.start}.") from None
