"""Literals as they were stated: a store keeps numbers, dates and durations by value, so that 4.0 comes back as 4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.lexical import XSD
from kg.shapes_datatypes import LOST
from kg.shapes_result import Result
from kg.store import Node, in_memory, to_node

__all__ = ["as_stated"]

KEPT = {XSD + name for name in ("string", "anyURI", "integer")}
"""Datatypes whose literals come back as they were written, or nearly always."""
ANY = NamedNode("urn:x-servanda:any")


def as_stated(results: Sequence[Result], triples: Iterable[Triple]) -> list[Result]:
    """Return the results with each literal in the form in which the statements have it, one form if they have several.

    The statements are looked at only if a result has a literal that may have been changed.
    """
    wanted = {node for one in results for node in (one.focus, one.value) if node and _may_differ(node)}
    if not wanted:
        return list(results)
    stated: dict[tuple[str, Node], Node] = {}
    for triple in triples:
        if isinstance(triple.object, Literal) and _may_differ(to_node(triple.object)):
            stored = _stored(triple.object)
            if stored in wanted:
                stated.setdefault((str(triple.subject), stored), to_node(triple.object))
                stated.setdefault(("", stored), to_node(triple.object))

    def form(node: Node, focus: Node) -> Node:
        subject = f"<{focus.value}>" if focus.kind == "iri" else f"_:{focus.value}"
        return stated.get((subject, node)) or stated.get(("", node)) or node

    return [
        one._replace(focus=form(one.focus, one.focus), value=one.value and form(one.value, one.focus))
        for one in results
    ]


def _may_differ(node: Node) -> bool:
    return node.kind == "literal" and not node.language and node.datatype not in KEPT - LOST


def _stored(term: Literal) -> Node:
    """Return a literal as it comes back from a store."""
    (quad,) = in_memory([Quad(ANY, ANY, term)])
    return to_node(quad.object)
