"""Explanations: what is stated names its graph and passage, what is inferred its rule and the facts it used."""

from __future__ import annotations

import pytest

from kg.errors import NotFound
from kg.explain import Explanation, as_text, explain
from kg.names import Names
from kg.queryfile import read_query
from kg.release import open_release
from kg.rules import FOLDER, rules
from kg.settings import Settings
from kg.store import Store, iri, match, to_node

CASE = ("communication:cat-441-2010", "sv:breachedObligation", "obligation:cat-12-investigate")


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


def why(store: Store, settings: Settings, names: Names, *terms: str) -> Explanation:
    subject, predicate, object = (iri(names.expand(term)) for term in terms)
    return explain(store, settings, subject, predicate, object)


def test_a_breach_is_traced_to_the_paragraph_of_the_decision(store: Store, released: Settings, names: Names) -> None:
    text = as_text(why(store, released, names, *CASE), names)
    rule = "rule:breached-obligation: What a violated provision expresses is breached"
    assert text.splitlines()[1] == f"  inferred by {rule}"
    assert "stated in data/decisions/cat-c-51-d-441-2010 (CAT/C/51/D/441/2010, para. 10)" in text
    assert "stated in data/reference/obligations" in text
    assert text.count("inferred by") == 3


def test_a_stated_fact_is_explained_by_its_graph(store: Store, released: Settings, names: Names) -> None:
    fact = ("finding:cat-c-51-d-441-2010-cat-12", "sv:provision", "provision:cat-12")
    found = why(store, released, names, *fact)
    assert (found.rule, found.premises) == (None, ())
    assert [graph.iri for graph in found.graphs] == [names.graph_iri("data/decisions/cat-c-51-d-441-2010")]
    assert [passage.label for passage in found.passages] == ["CAT/C/51/D/441/2010, para. 10"]


def test_what_nobody_says_is_not_explained(store: Store, released: Settings, names: Names) -> None:
    with pytest.raises(NotFound, match="cat-441-2010 sv:breachedObligation obligation:cat-16"):
        why(store, released, names, *CASE[:2], "obligation:cat-16-x")


def test_every_rule_names_its_premises_and_explains_what_it_derived(
    store: Store, released: Settings, names: Names
) -> None:
    described = {rule.iri for rule in rules(released)}
    derived = [q for q in match(store, graph=iri(names.derived_graph)) if q.subject.value not in described]
    for rule in rules(released):
        file = read_query(released.ontology / FOLDER / f"{rule.name}.rq")
        assert file.head.get("because"), rule.name
        triples = [quad for quad in derived if quad.predicate.value in rule.derives]
        explained = [
            explain(store, released, *(to_node(term) for term in quad.triple))  # type: ignore[arg-type]
            for quad in triples[:: max(1, len(triples) // 5)]
        ]
        mine = [found for found in explained if found.rule and found.rule.name == rule.name]
        assert all(found.premises for found in mine), rule.name
        assert all(found.rule for found in explained), "a derived triple without a rule"
