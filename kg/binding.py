"""The text of a query as a server gets it: terms in place of bound variables, prefixes, dataset and a bound on rows.

The embedded engine takes all of these beside the text; the SPARQL 1.1 Protocol has no way to bind a variable, and
servers differ in what they do with a dataset that the protocol names. So they are written into the text here, terminal
by terminal (`kg.terminals`): text from outside is never formatted into a query.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pyoxigraph import Literal, NamedNode

from kg.errors import QueryRefused
from kg.guard import prologue, resolved
from kg.terminals import Token, scan

__all__ = ["NO_GRAPH", "bind", "bounded", "declare", "form_of", "separated", "set_dataset", "tell_blank"]

HARD_NAME = re.compile(r"[%\\]|:.*:")
"""prefixed names with escapes or a second colon, which Virtuoso cannot read"""
NO_GRAPH = "urn:x-servanda:no-graph"
"""a graph that no store has; it stands for every graph that is not there"""
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
Term = NamedNode | Literal


@dataclass
class _Level:
    """Hold one SELECT, or the whole of another query: positions of tokens, and what it projects."""

    start: int
    body: int = 0
    end: int = 0
    after: int = 0
    projected: set[str] = field(default_factory=set)
    star: bool = False
    parent: _Level | None = None

    def sees(self, name: str) -> bool:
        """Tell whether a variable is the one that is bound, and not another of the same name inside a sub-query."""
        return self.parent is None or ((self.star or name in self.projected) and self.parent.sees(name))

    def columns(self, names: Iterable[str]) -> list[str]:
        """Return which bound variables get a column of their own."""
        return [name for name in names if self.sees(name) and (name in self.projected or self.parent is None)]

    def column(self, name: str) -> str:
        """Return the variable of such a column; one of a sub-query must not be the one outside."""
        return f"?{name}_{self.start}" if self.parent else f"?{name}"


def form_of(text: str) -> str:
    """Return the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; "" for a text that has none of these."""
    return next((word for word in (token.text.upper() for token in scan(text)) if word in FORMS), "")


def declare(text: str, prefixes: Mapping[str, str]) -> str:
    """Put before a query the declarations of the prefixes that it uses and does not declare."""
    tokens = list(scan(text))
    declared = {after.text for token, after in pairwise(tokens) if token.text.upper() == "PREFIX"}
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    lines = [f"PREFIX {name}: <{prefixes[name]}>\n" for name in sorted(used) if name in prefixes]
    return "".join(line for line in lines if line.split()[1] not in declared) + text


def bind(text: str, terms: Mapping[str, Term]) -> str:
    """Put terms in the place of variables; a bound variable of the SELECT clause becomes a column with the term.

    Raises QueryRefused for a variable that the SELECT clause does not have or that the query itself gives a value, for
    such a query cannot be told that value.
    """
    if not terms:
        return text
    tokens = list(scan(text))
    levels = _levels(tokens)
    _check_projected(levels[0], tokens, terms)
    edits: dict[int, str] = {}
    for place, token in enumerate(tokens):
        if token.kind == "variable" and token.text[1:] in terms:
            level = next(level for level in reversed(levels) if level.start <= place < level.end)
            if level.sees(token.text[1:]):
                edits |= _replacement(tokens, place, level, str(terms[token.text[1:]]))
    for level in levels:
        if level.projected or level.star:
            columns = "".join(f" BIND({terms[name]} AS {level.column(name)})" for name in level.columns(terms))
            edits[level.after] = f"{columns} }}"
            if columns and tokens[level.body + 1].text.upper() == "SELECT":  # nothing may stand beside a sub-query
                edits[level.body], edits[level.after] = "{{", "}" + edits[level.after]
    return _rewritten(text, tokens, edits)


def set_dataset(text: str, default: Sequence[str], named: Collection[str]) -> str:
    """Write the dataset into a query in place of its own FROM, and NO_GRAPH for a GRAPH that is not in it.

    Named graphs are only listed where the query speaks of GRAPH.
    """
    tokens = list(scan(text))
    _, prefixes, base = prologue(text, tokens)
    edits: dict[int, str] = {}
    for place, token in enumerate(tokens):
        word, after = token.text.upper(), tokens[place + 1 : place + 3]
        if token.kind == "word" and word in ("FROM", "FROMNAMED"):
            width = 2 if word == "FROM" and after and after[0].text.upper() == "NAMED" else 1
            edits |= dict.fromkeys(range(place, place + width + 1), "")
        elif token.kind == "word" and word == "GRAPH" and _is_iri(after):
            graph = resolved(after[0], prefixes, base)
            edits[place + 1] = f"<{graph if graph in named else NO_GRAPH}>"
        elif token.kind == "name" and HARD_NAME.search(token.text):
            edits.setdefault(place, f"<{resolved(token, prefixes, base)}>")
    clauses = [f"FROM <{graph}>" for graph in default or [NO_GRAPH]]
    if any(token.kind == "word" and token.text.upper() == "GRAPH" for token in tokens):
        # A server may see more than the dataset where it is empty, or where a GRAPH is not in it.
        away = [NO_GRAPH] if not named or f"<{NO_GRAPH}>" in edits.values() else []
        clauses += [f"FROM NAMED <{graph}>" for graph in (*named, *away)]
    clause = "\n".join(["", *clauses, ""])
    before = _levels(tokens)[0].body
    if tokens[before].text != "{":  # DESCRIBE of something that is named, with no pattern
        words = (place for place, token in enumerate(tokens) if token.kind == "word" and place not in edits)
        before = next((place for place in words if tokens[place].text.upper() in MODIFIERS), len(tokens))
    elif tokens[before - 1].text.upper() == "WHERE":
        before -= 1
    if before == len(tokens):
        return _rewritten(text, tokens, edits) + clause
    edits[before] = clause + edits.get(before, tokens[before].text)
    return _rewritten(text, tokens, edits)


def tell_blank(text: str, genid: str) -> str:
    """Make isBlank, isIRI and isURI tell blank nodes by the IRIs that stand for them; `genid` begins these."""
    tokens = list(scan(text))
    edits: dict[int, str] = {}
    for place, token in enumerate(tokens[:-1]):
        word = token.text.upper() if token.kind == "word" else ""
        end = _closing(tokens, "()").get(place + 1) if word in ("ISBLANK", "ISIRI", "ISURI") else None
        if end is not None:
            inner = text[tokens[place + 1].start : tokens[end].start + 1]
            stands = f'STRSTARTS(STR{inner}, "{genid}")'
            edits[place] = f"({token.text}"
            edits[end] = f") || (isIRI{inner} && {stands}))" if word == "ISBLANK" else f") && !{stands})"
    return _rewritten(text, tokens, edits)


def bounded(text: str, rows: int) -> str:
    """Bound the rows of a SELECT query that has no bound of its own, so that no server computes what is refused."""
    tokens = list(scan(text))
    level = _levels(tokens)[0]
    rest = [token.text.upper() for token in tokens[level.after + 1 :]]
    if tokens[level.start].text.upper() != "SELECT" or "LIMIT" in rest:
        return text
    end = len(text) if "VALUES" not in rest else tokens[level.after + 1 + rest.index("VALUES")].start
    return f"{text[:end]}\nLIMIT {rows}\n{text[end:]}"


def separated(text: str) -> str:
    """Write out the separator of GROUP_CONCAT where a query leaves it out, for Virtuoso knows no default."""
    tokens = list(scan(text))
    edits: dict[int, str] = {}
    pending: list[bool] = []  # for each open bracket: whether it is a GROUP_CONCAT that still needs one
    for place, token in enumerate(tokens):
        if token.text == "(":
            pending.append(tokens[place - 1].text.upper() == "GROUP_CONCAT")
        elif token.text.upper() == "SEPARATOR" and pending:
            pending[-1] = False
        elif token.text == ")" and pending and pending.pop():
            edits[place] = '; SEPARATOR=" ")'
    return _rewritten(text, tokens, edits)


def _levels(tokens: Sequence[Token]) -> list[_Level]:
    """Find the query and its sub-queries, an outer one before those within it."""
    levels: list[_Level] = []
    open_braces: list[int] = []
    closing = _closing(tokens)
    for place, token in enumerate(tokens):
        if token.text == "{":
            open_braces.append(place)
        elif token.text == "}" and open_braces:
            open_braces.pop()
        elif token.kind == "word" and token.text.upper() in FORMS and (not levels or token.text.upper() == "SELECT"):
            end = closing.get(open_braces[-1], len(tokens)) if open_braces else len(tokens)
            parents = [level for level in levels if level.start < place < level.end]
            level = _Level(place, end=end, parent=parents[-1] if parents else None)
            _read_head(tokens, level, closing)
            levels.append(level)
    if not levels:
        raise QueryRefused("SELECT, ASK, CONSTRUCT or DESCRIBE expected", "form")
    return levels


def _read_head(tokens: Sequence[Token], level: _Level, closing: Mapping[int, int]) -> None:
    """Read what a query projects, and where its pattern stands."""
    place, depth = level.start + 1, 0
    select = tokens[level.start].text.upper() == "SELECT"
    if tokens[level.start].text.upper() == "CONSTRUCT" and tokens[place].text == "{":
        place = closing.get(place, place) + 1
    while place < level.end and tokens[place].text != "{":
        token = tokens[place]
        depth += (token.text == "(") - (token.text == ")")
        if select and token.kind == "variable" and (depth == 0 or tokens[place - 1].text.upper() == "AS"):
            level.projected.add(token.text[1:])
        level.star = level.star or (select and depth == 0 and token.text == "*")
        place += 1
    level.body = min(place, len(tokens) - 1)
    level.after = closing.get(place, len(tokens) - 1)


def _closing(tokens: Sequence[Token], marks: str = "{}") -> dict[int, int]:
    """Return for each opening mark the place of the one that closes it."""
    found: dict[int, int] = {}
    pending = []
    for place, token in enumerate(tokens):
        if token.text == marks[0]:
            pending.append(place)
        elif token.text == marks[1] and pending:
            found[pending.pop()] = place
    return found


def _check_projected(level: _Level, tokens: Sequence[Token], terms: Mapping[str, Term]) -> None:
    if tokens[level.start].text.upper() != "SELECT" or level.star:
        return
    for name in terms:
        if name not in level.projected:
            raise QueryRefused(f"?{name} is bound, so it must be in the SELECT clause", "binding")


def _replacement(tokens: Sequence[Token], place: int, level: _Level, term: str) -> dict[int, str]:
    """Return what takes the place of one occurrence of a bound variable, by the place of the token."""
    name, before = tokens[place].text[1:], tokens[place - 1].text.upper()
    if place > level.after:
        words = [token.text.upper() for token in tokens[level.after : place]]
        part = next((word for word in reversed(words) if word in MODIFIERS), "")
        if before == "AS" or part == "VALUES":
            raise QueryRefused(f"?{name} is bound, so the query must not give it a value", "binding")
        return {place: term if part == "HAVING" else level.column(name)}
    if tokens[level.start].text.upper() == "SELECT" and place < level.body:
        if before == "AS":
            raise QueryRefused(f"?{name} is bound, so the query must not give it a value", "binding")
        return {place: term if _depth(tokens, level.start, place) else level.column(name)}
    if before == "AS":  # BIND(… AS ?name): the value must be the one that is bound
        fresh = f"?{name}_{place}"
        return {place: fresh, place + 1: f") FILTER({fresh} = {term})"}
    if before == "VALUES" or _in_values_head(tokens, place):
        raise QueryRefused(f"?{name} is bound, so the query must not give it a value", "binding")
    if before == "(" and tokens[place - 2].text.upper() == "BOUND":
        return {place - 2: "", place: "true"}
    return {place: term}


def _in_values_head(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a variable stands between VALUES ( and ), which names the columns of a table."""
    while place > 0 and tokens[place].kind == "variable":
        place -= 1
    return tokens[place].text == "(" and tokens[place - 1].text.upper() == "VALUES"


def _depth(tokens: Sequence[Token], start: int, place: int) -> int:
    return sum((token.text == "(") - (token.text == ")") for token in tokens[start:place])


def _is_iri(after: Sequence[Token]) -> bool:
    return bool(after) and after[0].kind in ("iri", "name")


def _rewritten(text: str, tokens: Sequence[Token], edits: Mapping[int, str]) -> str:
    """Return the text with other text in the place of some tokens."""
    parts, end = [], 0
    for place in sorted(edits):
        token = tokens[place]
        parts += [text[end : token.start], edits[place]]
        end = token.start + len(token.text)
    return "".join([*parts, text[end:]])
