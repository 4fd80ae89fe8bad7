"""The run of compiled shapes on a store: each row of each question becomes one validation result."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from os import cpu_count

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.errors import QuerySyntaxError
from kg.shapes_compile import MARK, Program, Question
from kg.shapes_result import Result
from kg.shapes_text import frame
from kg.store import EmbeddedStore, Node, Store, evaluate, in_memory, select, to_term

__all__ = ["answers", "hierarchy", "results", "unsuited"]

PLACE = re.compile(r"\{[?$](\w+)\}")
Term = NamedNode | BlankNode | Literal
FEW = 200
"""Most focus nodes that a query is told; with more of them it looks at all and the rows are sifted."""


def hierarchy(store: Store) -> dict[str, list[str]]:
    """Return the classes below each class, at any distance, sorted."""
    below: dict[str, set[str]] = {}
    for row in select(store, frame("subclasses")):
        lower, upper = row["below"], row["above"]
        if lower and upper and lower.kind == upper.kind == "iri":
            below.setdefault(upper.value, set()).add(lower.value)
    found = {}
    for name in below:
        seen, pending = {name}, [name]
        while pending:
            new = below.get(pending.pop(), set()) - seen
            seen |= new
            pending += new
        found[name] = sorted(seen - {name})
    return found


def unsuited(store: Store, program: Program) -> dict[str, str]:
    """Return the shapes with targets that the engine of a store cannot judge, each with the reason."""
    found = dict(program.left)
    for (pattern, flags), roots in program.patterns.items():
        known = _matches(pattern, flags) if isinstance(store, EmbeddedStore) else _has_regex(store, pattern, flags)
        if not known:
            found |= dict.fromkeys(roots - found.keys(), f'the regular expression "{pattern}"')
    for question in program.questions:
        if question.component.endswith("SPARQLConstraintComponent") and question.root not in found:
            fault = _fault(question.text)
            if fault:
                found[question.root] = fault
    return found


def results(
    store: Store, program: Program, focus: Collection[str] | None = None, without: Collection[str] = ()
) -> list[Result]:
    """Return what breaks the shapes, but for those with the targets `without`; `focus` are the only nodes looked at.

    Raises StoreFault if the store cannot be read.
    """
    nodes = None if focus is None else {NamedNode(node) for node in focus}
    asked = [question for question in program.questions if question.root not in without]
    if nodes is not None and len(nodes) <= FEW:
        return [one for question in asked for one in answers(store, question, nodes)]
    with ThreadPoolExecutor(cpu_count() or 1) as pool:  # the engine works outside the lock of Python
        found = pool.map(lambda question: answers(store, question, nodes), asked)
        return [one for each in found for one in each]


def answers(store: Store, question: Question, focus: Collection[Term] | None = None) -> list[Result]:
    """Return what a question finds; `focus` are the only nodes looked at. Raises as `results`."""
    few = focus is not None and len(focus) <= FEW and not any(isinstance(node, BlankNode) for node in focus)
    only = f"VALUES {question.focus} {{ {' '.join(map(str, focus or ()))} }} " if few else ""
    rows = _rows(store, question.text.replace(MARK, only))
    return [_result(question, row) for row in rows if focus is None or few or _aim(question, row) in focus]


def _rows(store: Store, text: str) -> Iterator[dict[str, Node]]:
    """Yield each row of an answer once, without what is not bound."""
    for row in dict.fromkeys(tuple(row.items()) for row in select(store, text)):
        yield {name: node for name, node in row if node is not None}


def _aim(question: Question, row: Mapping[str, Node]) -> Term:
    return to_term(row.get(question.focus[1:], row["this"]))


def _result(question: Question, row: Mapping[str, Node]) -> Result:
    focus, value = row["this"], row.get("value")
    if value is None and question.value == "focus":
        value = focus
    said = dict(row) if value is None else {**row, "value": value}
    own, extra = question.messages, question.extra
    if extra or question.component.endswith("SPARQLConstraintComponent"):
        own, extra = (tuple(_completed(message, said) for message in messages) for messages in (own, extra))
    return Result(
        severity=question.severity,
        shape=question.shape,
        focus=focus,
        path=row["path"].value if "path" in row else question.path,
        value=value,
        message=min([*own, *extra], default=""),
        component=question.component,
    )


def _completed(message: str, row: Mapping[str, Node]) -> str:
    return PLACE.sub(lambda found: row[found[1]].value if found[1] in row else found[0], message)


@cache
def _matches(pattern: str, flags: str) -> bool:
    return _has_regex(in_memory(), pattern, flags)


def _has_regex(store: Store, pattern: str, flags: str) -> bool:
    text = frame("regex", pattern=str(Literal(pattern)), flags=str(Literal(flags)))
    return any(row["matches"] is not None for row in select(store, text))


@cache
def _fault(text: str) -> str:
    """Return what is wrong with the text of a query, "" if nothing is."""
    try:
        evaluate(in_memory(), text.replace(MARK, ""))
    except QuerySyntaxError as error:
        return f"a query that cannot be read ({error})"
    return ""
