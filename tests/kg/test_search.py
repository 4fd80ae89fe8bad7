"""The search box: one thing, many spellings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.release import live_folder
from kg.search import find, suggest
from kg.settings import Settings
from kg.text_index import TextIndex, open_index

ID = "https://w3id.org/servanda/id/"


@pytest.fixture(scope="module")
def index(released: Settings) -> Iterator[TextIndex]:
    opened = open_index(live_folder(released))
    yield opened
    opened.close()


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
        ("Gerasimov 433", "communication/cat-433-2010"),
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
def test_what_comes_first(index: TextIndex, text: str, first: str) -> None:
    assert find(index, text)[0].iri == ID + first
    assert suggest(index, text)[0].iri == ID + first


@pytest.mark.parametrize("text", ["", "()", "zzzz", "44/2010 zzz", "\u202e", '"', "*", "NEAR(", "\x00"])
def test_what_finds_nothing(index: TextIndex, text: str) -> None:
    assert find(index, text) == suggest(index, text) == []


@pytest.mark.parametrize(
    "text",
    [
        'gerasimov" OR "1', "gerasimov*", "name:gerasimov", "gerasimov AND kazakhstan", "gerasimov NOT kazakhstan",
        "{name} : gerasimov", "NEAR(gerasimov kazakhstan)", "^gerasimov", "gerasimov\x00",
        "gerasimov'; DROP TABLE name", "-gerasimov", "gerasimov " * 2000, "\ud800gerasimov",
    ],
)
def test_text_is_never_syntax(index: TextIndex, text: str) -> None:
    plain = " ".join(text.replace("\x00", " ").split())
    for hit in (*find(index, text), *suggest(index, text)):
        assert "gerasimov" in (hit.label + hit.text).lower(), plain
    assert find(index, "gerasimov")


def test_a_word_is_found_in_other_forms(index: TextIndex) -> None:
    words = ("investigations", "investigated", "investigation")
    assert set.intersection(*({hit.iri for hit in find(index, word, 500)} for word in words))
    assert find(index, "пытки")
    assert {hit.iri for hit in find(index, "комитета", 50)} & {hit.iri for hit in find(index, "комитет", 50)}


def test_terms_and_concepts_are_found(index: TextIndex) -> None:
    hits = {hit.iri: hit.kind for hit in find(index, "violatedProvision") + find(index, "no violation")}
    assert hits["https://w3id.org/servanda/def#violatedProvision"] == "object property"
    assert hits["https://w3id.org/servanda/scheme/outcome/no-violation"] == "concept"


def test_a_hit_says_what_it_is_and_stands_once(index: TextIndex) -> None:
    hits = find(index, "gerasimov")
    assert len({hit.iri for hit in hits}) == len(hits)
    assert (hits[0].label, hits[0].kind) == ("Gerasimov v. Kazakhstan (CAT 433/2010)", "communication")
    assert hits[0].label_pieces[0] == ("Gerasimov", True)


def test_what_is_called_so_goes_before_what_says_so(index: TextIndex) -> None:
    fields = {row[0]: row[1] for row in index.run("SELECT text, field FROM entry")}
    found = [fields[hit.text] == "body" for hit in find(index, "torture", 300)]
    assert found == sorted(found)
    assert {True, False} == set(found)


def test_the_number_of_hits_is_bounded(index: TextIndex) -> None:
    assert len(find(index, "kazakhstan", limit=7)) == len(suggest(index, "kaz", limit=7)) == 7


def test_a_number_is_never_cut(index: TextIndex) -> None:
    assert "communication/cat-441-2010" not in {hit.iri.removeprefix(ID) for hit in find(index, "44/2010")}
