"""The search page, and what a text may become while it is being typed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from kg.search import LONGEST, Hit, find, suggest
from web.present import href
from web.site import current

blueprint = Blueprint("search", __name__)

LIMIT = 100
SUGGESTIONS = 10


@blueprint.get("/search")
def page() -> str:
    """Show what a text finds, grouped by kind, the kind of the best hit first."""
    text = _text()
    hits = find(current().texts, text, LIMIT + 1)
    groups: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits[:LIMIT]:
        groups[hit.kind].append(hit)
    return render_template("search.html", query=text, hits=hits[:LIMIT], more=len(hits) > LIMIT, groups=groups)


@blueprint.get("/suggest")
def suggestions() -> Response:
    """List as JSON the few things that a text being typed may mean, best first."""
    text = _text()
    return jsonify(query=text, hits=[_hit(hit) for hit in suggest(current().texts, text, SUGGESTIONS)])


def _text() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def _hit(hit: Hit) -> dict[str, Any]:
    address = href(current().names, hit.iri)
    return {"iri": hit.iri, "label": hit.label, "kind": hit.kind, "text": hit.text, "language": hit.language,
            "page": address}
