"""The list of questions with the claims of each party on them, also as CSV, and the page of one claim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from kg.claims import Candidate, Claim, candidates, claims, parties, relations
from kg.disputes import ORDERS, STATES, Dispute, disputes, retellings, table
from kg.errors import InputError, NotFound
from kg.labels import Link
from kg.saved import names
from web import entity
from web.cases import Choice, spreadsheet
from web.dispute import candidate_rules, card_of
from web.present import local_name, with_query
from web.site import current

blueprint = Blueprint("claims", __name__)

FILTERS = ("theme", "party", "document", "state", "text")
ORDER_LABELS = {
    "disputed": "Most disputed first",
    "claims": "Most claims first",
    "question": "Question",
    "first": "Earliest claim first",
}
STATE_LABELS = {
    "contradiction": "Contradiction recorded",
    "candidate": "Candidates only",
    "none": "No contradiction found",
}
QUESTION_COLUMNS = ("question", "themes", "claims", "parties", "first", "last", "rival_claims", "contradictions",
                    "candidates", "iri")  # fmt: skip
CLAIM_COLUMNS = ("question", "rival_claims", "party", "date", "stance", "claim", "frequency", "on_belief",
                 "reported_by", "document", "place", "question_iri", "claim_iri")  # fmt: skip


class Tie(NamedTuple):
    """Hold how a claim stands to another one: `verb` with the claim as subject or as object of it."""

    type: Link
    other: Claim
    outgoing: bool
    summary: str
    curator: Link
    created: str
    iri: str


@blueprint.get("/claims")
def listing() -> str:
    """Show the questions that fit the filters in the address, with the claims of each party."""
    store, given = current().store, _given()
    found, note = _table()
    order = _order()
    return render_template(
        "claims.html",
        rows=found,
        note=note,
        total=len(disputes(store)),
        claims_total=len(claims(store)),
        given=given,
        order=order,
        orders=ORDER_LABELS,
        choices=choices(),
        apart=[claim for claim in claims(store).values() if not claim.questions],
        csv_path=with_query("/claims.csv", **given, order=order if order != ORDERS[0] else None),
        csv_claims=with_query("/claims.csv", **given, rows="claims"),
    )


@blueprint.get("/claims.csv")
def listing_csv() -> Response:
    """Send the same questions as CSV, or with rows=claims every claim on them, one row for each party and question."""
    found, _ = _table()
    if request.args.get("rows") == "claims":
        rows = (_claim_row(dispute, claim) for dispute in found for claim in dispute.claims)
        return spreadsheet("claims.csv", CLAIM_COLUMNS, rows)
    return spreadsheet("questions.csv", QUESTION_COLUMNS, map(_question_row, found))


@blueprint.get("/page/claim/<slug:name>")
def page(name: str) -> Response:
    """Show one claim: who says it, when and where, on which question, and how it stands to others."""
    if request.args:
        return entity.page(f"claim/{name}")
    site = current()
    subject = entity.existing(site, f"/id/claim/{name}")
    claim = claims(site.store).get(subject)
    if claim is None:
        raise NotFound(subject, "claim")
    known = disputes(site.store)
    near = [_other(pair, claim) for pair in candidates(site.store) if subject in pair[:2]]
    return entity.show(
        "claim.html",
        entity.view(subject, f"/claim/{name}"),
        card=card_of(claim),
        questions=[known[iri] for iri in claim.questions if iri in known],
        ties=_ties(claim),
        candidates=list(dict.fromkeys(near)),
        rules=candidate_rules(site),
        retold=[root for root in retellings(site.store, [claim]) if root.again],
    )


def choices() -> dict[str, list[Choice]]:
    """List what each filter can be set to, from the claims there are."""
    store = current().store
    kinds = sorted(parties(store).values(), key=lambda party: (party.kind, party.label))
    themes = {theme for dispute in disputes(store).values() for theme in dispute.themes}
    documents = {document for claim in claims(store).values() for document in claim.documents}
    return {
        "theme": [Choice(local_name(theme.iri), theme.label) for theme in sorted(themes, key=lambda t: t.label)],
        "party": [Choice(local_name(party.iri), party.label, party.kind) for party in kinds],
        "document": [Choice(local_name(link.iri), link.label) for link in sorted(documents, key=lambda d: d.label)],
        "state": [Choice(state, STATE_LABELS[state]) for state in STATES],
    }


def resolved(given: dict[str, str], nouns: dict[str, str], known: dict[str, list[str]]) -> tuple[dict[str, str], str]:
    """Return the IRI for each name in the address, and a note on each name that nothing is called by."""
    found, notes = {}, []
    for name, noun in nouns.items():
        value = given.get(name, "")
        match = [iri for iri in known[name] if value in (iri, local_name(iri), names().shorten(iri))]
        found[name] = match[0] if value and match else value
        if value and not match:
            notes.append(f"There is no {noun} “{value}” among the claims.")
    return found, " ".join(notes)


def iris() -> dict[str, list[str]]:
    """Return the IRIs that a filter by theme, party or document may name."""
    store = current().store
    return {
        "theme": [theme.iri for dispute in disputes(store).values() for theme in dispute.themes],
        "party": list(parties(store)),
        "document": [document.iri for claim in claims(store).values() for document in claim.documents],
    }


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in FILTERS}


def _order() -> str:
    order = request.args.get("order", ORDERS[0])
    if order not in ORDERS:
        raise InputError(f'"{order}" is not an order; orders: {", ".join(ORDERS)}')
    return order


def _table() -> tuple[list[Dispute], str]:
    """Return the questions that the address asks for, and a note where a filter names something unknown."""
    given = _given()
    if given["state"] and given["state"] not in STATES:
        raise InputError(f'"{given["state"]}" says not how a question is disputed; write one of {", ".join(STATES)}')
    wanted, note = resolved(given, {"theme": "theme", "party": "party", "document": "document"}, iris())
    return table(current().store, **wanted, state=given["state"], text=given["text"], order=_order()), note


def _question_row(dispute: Dispute) -> list[str]:
    return [
        dispute.label,
        "; ".join(theme.label for theme in dispute.themes),
        str(len(dispute.claims)),
        "; ".join(f"{party.label} ({len(said)})" for party, said in dispute.voices.items()),
        dispute.first,
        dispute.last,
        dispute.state,
        str(len(dispute.contradictions)),
        str(len(dispute.candidates)),
        dispute.iri,
    ]


def _claim_row(dispute: Dispute, claim: Claim) -> list[str]:
    card = card_of(claim)
    return [
        dispute.label,
        dispute.state,
        "; ".join(party.label for party in claim.parties),
        claim.date,
        claim.stance.label,
        claim.text,
        claim.frequency.label if claim.frequency else "",
        "true" if claim.on_belief else "",
        _labels(card.reporters),
        _labels(claim.documents),
        "; ".join(place.spot for place in claim.places),
        dispute.iri,
        claim.iri,
    ]


def _labels(links: Iterable[Link]) -> str:
    return "; ".join(link.label for link in links)


def _ties(claim: Claim) -> list[Tie]:
    """Return the relations of a claim to others, those that it makes first."""
    known = claims(current().store)
    ties = [
        Tie(
            relation.type,
            known[relation.end if relation.start == claim.iri else relation.start],
            relation.start == claim.iri,
            relation.summary,
            relation.curator,
            relation.created,
            relation.iri,
        )
        for relation in relations(current().store)
        if claim.iri in (relation.start, relation.end)
    ]
    return sorted(ties, key=lambda tie: (not tie.outgoing, tie.type.label, tie.other.order))


def _other(pair: Candidate, claim: Claim) -> Claim:
    return claims(current().store)[pair.other if pair.claim == claim.iri else pair.claim]
