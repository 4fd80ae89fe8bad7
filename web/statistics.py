"""The table of claimed figures, with what can be computed from them; also as CSV."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kg.disputes import disputes, retellings
from kg.errors import InputError
from kg.figures import ORDERS, Figure, figures, same_source, shares, table, totals
from web.cases import Choice, spreadsheet
from web.claims import iris, resolved
from web.dispute import card_of
from web.present import local_name, quantity, with_query
from web.site import current

blueprint = Blueprint("statistics", __name__)

FILTERS = ("indicator", "theme", "party", "document")
ORDER_LABELS = {
    "indicator": "What is counted",
    "party": "Who says so",
    "-date": "Latest first",
    "date": "Earliest first",
    "document": "Document",
}
COLUMNS = ("indicator", "qualifier", "value", "value_to", "unit", "trend", "period", "period_start", "period_end",
           "scope", "groups", "claimant", "reported_by", "date", "document", "place", "part_of_total", "denominator",
           "iri")  # fmt: skip


@blueprint.get("/statistics")
def listing() -> str:
    """Show every claimed figure that fits the filters, the sums and shares, and what goes back to one source."""
    store, given = current().store, _given()
    found, note = _table()
    order = _order()
    every = figures(store)
    retold = retellings(store, [figure.claim for figure in every.values()])
    return render_template(
        "statistics.html",
        counted=[_shown(figure) for figure in found if figure.value is not None],
        trends=[_shown(figure) for figure in found if figure.value is None],
        note=note,
        total=len(every),
        given=given,
        order=order,
        orders=ORDER_LABELS,
        choices=_choices(),
        totals=totals(store),
        shares=shares(store),
        same=same_source(store),
        retold=[root for root in retold if root.again],
        csv_path=with_query("/statistics.csv", **given, order=order if order != ORDERS[0] else None),
        data_set=current().names.iri_of("/id/data-set/claimed-figures"),
    )


@blueprint.get("/statistics.csv")
def listing_csv() -> Response:
    """Send the same figures as CSV, one row for each claim."""
    return spreadsheet("statistics.csv", COLUMNS, map(_row, _table()[0]))


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in FILTERS}


def _order() -> str:
    order = request.args.get("order", ORDERS[0])
    if order not in ORDERS:
        raise InputError(f'"{order}" is not an order; orders: {", ".join(ORDERS)}')
    return order


def _table() -> tuple[list[Figure], str]:
    """Return the figures that the address asks for, and a note where a filter names something unknown."""
    store, given = current().store, _given()
    nouns = {"indicator": "indicator", "theme": "theme", "party": "party", "document": "document"}
    known = {**iris(), "indicator": [figure.indicator.iri for figure in figures(store).values()]}
    wanted, note = resolved(given, nouns, known)
    on_theme = [
        dispute.iri
        for dispute in disputes(store).values()
        if any(theme.iri == wanted["theme"] for theme in dispute.themes)
    ]
    return table(store, **wanted, themes=on_theme, order=_order()), note


def _shown(figure: Figure) -> tuple[Figure, tuple[str, ...]]:
    """Return a figure, and who reports it."""
    return figure, tuple(link.label for link in card_of(figure.claim).reporters)


def _choices() -> dict[str, list[Choice]]:
    """List what each filter can be set to, from the figures there are."""
    found = list(figures(current().store).values())
    asked = disputes(current().store)
    questions = {question for figure in found for question in figure.claim.questions if question in asked}
    pairs = {
        "indicator": {(figure.indicator.iri, figure.indicator.label) for figure in found},
        "theme": {(theme.iri, theme.label) for question in questions for theme in asked[question].themes},
        "party": {(party.iri, party.label) for figure in found for party in figure.claim.parties},
        "document": {(link.iri, link.label) for figure in found for link in figure.claim.documents},
    }
    return {
        name: [Choice(local_name(iri), label) for iri, label in sorted(values, key=lambda pair: pair[1])]
        for name, values in pairs.items()
    }


def _row(figure: Figure) -> list[str]:
    claim = figure.claim
    return [
        figure.indicator.label,
        figure.qualifier.label if figure.qualifier else "",
        quantity(figure.value).replace(",", "") if figure.value is not None else "",
        quantity(figure.value_to).replace(",", "") if figure.value_to is not None else "",
        figure.unit.label if figure.unit else "",
        figure.trend.label if figure.trend else "",
        figure.period,
        figure.period_start,
        figure.period_end,
        figure.scope,
        "; ".join(group.label for group in figure.groups),
        "; ".join(party.label for party in claim.parties),
        "; ".join(_shown(figure)[1]),
        claim.date,
        "; ".join(link.label for link in claim.documents),
        "; ".join(place.spot for place in claim.places),
        figure.total,
        figure.denominator,
        claim.iri,
    ]
