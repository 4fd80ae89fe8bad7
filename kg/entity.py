"""All that is known of one IRI: what it is, what is stated of it and by which graph, what points to it, what it holds.

Everything with statements is an entity: things, concepts, terms of the ontology, graphs, rules and shapes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad

from kg import saved
from kg.errors import NotFound, UsageError
from kg.export import RDF_FORMATS, dump, serialize_triples
from kg.labels import DCTERMS, RDF, RDFS, SKOS, Link, label, link, shown, text
from kg.names import Names
from kg.rules import Rule, rules
from kg.settings import Settings
from kg.store import Node, Store, construct, in_memory, iri, match, to_node, to_term

__all__ = ["Contents", "Entity", "Group", "Value", "as_rdf", "describe", "incoming"]

DIGITS = re.compile(r"(\d+)")
# Properties that say what a thing is come first, its type and the bookkeeping of its description last.
FIRST = (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title", SKOS + "altLabel", SKOS + "definition")
LAST = (DCTERMS + "source", RDF + "type")


class Value(NamedTuple):
    """Hold one value: the term, what it is called, the graphs that state it, and the rule if it is only inferred."""

    node: Node
    label: str
    sources: tuple[Link, ...]
    rule: Rule | None = None


@dataclass(frozen=True)
class Group:
    """Hold the values of one property, or the things that point here with it; `count` may be more than is shown."""

    property: Link
    definition: str
    values: tuple[Value, ...]
    count: int


class Contents(NamedTuple):
    """Hold what a named graph is about: the number of its statements and of its subjects, and the first subjects."""

    statements: int
    subjects: int
    first: tuple[Link, ...]


class Entity(NamedTuple):
    """Hold all that is known of one IRI; `contents` only for a named graph."""

    iri: str
    label: str
    types: tuple[Link, ...]
    description: str
    groups: tuple[Group, ...]
    incoming: tuple[Group, ...]
    contents: Contents | None = None


_names = lru_cache(maxsize=8)(Names.load)


def describe(store: Store, subject: str, settings: Settings, limit: int = 20) -> Entity:
    """Describe an IRI, with at most `limit` things for each property that points to it.

    Raises NotFound if the store knows nothing of it, InputError if it is no IRI.
    """
    names = _names(settings)
    stated: dict[str, dict[Node, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in _named(match(store, iri(subject), any_graph=True)):
        stated[quad.predicate.value][_node(quad.object)].add(_graph(quad))
    pointing = [str(row["property"]) for row in saved.run(store, "entity-incoming-counts", entity=iri(subject))]
    contents = _contents(store, subject, names, limit) if _is_graph(store, subject) else None
    if not (stated or pointing or contents):
        raise NotFound(subject)
    groups = [
        _group(store, settings, property, values, {"subject": iri(subject)}) for property, values in stated.items()
    ]
    types = _types(stated[RDF + "type"], names)
    order = {property: place for type_ in reversed(types) for property, place in _order(store, type_).items()}
    groups.sort(key=lambda group: (_rank(group), *order.get(group.property.iri, (9999, "")), group.property.label))
    pointed = [incoming(store, subject, property, settings, limit=limit) for property in pointing]
    return Entity(
        iri=subject,
        label=label(store, subject, names),
        types=tuple(link(store, type_, names) for type_ in types),
        description=text(store, subject, (SKOS + "definition", DCTERMS + "description", RDFS + "comment"))
        or text(store, subject, (names.expand("sv:summary"), names.expand("sv:subjectMatter"), DCTERMS + "abstract")),
        groups=tuple(groups),
        incoming=tuple(sorted(pointed, key=lambda group: group.property.label)),
        contents=contents,
    )


def _types(values: dict[Node, set[str]], names: Names) -> list[str]:
    """Return the classes that are stated: the wider ones follow from them. Where none is stated, those that follow."""
    stated = [node for node, graphs in values.items() if graphs != {names.derived_graph}]
    return sorted(node.value for node in stated or values if node.kind == "iri")


def incoming(store: Store, subject: str, property: str, settings: Settings, offset: int = 0, limit: int = 100) -> Group:
    """Return the things that point to an IRI with one property, by label, from `offset` on; without any, count is 0."""
    pointing: dict[Node, set[str]] = defaultdict(set)
    for quad in _named(match(store, None, iri(property), iri(subject), any_graph=True)):
        pointing[_node(quad.subject)].add(_graph(quad))
    return _group(store, settings, property, pointing, {"object": iri(subject)}, offset, limit)


def as_rdf(store: Store, subject: str, settings: Settings, format: str = "turtle", limit: int = 1000) -> bytes:
    """Write what is known of an IRI in an RDF format of `kg.export`.

    That is its statements, blank nodes followed, and at most `limit` statements that point to it; for a named graph all
    that it holds. TriG and N-Quads name the graphs. Raises
    NotFound if the store knows nothing of it, UsageError for an unknown format.
    """
    if format not in RDF_FORMATS:
        raise UsageError(f'"{format}" is not an RDF format; formats: {", ".join(RDF_FORMATS)}')
    names = _names(settings)
    node = iri(subject)
    quads = match(store, graph=node) if _is_graph(store, subject) else []
    pending, seen = [node], {node}
    while pending:
        found = match(store, pending.pop(), any_graph=True)
        quads += found
        values = [_node(quad.object) for quad in found]
        fresh = [value for value in values if value.kind == "bnode" and value not in seen]
        seen.update(fresh)
        pending += fresh
    named = _named(quads) + sorted(_named(match(store, object=node, any_graph=True)), key=str)[:limit]
    if not named:
        raise NotFound(subject)
    if format in ("trig", "nquads"):
        return dump(in_memory(named), format, prefixes=names.prefixes)
    return serialize_triples([quad.triple for quad in named], format, names.prefixes)


def _group(
    store: Store,
    settings: Settings,
    property: str,
    values: dict[Node, set[str]],
    bound: dict[str, Node],
    offset: int = 0,
    limit: int | None = None,
) -> Group:
    """Make the group of one property; `bound` is the end that all its statements share, as a rule names it."""
    names = _names(settings)
    called = sorted((shown(store, node, names), node) for node in values)
    called.sort(key=lambda pair: _natural(pair[0]))
    kept = called[offset : None if limit is None else offset + limit]
    derived = {node for _, node in kept if values[node] == {names.derived_graph}}
    rules = _rules(store, settings, property, bound, derived) if derived else {}
    sources = {graph: link(store, graph, names) for graph in {graph for _, node in kept for graph in values[node]}}
    made = []
    for name, node in kept:
        stating = sorted((sources[graph] for graph in values[node]), key=lambda source: source.label)
        made.append(Value(node, name, tuple(stating), rules.get(node) if node in derived else None))
    made.sort(key=lambda value: value.rule is not None)
    definition = text(store, property, (SKOS + "definition", RDFS + "comment"))
    return Group(link(store, property, names), definition, tuple(made), len(values))


def _rules(
    store: Store, settings: Settings, property: str, bound: dict[str, Node], nodes: set[Node]
) -> dict[Node, Rule]:
    """Return the first rule, by name, that gives each statement of a property, by the end that is not bound."""
    able = [rule for rule in rules(settings) if property in rule.derives]
    if len(able) == 1:
        return dict.fromkeys(nodes, able[0])
    found: dict[Node, Rule] = {}
    for rule in able:
        for triple in construct(store, rule.text, bound, _names(settings).prefixes):
            if triple.predicate.value == property:
                found.setdefault(_node(triple.object if "subject" in bound else triple.subject), rule)
    return found


def _contents(store: Store, graph: str, names: Names, limit: int) -> Contents:
    rows = saved.run(store, "graph-subjects", graph=iri(graph))
    links = [link(store, str(row["subject"]), names) for row in rows if row["subject"] and row["subject"].kind == "iri"]
    links.sort(key=lambda item: _natural(item.label))
    return Contents(sum(int(str(row["count"])) for row in rows), len(links), tuple(links[:limit]))


@lru_cache(maxsize=256)
def _order(store: Store, type_: str) -> dict[str, tuple[int, str]]:
    """Return the place of each property of a class by the number of its shape: the shapes list what matters first."""
    order: dict[str, tuple[int, str]] = {}
    for row in saved.run(store, "class-shape-order", type=iri(type_)):
        shape = str(row["shape"])
        number = DIGITS.search(shape.rpartition("/")[2])
        place = (int(number[1]) if number else 9999, shape)
        order[str(row["property"])] = min(place, order.get(str(row["property"]), place))
    return order


def _rank(group: Group) -> int:
    if group.property.iri in FIRST:
        return FIRST.index(group.property.iri)
    if group.property.iri in LAST:
        return len(FIRST) + 2 + LAST.index(group.property.iri)
    inferred = all(value.rule for value in group.values)
    return len(FIRST) + inferred


def _is_graph(store: Store, name: str) -> bool:
    term = to_term(iri(name))
    return isinstance(term, NamedNode) and store.contains_named_graph(term)


def _named(quads: Iterable[Quad]) -> list[Quad]:
    """Keep what named graphs state; the default graph, which has no name, only repeats it."""
    return [quad for quad in quads if hasattr(quad.graph_name, "value")]


def _graph(quad: Quad) -> str:
    return str(getattr(quad.graph_name, "value", ""))


def _node(term: object) -> Node:
    # Triple terms of RDF 1.2 are refused when a file is read.
    return to_node(term)  # type: ignore[arg-type]


def _natural(text: str) -> list[tuple[int, int | str]]:
    """Sort "para. 9" before "para. 13"."""
    parts: Iterable[str] = DIGITS.split(text.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part]
