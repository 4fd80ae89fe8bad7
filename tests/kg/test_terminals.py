"""Splitting of SPARQL text: the terminals of the grammar, and the other ways in which an engine may read `<`."""

from __future__ import annotations

import time

import pytest

from kg.terminals import Unreadable, place, readings, scan


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in scan(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<http://e/a?b=c#d>", "iri"),
        ("<>", "iri"),
        (r"<http://e/\u00e9>", "iri"),
        ("sv:violatedArticle", "name"),
        (":", "name"),
        (r"a:b\-c%41.d", "name"),
        ("é:ü", "name"),
        ("'it\\'s'", "string"),
        ('"""two\n"lines" """', "string"),
        ("''", "string"),
        ("?x", "variable"),
        ("$x1", "variable"),
        ("_:b0.1", "blank"),
        ("1.5e-3", "number"),
        (".5", "number"),
        ("@en-GB", "tag"),
        ("SELECT", "word"),
        ("^^", "mark"),
        ("<=", "mark"),
    ],
)
def test_one_terminal(text: str, kind: str) -> None:
    assert kinds(text) == [(kind, text)]


def test_comments_and_spaces_are_left_out() -> None:
    assert [text for _, text in kinds("ASK # <x> 'y\n {?s ?p 1.}")] == ["ASK", "{", "?s", "?p", "1", ".", "}"]


def test_a_semicolon_ends_an_empty_name() -> None:
    assert [text for _, text in kinds(":;SERVICE")] == [":", ";", "SERVICE"]


@pytest.mark.parametrize(
    ("text", "start", "reason"),
    [
        ("?a \\u0053", 3, "escape"),
        ("'abc", 0, "not closed"),
        (r"'''a\q'''", 0, "escape that SPARQL does not know"),
        ("a §", 2, 'unexpected character "§"'),
        ("\x00", 0, "U+0000"),
    ],
)
def test_what_is_no_terminal(text: str, start: int, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason.replace("+", r"\+")) as error:
        list(scan(text))
    assert error.value.start == start


def test_other_readings_of_a_comparison() -> None:
    text = "FILTER(1<2)SERVICE:x#>\n{}"
    main = list(scan(text))
    assert "<2)SERVICE:x#>" in [token.text for token in main]
    assert [token.text for run in readings(text, main) for token in run] == ["2", ")", "SERVICE:x", "{"]


def test_an_address_has_no_other_reading() -> None:
    text = "?s <http://e/a)SERVICE:x> ?o"
    assert list(readings(text, list(scan(text)))) == []


@pytest.mark.parametrize("unit", ["a.", "<", "<a:b", "<a>", "!", "(?a<b:c)", "<a:'>", "'''", "a", ":a", "?", "\\"])
def test_time_grows_with_the_length_only(unit: str) -> None:
    text = unit * (16_000 // len(unit))
    start = time.perf_counter()
    try:
        main = list(scan(text))
        assert sum(len(run) for run in readings(text, main)) < 5 * len(text)
    except Unreadable:
        pass
    assert time.perf_counter() - start < 1


def test_place_counts_from_one() -> None:
    assert place("ab\ncd", 0) == (1, 1)
    assert place("ab\ncd", 4) == (2, 2)
