"""The deadlines: what was owed to whom by which day under which counting rule, what met it, and how late.

Everything is read once for a release by a stored query; filters work on the rows. Due days and days late come from the
graph, where rules derive them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.errors import InputError
from kg.filters import called, keys, narrow
from kg.labels import Link
from kg.rows import by, distinct, first, links
from kg.saved import Row
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
        return called(self.obliged_links)

    @property
    def owed_to(self) -> str:
        """Return the names of those to whom it is owed."""
        return called(self.owed_links)

    @property
    def base_event(self) -> str:
        """Return what the term runs from."""
        return called(self.base)

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
        return called(self.met)

    @property
    def days_late(self) -> str:
        """Return the days between the due day and what met it; a negative number is days to spare."""
        return "" if self.late is None else str(self.late)

    @property
    def procedure(self) -> str:
        """Return the label of the procedure in which it stands."""
        return called(self.procedures)

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
    rows = [_deadline(iri, found) for iri, found in by(saved.run(store, "deadlines"), "deadline").items()]
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
    filters: list[tuple[str, str, Callable[[Deadline], tuple[str, ...]]]] = [
        (state, "State", lambda row: keys(row.obliged_links)),
        (body, "body", lambda row: (*row.acronyms, *keys(row.owed_links))),
        (rule, "counting rule", lambda row: keys((row.rule,))),
    ]
    rows, note = narrow(deadlines(store), filters, "deadlines")
    return Deadlines([row for row in rows if status in ("", row.status(today))], note)


def _deadline(iri: str, rows: list[Row]) -> Deadline:
    stated, late = first(rows, "stated"), first(rows, "late")
    return Deadline(
        iri=iri,
        deadline=first(rows, "label"),
        note=first(rows, "note"),
        obliged_links=links(rows, "obliged"),
        owed_links=links(rows, "owedTo"),
        acronyms=distinct(rows, "owedToAcronym"),
        base=links(rows, "base"),
        base_date=first(rows, "baseDate"),
        term=_term(first(rows, "term")),
        rule=links(rows, "rule")[0],
        rule_meaning=first(rows, "ruleMeaning"),
        due=stated or first(rows, "computed"),
        stated=bool(stated),
        counted_by=links(rows, "counter"),
        met=links(rows, "metBy"),
        met_on=first(rows, "metOn") or first(rows, "metLatest"),
        late=int(late) if late else None,
        late_rule=first(rows, "lateRule"),
        procedures=links(rows, "procedure"),
        cycles=links(rows, "cycle"),
        passages=links(rows, "passage"),
        sources=links(rows, "source"),
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
