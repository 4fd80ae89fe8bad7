"""The claimed figures: what is counted, by whom, for when and for whom, and what can be computed from them.

A figure is a claim. Sums and shares are computed here and say so; no figure is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.claims import Claim, claims
from kg.labels import Link
from kg.rows import by, distinct, link, links, text
from kg.saved import Row
from kg.store import Store

__all__ = ["EXACT", "ORDERS", "Figure", "Share", "Total", "figures", "same_source", "shares", "table", "totals"]

EXACT = "exact"
ORDERS = ("indicator", "party", "-date", "date", "document")


@dataclass(frozen=True)
class Figure:
    """Hold one statistical claim: the figure with all that limits it, and the claim that carries it."""

    claim: Claim
    indicator: Link
    value: Decimal | None
    value_to: Decimal | None
    qualifier: Link | None
    unit: Link | None
    period_start: str
    period_end: str
    period: str
    """as the source states it"""
    scope: str
    verbatim: str
    trend: Link | None
    groups: tuple[Link, ...]
    offences: tuple[Link, ...]
    denominator: str
    """IRI of the claim of which it is a share, as `total` and `same` are IRIs of claims"""
    total: str
    same: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Tell whether the source gives the figure without any reserve."""
        return self.qualifier is not None and self.qualifier.iri.endswith(f"/{EXACT}")


class Total(NamedTuple):
    """Hold a stated total and its parts; `difference` is what the stated total has more than the sum."""

    whole: Figure
    parts: tuple[Figure, ...]
    sum: Decimal
    difference: Decimal
    comparable: bool
    """whether every figure is exact and in one unit"""


class Share(NamedTuple):
    """Hold a figure that is a share of another, in per cent, computed here."""

    part: Figure
    whole: Figure
    percent: Decimal


@lru_cache(maxsize=2)
def figures(store: Store) -> dict[str, Figure]:
    """Return every statistical claim by its IRI, by indicator; kept for the store, which never changes."""
    known = claims(store)
    gathered = by(saved.run(store, "figures"), "claim")
    return {iri: _figure(known[iri], rows) for iri, rows in gathered.items() if iri in known}


def table(
    store: Store,
    *,
    indicator: str = "",
    party: str = "",
    document: str = "",
    theme: str = "",
    themes: Iterable[str] = (),
    order: str = ORDERS[0],
) -> list[Figure]:
    """Return the figures that fit every filter, each an IRI, in one of ORDERS.

    `themes` holds the questions that belong to the theme asked for.
    """
    of_theme = set(themes)
    found = [
        figure
        for figure in figures(store).values()
        if (not indicator or figure.indicator.iri == indicator)
        and (not party or any(party == known.iri for known in figure.claim.parties))
        and (not document or any(document == link.iri for link in figure.claim.documents))
        and (not theme or of_theme & set(figure.claim.questions))
    ]
    keys = {
        "indicator": lambda f: (f.indicator.label, f.claim.order),
        "party": lambda f: ([party.label for party in f.claim.parties], f.indicator.label),
        "date": lambda f: f.claim.order,
        "document": lambda f: ([link.label for link in f.claim.documents], f.claim.order),
    }
    key = keys.get(order.removeprefix("-"), keys["indicator"])
    return sorted(found, key=key, reverse=order.startswith("-"))


def totals(store: Store) -> list[Total]:
    """Return every stated total with its parts and their sum."""
    every, found = figures(store), []
    for iri, whole in every.items():
        parts = [figure for figure in every.values() if figure.total == iri and figure.value is not None]
        if parts and whole.value is not None:
            added = sum((figure.value or Decimal() for figure in parts), Decimal())
            alike = all(figure.exact and figure.unit == whole.unit for figure in (whole, *parts))
            ordered = tuple(sorted(parts, key=lambda figure: -(figure.value or 0)))
            found.append(Total(whole, ordered, added, whole.value - added, alike))
    return found


def shares(store: Store) -> list[Share]:
    """Return every figure that is a share of another one, with the share in per cent to one place."""
    every, found = figures(store), []
    for part in every.values():
        whole = every.get(part.denominator)
        if whole and whole.value and part.value is not None:
            found.append(Share(part, whole, (100 * part.value / whole.value).quantize(Decimal("0.1"))))
    return found


def same_source(store: Store) -> list[tuple[Figure, Figure]]:
    """Return the pairs of figures that are one figure by the word of the source, the later one first."""
    every = figures(store)
    return [(figure, every[other]) for figure in every.values() for other in figure.same if other in every]


def _figure(claim: Claim, rows: list[Row]) -> Figure:
    row = rows[0]
    return Figure(
        claim=claim,
        indicator=link(row, "indicator"),
        value=_decimal(row, "value"),
        value_to=_decimal(row, "valueTo"),
        qualifier=_known(row, "qualifier"),
        unit=_known(row, "unit"),
        period_start=text(row, "periodStart"),
        period_end=text(row, "periodEnd"),
        period=text(row, "periodStated"),
        scope=text(row, "scope"),
        verbatim=text(row, "verbatim"),
        trend=_known(row, "trend"),
        groups=links(rows, "group"),
        offences=links(rows, "offence"),
        denominator=text(row, "denominator"),
        total=text(row, "total"),
        same=distinct(rows, "same"),
        notes=distinct(rows, "note"),
    )


def _decimal(row: Row, name: str) -> Decimal | None:
    return Decimal(text(row, name)) if row[name] else None


def _known(row: Row, name: str) -> Link | None:
    return link(row, name) if row[name] else None
