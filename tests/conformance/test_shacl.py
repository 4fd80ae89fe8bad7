"""SHACL, core and SPARQL-based constraints: each expected report, result by result, by queries and by pySHACL."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from kg import validation
from kg.errors import InputError
from kg.shapes_result import Result
from kg.store import Node, in_memory, to_node
from kg.validate import graph_of, validate
from tests.conformance.suites import MF, SHACL, Case, Graph, Term, cases, quads

pytestmark = pytest.mark.conformance

SH = "http://www.w3.org/ns/shacl#"
SHT = "http://www.w3.org/ns/shacl-test#"
OPERATORS = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}


class Entry(NamedTuple):
    """Hold what identifies a result (SHACL, section 3.6.2); the message only where the test has one."""

    severity: str
    shape: str
    focus: Node
    path: str
    value: Node | None
    component: str
    message: str


@pytest.mark.suite("SHACL core", partial(cases, SHACL, "core/manifest.ttl"))
def test_core(case: Case) -> None:
    """The report has the results of the test and no others."""
    check(case, by_queries)


@pytest.mark.suite("SHACL-SPARQL", partial(cases, SHACL, "sparql/manifest.ttl"))
def test_sparql(case: Case) -> None:
    """The report has the results of the test and no others."""
    check(case, by_queries)


@pytest.mark.suite("SHACL core, by pySHACL", partial(cases, SHACL, "core/manifest.ttl"))
def test_core_by_the_judge(case: Case) -> None:
    """The report has the results of the test and no others."""
    check(case, by_pyshacl)


@pytest.mark.suite("SHACL-SPARQL, by pySHACL", partial(cases, SHACL, "sparql/manifest.ttl"))
def test_sparql_by_the_judge(case: Case) -> None:
    """The report has the results of the test and no others."""
    check(case, by_pyshacl)


def by_queries(data: list[Triple], shapes: list[Triple]) -> list[Result]:
    """Validate as `servanda check` does: by compiled shapes, and by pySHACL what cannot be compiled."""
    store = in_memory(Quad(*triple) for triple in data)
    return validation.validate(store, validation.prepare(store, shapes), data=lambda: data).results


def by_pyshacl(data: list[Triple], shapes: list[Triple]) -> list[Result]:
    """Validate by pySHACL alone."""
    return validate(graph_of(data), graph_of(shapes))


def check(case: Case, judge: Callable[[list[Triple], list[Triple]], list[Result]]) -> None:
    """Validate, and compare the results with those that the test expects."""
    files = (case.value(MF + "action", SHT + name) for name in ("dataGraph", "shapesGraph"))
    graphs = [[quad.triple for quad in quads(file.value)] for file in files]
    report = case.value(MF + "result")
    if report == NamedNode(SHT + "Failure"):
        with pytest.raises(InputError):
            judge(*graphs)
        return
    wanted = [entry(case.manifest, node) for node in case.manifest.all(report, SH + "result")]
    said = {one.message for one in wanted} - {""}
    found = []
    for one in judge(*graphs):
        message = one.message if one.message in said else ""
        found.append(Entry(one.severity, one.shape, one.focus, one.path, one.value, one.component, message))
    assert Counter(found) == Counter(wanted)
    assert (not found) == (case.manifest.one(report, SH + "conforms").value in ("true", "1"))


def entry(graph: Graph, node: Term) -> Entry:
    """Read one expected result."""
    path, value, message = (graph.one(node, SH + name) for name in ("resultPath", "value", "resultMessage"))
    return Entry(
        severity=graph.one(node, SH + "resultSeverity").value.rpartition("#")[2].lower(),
        shape=graph.one(node, SH + "sourceShape").value,
        focus=to_node(graph.one(node, SH + "focusNode")),
        path="" if path is None else path_text(graph, path),
        value=None if value is None else to_node(value),
        component=graph.one(node, SH + "sourceConstraintComponent").value,
        message="" if message is None else message.value,
    )


def path_text(graph: Graph, path: Term, inside: bool = False) -> str:
    """Write a property path (SHACL, section 2.3.1) as SPARQL does, an IRI alone without brackets."""
    if isinstance(path, NamedNode):
        return str(path) if inside else path.value
    for operator, form in OPERATORS.items():
        inner = graph.one(path, SH + operator)
        if inner is not None:
            return form.format(path_text(graph, inner, True))
    choices = graph.one(path, SH + "alternativePath")
    steps = [path_text(graph, step, True) for step in graph.items(choices or path)]
    return f"({('|' if choices else '/').join(steps)})"
