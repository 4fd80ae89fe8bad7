"""Split SPARQL text into its terminals (SPARQL 1.1 Query, section 19.8), in every way an engine could split it.

A parser that looks at the grammar first may read `1<a:b)…>` as a comparison where the longest match is an IRI. So a
check that must not be deceived walks the longest matches and, beside them, each such other reading (`readings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["OPERAND_WORDS", "Token", "Unreadable", "is_operand", "place", "readings", "scan"]


class Token(NamedTuple):
    """Hold one terminal: kind (iri, name, string, tag, variable, blank, number, word or mark), text and offset."""

    kind: str
    text: str
    start: int


class Unreadable(ValueError):  # noqa: N818 (it says what the text is)
    """Say at which offset the text is no terminal of SPARQL."""

    def __init__(self, start: int, reason: str) -> None:
        super().__init__(reason)
        self.start = start


BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
CHARS = BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040\\-"
PERCENT_OR_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
ESCAPE = rf"\\[tbnrf\\\"']|{CODEPOINT}"
# A prefix has an upper length here: without it, "a.a.a.…" would be read again from every letter.
PREFIX = rf"(?:[{BASE}](?:[{CHARS}.]{{0,62}}[{CHARS}])?)?"
LOCAL = (
    rf"(?:[{BASE}_0-9:]|{PERCENT_OR_ESCAPE})(?:(?:[{CHARS}.:]|{PERCENT_OR_ESCAPE})*(?:[{CHARS}:]|{PERCENT_OR_ESCAPE}))?"
)
IRI = rf'<(?>(?:[^<>"{{}}|^`\\\x00-\x20]|{CODEPOINT})*)>'

TERMINAL = re.compile(
    rf"""(?P<space>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<iri>{IRI})
    |(?P<string>'''(?>(?:'{{0,2}}(?:[^'\\]|{ESCAPE}))*)'''
        |\"\"\"(?>(?:\"{{0,2}}(?:[^\"\\]|{ESCAPE}))*)\"\"\"
        |'(?!'')(?>(?:[^'\\\r\n]|{ESCAPE})*)'
        |\"(?!\"\")(?>(?:[^\"\\\r\n]|{ESCAPE})*)\")
    |(?P<variable>[?$][{BASE}_0-9][{BASE}_0-9\u00b7\u0300-\u036f\u203f\u2040]*)
    |(?P<blank>_:[{BASE}_0-9](?:[{CHARS}.]*[{CHARS}])?)
    |(?P<name>{PREFIX}:(?:{LOCAL})?)
    |(?P<number>(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<mark>\^\^|&&|\|\||[!<>]=|[][{{}}().;,=!<>&|^*/+?-])
    """,
    re.VERBOSE,
)
OPERAND_KINDS = frozenset({"iri", "name", "string", "tag", "variable", "blank", "number"})
OPERAND_WORDS = frozenset({"a", "true", "false", "undef"})
# An IRI with an authority cannot be read as a comparison: no expression goes on with "http://".
WITH_AUTHORITY = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")


def place(text: str, start: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def is_operand(token: Token | None) -> bool:
    """Tell whether a token can end a term: a term itself, `a`, `true`, or a bracket that closes one."""
    if token is None:
        return False
    if token.kind == "word":
        return token.text.lower() in OPERAND_WORDS
    return token.kind in OPERAND_KINDS or token.text in (")", "]")


def scan(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the terminals from an offset on, by the longest match; raises Unreadable where there is none."""
    while start < len(text):
        match = TERMINAL.match(text, start)
        if not match:
            raise Unreadable(start, _reason(text, start))
        kind = match.lastgroup or ""
        if kind != "space":
            yield Token(kind, match.group(), start)
        start = match.end()


def readings(text: str, main: list[Token]) -> Iterator[list[Token]]:
    """Yield each run of terminals that another reading of `<` gives, until it meets a reading seen before or breaks.

    Each offset is read once, so the work grows with the length of the text only.
    """
    seen = {token.start for token in main}
    pending = [token.start + 1 for token in main if _is_doubtful(token)]
    while pending:
        run: list[Token] = []
        try:
            for token in scan(text, pending.pop()):
                run.append(token)
                if token.start in seen:
                    break
                seen.add(token.start)
                if _is_doubtful(token):
                    pending.append(token.start + 1)
        except Unreadable:
            pass
        yield run


def _is_doubtful(token: Token) -> bool:
    return token.kind == "iri" and not WITH_AUTHORITY.match(token.text)


def _reason(text: str, start: int) -> str:
    character = text[start]
    if text[start : start + 2].lower() == "\\u":
        return "a \\u escape is allowed only inside strings and IRIs"
    if character in "\"'":
        return "this string is not closed, or has an escape that SPARQL does not know"
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return f'unexpected character "{shown}"'
