"""The claims: what each party says, when, with which stance, where it stands, and how claims stand to each other.

Everything is read once for a release by stored queries. A claim is never a fact: it is true only that it was made.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.labels import Link
from kg.rows import flag, link, text
from kg.saved import Row
from kg.store import Store

__all__ = [
    "Candidate",
    "Claim",
    "Party",
    "Place",
    "Relation",
    "candidates",
    "claims",
    "claims_on",
    "parties",
    "relations",
    "repeats",
]


class Party(NamedTuple):
    """Hold an agent that claims something: what its class is called, its voice (state, committee, other)."""

    iri: str
    label: str
    kind: str
    voice: str


class Place(NamedTuple):
    """Hold where a claim stands: passage, document, and the lines or the paragraph in words."""

    iri: str
    document: Link
    spot: str
    order: tuple[int, int]


@dataclass(frozen=True)
class Claim:
    """Hold one claim; dates are EDTF, `stance` is the concept."""

    iri: str
    label: str
    summary: str
    kind: Link
    date: str
    earliest: str
    stance: Link
    frequency: Link | None
    on_belief: bool
    parties: tuple[Party, ...]
    reporters: tuple[str, ...]
    questions: tuple[str, ...]
    subjects: tuple[str, ...]
    """IRIs of the things that it concerns"""
    submissions: tuple[str, ...]
    """replies and alternative reports in which it was made"""
    places: tuple[Place, ...]

    @property
    def text(self) -> str:
        """Return the summary, or the label of a claim without one."""
        return self.summary or self.label

    @property
    def documents(self) -> tuple[Link, ...]:
        """Return the documents in which it stands, without repetition."""
        return tuple(dict.fromkeys(place.document for place in self.places))

    @property
    def order(self) -> tuple[str, str, tuple[int, int], str]:
        """Sort by time, then by the place in the document."""
        place = self.places[0] if self.places else None
        return self.earliest, place.document.label if place else "", place.order if place else (0, 0), self.iri


class Relation(NamedTuple):
    """Hold what a curator judged of two claims; `type` is the concept, `start` and `end` are IRIs of claims."""

    iri: str
    type: Link
    start: str
    end: str
    summary: str
    curator: Link
    created: str


class Candidate(NamedTuple):
    """Hold a pair of claims on one question that may contradict each other by rule; the IRIs."""

    claim: str
    other: str
    question: str


@lru_cache(maxsize=2)
def claims(store: Store) -> dict[str, Claim]:
    """Return every claim by its IRI, in the order of time; kept for the store, which never changes."""
    known, places = parties(store), _places(store)
    tied: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in saved.run(store, "claim-links"):
        tied[text(row, "claim")][text(row, "part")].append(text(row, "thing"))
    found = []
    for row in saved.run(store, "claims"):
        parts = tied[text(row, "claim")]
        found.append(
            Claim(
                iri=text(row, "claim"),
                label=text(row, "label"),
                summary=text(row, "summary"),
                kind=link(row, "kind"),
                date=text(row, "date"),
                earliest=text(row, "earliest"),
                stance=link(row, "stance"),
                frequency=link(row, "frequency") if row["frequency"] else None,
                on_belief=flag(row, "belief"),
                parties=tuple(known[iri] for iri in parts["party"] if iri in known),
                reporters=tuple(parts["reporter"]),
                questions=tuple(parts["question"]),
                subjects=tuple(parts["subject"]),
                submissions=tuple(parts["submission"]),
                places=tuple(sorted((places[iri] for iri in parts["passage"] if iri in places), key=_place_order)),
            )
        )
    return {claim.iri: claim for claim in sorted(found, key=lambda claim: claim.order)}


def claims_on(store: Store, thing: str) -> tuple[Claim, ...]:
    """Return the claims that concern a thing, given by its IRI, in the order of time."""
    return _by_subject(store).get(thing, ())


@lru_cache(maxsize=2)
def _by_subject(store: Store) -> dict[str, tuple[Claim, ...]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims(store).values():
        for subject in dict.fromkeys(claim.subjects):
            found[subject].append(claim)
    return {subject: tuple(on) for subject, on in found.items()}


@lru_cache(maxsize=2)
def parties(store: Store) -> dict[str, Party]:
    """Return every agent that claims something, by its IRI."""
    return {
        text(row, "party"): Party(text(row, "party"), text(row, "name"), text(row, "kindName"), text(row, "voice"))
        for row in saved.run(store, "claim-parties")
    }


@lru_cache(maxsize=2)
def relations(store: Store) -> tuple[Relation, ...]:
    """Return every relation that curators recorded between two claims."""
    return tuple(
        Relation(
            iri=text(row, "relation"),
            type=link(row, "type"),
            start=text(row, "from"),
            end=text(row, "to"),
            summary=text(row, "summary"),
            curator=link(row, "curator"),
            created=text(row, "created"),
        )
        for row in saved.run(store, "claim-relations")
    )


@lru_cache(maxsize=2)
def candidates(store: Store) -> tuple[Candidate, ...]:
    """Return every pair of claims that a rule found and nobody has judged yet."""
    judged = {frozenset((relation.start, relation.end)) for relation in relations(store)}
    rows = saved.run(store, "claim-candidates")
    found = [Candidate(text(row, "claim"), text(row, "other"), text(row, "question")) for row in rows]
    return tuple(pair for pair in found if frozenset((pair.claim, pair.other)) not in judged)


@lru_cache(maxsize=2)
def repeats(store: Store) -> dict[str, set[str]]:
    """Return for each claim the earlier ones that it repeats directly, those reached through another left out."""
    every: dict[str, set[str]] = defaultdict(set)
    for row in saved.run(store, "claim-repeats"):
        every[text(row, "claim")].add(text(row, "earlier"))
    return {
        claim: {earlier for earlier in found if not any(earlier in every.get(other, ()) for other in found - {earlier})}
        for claim, found in every.items()
    }


def _places(store: Store) -> dict[str, Place]:
    return {text(row, "passage"): _place(row) for row in saved.run(store, "claim-passages")}


def _place(row: Row) -> Place:
    first, last, paragraph = (text(row, name) for name in ("from", "to", "paragraph"))
    if first:
        spot = f"line {first}" if first == last else f"lines {first}–{last}"
    else:
        spot = f"para. {paragraph}" if paragraph else ""
    document = Link(text(row, "document"), text(row, "symbol") or text(row, "documentName"))
    return Place(text(row, "passage"), document, spot, (int(first or 0), int(last or 0)))


def _place_order(place: Place) -> tuple[str, tuple[int, int], str]:
    return place.document.label, place.order, place.spot
