"""Derivation after a change: what rested on facts that went is withdrawn, and what still or newly follows is added.

The way is to delete and derive again (Gupta, Mumick and Subrahmanian, SIGMOD 1993): first every derived statement that
may rest on a changed fact goes, and what may rest on it in turn; then each comes back that a rule still gives, and the
rules are asked about the facts that came. The work grows with the change, not with the store.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kg.names import Names
from kg.rules import Pattern, Rule, add, key_of, reads, run
from kg.store import EmbeddedStore, Node, select, to_node

__all__ = ["rederive"]

Bound = frozenset[tuple[str, Node]]
Task = tuple[Rule, Bound]
"""a rule and values of its variables"""
TEMPLATE = ("subject", "predicate", "object")


def rederive(
    store: EmbeddedStore, rules: Sequence[Rule], names: Names, added: Collection[Triple], removed: Collection[Triple]
) -> None:
    """Make the derived graph what follows now that facts came into the named graphs of a store and others left them.

    The default graph has the facts as they are now, and what followed before; axioms on which rules rest are the same.
    """
    read = {rule: reads(rule, store) | rule.denied for rule in rules}
    derived = NamedNode(names.derived_graph)
    store.extend(Quad(*fact) for fact in removed)  # while it is asked what may rest on them
    doomed, open_again = _shaken(store, read, names, added, removed)
    came = set(added)
    _drop(store, [*doomed, *came], derived)
    lost = [triple for triple in (*removed, *doomed) if triple not in came]
    _drop(store, lost, DefaultGraph())
    facts = [*came, *_restored(store, rules, names, lost)]
    facts += _given(store, open_again, names)
    while facts:
        tasks = (task for fact in facts for rule in _readers(read, fact) for task in _tasks(rule, fact, rule.because))
        facts = _given(store, tasks, names)


def _shaken(
    store: EmbeddedStore,
    read: Mapping[Rule, frozenset[str]],
    names: Names,
    added: Collection[Triple],
    removed: Collection[Triple],
) -> tuple[dict[Triple, None], list[Task]]:
    """Return the derived statements that may rest on what changed, and what rules no longer deny."""
    doomed: dict[Triple, None] = {}
    open_again: dict[Task, None] = {}
    asked: set[tuple[Task, tuple[Pattern, ...]]] = set()
    pending = deque([*((fact, True) for fact in removed), *((fact, False) for fact in added)])
    while pending:
        fact, gone = pending.popleft()
        for rule in _readers(read, fact):
            shaken = [(task, rule.because) for task in _tasks(rule, fact, rule.because) if gone]
            for group in rule.unless:
                facts = (*rule.because, *group)
                denied = _tasks(rule, fact, group)
                if gone:
                    for task in denied:
                        open_again.update(dict.fromkeys(_subjects(store, task, facts, names)))
                else:
                    shaken += [(task, facts) for task in denied]
            for task, facts in shaken:
                if (task, facts) not in asked:
                    asked.add((task, facts))
                    text = rule.query("affected", names, facts)
                    fresh = [triple for triple in run(store, rule, text, names, dict(task[1])) if triple not in doomed]
                    doomed.update(dict.fromkeys(fresh))
                    pending.extend((triple, True) for triple in fresh)
    return doomed, list(open_again)


def _subjects(store: EmbeddedStore, task: Task, facts: Iterable[Pattern], names: Names) -> Iterator[Task]:
    """Return of which subjects a rule may now give something that it did not before."""
    rule, bound = task
    values = dict(bound)
    if "subject" in values:
        yield rule, frozenset({("subject", values["subject"])})
        return
    filled = [_filled(pattern, values) for pattern in facts]
    for row in select(store, rule.query("subjects", names, filled), None, names.prefixes):
        if row["subject"]:
            yield rule, frozenset({("subject", row["subject"])})


def _filled(pattern: Pattern, values: Mapping[str, Node]) -> Pattern:
    subject, predicate, object = (term if isinstance(term, Node) else values.get(term, term) for term in pattern)
    return subject, predicate, object


def _restored(
    store: EmbeddedStore, rules: Sequence[Rule], names: Names, triples: Iterable[Triple]
) -> Iterator[Triple]:
    """Add again those of the statements that a rule still gives, and return them."""
    for triple in triples:
        bound = {"subject": _node(triple.subject), "object": _node(triple.object)}
        able = (rule for rule in rules if triple.predicate.value in rule.derives)
        if any(triple in run(store, rule, rule.text, names, bound) for rule in able):
            add(store, names, [triple])
            yield triple


def _given(store: EmbeddedStore, tasks: Iterable[Task], names: Names) -> list[Triple]:
    """Add what rules give for the values of their variables, and return what is new."""
    found: list[Triple] = []
    for rule, bound in dict.fromkeys((rule, _bindable(rule, bound)) for rule, bound in tasks):
        triples = list(run(store, rule, rule.query("missing", names), names, dict(bound)))
        add(store, names, triples)
        found += triples
    return found


def _readers(read: Mapping[Rule, frozenset[str]], fact: Triple) -> Iterator[Rule]:
    key = key_of(fact)
    return (rule for rule, keys in read.items() if key in keys)


def _tasks(rule: Rule, fact: Triple, patterns: Iterable[Pattern]) -> Iterator[Task]:
    """Return what a fact gives to the variables of a rule, for each pattern that it matches."""
    terms = (_node(fact.subject), _node(fact.predicate), _node(fact.object))
    for pattern in patterns:
        bound: dict[str, Node] = {}
        for wanted, term in zip(pattern, terms, strict=True):
            if term != (bound.setdefault(wanted, term) if isinstance(wanted, str) else wanted):
                break
        else:
            if bound.get("subject", terms[0]).kind != "literal":
                yield rule, frozenset((name, node) for name, node in bound.items() if name in _joined(rule))


@cache
def _joined(rule: Rule) -> frozenset[str]:
    """Return the variables whose value matters for more than one pattern."""
    patterns = {*rule.because, *(pattern for group in rule.unless for pattern in group)}
    uses = Counter(term for pattern in patterns for term in set(pattern) if isinstance(term, str))
    return frozenset(name for name, number in uses.items() if number > 1 or name in TEMPLATE)


def _bindable(rule: Rule, bound: Bound) -> Bound:
    return frozenset((name, node) for name, node in bound if name in rule.bindable)


def _drop(store: EmbeddedStore, triples: Iterable[Triple], graph: NamedNode | BlankNode | DefaultGraph) -> None:
    for triple in triples:
        store.remove(Quad(triple.subject, triple.predicate, triple.object, graph))


def _node(term: object) -> Node:
    # Triple terms of RDF 1.2 are refused when a file is read.
    return to_node(term)  # type: ignore[arg-type]
