"""SHACL, core and SPARQL-based constraints: each expected report, result by result, out of kg.validate."""

from collections import Counter
from functools import partial
from typing import NamedTuple

import pytest
from pyoxigraph import NamedNode

from kg.errors import InputError
from kg.store import Node, to_node
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
    check(case)


@pytest.mark.suite("SHACL-SPARQL", partial(cases, SHACL, "sparql/manifest.ttl"))
def test_sparql(case: Case) -> None:
    """The report has the results of the test and no others."""
    check(case)


def check(case: Case) -> None:
    """Validate, and compare the results with those that the test expects."""
    files = (case.value(MF + "action", SHT + name) for name in ("dataGraph", "shapesGraph"))
    graphs = [graph_of(quad.triple for quad in quads(file.value)) for file in files]
    report = case.value(MF + "result")
    if report == NamedNode(SHT + "Failure"):
        with pytest.raises(InputError):
            validate(*graphs)
        return
    wanted = [entry(case.manifest, node) for node in case.manifest.all(report, SH + "result")]
    said = {one.message for one in wanted} - {""}
    found = []
    for one in validate(*graphs):
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
