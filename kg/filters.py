"""The filters of a table: by what a thing may be named in an address, and which rows fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kg.labels import Link
from kg.words import fold

__all__ = ["called", "keys", "narrow"]

Item = TypeVar("Item")


def called(links: Iterable[Link]) -> str:
    """Return the labels of several things in one line, as CSV shows them."""
    return "; ".join(link.label for link in links)


def keys(links: Iterable[Link]) -> tuple[str, ...]:
    """Return what a filter may name a thing by: its label, its IRI and the last part of that."""
    return tuple(key for link in links for key in (link.label, link.iri, link.iri.rpartition("/")[2]))


def narrow(
    every: Sequence[Item], filters: Iterable[tuple[str, str, Callable[[Item], tuple[str, ...]]]], among: str
) -> tuple[list[Item], str]:
    """Return the rows that fit every filter, and a note on each value that no row is named by.

    A filter is its value, a noun for it and what a row may be named by; spelling is folded, an empty value fits all.
    """
    rows, notes = list(every), []
    for value, noun, named in filters:
        wanted = fold(value)
        if wanted and not any(wanted in map(fold, named(row)) for row in every):
            notes.append(f'There is no {noun} "{value}" among the {among}.')
        rows = [row for row in rows if not wanted or wanted in map(fold, named(row))]
    return rows, " ".join(notes)
