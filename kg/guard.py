"""Look at query text from outside before any engine sees it, and refuse what must never run.

The engine follows SERVICE wherever it points and has no switch against it; deep or long text overflows its stack or
keeps its optimiser busy. So the text is split into terminals here and judged before it is sent to a worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

from kg.errors import QueryRefused, QuerySyntaxError
from kg.settings import Limits
from kg.terminals import Token, Unreadable, is_operand, place, readings, scan

__all__ = [
    "MAX_OPERATORS",
    "MAX_PATTERNS",
    "Query",
    "check",
    "check_prefixes",
    "check_size",
    "prologue",
    "readable",
    "resolved",
]

MAX_PATTERNS = 100
"""triple patterns and path steps of one query: the optimiser needs 15 s for 800"""
MAX_OPERATORS = 1000
"""operators of one query: about 4,000 in a row overflow the stack of the engine"""
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset({"INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
OPERATORS = frozenset({"+", "-", "*", "&&", "||", "!", "=", "!=", "<", ">", "<=", ">=", "^"})
COMPARISONS = frozenset({"&&", "||", "!", "=", "!=", "<", ">", "<=", ">=", "/"})
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
ESCAPED_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
DELIMITERS = {"iri": frozenset('<>"{}|^`\\') | frozenset(map(chr, range(0x21))), "string": frozenset("\"'\\\n\r")}
LOCAL_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Query:
    """Hold a query that passed: text, form (SELECT, ASK, CONSTRUCT, DESCRIBE) and the dataset that FROM names.

    `default_graphs` and `named_graphs` are None where the query has no FROM at all.
    """

    text: str
    form: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


def check(text: str | bytes, limits: Limits, prefixes: Mapping[str, str]) -> Query:
    """Judge the text of one query and say what it is.

    Raises QueryRefused with the rule (encoding, empty, length, nesting, size, service, escape, load, update) and
    QuerySyntaxError, both with line and column where there are any. What it lets pass may still be wrong SPARQL.
    """
    text, tokens = readable(text, "query", limits.query_bytes, limits.depth)
    form, declared, base = prologue(text, tokens)
    known = {**prefixes, **declared}
    check_prefixes(text, tokens, known)
    check_size(tokens)
    default, named = _dataset(text, tokens, form, known, base)
    return Query(text, form, default, named)


def readable(text: str | bytes, noun: str, longest: int, depth: int) -> tuple[str, list[Token]]:
    """Return a text from outside with its terminals, if nothing in it must never be run; `noun` says what it is.

    Raises QueryRefused (encoding, length, empty, nesting, service, escape) and QuerySyntaxError.
    """
    text = _decode(text, noun)
    size = len(text.encode())
    if size > longest:
        raise QueryRefused(f"the {noun} is {size} bytes long; at most {longest} are allowed", "length")
    tokens = []
    try:
        for token in scan(text):
            tokens.append(token)
    except Unreadable as error:
        _check_service(text, tokens)
        raise QuerySyntaxError(str(error), *place(text, error.start)) from None
    if not tokens:
        raise QueryRefused(f"{noun} is empty", "empty")
    _check_nesting(text, tokens, depth)
    _check_service(text, tokens)
    for run in readings(text, tokens):
        _check_service(text, run)
    _check_escapes(text, tokens)
    return text, tokens


def _decode(text: str | bytes, noun: str) -> str:
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        decoded.encode("utf-8")  # a str may hold lone surrogates
    except UnicodeDecodeError as error:
        raise QueryRefused(f"the {noun} is not UTF-8 at byte {error.start}", "encoding") from None
    except UnicodeEncodeError as error:
        raise QueryRefused(f"the {noun} is not UTF-8 at character {error.start}", "encoding") from None
    return decoded


def _check_nesting(text: str, tokens: list[Token], depth: int) -> None:
    level = 0
    for token in tokens:
        if token.text in OPENING:
            level += 1
            if level > depth:
                raise QueryRefused(f"nesting deeper than {depth}", "nesting", *place(text, token.start))
        elif token.text in CLOSING:
            level -= 1


def _check_service(text: str, tokens: list[Token]) -> None:
    """Refuse SERVICE also where the engine finds it without a space: `SERVICE:x {`, `trueSERVICE<…>`.

    `service:x` is a legal prefixed name; only before `{` can it be the word and the name of an endpoint. After an
    operator no group can begin, so `<service>` read as a comparison (a run with nothing before it) does not count.
    """
    previous: Token | None = None
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        found = token.kind == "word" and "service" in token.text.lower()
        found = found and previous is not None and previous.text not in COMPARISONS
        if token.kind == "name" and "service" in token.text.partition(":")[0].lower():
            found = bool(after and after.text == "{") and not (previous and previous.text.upper() == "GRAPH")
        if found:
            message = "SERVICE is disabled: this endpoint asks no other endpoint"
            raise QueryRefused(message, "service", *place(text, token.start))
        previous = token


def _check_escapes(text: str, tokens: list[Token]) -> None:
    """Refuse \\u escapes of delimiters: an engine that resolves them first would see other terminals."""
    for token in tokens:
        if token.kind in DELIMITERS:
            for match in ESCAPED_CODEPOINT.finditer(token.text):
                code = int(match[1] or match[2], 16)
                if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or chr(code) in DELIMITERS[token.kind]:
                    message = f"{match[0]} must not stand for a delimiter; write the character or its short escape"
                    raise QueryRefused(message, "escape", *place(text, token.start + match.start()))


def prologue(text: str, tokens: list[Token]) -> tuple[str, dict[str, str], str]:
    """Return the form of the query, the prefixes that it declares and its base IRI."""
    declared: dict[str, str] = {}
    base, rest = "", iter(tokens)
    for token in rest:
        word = token.text.upper()
        if word == "BASE":
            base = resolved(next(rest, None), {}, base) or base
        elif word == "PREFIX":
            name, value = next(rest, None), next(rest, None)
            if name and name.kind == "name":
                declared[name.text[:-1]] = resolved(value, {}, base) or ""
        elif word == "LOAD":
            raise QueryRefused("LOAD is disabled: nothing is fetched from elsewhere", "load", *place(text, token.start))
        elif word in UPDATES:
            raise QueryRefused("a query is expected, not an update", "update", *place(text, token.start))
        elif word in FORMS:
            return word, declared, base
        else:
            message = f'SELECT, ASK, CONSTRUCT or DESCRIBE expected, not "{token.text[:40]}"'
            raise QuerySyntaxError(message, *place(text, token.start))
    raise QuerySyntaxError("SELECT, ASK, CONSTRUCT or DESCRIBE expected", *place(text, len(text)))


def check_prefixes(text: str, tokens: list[Token], known: Mapping[str, str]) -> None:
    """Name a prefix that nobody declared; the engine would only say that something is wrong somewhere after it."""
    for token in tokens:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and prefix not in known:
            raise QuerySyntaxError(f'the prefix "{prefix}:" is not declared', *place(text, token.start))


def check_size(tokens: list[Token]) -> None:
    """Refuse what would keep the optimiser busy or overflow the stack of the engine."""
    patterns = sum(1 for token in tokens if token.text in ("/", "|")) + sum(_pattern_ends(tokens))
    if patterns > MAX_PATTERNS:
        raise QueryRefused(f"more than {MAX_PATTERNS} triple patterns and path steps", "size")
    if sum(1 for token in tokens if token.text in OPERATORS) > MAX_OPERATORS:
        raise QueryRefused(f"more than {MAX_OPERATORS} operators", "size")


def _pattern_ends(tokens: list[Token]) -> Iterator[int]:
    """Yield 1 where a triple pattern can end, and 2 for each member of a collection (its first and rest).

    The count errs on the high side by what looks alike, such as `GRAPH ?g {`; rows of VALUES are not patterns.
    """
    brackets: list[str] = []
    values = call = False  # inside VALUES; the last bracket closed a call such as FILTER(…)
    for previous, token in pairwise(tokens):
        if token.text.upper() == "VALUES":
            values = True
        ends = token.text in (".", ";", ",", "{", "}", "]") or (token.kind == "word" and not is_operand(token))
        if not values and is_operand(previous) and brackets:
            if brackets[-1] in ("{", "[") and ends and not (previous.text == ")" and call):
                yield 1
            elif brackets[-1] == "(" and is_operand(token):
                yield 2
        if token.text in OPENING:
            brackets.append("call" if token.text == "(" and previous.kind == "word" else token.text)
        elif token.text in CLOSING and brackets:
            call = brackets.pop() == "call"
            values = values and token.text != "}"


def _dataset(
    text: str, tokens: list[Token], form: str, prefixes: Mapping[str, str], base: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return what FROM and FROM NAMED say; the engine is told the dataset and would not look at them itself."""
    default: list[str] = []
    named: list[str] = []
    level, found = 0, False
    for position, token in enumerate(tokens):
        level += (token.text in OPENING) - (token.text in CLOSING)
        word = token.text.upper()
        if level == 0 and token.kind == "name" and form != "DESCRIBE" and word.startswith(("FROM:", "FROMNAMED:")):
            raise QuerySyntaxError("a space is expected after FROM", *place(text, token.start))
        if level or token.kind != "word" or word not in ("FROM", "FROMNAMED"):
            continue
        found = True
        following = [*tokens[position + 1 : position + 3], None, None]
        is_named = word == "FROMNAMED" or bool(following[0] and following[0].text.upper() == "NAMED")
        iri = resolved(following[1 if is_named and word == "FROM" else 0], prefixes, base)
        if iri:
            (named if is_named else default).append(iri)
    return (tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named))) if found else (None, None)


def resolved(token: Token | None, prefixes: Mapping[str, str], base: str) -> str | None:
    """Return the IRI of a token, resolved; None where it is none, which the engine will complain about."""
    if token and token.kind == "iri":
        text = ESCAPED_CODEPOINT.sub(lambda match: chr(int(match[1] or match[2], 16)), token.text[1:-1])
        return urljoin(base, text) if base else text
    if token and token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + LOCAL_ESCAPE.sub(r"\1", local) if prefix in prefixes else None
    return None
