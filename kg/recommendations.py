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
from kg.labels import Link
from kg.saved import Row
from kg.search import fold, has_words
from kg.store import Store

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
        return _names(self.makers)

    @property
    def addressed_to(self) -> str:
        """Return the names of those to whom it is addressed."""
        return _names(self.addressees)

    @property
    def cycle(self) -> str:
        """Return the label of its reporting or review cycle."""
        return _names(self.cycles)

    @property
    def document(self) -> str:
        """Return the label of the document that records it."""
        return _names(self.documents)

    @property
    def themes(self) -> str:
        """Return the labels of its themes and of those of its parts."""
        return _names(self.theme_links)

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
    parts, grades = _grouped(saved.run(store, "recommendation-parts"), "recommendation"), _latest(store)
    rows = []
    for iri, found in _grouped(saved.run(store, "recommendations"), "recommendation").items():
        own = parts.get(iri, [])
        themes = dict.fromkeys((*_links(found, "theme"), *_links(own, "theme")))
        letters = _values(own, "letter")
        given = [assessed for part in _values(own, "part") for assessed in grades.get(part, ())]
        label = _values(found, "label")[0]
        named = [label, *_values(found, "number"), *_values(found, "documentName"), *(theme.label for theme in themes)]
        rows.append(
            Recommendation(
                iri=iri,
                recommendation=label,
                number=next(iter(_values(found, "number")), ""),
                date=next(iter(_values(found, "date")), ""),
                sort_date=next(iter(_values(found, "earliest")), ""),
                makers=_links(found, "maker"),
                maker_acronyms=_values(found, "makerAcronym"),
                addressees=_links(found, "addressee"),
                cycles=_links(found, "cycle"),
                documents=_links(found, "document"),
                theme_links=tuple(sorted(themes, key=lambda theme: theme.label)),
                repeats=_links(found, "earlier"),
                letters=letters,
                part_count=len(_values(own, "part")),
                grades=_joined(given),
                open_count=len(_values([row for row in own if str(row["open"]) == "true"], "request")),
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
    rows, notes = list(recommendations(store)), []
    filters: list[tuple[str, str, Callable[[Recommendation], tuple[str, ...]]]] = [
        (body, "body", lambda row: (*row.maker_acronyms, *_keys(row.makers))),
        (state, "addressee", lambda row: _keys(row.addressees)),
        (cycle, "cycle", lambda row: _keys(row.cycles)),
        (theme, "theme", lambda row: _keys(row.theme_links)),
    ]
    for value, noun, keys in filters:
        wanted = fold(value)
        if wanted and not any(wanted in map(fold, keys(row)) for row in recommendations(store)):
            notes.append(f'There is no {noun} "{value}" among the recommendations.')
        rows = [row for row in rows if not wanted or wanted in map(fold, keys(row))]
    words = fold(text)
    rows = [row for row in rows if has_words(words, row.words)]
    rows.sort(key=lambda row: _sort_key(row, column), reverse=sort.startswith("-"))
    rows.sort(key=lambda row: _sort_key(row, column) in ("", -1))
    return Recommendations(rows, " ".join(notes))


def _sort_key(row: Recommendation, column: str) -> str | int:
    if column == "open_requests":
        return row.open_count
    value: str = row.sort_date if column == "date" else getattr(row, column)
    return value


def _latest(store: Store) -> dict[str, list[tuple[LatestGrade, str]]]:
    """Return the latest assessments of each part, each with the letter of the part."""
    latest: dict[str, list[tuple[LatestGrade, str]]] = {}
    for part, found in _grouped(saved.run(store, "recommendation-grades"), "part").items():
        last = max(str(row["latest"]) for row in found)
        rows = [row for row in found if str(row["latest"]) == last]
        latest[part] = [
            (
                LatestGrade(iri, (), _graded(given), _values(given, "verbatim")[0], _values(given, "date")[0]),
                next(iter(_values(given, "letter")), ""),
            )
            for iri, given in _grouped(rows, "assessment").items()
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


def _grouped(rows: list[Row], name: str) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[str(row[name])].append(row)
    return grouped


def _values(rows: list[Row], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(row[name]) for row in rows if row[name]))


def _links(rows: list[Row], name: str) -> tuple[Link, ...]:
    return tuple(dict.fromkeys(Link(str(row[name]), str(row[f"{name}Name"])) for row in rows if row[name]))


def _names(links: tuple[Link, ...]) -> str:
    return "; ".join(link.label for link in links)


def _keys(links: tuple[Link, ...]) -> tuple[str, ...]:
    """Return what a filter may name a thing by: its label, its IRI and the last part of that."""
    return tuple(key for link in links for key in (link.label, link.iri, link.iri.rpartition("/")[2]))
