"""The judge of what SHACL means: the only door to pySHACL and to rdflib's graphs, for small graphs and for tests.

Data and shapes come from one parser (kg.turtle) and through one conversion, because rdflib tells a plain literal from
one typed xsd:string, and two parsers write them differently. No inference is run: the shapes judge what was stated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from pyshacl import validate as run_pyshacl
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Node as Term

from kg.errors import InputError
from kg.shapes_result import Result
from kg.store import Node, iri, literal

__all__ = ["Result", "graph_of", "validate"]

XSD_STRING = str(XSD.string)
UNUSABLE = (ConstraintLoadError, NotImplementedError, ReportableRuntimeError, ShapeLoadError, ValidationFailure)
"""What pySHACL raises about shapes that are none, or that ask for what it does not have."""
OPERATORS = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "{}*",
    SH.oneOrMorePath: "{}+",
    SH.zeroOrOnePath: "{}?",
}


class _PreparingGraph(Graph):
    """Be a graph that parses each query text once: pySHACL asks the same text again for every focus node."""

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> QueryResult:  # noqa: ANN401
        """Run a query as rdflib does."""
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **options)


def graph_of(triples: Iterable[ox.Triple]) -> Graph:
    """Make a graph of rdflib that holds the triples, lexical forms unchanged."""
    graph = _PreparingGraph(bind_namespaces="none")
    for triple in triples:
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


def validate(data: Graph, shapes: Graph, focus: Collection[str] | None = None, language: str = "en") -> list[Result]:
    """Judge a data graph by a shapes graph, both from `graph_of`; with `focus`, judge only the nodes of these IRIs.

    The data graph must hold the class hierarchy and is not changed. A shape that speaks several languages gives its
    message in `language`. Source: SHACL, section 3.4 (https://www.w3.org/TR/shacl/#validation). Raises InputError for
    shapes that are no shapes.
    """
    aimed = _declaring(_speaking(shapes if focus is None else _aimed(shapes, data, focus), language))
    try:
        _, report, _ = run_pyshacl(data, shacl_graph=aimed, inference="none", inplace=True)
    except UNUSABLE as error:
        raise InputError(f"the shapes cannot be used: {error}") from None
    if not isinstance(report, Graph):  # a failure that pySHACL returns instead of raising it
        raise InputError(f"the shapes cannot be used: {report}")
    return [_result(report, shapes, node) for node in report.objects(None, SH.result)]


def _aimed(shapes: Graph, data: Graph, focus: Collection[str]) -> Graph:
    """Return the shapes with each target narrowed to the nodes of the focus (SHACL, section 2.1.3).

    The focus_nodes option of pySHACL 0.40 is not used: it skips nested shapes, so that sh:node and sh:or accept all.
    """
    nodes = [URIRef(node) for node in focus]
    classes = {node: _classes(data, node) for node in nodes}
    aimed = graph_of([])
    for subject, predicate, value in shapes:
        if predicate == SH.targetClass:
            hit = [node for node in nodes if value in classes[node]]
        elif predicate == SH.targetSubjectsOf:
            hit = [node for node in nodes if (node, value, None) in data]
        elif predicate == SH.targetObjectsOf:
            hit = [node for node in nodes if (None, value, node) in data]
        elif predicate == SH.targetNode:
            hit = [node for node in nodes if node == value]
        else:
            aimed.add((subject, predicate, value))
            continue
        for node in hit:
            aimed.add((subject, SH.targetNode, node))
    return aimed


def _speaking(shapes: Graph, language: str) -> Graph:
    """Return the shapes, those with a message in this language without their messages in others.

    Chosen before and not after: pySHACL 0.40 drops the language of a message into which it puts a value.
    """
    foreign: set[tuple[Term, Term]] = set()
    for node in set(shapes.subjects(SH.message)):
        messages = {message: getattr(message, "language", None) for message in shapes.objects(node, SH.message)}
        if language in messages.values():
            foreign |= {(node, message) for message, spoken in messages.items() if spoken != language}
    speaking = graph_of([])
    for subject, predicate, value in shapes:
        if predicate != SH.message or (subject, value) not in foreign:
            speaking.add((subject, predicate, value))
    return speaking


def _declaring(shapes: Graph) -> Graph:
    """Add the prefixes that come by owl:imports to what names them by sh:prefixes (SHACL, section 5.2.1).

    pySHACL 0.40 takes only those which are declared there itself.
    """
    for node in set(shapes.objects(None, SH.prefixes)):
        for imported in set(shapes.transitive_objects(node, OWL.imports)):
            for declaration in set(shapes.objects(imported, SH.declare)):
                shapes.add((node, SH.declare, declaration))
    return shapes


def _classes(data: Graph, node: Term) -> set[Term]:
    """Return the classes of a node and all above them."""
    return {
        above
        for own in data.objects(node, RDF.type)
        for above in data.transitive_objects(own, RDFS.subClassOf)
        if above is not None
    }


def _result(report: Graph, shapes: Graph, node: Term) -> Result:
    """Read one sh:ValidationResult."""
    focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
    shape, path = report.value(node, SH.sourceShape), report.value(node, SH.resultPath)
    messages = sorted(str(message) for message in report.objects(node, SH.resultMessage))
    assert focus is not None
    assert shape is not None
    if isinstance(path, BNode):
        path = shapes.value(shape, SH.path)
    return Result(
        severity=str(report.value(node, SH.resultSeverity)).rpartition("#")[2].lower(),
        shape=str(shape),
        focus=_node(focus),
        path="" if path is None else _path_text(shapes, path),
        value=None if value is None else _node(value),
        message=messages[0] if messages else "",
        component=str(report.value(node, SH.sourceConstraintComponent)),
    )


def _path_text(graph: Graph, path: Term) -> str:
    """Write a SHACL property path (SHACL, section 2.3.1) as SPARQL does, an IRI alone without brackets."""
    return str(path) if isinstance(path, URIRef) else _step(graph, path)


def _step(graph: Graph, path: Term) -> str:
    if isinstance(path, URIRef):
        return path.n3()
    is_sequence = graph.value(path, RDF.first) is not None  # whatever else the node says of itself
    for operator, form in OPERATORS.items():
        inner = graph.value(path, operator)
        if inner is not None and not is_sequence:
            return form.format(_step(graph, inner))
    choices = None if is_sequence else graph.value(path, SH.alternativePath)
    steps = [_step(graph, item) for item in graph.items(choices or path)]
    return f"({('|' if choices else '/').join(steps)})"


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    try:
        return prepareQuery(text)
    except Exception as error:  # rdflib raises what comes, down to Exception itself
        raise ReportableRuntimeError(f"one of their queries is not SPARQL ({error})") from None


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> URIRef | BNode | Literal:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal), "kg.turtle refuses triple terms"
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    return Literal(term.value, datatype=None if datatype == XSD_STRING else URIRef(datatype), normalize=False)


def _node(term: Term) -> Node:
    if isinstance(term, Literal):
        datatype = str(RDF.langString) if term.language else str(term.datatype or XSD_STRING)
        return literal(str(term), datatype, term.language)
    return Node("bnode", str(term)) if isinstance(term, BNode) else iri(str(term))
