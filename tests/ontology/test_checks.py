"""Each hygiene check fires on a file that breaks it, with just the findings that the first lines of the file state.

    <check>-invalid-NN.ttl   # expect: check:<check> in=<file it stands for> focus=<node> path=<path> value=<value>

The ontology, the shapes and the reference data are the context, and give no finding themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg import hygiene
from kg.corpus import Corpus, gather
from kg.findings import Finding
from kg.load import Source
from kg.names import Names
from kg.queryfile import read_queries
from kg.settings import Settings
from kg.turtle import read

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
SETTINGS = Settings.load({}, root=ROOT)
NAMES = Names.load(SETTINGS)
EXPECTED = re.compile(r"# expect: (?P<check>\S+) in=(?P<file>\S+) focus=(?P<focus>\S+) path=(?P<path>\S+) value=(.+)")
FILES = sorted(FOLDER.glob("*-invalid-*.ttl"))


@cache
def context() -> Corpus:
    """Read everything but the decisions once."""
    corpus = gather(SETTINGS, NAMES)
    kept = {name: quads for name, quads in corpus.quads.items() if not name.startswith("data/decisions/")}
    return replace(corpus, quads=kept, judged=set())


def findings(path: Path, file: str) -> list[Finding]:
    """Judge one file as if it stood at `file`."""
    graph = NAMES.graph_iri(file)
    quads = [Quad(*triple, NamedNode(graph)) for triple in read(path, path.name)]
    known = context()
    corpus = Corpus({**known.sources, file: Source(path, file, graph)}, {**known.quads, file: quads}, {file})
    return list(hygiene.judge(SETTINGS, corpus, NAMES))


def test_every_check_has_a_file_that_breaks_it() -> None:
    assert {query.name for query in read_queries(SETTINGS.ontology / hygiene.FOLDER)} == {
        re.sub(r"-invalid-\d\d$", "", path.stem) for path in FILES
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_check_finds_what_the_file_states(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    stated = [found for line in lines if (found := EXPECTED.fullmatch(line))]
    assert stated, "line 1 must state the expected finding"
    found = [one for one in findings(path, stated[0]["file"]) if one.shape == stated[0]["check"]]
    assert sorted((one.file, one.focus, one.path or "-", one.value or "-") for one in found) == [
        (one["file"], one["focus"], one["path"], one[5]) for one in stated
    ]
    assert {one.severity for one in found} == {"violation"}
    assert found[0].message.endswith(".")


def test_checks_are_silent_on_the_real_thing() -> None:
    assert list(hygiene.judge(SETTINGS, gather(SETTINGS, NAMES), NAMES)) == []
