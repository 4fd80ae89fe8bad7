"""The description of the endpoint (SPARQL 1.1 Service Description), for programs; browsers go to the editor."""

from __future__ import annotations

from flask import Response, request

from kg import saved
from kg.query import GRAPH_FORMATS
from kg.store import iri
from web import negotiate
from web.budget import caller
from web.problems import not_acceptable
from web.site import current


def describe(address: str) -> Response:
    """Return the service description in the RDF format that the client prefers."""
    offers = list(GRAPH_FORMATS.values())
    chosen = negotiate.choose(request.headers.get("Accept"), [*offers, negotiate.HTML])
    if chosen is None:
        raise not_acceptable(offers)
    if chosen == negotiate.HTML:
        response = Response(status=303, headers={"Location": "/query"})
    else:
        bindings = {"endpoint": iri(address), "dataset": iri(f"{address}#dataset"), "merged": iri(f"{address}#merged")}
        bindings["language"] = iri(current().names.expand(f"sd:SPARQL11{'Update' if _takes_updates() else 'Query'}"))
        answer = current().queries.run(saved.find("page-service").text, chosen, bindings=bindings, caller=caller())
        response = Response(answer.body, content_type=answer.media_type)
    response.vary.add("Accept")
    return response


def _takes_updates() -> bool:
    settings = current().settings
    return bool(settings.writers) and not settings.endpoint
