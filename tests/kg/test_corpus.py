"""What a check reads: judged files, their context, and which file says what."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.corpus import Corpus, gather
from kg.errors import EnvironmentFault
from kg.names import Names
from kg.settings import Settings
from kg.store import iri, literal

ROOT = Path(__file__).parent.parent.parent
GOOD = "data/decisions/cat-c-48-d-433-2010.ttl"


@pytest.fixture
def few(tmp_path: Path) -> Settings:
    """Give settings whose root holds the ontology and one decision."""
    root = tmp_path / "root"
    shutil.copytree(ROOT / "ontology", root / "ontology")
    (root / GOOD).parent.mkdir(parents=True)
    shutil.copy(ROOT / GOOD, root / GOOD)
    return Settings.load({}, root=root)


def read(settings: Settings, *files: Path) -> Corpus:
    return gather(settings, Names.load(settings), files or None)


def test_all_files_are_judged_but_the_pinned_lists(few: Settings) -> None:
    corpus = read(few)
    assert corpus.judged == set(corpus.quads) == set(corpus.sources)
    assert GOOD in corpus.judged
    assert not any(name.startswith("ontology/external/") for name in corpus.quads)


def test_file_of_the_corpus_is_judged_in_its_place(few: Settings) -> None:
    corpus = read(few, few.root / GOOD)
    assert corpus.judged == {GOOD}
    assert [name for name, _ in corpus.of("data/")] == [GOOD]
    assert [name for name, _ in corpus.of(judged=True)] == [GOOD]


def test_draft_takes_the_place_of_the_graph_that_it_describes(few: Settings, tmp_path: Path) -> None:
    draft = tmp_path / "draft.ttl"
    shutil.copy(few.root / GOOD, draft)
    corpus = read(few, draft)
    assert corpus.judged == {str(draft)}
    assert GOOD not in corpus.quads
    assert corpus.file_of_graph("https://w3id.org/servanda/graph/data/decisions/cat-c-48-d-433-2010") == str(draft)


def test_draft_that_describes_no_graph_stands_beside(few: Settings, tmp_path: Path) -> None:
    draft = tmp_path / "draft.ttl"
    draft.write_text("<https://example.org/a> <https://example.org/b> [] .", encoding="utf-8")
    corpus = read(few, draft)
    assert GOOD in corpus.quads
    assert corpus.sources[str(draft)].graph == "https://w3id.org/servanda/graph/data/draft"


def test_folder_stands_for_its_files(few: Settings) -> None:
    assert read(few, few.root / "data").judged == {GOOD}


def test_fault_is_kept_and_missing_file_is_said(few: Settings, tmp_path: Path) -> None:
    draft = tmp_path / "draft.ttl"
    draft.write_text("<", encoding="utf-8")
    (fault,) = read(few, draft).faults
    assert (fault.file, fault.shape, fault.line) == (str(draft), "check:syntax", 1)
    with pytest.raises(EnvironmentFault, match="no such file"):
        read(few, tmp_path / "nowhere.ttl")


def test_file_that_says_it_is_found(few: Settings) -> None:
    names = Names.load(few)
    corpus = read(few)
    decision = iri(names.expand("decision:cat-c-48-d-433-2010"))
    finding = iri(names.expand("finding:cat-c-48-d-433-2010-cat-12"))
    number = names.expand("sv:communicationNumber")
    assert corpus.file_of(decision, names.expand("sv:outcome"), iri(names.expand("outcome:violation"))) == GOOD
    assert corpus.file_of(finding, f"^<{names.expand('sv:hasFinding')}>", decision) == GOOD
    assert corpus.file_of(decision, number, None) == GOOD
    assert corpus.file_of(iri(names.expand("sv:Finding")), "", literal("x")) == "ontology/procedure.ttl"
    assert corpus.file_of(iri("https://example.org/nobody"), "", None) is None
    corpus.judged = {"ontology/core.ttl"}
    assert corpus.file_of(decision, number, None) is None
