"""Seeded defects: what is broken in a made-up graph on purpose, so that a validator can be seen to find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from statements import Document, Statement

Statements = list[Statement]


class Defect(NamedTuple):
    """Hold one thing that was broken: its kind, the thing that the finding must name, and the file."""

    kind: str
    subject: str
    path: str


def _of_class(said: Statements, *kinds: str) -> list[str]:
    return sorted({subject for subject, verb, item in said if verb == "rdf:type" and item in kinds})


def _without(said: Statements, subject: str, verb: str) -> Statements:
    return [triple for triple in said if triple[:2] != (subject, verb)]


def _replaced(said: Statements, subject: str, verb: str, item: str) -> Statements:
    return [*_without(said, subject, verb), (subject, verb, item)]


# Each kind: the classes of things that it can befall, and what it does to the statements on such a thing.
KINDS: dict[str, tuple[tuple[str, ...], Callable[[Statements, str], Statements]]] = {
    "label missing": (("sv:Claim", "sv:Finding"), lambda said, thing: _without(said, thing, "rdfs:label")),
    "passage missing": (("sv:Finding", "sv:Assessment"), lambda said, thing: _without(said, thing, "sv:inPassage")),
    "two outcomes": (("sv:Finding",), lambda said, thing: [*said, (thing, "sv:outcome", "outcome:admissible")]),
    "unknown concept": (("sv:Claim",), lambda said, thing: _replaced(said, thing, "sv:stance", "stance:none")),
    "wrong class": (("sv:Communication",), lambda said, thing: _replaced(said, thing, "sv:respondent", "body:cat")),
    "thing that is not there": (("sv:Claim",), lambda said, thing: _replaced(
        said, thing, "sv:about", "question:not-there")),
    "end before start": (("sv:Decision", "sv:Claim"), lambda said, thing: _replaced(
        said, thing, "sv:latest", '"1901-01-01"^^xsd:date')),
    "date of another type": (("sv:Claim",), lambda said, thing: _replaced(
        said, thing, "sv:earliest", '"1901"^^xsd:gYear')),
    "wrong datatype": (("sv:StatisticalClaim",), lambda said, thing: _replaced(said, thing, "sv:value", '"many"')),
    "property of another class": (("sv:Finding",), lambda said, thing: [*said, (thing, "sv:acronym", '"XX"')]),
}


def broken(documents: Iterator[Document], count: int, every: int, seed: int,
           made: list[Defect]) -> Iterator[Document]:
    """Pass documents on, one defect in each `every`-th until there are `count`; `made` takes the list of them."""
    draw = Random(f"{seed}-defects")
    for number, document in enumerate(documents, 1):
        kind = tuple(KINDS)[len(made) % len(KINDS)]
        classes, change = KINDS[kind]
        things = _of_class(document.statements, *classes) if len(made) < count and number >= every * len(made) else []
        if not things:
            yield document
            continue
        thing = draw.choice(things)
        made.append(Defect(kind, thing, f"data/{document.path}.ttl"))
        yield document._replace(statements=change(document.statements, thing))
