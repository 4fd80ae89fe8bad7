"""Out of the store: one graph, or everything, in each format that others read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from kg.errors import NotFound, UsageError
from kg.store import Store
from kg.turtle import canonical

__all__ = ["FORMATS", "dump", "serialize_triples"]

RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
FORMATS = (*RDF_FORMATS, "csv")
WITH_GRAPHS = ("trig", "nquads", "jsonld", "csv")


def dump(store: Store, format: str, graph: str | None = None, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Write one graph, or the whole store, in a format of FORMATS; the same store gives the same bytes.

    The whole store is all its named graphs where the format can tell graphs apart, else the merged statements.
    Raises NotFound for a graph that is not there, UsageError for a format that is not.
    """
    if format not in FORMATS:
        raise UsageError(f'"{format}" is not a format; formats: {", ".join(FORMATS)}')
    if format not in WITH_GRAPHS:
        name = DefaultGraph() if graph is None else NamedNode(graph)
        triples = [quad.triple for quad in _quads(store, name)]
        return serialize_triples(triples, format, prefixes)
    quads = [
        quad
        for name in ([NamedNode(graph)] if graph is not None else sorted(store.named_graphs(), key=str))
        for quad in _quads(store, name)
    ]
    if format == "csv":
        return _csv(quads)
    if format == "nquads":
        quads.sort(key=str)
    used = _used(quads, prefixes or {}) if format == "trig" else None
    return _bytes(serialize(quads, format=RDF_FORMATS[format], prefixes=used))


def serialize_triples(triples: Iterable[Triple], format: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """Write triples in an RDF format of FORMATS, sorted, with only the prefixes that they use.

    Turtle is in the canonical form of `kg.turtle.canonical` unless there are blank nodes.
    """
    rows = sorted(set(triples), key=str)
    if format == "turtle" and not any(isinstance(term, BlankNode) for row in rows for term in row):
        return canonical(rows, prefixes or {}).encode()
    used = _used(rows, prefixes or {}) if format in ("turtle", "trig", "rdfxml") else None
    return _bytes(serialize(rows, format=RDF_FORMATS[format], prefixes=used))


def _quads(store: Store, graph: NamedNode | BlankNode | DefaultGraph) -> list[Quad]:
    """Return the quads of one graph, sorted; raises NotFound for a named graph that is not there."""
    if isinstance(graph, NamedNode) and not store.contains_named_graph(graph):
        raise NotFound(graph.value, "graph")
    return sorted(store.quads_for_pattern(None, None, None, graph), key=str)


def _used(rows: Sequence[Quad] | Sequence[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespace begins an IRI of the rows, sorted."""
    iris = {term.value for row in rows for term in row if isinstance(term, NamedNode)}
    iris |= {term.datatype.value for row in rows for term in row if isinstance(term, Literal)}
    text = "\n" + "\n".join(iris)
    return {prefix: prefixes[prefix] for prefix in sorted(prefixes) if f"\n{prefixes[prefix]}" in text}


def _bytes(result: bytes | None) -> bytes:
    assert result is not None, "serialize returns bytes when it is given no output"
    return result


def _csv(quads: Iterable[Quad]) -> bytes:
    """Write quads as rows of RFC 4180: subject, predicate, object, its datatype and language, graph."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["subject", "predicate", "object", "datatype", "language", "graph"])
    for subject, predicate, item, graph in quads:
        kind = [item.datatype.value, item.language or ""] if isinstance(item, Literal) else ["", ""]
        writer.writerow([_plain(subject), _plain(predicate), _plain(item), *kind, _plain(graph)])
    return out.getvalue().encode()


def _plain(term: object) -> str:
    """Return an IRI or a literal without its delimiters, a blank node with its mark."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
