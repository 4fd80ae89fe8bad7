"""The three voices on a matter: what the State, others and the committee say on it."""

from __future__ import annotations

from typing import NamedTuple

from kg.claims import Claim, Party, claims_on
from kg.figures import figures
from web.site import current

VOICES = ("state", "other", "committee")


class Speaker(NamedTuple):
    """Hold who speaks, alone or together, with the claims and apart from them the figures.

    `reporters` are the IRIs of those who report every one of the claims alike.
    """

    parties: tuple[Party, ...]
    claims: tuple[Claim, ...]
    figures: tuple[Claim, ...]
    reporters: tuple[str, ...]


def voices(on: str) -> dict[str, tuple[Speaker, ...]]:
    """Return who says what on a thing, by VOICES, in the order of the first claim of each."""
    store = current().store
    spoken: dict[str, dict[tuple[Party, ...], list[Claim]]] = {voice: {} for voice in VOICES}
    for claim in claims_on(store, on):
        for voice in dict.fromkeys(party.voice for party in claim.parties):
            speakers = tuple(party for party in claim.parties if party.voice == voice)
            spoken[voice].setdefault(speakers, []).append(claim)
    known = figures(store)
    return {voice: tuple(_speaker(who, said, set(known)) for who, said in of.items()) for voice, of in spoken.items()}


def _speaker(parties: tuple[Party, ...], said: list[Claim], known: set[str]) -> Speaker:
    return Speaker(
        parties,
        tuple(claim for claim in said if claim.iri not in known),
        tuple(claim for claim in said if claim.iri in known),
        said[0].reporters if len({claim.reporters for claim in said}) == 1 else (),
    )
