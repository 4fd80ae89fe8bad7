"""The table of cases with its filters, and the matrix of cases and articles; both also as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from kg import saved
from kg.cases import COLUMNS, Case, Table, cases, table
from kg.matrix import LONG_COLUMNS, Matrix, long_rows, matrix
from kg.provisions import find_provision, provisions
from web.articles import Treaty, find_treaty, treaties
from web.present import cell, local_name, with_query
from web.site import current

blueprint = Blueprint("cases", __name__)

FILTERS = ("body", "article", "outcome", "year", "text")
DEFAULT_SORT = "communication_number"
# Column of the table → head. Title and number share a column, as they do in citations.
HEADS = {
    "title": "Case",
    "communication_number": "Number",
    "body": "Committee",
    "date_of_decision": "Decided",
    "outcome": "Outcome",
    "articles_invoked": "Invoked",
    "articles_violated": "Found violated",
}
ORDERS = (
    ("communication_number", "Number"),
    ("title", "Case"),
    ("body", "Committee"),
    ("-date_of_decision", "Latest decision first"),
    ("date_of_decision", "Earliest decision first"),
    ("outcome", "Outcome"),
)


class Choice(NamedTuple):
    """Hold one entry of a filter."""

    value: str
    label: str
    group: str = ""


class Head(NamedTuple):
    """Hold one column head: its text, the address that sorts by it, and ascending or descending where it is sorted."""

    label: str
    path: str
    direction: str | None


@blueprint.get("/cases")
def listing() -> str:
    """Show the cases that fit the filters in the address, in the order asked for."""
    store, given = current().store, _given()
    found = _table()
    sort = request.args.get("sort", DEFAULT_SORT)
    return render_template(
        "cases.html",
        rows=found.rows,
        note=found.note,
        total=len(cases(store)),
        given=given,
        sort=sort,
        orders=ORDERS,
        choices=_choices(given["article"]),
        heads=[_head(column, sort, given) for column in HEADS],
        csv_path=with_query("/cases.csv", **given, sort=sort if sort != DEFAULT_SORT else None),
    )


@blueprint.get("/cases.csv")
def listing_csv() -> Response:
    """Send the same table as CSV with the columns of kg.cases.COLUMNS."""
    rows = _table().rows
    return spreadsheet("cases.csv", COLUMNS, ([getattr(row, column) for column in COLUMNS] for row in rows))


@blueprint.get("/matrix")
def crossing() -> str:
    """Show cases × articles for every treaty that a case concerns, or for one."""
    store = current().store
    concerned = sorted((treaty for treaty in treaties() if treaty.invoked or treaty.violated), key=lambda t: -t.invoked)
    chosen = find_treaty(request.args["treaty"]) if request.args.get("treaty") else None
    every = bool(request.args.get("all"))
    tables = [(treaty, matrix(store, treaty.iri, every)) for treaty in ([chosen] if chosen else concerned)]
    return render_template(
        "matrix.html",
        treaties=concerned,
        chosen=chosen,
        tables=[pair for pair in tables if pair[1].rows],
        every=every,
        examined=any(_examined(drawn) for _, drawn in tables),
        several=_several(cases(store)),
    )


@blueprint.get("/matrix.csv")
def crossing_csv() -> Response:
    """Send one row for each case and provision, of one treaty or of all, with the columns of kg.matrix.LONG_COLUMNS."""
    chosen: Treaty | None = find_treaty(request.args["treaty"]) if request.args.get("treaty") else None
    rows = long_rows(current().store, chosen.iri if chosen else "")
    name = f"matrix-{chosen.slug}.csv" if chosen else "matrix.csv"
    return spreadsheet(name, LONG_COLUMNS, ([row[column] for column in LONG_COLUMNS] for row in rows))


def spreadsheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Send rows as a CSV file (RFC 4180) whose cells no spreadsheet reads as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8; header=present", headers=headers)


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in FILTERS}


def _table() -> Table:
    """Return the rows that the address asks for; a sort that begins with a dash is descending."""
    given, sort = _given(), request.args.get("sort", DEFAULT_SORT)
    return table(
        current().store,
        body=given["body"],
        article=given["article"],
        outcome=given["outcome"],
        year=given["year"],
        text=given["text"],
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
    )


def _head(column: str, sort: str, given: dict[str, str]) -> Head:
    direction = {column: "ascending", f"-{column}": "descending"}.get(sort)
    target = f"-{column}" if direction == "ascending" else column
    return Head(HEADS[column], with_query("/cases", **given, sort=target), direction)


def _choices(article: str) -> dict[str, list[Choice]]:
    """List what each filter can be set to, from the cases there are."""
    store = current().store
    rows = cases(store)
    acronyms = {row.body_iri: row.body for row in rows}
    bodies = [(str(row["body"]), str(row["name"])) for row in saved.run(store, "page-bodies")]
    known = provisions(store)
    used = {provision.article for row in rows for provision in (*row.invoked, *row.violated)}
    wanted = find_provision(store, article) if article else None
    listed = [known[iri] for iri in known if iri in used or (wanted and iri == wanted.iri)]
    return {
        "body": [Choice(acronyms[iri], f"{name} ({acronyms[iri]})") for iri, name in bodies if iri in acronyms],
        "article": [Choice(local_name(p.iri), p.label, p.acronym) for p in listed],
        "outcome": [
            Choice(*pair) for pair in sorted({(row.outcome_notation, row.outcome) for row in rows if row.outcome})
        ],
        "year": [Choice(year, year) for year in sorted({row.year for row in rows if row.year}, reverse=True)],
    }


def _several(rows: Iterable[Case]) -> set[str]:
    """Return the communications with more than one decision, whose rows need the outcome to tell them apart."""
    return {iri for iri, number in Counter(row.iri for row in rows).items() if number > 1}


def _examined(drawn: Matrix) -> bool:
    return any(cell.other_findings for row in drawn.rows for cell in row.cells)
