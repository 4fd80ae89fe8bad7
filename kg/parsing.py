"""RDF 1.1 in, from each of its syntaxes: strict, all or nothing, with the place of each fault.

The grammar is checked by the parsers of Oxigraph; what they accept and we do not is checked here: control characters,
IRI schemes, invalid lexical forms, RDF 1.2, deep nesting, document types and contexts that would have to be fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import InputError, SyntaxFault
from kg.lexical import XSD, is_valid
from kg.markup import scan_json, scan_xml
from kg.tokens import CONTROL, Scan, fault_at, scan_text

__all__ = ["SUFFIXES", "format_of", "judge", "parse_rdf", "term_faults"]

SUFFIXES = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
"""The syntaxes that are read, by the end of the name of a file."""

SCHEMES = ("http", "https", "urn", "mailto")
ACTIVE_SCHEMES = ("javascript", "data", "vbscript")
"""Schemes that a browser would run; named first when a file has several schemes that are not allowed."""

MAX_MESSAGE = 200
DEFAULT = DefaultGraph()
NO_OBJECT = re.compile(r"[].,;})] is not a valid RDF object|The object of a triple must be")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


class Fault(NamedTuple):
    """Hold one fault; the smallest is the one reported."""

    rank: int
    offset: int
    message: str


def format_of(name: str) -> RdfFormat:
    """Return the syntax that the name of a file tells, `.gz` at its end left out; raises InputError if it tells none.

    >>> format_of("a/b.nq.gz")
    <RdfFormat N-Quads>
    """
    plain = name.removesuffix(".gz")
    for suffix, format in SUFFIXES.items():
        if plain.endswith(suffix):
            return format
    raise InputError(f"{name}: the name tells no syntax; it must end in {', '.join(SUFFIXES)}, or one of them and .gz")


def parse_rdf(
    data: bytes, name: str, format: RdfFormat, blank: str = "b", graph: NamedNode | DefaultGraph = DEFAULT
) -> list[Quad]:
    """Parse the bytes of a file called `name`, in document order.

    Blank nodes are labelled `blank` and 0, 1 and so on, so that reading twice gives the same statements. Statements
    that the file puts into no graph come into `graph`.

    Raises SyntaxFault with line and column for anything that is not RDF 1.1 of ours; never returns a part.
    """
    quads = judge(data, name, format)
    if not quads:
        raise SyntaxFault("no triples", name)
    return _placed(quads, graph, blank)


def judge(data: bytes, name: str, format: RdfFormat) -> list[Quad]:
    """Parse bytes as `parse_rdf` does, and leave blank nodes and graphs as they are; there may be no statement."""
    text = _decode(data, name)
    scan = _scan(text, name, format)
    try:
        quads = list(parse(text.encode(), format))
    except SyntaxError as error:
        raise _syntax_fault(error, text, name, format, scan) from None
    faults = sorted(set(_faults(quads, scan, text)))
    if faults:
        raise fault_at(faults[0].message, text, faults[0].offset, name)
    return quads


def _decode(data: bytes, name: str) -> str:
    """Decode UTF-8 without byte order mark; refuse UTF-16, other encodings and control characters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        raise SyntaxFault("not UTF-8 (looks like UTF-16)", name, 1, 1)
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        raise fault_at(f"not UTF-8 at byte {error.start + len(data) - len(body)}", before, len(before), name) from None
    control = CONTROL.search(text)
    if control:
        raise fault_at(f"control character U+{ord(control[0]):04X}", text, control.start(), name)
    return text


def _scan(text: str, name: str, format: RdfFormat) -> Scan:
    if format == RdfFormat.JSON_LD:
        return scan_json(text, name)
    return scan_xml(text, name) if format == RdfFormat.RDF_XML else scan_text(text, name)


def _syntax_fault(error: SyntaxError, text: str, name: str, format: RdfFormat, scan: Scan) -> SyntaxFault:
    """Say a syntax error of the parser in the words of the project, at the same place."""
    message = re.sub(r"^Parser error (?:at line|between line|at) .*?: (?=\D)", "", error.msg)
    if "LoadDocumentCallback" in message:
        return fault_at("remote contexts are disabled", text, _context(text), name)
    line, column = error.lineno or 0, error.offset or 0
    if not line and format == RdfFormat.RDF_XML:  # this parser tells no place, but may tell the value
        value = re.search(r"'([^']*)'", message)
        same = scan.strings.get(value[1]) if value else None
        place = fault_at("", text, same[0].offset if same else 0, name)
        line, column = place.line, place.column
    at = "".join(text.split("\n")[line - 1 : line])[max(column - 1, 0) :]
    if NO_OBJECT.match(message):
        message = "object expected"
    elif format == RdfFormat.TURTLE and (at.startswith("{") or re.match(r"GRAPH\b", at, re.IGNORECASE)):
        message = "named graphs not allowed in Turtle"
    elif "No scheme found" in message:
        message = "relative IRI without base"
    elif "Invalid IRI" in message:
        message = f"invalid IRI ({message.partition('Invalid IRI')[2].strip()})"
    if len(message) > MAX_MESSAGE:
        message = f"{message[: MAX_MESSAGE // 2]} … {message[-MAX_MESSAGE // 2 :]}"
    return SyntaxFault(message, name, line or 1, column or 1)


def _context(text: str) -> int:
    """Return the offset of the first context of a JSON-LD text that is an address."""
    found = re.search(r'"@(?:context|import)"\s*:[\s\[]*("(?:[^"\\]|\\.)*")', text)
    return found.start(1) if found else max(text.find('"@context"'), 0)


def _faults(quads: Iterable[Quad], scan: Scan, text: str) -> Iterator[Fault]:
    """Yield what the parser accepts and we do not."""
    seen: set[str] = set()
    for quad in quads:
        for term in quad:
            if isinstance(term, NamedNode):
                seen.add(term.value)
            elif isinstance(term, Literal):
                seen.add(term.datatype.value)
                for message in term_faults(term):
                    yield Fault(0, _place(term, scan, text), message)
        if isinstance(quad.graph_name, BlankNode):
            yield Fault(0, max(text.find(str(quad.graph_name)), 0), "a named graph must have an IRI")
    for token in scan.iris:
        seen.add(token.value)
    for scheme in sorted({found[1] for iri in seen if (found := SCHEME.match(iri))}):
        if scheme.lower() not in SCHEMES:
            offset = next((token.offset for token in scan.iris if token.value.startswith(scheme + ":")), 0)
            yield Fault(0 if scheme.lower() in ACTIVE_SCHEMES else 1, offset, f'scheme "{scheme}" not allowed')


def term_faults(term: object) -> Iterator[str]:
    """Yield what is wrong with the form of one term although the parsers of Oxigraph accept it."""
    if isinstance(term, NamedNode):
        scheme = SCHEME.match(term.value)
        if scheme and scheme[1].lower() not in SCHEMES:
            yield f'scheme "{scheme[1]}" not allowed'
    elif isinstance(term, Literal):
        control = CONTROL.search(term.value)
        if control:
            yield f"control character U+{ord(control[0]):04X}"
        if term.direction is not None:
            yield "RDF 1.2 base direction not supported"
        if not is_valid(term.value, term.datatype.value):
            yield f'"{term.value}" is not a valid {term.datatype.value.replace(XSD, "xsd:")}'
    elif isinstance(term, Triple):
        yield "RDF 1.2 triple terms not supported"


def _place(literal: Literal, scan: Scan, text: str) -> int:
    """Return the offset of the first string that says what a literal says, one with its datatype if there is one."""
    same = scan.strings.get(literal.value, [])
    local = re.split("[#/]", literal.datatype.value)[-1]
    typed = re.compile(rf"\s*\^\^\s*\S*\b{re.escape(local)}\b")
    found = next((token for token in same if typed.match(text, token.end)), same[0] if same else None)
    return found.offset if found else 0


def _placed(quads: list[Quad], graph: NamedNode | DefaultGraph, blank: str) -> list[Quad]:
    """Put statements without a graph into one, and label blank nodes by their order."""
    labels: dict[str, BlankNode] = {}
    placed = []
    for quad in quads:
        subject, predicate, item, name = quad
        if isinstance(subject, BlankNode):
            subject = labels.setdefault(subject.value, BlankNode(f"{blank}{len(labels)}"))
        if isinstance(item, BlankNode):
            item = labels.setdefault(item.value, BlankNode(f"{blank}{len(labels)}"))
        placed.append(Quad(subject, predicate, item, graph if isinstance(name, DefaultGraph) else name))
    return placed
