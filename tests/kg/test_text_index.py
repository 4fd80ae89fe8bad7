"""The text index: it says what the store says, the same statements give the same file, and damage is told."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad

from kg import saved, text_index
from kg.errors import EnvironmentFault, LimitExceeded, StoreFault
from kg.release import live_folder, open_release, read_manifest
from kg.search import find
from kg.settings import Settings
from kg.store import Store, in_memory
from kg.text_index import FILE, check, open_index, write
from kg.turtle import parse_turtle

DATA = """
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:Thing a owl:Class ; rdfs:label "thing"@en .
ex:a a ex:Thing ; rdfs:label "Decision on prisons"@en , "Решение о тюрьмах"@ru , "Түрмелер туралы шешім"@kk .
ex:b a ex:Thing ; rdfs:label "Only Russian: о решениях"@ru ; skos:altLabel "B" ; skos:definition "Of prisons."@en .
ex:c a ex:Thing ; skos:altLabel "nothing but another name"@en .
[] a ex:Thing ; rdfs:label "blank"@en .
""".encode()


@pytest.fixture
def small() -> Store:
    """Give a store in memory with three things that have names in three languages."""
    return in_memory(Quad(*triple) for triple in parse_turtle(DATA, "small.ttl"))


def names(folder: Path, text: str) -> list[str]:
    with closing(open_index(folder)) as index:
        return [hit.iri.removeprefix("https://example.org/") for hit in find(index, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prisons", ["a", "b"]),
        ("prison", ["a", "b"]),
        ("решения", ["b", "a"]),
        ("решений", ["b", "a"]),
        ("тюрьма", ["a"]),
        ("Турмелер туралы", ["a"]),
        ("түрме", ["a"]),
        ("шешим", ["a"]),
        ("russian", ["b"]),
        ("b", ["b"]),
        ("another", []),
        ("blank", []),
        ("решение prisons", ["a", "b"]),
    ],
)
def test_what_is_found_by_form_and_spelling(small: Store, tmp_path: Path, text: str, found: list[str]) -> None:
    write(small, tmp_path)
    assert sorted(names(tmp_path, text)) == sorted(found)


def test_every_label_of_the_store_is_found(released: Settings) -> None:
    store = open_release(released).store
    wanted = {(str(row["entity"]), str(row["text"])) for row in saved.run(store, "search-texts")
              if str(row["field"]) == "label"}
    classed = {str(row["entity"]) for row in saved.run(store, "search-classes")}
    assert len(wanted) > 5000
    with closing(open_index(live_folder(released))) as index:
        held = {(iri, text) for iri, text in index.run("SELECT iri, text FROM entry JOIN entity ON id = entity")}
        missing = [pair for pair in wanted if pair[0] in classed and pair not in held]
        asked = sorted(pair for pair in wanted & held)[::97]
        lost = [pair for pair in asked if pair[0] not in {hit.iri for hit in find(index, pair[1], 400)}]
    assert missing == []
    assert lost == []


def test_the_same_statements_give_the_same_file(small: Store, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    turned = in_memory(reversed(list(small)))  # type: ignore[arg-type]
    write(small, tmp_path)
    write(turned, tmp_path / "again")
    assert (tmp_path / FILE).read_bytes() == (tmp_path / "again" / FILE).read_bytes()


def test_a_server_is_asked_for_parts_that_it_does_not_cut(small: Store, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    whole = text_index.evaluate

    def cut(store: Store, text: str, bindings: Any, prefixes: Any) -> Any:
        asked.append(str(bindings.get("part", "")))
        if len(asked[-1]) < 1:
            raise LimitExceeded("the server cuts answers at 2 rows", "rows")
        return whole(store, text, bindings, prefixes)

    write(small, tmp_path)
    expected = (tmp_path / FILE).read_bytes()
    monkeypatch.setattr(text_index, "evaluate", cut)
    write(small, tmp_path)
    assert (tmp_path / FILE).read_bytes() == expected
    assert set("0123456789abcdef") <= set(asked)


def test_a_release_has_its_index_and_its_checksum(released: Settings) -> None:
    folder = live_folder(released)
    assert read_manifest(folder).files[FILE] == hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    assert check(folder) is None
    assert not list(folder.glob(f"{FILE}?*")), "nothing is left beside it"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "no text index there"),
        (lambda path: path.write_bytes(b"not a database" * 100), "file is not a database"),
        (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "malformed"),
        (lambda path: path.write_bytes(b""), "text index of version 0"),
        (lambda path: shutil.copy(Path(__file__), path), "file is not a database"),
    ],
)
def test_damage_is_told_in_one_line(released: Settings, tmp_path: Path, damage: Any, said: str) -> None:
    shutil.copy(live_folder(released) / FILE, tmp_path)
    damage(tmp_path / FILE)
    found = check(tmp_path)
    assert found
    assert said in found
    assert "servanda build --force" in found
    assert "\n" not in found


def test_rows_that_are_missing_are_told(small: Store, tmp_path: Path) -> None:
    write(small, tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as database, database:
        database.execute("DELETE FROM entity WHERE id = 1")
    assert "entities" in (check(tmp_path) or "")


def test_a_release_with_another_index_is_not_opened(released: Settings, tmp_path: Path) -> None:
    copied = Settings.load({}, root=released.root, store=tmp_path / "store")
    shutil.copytree(released.store, copied.store, symlinks=True)
    with (live_folder(copied) / FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(StoreFault, match="a file of the release is not as it was made"):
        open_release(copied)


def test_a_full_disk_leaves_what_was_there(small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(small, tmp_path)
    before = (tmp_path / FILE).read_bytes()

    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(text_index, "_index", full)
    with pytest.raises(EnvironmentFault, match=r"cannot be made \(database or disk is full\)"):
        write(small, tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
