"""The page of the ontology: every class and property with its definition and how often it is used."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from flask import Blueprint, render_template

from kg import saved
from kg.store import Store
from web.negotiate import RDF_SUFFIXES
from web.site import current

blueprint = Blueprint("ontology", __name__)


@blueprint.get("/page/def")
def page() -> str:
    """Show classes, properties and controlled lists."""
    site = current()
    terms = _terms(site.store)
    return render_template(
        "ontology.html",
        iri=site.names.iri_of("/def"),
        classes=[term for term in terms if term["kind"] == {"class"}],
        properties=[term for term in terms if term["kind"] != {"class"}],
        schemes=saved.run(site.store, "page-schemes"),
        uses=_uses(site.store),
        rdf_formats=RDF_SUFFIXES,
    )


@lru_cache(maxsize=2)
def _terms(store: Store) -> list[dict[str, set[str]]]:
    """Gather the rows of each term, since a term may have several domains and ranges."""
    gathered: dict[str, dict[str, set[str]]] = {}
    for row in saved.run(store, "page-terms"):
        term = gathered.setdefault(str(row["term"]), defaultdict(set))
        for name, node in row.items():
            if node is not None:
                term[name].add(str(node))
    return list(gathered.values())


@lru_cache(maxsize=2)
def _uses(store: Store) -> dict[str, int]:
    return {str(row["term"]): int(str(row["uses"])) for row in saved.run(store, "page-term-counts")}
