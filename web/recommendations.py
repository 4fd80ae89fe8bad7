"""The table of recommendations and the table of deadlines with their filters; both also as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, render_template, request

from kg import deadlines as due
from kg import recommendations as made
from kg.deadlines import Deadline, Deadlines
from kg.labels import Link
from kg.recommendations import Recommendation, Recommendations
from web.cases import Choice, Head, spreadsheet
from web.present import local_name, with_query
from web.site import current

blueprint = Blueprint("recommendations", __name__)

FILTERS = ("body", "state", "cycle", "theme", "text")
DEFAULT_SORT = "-date"
HEADS = {
    "recommendation": "Recommendation",
    "made_by": "Made by",
    "cycle": "Cycle",
    "date": "Date",
    "themes": "Themes",
    "latest_grades": "Latest grade",
    "open_requests": "Open requests",
}
ORDERS = (
    ("-date", "Latest first"),
    ("date", "Earliest first"),
    ("recommendation", "Paragraph"),
    ("made_by", "Body"),
    ("cycle", "Cycle"),
    ("-open_requests", "Most open requests first"),
)
UNSORTED = ("themes",)
DEADLINE_FILTERS = ("state", "body", "rule", "status")


@blueprint.get("/recommendations")
def listing() -> str:
    """Show the recommendations that fit the filters in the address, in the order asked for."""
    given, sort = _given(FILTERS), request.args.get("sort", DEFAULT_SORT)
    found = _table()
    every = made.recommendations(current().store)
    return render_template(
        "recommendations.html",
        rows=found.rows,
        note=found.note,
        total=len(every),
        given=given,
        sort=sort,
        orders=ORDERS,
        choices=_choices(every),
        heads=[_head(column, sort, given) for column in HEADS],
        csv_path=with_query("/recommendations.csv", **given, sort=sort if sort != DEFAULT_SORT else None),
    )


@blueprint.get("/recommendations.csv")
def listing_csv() -> Response:
    """Send the same table as CSV with the columns of kg.recommendations.COLUMNS."""
    rows = ([getattr(row, column) for column in made.COLUMNS] for row in _table().rows)
    return spreadsheet("recommendations.csv", made.COLUMNS, rows)


@blueprint.get("/deadlines")
def due_days() -> str:
    """Show the deadlines that fit the filters in the address, each under its counting rule."""
    found = _deadlines()
    every = due.deadlines(current().store)
    given = _given(DEADLINE_FILTERS)
    return render_template(
        "deadlines.html",
        rows=found.rows,
        note=found.note,
        total=len(every),
        given=given,
        today=_today(),
        statuses=due.STATUSES,
        rules=_distinct((row.rule, row.rule_meaning) for row in every),
        choices={
            "state": _links(row.obliged_links for row in every),
            "body": _links(row.owed_links for row in every),
            "rule": _links((row.rule,) for row in every),
            "status": [Choice(*pair) for pair in due.STATUSES.items()],
        },
        csv_path=with_query("/deadlines.csv", **given),
    )


@blueprint.get("/deadlines.csv")
def due_days_csv() -> Response:
    """Send the same table as CSV with the columns of kg.deadlines.COLUMNS."""
    return spreadsheet("deadlines.csv", due.COLUMNS, (_cells(row) for row in _deadlines().rows))


def _cells(row: Deadline) -> Sequence[str]:
    day = row.status(_today())
    return [due.STATUSES.get(day, "") if column == "status" else getattr(row, column) for column in due.COLUMNS]


def _given(names: Iterable[str]) -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in names}


def _table() -> Recommendations:
    """Return the rows that the address asks for; a sort that begins with a dash is descending."""
    given = _given(FILTERS)
    return made.table(
        current().store,
        body=given["body"],
        state=given["state"],
        cycle=given["cycle"],
        theme=given["theme"],
        text=given["text"],
        sort=request.args.get("sort", DEFAULT_SORT),
    )


def _deadlines() -> Deadlines:
    given = _given(DEADLINE_FILTERS)
    return due.table(
        current().store,
        _today(),
        state=given["state"],
        body=given["body"],
        rule=given["rule"],
        status=given["status"],
    )


def _today() -> str:
    """Return the day of the release: pages depend on the release alone, so a day is past or to come as of then."""
    return current().manifest.built[:10]


def _head(column: str, sort: str, given: dict[str, str]) -> Head:
    direction = {column: "ascending", f"-{column}": "descending"}.get(sort)
    target = f"-{column}" if direction == "ascending" else column
    path = "" if column in UNSORTED else with_query("/recommendations", **given, sort=target)
    return Head(HEADS[column], path, direction)


def _choices(rows: Sequence[Recommendation]) -> dict[str, list[Choice]]:
    """List what each filter can be set to, from the recommendations there are."""
    return {
        "body": _links(row.makers for row in rows),
        "state": _links(row.addressees for row in rows),
        "cycle": _links(row.cycles for row in rows),
        "theme": _links(row.theme_links for row in rows),
    }


def _links(groups: Iterable[tuple[Link, ...]]) -> list[Choice]:
    links = sorted({link for group in groups for link in group}, key=lambda link: link.label)
    return [Choice(local_name(link.iri), link.label) for link in links]


def _distinct(items: Iterable[tuple[Link, str]]) -> list[tuple[Link, str]]:
    return list(dict.fromkeys(items))
