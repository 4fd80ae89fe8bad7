"""The address /sparql/graph: reading whole graphs by the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.errors import LimitExceeded, NotFound
from kg.export import serialize_triples
from kg.query import GRAPH_FORMATS
from kg.store import iri, match
from web import negotiate
from web.entity import content_type
from web.problems import Problem, not_acceptable
from web.site import current

blueprint = Blueprint("graphs", __name__)

MAX_TRIPLES = 100_000
"""statements of one answer, which is made whole and in this process"""
FORMATS = {media_type: name for name, media_type in GRAPH_FORMATS.items() if name not in ("trig", "nquads")}


@blueprint.get("/sparql/graph")
def read() -> Response:
    """Send the graph that the parameter `graph` names, or the default graph (section 5.2, and 5.6 for HEAD).

    Nothing is written here: every other method is answered 405.
    """
    name = _named()
    chosen = negotiate.choose(request.headers.get("Accept"), list(FORMATS))
    if chosen is None:
        raise not_acceptable(list(FORMATS))
    site = current()
    size = site.manifest.statements if name is None else site.manifest.graphs.get(name)
    if size is None:
        raise NotFound(str(name), "graph")
    if size > MAX_TRIPLES:
        raise LimitExceeded(f"the graph has {size} triples, more than {MAX_TRIPLES}: use the dump", "rows")
    triples = [quad.triple for quad in match(site.store, graph=None if name is None else iri(name))]
    body = serialize_triples(triples, FORMATS[chosen], site.names.prefixes)
    response = Response(body, content_type=content_type(chosen))
    response.vary.add("Accept")
    return response


def _named() -> str | None:
    """Return the graph that the request names (section 4.2), None for the default graph."""
    given = [*request.args.getlist("graph"), *request.args.getlist("default")]
    if set(request.args) - {"graph", "default"} or len(given) != 1 or request.args.get("graph") == "":
        detail = "Name one graph: /sparql/graph?graph= with its address, or /sparql/graph?default for all statements."
        raise Problem(400, "One graph is expected", detail)
    return request.args.get("graph")
