"""The only door to a store on a server: the part of `pyoxigraph.Store` that `kg.store` uses, over SPARQL 1.1.

On the server each graph keeps its name. The merged statements, which an embedded store has in its default graph, are
the named graph {base}graph/merged there, because what a server takes for its default graph differs from one to the
next. Graphs of others on the same server are not seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Triple,
    Variable,
)

from kg.answers import read_rows, skolemized, triple_of
from kg.binding import bind, bounded, declare, form_of, separated, set_dataset, tell_blank
from kg.errors import StoreFault, counted

if TYPE_CHECKING:
    from kg.endpoint import Endpoint  # what it imports is slow, and only needed where there is a server

__all__ = ["RemoteStore"]

QUERIES = Path(__file__).parent / "queries" / "store"
LOADING_SECONDS = 600.0
"""longest time in which a server takes or gives one part of a graph, s"""
Graph = NamedNode | BlankNode | DefaultGraph
Term = NamedNode | BlankNode | Literal


class RemoteStore:
    """Read and write the graphs of one base IRI on a server; any number of threads may read."""

    def __init__(
        self, endpoint: Endpoint, base_iri: str, seconds: float, limit: int, graphs: Iterable[str] | None = None
    ) -> None:
        """Name the server; `graphs` are those that it has, where the manifest tells them, else it is asked."""
        self.endpoint = endpoint
        self.merged = f"{base_iri}graph/merged"
        self._genid = f"{base_iri}.well-known/genid/"
        self._prefix = f"{base_iri}graph/"
        self._seconds = seconds
        self._limit = limit
        self._graphs: dict[str, None] | None = None if graphs is None else dict.fromkeys(sorted(graphs))
        self._stated: dict[tuple[str, str], set[Triple]] = {}

    def query(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graph: Sequence[Graph] | None = None,
        named_graphs: Sequence[NamedNode | BlankNode] | None = None,
        substitutions: Mapping[Variable, Term | Triple] | None = None,
    ) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
        """Run a query as `pyoxigraph.Store.query` does, and read the answer to its end.

        Raises QueryRefused, LimitExceeded and StoreFault as `kg.endpoint.Endpoint.ask`.
        """
        terms = {variable.value: term for variable, term in (substitutions or {}).items()}
        default = [self._name(graph) for graph in default_graph or [DefaultGraph()]]
        named = self.graphs() if named_graphs is None else [self._name(graph) for graph in named_graphs]
        written = self.written(text, prefixes or {}, terms, default, named)
        return self.ask(written, self._seconds, self._limit)

    def written(
        self,
        text: str,
        prefixes: Mapping[str, str],
        terms: Mapping[str, Term | Triple],
        default: Sequence[str],
        named: Collection[str],
        rows: int | None = None,
    ) -> str:
        """Return the text of a query as the server gets it, with at most `rows` rows."""
        bound = bind(text, {name: skolemized(term, self._genid) for name, term in terms.items()})  # type: ignore[arg-type]
        told = tell_blank(bound if rows is None else bounded(bound, rows), self._genid)
        return set_dataset(declare(separated(told), prefixes), default, named)

    def ask(self, text: str, seconds: float, limit: int) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
        """Send a query as it is written; `limit` bounds the bytes of the answer."""
        form = form_of(text)
        with self.endpoint.ask(text, form, seconds, limit) as incoming:
            if form in ("SELECT", "ASK"):
                return read_rows(incoming.whole(), self._genid)
            return iter([triple_of(triple, self._genid) for triple in self.endpoint.triples(incoming)])

    def quads_for_pattern(
        self, subject: Term | None, predicate: NamedNode | None, object: Term | None, graph: Graph | None
    ) -> Iterator[Quad]:
        """Return the quads of a pattern, from every graph if none is given; a whole graph is read as a file."""
        if subject is None and predicate is None and object is None:
            yield from self if graph is None else self._whole(graph)
            return
        given = {"subject": subject, "predicate": predicate, "object": object}
        terms = {name: skolemized(term, self._genid) for name, term in given.items() if term is not None}
        if graph is not None:
            terms["graph"] = NamedNode(self._name(graph))
        rows = self.ask(bind(_query("pattern"), terms), self._seconds, self._limit)
        known = self.graphs()
        for row in rows:  # type: ignore[union-attr]
            name = row["graph"].value
            if name == self.merged or name in known:
                place = DefaultGraph() if name == self.merged else NamedNode(name)
                # What was asked for is taken as it was: Virtuoso gives a constant another datatype.
                ends = (row[key] if term is None else term for key, term in given.items())
                yield Quad(*ends, place)  # type: ignore[call-arg, arg-type]

    def named_graphs(self) -> Iterator[NamedNode]:
        """Return the named graphs, the merged one left out."""
        return (NamedNode(name) for name in self.graphs())

    def contains_named_graph(self, graph: NamedNode) -> bool:
        """Tell whether there is a graph of this name."""
        return graph.value in self.graphs()

    def graphs(self) -> Collection[str]:
        """Return the names of the graphs, sorted."""
        if self._graphs is None:
            self._know(self.counts())
        return self._graphs or ()

    def counts(self) -> dict[str, int]:
        """Ask the server how many statements each graph has, the merged one among them."""
        rows = self.ask(_query("counts"), self._seconds, self._limit)
        found = {row["graph"].value: int(row["count"].value) for row in rows}  # type: ignore[union-attr]
        return {name: found[name] for name in sorted(found) if name.startswith(self._prefix)}

    def fill(self, graphs: Mapping[str, Sequence[Triple]], merged: Iterable[Triple]) -> None:
        """Make the server hold these graphs and no others of the base IRI, and prove it by counting.

        The graphs are replaced one after the other: a reader may meanwhile see some of them old and some new.
        """
        wanted = {**graphs, self.merged: list(merged)}
        for name in self.counts():
            if name not in wanted:
                self.endpoint.drop(name, LOADING_SECONDS)
        for name, triples in wanted.items():
            self.endpoint.send(name, map(self._sent, triples), LOADING_SECONDS, replace=True)
        found = self.counts()
        for name, triples in wanted.items():
            number = len(set(triples))
            if found.get(name, 0) != number:
                held = f"{name} has {counted(found.get(name, 0), 'triple')} on the server"
                raise StoreFault(f"{held}, {number} were sent")
        self._know(graphs)
        self._stated.clear()

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads beside what their graphs hold."""
        by_graph: dict[str, list[Triple]] = defaultdict(list)
        for quad in quads:
            by_graph[self._name(quad.graph_name)].append(quad.triple)
        for name, triples in by_graph.items():
            self.endpoint.send(name, map(self._sent, triples), LOADING_SECONDS, replace=False)
            for triple in triples:
                if (triple.predicate.value, name) in self._stated:
                    self._stated[triple.predicate.value, name].add(triple)
        self._know([*self.graphs(), *by_graph])

    def remove_graph(self, graph: NamedNode) -> None:
        """Remove a named graph."""
        self.endpoint.drop(self._name(graph), LOADING_SECONDS)
        self._know(name for name in self.graphs() if name != graph.value)
        self._stated.clear()

    def flush(self) -> None:
        """Do nothing: the server keeps what it has acknowledged."""

    def __contains__(self, quad: Quad) -> bool:
        """Tell whether a statement is there; all statements of its property are read at the first question."""
        key = (quad.predicate.value, self._name(quad.graph_name))
        if key not in self._stated:
            found = self.quads_for_pattern(None, quad.predicate, None, quad.graph_name)
            self._stated[key] = {other.triple for other in found}
        return quad.triple in self._stated[key]

    def __iter__(self) -> Iterator[Quad]:
        """Return every quad, graph by graph."""
        for name in (self.merged, *self.graphs()):
            yield from self._whole(DefaultGraph() if name == self.merged else NamedNode(name))

    def __len__(self) -> int:
        """Return the number of quads."""
        counts = self.counts()
        return sum(counts[name] for name in (self.merged, *self.graphs()) if name in counts)

    def _know(self, names: Iterable[str]) -> None:
        self._graphs = dict.fromkeys(sorted(name for name in names if name != self.merged))

    def _whole(self, graph: Graph) -> Iterator[Quad]:
        with self.endpoint.get(self._name(graph), LOADING_SECONDS, self._limit) as triples:
            for triple in triples:
                known = triple_of(triple, self._genid)
                yield Quad(known.subject, known.predicate, known.object, graph)

    def _name(self, graph: Graph | Triple) -> str:
        return self.merged if isinstance(graph, DefaultGraph) else known_name(graph)

    def _sent(self, triple: Triple) -> Triple:
        return Triple(*(skolemized(term, self._genid) for term in (triple.subject, triple.predicate, triple.object)))  # type: ignore[arg-type]


def known_name(graph: object) -> str:
    """Return the IRI of a named graph."""
    assert isinstance(graph, NamedNode), "every graph of ours has a name"
    return graph.value


@cache
def _query(name: str) -> str:
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")
