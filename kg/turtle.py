"""Turtle in and out: strict reading with the place of each fault (`kg.parsing`), and one canonical form for writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from kg.errors import EnvironmentFault, InputError, SyntaxFault
from kg.lexical import XSD
from kg.names import LOCAL_NAME
from kg.parsing import parse_rdf

__all__ = ["canonical", "parse_term", "parse_turtle", "read", "read_bytes"]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FIRST_VERBS = ("a", "rdfs:label", "skos:prefLabel")
WIDTH = 110

BARE = {
    "integer": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?\d*\.\d+"),
    "boolean": re.compile("true|false"),
}
"""Lexical forms that Turtle writes without quotes (https://www.w3.org/TR/turtle/#abbrev)."""

BARE_IRI = re.compile(r"https?://\S+\Z")
TERM_MARK = re.compile(r"""[<"']|[\w-]+:\S+\Z|[+-]?\d+(\.\d+)?\Z|(true|false)\Z""")


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
    return [quad.triple for quad in parse_rdf(data, name, RdfFormat.TURTLE, blank)]


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
    names: dict[str, str] = {}

    def named(iri: str) -> str:
        for namespace, prefix in namespaces:
            if iri.startswith(namespace) and LOCAL_NAME.match(iri, len(namespace)):
                used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def shown(term: NamedNode | BlankNode | Literal | Triple) -> str:
        if isinstance(term, NamedNode):
            iri = term.value
            if iri not in names:
                names[iri] = named(iri)
            return names[iri]
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
