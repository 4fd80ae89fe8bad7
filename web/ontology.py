"""The page of the ontology: every class and property with its definition and how often it is used."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from flask import Blueprint, render_template, request

from kg import saved
from kg.store import Store
from web.negotiate import RDF_SUFFIXES
from web.site import current

blueprint = Blueprint("ontology", __name__)

LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}


@blueprint.get("/page/def")
def page() -> str:
    """Show classes, properties and controlled lists; `lang` in the address chooses the language of the meanings."""
    site = current()
    terms = _terms(site.store)
    return render_template(
        "ontology.html",
        language=chosen_language(),
        languages=LANGUAGES,
        iri=site.names.iri_of("/def"),
        classes=[term for term in terms if term["kind"] == {"class"}],
        properties=[term for term in terms if term["kind"] != {"class"}],
        schemes=saved.run(site.store, "page-schemes"),
        uses=_uses(site.store),
        rdf_formats=RDF_SUFFIXES,
    )


def chosen_language() -> str:
    """Return the language that the address asks for, English where it names none that there is."""
    asked = request.args.get("lang", "en")
    return asked if asked in LANGUAGES else "en"


@lru_cache(maxsize=2)
def _terms(store: Store) -> list[dict[str, set[str]]]:
    """Gather the rows of each term, since a term may have several domains and ranges."""
    gathered: dict[str, dict[str, set[str]]] = {}
    for row in saved.run(store, "page-terms"):
        term = gathered.setdefault(str(row["term"]), defaultdict(set))
        for name, node in row.items():
            if node is not None:
                term[name].add(str(node))
    for row in saved.run(store, "page-term-texts"):
        term = gathered.get(str(row["term"]), {})
        for name in ("label", "definition"):
            node = row[name]
            if node is not None and node.language:
                term[f"{name}-{node.language}"].add(node.value)
    return list(gathered.values())


@lru_cache(maxsize=2)
def _uses(store: Store) -> dict[str, int]:
    return {str(row["term"]): int(str(row["uses"])) for row in saved.run(store, "page-term-counts")}
