"""Rows of stored queries made into what a table or page shows: one value, grouped rows, the things of a column.

A column NAME that holds a thing has its label beside it in the column NAMEName, unless another is said.
"""

from __future__ import annotations

from collections import defaultdict

from kg.labels import Link
from kg.saved import Row

__all__ = ["Links", "by", "distinct", "first", "flag", "link", "links", "text"]

Links = tuple[Link, ...]


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


def first(rows: list[Row], name: str) -> str:
    """Return the first value of a column, empty for none."""
    return next(iter(distinct(rows, name)), "")


def link(row: Row, name: str, label: str = "") -> Link:
    """Return the thing of one column of a row with its label, both empty where there is none."""
    return Link(text(row, name), text(row, label or f"{name}Name"))


def links(rows: list[Row], name: str, label: str = "") -> Links:
    """Return the different things of one column with their labels, those without a label left out."""
    label = label or f"{name}Name"
    return tuple(dict.fromkeys(link(row, name, label) for row in rows if row.get(name) and row.get(label)))
