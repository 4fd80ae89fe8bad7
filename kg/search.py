"""The search box: find entities by label, symbol, number, citation or words of a text, however these are spelled.

Words are matched folded, as beginnings, and by their stems; a number only as it is. What is called exactly so comes
first, then cases, decisions, law, people, and the rest; among equals names that begin so, then the better of bm25.
No part of the text that is sought is ever syntax of the index: it is cut into words of letters and digits, and each
word is quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from kg.text_index import TextIndex
from kg.words import Pieces, fold, has_words, language_of, marked, stems

__all__ = ["LONGEST", "Hit", "find", "suggest"]

LONGEST = 200
"""characters of a text that are sought; the rest is left out"""
MOST_WORDS = 24
"""words of a text that are sought"""
CANDIDATES = 300
"""entities that are compared for one page of results, of each kind of match"""
COUNTED = 10_000
"""matches that are ranked by bm25; of more only those of the highest rank are looked at"""
SNIPPET = 160
"""characters of a text that a hit shows"""
NAMES = "{name code related} : "
EXACT, BEGINS, WORDS, BEGINNINGS, OTHER = range(5)


class Hit(NamedTuple):
    """Hold an entity that was found: IRI, label and class, and the text that matched with its language.

    `label_pieces` and `pieces` are the label and the text cut where a word stands that was sought.
    """

    iri: str
    label: str
    kind: str
    text: str
    language: str
    label_pieces: Pieces
    pieces: Pieces


class _Sought(NamedTuple):
    words: tuple[str, ...]
    roots: tuple[str, ...]


def find(index: TextIndex, text: str, limit: int = 20) -> list[Hit]:
    """Find the entities whose texts have every word of a text, best first; text without letter or digit finds nothing.

    Raises StoreFault if the index is damaged.
    """
    sought = _sought(text)
    most = max(CANDIDATES, limit)
    if not sought.words:
        return []
    beginnings = _expression(sought.words)
    found = (
        *_named(index, sought, most),
        *_first(index, "words", NAMES + beginnings, most),
        *_matches(index, "words", beginnings, most),
        *_matches(index, "stems", _expression(sought.roots, sought.words), most),
    )
    return _ranked(index, sought, found, limit)


def suggest(index: TextIndex, text: str, limit: int = 10) -> list[Hit]:
    """Find by name or code what a text that is still being typed may become, best first among the first matches.

    It takes the same time for a common beginning as for a rare one. Raises StoreFault if the index is damaged.
    """
    sought = _sought(text)
    most = 5 * limit
    if not sought.words:
        return []
    found = [*_named(index, sought, most), *_first(index, "words", NAMES + _expression(sought.words), most)]
    if len(found) < limit:
        found += _first(index, "stems", NAMES + _expression(sought.roots, sought.words), most)
    return _ranked(index, sought, found, limit)


def _sought(text: str) -> _Sought:
    words = fold(text[:LONGEST])[:MOST_WORDS]
    roots = (root for word in words for root in stems(word, language_of(word, None)))
    return _Sought(words, tuple(roots))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _expression(words: Iterable[str], others: Iterable[str] | None = None) -> str:
    """Write the condition that every word is there: as a beginning, or with `others` one of both as it is."""
    if others is None:
        each = [_quoted(word) if word.isdigit() else f"{_quoted(word)} *" for word in words]
    else:
        each = [f"({_quoted(word)} OR {_quoted(other)})" for word, other in zip(words, others, strict=True)]
    return f"({' AND '.join(each)})"


def _named(index: TextIndex, sought: _Sought, most: int) -> list[int]:
    """Return what is called exactly so, then what is called so at its beginning."""
    name = " ".join(sought.words)
    start = f"{name} " if sought.words[-1].isdigit() else name
    exact = index.rows("exact", name, most)
    begins = index.rows("beginning", start, f"{start}\U0010ffff", most)
    return [number for (number,) in (*exact, *begins)]


def _first(index: TextIndex, table: str, expression: str, most: int) -> list[int]:
    """Return the first matches by rank."""
    return [number for (number,) in index.rows(f"first-{table}", expression, most)]


def _matches(index: TextIndex, table: str, expression: str, most: int) -> list[int]:
    """Return the best matches by bm25, or of very many the first by rank."""
    first = _first(index, table, expression, COUNTED)
    if len(first) == COUNTED:
        return first[:most]
    return [number for (number,) in index.rows(f"best-{table}", expression, most)]


def _ranked(index: TextIndex, sought: _Sought, found: Iterable[int], limit: int) -> list[Hit]:
    """Compare what was found text by text and return the best; among equals the order in which it was found stays.

    What is called so goes before what only says so in a sentence.
    """
    places = {number: place for place, number in enumerate(dict.fromkeys(found))}
    numbers = json.dumps(list(places))
    best: dict[int, tuple[tuple[bool, int, int], str, str]] = {}
    for entity, field, text, language in index.rows("entries", numbers):
        words = fold(text)
        score = _score(sought.words, words)
        worth = (field == "body" or score == OTHER, score, len(words))
        if entity not in best or worth < best[entity][0]:
            best[entity] = (worth, text, language)
    hits = []
    for number, iri, label, kind, rank in index.rows("entities", numbers):
        (said, score, length), text, language = best[number]
        key = (score > EXACT, said, rank, score, length if score <= WORDS else 0, places[number])
        hits.append((key, iri, label, kind, text, language))
    return [_hit(sought, *values) for _, *values in sorted(hits)[:limit]]


def _hit(sought: _Sought, iri: str, label: str, kind: str, text: str, language: str) -> Hit:
    label_pieces = marked(label, sought.words, sought.roots, language_of(label, None))
    return Hit(iri, label, kind, text, language, label_pieces,
               marked(text, sought.words, sought.roots, language, SNIPPET))


def _score(wanted: tuple[str, ...], words: tuple[str, ...]) -> int:
    """Say how well a text matches: the same words, begins so, has all words, has all as beginnings, or otherwise."""
    if wanted == words:
        return EXACT
    if wanted == words[: len(wanted)]:
        return BEGINS
    known = frozenset(words)
    if known.issuperset(wanted):
        return WORDS
    return BEGINNINGS if has_words(wanted, known) else OTHER
