"""What a store holds: filling it, changing single graphs with the merged view kept right, and counting.

Every statement of the named graphs is once in the default graph. So a statement leaves the default graph only when no
named graph holds it any more.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from kg.errors import StoreFault
from kg.remote import RemoteStore
from kg.store import RESTORE, EmbeddedStore, Store

__all__ = ["Census", "Change", "Tally", "census", "fill", "merge", "replace", "tally"]

MODULUS = 1 << 256
READERS = 2
"""graphs that are read at the same time"""
BULK = 100_000
"""statements from which on a bulk load is faster than a transaction, and takes less memory"""


Tally = Mapping[str, tuple[int, int]]
"""number of statements and digest of named graphs, by IRI; zeros for a graph that is not there"""


class Census(NamedTuple):
    """Hold what a store has: enough to tell that nothing was lost."""

    statements: int
    """distinct statements: those of the default graph"""
    graphs: dict[str, int]
    """statements of each named graph, by IRI, sorted"""
    digest: str
    """sum of the digests of the named graphs, hexadecimal; "" where a server counts"""

    def amended(self, before: Tally, after: Tally, quads: int) -> Census:
        """Return the census after graphs have changed that had one tally before and have another now."""
        total = int(self.digest, 16) - sum(digest for _, digest in before.values())
        total += sum(digest for _, digest in after.values())
        graphs = {**self.graphs, **{iri: number for iri, (number, _) in after.items()}}
        graphs = {iri: graphs[iri] for iri in sorted(graphs) if graphs[iri]}
        return Census(quads - sum(graphs.values()), graphs, f"{total % MODULUS:064x}")


class Change(NamedTuple):
    """Hold the statements that came into a named graph, and those that no named graph holds any more."""

    added: set[Triple]
    removed: set[Triple]


def fill(store: Store, quads: Sequence[Quad]) -> None:
    """Make an empty store, or a server, hold the quads, and their statements without repetition as default graph."""
    merged = dict.fromkeys(quad.triple for quad in quads)
    if isinstance(store, RemoteStore):
        by_graph: dict[str, list[Triple]] = defaultdict(list)
        for quad in quads:
            by_graph[getattr(quad.graph_name, "value", "")].append(quad.triple)
        store.fill(by_graph, merged)
        return
    store.bulk_extend(quads)
    store.bulk_extend(Quad(*triple) for triple in merged)


def replace(store: EmbeddedStore, graphs: Mapping[str, Collection[Triple]]) -> Change:
    """Make the named graphs hold these statements and no others, and the default graph follow; none removes a graph.

    Only what differs is written. The derived graph is a graph like any other here.
    """
    came: set[Triple] = set()
    left: set[Triple] = set()
    for iri, triples in graphs.items():
        graph = NamedNode(iri)
        old = {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}
        new = set(triples)
        for subject, predicate, item in old - new:
            store.remove(Quad(subject, predicate, item, graph))
        _add(store, new - old, graph)
        if not new:
            store.remove_graph(graph)
        came |= new - old
        left |= old - new
    return merge(store, came, left)


def merge(store: EmbeddedStore, came: set[Triple], left: set[Triple]) -> Change:
    """Make the default graph follow what came into the named graphs and what left them."""
    gone = {triple for triple in left if not _held(store, triple)}
    for triple in gone:
        store.remove(Quad(*triple))
    _add(store, {triple for triple in came if Quad(*triple) not in store}, DefaultGraph())
    return Change(came, gone)


def census(store: Store) -> Census:
    """Count a store; raises StoreFault if a block of it cannot be read.

    Blank nodes keep the labels that they were given by file and order, so the digest of a build is reproducible.
    A server counts by itself, and nothing is downloaded.
    """
    if isinstance(store, RemoteStore):
        counts = store.counts()
        return Census(counts.pop(store.merged, 0), counts, "")
    with _telling_damage():
        found = tally(store, [graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)])
        return Census(0, {}, "0").amended({}, found, len(store))


def tally(store: EmbeddedStore, graphs: Iterable[str]) -> Tally:
    """Count and digest named graphs; raises StoreFault if a block of the store cannot be read.

    A store on disk gives the statements of a graph in an order that depends on nothing but the statements.
    """

    def digest(iri: str) -> tuple[int, int]:
        sink, graph = _Sink(), NamedNode(iri)
        sink.total.update(f"{graph}\n".encode())
        with _telling_damage():
            store.dump(sink, RdfFormat.N_TRIPLES, from_graph=graph)  # type: ignore[arg-type]  # it has write
        return sink.lines, int.from_bytes(sink.total.digest(), "big") if sink.lines else 0

    names = list(graphs)
    with ThreadPoolExecutor(READERS) as pool:
        return dict(zip(names, pool.map(digest, names), strict=True))


@contextmanager
def _telling_damage() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StoreFault(f"the store is damaged ({error}): {RESTORE}") from None


class _Sink(io.RawIOBase):
    """Count and digest the lines that are written."""

    def __init__(self) -> None:
        super().__init__()
        self.total, self.lines = hashlib.sha256(), 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Count and digest a part."""
        self.total.update(data)
        self.lines += data.count(b"\n")
        return len(data)


def _add(store: EmbeddedStore, triples: Iterable[Triple], graph: NamedNode | BlankNode | DefaultGraph) -> None:
    quads = [Quad(subject, predicate, item, graph) for subject, predicate, item in triples]
    (store.bulk_extend if len(quads) > BULK else store.extend)(quads)


def _held(store: EmbeddedStore, triple: Triple) -> bool:
    """Tell whether a named graph holds a statement."""
    holders = store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
    return any(not isinstance(quad.graph_name, DefaultGraph) for quad in holders)
