"""Reasoning by rules: what the files of ontology/rules add to a store, run until none adds anything.

What was stated is never derived again. Source of the rules: the axioms of the ontology (OWL 2 RL, tables 5 to 7), which
a test compares with, and what lawyers infer from the facts. A store holds either public or confidential data, and what
follows from it stays there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, Triple

from kg import store as database
from kg.errors import InputError, QuerySyntaxError
from kg.names import Names
from kg.queryfile import read_query
from kg.rules import FOLDER, Rule, key_of, reads, rules
from kg.settings import Settings
from kg.store import Node, Store

__all__ = ["derive", "rule_of", "run"]

COUNTS = Path(__file__).parent / "queries" / "store" / "derived.rq"
PART = 50_000
"""derived triples that are held in memory at a time"""


def derive(store: Store, settings: Settings) -> dict[str, int]:
    """Describe the rules, run them until none adds a triple, and count what they derived, by property.

    The rules read the default graph. What they add goes to the derived graph and to the default graph. A rule runs when
    those that it reads from have run, and again when what it reads has grown. Raises InputError for a rule that is no
    CONSTRUCT query or gives a property that its head does not name.
    """
    names = Names.load(settings)
    add(store, names, [triple for rule in rules(settings) for triple in _description(rule, names)])
    known = {rule: reads(rule, store) for rule in rules(settings)}
    pending = set(known)
    while pending:
        rule = _next([rule for rule in known if rule in pending], known)
        pending.remove(rule)
        grown: set[str] = set()
        found = run(store, rule, rule.new, names)
        while part := list(islice(found, PART)):
            add(store, names, part)
            grown.update(map(key_of, part))
        pending |= {other for other in known if known[other] & grown}
    return counts(store, names)


def counts(store: Store, names: Names) -> dict[str, int]:
    """Count the derived statements by the short name of their property; the descriptions of rules are left out."""
    rows = database.select(store, read_query(COUNTS).text, {"graph": database.iri(names.derived_graph)}, names.prefixes)
    return {names.shorten(str(row["property"])): int(str(row["count"])) for row in rows}


def rule_of(store: Store, settings: Settings, subject: Node, predicate: Node, object: Node) -> Rule | None:
    """Return the first rule, by name, that gives a statement from what is in the store; None if no rule does."""
    names = Names.load(settings)
    wanted = Triple(*(database.to_term(node) for node in (subject, predicate, object)))  # type: ignore[arg-type]
    for rule in rules(settings):
        bound = {"subject": subject, "object": object}
        if predicate.value in rule.derives and wanted in run(store, rule, rule.text, names, bound):
            return rule
    return None


def run(
    store: Store, rule: Rule, text: str, names: Names, bindings: database.Bindings | None = None
) -> Iterator[Triple]:
    """Ask one of the queries of a rule, for one statement if its ends are bound; raises as `derive`."""
    place = f"ontology/{FOLDER}/{rule.name}.rq"
    try:
        found = database.evaluate(store, text, bindings, names.prefixes)
        if isinstance(found, QuerySolutions | QueryBoolean):
            raise InputError(f"{place}: a CONSTRUCT query is expected")
        for triple in found:
            if triple.predicate.value not in rule.derives:
                given = names.shorten(triple.predicate.value)
                raise InputError(f'{place}: gives {given}, which its line "# derives:" does not name')
            yield triple
    except QuerySyntaxError as error:
        raise InputError(f"{place}:{error}") from None


def add(store: Store, names: Names, triples: list[Triple]) -> None:
    """Put derived triples into the derived graph and the default graph."""
    for name in (NamedNode(names.derived_graph), DefaultGraph()):
        store.extend(Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)


def _next(pending: list[Rule], known: dict[Rule, frozenset[str]]) -> Rule:
    """Return the first rule that reads nothing which another one may still derive, the first of all in a circle."""
    for rule in pending:
        if not any(known[rule].intersection(other.derives) for other in pending if other != rule):
            return rule
    return pending[0]


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
