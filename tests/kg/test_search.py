"""The search box: one thing, many spellings."""

from __future__ import annotations

import time

import pytest

from kg.release import open_release
from kg.search import find, fold, has_words, index
from kg.settings import Settings
from kg.store import Store

ID = "https://w3id.org/servanda/id/"


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("441/2010", "communication/cat-441-2010"),
        ("No. 441/2010", "communication/cat-441-2010"),
        ("communication 441 2010", "communication/cat-441-2010"),
        ("CAT/C/51/D/441/2010", "communication/cat-441-2010"),
        ("CAT C 51 D 441 2010", "communication/cat-441-2010"),
        ("cat/c/51/d/441/2010", "communication/cat-441-2010"),
        ("2543/2015", "communication/ccpr-2542-2015"),
        ("gerasimov", "communication/cat-433-2010"),
        ("Bayramov", "communication/cat-497-2012"),
        ("CAT 12", "provision/cat-12"),
        ("CAT art. 12", "provision/cat-12"),
        ("cat12", "provision/cat-12"),
        ("ICCPR 14(3)(d)", "provision/iccpr-14-3-d"),
        ("iccpr 14 3 d", "provision/iccpr-14-3-d"),
        ("article 19 ICCPR", "provision/iccpr-19"),
        ("ICCPR", "instrument/iccpr"),
        ("KAZ", "state/kaz"),
        ("hrc", "body/ccpr"),
        ("Human Rights Committee", "body/ccpr"),
    ],
)
def test_what_comes_first(store: Store, text: str, first: str) -> None:
    assert find(store, text)[0].iri == ID + first


@pytest.mark.parametrize("text", ["", "()", "zzzz", "44/2010 zzz", "\u202e"])
def test_what_finds_nothing(store: Store, text: str) -> None:
    assert find(store, text) == []


def test_terms_and_concepts_are_found(store: Store) -> None:
    hits = {hit.iri: hit.kind for hit in find(store, "violatedProvision") + find(store, "no violation")}
    assert hits["https://w3id.org/servanda/def#violatedProvision"] == "object property"
    assert hits["https://w3id.org/servanda/scheme/outcome/no-violation"] == "concept"


def test_a_hit_says_what_it_is_and_stands_once(store: Store) -> None:
    hits = find(store, "gerasimov")
    assert len({hit.iri for hit in hits}) == len(hits)
    assert (hits[0].label, hits[0].kind) == ("Gerasimov v. Kazakhstan (CAT 433/2010)", "communication")


def test_the_number_of_hits_is_bounded(store: Store) -> None:
    assert len(find(store, "kazakhstan", limit=7)) == 7


def test_a_number_is_never_cut(store: Store) -> None:
    assert "communication/cat-441-2010" not in {hit.iri.removeprefix(ID) for hit in find(store, "44/2010")}


def test_a_search_takes_milliseconds(store: Store) -> None:
    index(store)
    start = time.perf_counter()
    find(store, "committee against torture")
    assert time.perf_counter() - start < 0.2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tőregožina", ("toregozina",)),
        ("CAT/C/51", ("cat", "c", "51")),
        ("sub-paragraph (a)", ("sub", "paragraph", "a")),
        ("articles 12 and 13", ("12", "and", "13")),
        ("no violation", ("no", "violation")),
        ("14(3)d", ("14", "3", "d")),
    ],
)
def test_folding(text: str, words: tuple[str, ...]) -> None:
    assert fold(text) == words


def test_words_may_be_beginnings_numbers_not() -> None:
    known = frozenset(("kazakhstan", "2010"))
    assert has_words(("kazakh", "2010"), known)
    assert not has_words(("201",), known)
    assert has_words((), known)
