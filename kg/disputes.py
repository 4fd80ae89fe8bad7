"""The questions on which parties take a stand: rival claims side by side, and who repeats whom. Nothing is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from kg import saved
from kg.claims import Candidate, Claim, Party, Relation, candidates, claims, relations, repeats
from kg.labels import Link
from kg.store import Store
from kg.words import fold, has_words

__all__ = ["CONTRADICTION", "ORDERS", "STATES", "Dispute", "Retold", "disputes", "retellings", "table"]

CONTRADICTION = "contradicts"
STATES = ("contradiction", "candidate", "none")
"""how a question is disputed: a curator recorded a contradiction, a rule found a candidate, neither"""
ORDERS = ("disputed", "claims", "question", "first")


@dataclass(frozen=True)
class Dispute:
    """Hold one question with the claims on it in the order of time, and what curators and rules make of them."""

    iri: str
    label: str
    themes: tuple[Link, ...]
    claims: tuple[Claim, ...]
    relations: tuple[Relation, ...]
    """between two claims on this question"""
    candidates: tuple[Candidate, ...]

    @property
    def contradictions(self) -> tuple[Relation, ...]:
        """Return the contradictions that curators recorded."""
        return tuple(relation for relation in self.relations if relation.type.iri.endswith(f"/{CONTRADICTION}"))

    @property
    def state(self) -> str:
        """Return one of STATES."""
        return STATES[0] if self.contradictions else STATES[1] if self.candidates else STATES[2]

    @property
    def voices(self) -> dict[Party, list[Claim]]:
        """Return the claims of each party, the party that spoke first before others."""
        spoken: dict[Party, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            for party in claim.parties:
                spoken[party].append(claim)
        return dict(sorted(spoken.items(), key=lambda pair: (pair[1][0].earliest, pair[0].label)))

    @property
    def numbers(self) -> dict[str, int]:
        """Return the place of each claim in the order of time, by its IRI."""
        return {claim.iri: place for place, claim in enumerate(self.claims, 1)}

    @property
    def first(self) -> str:
        """Return the date of the first claim (EDTF), empty where there is none."""
        return self.claims[0].date if self.claims else ""

    @property
    def last(self) -> str:
        """Return the date of the last claim (EDTF), empty where there is none."""
        return self.claims[-1].date if self.claims else ""


class Retold(NamedTuple):
    """Hold a claim and the claims that repeat it, as a tree; `source` says whose word it is, as seen from the root.

    `source` is "origin" for the first claim, "other" when another party passes it on, "same" when the party before it
    says it again, "circle" when it comes back to a party that had said it before others passed it on.
    """

    claim: Claim
    source: str
    again: tuple[Retold, ...]


@lru_cache(maxsize=2)
def disputes(store: Store) -> dict[str, Dispute]:
    """Return every question by its IRI, in alphabetical order; kept for the store, which never changes."""
    asked: dict[str, tuple[str, list[Link]]] = {}
    for row in saved.run(store, "disputes"):
        themes = asked.setdefault(str(row["question"]), (str(row["label"]), []))[1]
        if row["theme"]:
            themes.append(Link(str(row["theme"]), str(row["themeName"])))
    made = {}
    found: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates(store):
        found[candidate.question].append(candidate)
    on: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims(store).values():
        for question in claim.questions:
            on[question].append(claim)
    for iri, (label, themes) in asked.items():
        here = {claim.iri for claim in on[iri]}
        related = tuple(relation for relation in relations(store) if {relation.start, relation.end} <= here)
        made[iri] = Dispute(iri, label, tuple(themes), tuple(on[iri]), related, tuple(found[iri]))
    return made


def table(
    store: Store,
    *,
    theme: str = "",
    party: str = "",
    document: str = "",
    state: str = "",
    text: str = "",
    order: str = ORDERS[0],
) -> list[Dispute]:
    """Return the questions that fit every filter, in one of ORDERS.

    `theme`, `party` and `document` are IRIs; a question fits a party or a document if one of its claims does.
    """
    words = fold(text)
    found = [
        dispute
        for dispute in disputes(store).values()
        if (not theme or any(theme == known.iri for known in dispute.themes))
        and (not party or any(party == voice.iri for voice in dispute.voices))
        and (not document or any(document == link.iri for claim in dispute.claims for link in claim.documents))
        and (not state or state == dispute.state)
        and (not words or has_words(words, frozenset(_words(dispute))))
    ]
    keys: dict[str, Callable[[Dispute], tuple[Any, ...]]] = {
        "disputed": lambda d: (STATES.index(d.state), -len(d.contradictions), -len(d.candidates), -len(d.claims)),
        "claims": lambda d: (-len(d.claims),),
        "question": lambda d: (),
        "first": lambda d: (not d.claims, d.claims[0].earliest if d.claims else ""),
    }
    return sorted(found, key=keys.get(order, keys[ORDERS[0]]))


def retellings(store: Store, on: Iterable[Claim]) -> list[Retold]:
    """Return the trees of repeated claims in which one of these claims stands, each from the claim that came first."""
    known, earlier = claims(store), repeats(store)
    later: dict[str, list[str]] = defaultdict(list)
    for claim, sources in earlier.items():
        for source in sources:
            later[source].append(claim)
    roots: dict[str, None] = {}
    pending, seen = [claim.iri for claim in on if claim.iri in earlier or claim.iri in later], set()
    while pending:
        iri = pending.pop()
        if iri in seen:
            continue
        seen.add(iri)
        pending += [*earlier.get(iri, ()), *later[iri]]
        if not earlier.get(iri):
            roots[iri] = None

    def tree(iri: str, trail: tuple[Claim, ...]) -> Retold:
        claim = known[iri]
        below = sorted((known[other] for other in later[iri] if other in known), key=lambda claim: claim.order)
        again = tuple(tree(other.iri, (*trail, claim)) for other in below if other not in (*trail, claim))
        return Retold(claim, _source(claim, trail), again)

    return [tree(iri, ()) for iri in sorted(roots, key=lambda iri: known[iri].order if iri in known else ("",))]


def _source(claim: Claim, trail: tuple[Claim, ...]) -> str:
    if not trail:
        return "origin"
    if set(claim.parties) & set(trail[-1].parties):
        return "same"
    return "circle" if any(set(claim.parties) & set(before.parties) for before in trail) else "other"


def _words(dispute: Dispute) -> Iterable[str]:
    texts = [dispute.label, *(claim.text for claim in dispute.claims)]
    return (word for text in texts for word in fold(text))
