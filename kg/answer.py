"""Answer one query inside a worker: on the right dataset, whole or not at all, in the format that was chosen."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import IO, Any, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Triple,
    Variable,
    parse_query_results,
)

from kg.binding import NO_GRAPH
from kg.errors import LimitExceeded, QueryRefused, StoreFault
from kg.store import EmbeddedStore, Node, in_memory, to_term

__all__ = ["Sink", "answer", "named_graphs", "serialized"]

# What stands between two rows of the JSON of the engine: inside a string a quotation mark has a backslash before it,
# and the one that ends a string is followed by one of these two marks.
NEXT_ROW = re.compile(rb'},{"[^},]')
NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
ROW_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
Graphs = dict[str, NamedNode]


class Sink(io.RawIOBase):
    """Collect what is written, up to a number of bytes; raises OverflowError above it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.data = bytearray()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, block: Any) -> int:  # noqa: ANN401 (any buffer)
        """Take a block of bytes."""
        self.data += block
        if len(self.data) > self.limit:
            raise OverflowError
        return len(block)


def named_graphs(store: EmbeddedStore) -> Graphs:
    """Return the named graphs of a store by IRI; a read-only store never gets others."""
    return {graph.value: graph for graph in store.named_graphs() if isinstance(graph, NamedNode)}


def answer(store: EmbeddedStore, graphs: Graphs, job: dict[str, Any], setup: dict[str, Any]) -> tuple[int, bytes]:
    """Run one query; return the number of rows or triples and the serialised answer.

    `job` has text, format, default and named (lists of graph IRIs, or None) and bindings; `setup` has prefixes, rows
    and bytes. Raises QuerySyntaxError, QueryRefused, and LimitExceeded for more rows or bytes than allowed: nothing is
    cut.
    """
    try:
        return serialized(_evaluate(store, graphs, job, setup["prefixes"]), job["format"], setup)
    except SyntaxError as error:
        from kg.syntax import explain  # rarely needed, and a worker should start fast

        read = partial(store.query, prefixes=setup["prefixes"])
        raise explain(read, job["text"], "query", error) from None
    except (RuntimeError, ValueError) as error:  # a function that the engine does not have, a bad binding
        raise QueryRefused(str(error), "evaluation") from None
    except OSError as error:
        raise StoreFault(f"the query could not read what it needs: {error}") from None


def serialized(
    result: QuerySolutions | QueryBoolean | Iterable[Triple], format: str, setup: dict[str, Any]
) -> tuple[int, bytes]:
    """Write a result, whole or not at all; return the number of rows or triples and the text; raises as `answer`."""
    if isinstance(result, QuerySolutions | QueryBoolean):
        rows, body = _write_rows(result, format, setup)
    else:
        rows, body = _write_graph(result, format, setup)
    if format in ("xml", "rdfxml") and NOT_IN_XML.search(body):
        raise QueryRefused("a value has a control character, which XML cannot hold: ask for another format", "format")
    return rows, body


def _evaluate(
    store: EmbeddedStore, graphs: Graphs, job: dict[str, Any], prefixes: dict[str, str]
) -> QuerySolutions | QueryTriples | QueryBoolean:
    """Start the query on its dataset: what FROM or the protocol names, else the merged statements and every graph."""
    default: list[NamedNode | BlankNode | DefaultGraph] | None = None
    named: list[NamedNode | BlankNode] | None = None
    if job["default"] is not None or job["named"] is not None:
        # A graph that is not there is an empty graph, never an error: nothing is fetched and nothing is said about it.
        default = [graphs.get(name, NamedNode(NO_GRAPH)) for name in job["default"] or ()]
        named = [graphs[name] for name in job["named"] or () if name in graphs]
    if default and len(default) > 1:
        # The engine counts a statement once for each graph that holds it; RDF merges them (SPARQL 1.1, section 13.2).
        wanted = [(graph, DefaultGraph()) for graph in default] + [(graph, graph) for graph in named or ()]
        quads = (
            Quad(quad.subject, quad.predicate, quad.object, target)
            for graph, target in wanted
            for quad in store.quads_for_pattern(None, None, None, graph)
        )
        store, default = in_memory(quads), [DefaultGraph()]
    return store.query(
        job["text"],
        # The engine parses each of them every time; there are a hundred, and a query uses a few.
        prefixes={name: iri for name, iri in prefixes.items() if f"{name}:" in job["text"]},
        default_graph=default,
        named_graphs=named,
        substitutions={Variable(name): to_term(Node(*node)) for name, node in job["bindings"].items()},
    )


def _write_rows(result: QuerySolutions | QueryBoolean, format: str, setup: dict[str, Any]) -> tuple[int, bytes]:
    """Serialise rows; they are counted in what was written, which is faster than to build each of them in Python."""
    sink, full = Sink(setup["bytes"]), False
    try:
        result.serialize(cast("IO[bytes]", sink), ROW_FORMATS[format])
    except OverflowError:
        full = True
    if isinstance(result, QueryBoolean):
        return 1, bytes(sink.data)
    rows = _count(sink.data, format, setup["rows"] + 1)
    if rows > setup["rows"]:
        raise LimitExceeded(f"more than {setup['rows']} rows: add LIMIT or use the dump", "rows")
    if full:
        raise _too_big(setup)
    return rows, bytes(sink.data)


def _count(data: bytearray, format: str, enough: int) -> int:
    """Count the rows of a serialised answer, which may be cut at its end; stop at `enough`."""
    rows: Iterable[object]
    if format == "json" and b"{}" not in data:
        return len(NEXT_ROW.findall(data)) + (not data.endswith(b"[]}}"))
    if format == "csv":
        rows = islice(csv.reader(io.StringIO(data.decode(errors="replace"), newline="")), 1, None)
    else:
        found = parse_query_results(bytes(data), ROW_FORMATS[format])
        assert isinstance(found, QuerySolutions)
        rows = found
    count = 0
    try:
        for _ in islice(rows, enough):
            count += 1
    except (SyntaxError, ValueError, csv.Error):
        return count  # here the answer was cut
    return count


def _write_graph(result: Iterable[Triple], format: str, setup: dict[str, Any]) -> tuple[int, bytes]:
    from kg.export import serialize_triples  # most queries do not need it, and a worker should start fast

    triples: dict[Triple, None] = {}
    for triple in result:
        triples[triple] = None
        if len(triples) > setup["rows"]:
            raise LimitExceeded(f"more than {setup['rows']} triples: add LIMIT or use the dump", "rows")
    body = serialize_triples(triples, format, setup["prefixes"])
    if len(body) > setup["bytes"]:
        raise _too_big(setup)
    return len(triples), body


def _too_big(setup: dict[str, Any]) -> LimitExceeded:
    message = f"answer larger than {setup['bytes'] / 1e6:g} MB: add LIMIT or use the dump"
    return LimitExceeded(message, "bytes")
