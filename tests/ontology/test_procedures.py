"""The table of the 23 procedures: every class, shape file, question and thing that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg import questions
from kg.names import Names
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store, iri, match

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "ontology" / "PROCEDURES.md").read_text(encoding="utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if re.match(r"\| \d", line)]


def test_there_are_23() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 24))


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_everything_that_a_row_names_is_there(store: Store, names: Names, row: list[str]) -> None:
    _, _, classes, shapes, asked, real = row
    type_, owl_class = iri(names.expand("rdf:type")), iri(names.expand("owl:Class"))
    for name in classes.split(", "):
        assert match(store, iri(names.expand(name)), type_, owl_class), name
    for name in shapes.split(", "):
        assert (ROOT / "shapes" / f"{name}.ttl").is_file(), name
    for name in asked.split(", "):
        assert questions.find(name), name
    thing = re.split(r"[;,]", real)[0]
    stated = match(store, iri(names.expand(thing)), type_, any_graph=True)
    assert any(getattr(quad.graph_name, "value", "").startswith(names.graph_iri("data/")) for quad in stated), thing


def test_every_class_of_the_data_serves_a_procedure(store: Store, names: Names) -> None:
    """Classes that say who, where and by what law serve all of them."""
    of_all = {
        "Agent", "ClaimRelation", "Instrument", "Obligation", "Organisation", "Passage", "Person", "PersonGroup",
        "Post", "Repair", "Rule", "SourceGraph", "State", "Tenure", "TreatyAct", "TreatyBody", "Payment", "Question",
    }  # fmt: skip
    named = {name.removeprefix("sv:") for row in ROWS for name in row[2].split(", ")}
    classes = match(store, None, iri(names.expand("rdf:type")), iri(names.expand("owl:Class")))
    ours = {quad.subject.value for quad in classes if quad.subject.value.startswith(names.expand("sv:"))}
    assert {name.rpartition("#")[2] for name in ours} - named - of_all == set()
    assert of_all & named == set()
