"""SHACL shapes as they stand in a graph: what each shape is aimed at, which path it walks and what it demands.

Source: Shapes Constraint Language (SHACL), https://www.w3.org/TR/shacl/, sections 2 and 4. What is not a shape of
SHACL raises Unreadable, so that the judge, pySHACL, may say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.shapes_path import RDF, SH, Graph, Path, Unreadable, read_path

__all__ = ["COMPANIONS", "RDFS", "Shape", "Shapes", "Target", "Unreadable"]

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
CONSTRAINTS = {
    "class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive",
    "maxInclusive", "minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "equals", "disjoint", "lessThan",
    "lessThanOrEquals", "not", "and", "or", "xone", "node", "property", "qualifiedValueShape", "closed", "hasValue",
    "in", "sparql",
}  # fmt: skip
COMPANIONS = {
    "flags": "pattern", "ignoredProperties": "closed", "qualifiedMinCount": "qualifiedValueShape",
    "qualifiedMaxCount": "qualifiedValueShape", "qualifiedValueShapesDisjoint": "qualifiedValueShape",
}  # fmt: skip
"""Properties that only say more about a constraint."""
SEVERAL = {"class", "pattern", "hasValue", "equals", "disjoint", "lessThan", "lessThanOrEquals", "not", "and", "or",
           "xone", "node", "property", "qualifiedValueShape", "minExclusive", "minInclusive", "maxExclusive",
           "maxInclusive", "sparql"}  # fmt: skip
"""Constraints that a shape may have more than once."""
Term = NamedNode | BlankNode | Literal


class Target(NamedTuple):
    """Hold one target declaration: its kind (one of TARGETS) and the node, class or property."""

    kind: str
    value: Term


class Shape(NamedTuple):
    """Hold one shape; `demands` are its constraints, each with its values, by the local name of the parameter."""

    node: NamedNode | BlankNode
    path: Path | None
    severity: str
    demands: dict[str, list[Term]]
    active: bool

    @property
    def name(self) -> str:
        """Return the IRI, or the label of a blank node."""
        return self.node.value


class Shapes(Graph):
    """Answer what a graph of shapes says."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        super().__init__(triples)
        self._read: dict[Term, Shape] = {}

    def shape(self, node: Term) -> Shape:
        """Return a shape by its node; raises Unreadable for what is none."""
        if node not in self._read:
            self._read[node] = self._shape(node)
        return self._read[node]

    def roots(self) -> list[tuple[NamedNode | BlankNode, list[Target]]]:
        """Return the shapes that are aimed at something by themselves, each with its targets."""
        found: dict[NamedNode | BlankNode, list[Target]] = {}
        for kind in TARGETS:
            for node, value in self.pairs(SH + kind):
                found.setdefault(node, []).append(Target(kind, value))
        for node in self._classes:
            if self._is_declared(node):
                found.setdefault(node, []).append(Target("targetClass", node))
        return list(found.items())

    def messages(self, node: Term, language: str) -> list[Literal]:
        """Return the messages of a node: those in a language if there is one, else all."""
        every = [item for item in self.values(node, SH + "message") if isinstance(item, Literal)]
        return [item for item in every if item.language == language] or every

    def prefixes(self, node: Term) -> dict[str, str]:
        """Return the prefixes that a query of this node may use (SHACL, section 5.2.1)."""
        named = self.values(node, SH + "prefixes")
        if not named:
            return {}
        places = [*self.subjects(RDF + "type", NamedNode(OWL + "Ontology")), *named]
        seen: dict[Term, None] = {}
        while places:
            place = places.pop()
            if place not in seen:
                seen[place] = None
                places += self.values(place, OWL + "imports")
        found = {}
        for place in seen:
            for declaration in self.values(place, SH + "declare"):
                prefix, namespace = self.one(declaration, SH + "prefix"), self.one(declaration, SH + "namespace")
                if prefix is not None and namespace is not None:
                    found[prefix.value] = namespace.value
        return found

    def siblings(self, shape: Shape, qualified: Term) -> list[Term]:
        """Return the qualified value shapes beside one (SHACL, section 4.7.3)."""
        beside = [
            other
            for parent in self.subjects(SH + "property", shape.node)
            for property in self.values(parent, SH + "property")
            for other in self.values(property, SH + "qualifiedValueShape")
        ]
        return [other for other in dict.fromkeys(beside) if other != qualified]

    def own_components(self) -> set[str]:
        """Return the properties that are parameters of constraint components which the graph itself defines."""
        return {
            path.value
            for component, _ in self.pairs(SH + "parameter")
            for parameter in self.values(component, SH + "parameter")
            for path in self.values(parameter, SH + "path")
        }

    @cached_property
    def _classes(self) -> list[NamedNode | BlankNode]:
        """Return the nodes that are classes."""
        kinds: list[Term] = [NamedNode(RDFS + "Class"), *self.subjects(RDFS + "subClassOf", NamedNode(RDFS + "Class"))]
        return [node for kind in kinds for node in self.subjects(RDF + "type", kind)]

    def _is_declared(self, node: Term) -> bool:
        types = self.values(node, RDF + "type")
        typed = NamedNode(SH + "NodeShape") in types or NamedNode(SH + "PropertyShape") in types
        return typed or any(self.values(node, SH + name) for name in (*CONSTRAINTS, *TARGETS))

    def _shape(self, node: Term) -> Shape:
        if isinstance(node, Literal):
            raise Unreadable(f"{node} is no shape")
        paths = self.values(node, SH + "path")
        if len(paths) > 1:
            raise Unreadable("several sh:path")
        demands: dict[str, list[Term]] = {}
        for predicate, value in self.about(node):
            name = predicate.removeprefix(SH)
            if predicate in self.own:
                raise Unreadable("a constraint component of its own")
            if predicate.startswith(SH) and name in CONSTRAINTS | COMPANIONS.keys():
                demands.setdefault(name, []).append(value)
        for name, values in demands.items():
            if len(values) > 1 and name not in SEVERAL:
                raise Unreadable(f"several sh:{name}")
        for name, owner in COMPANIONS.items():
            if name in demands and owner not in demands and name != "flags":
                raise Unreadable(f"sh:{name} without sh:{owner}")
        severity = self.values(node, SH + "severity")
        off = self.values(node, SH + "deactivated")
        return Shape(
            node=node,
            path=read_path(self, paths[0]) if paths else None,
            severity=severity[0].value.rpartition("#")[2].lower() if severity else "violation",
            demands=demands,
            active=not any(item.value in ("true", "1") for item in off),
        )

    @cached_property
    def own(self) -> set[str]:
        """Return `own_components`, read once."""
        return self.own_components()
