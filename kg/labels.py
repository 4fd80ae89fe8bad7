"""What terms are called: IRIs by their labels, blank nodes by what they hold, as pages and lists show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.names import Names
from kg.store import Node, Store, iri, match, to_node

__all__ = ["Link", "label", "link", "shown", "text"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
LABELS = (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title")
CAPITAL_IN_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
MAX_DEPTH = 3
MAX_MEMBERS = 30


class Link(NamedTuple):
    """Hold an IRI and what it is called."""

    iri: str
    label: str


def text(store: Store, subject: str, properties: Iterable[str]) -> str:
    """Return the first text that one of the properties gives, in their order, English before others; "" for none."""
    for property in properties:
        found = [to_node(quad.object) for quad in match(store, iri(subject), iri(property))]  # type: ignore[arg-type]
        literals = [node for node in found if node.kind == "literal"]
        if literals:
            return min(literals, key=lambda node: (node.language != "en", node.language or "", node.value)).value
    return ""


def label(store: Store, subject: str, names: Names) -> str:
    """Return the label of an IRI; without one the path of a graph, the last part of a foreign term, or a short form."""
    found = text(store, subject, LABELS)
    if found:
        return found
    if subject.startswith(names.graph_iri("")):
        return subject.removeprefix(names.graph_iri(""))
    short = names.shorten(subject)
    local = short.partition(":")[2]
    if short != subject and not subject.startswith(names.base_iri) and local.isalpha():
        return CAPITAL_IN_WORD.sub(" ", local).lower()
    return short


def link(store: Store, subject: str, names: Names) -> Link:
    """Return an IRI with its label."""
    return Link(subject, label(store, subject, names))


def shown(store: Store, node: Node, names: Names, depth: int = 0) -> str:
    """Return what a term is called: a list as (a, b), another blank node as [property value; …], a literal as it is."""
    if node.kind == "literal":
        return node.value
    if node.kind == "iri":
        return label(store, node.value, names)
    if depth == MAX_DEPTH:
        return "…"
    members = _members(store, node)
    if members is not None:
        return "(" + ", ".join(shown(store, member, names, depth + 1) for member in members) + ")"
    pairs = sorted(
        (label(store, quad.predicate.value, names), shown(store, to_node(quad.object), names, depth + 1))  # type: ignore[arg-type]
        for quad in match(store, node)
    )
    return "[" + "; ".join(" ".join(pair) for pair in pairs[:MAX_MEMBERS]) + "]"


def _members(store: Store, node: Node) -> list[Node] | None:
    """Return the members of an RDF list, at most MAX_MEMBERS, or None for what is no list."""
    members: list[Node] = []
    while node.kind == "bnode" and len(members) < MAX_MEMBERS:
        first = match(store, node, iri(RDF + "first"))
        if not first:
            return None
        members.append(to_node(first[0].object))  # type: ignore[arg-type]
        rest = match(store, node, iri(RDF + "rest"))
        if not rest:
            break
        node = to_node(rest[0].object)  # type: ignore[arg-type]
    return members
