"""Reasoning by rules: what the files of ontology/rules add to a store, run until none adds anything.

What was stated is never derived again. Source of the rules: the axioms of the ontology (OWL 2 RL, tables 5 to 7), which
a test compares with, and what lawyers infer from the facts. A store holds either public or confidential data, and what
follows from it stays there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from kg import contents
from kg import store as database
from kg.contents import Change
from kg.names import Names
from kg.queryfile import read_query
from kg.rederive import rederive
from kg.rules import Rule, add, is_axiom, reads, rules, run
from kg.settings import Settings
from kg.store import EmbeddedStore, Node, Store, iri

__all__ = ["counts", "derive", "rule_of"]

COUNTS = Path(__file__).parent / "queries" / "store" / "derived.rq"
PART = 50_000
"""derived triples that a server gives at a time"""
MOST = 20_000
"""changed facts from which on it is faster to derive everything again"""


def derive(store: Store, settings: Settings, changed: Change | None = None) -> dict[str, int]:
    """Add what follows from the facts of a store, and count what the rules derived, by property.

    The rules read the default graph. What they add goes to the derived graph and to the default graph. `changed` tells
    the facts that came into the named graphs and those that left them since the same rules derived what the store has,
    so that only what rests on them is derived again. Raises InputError for a rule that is no query.
    """
    names = Names.load(settings)
    if changed and isinstance(store, EmbeddedStore):
        if _is_small(settings, *changed):
            rederive(store, rules(settings), names, *changed)
            return counts(store, settings)
        contents.replace(store, {names.derived_graph: ()})
    _derive(store, settings, names)
    return counts(store, settings)


def _derive(store: Store, settings: Settings, names: Names) -> None:
    """Describe the rules, and run each when those that it reads from have run, and when what it reads has grown."""
    add(store, names, [triple for rule in rules(settings) for triple in _description(rule, names)])
    known = {rule: reads(rule, store) for rule in rules(settings)}
    pending = set(known)
    while pending:
        rule = _next([rule for rule in known if rule in pending], known)
        pending.remove(rule)
        before = _sizes(store, names, rule.derives)
        _insert(store, rule, names)
        after = _sizes(store, names, rule.derives)
        grown = {key for property, key in after if after[property, key] > before[property, key]}
        pending |= {other for other in known if known[other] & grown}


def _is_small(settings: Settings, added: Collection[Triple], removed: Collection[Triple]) -> bool:
    """Tell whether a change is worth following; one of the axioms on which rules rest reaches everything."""
    axioms = {str(pattern[1]) for rule in rules(settings) for pattern in rule.because if is_axiom(pattern)}
    facts = (*added, *removed)
    return len(facts) < MOST and not any(fact.predicate.value in axioms for fact in facts)


def counts(store: Store, settings: Settings) -> dict[str, int]:
    """Count the derived statements by the short name of their property; the descriptions of rules are left out."""
    names = Names.load(settings)
    total: Counter[str] = Counter()
    for (property, _), size in _sizes(store, names).items():
        total[names.shorten(property)] += size
    return dict(total)


def rule_of(store: Store, settings: Settings, subject: Node, predicate: Node, object: Node) -> Rule | None:
    """Return the first rule, by name, that gives a statement from what is in the store; None if no rule does."""
    names = Names.load(settings)
    wanted = Triple(*(database.to_term(node) for node in (subject, predicate, object)))  # type: ignore[arg-type]
    for rule in rules(settings):
        bound = {"subject": subject, "object": object}
        if predicate.value in rule.derives and wanted in run(store, rule, rule.text, names, bound):
            return rule
    return None


def _insert(store: Store, rule: Rule, names: Names) -> None:
    """Add what a rule gives: within an embedded store; over the wire, part by part, where a server holds the facts."""
    if isinstance(store, EmbeddedStore):
        try:
            store.update(rule.query("insert", names), prefixes=names.prefixes)
        except SyntaxError:
            next(run(store, rule, rule.text, names), None)  # tells the place in the file of the rule
            raise
        return
    text = f"{rule.query('missing', names)} LIMIT {PART}"
    last: set[Triple] = set()
    # Virtuoso may give a computed text again that it has already: what comes a second time ends it.
    while not (part := set(run(store, rule, text, names))) <= last:
        add(store, names, list(part - last))
        last = part


def _sizes(store: Store, names: Names, properties: Iterable[str] = ()) -> Counter[tuple[str, str]]:
    """Count derived statements by property and by the key that tells apart what rules read (`kg.rules.key_of`)."""
    bound = {"graph": iri(names.derived_graph)}
    text = read_query(COUNTS).text
    found: Counter[tuple[str, str]] = Counter()
    for given in [bound | {"property": iri(property)} for property in properties] or [bound]:
        for row in database.select(store, text, given, names.prefixes):
            found[str(row["property"]), str(row["key"])] = int(str(row["count"]))
    return found


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
