"""How much of a source document the graph holds, measured against a list of the facts that it should.

The list is JSON, schema treaty-body-expected/1: grades, statistics and claims, each with its lines, party and scope. A
fact is covered by a thing that agrees with it in all of these; one that agrees only in part is missing, and said so.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from kg import saved
from kg.errors import InputError
from kg.names import Names
from kg.saved import Row
from kg.settings import Settings
from kg.store import Store, literal

__all__ = ["Fact", "Report", "compare"]

SCHEMA = "treaty-body-expected/1"
# Words for a kind of party, as the lists write them, and the classes of the agents that they may mean.
PARTY_KINDS = {
    "state": ("State", "Authority"),
    "committee": ("TreatyBody",),
    "bodies": ("TreatyBody",),
    "author": ("NonGovernmentalOrganisation", "Organisation"),
    "authors": ("NonGovernmentalOrganisation", "Organisation"),
    "reports": ("PersonGroup",),
    "information": ("PersonGroup",),
    "groups": ("PersonGroup", "NonGovernmentalOrganisation"),
}
CODE = re.compile(r"\b(?:[1-3]/)?[A-E][1-3]?\b")  # the grade in "[C] (a)" or "2/B2"
SMALL_WORDS = {"of", "the", "in", "and", "against", "party", "reported", "staff", "office", "s", "ngo", "ngos"}


class Fact(NamedTuple):
    """Hold one expected fact: kind, name in the list, the thing that carries it or "", and why not."""

    kind: str
    name: str
    thing: str
    reason: str = ""


class Report(NamedTuple):
    """Hold the comparison of one list."""

    name: str
    facts: tuple[Fact, ...]

    @property
    def missing(self) -> list[Fact]:
        """Return the facts that nothing carries."""
        return [fact for fact in self.facts if not fact.thing]

    def as_text(self, show_all: bool = False) -> str:
        """Write how many facts of each kind are covered, then what is missing, or every fact."""
        lines = []
        for kind in ("grades", "statistics", "claims"):
            found = [fact for fact in self.facts if fact.kind == kind]
            if found:
                covered = sum(bool(fact.thing) for fact in found)
                lines.append(f"{self.name}: {kind} {covered}/{len(found)}")
        for fact in self.facts if show_all else self.missing:
            lines.append(f"{self.name}: {fact.kind} {fact.name}: {fact.thing or 'missing: ' + fact.reason}")
        return "\n".join(lines) + "\n"


class _Carrier(NamedTuple):
    """Hold one thing of the graph with all that facts are compared in."""

    name: str
    lines: set[tuple[int, int]]
    rows: list[Row]

    def texts(self, column: str) -> set[str]:
        """Return the different values of a column."""
        return {str(row[column]) for row in self.rows if row[column]}

    def scope(self) -> dict[str, set[str]]:
        """Return the letters of each paragraph that it concerns."""
        scope: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            if row["number"]:
                scope[str(row["number"])] |= {str(row["letter"])} if row["letter"] else set()
        return scope


def compare(store: Store, settings: Settings, name: str, data: bytes) -> Report:
    """Compare the graph with a list; raises InputError if it is no list of this schema."""
    try:
        expected = json.loads(data)
        text = expected["seed"] if expected["schema"] == SCHEMA else None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{name}: is no JSON of the schema {SCHEMA} ({error!r})") from None
    if text is None:
        raise InputError(f'{name}: schema "{expected["schema"]}" is not {SCHEMA}')
    names = Names.load(settings)
    claims = _carriers(saved.run(store, "coverage-claims", text=literal(text)), "claim", names)
    grades = _carriers(saved.run(store, "coverage-grades", text=literal(text)), "assessment", names)
    facts = [_grade(fact, grades) for fact in expected.get("grades", [])]
    facts += [_statistic(fact, claims) for fact in expected.get("statistics", [])]
    facts += [_claim(number, fact, claims) for number, fact in enumerate(expected.get("claims", []), 1)]
    return Report(name.removesuffix(".json").removesuffix(".expected"), tuple(facts))


def _carriers(rows: list[Row], column: str, names: Names) -> list[_Carrier]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[str(row[column])].append(row)
    return [
        _Carrier(names.shorten(iri), {(int(str(row["from"])), int(str(row["to"]))) for row in found}, found)
        for iri, found in sorted(grouped.items())
    ]


def _grade(fact: dict[str, Any], carriers: list[_Carrier]) -> Fact:
    letters = set(fact.get("subparagraphs", []))
    name = f"{fact['paragraph']}{''.join(f'({letter})' for letter in sorted(letters))} {fact['grade']}"
    near = [carrier for carrier in carriers if any(a <= fact["line"] <= b for a, b in carrier.lines)]
    if not near:
        return Fact("grades", name, "", f"no assessment at line {fact['line']}")
    wanted = {fact["grade"]} if "/" not in fact["grade"] else {fact["information"], fact["implementation"]}
    for carrier in near:
        scope = carrier.scope()
        covers = letters == scope.get(fact["paragraph"], set()) if letters else fact["paragraph"] in scope
        covers = covers or (not letters and not scope and bool(carrier.texts("plan")))
        verbatim = {code for text in carrier.texts("verbatim") for code in CODE.findall(text)}
        if covers and carrier.texts("notation") == wanted and verbatim == {fact["grade"]}:
            return Fact("grades", name, carrier.name)
    return Fact("grades", name, "", f"grade or scope differs in {', '.join(carrier.name for carrier in near)}")


def _statistic(fact: dict[str, Any], carriers: list[_Carrier]) -> Fact:
    return _stated("statistics", fact["id"], fact, fact.get("said_by"), carriers, _value)


def _claim(number: int, fact: dict[str, Any], carriers: list[_Carrier]) -> Fact:
    return _stated("claims", f"C{number}", fact, fact.get("by"), carriers, lambda _fact, _carrier: True)


def _stated(kind: str, name: str, fact: dict[str, Any], party: Any, carriers: list[_Carrier], fits: Any) -> Fact:  # noqa: ANN401
    """Find the carrier of a figure or claim: same lines, then figure, party and scope."""
    first, last = fact["lines"]
    place = f"line {first}" if first == last else f"lines {first}-{last}"
    near = [carrier for carrier in carriers if (first, last) in carrier.lines]
    if not near:
        return Fact(kind, name, "", f"no claim at {place}")
    near = [carrier for carrier in near if fits(fact, carrier)]
    if not near:
        return Fact(kind, name, "", f"no claim at {place} has the value {fact.get('value')}")
    near = [carrier for carrier in near if _party(str(party or ""), carrier)]
    if not near:
        return Fact(kind, name, "", f"no claim at {place} is by {party}")
    for carrier in near:
        if _in_scope(fact, carrier):
            return Fact(kind, name, carrier.name)
    return Fact(kind, name, "", f"no claim at {place} concerns paragraph {fact['paragraph']}")


def _value(fact: dict[str, Any], carrier: _Carrier) -> bool:
    value = fact.get("value")
    if value is None:
        return bool(carrier.texts("trend"))
    numbers = [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", str(value))]
    stated = {Decimal(text) for column in ("value", "valueTo") for text in carrier.texts(column)}
    return stated == set(numbers)


def _party(party: str, carrier: _Carrier) -> bool:
    """Tell whether a claimant, or who reports it, is the party that the list names."""
    words = [word for word in re.findall(r"\w+", party.lower()) if word not in SMALL_WORDS]
    kinds = {str(row["kind"]).rpartition("#")[2] for row in carrier.rows if row["kind"]}
    wanted = {kind for word in words for kind in PARTY_KINDS.get(word, ())}
    if not words or wanted & kinds:
        return True
    labels = [set(re.findall(r"\w+", label.lower())) for label in carrier.texts("label")]
    return any(set(words) <= label for label in labels)


def _in_scope(fact: dict[str, Any], carrier: _Carrier) -> bool:
    if "paragraph" not in fact:
        return True
    found = re.match(r"(\d+)\s*(?:\((\w)\))?", str(fact["paragraph"]))
    if not found:
        return True
    letters = {found[2]} if found[2] else set(re.findall(r"\b[a-z]\b", str(fact.get("subparagraph", ""))))
    scope = carrier.scope()
    if not scope and carrier.texts("whole"):  # said of the document as a whole, so of each of its paragraphs
        return True
    return found[1] in scope and (not letters or not scope[found[1]] or bool(letters & scope[found[1]]))
