"""The first page, the page about the project, and the health check."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from kg import saved
from kg.cases import cases
from web.editor import permalink
from web.negotiate import RDF_SUFFIXES
from web.site import current

blueprint = Blueprint("home", __name__)

RECENT = 8


@blueprint.get("/")
def first() -> str:
    """Say what this is and what it knows; each figure leads to the query that computes it."""
    site = current()
    decided = [row for row in cases(site.store) if row.date_of_decision]
    return render_template(
        "home.html",
        figures=[(query, value, permalink(query.text)) for query, value in saved.figures(site.store)],
        states=[str(row["name"]) for row in saved.run(site.store, "page-respondents")],
        recent=sorted(decided, key=lambda row: row.date_of_decision, reverse=True)[:RECENT],
        built=site.manifest.built[:10],
    )


@blueprint.get("/about")
def about() -> str:
    """Say what counts as a fact, which formats and limits there are, and what the errors mean."""
    return render_template("about.html", limits=current().settings.limits, rdf_formats=RDF_SUFFIXES)


@blueprint.get("/healthz")
def health() -> Response:
    """Tell a monitor that the service answers, from which release, and what its workers do."""
    site = current()
    pool = site.queries.pool
    workers = [{"starts": worker["starts"], "isolated": worker["network"] == ""} for worker in pool.state()]
    about = {"release": site.version, "statements": site.manifest.statements}
    return jsonify(status="ok", **about, workers=workers, waiting=pool.waiting)
