"""What has changed: the same findings as a full check, whatever was edited, or a full check where less would not do."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg import check, load, recheck
from kg.names import Names
from kg.settings import Settings
from kg.turtle import canonical, read

CASE = "data/decisions/cat-c-48-d-433-2010.ttl"


@pytest.fixture
def edited(released: Settings, tmp_path: Path) -> Settings:
    """Give settings with a copy of the files of the release, to be edited."""
    for folder in load.FOLDERS:
        shutil.copytree(released.root / folder, tmp_path / folder)
    return replace(released, root=tmp_path)


def changed(settings: Settings) -> list[str]:
    """Return the findings about what has changed, and see that it was no full check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "run", lambda *_, **__: pytest.fail("everything was judged"))
        return list(map(str, recheck.run(settings, lambda message: None)))


def everything(settings: Settings) -> list[str]:
    return list(map(str, check.run(settings)))


def test_nothing_has_changed(edited: Settings) -> None:
    assert changed(edited) == []


def test_statement_that_others_need(edited: Settings) -> None:
    """A file that is still as it was is blamed, since what it refers to is gone."""
    path = edited.root / "data/reference/sessions.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace(" a sv:Session ;", " a sv:Place ;", 1), encoding="utf-8")
    found = changed(edited)
    assert found == everything(edited)
    assert any(not line.startswith("data/reference/sessions.ttl") for line in found)


def test_file_that_is_gone_and_file_that_is_new(edited: Settings) -> None:
    (edited.root / CASE).rename(edited.root / "data/decisions/moved.ttl")
    assert changed(edited) == everything(edited) != []


def test_file_that_cannot_be_read(edited: Settings) -> None:
    (edited.root / CASE).write_text("<urn:a> <urn:b> .", encoding="utf-8")
    assert changed(edited) == everything(edited) != []


@pytest.mark.parametrize("name", ["shapes/decision.ttl", "ontology/core.ttl"])
def test_everything_is_judged_if_the_model_has_changed(edited: Settings, name: str) -> None:
    path = edited.root / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# a word\n", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match="everything was judged"):
        changed(edited)


def test_everything_is_judged_without_a_release(edited: Settings, tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="everything was judged"):
        changed(replace(edited, store=tmp_path / "none"))


SEEDS = [1, 2, *(pytest.param(seed, marks=pytest.mark.judge) for seed in range(3, 40))]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_edits(edited: Settings, names: Names, seed: int) -> None:
    chance = random.Random(seed)
    files = [source for source in load.sources(edited, ("data",)) if "external" not in source.name]
    pool = [quad.triple for source in chance.sample(files, 20) for quad in load.quads(source)]
    for source in chance.sample(files, chance.randint(1, 4)):
        triples = read(source.path, source.name)
        for _ in range(chance.choice([1, 2, 8])):
            triples = edit(triples, pool, chance)
        source.path.write_text(canonical(triples, names.prefixes), encoding="utf-8")
    assert changed(edited) == everything(edited)


def edit(triples: list[Triple], pool: list[Triple], chance: random.Random) -> list[Triple]:
    """Take a statement away, change its value, add one that stands elsewhere, or take all of a thing away."""
    place = chance.randrange(len(triples))
    subject, predicate, _ = triples[place]
    other = chance.choice(pool)
    kind = chance.randrange(5)
    if kind == 0 and len(triples) > 1:
        return triples[:place] + triples[place + 1 :]
    if kind == 1:
        values = [triple.object for triple in pool if triple.predicate == predicate] or [other.object]
        return [*triples[:place], Triple(subject, predicate, chance.choice(values)), *triples[place + 1 :]]
    if kind == 2:
        return [*triples, Triple(subject, other.predicate, other.object)]
    if kind == 3:
        word = Literal("слово", language="ru") if chance.random() < 0.5 else NamedNode("https://example.org/x")
        return [*triples, Triple(subject, predicate, word)]
    return [triple for triple in triples if triple.subject != subject] or triples
