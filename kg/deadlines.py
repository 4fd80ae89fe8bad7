"""The deadlines: what was owed to whom by which day under which counting rule, what met it, and how late.

Everything is read once for a release by a stored query; filters work on the rows. Due days and days late come from the
graph, where rules derive them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.errors import InputError
from kg.labels import Link
from kg.saved import Row
from kg.search import fold
from kg.store import Store

__all__ = ["COLUMNS", "STATUSES", "Deadline", "Deadlines", "deadlines", "table"]

COLUMNS = (
    "deadline",
    "obliged",
    "owed_to",
    "base_event",
    "base_date",
    "term",
    "counting_rule",
    "due",
    "due_is",
    "met_by",
    "met_on",
    "days_late",
    "status",
    "procedure",
    "iri",
)
"""the columns of the CSV, in order"""
STATUSES = {
    "late": "met late",
    "on-time": "met in time",
    "passed": "day passed, nothing recorded",
    "to-come": "still to come",
}
DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


@dataclass(frozen=True)
class Deadline:
    """Hold one row: one deadline under one counting rule; what COLUMNS names is text, as the CSV shows it."""

    iri: str
    deadline: str
    """label"""
    note: str
    obliged_links: tuple[Link, ...]
    owed_links: tuple[Link, ...]
    acronyms: tuple[str, ...]
    base: tuple[Link, ...]
    base_date: str
    term: str
    """in words, such as 1 year; empty where the day itself is stated"""
    rule: Link
    rule_meaning: str
    due: str
    stated: bool
    """whether a source names the day; else a rule derived it"""
    counted_by: tuple[Link, ...]
    met: tuple[Link, ...]
    met_on: str
    late: int | None
    late_rule: str
    procedures: tuple[Link, ...]
    cycles: tuple[Link, ...]
    passages: tuple[Link, ...]
    sources: tuple[Link, ...]
    """documents from which the term or the day is known"""

    @property
    def obliged(self) -> str:
        """Return the names of those who owe something."""
        return _names(self.obliged_links)

    @property
    def owed_to(self) -> str:
        """Return the names of those to whom it is owed."""
        return _names(self.owed_links)

    @property
    def base_event(self) -> str:
        """Return what the term runs from."""
        return _names(self.base)

    @property
    def counting_rule(self) -> str:
        """Return the label of the rule by which the day is found."""
        return self.rule.label

    @property
    def due_is(self) -> str:
        """Return whether the day is stated in a source or computed."""
        return ("stated" if self.stated else "computed") if self.due else ""

    @property
    def met_by(self) -> str:
        """Return what met the deadline, empty for nothing recorded."""
        return _names(self.met)

    @property
    def days_late(self) -> str:
        """Return the days between the due day and what met it; a negative number is days to spare."""
        return "" if self.late is None else str(self.late)

    @property
    def procedure(self) -> str:
        """Return the label of the procedure in which it stands."""
        return _names(self.procedures)

    def status(self, today: str) -> str:
        """Return how it stands on a day, one of STATUSES; empty where no due day is known."""
        if self.late is not None:
            return "late" if self.late > 0 else "on-time"
        if not self.due:
            return ""
        return "passed" if self.due < today else "to-come"


class Deadlines(NamedTuple):
    """Hold the rows that a table shows, and a note where a filter names something that the graph does not know."""

    rows: list[Deadline]
    note: str = ""


@lru_cache(maxsize=2)
def deadlines(store: Store) -> tuple[Deadline, ...]:
    """Return every row, the latest due day first, the counting rules of one duty beside each other."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in saved.run(store, "deadlines"):
        grouped[str(row["deadline"])].append(row)
    rows = [_deadline(iri, found) for iri, found in grouped.items()]
    newest: dict[tuple[object, ...], str] = defaultdict(str)
    for made in rows:
        newest[_duty(made)] = max(newest[_duty(made)], made.due)
    rows.sort(key=lambda row: (row.due, row.deadline))
    return tuple(sorted(rows, key=lambda row: (newest[_duty(row)], repr(_duty(row))), reverse=True))


def table(store: Store, today: str, *, state: str = "", body: str = "", rule: str = "", status: str = "") -> Deadlines:
    """Return the rows that fit every filter given, as they stand on a day (ISO).

    `state` is who owes, `body` to whom, `rule` the counting rule: a name, an acronym, or the last part of an IRI. A
    value that nothing is known of gives no rows and a note. Raises InputError for a status that is none of STATUSES.
    """
    if status and status not in STATUSES:
        raise InputError(f'"{status}" is not a status; statuses: {", ".join(STATUSES)}')
    rows, notes = list(deadlines(store)), []
    for value, noun, keys in (
        (state, "State", lambda row: _keys(row.obliged_links)),
        (body, "body", lambda row: (*row.acronyms, *_keys(row.owed_links))),
        (rule, "counting rule", lambda row: _keys((row.rule,))),
    ):
        wanted = fold(value)
        if wanted and not any(wanted in map(fold, keys(row)) for row in deadlines(store)):
            notes.append(f'There is no {noun} "{value}" among the deadlines.')
        rows = [row for row in rows if not wanted or wanted in map(fold, keys(row))]
    return Deadlines([row for row in rows if status in ("", row.status(today))], " ".join(notes))


def _deadline(iri: str, rows: list[Row]) -> Deadline:
    stated, late = _first(rows, "stated"), _first(rows, "late")
    return Deadline(
        iri=iri,
        deadline=_first(rows, "label"),
        note=_first(rows, "note"),
        obliged_links=_links(rows, "obliged"),
        owed_links=_links(rows, "owedTo"),
        acronyms=tuple(dict.fromkeys(str(row["owedToAcronym"]) for row in rows if row["owedToAcronym"])),
        base=_links(rows, "base"),
        base_date=_first(rows, "baseDate"),
        term=_term(_first(rows, "term")),
        rule=_links(rows, "rule")[0],
        rule_meaning=_first(rows, "ruleMeaning"),
        due=stated or _first(rows, "computed"),
        stated=bool(stated),
        counted_by=_links(rows, "counter"),
        met=_links(rows, "metBy"),
        met_on=_first(rows, "metOn") or _first(rows, "metLatest"),
        late=int(late) if late else None,
        late_rule=_first(rows, "lateRule"),
        procedures=_links(rows, "procedure"),
        cycles=_links(rows, "cycle"),
        passages=_links(rows, "passage"),
        sources=_links(rows, "source"),
    )


def _duty(row: Deadline) -> tuple[object, ...]:
    """Return what rows have in common that differ in the counting rule alone."""
    return (row.obliged_links, row.owed_links, row.base, row.term, row.met, row.procedures, row.cycles)


def _term(duration: str) -> str:
    """Write a duration in words.

    >>> _term("P1Y"), _term("P60D"), _term("P1Y6M"), _term("")
    ('1 year', '60 days', '1 year 6 months', '')
    """
    found = DURATION.fullmatch(duration)
    if not found:
        return duration
    counted = zip(found.groups(), ("year", "month", "day"), strict=True)
    return " ".join(f"{number} {unit}{'s' if number != '1' else ''}" for number, unit in counted if number)


def _first(rows: list[Row], name: str) -> str:
    return next((str(row[name]) for row in rows if row[name]), "")


def _links(rows: list[Row], name: str) -> tuple[Link, ...]:
    return tuple(dict.fromkeys(Link(str(row[name]), str(row[f"{name}Name"])) for row in rows if row[name]))


def _names(links: tuple[Link, ...]) -> str:
    return "; ".join(link.label for link in links)


def _keys(links: tuple[Link, ...]) -> tuple[str, ...]:
    """Return what a filter may name a thing by: its label, its IRI and the last part of that."""
    return tuple(key for link in links for key in (link.label, link.iri, link.iri.rpartition("/")[2]))
