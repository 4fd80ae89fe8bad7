"""The words of a text as search compares them: spelling folded, inflection cut off, and where they stand in the text.

Folding takes away what writers of one name differ in: case, accents, punctuation, the letters of Kazakh that Russian
lacks. A stem is what the Snowball algorithm of the language leaves of a word; a text without a language tag has the
language of its script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol

__all__ = ["CAPITAL_IN_WORD", "Pieces", "fold", "forms", "has_words", "language_of", "marked", "stems"]

SEPARATORS = re.compile(r"[\W_]+")
CAPITAL_IN_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
NUMBER_IN_WORD = re.compile(r"(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_])")
WORD = re.compile(r"[^\W_]+")
# Words that people write before a number and that say nothing: "art. 12", "communication No. 441/2010".
FILLERS = frozenset(("art", "article", "articles", "arts", "communication", "communications", "no", "nos", "number"))
# Kazakh is written with and without its own letters, Russian with and without ё.
LETTERS = str.maketrans("әғқңөұүһіё", "агкноуухие")
KAZAKH = frozenset("әғқңөұүһі")
STEMMERS = {"en": "english", "ru": "russian"}
Pieces = list[tuple[str, bool]]


class Stemmer(Protocol):
    """Be what `snowballstemmer.stemmer` returns."""

    def stemWord(self, word: str) -> str:  # noqa: N802 (the name is theirs)
        """Return the stem of a word."""


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and punctuation, letters and digits apart.

    >>> fold("CAT/C/51/D/441/2010") == fold("cat c 51 d 441 2010")
    True
    >>> fold("art. 14(3)(d)")
    ('14', '3', 'd')
    >>> fold("Қазақстан, іс")
    ('казакстан', 'ис')
    """
    return tuple(_plain(word) for word in _spelled(text))


def _spelled(text: str) -> list[str]:
    """Return the words of a text with their accents, but without the words that say nothing before a number."""
    spelled = CAPITAL_IN_WORD.sub(" ", text)
    if spelled.isascii():
        spelled = spelled.lower()
    else:
        spelled = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", spelled).casefold()).replace("ё", "е")
        spelled = "".join(part for part in spelled if not unicodedata.combining(part))
    words: list[str] = []
    for word in reversed(NUMBER_IN_WORD.sub(" ", SEPARATORS.sub(" ", spelled)).split()):
        if not (word in FILLERS and words and words[-1].isdigit()):
            words.append(word)
    words.reverse()
    return words


def _plain(word: str) -> str:
    """Take accents away, and the letters that are Kazakh only."""
    if not word.isascii():
        word = "".join(part for part in unicodedata.normalize("NFKD", word) if not unicodedata.combining(part))
        word = word.translate(LETTERS)
    return word


def has_words(wanted: Iterable[str], known: frozenset[str]) -> bool:
    """Tell whether each word wanted is known or begins a known one; a number must be known as it is."""
    return all(
        word in known or (not word.isdigit() and any(other.startswith(word) for other in known)) for word in wanted
    )


def language_of(text: str, tag: str | None) -> str:
    """Return the language of a text: the first part of its tag, else ru, kk or en by its script.

    >>> language_of("решение", None), language_of("шешім", None), language_of("decision", "en-GB")
    ('ru', 'kk', 'en')
    """
    if tag:
        return tag.partition("-")[0].lower()
    if not any("\u0400" <= character <= "\u04ff" for character in text):
        return "en"
    return "kk" if KAZAKH.intersection(text.casefold()) else "ru"


def stems(text: str, language: str) -> tuple[str, ...]:
    """Return the folded stems of the words of a text; a word of a language without a stemmer is its own stem.

    >>> stems("решения", "ru") == stems("решении", "ru")
    True
    """
    return tuple(_stem(word, language) for word in _spelled(text))


def forms(text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a text folded, and their stems, as `fold` and `stems` do."""
    words = _spelled(text)
    return tuple(_plain(word) for word in words), tuple(_stem(word, language) for word in words)


@lru_cache(maxsize=200_000)
def _stem(word: str, language: str) -> str:
    return _plain(_stemmer(language).stemWord(word) if language in STEMMERS and word.isalpha() else word)


@cache
def _stemmer(language: str) -> Stemmer:
    import snowballstemmer  # not needed to serve a page without a search

    made: Stemmer = snowballstemmer.stemmer(STEMMERS[language])
    return made


def marked(text: str, wanted: Iterable[str], roots: Iterable[str], language: str, length: int = 0) -> Pieces:
    """Cut a text into pieces, each with whether it is a word that was sought: as it is, its beginning or its stem.

    `wanted` are folded words and `roots` their stems. With a `length` a longer text is cut around the first such word,
    dots standing for what is left out.
    """
    sought, stemmed = tuple(wanted), frozenset(roots)
    pieces: Pieces = []
    last = 0
    for found in WORD.finditer(text):
        parts = fold(found.group())
        hit = any(
            part == word or (not word.isdigit() and part.startswith(word)) for part in parts for word in sought
        ) or bool(stemmed.intersection(stems(found.group(), language)))
        if hit:
            pieces += [(text[last : found.start()], False), (found.group(), True)]
            last = found.end()
    pieces = [piece for piece in [*pieces, (text[last:], False)] if piece[0]]
    return _cut(pieces, length) if length and len(text) > length else pieces


def _cut(pieces: Pieces, length: int) -> Pieces:
    """Shorten pieces to about a length, beginning somewhat before the first that was sought, at the ends of words."""
    before = 0 if pieces[0][1] else len(pieces[0][0])
    start = max(before - length // 4, 0) if len(pieces) > 1 else 0
    text, kept, place = "".join(piece for piece, _ in pieces), [], 0
    if start:
        start = text.find(" ", start) + 1 or start
    end = start + length
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    for piece, hit in pieces:
        shown = piece[max(start - place, 0) : max(end - place, 0)]
        place += len(piece)
        if shown:
            kept.append((shown, hit))
    return [*([("… ", False)] if start else []), *kept, *([(" …", False)] if end < len(text) else [])]
