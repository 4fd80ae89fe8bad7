"""Derivation after a change gives what a derivation of everything gives, whatever changes."""

from __future__ import annotations

from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import contents, load, reason
from kg.contents import Change
from kg.names import Names
from kg.store import EmbeddedStore, in_memory
from kg.turtle import parse_turtle
from tests.kg.test_reason import CASE, FOLLOW_UP, SETTINGS, ontology
from tests.kg.test_rules import CLAIMS, DEADLINES
from tests.kg.test_rules import FOLLOW_UP as GRADED

ROUNDS = 12
Graphs = dict[str, set[Triple]]


def small(names: Names) -> Graphs:
    """Give the facts of the tests of the rules, one graph for each subject, and the ontology."""
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    found: Graphs = {names.graph_iri("ontology/core"): set(ontology())}
    for triple in parse_turtle((head + CASE + FOLLOW_UP + CLAIMS + DEADLINES + GRADED).encode(), "test.ttl"):
        found.setdefault(names.graph_iri(f"data/{triple.subject.value.rpartition('/')[2]}"), set()).add(triple)
    return found


def shipped() -> Graphs:
    """Give everything that is shipped."""
    return {source.graph: {quad.triple for quad in load.quads(source)} for source in load.sources(SETTINGS)}


def built(graphs: Graphs) -> EmbeddedStore:
    quads = [Quad(*triple, NamedNode(name)) for name, triples in graphs.items() for triple in triples]
    store = in_memory()
    contents.fill(store, quads)
    reason.derive(store, SETTINGS)
    return store


def edited(graphs: Graphs, draw: Random) -> Graphs:
    """Take statements away from some graphs and put others in, made of the terms that are there."""
    changed: Graphs = {}
    names = sorted(name for name in graphs if "/data/" in name)
    pool = sorted((triple for name in names for triple in graphs[name]), key=str)
    for name in draw.sample(names, min(3, len(names))):
        kept = {triple for triple in graphs[name] if draw.random() > 0.3}
        for _ in range(draw.randrange(6)):
            one, two = draw.choice(pool), draw.choice(pool)
            kept.add(draw.choice((one, Triple(one.subject, two.predicate, two.object))))
            kept.add(Triple(one.subject, one.predicate, two.object if draw.random() < 0.2 else one.object))
        changed[name] = kept
    return changed


def assert_equal(store: EmbeddedStore, graphs: Graphs) -> None:
    expected = built(graphs)
    assert set(store) - set(expected) == set(), "kept what does not follow any more"
    assert set(expected) - set(store) == set(), "missed what follows"


def follow(graphs: Graphs, seed: int, rounds: int) -> None:
    draw, store = Random(seed), built(graphs)
    before = dict(graphs)
    for _ in range(rounds):
        changed = edited(graphs, draw) if draw.random() < 0.8 else {name: before[name] for name in list(graphs)[-3:]}
        graphs.update(changed)
        counts = reason.derive(store, SETTINGS, contents.replace(store, changed))
        assert counts == reason.counts(store, SETTINGS)
        assert_equal(store, graphs)


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_of_a_small_graph(names: Names, seed: int) -> None:
    follow(small(names), seed, ROUNDS)


def test_random_edits_of_all_that_is_shipped() -> None:
    follow(shipped(), 1, 2)


def test_a_derived_statement_that_is_then_stated_and_then_not(names: Names) -> None:
    graphs = small(names)
    store = built(graphs)
    (said,) = (
        quad.triple
        for quad in store.quads_for_pattern(None, NamedNode(names.expand("sv:decides")), None)
        if quad.graph_name == NamedNode(names.derived_graph)
    )
    name = names.graph_iri("data/said")
    for triples in ({said}, set[Triple]()):
        graphs[name] = triples
        reason.derive(store, SETTINGS, contents.replace(store, {name: triples}))
        assert_equal(store, graphs)


def test_a_change_of_an_axiom_derives_everything_again(names: Names) -> None:
    graphs = small(names)
    store, core = built(graphs), names.graph_iri("ontology/core")
    axiom = Triple(*(NamedNode(names.expand(name)) for name in ("sv:State", "rdfs:subClassOf", "sv:Agent")))
    graphs[core] = graphs[core] - {axiom}
    reason.derive(store, SETTINGS, contents.replace(store, {core: graphs[core]}))
    assert_equal(store, graphs)


def test_a_large_change_derives_everything_again(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reason, "MOST", 1)
    follow(small(names), 9, 2)


def test_the_label_of_a_thing_changes_nothing(names: Names) -> None:
    graphs = small(names)
    store = built(graphs)
    label = Triple(
        NamedNode(names.expand("communication:c")), NamedNode(names.expand("rdfs:label")), Literal("c", language="en")
    )
    before = reason.counts(store, SETTINGS)
    assert reason.derive(store, SETTINGS, Change({label}, set())) == before
