"""The made-up graphs that the measurements run on: always the same, and right by every rule of the project."""

import subprocess
import sys
from csv import DictReader
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from kg import check
from kg.format import rewrite
from kg.load import quads, sources
from kg.names import Names
from kg.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SIZE = 9000
DEFECTS = 10  # as many as there are kinds


def generate(target: Path, size: int = SIZE, *more: str) -> str:
    command = [sys.executable, str(ROOT / "bench" / "generate.py"), str(size), str(target), *more]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("made")
    said = generate(folder, SIZE, "--defects", str(DEFECTS))
    assert SIZE <= int(said.split()[0]) < SIZE + 2000
    return Settings.load({}, root=folder)


def made_quads(settings: Settings) -> set[Quad]:
    return {quad for source in sources(settings, ("data",)) if "/generated/" in source.name for quad in quads(source)}


def test_what_was_broken_is_found_and_nothing_else(made: Settings) -> None:
    with (made.root / "defects.csv").open(encoding="utf-8", newline="") as listed:
        seeded = list(DictReader(listed))
    found = check.run(made, [made.data / "generated"])
    places = {(finding.file, finding.focus) for finding in found if finding.severity == "violation"}
    assert len({row["kind"] for row in seeded}) == len(seeded) == DEFECTS
    assert [row for row in seeded if (row["path"], row["subject"]) not in places] == []
    assert {finding.file for finding in found} == {row["path"] for row in seeded}


def test_files_are_in_the_canonical_form(made: Settings, names: Names) -> None:
    paths = sorted((made.data / "generated").rglob("*.ttl"))
    assert len(paths) > 15
    assert [path for path in paths if rewrite(path, names.prefixes, check=True)] == []


def test_quads_say_what_the_files_say(made: Settings, tmp_path: Path) -> None:
    generate(tmp_path / "made.nq", SIZE, "--defects", str(DEFECTS))
    assert set(parse((tmp_path / "made.nq").read_bytes(), RdfFormat.N_QUADS)) == made_quads(made)


def test_a_larger_graph_begins_with_the_smaller(tmp_path: Path) -> None:
    for name, size in (("small", SIZE // 2), ("large", SIZE)):
        generate(tmp_path / f"{name}.nq", size)
    small, large = ((tmp_path / f"{name}.nq").read_bytes() for name in ("small", "large"))
    assert large.startswith(small)
    assert len(large) > len(small)


def test_another_seed_says_something_else(tmp_path: Path) -> None:
    generate(tmp_path / "a.nq", 6000)
    generate(tmp_path / "b.nq", 6000, "--seed", "1")
    assert (tmp_path / "a.nq").read_bytes() != (tmp_path / "b.nq").read_bytes()


def test_too_many_defects_for_the_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        generate(tmp_path / "made.nq", 6000, "--defects", "500")
    assert refused.value.returncode == 1
    assert "defects only" in refused.value.stderr
