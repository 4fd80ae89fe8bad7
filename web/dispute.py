"""The page of one question on which parties differ: rival claims side by side, and nothing that picks a winner."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.claims import Candidate, Claim
from kg.disputes import Dispute, disputes, retellings
from kg.errors import NotFound
from kg.figures import Figure, figures
from kg.labels import Link, label
from kg.rows import link, links, text
from kg.rules import Rule, rules
from kg.saved import Row
from kg.store import Node
from web import entity
from web.present import thing
from web.site import Site, current

blueprint = Blueprint("dispute", __name__)


class Card(NamedTuple):
    """Hold one claim as a page shows it: its number, its figure, and what it is tied to in words."""

    number: int
    claim: Claim
    figure: Figure | None
    reporters: tuple[Link, ...]
    submissions: tuple[Link, ...]
    ties: tuple[tuple[Link, tuple[int, ...]], ...]
    """kind of relation, and the numbers of the claims to which this one stands so by the word of a curator"""
    met: tuple[tuple[Link, tuple[int, ...]], ...]
    """kind of relation, and the numbers of the claims that stand so to this one"""
    candidates: tuple[int, ...]
    """numbers of the claims that may contradict this one, by rule"""


class Grade(NamedTuple):
    """Hold one grade of an assessment, with the components that it covers and where it is given."""

    assessment: str
    body: Link
    grade: Link
    dimension: str
    components: tuple[Link, ...]
    date: str
    session: Link | None
    passages: tuple[Link, ...]


@blueprint.get("/page/question/<slug:name>")
def page(name: str) -> Response:
    """Show one question: the claims by party in the order of time, relations, candidates, repetitions, conclusions."""
    if request.args:
        return entity.page(f"question/{name}")
    site = current()
    subject = entity.existing(site, f"/id/question/{name}")
    dispute = disputes(site.store).get(subject)
    if dispute is None:
        raise NotFound(subject, "question")
    parts = _parts(saved.run(site.store, "page-dispute", question=subject), site)
    cards = {claim.iri: card_of(claim, dispute) for claim in dispute.claims}
    return entity.show(
        "dispute.html",
        entity.view(subject, f"/question/{name}"),
        dispute=dispute,
        parts=parts,
        wordings=[value for value, _ in parts.get("wording", [])],
        voices={party: [cards[claim.iri] for claim in said] for party, said in dispute.voices.items()},
        bodies={
            party: [cards[claim.iri] for claim in said]
            for party, said in dispute.voices.items()
            if party.voice == "committee"
        },
        pairs=pairs(dispute),
        rules=candidate_rules(site),
        retold=[root for root in retellings(site.store, dispute.claims) if root.again],
        grades=_grades(saved.run(site.store, "page-dispute-grades", question=subject)),
    )


def card_of(claim: Claim, dispute: Dispute | None = None) -> Card:
    """Make the card of a claim, with its ties to the other claims on a question."""
    site = current()
    numbers, related = (dispute.numbers, dispute.relations) if dispute else ({}, ())
    near = {pair.other if pair.claim == claim.iri else pair.claim for pair in _candidates(claim, dispute)}
    return Card(
        number=numbers.get(claim.iri, 0),
        claim=claim,
        figure=figures(site.store).get(claim.iri),
        reporters=things(claim.reporters),
        submissions=things(claim.submissions),
        ties=_ties([(relation.type, numbers[relation.end]) for relation in related if relation.start == claim.iri]),
        met=_ties([(relation.type, numbers[relation.start]) for relation in related if relation.end == claim.iri]),
        candidates=tuple(sorted(numbers[iri] for iri in near)),
    )


def things(iris: tuple[str, ...]) -> tuple[Link, ...]:
    """Return things with their labels."""
    return tuple(map(thing, iris))


def candidate_rules(site: Site) -> list[Rule]:
    """Return the rules that find candidates for contradictions."""
    wanted = site.names.expand("sv:mayContradict")
    return [rule for rule in rules(site.settings) if wanted in rule.derives]


def pairs(dispute: Dispute) -> list[tuple[int, tuple[int, ...]]]:
    """Return the candidates of a question by the number of the first claim: it, and those that it may contradict."""
    found: dict[int, list[int]] = {}
    for pair in dispute.candidates:
        first, second = sorted((dispute.numbers[pair.claim], dispute.numbers[pair.other]))
        found.setdefault(first, []).append(second)
    return [(number, tuple(sorted(set(others)))) for number, others in sorted(found.items())]


def _ties(found: list[tuple[Link, int]]) -> tuple[tuple[Link, tuple[int, ...]], ...]:
    """Gather the numbers of claims by the kind of their relation."""
    kinds: dict[Link, list[int]] = {}
    for kind, number in found:
        kinds.setdefault(kind, []).append(number)
    return tuple((kind, tuple(sorted(numbers))) for kind, numbers in kinds.items())


def _candidates(claim: Claim, dispute: Dispute | None) -> list[Candidate]:
    return [pair for pair in dispute.candidates if claim.iri in pair[:2]] if dispute else []


def _parts(rows: list[Row], site: Site) -> dict[str, list[tuple[Node, str]]]:
    """Group what a question is about by part: the value, and what it is called."""
    parts: dict[str, list[tuple[Node, str]]] = {}
    for row in rows:
        value = row["value"]
        if value:
            called = str(row["name"] or (label(site.store, value.value, site.names) if value.kind == "iri" else ""))
            parts.setdefault(str(row["part"]), []).append((value, called))
    return parts


def _grades(rows: list[Row]) -> list[Grade]:
    """Make one entry for each grade of an assessment, with all components near the question that it covers."""
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault((text(row, "assessment"), text(row, "grade")), []).append(row)
    return [
        Grade(
            assessment=assessment,
            body=link(found[0], "body"),
            grade=Link(grade, text(found[0], "gradeName")),
            dimension=text(found[0], "dimensionName"),
            components=links(found, "component"),
            date=text(found[0], "date"),
            session=next(iter(links(found, "session")), None),
            passages=links(found, "passage"),
        )
        for (assessment, grade), found in grouped.items()
    ]
