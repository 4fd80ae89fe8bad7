"""The search box: find entities by label, symbol, number or citation, however these are spelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from kg import saved
from kg.store import Store

__all__ = ["Hit", "find", "fold", "has_words", "index"]

SEPARATORS = re.compile(r"[\W_]+")
CAPITAL_IN_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
NUMBER_IN_WORD = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")
# Words that people write before a number and that say nothing: "art. 12", "communication No. 441/2010".
FILLERS = frozenset(("art", "article", "articles", "arts", "communication", "communications", "no", "nos", "number"))
# What people look for first: cases and decisions, then law, then people, then everything else.
RANKS = ("Communication", "Decision", "Provision", "Instrument", "TreatyBody", "State", "Person", "Organisation")


class Hit(NamedTuple):
    """Hold one entity found: its IRI, its label, the label of its kind and the text that matched."""

    iri: str
    label: str
    kind: str
    text: str


class _Entry(NamedTuple):
    hit: Hit
    words: tuple[str, ...]
    known: frozenset[str]
    rank: int


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and punctuation, letters and digits apart.

    >>> fold("CAT/C/51/D/441/2010") == fold("cat c 51 d 441 2010")
    True
    >>> fold("art. 14(3)(d)")
    ('14', '3', 'd')
    """
    plain = unicodedata.normalize("NFKD", CAPITAL_IN_WORD.sub(" ", text)).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words: list[str] = []
    for word in reversed(NUMBER_IN_WORD.sub(" ", SEPARATORS.sub(" ", plain)).split()):
        if not (word in FILLERS and words and words[-1].isdigit()):
            words.append(word)
    return tuple(reversed(words))


@lru_cache(maxsize=2)
def index(store: Store) -> tuple[_Entry, ...]:
    """Read what can be found; kept for the store, since the store of a release never changes."""
    known: dict[str, tuple[int, Hit]] = {}
    for row in saved.run(store, "search-entities"):
        kind = str(row["class"]).rpartition("#")[2]
        rank = RANKS.index(kind) if kind in RANKS else len(RANKS)
        label = str(row["kind"] or CAPITAL_IN_WORD.sub(" ", kind).lower())
        found = (rank, Hit(str(row["entity"]), str(row["label"]), label, ""))
        # An entity of several classes is listed under the one that people look for first.
        known[found[1].iri] = min(found, known.get(found[1].iri, found))
    entries = []
    for row in saved.run(store, "search-texts"):
        if str(row["entity"]) in known:
            rank, hit = known[str(row["entity"])]
            words = fold(str(row["text"]))
            entries.append(_Entry(hit._replace(text=str(row["text"])), words, frozenset(words), rank))
    return tuple(entries)


def find(store: Store, text: str, limit: int = 20) -> list[Hit]:
    """Find the entities whose label, other label, symbol, number or citation has every word of a text, best first.

    A word may be the beginning of one. What is called exactly so comes first, then cases, decisions, law, people, and
    the rest; text without a letter or digit finds nothing.
    """
    wanted = fold(text)
    best: dict[str, tuple[tuple[bool, int, int, int, str], Hit]] = {}
    for entry in index(store) if wanted else ():
        score = _score(wanted, entry)
        if score is not None:
            key = (score > 0, entry.rank, score, len(entry.words), entry.hit.label)
            if entry.hit.iri not in best or key < best[entry.hit.iri][0]:
                best[entry.hit.iri] = (key, entry.hit)
    return [hit for _, hit in sorted(best.values(), key=lambda pair: pair[0])[:limit]]


def _score(wanted: tuple[str, ...], entry: _Entry) -> int | None:
    """Return 0 for the same words, 1 for the same beginning, 2 for all words anywhere, 3 for beginnings of words."""
    if not has_words(wanted, entry.known):
        return None
    if wanted == entry.words:
        return 0
    if entry.words[: len(wanted)] == wanted:
        return 1
    return 2 if entry.known.issuperset(wanted) else 3


def has_words(wanted: Iterable[str], known: frozenset[str]) -> bool:
    """Tell whether each word wanted is known or begins a known one; a number must be known as it is."""
    return all(
        word in known or (not word.isdigit() and any(other.startswith(word) for other in known)) for word in wanted
    )
