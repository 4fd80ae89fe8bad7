"""The recommendations: one row for each, with its latest grades and the requests for information still open.

Everything is read once for a release by stored queries; filters and orders work on the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.errors import InputError
from kg.filters import called, keys, narrow
from kg.labels import Link
from kg.rows import by, distinct, first, links
from kg.saved import Row
from kg.store import Store
from kg.words import fold, has_words

__all__ = ["COLUMNS", "LatestGrade", "Recommendation", "Recommendations", "recommendations", "table"]

COLUMNS = (
    "recommendation",
    "made_by",
    "addressed_to",
    "cycle",
    "document",
    "number",
    "date",
    "themes",
    "parts",
    "latest_grades",
    "open_requests",
    "iri",
)
"""the columns of the CSV, in order"""
SORTS = ("recommendation", "made_by", "cycle", "date", "latest_grades", "open_requests")


class LatestGrade(NamedTuple):
    """Hold the latest assessment of some parts: their letters, the grades with dimension, as printed, and when."""

    iri: str
    letters: tuple[str, ...]
    names: tuple[str, ...]
    verbatim: str
    date: str

    @property
    def text(self) -> str:
        """Return it in one line, such as "(a), (b) B: partially satisfactory"."""
        return " ".join([", ".join(f"({letter})" for letter in self.letters), "; ".join(self.names)]).strip()


@dataclass(frozen=True)
class Recommendation:
    """Hold one row; what COLUMNS names is text, as the CSV shows it."""

    iri: str
    recommendation: str
    """label"""
    number: str
    date: str
    """EDTF, empty where it is not known"""
    sort_date: str
    makers: tuple[Link, ...]
    maker_acronyms: tuple[str, ...]
    addressees: tuple[Link, ...]
    cycles: tuple[Link, ...]
    documents: tuple[Link, ...]
    theme_links: tuple[Link, ...]
    repeats: tuple[Link, ...]
    """earlier recommendations that it reiterates"""
    letters: tuple[str, ...]
    part_count: int
    grades: tuple[LatestGrade, ...]
    open_count: int
    words: frozenset[str] = field(default=frozenset(), repr=False)
    """what the text filter looks at, folded"""

    @property
    def made_by(self) -> str:
        """Return the names of those who made it."""
        return called(self.makers)

    @property
    def addressed_to(self) -> str:
        """Return the names of those to whom it is addressed."""
        return called(self.addressees)

    @property
    def cycle(self) -> str:
        """Return the label of its reporting or review cycle."""
        return called(self.cycles)

    @property
    def document(self) -> str:
        """Return the label of the document that records it."""
        return called(self.documents)

    @property
    def themes(self) -> str:
        """Return the labels of its themes and of those of its parts."""
        return called(self.theme_links)

    @property
    def parts(self) -> str:
        """Return the letters of its parts, or their number where they have none."""
        return ", ".join(self.letters) or (str(self.part_count) if self.part_count else "")

    @property
    def latest_grades(self) -> str:
        """Return the latest grade of each part, empty where none is recorded."""
        return " | ".join(grade.text for grade in self.grades)

    @property
    def open_requests(self) -> str:
        """Return the number of requests for information about it to which no answer is recorded."""
        return str(self.open_count)


class Recommendations(NamedTuple):
    """Hold the rows that a table shows, and a note where a filter names something that the graph does not know."""

    rows: list[Recommendation]
    note: str = ""


@lru_cache(maxsize=2)
def recommendations(store: Store) -> tuple[Recommendation, ...]:
    """Return every row, latest first; kept for the store, since the store of a release never changes."""
    parts, grades = by(saved.run(store, "recommendation-parts"), "recommendation"), _latest(store)
    rows = []
    for iri, found in by(saved.run(store, "recommendations"), "recommendation").items():
        own = parts.get(iri, [])
        themes = dict.fromkeys((*links(found, "theme"), *links(own, "theme")))
        letters = distinct(own, "letter")
        given = [assessed for part in distinct(own, "part") for assessed in grades.get(part, ())]
        label = distinct(found, "label")[0]
        named = [label, *distinct(found, "number", "documentName"), *(theme.label for theme in themes)]
        rows.append(
            Recommendation(
                iri=iri,
                recommendation=label,
                number=first(found, "number"),
                date=first(found, "date"),
                sort_date=first(found, "earliest"),
                makers=links(found, "maker"),
                maker_acronyms=distinct(found, "makerAcronym"),
                addressees=links(found, "addressee"),
                cycles=links(found, "cycle"),
                documents=links(found, "document"),
                theme_links=tuple(sorted(themes, key=lambda theme: theme.label)),
                repeats=links(found, "earlier"),
                letters=letters,
                part_count=len(distinct(own, "part")),
                grades=_joined(given),
                open_count=len(distinct([row for row in own if str(row["open"]) == "true"], "request")),
                words=frozenset(word for text in named for word in fold(text)),
            )
        )
    rows.sort(key=lambda row: row.recommendation)
    return tuple(sorted(rows, key=lambda row: row.sort_date, reverse=True))


def table(
    store: Store,
    *,
    body: str = "",
    state: str = "",
    cycle: str = "",
    theme: str = "",
    text: str = "",
    sort: str = "-date",
) -> Recommendations:
    """Return the rows that fit every filter given, in the order of one of SORTS; one with a dash is descending.

    `body` is who made it, `state` to whom it is addressed: a name, an acronym, or the last part of an IRI; `cycle` and
    `theme` a label or the last part of an IRI; `text` words. A value that nothing is known of gives no rows and a
    note. Raises InputError for an order that is none.
    """
    column = sort.removeprefix("-")
    if column not in SORTS:
        raise InputError(f'"{column}" is not a column to sort by; columns: {", ".join(SORTS)}')
    filters: list[tuple[str, str, Callable[[Recommendation], tuple[str, ...]]]] = [
        (body, "body", lambda row: (*row.maker_acronyms, *keys(row.makers))),
        (state, "addressee", lambda row: keys(row.addressees)),
        (cycle, "cycle", lambda row: keys(row.cycles)),
        (theme, "theme", lambda row: keys(row.theme_links)),
    ]
    rows, note = narrow(recommendations(store), filters, "recommendations")
    words = fold(text)
    rows = [row for row in rows if has_words(words, row.words)]
    rows.sort(key=lambda row: _sort_key(row, column), reverse=sort.startswith("-"))
    rows.sort(key=lambda row: _sort_key(row, column) in ("", -1))
    return Recommendations(rows, note)


def _sort_key(row: Recommendation, column: str) -> str | int:
    if column == "open_requests":
        return row.open_count
    value: str = row.sort_date if column == "date" else getattr(row, column)
    return value


def _latest(store: Store) -> dict[str, list[tuple[LatestGrade, str]]]:
    """Return the latest assessments of each part, each with the letter of the part."""
    latest: dict[str, list[tuple[LatestGrade, str]]] = {}
    for part, found in by(saved.run(store, "recommendation-grades"), "part").items():
        last = max(str(row["latest"]) for row in found)
        rows = [row for row in found if str(row["latest"]) == last]
        latest[part] = [
            (
                LatestGrade(iri, (), _graded(given), distinct(given, "verbatim")[0], distinct(given, "date")[0]),
                first(given, "letter"),
            )
            for iri, given in by(rows, "assessment").items()
        ]
    return latest


def _graded(rows: list[Row]) -> tuple[str, ...]:
    """Return the grades of one assessment, each with its dimension where there are several."""
    named = {str(row["gradeName"]): str(row["dimensionName"] or "") for row in rows}
    several = len(named) > 1
    return tuple(f"{name} ({dimension})" if several and dimension else name for name, dimension in named.items())


def _joined(given: list[tuple[LatestGrade, str]]) -> tuple[LatestGrade, ...]:
    """Join the parts that one assessment covers."""
    letters: dict[LatestGrade, list[str]] = defaultdict(list)
    for grade, letter in given:
        letters[grade] += [letter] if letter else []
    return tuple(grade._replace(letters=tuple(covered)) for grade, covered in letters.items())
