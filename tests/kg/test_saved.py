"""The stored queries: heads, parameters, and what the examples and figures say against what the files say."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from kg import saved
from kg.cases import cases
from kg.errors import InputError, NotFound, UsageError
from kg.queryfile import QueryFile
from kg.release import open_release
from kg.saved import FOLDER, Saved
from kg.settings import Settings
from kg.store import Store, evaluate, iri, literal

SAMPLES = {"iri": iri("https://w3id.org/servanda/id/provision/cat-12"), "string": literal("x"), "integer": literal(1)}


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.mark.parametrize("query", saved.catalogue(), ids=lambda query: query.name)
def test_every_query_runs_with_its_parameters_bound(store: Store, query: Saved) -> None:
    assert query.title
    assert query.description.endswith(".")
    bindings = {parameter.name: SAMPLES[parameter.type] for parameter in query.parameters}
    start = time.perf_counter()
    result = evaluate(store, query.text, bindings, saved.names().prefixes)
    assert sum(1 for _ in result) >= 0  # type: ignore[union-attr, misc]
    assert time.perf_counter() - start < 1, "a page waits for this"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.rq")), ids=lambda path: path.name)
def test_prefixes_are_given_and_not_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*PREFIX\b", text, re.MULTILINE | re.IGNORECASE)
    assert [iri for iri in re.findall(r"<([a-z]+:[^>\s]+)>", text) if saved.names().shorten(iri) != iri] == []


def test_there_are_six_examples_that_run_as_they_stand(store: Store) -> None:
    examples = saved.examples()
    assert [query.example for query in examples] == [1, 2, 3, 4, 5, 6]
    for query in examples:
        assert not query.parameters
        rows = saved.run(store, query.name)
        assert len(rows) > 2, query.title
        assert any(node and node.kind == "iri" for node in rows[0].values()), "a row leads to a page"


def test_example_1_lists_the_cases_with_a_violation_of_cat_12(store: Store) -> None:
    rows = saved.run(store, "example-1-article-violated")
    expected = {row.symbol for row in cases(store) if "CAT 12" in {p.citation for p in row.violated}}
    assert {str(row["symbol"]) for row in rows} == expected
    assert "CAT/C/48/D/433/2010" in expected


def test_example_2_counts_each_provision_as_the_cases_do(store: Store) -> None:
    rows = {str(row["citation"]): int(str(row["cases"])) for row in saved.run(store, "example-2-most-violated")}
    pairs = {(row.iri, provision.citation) for row in cases(store) for provision in row.violated}
    assert rows == Counter(citation for _, citation in pairs)
    assert list(rows.values()) == sorted(rows.values(), reverse=True)


def test_example_3_names_each_pair_once(store: Store) -> None:
    rows = saved.run(store, "example-3-violated-together")
    pairs = [frozenset((str(row["article"]), str(row["other"]))) for row in rows]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 for pair in pairs)
    sets = [{provision.article for provision in row.violated} for row in cases(store)]
    assert all(
        int(str(row["cases"])) == sum(pair <= one for one in sets) for row, pair in zip(rows, pairs, strict=True)
    )


def test_example_4_leaves_out_what_was_violated(store: Store) -> None:
    rows = {
        (str(row["communication"]), str(row["article"])) for row in saved.run(store, "example-4-invoked-not-violated")
    }
    expected = {
        (row.iri, provision.article)
        for row in cases(store)
        if any(other.iri == row.iri and other.outcome_notation == "violation" for other in cases(store))
        for provision in row.invoked
    }
    violated = {(row.iri, provision.article) for row in cases(store) for provision in row.violated}
    assert rows == expected - violated


def test_figures_agree_with_the_cases(store: Store) -> None:
    figures = {query.name: value for query, value in saved.figures(store)}
    assert figures["figure-communications"] == len({row.iri for row in cases(store)})
    assert figures["figure-decisions"] == len({row.decision_iri for row in cases(store)} - {""})
    assert figures["figure-violations"] == sum(len(row.violations) for row in cases(store))
    articles = {provision.article for row in cases(store) for provision in row.violated}
    assert figures["figure-violated-articles"] == len(articles)
    assert all(value > 0 for value in figures.values())


def test_a_parameter_takes_a_prefixed_name_or_a_node(store: Store) -> None:
    by_name = saved.run(store, "entity-incoming-counts", entity="provision:cat-12")
    assert by_name == saved.run(store, "entity-incoming-counts", entity=SAMPLES["iri"])
    assert by_name


@pytest.mark.parametrize(
    ("name", "bindings", "error", "message"),
    [
        ("no-such", {}, NotFound, "no-such: no such stored query"),
        ("cases", {"body": "x"}, UsageError, 'has no parameter "body"'),
        ("entity-incoming-counts", {}, UsageError, 'needs the parameter "entity"'),
        ("entity-incoming-counts", {"entity": "x> ?p ?o } #"}, InputError, "neither an IRI nor a prefixed name"),
        ("entity-incoming-counts", {"entity": iri("x> ?p ?o } #")}, InputError, "not a valid iri"),
    ],
)
def test_what_cannot_be_run(
    store: Store, name: str, bindings: dict[str, str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        saved.run(store, name, **bindings)


def test_the_head_of_a_query() -> None:
    head = {"title": ["T"], "description": ["D."], "parameter": ["a iri", "b integer 20"], "example": ["3"]}
    text = "# title: T\n# description: D.\n# parameter: a iri\n# parameter: b integer 20\n# example: 3\nASK {}\n"
    query = saved.read_head(QueryFile("n", FOLDER / "n.rq", text, head))
    assert (query.text, query.example, query.figure) == ("ASK {}\n", 3, 0)
    assert [(p.name, p.type, p.default) for p in query.parameters] == [("a", "iri", None), ("b", "integer", "20")]
    with pytest.raises(InputError, match='parameter "a" must have one of the types'):
        saved.read_head(QueryFile("n", FOLDER / "n.rq", text, head | {"parameter": ["a colour"]}))
    with pytest.raises(InputError, match='exactly one line "# title: …"'):
        saved.read_head(QueryFile("n", FOLDER / "n.rq", text, {}))
