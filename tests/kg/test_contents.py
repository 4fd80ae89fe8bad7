"""Contents: the default graph holds each statement of the named graphs once, whatever graphs come and go."""

import random

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.contents import census, fill, replace, tally
from kg.store import create, in_memory

GRAPHS = [f"https://example.org/{name}" for name in "abc"]
TRIPLES = [Triple(NamedNode(f"urn:s{n % 3}"), NamedNode("urn:p"), Literal(n)) for n in range(9)]


def merged(store):
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}


def named(store):
    return {quad.triple for quad in store if not isinstance(quad.graph_name, DefaultGraph)}


def quads_of(contents):
    return [Quad(*triple, NamedNode(graph)) for graph, triples in contents.items() for triple in triples]


@pytest.mark.parametrize("seed", range(5))
def test_changed_store_is_that_of_the_same_graphs_made_afresh(tmp_path, seed):
    dice = random.Random(seed)
    contents, store = {}, create(tmp_path / "changed")
    for _ in range(8):
        chosen = {graph: dice.sample(TRIPLES, dice.randint(0, 6)) for graph in dice.sample(GRAPHS, 2)}
        before, touched = merged(store), census(store)
        was = tally(store, chosen)
        change = replace(store, chosen)
        came = [set(triples) - set(contents.get(graph, ())) for graph, triples in chosen.items()]
        contents |= chosen
        assert change.added == set().union(*came)
        assert change.removed == before - merged(store)
        assert merged(store) == named(store) == {triple for triples in contents.values() for triple in triples}
        assert touched.amended(was, tally(store, chosen), len(store)) == census(store)
    afresh = create(tmp_path / "afresh")
    fill(afresh, quads_of(contents))
    assert census(store) == census(afresh)


def test_census_counts_statements_once_and_by_graph():
    store = in_memory()
    fill(store, quads_of({GRAPHS[0]: TRIPLES[:4], GRAPHS[1]: TRIPLES[2:5]}))
    found = census(store)
    assert (found.statements, found.graphs) == (5, {GRAPHS[0]: 4, GRAPHS[1]: 3})


@pytest.mark.parametrize("graph", [GRAPHS[0], GRAPHS[2]])
def test_digest_tells_where_a_statement_is(graph):
    store = in_memory()
    fill(store, quads_of({GRAPHS[0]: TRIPLES[:2], GRAPHS[1]: TRIPLES[2:4]}))
    before = census(store)
    store.remove(Quad(*TRIPLES[2], NamedNode(GRAPHS[1])))
    store.add(Quad(*TRIPLES[2], NamedNode(graph)))
    assert census(store).digest != before.digest


def test_removed_graph_is_gone():
    store = in_memory()
    fill(store, quads_of({GRAPHS[0]: TRIPLES}))
    replace(store, {GRAPHS[0]: ()})
    assert (list(store), list(store.named_graphs())) == ([], [])
