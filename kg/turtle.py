"""Turtle in and out: strict reading with the place of each fault, and one canonical form for writing.

Reading is all or nothing. The grammar is checked by the parser of Oxigraph; what a parser accepts and we do not is
checked here: control characters, IRI schemes, invalid lexical forms, RDF 1.2 and deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import EnvironmentFault, InputError, SyntaxFault
from kg.lexical import XSD, is_valid
from kg.names import LOCAL_NAME
from kg.tokens import Scan, fault_at, scan_text

__all__ = ["canonical", "parse_term", "parse_turtle", "read", "read_bytes"]

SCHEMES = ("http", "https", "urn", "mailto")
ACTIVE_SCHEMES = ("javascript", "data", "vbscript")
"""Schemes that a browser would run; named first when a file has several schemes that are not allowed."""

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FIRST_VERBS = ("a", "rdfs:label", "skos:prefLabel")
WIDTH = 110
MAX_MESSAGE = 200

BARE = {
    "integer": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?\d*\.\d+"),
    "boolean": re.compile("true|false"),
}
"""Lexical forms that Turtle writes without quotes (https://www.w3.org/TR/turtle/#abbrev)."""

BARE_IRI = re.compile(r"https?://\S+\Z")
TERM_MARK = re.compile(r"""[<"']|[\w-]+:\S+\Z|[+-]?\d+(\.\d+)?\Z|(true|false)\Z""")
T = TypeVar("T")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


class Fault(NamedTuple):
    """Hold one fault; the smallest is the one reported."""

    rank: int
    offset: int
    message: str


def read(path: Path, name: str | None = None, blank: str = "b") -> list[Triple]:
    """Read a Turtle file; `name` stands for the path in messages, `blank` begins the labels of blank nodes.

    Raises EnvironmentFault if the file cannot be read, else as `parse_turtle`.
    """
    shown = name or str(path)
    return parse_turtle(read_bytes(path, shown), shown, blank)


def read_bytes(path: Path, name: str) -> bytes:
    """Read a file that messages call `name`; raises EnvironmentFault if that fails."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise EnvironmentFault(f"{name}: no such file") from None
    except OSError as error:
        raise EnvironmentFault(f"{name}: cannot be read ({error.strerror})") from None


def parse_turtle(data: bytes, name: str, blank: str = "b") -> list[Triple]:
    """Parse the bytes of a Turtle file called `name`, in document order.

    Blank nodes are labelled `blank` and 0, 1 and so on, so that reading twice gives the same triples.

    Raises SyntaxFault with line and column for anything that is not RDF 1.1 Turtle of ours
    (https://www.w3.org/TR/turtle/); never returns a part.
    """
    text = _decode(data, name)
    scan = scan_text(text, name)
    try:
        triples = [quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise _syntax_fault(error, text, name) from None
    if not triples:
        raise SyntaxFault("no triples", name)
    faults = sorted(set(_faults(triples, scan, text)))
    if faults:
        raise fault_at(faults[0].message, text, faults[0].offset, name)
    return _label_blank_nodes(triples, blank)


def parse_term(text: str, prefixes: Mapping[str, str]) -> NamedNode | Literal:
    """Read one term as Turtle writes it: <iri>, prefix:name, "text", "text"@en, "2010-01-01"^^xsd:date, 42, true.

    A bare http(s) IRI is an IRI, and anything else that has no mark of a term is a plain string.
    Raises InputError with the reason.
    """
    if BARE_IRI.match(text):
        text = f"<{text}>"
    elif not TERM_MARK.match(text):
        return Literal(text)
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    try:
        triples = parse_turtle(f"{head}<urn:s> <urn:p> {text} .".encode(), text)
    except SyntaxFault as error:
        raise InputError(f"{text}: {error.message}") from None
    term = triples[0].object
    if len(triples) != 1 or not isinstance(term, NamedNode | Literal):
        raise InputError(f"{text}: one IRI or literal is expected")
    return term


def canonical(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Write triples as Turtle in one deterministic form: the same triples always give the same bytes.

    Prefixes are sorted and only those used are declared; subjects, predicates and objects are sorted, the class and
    the label first. Raises InputError for a blank node, which has no name to sort by.
    """
    namespaces = sorted(((iri, prefix) for prefix, iri in prefixes.items()), key=lambda pair: -len(pair[0]))
    used: set[str] = set()

    def shown(term: NamedNode | BlankNode | Literal | Triple) -> str:
        if isinstance(term, NamedNode):
            for namespace, prefix in namespaces:
                if term.value.startswith(namespace) and LOCAL_NAME.match(term.value, len(namespace)):
                    used.add(prefix)
                    return f"{prefix}:{term.value[len(namespace) :]}"
            return str(term)
        if isinstance(term, Literal):
            if term.language is not None or term.datatype.value == XSD + "string":
                return str(term)
            bare = BARE.get(term.datatype.value.removeprefix(XSD))
            return (
                term.value if bare and bare.fullmatch(term.value) else f"{Literal(term.value)}^^{shown(term.datatype)}"
            )
        raise InputError(f"{term}: a blank node has no canonical place; give it an IRI")

    blocks: dict[str, dict[str, set[str]]] = {}
    subjects: dict[str, str] = {}
    for triple in set(triples):
        subject = shown(triple.subject)
        subjects[subject] = str(triple.subject)
        verb = "a" if triple.predicate.value == RDF_TYPE else shown(triple.predicate)
        blocks.setdefault(subject, {}).setdefault(verb, set()).add(shown(triple.object))
    body = [_block(subject, blocks[subject]) for subject in sorted(blocks, key=lambda key: subjects[key])]
    head = "".join(f"@prefix {prefix}: <{prefixes[prefix]}> .\n" for prefix in sorted(used))
    return "\n".join([head, *body]) if head else "\n".join(body)


def _block(subject: str, verbs: Mapping[str, set[str]]) -> str:
    """Write all statements of one subject."""

    def order(verb: str) -> tuple[int, str]:
        return (FIRST_VERBS.index(verb) if verb in FIRST_VERBS else len(FIRST_VERBS), verb)

    lines = []
    for verb in sorted(verbs, key=order):
        items = sorted(verbs[verb])
        line = f"{verb} {' , '.join(items)}"
        lines.append(line if len(line) <= WIDTH or len(items) == 1 else f"{verb}\n    " + " ,\n    ".join(items))
    gap = " " if "a" in verbs else "\n  "
    return f"{subject}{gap}" + " ;\n  ".join(lines) + " .\n"


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


def _syntax_fault(error: SyntaxError, text: str, name: str) -> SyntaxFault:
    """Say a syntax error of the parser in the words of the project, at the same place."""
    line, column = error.lineno or 1, error.offset or 1
    message = re.sub(r"^Parser error at line .*?: (?=\D)", "", error.msg)
    at = "".join(text.split("\n")[line - 1 : line])[column - 1 :]
    if message == ". is not a valid RDF object":
        message = "object expected"
    elif at.startswith("{") or re.match(r"GRAPH\b", at, re.IGNORECASE):
        message = "named graphs not allowed in Turtle"
    elif message.startswith("No scheme found"):
        message = "relative IRI without base"
    elif message.startswith("Invalid IRI"):
        message = f"invalid IRI ({message.removeprefix('Invalid IRI').strip()})"
    if len(message) > MAX_MESSAGE:
        message = f"{message[: MAX_MESSAGE // 2]} … {message[-MAX_MESSAGE // 2 :]}"
    return SyntaxFault(message, name, line, column)


def _faults(triples: Iterable[Triple], scan: Scan, text: str) -> Iterator[Fault]:
    """Yield what the parser accepts and we do not."""
    seen: set[str] = set()
    for triple in triples:
        for term in triple:
            if isinstance(term, NamedNode):
                seen.add(term.value)
            elif isinstance(term, Literal):
                seen.add(term.datatype.value)
                yield from _literal_faults(term, scan, text)
    for token in scan.iris:
        seen.add(token.value)
    for scheme in sorted({found[1] for iri in seen if (found := SCHEME.match(iri))}):
        if scheme.lower() not in SCHEMES:
            offset = next((token.offset for token in scan.iris if token.value.startswith(scheme + ":")), 0)
            yield Fault(0 if scheme.lower() in ACTIVE_SCHEMES else 1, offset, f'scheme "{scheme}" not allowed')


def _literal_faults(literal: Literal, scan: Scan, text: str) -> Iterator[Fault]:
    control = CONTROL.search(literal.value)
    if control:
        yield Fault(0, _place(literal, scan, text), f"control character U+{ord(control[0]):04X}")
    if literal.direction is not None:
        yield Fault(0, _place(literal, scan, text), "RDF 1.2 base direction not supported")
    if not is_valid(literal.value, literal.datatype.value):
        kind = literal.datatype.value.replace(XSD, "xsd:")
        yield Fault(0, _place(literal, scan, text), f'"{literal.value}" is not a valid {kind}')


def _place(literal: Literal, scan: Scan, text: str) -> int:
    """Return the offset of the first string that says what a literal says, one with its datatype if there is one."""
    same = scan.strings.get(literal.value, [])
    local = re.split("[#/]", literal.datatype.value)[-1]
    typed = re.compile(rf"\s*\^\^\s*\S*\b{re.escape(local)}\b")
    found = next((token for token in same if typed.match(text, token.end)), same[0] if same else None)
    return found.offset if found else 0


def _label_blank_nodes(triples: list[Triple], blank: str) -> list[Triple]:
    labels: dict[str, BlankNode] = {}

    def named(term: T) -> T | BlankNode:
        if isinstance(term, BlankNode):
            return labels.setdefault(term.value, BlankNode(f"{blank}{len(labels)}"))
        return term

    return [Triple(named(triple.subject), triple.predicate, named(triple.object)) for triple in triples]
