"""The only door to a store, embedded or on a server: open, query with bound terms.

A release holds each Turtle file as a named graph and the same statements, without repetition, in the default graph. The
union flag of the store is never used, for it counts a statement once per graph; and a query that sees every graph never
lists them, for that costs time with each graph: 27 ms a query where there are 6,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal as OneOf
from typing import NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
    Variable,
)
from pyoxigraph import Store as EmbeddedStore

from kg.errors import InputError, QueryRefused, QuerySyntaxError, StoreFault
from kg.remote import RemoteStore
from kg.settings import Settings

__all__ = [
    "RESTORE",
    "Bindings",
    "EmbeddedStore",
    "Node",
    "Store",
    "ask",
    "connect",
    "construct",
    "create",
    "evaluate",
    "graphs",
    "in_memory",
    "iri",
    "literal",
    "match",
    "open_read_only",
    "query_error",
    "select",
    "snapshot",
    "to_node",
    "to_term",
]

RESTORE = "restore a backup, or run `servanda build --force`"
"""the way out when the store of a release is damaged"""

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
ERROR_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
NOT_PROJECTED = re.compile(r"(\?\w+) in its SELECT projection")
Term = NamedNode | BlankNode | Literal
Store = EmbeddedStore | RemoteStore


class Node(NamedTuple):
    """Hold one RDF term free of store types; literals have a datatype, language-tagged ones a language too."""

    kind: OneOf["iri", "literal", "bnode"]
    value: str
    datatype: str | None = None
    language: str | None = None

    def __str__(self) -> str:
        return self.value


Bindings = Mapping[str, Node]


def iri(value: str) -> Node:
    """Make the node of an IRI."""
    return Node("iri", value)


def literal(value: str | bool | int, datatype: str | None = None, language: str | None = None) -> Node:
    """Make the node of a literal; a Python number or truth value gets its own XSD datatype."""
    if language:
        return Node("literal", str(value), RDF_LANG_STRING, language)
    kind = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "string"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Node("literal", text, datatype or XSD + kind)


def to_node(term: Term) -> Node:
    """Turn a term of pyoxigraph into a Node; raises InputError for a triple term (RDF 1.2)."""
    if isinstance(term, NamedNode):
        return Node("iri", term.value)
    if isinstance(term, Literal):
        return Node("literal", term.value, term.datatype.value, term.language)
    if isinstance(term, BlankNode):
        return Node("bnode", term.value)
    raise InputError(f"{term}: RDF 1.2 triple terms not supported")


def to_term(node: Node) -> Term:
    """Turn a Node into a term of pyoxigraph; raises InputError for an invalid IRI, language tag or label."""
    try:
        if node.kind == "iri":
            return NamedNode(node.value)
        if node.kind == "bnode":
            return BlankNode(node.value)
        if node.language:
            return Literal(node.value, language=node.language)
        return Literal(node.value, datatype=NamedNode(node.datatype or XSD + "string"))
    except ValueError as error:
        raise InputError(f'"{node.value}" is not a valid {node.kind}: {error}') from None


def open_read_only(path: Path) -> EmbeddedStore:
    """Open the store in a folder for reading; raises StoreFault if there is none or it is damaged."""
    if not path.is_dir():
        raise StoreFault(f"{path}: no store there; run `servanda build` first")
    try:
        return EmbeddedStore.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreFault(f"{path}: the store cannot be opened ({error}): {RESTORE}") from None


def create(path: Path) -> EmbeddedStore:
    """Make a store in a folder that does not exist yet; raises StoreFault if it does or cannot be made.

    A killed bulk load leaves files behind that nothing removes, so a store is only ever loaded in a fresh folder.
    """
    try:
        path.mkdir(parents=True)
        return EmbeddedStore(str(path))
    except OSError as error:
        raise StoreFault(f"{path}: cannot make a store ({error})") from None


def snapshot(source: Path, target: Path) -> EmbeddedStore:
    """Copy the store in a folder, which nobody writes to, by hard links; raises StoreFault if it is damaged."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        EmbeddedStore.read_only(str(source)).backup(str(target))
        return EmbeddedStore(str(target))
    except RuntimeError as error:
        raise StoreFault(f"{source}: the store cannot be opened ({error}): {RESTORE}") from None


def connect(settings: Settings, graphs: Iterable[str] | None = None) -> RemoteStore:
    """Name the server of the settings, without asking it anything; `graphs` are those that it is known to have.

    Raises EnvironmentFault if the credentials cannot be read.
    """
    from kg.endpoint import Endpoint  # what it imports is slow
    from kg.wire import read_credentials

    credentials = read_credentials(settings.credentials) if settings.credentials else None
    endpoint = Endpoint(settings.endpoint, settings.graph_store, credentials)
    limits = settings.limits
    return RemoteStore(endpoint, settings.base_iri, limits.remote_seconds, limits.remote_bytes, graphs)


def in_memory(quads: Iterable[Quad] = ()) -> EmbeddedStore:
    """Make a store in memory that holds the quads."""
    store = EmbeddedStore()
    store.extend(quads)
    return store


def evaluate(
    store: Store, text: str, bindings: Bindings | None = None, prefixes: dict[str, str] | None = None
) -> QuerySolutions | QueryTriples | QueryBoolean | Iterator[Triple]:
    """Run a query and return the lazy result of the store, for serialising without building terms.

    `bindings` maps variable names to nodes; each bound variable must be in the SELECT clause. Raises QuerySyntaxError
    with line and column, InputError for a bad binding, StoreFault if the store cannot be read.
    """
    terms: dict[Variable, Term | Triple] = {Variable(name): to_term(node) for name, node in (bindings or {}).items()}
    try:
        return store.query(
            text,
            prefixes=prefixes,
            substitutions=terms,
        )
    except SyntaxError as error:
        raise query_error(error) from None
    except (OSError, RuntimeError) as error:
        unprojected = NOT_PROJECTED.search(str(error))
        if unprojected:
            raise QueryRefused(f"{unprojected[1]} is bound, so it must be in the SELECT clause", "binding") from None
        raise StoreFault(f"the store cannot be read ({error}): {RESTORE}") from None


def query_error(error: SyntaxError) -> QuerySyntaxError:
    """Turn the syntax error of the SPARQL parser into ours, with line and column."""
    found = ERROR_PLACE.match(error.msg)
    if not found:
        return QuerySyntaxError(error.msg)
    return QuerySyntaxError(found[3], int(found[1]), int(found[2]))


def select(
    store: Store, text: str, bindings: Bindings | None = None, prefixes: dict[str, str] | None = None
) -> list[dict[str, Node | None]]:
    """Run a SELECT query; one mapping a row, None for an unbound variable. Raises as `evaluate`."""
    result = evaluate(store, text, bindings, prefixes)
    if not isinstance(result, QuerySolutions):
        raise QueryRefused("a SELECT query is expected", "form")
    names = [variable.value for variable in result.variables]
    return [
        {name: None if term is None else to_node(term) for name, term in zip(names, row, strict=True)} for row in result
    ]


def construct(
    store: Store, text: str, bindings: Bindings | None = None, prefixes: dict[str, str] | None = None
) -> list[Triple]:
    """Run a CONSTRUCT or DESCRIBE query and return its triples. Raises as `evaluate`."""
    result = evaluate(store, text, bindings, prefixes)
    if isinstance(result, QuerySolutions | QueryBoolean):
        raise QueryRefused("a CONSTRUCT or DESCRIBE query is expected", "form")
    return list(result)


def ask(store: Store, text: str, bindings: Bindings | None = None, prefixes: dict[str, str] | None = None) -> bool:
    """Run an ASK query. Raises as `evaluate`."""
    result = evaluate(store, text, bindings, prefixes)
    if not isinstance(result, QueryBoolean):
        raise QueryRefused("an ASK query is expected", "form")
    return bool(result)


def match(
    store: Store,
    subject: Node | None = None,
    predicate: Node | None = None,
    object: Node | None = None,
    graph: Node | None = None,
    any_graph: bool = False,
) -> list[Quad]:
    """Return the quads of a pattern from one graph: the default graph if none is given, every graph if `any_graph`."""
    name = None if any_graph else DefaultGraph() if graph is None else to_term(graph)
    terms = [None if node is None else to_term(node) for node in (subject, predicate, object)]
    return list(store.quads_for_pattern(terms[0], terms[1], terms[2], name))  # type: ignore[arg-type]


def graphs(store: Store) -> list[str]:
    """Return the IRIs of the named graphs, sorted."""
    return sorted(graph.value for graph in store.named_graphs())
