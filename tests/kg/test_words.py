"""The words of a text: one spelling for many, one stem for many forms, and where they stand."""

from __future__ import annotations

import pytest

from kg.words import fold, forms, has_words, language_of, marked, stems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tőregožina", ("toregozina",)),
        ("CAT/C/51", ("cat", "c", "51")),
        ("CAT12", ("cat", "12")),
        ("sub-paragraph (a)", ("sub", "paragraph", "a")),
        ("articles 12 and 13", ("12", "and", "13")),
        ("no violation", ("no", "violation")),
        ("14(3)d", ("14", "3", "d")),
        ("violatedProvision", ("violated", "provision")),
        ("Ёлка Йод", ("елка", "иод")),
        ("Қазақстан Үкіметі, Ұлт, Өмір, Һәм, Ғылым", ("казакстан", "укимети", "улт", "омир", "хам", "гылым")),
        ("пункт12б", ("пункт", "12", "б")),
        ("x\u0304y \u0130stanbul", ("xy", "istanbul")),
        ("a\x00b\u202ec", ("a", "b", "c")),
        ('"OR" NEAR(*^:', ("or", "near")),
        ("()… 💥", ()),
    ],
)
def test_folding(text: str, words: tuple[str, ...]) -> None:
    assert fold(text) == words
    assert fold(" ".join(words)) == words


@pytest.mark.parametrize(
    ("language", "same"),
    [
        ("ru", ("решение", "решения", "решений", "Решении")),
        ("ru", ("комитет", "комитета", "Комитетом")),
        ("ru", ("опасён", "опасен")),
        ("en", ("violation", "violations", "violated")),
        ("en", ("investigating", "investigation", "investigated")),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, same: tuple[str, ...]) -> None:
    assert len({stems(word, language) for word in same}) == 1


def test_a_word_of_a_language_without_a_stemmer_is_its_own_stem() -> None:
    assert stems("шешімдері", "kk") == fold("шешімдері")
    assert forms("Décisions 14d", "fr") == (("decisions", "14", "d"), ("decisions", "14", "d"))


@pytest.mark.parametrize(
    ("text", "tag", "language"),
    [("x", "en-GB", "en"), ("x", "RU", "ru"), ("решение", None, "ru"), ("шешім", None, "kk"), ("1", None, "en"),
     ("ШЕШІМ", None, "kk"), ("torture и пытки", None, "ru")],
)
def test_the_language_is_the_tag_else_the_script(text: str, tag: str | None, language: str) -> None:
    assert language_of(text, tag) == language


def test_words_may_be_beginnings_numbers_not() -> None:
    known = frozenset(("kazakhstan", "2010"))
    assert has_words(("kazakh", "2010"), known)
    assert not has_words(("201",), known)
    assert has_words((), known)


def test_what_was_sought_is_marked_where_it_stands() -> None:
    pieces = marked("Решения по делу 441/2010", ("решение", "441"), stems("решение", "ru"), "ru")
    assert pieces == [("Решения", True), (" по делу ", False), ("441", True), ("/2010", False)]
    assert marked("Torture", ("tort",), (), "en") == [("Torture", True)]
    assert marked("14", ("1",), (), "en") == [("14", False)]


def test_a_long_text_is_cut_around_the_first_mark() -> None:
    text = "word " * 100 + "needle" + " word" * 100
    pieces = marked(text, ("needle",), (), "en", length=60)
    assert [piece for piece, sought in pieces if sought] == ["needle"]
    assert (pieces[0][0], pieces[-1][0]) == ("… ", " …")
    assert 40 < len("".join(piece for piece, _ in pieces)) < 70
    assert "".join(piece for piece, _ in marked(text, ("none",), (), "en", length=60)).startswith("word word")
