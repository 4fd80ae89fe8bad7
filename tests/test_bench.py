"""The made-up graphs that the measurements run on: always the same, and right by every rule of the project."""

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from kg import check
from kg.format import rewrite
from kg.load import quads, sources
from kg.names import Names
from kg.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SIZE = 8000


def generate(target: Path, size: int = SIZE, seed: int | None = None) -> str:
    command = [sys.executable, str(ROOT / "bench" / "generate.py"), str(size), str(target)]
    command += [] if seed is None else ["--seed", str(seed)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("made")
    said = generate(folder)
    assert SIZE <= int(said.split()[0]) < SIZE + 500
    return Settings.load({}, root=folder)


def made_quads(settings: Settings) -> set[Quad]:
    return {quad for source in sources(settings, ("data",)) if "/generated/" in source.name for quad in quads(source)}


def test_made_up_data_break_no_rule(made: Settings) -> None:
    assert [str(finding) for finding in check.run(made, [made.data / "generated"])] == []


def test_files_are_in_the_canonical_form(made: Settings, names: Names) -> None:
    paths = sorted((made.data / "generated").rglob("*.ttl"))
    assert len(paths) > 30
    assert [path for path in paths if rewrite(path, names.prefixes, check=True)] == []


def test_quads_say_what_the_files_say(made: Settings, tmp_path: Path) -> None:
    generate(tmp_path / "made.nq")
    assert set(parse((tmp_path / "made.nq").read_bytes(), RdfFormat.N_QUADS)) == made_quads(made)


def test_a_larger_graph_begins_with_the_smaller(made: Settings, tmp_path: Path) -> None:
    generate(tmp_path, SIZE // 2)
    assert made_quads(Settings.load({}, root=tmp_path)) < made_quads(made)


def test_another_seed_says_something_else(tmp_path: Path) -> None:
    generate(tmp_path / "a.nq", 6000)
    generate(tmp_path / "b.nq", 6000, seed=1)
    assert (tmp_path / "a.nq").read_bytes() != (tmp_path / "b.nq").read_bytes()
