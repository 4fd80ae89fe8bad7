"""The tokens of a Turtle text: where its IRIs and strings stand, and what must not reach a parser at all."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.errors import SyntaxFault

__all__ = ["CONTROL", "MAX_NESTING", "Scan", "Token", "comments", "fault_at", "scan_text"]

MAX_NESTING = 200
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
    |(?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    |(?P<string>\"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<name>(?<![\w.-])[\w.-]*+:(?:[\w:.·-]|%[0-9A-Fa-f]{2}|\\.)*)
    |(?P<star><<|>>|\{\||\|\}|~)
    |(?P<open>[\[(])
    |(?P<close>[\])])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Token(NamedTuple):
    """Hold one IRI or string of a text: the offset of its first character, its end and what it says."""

    offset: int
    end: int
    value: str


class Scan(NamedTuple):
    """Hold what the places of faults are found with: every IRI in order of the text, and every string by its value."""

    iris: list[Token]
    strings: dict[str, list[Token]]


def scan_text(text: str, name: str) -> Scan:
    """Walk through the tokens of a Turtle text; refuse what must not reach the parser: deep nesting and RDF 1.2."""
    scan, depth = Scan([], {}), 0
    for found in TOKEN.finditer(text):
        kind, offset = found.lastgroup, found.start()
        if kind == "iri":
            scan.iris.append(Token(offset, found.end(), _unescape(found[0][1:-1])))
        elif kind == "string":
            quotes = 3 if found[0][:3] in ('"""', "'''") else 1
            value = _unescape(found[0][quotes:-quotes])
            scan.strings.setdefault(value, []).append(Token(offset, found.end(), value))
        elif kind == "star":
            raise fault_at("RDF 1.2 triple terms not supported", text, offset, name)
        elif kind == "open":
            depth += 1
            if depth > MAX_NESTING:
                raise fault_at(f"nesting deeper than {MAX_NESTING}", text, offset, name)
        elif kind == "close":
            depth -= 1
    return scan


def _unescape(text: str) -> str:
    """Replace the escapes of Turtle strings and IRIs (https://www.w3.org/TR/turtle/#sec-escapes)."""

    def character(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) > 1 and int(code[1:], 16) <= 0x10FFFF:
            return chr(int(code[1:], 16))
        return ESCAPED.get(code, code)

    return ESCAPE.sub(character, text) if "\\" in text else text


def comments(text: str) -> list[tuple[int, str]]:
    """Return offset and text of each comment of a Turtle text."""
    return [(found.start(), found[0]) for found in TOKEN.finditer(text) if found.lastgroup == "comment"]


def fault_at(message: str, text: str, offset: int, name: str) -> SyntaxFault:
    """Make the fault of an offset in a text; line and column count from 1."""
    before = text[:offset]
    line = before.count("\n") + 1
    return SyntaxFault(message, name, line, offset - (before.rfind("\n") + 1) + 1)
