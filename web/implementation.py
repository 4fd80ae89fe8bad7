"""What became of a decision on a case: each requested measure according to whom, proceedings, removals, dialogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kg import saved
from kg.rows import Links, by, distinct, first, flag, links
from kg.saved import Row
from web.site import current
from web.voices import Speaker, voices


class Payment(NamedTuple):
    """Hold one payment or award: the sum, from whom to whom, and who says so."""

    iri: str
    label: str
    sum: str
    payers: Links
    payees: Links
    date: str
    says: Links
    notes: tuple[str, ...]
    passages: Links


class Proceeding(NamedTuple):
    """Hold one proceeding in the State: kind, result, by whom, and who says so."""

    iri: str
    label: str
    summary: str
    notes: tuple[str, ...]
    date: str
    kind: str
    results: Links
    conductors: Links
    on_decision: bool
    provisions: Links
    says: Links
    passages: Links


class Protection(NamedTuple):
    """Hold one request not to remove somebody, or one removal with the requests it was made in spite of."""

    iri: str
    label: str
    removal: bool
    date: str
    types: tuple[str, ...]
    persons: Links
    from_states: Links
    to_states: Links
    despite: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    says: Links
    passages: Links


class Dialogue(NamedTuple):
    """Hold one procedure that follows up a decision: where it stands, and the open requests in it."""

    iri: str
    label: str
    notes: tuple[str, ...]
    status: Links
    meaning: str
    requests: tuple[tuple[str, str, bool], ...]


class Version(NamedTuple):
    """Hold one language version of a document: language, its tag, and where it was seen."""

    iri: str
    document: tuple[str, str]
    language: str
    tag: str
    consulted: tuple[str, ...]


class Aftermath(NamedTuple):
    """Hold all that is known of what followed; voices and payments by measure, decision or communication."""

    voices: dict[str, dict[str, tuple[Speaker, ...]]]
    payments: dict[str, tuple[Payment, ...]]
    proceedings: tuple[Proceeding, ...]
    protection: tuple[Protection, ...]
    dialogue: tuple[Dialogue, ...]
    versions: tuple[Version, ...]


def aftermath(communication: str, concerned: Iterable[str]) -> Aftermath:
    """Return what followed in one case, with what was said on each thing concerned: measures, decisions, the case.

    Payments for no measure stand under the empty text.
    """
    paid = _rows("page-case-payments", communication)
    spoken = {on: voices(on) for on in concerned}
    return Aftermath(
        voices={on: said for on, said in spoken.items() if any(said.values())},
        payments={
            measure: tuple(_payment(iri, found) for iri, found in by(rows, "payment").items())
            for measure, rows in (*by(paid, "measure").items(), ("", [row for row in paid if not row["measure"]]))
        },
        proceedings=tuple(
            _proceeding(iri, rows)
            for iri, rows in by(_rows("page-case-proceedings", communication), "proceeding").items()
        ),
        protection=tuple(
            _protection(iri, rows) for iri, rows in by(_rows("page-case-interim", communication), "thing").items()
        ),
        dialogue=tuple(
            _dialogue(iri, rows) for iri, rows in by(_rows("page-case-procedures", communication), "procedure").items()
        ),
        versions=tuple(
            _version(iri, rows) for iri, rows in by(_rows("page-case-versions", communication), "version").items()
        ),
    )


def _rows(name: str, communication: str) -> list[Row]:
    return saved.run(current().store, name, communication=communication)


def _payment(iri: str, rows: list[Row]) -> Payment:
    amount = first(rows, "amount")
    return Payment(
        iri=iri,
        label=first(rows, "label"),
        sum=f"{float(amount):,.2f}".removesuffix(".00") + f" {first(rows, 'currency')}" if amount else "",
        payers=links(rows, "payer"),
        payees=links(rows, "payee"),
        date=first(rows, "date"),
        says=links(rows, "says"),
        notes=distinct(rows, "note"),
        passages=links(rows, "passage"),
    )


def _proceeding(iri: str, rows: list[Row]) -> Proceeding:
    return Proceeding(
        iri=iri,
        label=first(rows, "label"),
        summary=first(rows, "summary"),
        notes=distinct(rows, "note"),
        date=first(rows, "date"),
        kind=first(rows, "typeName"),
        results=links(rows, "result"),
        conductors=links(rows, "conductor"),
        on_decision=flag(rows[0], "onDecision"),
        provisions=links(rows, "provision", "citation"),
        says=links(rows, "says"),
        passages=links(rows, "passage"),
    )


def _protection(iri: str, rows: list[Row]) -> Protection:
    return Protection(
        iri=iri,
        label=first(rows, "label"),
        removal=first(rows, "kind") == "removal",
        date=first(rows, "date"),
        types=distinct(rows, "typeName"),
        persons=links(rows, "person"),
        from_states=links(rows, "from"),
        to_states=links(rows, "to"),
        despite=tuple(
            (request, first(found, "despiteName"), first(found, "despiteDate"))
            for request, found in by(rows, "despite").items()
        ),
        notes=distinct(rows, "note"),
        says=links(rows, "says"),
        passages=links(rows, "passage"),
    )


def _dialogue(iri: str, rows: list[Row]) -> Dialogue:
    return Dialogue(
        iri=iri,
        label=first(rows, "label"),
        notes=distinct(rows, "note"),
        status=links(rows, "status"),
        meaning=first(rows, "statusMeaning"),
        requests=tuple(
            (request, first(found, "requestName"), bool(distinct(found, "awaits")))
            for request, found in by(rows, "request").items()
        ),
    )


def _version(iri: str, rows: list[Row]) -> Version:
    return Version(
        iri=iri,
        document=(first(rows, "document"), first(rows, "symbol")),
        language=first(rows, "languageName"),
        tag=first(rows, "tag"),
        consulted=distinct(rows, "consulted"),
    )
