"""The search page."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, render_template, request

from kg import search
from kg.cases import table
from web.site import current

blueprint = Blueprint("search", __name__)

LIMIT = 100
LONGEST = 200


@blueprint.get("/search")
def page() -> str:
    """Show what a text finds, grouped by kind, the kind of the best hit first."""
    text = request.args.get("q", "").strip()[:LONGEST]
    hits = search.find(current().store, text, LIMIT + 1) if text else []
    groups: dict[str, list[search.Hit]] = defaultdict(list)
    for hit in hits[:LIMIT]:
        groups[hit.kind].append(hit)
    mentioned = len(table(current().store, text=text).rows) if text else 0
    return render_template(
        "search.html", query=text, mentioned=mentioned, hits=hits[:LIMIT], more=len(hits) > LIMIT, groups=groups
    )
