"""Incremental builds: whatever is edited, the release is the one that a build afresh would make."""

import random
import shutil
from pathlib import Path

import pytest

from kg import check, load
from kg.build import build
from kg.settings import Settings
from kg.turtle import read

ROOT = Path(__file__).parent.parent.parent
FILES = [
    "ontology/prefixes.ttl",
    "ontology/rules",
    "ontology/case.ttl",
    "ontology/followup.ttl",
    "ontology/reasoning.ttl",
    "data/reference/reporting.ttl",
    "data/documents/cat-letter-2024-10-10-kaz.ttl",
    "data/decisions/cat-c-48-d-433-2010.ttl",
    "data/decisions/cat-c-51-d-441-2010.ttl",
]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Give a folder with a part of the repository; checks find nothing and the disk is not waited for."""
    for name in FILES:
        source, target = ROOT / name, tmp_path / "root" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    monkeypatch.setattr("kg.draft._sync", lambda path: None)
    return tmp_path / "root"


def edit(root, dice):
    """Take statements from a file, give them to another, and now and then remove or rename one."""
    files = sorted((root / "data").rglob("*.ttl"))
    one, other = dice.sample(files, 2)
    triples = read(one)
    taken = dice.sample(triples, max(1, len(triples) // 5))
    kept = [triple for triple in triples if triple not in taken] or triples[:1]
    write(one, kept)
    write(other, [*read(other), *dice.sample(taken, len(taken) // 2)])
    if dice.random() < 0.4:
        one.rename(root / "data" / f"moved-{dice.randrange(1000)}.ttl")
    if dice.random() < 0.3 and len(files) > 3:
        other.unlink()


def write(path, triples):
    path.write_text("".join(f"{triple} .\n" for triple in dict.fromkeys(triples)))


@pytest.mark.parametrize("seed", [1, 2])
def test_release_is_that_of_a_build_afresh(root, tmp_path, seed):
    dice = random.Random(seed)
    changed = Settings.load({}, root=root, store=tmp_path / "changed")
    build(changed)
    for number in range(4):
        edit(root, dice)
        manifest = build(changed).manifest
        afresh = build(Settings.load({}, root=root, store=tmp_path / f"afresh{number}")).manifest
        assert (manifest.census, manifest.derived) == (afresh.census, afresh.derived)
        assert (manifest.source_hash, manifest.figures) == (afresh.source_hash, afresh.figures)


def test_only_changed_files_are_read(root, tmp_path, monkeypatch):
    settings = Settings.load({}, root=root, store=tmp_path / "store")
    build(settings)
    (root / "data" / "new.ttl").write_text("<urn:s> <urn:p> 1 .")
    seen = []
    plain = load.quads
    monkeypatch.setattr(load, "quads", lambda source: seen.append(source.name) or plain(source))
    build(settings)
    assert seen == ["data/new.ttl"]
