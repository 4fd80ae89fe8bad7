"""Rows of stored queries made into what a page shows: one value, grouped rows, the different values of a column."""

from __future__ import annotations

from collections import defaultdict

from kg.saved import Row

Pairs = tuple[tuple[str, str], ...]
"""IRI and label of each of several things"""


def text(row: Row, name: str) -> str:
    """Return the value of one column as text, empty for none and for a column that the query does not have."""
    return str(row.get(name) or "")


def flag(row: Row, name: str) -> bool:
    """Tell whether a column holds the value true."""
    return text(row, name) == "true"


def by(rows: list[Row], name: str) -> dict[str, list[Row]]:
    """Group rows by the value of one column, in order; a row without that value is left out."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get(name):
            grouped[text(row, name)].append(row)
    return grouped


def distinct(rows: list[Row], *names: str) -> tuple[str, ...]:
    """Return the different values of columns, in order."""
    return tuple(dict.fromkeys(text(row, name) for name in names for row in rows if row.get(name)))


def pairs(rows: list[Row], name: str, label: str = "") -> Pairs:
    """Return the different things of one column with their labels, as a rule from the column of that name + Name."""
    label = label or f"{name}Name"
    return tuple(dict.fromkeys((text(row, name), text(row, label)) for row in rows if row.get(name) and row.get(label)))


def first(rows: list[Row], name: str) -> str:
    """Return the first value of a column, empty for none."""
    return next(iter(distinct(rows, name)), "")
