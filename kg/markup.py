"""The tokens of JSON-LD and RDF/XML: where their strings stand, and what must not reach a parser at all."""

from __future__ import annotations

import json
import re
from xml.parsers import expat

from kg.errors import SyntaxFault
from kg.tokens import MAX_NESTING, Scan, Token, fault_at

__all__ = ["scan_json", "scan_xml"]

JSON_TOKEN = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"|[\[{]|[\]}]')
# The values of these are addresses, or names without a space; the parser leaves out what is neither, and says nothing.
NAMED = re.compile(r'"@(?:id|type|vocab|base)"\s*:\s*("(?:[^"\\]|\\.)*+")')
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
LIKE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")


def scan_json(text: str, name: str) -> Scan:
    """Walk through the tokens of a JSON text; raises SyntaxFault for deep nesting, invalid IRIs, no JSON."""
    scan, depth = Scan([], {}), 0
    for found in JSON_TOKEN.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_NESTING:
                raise fault_at(f"nesting deeper than {MAX_NESTING}", text, found.start(), name)
        elif mark in "]}":
            depth -= 1
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise SyntaxFault("no triples", name) from None
        raise SyntaxFault(error.msg, name, error.lineno, error.colno) from None
    for found in NAMED.finditer(text):
        bad = NOT_IN_IRI.search(json.loads(found[1]))
        if bad:
            raise fault_at(f"invalid IRI (code point {bad[0]!r})", text, found.start(1), name)
    for found in JSON_TOKEN.finditer(text):
        if found[0].startswith('"'):
            _add(scan, Token(found.start(), found.end(), json.loads(found[0])))
    return scan


def scan_xml(text: str, name: str) -> Scan:
    """Walk through the elements of an XML text.

    Raises SyntaxFault for deep nesting, for a document type, which may say how to build a text of any size or name a
    file to read, and for what is no XML.
    """
    scan, body, depth = Scan([], {}), text.encode(), 0
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    last = at = opened = 0

    def offset() -> int:
        nonlocal last, at
        index = parser.CurrentByteIndex
        if index > last:
            at += len(body[last:index].decode(errors="replace"))
            last = index
        return at

    def refuse(*_: object) -> None:
        raise fault_at("DTD not allowed", text, text.rfind("<!DOCTYPE", 0, offset()), name)

    def begin(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth, opened
        depth, opened = depth + 1, offset()
        if depth > MAX_NESTING:
            raise fault_at(f"nesting deeper than {MAX_NESTING}", text, opened, name)
        for value in attributes.values():
            _add(scan, Token(opened, opened, value))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def say(value: str) -> None:
        _add(scan, Token(opened, opened, value))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = say
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        if not text.strip():
            raise SyntaxFault("no triples", name) from None
        raise SyntaxFault(f"no XML: {expat.ErrorString(error.code)}", name, error.lineno, error.offset + 1) from None
    return scan


def _add(scan: Scan, token: Token) -> None:
    scan.strings.setdefault(token.value, []).append(token)
    if LIKE_IRI.match(token.value):
        scan.iris.append(token)
