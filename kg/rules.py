"""The rules of ontology/rules as they are read: what each derives, what it reads, and how it is asked.

A rule is a CONSTRUCT query whose template is one triple with ?subject and ?object, so that it can be asked about one
statement by binding the two. Its head names what it rests on, one basic graph pattern a line:

    # derives: sv:awaitsAnswerFrom                       the properties of what it adds
    # because: ?subject sv:requestedFrom ?object         a fact that must be there
    # unless: ?subject sv:answeredBy ?reply              facts that must not be there together, always stated ones

A rule may deny only what no rule derives, so that the order of the rules does not change what follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from kg.errors import InputError
from kg.names import Names
from kg.queryfile import QueryFile, read_queries
from kg.settings import Settings
from kg.store import Node, Store, iri, match, to_node
from kg.terminals import Token, Unreadable, place, scan

__all__ = ["FOLDER", "Pattern", "Rule", "key_of", "reads", "rules"]

FOLDER = "rules"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SCHEMA = ("http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#")
Pattern = tuple[Node | str, Node | str, Node | str]
"""a triple pattern; a variable is its name"""


class Rule(NamedTuple):
    """Hold one rule; IRIs in full, `text` the query as it stands in the file."""

    name: str
    iri: str
    title: str
    description: str
    derives: tuple[str, ...]
    text: str
    template: str
    because: tuple[Pattern, ...]
    unless: tuple[tuple[Pattern, ...], ...]
    mentions: frozenset[str]
    """IRIs in the WHERE clause"""

    @property
    def new(self) -> str:
        """Return the query for what is not in the store yet."""
        return self._with("MINUS")

    @property
    def missing(self) -> str:
        """Return the query for what is not in the store yet, to be asked with bound variables."""
        return self._with("FILTER NOT EXISTS")

    def _with(self, negation: str) -> str:
        derived = " ".join(f"<{property}>" for property in self.derives)
        limits = f" VALUES ?predicate {{ {derived} }}" if "?predicate" in self.template else ""
        last = self.text.rindex("}")
        return f"{self.text[:last]} {negation} {{ {self.template}{limits} }}\n}}"


@lru_cache(maxsize=8)
def rules(settings: Settings) -> tuple[Rule, ...]:
    """Read the rules, by name.

    Raises InputError for a head without title, description or derives, for an unknown prefix in derives, and for a rule
    that denies what a rule derives.
    """
    names = Names.load(settings)
    found = tuple(_rule(file, names) for file in read_queries(settings.ontology / FOLDER))
    derived = {property for rule in found for property in rule.derives}
    for rule in found:
        for group in rule.unless:
            for pattern in group:
                if str(pattern[1]) in derived:
                    denied = names.shorten(str(pattern[1]))
                    raise InputError(f"ontology/{FOLDER}/{rule.name}.rq: denies {denied}, which a rule derives")
    return found


def reads(rule: Rule, store: Store) -> frozenset[str]:
    """Return the keys of the statements that a rule can depend on, as `key_of` gives them.

    What stands for a property or a class in a rule is given by an axiom of the ontology; an open property of the
    template is one of those that the rule derives.
    """
    found = set(rule.mentions)
    for pattern in rule.because:
        open_term = pattern[2] if pattern[1] == iri(RDF_TYPE) else pattern[1]
        if isinstance(open_term, str):
            found |= set(_values(rule, open_term, store))
    if "?predicate" in rule.template:
        found |= set(rule.derives)
    return frozenset(found)


def key_of(triple: Triple | Quad) -> str:
    """Return what tells apart the statements that rules read: the class of a type statement, else the property."""
    if triple.predicate.value == RDF_TYPE and isinstance(triple.object, NamedNode):
        return triple.object.value
    return triple.predicate.value


def _values(rule: Rule, variable: str, store: Store) -> Iterator[str]:
    """Return what a variable can be by the axioms of the ontology that the rule rests on."""
    for subject, predicate, object in rule.because:
        if isinstance(predicate, Node) and predicate.value.startswith(SCHEMA):
            for quad in match(store, None, predicate):
                if variable == subject:
                    yield str(to_node(quad.subject))  # type: ignore[arg-type]
                elif variable == object:
                    yield str(to_node(quad.object))  # type: ignore[arg-type]


def _rule(file: QueryFile, names: Names) -> Rule:
    try:
        tokens = list(scan(file.text))
    except Unreadable as error:
        line, column = place(file.text, error.start)
        raise InputError(f"ontology/{FOLDER}/{file.name}.rq:{line}:{column}: {error}") from None
    begin, end = (next((token.start for token in tokens if token.text == mark), 0) for mark in "{}")
    return Rule(
        name=file.name,
        iri=names.expand(f"rule:{file.name}"),
        title=file.one("title"),
        description=file.one("description"),
        derives=tuple(names.expand(term) for term in file.one("derives").split()),
        text=file.text,
        template=file.text[begin + 1 : end].strip(),
        because=tuple(pattern for line in file.head.get("because", ()) for pattern in _patterns(line, names)),
        unless=tuple(_patterns(line, names) for line in file.head.get("unless", ())),
        mentions=frozenset(
            _iri(token, names) for token in tokens if token.kind in ("iri", "name") and token.start > end
        ),
    )


def _patterns(line: str, names: Names) -> tuple[Pattern, ...]:
    """Read the triple patterns of a line of the head, with a full stop between two of them."""
    terms = [_term(token, names) for token in scan(line) if token.text != "."]
    return tuple((terms[place], terms[place + 1], terms[place + 2]) for place in range(0, len(terms), 3))


def _term(token: Token, names: Names) -> Node | str:
    if token.kind == "variable":
        return token.text[1:]
    return iri(RDF_TYPE if token.text == "a" else _iri(token, names))


def _iri(token: Token, names: Names) -> str:
    return token.text[1:-1] if token.kind == "iri" else names.expand(token.text)
