"""The three voices on a matter: what the State, others and the committee say on it."""

from __future__ import annotations

from typing import NamedTuple

from kg import saved
from kg.rows import Links, by, first, flag, links, text
from kg.saved import Row
from web.site import current

VOICES = ("state", "other", "committee")


class Claim(NamedTuple):
    """Hold one claim: stance (IRI and label), what it says in one sentence, to which questions, where it stands."""

    iri: str
    stance: str
    stance_label: str
    summary: str
    date: str
    questions: Links
    reporters: Links
    passages: Links
    figure: bool


class Speaker(NamedTuple):
    """Hold who speaks, alone or together, with the claims and apart from them the figures; `reporters` of all alike."""

    names: Links
    claims: tuple[Claim, ...]
    figures: tuple[Claim, ...]
    reporters: Links


def voices(on: str) -> dict[str, tuple[Speaker, ...]]:
    """Return who says what on a thing, by VOICES, in the order of the first claim of each."""
    rows = saved.run(current().store, "page-claims", on=on)
    return {voice: _speakers([row for row in rows if text(row, "voice") == voice]) for voice in VOICES}


def _speakers(rows: list[Row]) -> tuple[Speaker, ...]:
    grouped: dict[Links, list[Claim]] = {}
    for iri, found in by(rows, "claim").items():
        grouped.setdefault(links(found, "claimant"), []).append(_claim(iri, found))
    return tuple(
        Speaker(
            names,
            tuple(claim for claim in claims if not claim.figure),
            tuple(claim for claim in claims if claim.figure),
            claims[0].reporters if len({claim.reporters for claim in claims}) == 1 else (),
        )
        for names, claims in grouped.items()
    )


def _claim(iri: str, rows: list[Row]) -> Claim:
    return Claim(
        iri=iri,
        stance=first(rows, "stance").rpartition("/")[2],
        stance_label=first(rows, "stanceName"),
        summary=first(rows, "summary") or first(rows, "label"),
        date=first(rows, "date"),
        questions=links(rows, "question"),
        reporters=links(rows, "reporter"),
        passages=links(rows, "passage"),
        figure=flag(rows[0], "figure"),
    )
