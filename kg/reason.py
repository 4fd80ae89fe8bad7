"""Reasoning by rules: each file of ontology/rules is a CONSTRUCT query whose triples go to the derived graph.

A rule has one triple as its template, with ?subject and ?object in it, so that the rule can be asked about one
statement by binding the two. What was stated is never derived again. Source of the rules: the property chains, inverse
and transitive properties of the ontology (OWL 2 RL, tables 5 and 6), which a test compares with.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import store as database
from kg.errors import InputError, QuerySyntaxError
from kg.names import Names
from kg.queryfile import read_queries
from kg.settings import Settings
from kg.store import Node, Store

__all__ = ["Rule", "derive", "rule_of", "rules"]

FOLDER = "rules"


class Rule(NamedTuple):
    """Hold one rule; IRIs in full, `text` the query as it stands in the file."""

    name: str
    iri: str
    title: str
    description: str
    derives: tuple[str, ...]
    text: str


@lru_cache(maxsize=8)
def rules(settings: Settings) -> tuple[Rule, ...]:
    """Read the rules, by name.

    Raises InputError for a head without title, description or derives, and for an unknown prefix in derives.
    """
    names = Names.load(settings)
    return tuple(
        Rule(
            name=file.name,
            iri=names.expand(f"rule:{file.name}"),
            title=file.one("title"),
            description=file.one("description"),
            derives=tuple(names.expand(term) for term in file.one("derives").split()),
            text=file.text,
        )
        for file in read_queries(settings.ontology / FOLDER)
    )


def derive(store: Store, settings: Settings) -> dict[str, int]:
    """Run all rules until none adds a triple, then describe the rules; return how many triples each rule added.

    The rules read the default graph. What they add goes to the derived graph and to the default graph. A triple that
    two rules give is counted for the first. Raises InputError for a rule that is no CONSTRUCT query or gives a
    property that its head does not name.
    """
    names = Names.load(settings)
    graph = NamedNode(names.derived_graph)
    counts = {rule.name: 0 for rule in rules(settings)}
    grown = True
    while grown:
        grown = False
        for rule in rules(settings):
            added = [triple for triple in set(_run(store, rule, names)) if Quad(*triple) not in store]
            _add(store, graph, added)
            counts[rule.name] += len(added)
            grown = grown or bool(added)
    _add(store, graph, [triple for rule in rules(settings) for triple in _description(rule, names)])
    return counts


def rule_of(store: Store, settings: Settings, subject: Node, predicate: Node, object: Node) -> Rule | None:
    """Return the first rule, by name, that gives a statement from what is in the store; None if no rule does."""
    names = Names.load(settings)
    wanted = Triple(*(database.to_term(node) for node in (subject, predicate, object)))  # type: ignore[arg-type]
    for rule in rules(settings):
        bound = {"subject": subject, "object": object}
        if predicate.value in rule.derives and wanted in _run(store, rule, names, bound):
            return rule
    return None


def _run(store: Store, rule: Rule, names: Names, bindings: database.Bindings | None = None) -> list[Triple]:
    """Run one rule, for one statement if its ends are bound."""
    place = f"ontology/{FOLDER}/{rule.name}.rq"
    try:
        triples = database.construct(store, rule.text, bindings, names.prefixes)
    except QuerySyntaxError as error:
        raise InputError(f"{place}:{error}") from None
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
    for triple in triples:
        if triple.predicate.value not in rule.derives:
            given = names.shorten(triple.predicate.value)
            raise InputError(f'{place}: gives {given}, which its line "# derives:" does not name')
    return triples


def _add(store: Store, graph: NamedNode, triples: list[Triple]) -> None:
    for name in (graph, DefaultGraph()):
        store.extend(Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)


def _description(rule: Rule, names: Names) -> list[Triple]:
    """Say of a rule what it is called, what it does and what it derives."""
    node = NamedNode(rule.iri)
    pairs: list[tuple[str, NamedNode | Literal]] = [
        ("rdf:type", NamedNode(names.expand("sv:Rule"))),
        ("rdfs:label", Literal(rule.title, language="en")),
        ("dcterms:description", Literal(rule.description, language="en")),
        *(("sv:derives", NamedNode(term)) for term in rule.derives),
    ]
    return [Triple(node, NamedNode(names.expand(name)), value) for name, value in pairs]
