"""The queries of sh:sparql, made to run over all focus nodes at once instead of once for each of them.

SHACL binds $this before a query is run (section 5.3.1). Here the pattern that finds the focus nodes is put in front of
the pattern of the query, and of each group in it that only compares $this, which gives the same rows. A query for which
that would not be so raises Unreadable, and is left to pySHACL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kg.binding import declare
from kg.shapes_path import RDF, Unreadable
from kg.terminals import Token, scan
from kg.terminals import Unreadable as NoTerminal

__all__ = ["aimed"]

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
KNOWN = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
"""Prefixes that pySHACL knows in every query."""
REFUSED = {"MINUS", "SERVICE", "VALUES", "LIMIT", "OFFSET", "GRAPH", "FROM", "ASK", "CONSTRUCT", "DESCRIBE"}
AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}
BOUND_BY_OTHERS = {"shapesGraph", "currentShape", "failure"}


@dataclass
class _Group:
    """Hold one group of a pattern: the place of its first token, and what it does with $this."""

    place: int
    depth: int
    whole: bool
    """whether it is the pattern of the query itself"""
    free: bool
    """whether focus nodes may be put into it: not within EXISTS, which sees $this anyhow"""
    mentions: bool = False
    states: bool = False


def aimed(text: str, prefixes: Mapping[str, str], path: str, target: Callable[[bool], str]) -> str:
    """Return the query with the pattern of its focus nodes; `target` gives it, without repetition if told so.

    `path` takes the place of $PATH. Raises Unreadable for a query that must be run for one focus node at a time.
    """
    try:
        tokens = list(scan(text))
    except NoTerminal as error:
        raise Unreadable(f"a query that cannot be read ({error})") from None
    words = [token.text.upper() for token in tokens if token.kind == "word"]
    grouped = "GROUP" in words
    _refuse(tokens, words, grouped)
    edits = {}
    for place, token in enumerate(tokens):
        if token.kind == "variable" and token.text[1:] == "PATH":
            if not path:
                raise Unreadable("$PATH without a path")
            edits[place] = path
    for group in _groups(tokens):
        if group.whole or (group.free and group.mentions and not group.states):
            edits[group.place] = f" {target(grouped)} {edits.get(group.place, tokens[group.place].text)}"
    parts, end = [], 0
    for place in sorted(edits):
        token = tokens[place]
        parts += [text[end : token.start], edits[place]]
        end = token.start + len(token.text)
    return declare("".join([*parts, text[end:]]), {**KNOWN, **prefixes})


def _refuse(tokens: Sequence[Token], words: Sequence[str], grouped: bool) -> None:
    for word in words:
        if word in REFUSED:
            raise Unreadable(f"{word} in a query")
    if not grouped and AGGREGATES & set(words):
        raise Unreadable("an aggregate without GROUP BY")
    for before, token in zip([tokens[0], *tokens], tokens, strict=False):
        if token.kind == "variable" and token.text[1:] in BOUND_BY_OTHERS:
            raise Unreadable(f"{token.text} in a query")
        if token.text[1:] == "this" and before.text.upper() == "AS":
            raise Unreadable("$this is given a value")
    for place, token in enumerate(tokens):
        if token.text.upper() == "GROUP" and not _names_this(tokens[place + 2 :], {"HAVING", "ORDER", "}"}):
            raise Unreadable("GROUP BY without $this")
        if token.text.upper() == "SELECT" and not _names_this(tokens[place + 1 :], {"WHERE", "{"}):
            raise Unreadable("a SELECT without $this")


def _names_this(tokens: Sequence[Token], end: set[str]) -> bool:
    """Tell whether $this is named before one of some words."""
    for token in tokens:
        if token.text.upper() in end:
            return False
        if token.kind == "variable" and token.text[1:] == "this":
            return True
    return False


def _groups(tokens: Sequence[Token]) -> list[_Group]:
    """Return the groups of a query, each with what it does with $this."""
    found: list[_Group] = []
    stack: list[_Group] = []
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "{":
            exists = tokens[place - 1].text.upper() == "EXISTS"
            selects = tokens[place + 1].text.upper() == "SELECT"
            free = not exists and all(group.free or group.whole for group in stack)
            group = _Group(place + 1, depth, whole=not stack and not selects, free=free and not selects)
            if selects and not exists:
                group.free = False
                stack.append(_Group(place + 1, depth, whole=False, free=True))  # its own pattern is judged by itself
                continue
            stack.append(group)
            found.append(group)
        elif token.text == "}" and stack:
            stack.pop()
        elif token.kind == "variable" and token.text[1:] == "this" and stack:
            stack[-1].mentions = True
            stack[-1].states = stack[-1].states or depth == stack[-1].depth
    return found
