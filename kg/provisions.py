"""The provisions of the treaties, in the order of the treaties: how they are cited and in what they are contained."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.store import Store
from kg.words import fold

__all__ = ["Provision", "find_provision", "provisions"]


class Provision(NamedTuple):
    """Hold a provision; `order` sorts by treaty, then by place in it, and `within` are the larger provisions."""

    iri: str
    citation: str
    label: str
    number: str
    article: str
    """IRI of the article in which it stands; an article stands in itself"""
    instrument: str
    acronym: str
    order: tuple[str, str, int, str]
    within: frozenset[str] = frozenset()


@lru_cache(maxsize=2)
def provisions(store: Store) -> dict[str, Provision]:
    """Return every provision by IRI, in order; kept for the store, since the store of a release never changes."""
    within = defaultdict(set)
    for row in saved.run(store, "provision-parts"):
        within[str(row["provision"])].add(str(row["whole"]))
    found = []
    for row in saved.run(store, "provisions"):
        given = {name: str(node or "") for name, node in row.items()}
        found.append(
            Provision(
                iri=given["provision"],
                citation=given["citation"],
                label=given["label"] or given["citation"],
                number=given["number"],
                article=given["article"],
                instrument=given["instrument"],
                acronym=given["acronym"],
                order=(given["adopted"] or "9999", given["acronym"], int(given["position"] or 0), given["citation"]),
                within=frozenset(within[given["provision"]]),
            )
        )
    return {provision.iri: provision for provision in sorted(found, key=lambda provision: provision.order)}


def find_provision(store: Store, name: str) -> Provision | None:
    """Return the provision of a citation, a slug, a prefixed name or an IRI, None if there is none.

    "ICCPR 14(3)(d)", "iccpr 14 3 d", "iccpr-14-3-d" and "provision:iccpr-14-3-d" all name the same one.
    """
    known = provisions(store)
    if name in known:
        return known[name]
    words = fold(name.removeprefix("provision:"))
    return next((provision for provision in known.values() if words and fold(provision.citation) == words), None)
