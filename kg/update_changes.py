"""What the operations of an update make of a release: run one after the other on a snapshot, which is thrown away.

Each operation sees what those before it did, in the named graphs and in the statements of all graphs together; what
rules derive follows when the whole update has become a release.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.contents import merge, tally
from kg.errors import InputError, QueryRefused
from kg.names import Names
from kg.parsing import term_faults
from kg.store import EmbeddedStore, graphs, in_memory, open_read_only, query_error, snapshot
from kg.syntax import explain
from kg.update_text import Operation

__all__ = ["changes", "check_syntax"]

Refusal = Callable[[str], str]


def check_syntax(text: str, names: Names) -> None:
    """Let the engine read a whole update; raises QuerySyntaxError with line and column."""

    def read(text: str) -> None:
        in_memory().update(text, base_iri=names.base_iri, prefixes=names.prefixes)

    try:
        read(text)
    except SyntaxError as error:
        raise explain(read, text, "update", error) from None
    except (RuntimeError, ValueError):
        pass  # it was read, and run on nothing; what cannot be done says so where it matters


def changes(
    operations: Sequence[Operation], live: Path, folder: Path, names: Names, refusal: Refusal
) -> dict[str, list[Triple]]:
    """Run operations on a snapshot in `folder` of the store in `live`; return the graphs that differ then, as they are.

    `refusal` says why a graph must not be written, or "". Raises QueryRefused (graph, evaluation) where one would be
    or an operation fails, InputError for a new statement that has not our form.
    """
    store = snapshot(live, folder / "store")
    first = earlier = open_read_only(live)
    touched: set[str] = set()
    for number, operation in enumerate(operations):
        if number:
            store.backup(str(folder / str(number)))
            earlier = open_read_only(folder / str(number))
        for graph in _run(store, earlier, operation, names, refusal):
            old, new = _content(earlier, graph), _content(store, graph)
            if old != new:
                _refuse(graph, refusal)
                merge(store, new - old, old - new)
                touched.add(graph)
    found = {graph: (_content(first, graph), _content(store, graph)) for graph in sorted(touched)}
    for old, new in found.values():
        _check_form(new - old)
    return {graph: list(new) for graph, (old, new) in found.items() if new != old}


def _run(
    store: EmbeddedStore, earlier: EmbeddedStore, operation: Operation, names: Names, refusal: Refusal
) -> set[str]:
    """Run one operation and return the graphs that it may have changed; `earlier` is the store before it."""
    if operation.every:
        return _empty(store, operation.every, names, refusal)
    for graph in operation.writes:
        _refuse(graph, refusal)
    united = _unite(store, operation.using.default)
    using = [f" USING <{graph}>" for graph in united] + [f" USING NAMED <{graph}>" for graph in operation.using.named]
    text = "".join([operation.before, *using, operation.after])
    try:
        store.update(text, base_iri=names.base_iri, prefixes=names.prefixes)
    except SyntaxError as error:
        raise query_error(error) from None
    except (RuntimeError, ValueError) as error:
        raise QueryRefused(str(error), "evaluation") from None
    for graph in {*united} - {*operation.using.default}:
        store.remove_graph(NamedNode(graph))
    if not operation.anywhere:
        return {*operation.writes}
    every = {*graphs(earlier), *graphs(store)}
    before, after = tally(earlier, every), tally(store, every)
    return {graph for graph in every if before[graph] != after[graph]}


def _empty(store: EmbeddedStore, every: str, names: Names, refusal: Refusal) -> set[str]:
    """Empty all graphs but what rules derive, and but the default graph where only NAMED ones are meant."""
    spared = {names.derived_graph} | ({names.default_graph} if every == "NAMED" else set())
    chosen = [graph for graph in graphs(store) if graph not in spared]
    for graph in chosen:
        _refuse(graph, refusal)
    for graph in chosen:
        store.remove_graph(NamedNode(graph))
    return {*chosen}


def _unite(store: EmbeddedStore, names: tuple[str, ...]) -> tuple[str, ...]:
    """Make one graph of several, for the engine counts a statement once for each graph of USING that holds it."""
    if len(names) < 2:
        return names
    united = NamedNode(uuid.uuid4().urn)
    for name in names:
        quads = store.quads_for_pattern(None, None, None, NamedNode(name))
        store.extend([Quad(quad.subject, quad.predicate, quad.object, united) for quad in quads])
    return (united.value,)


def _content(store: EmbeddedStore, graph: str) -> set[Triple]:
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(graph))}


def _refuse(graph: str, refusal: Refusal) -> None:
    reason = refusal(graph)
    if reason:
        raise QueryRefused(reason, "graph")


def _check_form(triples: set[Triple]) -> None:
    """Raise InputError for a statement that could not have been loaded from a file."""
    for triple in triples:
        for term in triple:
            for part in (term, term.datatype) if isinstance(term, Literal) else (term,):
                for message in term_faults(part):
                    raise InputError(f"the update writes {triple}: {message}")
