"""Property paths: read from SHACL, written as SPARQL, and the properties that they walk along.

Source: SHACL, section 2.3.1 (https://www.w3.org/TR/shacl/#property-paths).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

__all__ = ["RDF", "SH", "Graph", "Path", "Unreadable", "read_path"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SH = "http://www.w3.org/ns/shacl#"
OPERATORS = {"inversePath": "^", "zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
Term = NamedNode | BlankNode | Literal


class Unreadable(ValueError):  # noqa: N818 (it says what the shape is)
    """Say why a shape cannot be read or turned into a query."""


class Graph:
    """Answer what the statements about a node are, in the order in which they were stated."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self._subjects: dict[tuple[str, Term], list[NamedNode | BlankNode]] = defaultdict(list)
        self._pairs: dict[str, list[tuple[NamedNode | BlankNode, Term]]] = defaultdict(list)
        for triple in dict.fromkeys(triples):
            subject, predicate, item = triple.subject, triple.predicate.value, triple.object
            if isinstance(subject, Triple) or isinstance(item, Triple):
                continue  # kg.turtle lets none in
            self._objects[subject].append((predicate, item))
            self._subjects[predicate, item].append(subject)
            self._pairs[predicate].append((subject, item))

    def about(self, node: Term) -> list[tuple[str, Term]]:
        """Return property and value of each statement about a node."""
        return self._objects.get(node, [])

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Return the values of a property."""
        return [item for name, item in self._objects.get(node, ()) if name == predicate]

    def one(self, node: Term, predicate: str) -> Term | None:
        """Return the first value of a property, None if there is none."""
        return next(iter(self.values(node, predicate)), None)

    def subjects(self, predicate: str, value: Term) -> list[NamedNode | BlankNode]:
        """Return what has a value of a property."""
        return self._subjects.get((predicate, value), [])

    def pairs(self, predicate: str) -> list[tuple[NamedNode | BlankNode, Term]]:
        """Return subject and value of each statement with a property."""
        return self._pairs.get(predicate, [])

    def items(self, head: Term) -> Iterator[Term]:
        """Yield the members of a list; raises Unreadable for what is no list of RDF."""
        seen: set[Term] = set()
        while head != NamedNode(RDF + "nil"):
            first, rest = self.values(head, RDF + "first"), self.values(head, RDF + "rest")
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise Unreadable(f"{head} is no list")
            seen.add(head)
            yield first[0]
            head = rest[0]


class Path(NamedTuple):
    """Hold a path: an IRI, or an operator (^ * + ? / |) with the paths on which it works."""

    operator: str
    iri: str = ""
    parts: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """Return the path as SPARQL writes it."""
        if not self.operator:
            return f"<{self.iri}>"
        inner = [str(part) for part in self.parts]
        if self.operator in "/|":
            return f"({self.operator.join(inner)})"
        bare = inner[0] if self.parts[0].operator in ("", "/", "|") else f"({inner[0]})"
        return f"^{bare}" if self.operator == "^" else bare + self.operator

    @property
    def shown(self) -> str:
        """Return the path for a report: an IRI alone without brackets (`kg.validate`)."""
        return self.iri or self._shown()

    @property
    def properties(self) -> set[str]:
        """Return the properties that the path walks along."""
        return {self.iri} if not self.operator else set().union(*(part.properties for part in self.parts))

    def _shown(self) -> str:
        if not self.operator:
            return f"<{self.iri}>"
        inner = [part._shown() for part in self.parts]
        if self.operator in "/|":
            return f"({self.operator.join(inner)})"
        return f"^{inner[0]}" if self.operator == "^" else inner[0] + self.operator


def read_path(graph: Graph, node: Term, depth: int = 0) -> Path:
    """Read a path; raises Unreadable for what is none."""
    if isinstance(node, NamedNode) and graph.one(node, RDF + "first") is None:
        return Path("", node.value)
    if isinstance(node, Literal) or depth > 20:
        raise Unreadable(f"{node} is no path")
    if graph.one(node, RDF + "first") is not None:  # whatever else the node says of itself
        return Path("/", parts=tuple(read_path(graph, item, depth + 1) for item in graph.items(node)))
    for name, operator in OPERATORS.items():
        inner = graph.values(node, SH + name)
        if len(inner) == 1:
            return Path(operator, parts=(read_path(graph, inner[0], depth + 1),))
    choices = graph.values(node, SH + "alternativePath")
    if len(choices) != 1:
        raise Unreadable(f"{node} is no path")
    return Path("|", parts=tuple(read_path(graph, item, depth + 1) for item in graph.items(choices[0])))
