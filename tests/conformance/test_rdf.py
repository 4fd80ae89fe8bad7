"""RDF 1.1 in and out: what each syntax lets in and keeps out, and whether each format that we write reads back."""

import re
from functools import partial

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg import export
from kg.errors import SyntaxFault
from kg.parsing import format_of, parse_rdf
from kg.query import GRAPH_FORMATS
from kg.store import in_memory
from tests.conformance import suites
from tests.conformance.endpoint import Endpoint
from tests.conformance.results import isomorphic
from tests.conformance.suites import MF, Case, Folder, cases, file_of, quads

pytestmark = pytest.mark.conformance

EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
TOP = re.compile(rb"(\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>)*<[\w:.-]+", re.DOTALL)
"""all before the attributes of the element at the top of an XML text"""
DATASETS = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}


@pytest.mark.suite("RDF 1.1 in: Turtle", partial(cases, suites.TURTLE))
def test_turtle(case: Case) -> None:
    """Every file comes in through kg.parsing, which lets less in than the standard: known_failures.toml."""
    check(case)


@pytest.mark.suite("RDF 1.1 in: TriG", partial(cases, suites.TRIG))
def test_trig(case: Case) -> None:
    """Read TriG."""
    check(case)


@pytest.mark.suite("RDF 1.1 in: N-Triples", partial(cases, suites.NTRIPLES))
def test_ntriples(case: Case) -> None:
    """Read N-Triples."""
    check(case)


@pytest.mark.suite("RDF 1.1 in: N-Quads", partial(cases, suites.NQUADS))
def test_nquads(case: Case) -> None:
    """Read N-Quads."""
    check(case)


@pytest.mark.suite("RDF 1.1 in: RDF/XML", partial(cases, suites.RDFXML))
def test_rdfxml(case: Case) -> None:
    """Read RDF/XML."""
    check(case)


def check(case: Case) -> None:
    """Read a file, or see that it is not read; an evaluation test says as N-Triples or N-Quads what is in it."""
    action, result = case.value(MF + "action").value, case.value(MF + "result")
    if "Negative" in case.kind:
        with pytest.raises(SyntaxFault):
            came_in(action)
    else:
        found = came_in(action)
        assert result is None or isomorphic(found, quads(result.value))


def came_in(iri: str) -> list[Quad]:
    """Read a file as `servanda load` does, with its name as base where the syntax has one."""
    path = file_of(iri)
    data, format = path.read_bytes(), format_of(path.name)
    if format in (RdfFormat.TURTLE, RdfFormat.TRIG):
        data = f"@base <{iri}> .\n".encode() + data
    elif format == RdfFormat.RDF_XML:
        top = TOP.match(data)
        if top and b"xml:base" not in data[top.end() : data.index(b">", top.end())]:
            data = data[: top.end()] + f' xml:base="{iri}"'.encode() + data[top.end() :]
    return parse_rdf(data, path.name, format)


def written(folder: Folder) -> list[Case]:
    """List the tests that say what is in a file."""
    return cases(folder, kinds="Test(Turtle|Trig)Eval")


@pytest.mark.suite("RDF 1.1 out: graphs, six formats", partial(written, suites.TURTLE))
def test_graph_out(case: Case, endpoint: Endpoint) -> None:
    """The endpoint writes a graph in each of its formats so that the same graph is read."""
    held = quads(case.value(MF + "result").value)
    endpoint.hold(held)
    for media_type in GRAPH_FORMATS.values():
        answer = endpoint.ask(EVERYTHING, media_type)
        assert (answer.status_code, answer.mimetype) == (200, media_type), answer.text
        assert isomorphic(parse(answer.data, RdfFormat.from_media_type(media_type)), in_memory(held)), answer.text


@pytest.mark.suite("RDF 1.1 out: datasets, three formats", partial(written, suites.TRIG))
def test_dataset_out(case: Case) -> None:
    """The export writes all named graphs in each format that has graphs so that the same graphs are read."""
    found = quads(case.value(MF + "result").value)
    # Every graph of ours has an address for a name.
    graphs = [quad.graph_name if isinstance(quad.graph_name, NamedNode) else NamedNode("urn:g") for quad in found]
    named = in_memory(Quad(*quad.triple, graph) for quad, graph in zip(found, graphs, strict=True))
    for name, format in DATASETS.items():
        body = export.dump(named, name)
        assert isomorphic(parse(body, format), named), body.decode()
