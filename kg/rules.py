"""The rules of ontology/rules as they are read: what each derives, what it reads, and how it is asked.

A rule is a CONSTRUCT query whose template is one triple with ?subject and ?object, so that it can be asked about one
statement by binding the two. Its head names what it rests on, one basic graph pattern a line:

    # derives: sv:awaitsAnswerFrom                       the properties of what it adds
    # because: ?subject sv:requestedFrom ?object         a fact that must be there
    # also: ?subject a sv:InformationRequest             one that must be there and explains nothing
    # unless: ?subject sv:answeredBy ?reply              facts that must not be there together, always stated ones

A rule may deny only what no rule derives, so that the order of the rules does not change what follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, Triple

from kg.errors import InputError, QuerySyntaxError
from kg.names import Names
from kg.queryfile import QueryFile, read_queries
from kg.settings import Settings
from kg.store import Bindings, Node, Store, evaluate, iri, match, to_node, to_term
from kg.terminals import Token, Unreadable, place, scan

__all__ = ["FOLDER", "Pattern", "Rule", "add", "is_axiom", "key_of", "reads", "rules", "run"]

FOLDER = "rules"
QUERIES = Path(__file__).parent / "queries" / FOLDER
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
    pattern: str
    """what stands within WHERE { }"""
    because: tuple[Pattern, ...]
    """every fact that must be there"""
    unless: tuple[tuple[Pattern, ...], ...]
    mentions: frozenset[str]
    """IRIs in the WHERE clause"""
    bindable: frozenset[str]
    """variables of its facts that the query does not give a value itself"""

    @property
    def denied(self) -> frozenset[str]:
        """Return the keys of the facts that must not be there, and more where a property is open."""
        predicates = {pattern[1] for group in self.unless for pattern in group}
        named = {term.value for term in predicates if isinstance(term, Node)}
        return frozenset(named) if len(named) == len(predicates) else self.mentions | named

    def query(self, name: str, names: Names, facts: Iterable[Pattern] = ()) -> str:
        """Return a query of kg/queries/rules about this rule: with these facts, else with its own WHERE clause."""
        derived = " ".join(f"<{property}>" for property in self.derives)
        pattern = " ".join(f"{' '.join(map(_written, fact))} ." for fact in facts) or self.pattern
        limits = f"VALUES ?predicate {{ {derived} }}" if "?predicate" in self.template else ""
        return _text(name).substitute(
            template=self.template, pattern=pattern, limits=limits, graph=names.derived_graph
        )


@lru_cache(maxsize=8)
def rules(settings: Settings) -> tuple[Rule, ...]:
    """Read the rules, by name.

    Raises InputError for a head without title, description or derives, for an unknown prefix, for a rule that is no
    CONSTRUCT query or gives a property that its head does not name, and for one that denies what a rule derives.
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
    """Return the keys of the facts that a rule rests on, as `key_of` gives them.

    What stands for a property or a class is given by an axiom of the ontology, else it is one that the query names.
    """
    found: set[str] = set()
    for _, predicate, object in rule.because:
        term = object if predicate == iri(RDF_TYPE) else predicate
        if isinstance(term, Node):
            found.add(term.value)
        else:
            found |= set(_values(rule, term, store)) or rule.mentions
    return frozenset(found)


def key_of(triple: Triple | Quad) -> str:
    """Return what tells apart the statements that rules read: the class of a type statement, else the property."""
    if triple.predicate.value == RDF_TYPE and isinstance(triple.object, NamedNode):
        return triple.object.value
    return triple.predicate.value


def is_axiom(pattern: Pattern) -> bool:
    """Tell whether a fact is one that the ontology states of its terms."""
    return isinstance(pattern[1], Node) and pattern[1].value.startswith(SCHEMA)


def run(
    store: Store, rule: Rule, text: str, names: Names, bindings: Bindings | None = None
) -> Iterator[Triple]:
    """Ask a query about a rule; raises InputError with the place of the rule if it is no query."""
    try:
        found = evaluate(store, text, bindings, names.prefixes)
    except QuerySyntaxError as error:
        raise InputError(f"ontology/{FOLDER}/{rule.name}.rq:{error}") from None
    assert not isinstance(found, QuerySolutions | QueryBoolean), "a rule constructs triples"
    yield from (triple for triple in found if triple.predicate.value in rule.derives)


def add(store: Store, names: Names, triples: Collection[Triple]) -> None:
    """Put derived triples into the derived graph and the default graph."""
    for name in (NamedNode(names.derived_graph), DefaultGraph()):
        store.extend(Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)


def _values(rule: Rule, variable: str, store: Store) -> Iterator[str]:
    """Return what a variable can be by the axioms of the ontology that the rule rests on."""
    for subject, predicate, object in filter(is_axiom, rule.because):
        if isinstance(predicate, Node):
            for quad in match(store, None, predicate):
                if variable == subject:
                    yield str(to_node(quad.subject))  # type: ignore[arg-type]
                elif variable == object:
                    yield str(to_node(quad.object))  # type: ignore[arg-type]


def _rule(file: QueryFile, names: Names) -> Rule:
    path = f"ontology/{FOLDER}/{file.name}.rq"
    try:
        tokens = list(scan(file.text))
    except Unreadable as error:
        line, column = place(file.text, error.start)
        raise InputError(f"{path}:{line}:{column}: {error}") from None
    braces = [token.start for token in tokens if token.text in "{}"]
    if [token.text for token in tokens[:1]] != ["CONSTRUCT"] or len(braces) < 4:
        raise InputError(f"{path}: a CONSTRUCT query is expected")
    facts = [*file.head.get("because", ()), *file.head.get("also", ())]
    template = file.text[braces[0] + 1 : braces[1]].strip()
    rule = Rule(
        name=file.name,
        iri=names.expand(f"rule:{file.name}"),
        title=file.one("title"),
        description=file.one("description"),
        derives=tuple(names.expand(term) for term in file.one("derives").split()),
        text=file.text,
        template=template,
        pattern=file.text[braces[2] + 1 : braces[-1]],
        because=tuple(pattern for line in facts for pattern in _patterns(line, names)),
        unless=tuple(_patterns(line, names) for line in file.head.get("unless", ())),
        mentions=frozenset(
            _iri(token, names) for token in tokens if token.kind in ("iri", "name") and token.start > braces[1]
        ),
        bindable=frozenset(token.text[1:] for token in tokens if token.kind == "variable") - _given(tokens),
    )
    ((_, given, _),) = _patterns(template, names)
    if isinstance(given, Node) and given.value not in rule.derives:
        raise InputError(f'{path}: gives {names.shorten(given.value)}, which its line "# derives:" does not name')
    return rule


def _given(tokens: list[Token]) -> set[str]:
    """Return the variables to which a query gives values itself: by AS, and by VALUES."""
    found, in_head = set(), False
    for before, token in pairwise(tokens):
        in_head = before.text.upper() == "VALUES" or (in_head and token.text != "{")
        if token.kind == "variable" and (in_head or before.text.upper() == "AS"):
            found.add(token.text[1:])
    return found


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


def _written(term: Node | str) -> str:
    return f"?{term}" if isinstance(term, str) else str(to_term(term))


@cache
def _text(name: str) -> Template:
    return Template((QUERIES / f"{name}.rq").read_text(encoding="utf-8"))
