"""SPARQL 1.1 and 1.0: what is a query and what it answers, asked of our endpoint and its pool of workers."""

import re
from functools import partial

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg import guard
from tests.conformance.endpoint import Endpoint
from tests.conformance.results import MEDIA_TYPES, Table, by_value, expected, isomorphic, read, same
from tests.conformance.suites import MF, SPARQL10, SPARQL11, Case, cases, file_of, quads
from tests.engines import servers

pytestmark = pytest.mark.conformance

QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
ROWS = "application/sparql-results+json", "application/sparql-results+xml", "text/tab-separated-values"
EVALUATION = "QueryEvaluationTest"
FORMATS = ("csv-tsv-res", "json-res")
OWN_BASE = re.compile(r"^\s*BASE\b", re.IGNORECASE | re.MULTILINE)
NOT_RUN = ("entailment", "service")  # an entailment regime, and endpoints of others: we offer neither


def evaluation(results: bool = False) -> list[Case]:
    """List the evaluation tests of SPARQL 1.1, or those on the formats of results."""
    found = cases(SPARQL11, "manifest-all.ttl", f"{EVALUATION}|CSVResultFormatTest")
    folders = [(case.name.split("/")[0], case) for case in found]
    return [case for folder, case in folders if folder not in NOT_RUN and (folder in FORMATS) is results]


def syntax() -> list[Case]:
    """List the syntax tests of queries; the folder of updates says what it has in the words for queries."""
    found = cases(SPARQL11, "manifest-all.ttl", "(Posi|Nega)tiveSyntaxTest11")
    return [case for case in found if not case.name.startswith("delete-insert/")]


@pytest.mark.suite("SPARQL 1.1 query evaluation", evaluation, *servers.NAMES)
def test_evaluation(case: Case, endpoint: Endpoint) -> None:
    """Each answer is right in each format that can hold it."""
    check(case, endpoint)


@pytest.mark.suite("SPARQL 1.1 results formats", partial(evaluation, results=True), *servers.NAMES)
def test_results(case: Case, endpoint: Endpoint) -> None:
    """The answer is the expected one in the format of the file that has it."""
    query, result = load(case, endpoint)
    media_type = MEDIA_TYPES[file_of(result).suffix]
    answer = endpoint.ask(query, media_type)
    assert (answer.status_code, answer.mimetype) == (200, media_type), answer.text
    assert same(read(answer.data, media_type), expected(result)), answer.text


@pytest.mark.suite(
    "SPARQL 1.0 query evaluation", partial(cases, SPARQL10, "manifest-evaluation.ttl", EVALUATION), *servers.NAMES
)
def test_evaluation_10(case: Case, endpoint: Endpoint) -> None:
    """SPARQL 1.1 holds what SPARQL 1.0 had, whose suite asks for much that the later one takes for granted."""
    check(case, endpoint)


@pytest.mark.suite("SPARQL 1.1 query syntax", syntax, *servers.NAMES)
def test_syntax(case: Case, endpoint: Endpoint, refused: bool) -> None:
    """What is a query is answered, what is none is called none."""
    check_syntax(case, endpoint, refused)


@pytest.mark.suite("SPARQL 1.0 query syntax", partial(cases, SPARQL10, "manifest-syntax.ttl"), *servers.NAMES)
def test_syntax_10(case: Case, endpoint: Endpoint) -> None:
    """What is a query is answered, what is none is called none."""
    check_syntax(case, endpoint, False)


def load(case: Case, endpoint: Endpoint) -> tuple[str, str]:
    """Let the endpoint hold what a test asks about; return the query, with its place as base, and the expected file."""
    action, result = case.value(MF + "action"), case.value(MF + "result")
    text = based(case.manifest.one(action, QT + "query").value)
    held = [quad for data in case.manifest.all(action, QT + "data") for quad in quads(data.value)]
    named = {graph.value for graph in case.manifest.all(action, QT + "graphData")}
    known = guard.check(text, endpoint.settings.limits, {})
    named |= {*(known.default_graphs or ()), *(known.named_graphs or ())}  # FROM fetches nothing here: they are loaded
    for name in sorted(named):
        held += [Quad(*quad.triple, NamedNode(name)) for quad in quads(name)]
    endpoint.hold(held)
    return text, result.value


def based(iri: str) -> str:
    """Return a query with the place where it was found as its base (RFC 3986, section 5.1), unless it has its own."""
    text = file_of(iri).read_text(encoding="utf-8")
    return text if OWN_BASE.search(text) else f"BASE <{iri}>\n{text}"


def check(case: Case, endpoint: Endpoint) -> None:
    """Compare the answers in every format with the expected one."""
    query, result = load(case, endpoint)
    wanted = expected(result)
    if not isinstance(wanted, Table):
        answer = endpoint.ask(query, "application/n-triples")
        assert answer.status_code == 200, answer.text
        assert isomorphic(by_value(parse(answer.data, RdfFormat.N_TRIPLES)), by_value(wanted)), answer.text
        return
    for media_type in ROWS if wanted.truth is None else ROWS[:2]:
        answer = endpoint.ask(query, media_type)
        assert (answer.status_code, answer.mimetype) == (200, media_type), answer.text
        got = read(answer.data, media_type)
        if case.value(MF + "resultCardinality"):  # lax, for REDUCED
            got, wanted = got.distinct(), wanted.distinct()
        assert same(got, wanted), answer.text


def check_syntax(case: Case, endpoint: Endpoint, refused: bool) -> None:
    """Send a query to an empty store."""
    endpoint.hold([])
    answer = endpoint.ask(based(case.value(MF + "action").value))
    if refused:
        assert answer.status_code == 403, answer.text
    elif case.kind.startswith("Positive"):
        # A function that nobody has is looked for only after the query was read.
        assert answer.status_code == 200 or "custom function" in answer.json["detail"], answer.text
    else:
        assert (answer.status_code, (answer.json or {}).get("title")) == (400, "The query is not valid SPARQL")
