"""Why a statement holds: the graph that states it, or the rule that adds it with the facts that the rule used.

A rule file names its premises in its head, one triple pattern a line: `# because: ?subject sv:hasViolationFinding ?f`.
They are instantiated by the rule's own WHERE clause with the two ends of the statement bound, so an explanation shows
what the engine matched and nothing else. Premises that are inferred themselves are explained in turn.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Triple

from kg import reason
from kg import store as database
from kg.errors import NotFound
from kg.labels import Link, link
from kg.names import Names
from kg.queryfile import read_query
from kg.rules import FOLDER, Rule
from kg.settings import Settings
from kg.store import Node, Store, iri, match, to_node, to_term

__all__ = ["Explanation", "as_text", "explain"]

TEMPLATE = re.compile(r"(?<=\{)[^{}]*(?=\})")
DEEPEST = 8


class Explanation(NamedTuple):
    """Hold one statement with what it rests on: graphs and passages if it is stated, else rule and premises."""

    subject: Node
    predicate: Node
    object: Node
    graphs: tuple[Link, ...]
    passages: tuple[Link, ...]
    rule: Rule | None
    premises: tuple[Explanation, ...]


def explain(
    store: Store, settings: Settings, subject: Node, predicate: Node, object: Node, depth: int = 0
) -> Explanation:
    """Explain one statement; raises NotFound if it is neither stated nor derived.

    A circle of rules ends where a statement would explain itself, at the latest after eight steps.
    """
    names = Names.load(settings)
    quads = match(store, subject, predicate, object, any_graph=True)
    graphs = sorted({quad.graph_name.value for quad in quads if not isinstance(quad.graph_name, DefaultGraph)})
    if not graphs:
        raise NotFound(" ".join(_shown(node, names) for node in (subject, predicate, object)), "statement")
    stating = tuple(link(store, graph, names) for graph in graphs if graph != names.derived_graph)
    rule = None if stating else reason.rule_of(store, settings, subject, predicate, object)
    premises: list[Explanation] = []
    if rule and depth < DEEPEST:
        statement = Triple(*(to_term(node) for node in (subject, predicate, object)))  # type: ignore[arg-type]
        for triple in _premises(store, settings, rule, statement):
            ends = [to_node(term) for term in (triple.subject, triple.predicate, triple.object)]  # type: ignore[arg-type]
            premises.append(explain(store, settings, ends[0], ends[1], ends[2], depth + 1))
    passages = [quad.object for quad in match(store, subject, iri(names.expand("sv:inPassage")))] if stating else []
    places = tuple(link(store, passage.value, names) for passage in passages if isinstance(passage, NamedNode))
    return Explanation(subject, predicate, object, stating, places, rule, tuple(premises))


def as_text(found: Explanation, names: Names, indent: str = "") -> str:
    """Write an explanation as indented lines, the statement first."""
    lines = [indent + " ".join(_shown(node, names) for node in (found.subject, found.predicate, found.object))]
    for graph in found.graphs:
        places = "; ".join(place.label for place in found.passages)
        file = graph.iri.removeprefix(names.graph_iri(""))
        lines.append(f"{indent}  stated in {file}{f' ({places})' if places else ''}")
    if found.rule:
        lines.append(f"{indent}  inferred by {names.shorten(found.rule.iri)}: {found.rule.title}")
    if found.premises:
        lines.append(f"{indent}  because")
    text = "\n".join(lines) + "\n"
    return text + "".join(as_text(premise, names, indent + "    ") for premise in found.premises)


def _premises(store: Store, settings: Settings, rule: Rule, statement: Triple) -> list[Triple]:
    """Return the facts that a rule used for one statement, in the order in which its head names them."""
    names = Names.load(settings)
    head = read_query(settings.ontology / FOLDER / f"{rule.name}.rq").head.get("because", [])
    bound = {"subject": to_node(statement.subject), "object": to_node(statement.object)}  # type: ignore[arg-type]
    found: dict[Triple, None] = {}
    for pattern in head:
        text = TEMPLATE.sub(lambda _, pattern=pattern: f" {pattern} ", rule.text[_body(rule.text) :], count=1)  # type: ignore[misc]
        triples = sorted(database.construct(store, text, bound, names.prefixes), key=str)
        found.update(dict.fromkeys(triple for triple in triples if triple != statement))
    return list(found)


def _body(text: str) -> int:
    """Return where the query begins below the comments of its head."""
    position = 0
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            break
        position += len(line)
    return position


def _shown(node: Node, names: Names) -> str:
    return names.shorten(node.value) if node.kind == "iri" else f'"{node.value}"'
