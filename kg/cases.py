"""The cases: one row for each decision on a communication, with what was invoked and what was found violated.

Everything is read once for a release by stored queries; filters and orders work on the rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from kg import saved
from kg.errors import InputError
from kg.filters import narrow
from kg.provisions import Provision, find_provision, provisions
from kg.store import Store
from kg.words import fold, has_words

__all__ = ["COLUMNS", "Case", "Finding", "Table", "cases", "table"]

COLUMNS = (
    "communication_number",
    "body",
    "symbol",
    "title",
    "date_of_decision",
    "outcome",
    "articles_invoked",
    "articles_violated",
    "iri",
)
"""the columns of the table and of its CSV, in order"""
YEAR = re.compile(r"[12][0-9]{3}")
NUMBER = re.compile(r"(\d+)/(\d+)")
VIOLATION = "violation"


class Finding(NamedTuple):
    """Hold what a decision concluded on a provision; `outcome` is a notation such as no-violation."""

    iri: str
    provision: Provision
    outcome: str


@dataclass(frozen=True)
class Case:
    """Hold one row; what COLUMNS names is text, as the table and its CSV show it."""

    communication_number: str
    """"; "-joined where communications were joined"""
    body: str
    """acronym: HRC, CAT, CEDAW"""
    symbol: str
    title: str
    date_of_decision: str
    """EDTF, empty where nothing was decided"""
    outcome: str
    """label, such as no violation"""
    iri: str
    """of the communication"""
    numbers: tuple[str, ...] = ()
    body_iri: str = ""
    decision_iri: str = ""
    outcome_iri: str = ""
    outcome_notation: str = ""
    invoked: tuple[Provision, ...] = ()
    findings: tuple[Finding, ...] = ()
    words: frozenset[str] = field(default=frozenset(), repr=False)
    """what the text filter looks at, folded"""

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """Return the findings of violation, in the order of the treaties."""
        return tuple(finding for finding in self.findings if finding.outcome == VIOLATION)

    @cached_property
    def violated(self) -> tuple[Provision, ...]:
        """Return the provisions found violated, in the order of the treaties."""
        return tuple(dict.fromkeys(finding.provision for finding in self.violations))

    @property
    def articles_invoked(self) -> str:
        """Return the citations of what was invoked, such as "CAT 1; CAT 12"."""
        return "; ".join(provision.citation for provision in self.invoked)

    @property
    def articles_violated(self) -> str:
        """Return the citations of what was found violated, such as "CAT 12; ICCPR 14(3)(d)"."""
        return "; ".join(provision.citation for provision in self.violated)

    @property
    def year(self) -> str:
        """Return the year of the decision, empty where nothing was decided."""
        return self.date_of_decision[:4]


class Table(NamedTuple):
    """Hold the rows that a table shows, and a note where a filter names something that the graph does not know."""

    rows: list[Case]
    note: str = ""


@lru_cache(maxsize=2)
def cases(store: Store) -> tuple[Case, ...]:
    """Return every row, by number; kept for the store, since the store of a release never changes."""
    known = provisions(store)
    numbers = _gathered(store, "case-numbers", "communication", "number")
    symbols = _gathered(store, "case-symbols", "decision", "symbol")
    texts = _gathered(store, "case-texts", "communication", "text")
    invoked: dict[tuple[str, str], set[Provision]] = defaultdict(set)
    for row in saved.run(store, "case-invoked"):
        invoked[str(row["communication"]), str(row["decision"])].add(known[str(row["provision"])])
    findings: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for row in saved.run(store, "case-findings"):
        finding = Finding(str(row["finding"]), known[str(row["provision"])], str(row["notation"]))
        findings[str(row["communication"]), str(row["decision"])].append(finding)
    rows = []
    for row in saved.run(store, "cases"):
        given = {name: str(node or "") for name, node in row.items()}
        iri, decision = given["communication"], given["decision"]
        ordered = tuple(sorted(numbers[iri], key=_number_key))
        symbol = "; ".join(sorted(symbols[decision]))
        title = given["title"] or given["label"]
        named = [*ordered, symbol, title, given["label"], *texts[iri]]
        rows.append(
            Case(
                communication_number="; ".join(ordered),
                body=given["alias"] or given["acronym"],
                symbol=symbol,
                title=title,
                date_of_decision=given["date"],
                outcome=given["outcomeName"],
                iri=iri,
                numbers=ordered,
                body_iri=given["body"],
                decision_iri=decision,
                outcome_iri=given["outcome"],
                outcome_notation=given["notation"],
                invoked=tuple(sorted(invoked[iri, decision], key=lambda provision: provision.order)),
                findings=tuple(sorted(findings[iri, decision], key=lambda finding: finding.provision.order)),
                words=frozenset(word for text in named for word in fold(text)),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.body, _number_key(row.communication_number), row.date_of_decision)))


def table(  # noqa: PLR0913 (one argument for each filter of the address)
    store: Store,
    *,
    body: str = "",
    article: str = "",
    outcome: str = "",
    year: str = "",
    text: str = "",
    sort: str = "communication_number",
    descending: bool = False,
) -> Table:
    """Return the rows that fit every filter given, in the order of one column; rows without a value come last.

    `body` is an acronym (HRC or CCPR), `outcome` a label or notation, each also an IRI; `article` is a provision as
    `kg.provisions.find_provision` takes it and stands for its parts as well, invoked or found violated; `text` is words
    of title, number, symbol, subject or names. A value that nothing is known of gives no rows and a note. Raises
    InputError for a year or a column that is none.
    """
    if year and not YEAR.fullmatch(year):
        raise InputError(f'"{year}" is not a year; write four digits, such as 2014')
    if sort not in COLUMNS:
        raise InputError(f'"{sort}" is not a column; columns: {", ".join(COLUMNS)}')
    filters: list[tuple[str, str, Callable[[Case], tuple[str, ...]]]] = [
        (body, "treaty body", lambda row: (row.body, _last(row.body_iri), row.body_iri)),
        (outcome, "outcome", lambda row: (row.outcome, row.outcome_notation, row.outcome_iri)),
        (year, "decision of the year", lambda row: (row.year,)),
    ]
    rows, note = narrow(cases(store), filters, "cases")
    notes = [note] if note else []
    if article:
        provision = find_provision(store, article)
        if not provision:
            notes.append(f'There is no provision "{article}"; write it as in "ICCPR 14(3)(d)".')
        rows = [row for row in rows if provision and _concerns(row, provision.iri)]
    words = fold(text)
    rows = [row for row in rows if has_words(words, row.words)]
    rows.sort(key=lambda row: _sort_key(row, sort), reverse=descending)
    rows.sort(key=lambda row: not getattr(row, sort))
    return Table(rows, " ".join(notes))


def _concerns(row: Case, iri: str) -> bool:
    """Tell whether a provision or a part of it was invoked, or was the subject of a finding."""
    concerned = (*row.invoked, *(finding.provision for finding in row.findings))
    return any(iri == provision.iri or iri in provision.within for provision in concerned)


def _sort_key(row: Case, column: str) -> tuple[object, ...]:
    if column == "communication_number":
        return _number_key(row.communication_number)
    if column in ("articles_invoked", "articles_violated"):
        listed = row.invoked if column == "articles_invoked" else row.violated
        return tuple(provision.order for provision in listed)
    value: str = getattr(row, column)
    return fold(value) if column == "title" else (value,)


def _number_key(number: str) -> tuple[int, int, str]:
    """Sort 433/2010 by year, then by running number; joined communications by the first."""
    match = NUMBER.search(number)
    return (int(match[2]), int(match[1]), number) if match else (0, 0, number)


def _gathered(store: Store, query: str, key: str, value: str) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = defaultdict(list)
    for row in saved.run(store, query):
        gathered[str(row[key])].append(str(row[value]))
    return gathered


def _last(iri: str) -> str:
    return iri.rpartition("/")[2]
