"""The known-term check: a class or property that no vocabulary of ours has is a spelling mistake, and SHACL says yes
to what it does not know.

Known are the terms that the ontology defines, its concepts, and the pinned lists in ontology/external.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from kg import load
from kg.corpus import value_of
from kg.findings import Finding
from kg.names import Names
from kg.settings import Settings

__all__ = ["Vocabulary", "judge", "judge_query", "vocabulary"]

CHECK = "check:known-term"
EXTERNAL = "ontology/external"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = RDF + "type"
MEMBER = re.compile(RDF + r"_[1-9]\d*")
HAS_PART = "http://purl.org/dc/terms/hasPart"
SELECT = "http://www.w3.org/ns/shacl#select"
DEFINING = {OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty", SKOS + "Concept", SKOS + "ConceptScheme"}
DESCRIBED = ("ontology/", "shapes/")
"""Files in which every term is looked at, not only properties, classes and datatypes."""

NO_CODE = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*')
PREFIXED = re.compile(r"(?<![\w:?$@.-])([A-Za-z][\w-]*):([A-Za-z_][\w-]*)")


@dataclass(frozen=True)
class Vocabulary:
    """Hold the terms that are known, by namespace."""

    own: dict[str, set[str]]
    """namespaces of this project: each IRI in them must be known, wherever it stands"""
    pinned: dict[str, set[str]]
    """outside vocabularies: their properties, classes and datatypes must be known"""
    _spaces: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    """namespaces of the IRIs that were asked about, which are few and come again and again"""

    def namespace_of(self, iri: str) -> str | None:
        """Return the longest known namespace in which an IRI lies."""
        if iri not in self._spaces:
            found = [space for space in (*self.own, *self.pinned) if iri.startswith(space) and iri != space]
            self._spaces[iri] = max(found, key=len, default=None)
        return self._spaces[iri]

    def knows(self, iri: str) -> bool:
        """Tell whether an IRI is a known term; rdf:_1, rdf:_2 and so on always are (RDF Schema, section 5.1.5)."""
        space = self.namespace_of(iri)
        terms = self.own.get(space) or self.pinned.get(space) or set() if space else set()
        return iri in terms or MEMBER.fullmatch(iri) is not None

    def nearest(self, iri: str) -> list[str]:
        """Return up to three known terms that look most like an IRI, the best first."""
        space = self.namespace_of(iri)
        spaces = [space] if space else [*self.own, *self.pinned]
        terms = {term for one in spaces for term in (*self.own.get(one, ()), *self.pinned.get(one, ()))}
        locals_: dict[str, list[str]] = {}
        for term in sorted(terms):
            locals_.setdefault(_local(term).lower(), []).append(term)
        close = difflib.get_close_matches(_local(iri).lower(), locals_, n=3, cutoff=0.7)
        return [term for name in close for term in locals_[name]][:3]


def vocabulary(settings: Settings, names: Names, ontology: Iterable[Quad]) -> Vocabulary:
    """Gather the known terms from the quads of the ontology and from the pinned lists.

    Raises EnvironmentFault if there is no pinned list, else as `kg.load.quads`.
    """
    own: dict[str, set[str]] = {names.expand("sv:"): set(), names.expand("scheme:"): set()}
    defining = DEFINING | {names.expand("sv:GradeScheme")}
    for quad in ontology:
        if quad.predicate.value == TYPE and value_of(quad.object) in defining and isinstance(quad.subject, NamedNode):
            for space, terms in own.items():
                if quad.subject.value.startswith(space):
                    terms.add(quad.subject.value)
    pinned: dict[str, set[str]] = {}
    for source in load.sources(settings, (EXTERNAL,)):
        for quad in load.quads(source):
            if quad.predicate.value == HAS_PART:
                pinned.setdefault(value_of(quad.subject), set()).add(value_of(quad.object))
    return Vocabulary(own, pinned)


def judge(known: Vocabulary, names: Names, file: str, quads: Iterable[Quad]) -> Iterator[Finding]:
    """Yield a finding for each unknown term in the quads of one file, once for each subject."""
    told: set[tuple[str, str]] = set()
    for quad in quads:
        for iri, use in _terms(known, quad, file.startswith(DESCRIBED)):
            if (value_of(quad.subject), iri) not in told and not known.knows(iri):
                told.add((value_of(quad.subject), iri))
                focus = names.shorten(quad.subject.value) if isinstance(quad.subject, NamedNode) else str(quad.subject)
                path = names.shorten(quad.predicate.value)
                yield _finding(known, names, file, iri, use, focus, path)
        if quad.predicate.value == SELECT and isinstance(quad.object, Literal):
            yield from judge_query(known, names, file, quad.object.value)


def judge_query(known: Vocabulary, names: Names, file: str, text: str) -> Iterator[Finding]:
    """Yield a finding for each unknown term in the text of a query, which would silently match nothing."""
    for prefix, local in sorted(set(PREFIXED.findall(NO_CODE.sub(" ", text)))):
        iri = names.prefixes.get(prefix, "") + local
        if known.namespace_of(iri) and not known.knows(iri):
            yield _finding(known, names, file, iri, "term", "", "")


def _terms(known: Vocabulary, quad: Quad, everywhere: bool) -> Iterator[tuple[str, str]]:
    """Yield the IRIs of a quad that must be known terms, each with what it is used as."""
    yield quad.predicate.value, "property"
    item = quad.object
    if isinstance(item, Literal):
        yield item.datatype.value, "datatype"
    elif isinstance(item, NamedNode) and quad.predicate.value == TYPE:
        yield item.value, "class"
    for term in (quad.subject, item):
        if isinstance(term, NamedNode):
            space = known.namespace_of(term.value)
            if space in known.own or (everywhere and space is not None):
                yield term.value, "term"


def _finding(known: Vocabulary, names: Names, file: str, iri: str, use: str, focus: str, path: str) -> Finding:
    shown = names.shorten(iri)
    near = [names.shorten(term) for term in known.nearest(iri)]
    guess = f"did you mean {' or '.join(near)}?" if near else "look it up in ontology/ or ontology/external/."
    if known.namespace_of(iri):
        message = f"{shown} is not a known {use}: {guess}"
    else:
        message = f"{shown} belongs to no vocabulary that this project uses, so it is not a known {use}: {guess}"
    return Finding(file, "violation", CHECK, focus, path, shown, message)


def _local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]
