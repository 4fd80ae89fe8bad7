"""Where a query or an update stops being SPARQL.

The parser of the engine reports how far it looked, not where the query is wrong: it looks up to a keyword's length
ahead, and at the end of the text every query looks alike. So the longest beginning that may still become a query is
searched for; what follows it is the fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.errors import QuerySyntaxError
from kg.store import query_error
from kg.terminals import Unreadable, place, scan

__all__ = ["explain"]

# Longer than any keyword, so that looking ahead for one never reaches the end of the text; then what is no terminal,
# so that a beginning that is a query by itself is not run.
PADDING = " " * 64
STOP = "\x01"
PHRASE = re.compile(r"(?:one of |, |^)([A-Z][A-Za-z]*(?: [A-Za-z]+)+)(?=,|$)")
ONLY_MARK = re.compile(r'"([^"\\\w]+)"\Z')


def explain(read: Callable[[str], object], text: str, noun: str, error: SyntaxError) -> QuerySyntaxError:
    """Turn the error of the parser into one that names the first terminal that is wrong, with its line and column.

    `read` gives a text to the parser; `noun` says what the text should have been.
    """
    reported = query_error(error)
    if not reported.line:  # right by its grammar, wrong as a whole
        return reported
    try:
        tokens = list(scan(text))
    except Unreadable:
        return reported
    low, high = 0, len(tokens)
    while low < high:  # the first `low` terminals can begin a query, the first `high` + 1 cannot
        middle = (low + high + 1) // 2
        end = tokens[middle - 1].start + len(tokens[middle - 1].text)
        if _expected_after(read, text[:end]) is None:
            high = middle - 1
        else:
            low = middle
    phrase = PHRASE.search(reported.message.removeprefix("expected "))
    if phrase:
        message = phrase[1]
    elif low == len(tokens):
        return QuerySyntaxError(f"the {noun} ends too early", *place(text, len(text.rstrip())))
    else:
        message = f'"{_short(tokens[low].text)}" is not expected here'
        before = tokens[low - 1].start + len(tokens[low - 1].text) if low else 0
        mark = ONLY_MARK.match(_expected_after(read, text[:before]) or "")
        if mark:
            message += f', but "{mark[1]}"'
    return QuerySyntaxError(message, *place(text, tokens[min(low, len(tokens) - 1)].start))


def _expected_after(read: Callable[[str], object], beginning: str) -> str | None:
    """Return what the parser expects after a beginning, None if the beginning cannot become a query."""
    try:
        read(f"{beginning}\n{PADDING}{STOP}")
    except SyntaxError as error:
        fault = query_error(error)
        at_end = fault.line == beginning.count("\n") + 2 and fault.column > len(PADDING)
        return fault.message.removeprefix("expected ") if at_end else None
    return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
