"""Grades as pages show them: the code as printed, what it means in its scheme, and which parts it covers."""

from __future__ import annotations

from typing import NamedTuple

from kg.rows import Links, by, distinct, first, links
from kg.saved import Row


class Value(NamedTuple):
    """Hold one grade of an assessment: concept, dimension, meaning, what is not sure of it, and scheme."""

    iri: str
    label: str
    dimension: str
    meaning: str
    remark: str
    scheme: tuple[str, str]


class Grade(NamedTuple):
    """Hold one assessment: the code as printed, its values, the parts it covers (IRI, letter), by whom, when, where."""

    iri: str
    verbatim: str
    values: tuple[Value, ...]
    parts: tuple[str, ...]
    letters: tuple[str, ...]
    date: str
    latest: str
    assessors: Links
    sessions: Links
    passages: Links


def grades(rows: list[Row]) -> tuple[Grade, ...]:
    """Return each assessment of the rows of a query on grades, in their order."""
    return tuple(
        Grade(
            iri=iri,
            verbatim=first(found, "verbatim"),
            values=tuple(_value(grade, given) for grade, given in by(found, "grade").items()),
            parts=distinct(found, "part"),
            letters=distinct(found, "letter"),
            date=first(found, "date"),
            latest=first(found, "latest"),
            assessors=links(found, "assessor"),
            sessions=links(found, "session"),
            passages=links(found, "passage"),
        )
        for iri, found in by(rows, "assessment").items()
    )


def _value(iri: str, rows: list[Row]) -> Value:
    return Value(
        iri=iri,
        label=first(rows, "gradeName"),
        dimension=first(rows, "dimensionName"),
        meaning=first(rows, "meaning"),
        remark=first(rows, "remark"),
        scheme=(first(rows, "scheme"), first(rows, "schemeName")),
    )
