"""The common interface of the stores: the same counts, statements and graphs on each."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from kg import export
from kg.contents import census
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store, graphs, match, to_node


@pytest.fixture(scope="module")
def embedded(released: Settings) -> Store:
    """Give the embedded store, which the others are compared with."""
    return open_release(released).store


@pytest.fixture(scope="module")
def store(engine: Settings) -> Store:
    """Give each store in turn; opening it compares its counts with the manifest."""
    return open_release(engine).store


def test_counts_are_the_same(store: Store, embedded: Store) -> None:
    found, expected = census(store), census(embedded)
    assert (found.statements, found.graphs) == (expected.statements, expected.graphs)
    assert graphs(store) == graphs(embedded)


def test_the_export_has_the_same_bytes(store: Store, embedded: Store) -> None:
    for format in ("nquads", "turtle"):
        lines, expected = (export.dump(each, format).splitlines() for each in (store, embedded))
        # A comparison of the lists would be explained for minutes.
        assert [pair for pair in zip_longest(lines, expected) if pair[0] != pair[1]][:3] == []


def test_patterns_give_the_same_statements(store: Store, embedded: Store) -> None:
    some = match(embedded)[::500]
    assert some
    for quad in some:
        subject, predicate, object = (to_node(term) for term in quad.triple)
        for pattern in [(subject,), (None, predicate), (None, predicate, object), (subject, predicate, object)]:
            for anywhere in (False, True):
                found = match(store, *pattern, any_graph=anywhere)
                assert set(found) == set(match(embedded, *pattern, any_graph=anywhere))
