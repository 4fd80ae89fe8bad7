"""The matrix of cases and articles: what each case invokes, what was found violated in it, and the sums."""

from __future__ import annotations

from typing import NamedTuple

from kg.cases import VIOLATION, Case, Finding, cases
from kg.provisions import Provision, provisions
from kg.store import Store

__all__ = ["LONG_COLUMNS", "Cell", "Column", "Matrix", "Row", "long_rows", "matrix"]

LONG_COLUMNS = ("communication_number", "symbol", "provision", "invoked", "violated", "iri")
"""the columns of the long form, in order"""


class Cell(NamedTuple):
    """Hold what one case says on one article and its parts: provisions invoked, findings of violation, others."""

    invoked: tuple[Provision, ...]
    violations: tuple[Finding, ...]
    other_findings: tuple[Finding, ...]


EMPTY = Cell((), (), ())


class Column(NamedTuple):
    """Hold one article, the provisions in it that occur, and how many cases invoke it and found it violated."""

    article: Provision
    provisions: tuple[Provision, ...]
    invoked: int
    violated: int


class Row(NamedTuple):
    """Hold one case, its cells in the order of the columns, and how many articles were invoked and found violated."""

    case: Case
    cells: tuple[Cell, ...]
    invoked: int
    violated: int


class Matrix(NamedTuple):
    """Hold the matrix of one treaty; the sums count pairs of case and article."""

    instrument: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    invoked: int
    violated: int


def matrix(store: Store, instrument: str, every_article: bool = False) -> Matrix:
    """Return the matrix of one treaty, given by its IRI: its cases, and its articles in order.

    A case without anything on the treaty has no row; an article that no case concerns has no column, unless
    `every_article`. An unknown treaty gives a matrix without rows and columns.
    """
    known = provisions(store)
    articles = [p for p in known.values() if p.instrument == instrument and p.iri == p.article]
    whole = [(case, cells) for case in cases(store) if (cells := _cells(case, instrument))]
    columns = [
        _column(article, [cells[article.iri] for _, cells in whole if article.iri in cells]) for article in articles
    ]
    columns = [column for column in columns if every_article or column.provisions]
    rows = [_row(case, [cells.get(column.article.iri, EMPTY) for column in columns]) for case, cells in whole]
    sums = (sum(row.invoked for row in rows), sum(row.violated for row in rows))
    return Matrix(instrument, tuple(columns), tuple(rows), *sums)


def long_rows(store: Store, instrument: str = "") -> list[dict[str, str]]:
    """Return one row for each case and provision, of one treaty or of all, with the columns of LONG_COLUMNS.

    `invoked` and `violated` are true or false; `iri` is the finding on the provision where there is one, else the
    communication.
    """
    rows = []
    for case in cases(store):
        found = {finding.provision: finding for finding in case.findings}
        concerned = sorted({*case.invoked, *found}, key=lambda provision: provision.order)
        rows += [
            {
                "communication_number": case.communication_number,
                "symbol": case.symbol,
                "provision": provision.citation,
                "invoked": _truth(provision in case.invoked),
                "violated": _truth(provision in case.violated),
                "iri": found[provision].iri if provision in found else case.iri,
            }
            for provision in concerned
            if not instrument or provision.instrument == instrument
        ]
    return rows


def _cells(case: Case, instrument: str) -> dict[str, Cell]:
    """Return the cells of one case that are not empty, by the IRI of the article."""
    invoked = [provision for provision in case.invoked if provision.instrument == instrument]
    findings = [finding for finding in case.findings if finding.provision.instrument == instrument]
    articles = {provision.article for provision in (*invoked, *(finding.provision for finding in findings))}
    return {
        article: Cell(
            tuple(provision for provision in invoked if provision.article == article),
            tuple(f for f in findings if f.provision.article == article and f.outcome == VIOLATION),
            tuple(f for f in findings if f.provision.article == article and f.outcome != VIOLATION),
        )
        for article in articles
    }


def _column(article: Provision, cells: list[Cell]) -> Column:
    occurring = {provision for cell in cells for provision in cell.invoked}
    occurring |= {finding.provision for cell in cells for finding in (*cell.violations, *cell.other_findings)}
    return Column(
        article,
        tuple(sorted(occurring, key=lambda provision: provision.order)),
        sum(bool(cell.invoked) for cell in cells),
        sum(bool(cell.violations) for cell in cells),
    )


def _row(case: Case, cells: list[Cell]) -> Row:
    return Row(
        case, tuple(cells), sum(bool(cell.invoked) for cell in cells), sum(bool(cell.violations) for cell in cells)
    )


def _truth(value: bool) -> str:
    return "true" if value else "false"
