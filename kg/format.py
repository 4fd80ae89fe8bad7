"""Rewrite data files in the canonical form, so that a difference between two versions is a difference in meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import InputError
from kg.tokens import comments
from kg.turtle import canonical, parse_turtle, read

__all__ = ["formatted", "in_form", "rewrite"]

HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")


def formatted(path: Path, prefixes: Mapping[str, str], name: str | None = None) -> str:
    """Return the canonical form of a Turtle file; comments before the first statement stay.

    Raises InputError for a file with blank nodes or with comments elsewhere, which would be lost; else as
    `kg.turtle.read`.
    """
    shown = name or str(path)
    triples = read(path, shown)
    text = path.read_text(encoding="utf-8-sig")
    head = HEAD.match(text)
    end = head.end() if head else 0
    for offset, comment in comments(text):
        if offset >= end:
            line = text.count("\n", 0, offset) + 1
            raise InputError(f"{shown}:{line}: the comment {comment!r} would be lost; move it to the head of the file")
    try:
        body = canonical(triples, prefixes)
    except InputError as error:
        raise InputError(f"{shown}: {error}") from None
    lines = [comment.rstrip() for _, comment in comments(text)]
    result = "".join(f"{line}\n" for line in lines) + body
    assert set(parse_turtle(result.encode(), shown)) == set(triples), "the canonical form says the same"
    return result


def in_form(text: str, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bool:
    """Tell whether a text with these triples is in the canonical form for sure; if not, `rewrite` knows."""
    head = takewhile(lambda line: line.startswith("#"), text.splitlines(keepends=True))
    return text == "".join(f"{line.rstrip()}\n" for line in head) + canonical(triples, prefixes)


def rewrite(path: Path, prefixes: Mapping[str, str], check: bool = False, name: str | None = None) -> bool:
    """Bring a Turtle file into the canonical form and tell whether it was in another; `check` leaves it as it is.

    Raises as `formatted`.
    """
    result = formatted(path, prefixes, name).encode()
    if result == path.read_bytes():
        return False
    if not check:
        new = path.with_name(path.name + ".new")
        new.write_bytes(result)
        new.replace(path)
    return True
