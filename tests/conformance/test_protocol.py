"""The SPARQL 1.1 Protocol, its service description, and what the Graph Store HTTP Protocol says of reading.

The manifests of the first two name the tests in words only, so the requests are written here, by the sections of the
specifications. Updates are sent with the token of a writer; what each has changed is asked afterwards.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse
from werkzeug.test import TestResponse

from tests.conformance.endpoint import Endpoint
from tests.conformance.results import isomorphic, read
from tests.conformance.suites import RDF, SPARQL11, Case, Graph, cases, sources
from tests.engines import servers

pytestmark = pytest.mark.conformance

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
ROWS = {"application/sparql-results+json", "application/sparql-results+xml"}
DATA = "http://example.org/data/"
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
TARGET = "http://example.org/updated"
BOTH = f"ASK {{ <{DATA}1> a ?type . <{DATA}2> a ?type }}"
BOTH_NAMED = f"ASK {{ GRAPH ?g {{ <{DATA}1> a ?type }} GRAPH ?h {{ <{DATA}2> a ?type }} }}"
ALL_THREE = BOTH_NAMED.replace("{", f"{{ <{DATA}3> a ?type . ", 1)
ONLY_ONE = f"ASK {{ GRAPH <{TARGET}> {{ <{DATA}1> a ?type FILTER NOT EXISTS {{ <{DATA}2> a ?type }} }} }}"
EMPTY = "ASK { FILTER NOT EXISTS { ?s ?p ?o } }"
RESOLVED = f"ASK {{ GRAPH <{TARGET}> {{ ?s ?p ?o FILTER STRSTARTS(STR(?o), 'http') }} }}"


class Request(NamedTuple):
    """Hold a request and what its answer must be: "true", "rows", "rdf", "refused", or "done" if `then` finds it so."""

    expected: str
    method: str = "POST"
    address: Sequence[tuple[str, str]] = ()
    content_type: str | None = None
    body: str | bytes = b""
    then: str = "ASK {}"


def form(*pairs: tuple[str, str]) -> dict[str, str]:
    """Send pairs as a form."""
    return {"content_type": FORM, "body": urlencode(pairs)}


def graphs(parameter: str, *numbers: int) -> list[tuple[str, str]]:
    """Name graphs in the address."""
    return [(f"{parameter}-graph-uri", f"{DATA}{number}") for number in numbers]


def update(where: str) -> dict[str, str]:
    """Write into the target what a pattern finds."""
    return {"content_type": UPDATE, "body": f"INSERT {{ GRAPH <{TARGET}> {{ ?s a ?c }} }} WHERE {{ {where} }}"}


ASK = ("query", "ASK {}")
CLEAR = ("update", "CLEAR ALL")
REQUESTS = {
    "query_post_form": Request("true", **form(ASK)),
    "query_dataset_default_graphs_get": Request("true", "GET", [("query", BOTH), *graphs("default", 1, 2)]),
    "query_dataset_default_graphs_post": Request("true", "POST", graphs("default", 1, 2), QUERY, BOTH),
    "query_dataset_named_graphs_post": Request("true", "POST", graphs("named", 1, 2), QUERY, BOTH_NAMED),
    "query_dataset_named_graphs_get": Request("true", "GET", [("query", BOTH_NAMED), *graphs("named", 1, 2)]),
    "query_dataset_full": Request("true", "POST", [*graphs("default", 3), *graphs("named", 1, 2)], QUERY, ALL_THREE),
    "query_multiple_dataset": Request(
        "true", "POST", graphs("named", 1, 2), QUERY, BOTH_NAMED.replace("ASK", f"ASK FROM <{DATA}3>")
    ),
    "query_get": Request("true", "GET", [ASK]),
    "query_content_type_select": Request("rows", content_type=QUERY, body="SELECT (1 AS ?value) {}"),
    "query_content_type_ask": Request("true", content_type=QUERY, body="ASK {}"),
    "query_content_type_describe": Request("rdf", "POST", graphs("default", 1), QUERY, f"DESCRIBE <{DATA}1>"),
    "query_content_type_construct": Request("rdf", content_type=QUERY, body="CONSTRUCT { <x:s> <x:p> 1 } WHERE {}"),
    "query_post_direct": Request("true", content_type=QUERY, body="ASK {}"),
    "bad_query_method": Request("refused", "PUT", [ASK]),
    "bad_multiple_queries": Request("refused", "GET", [ASK, ("query", "SELECT * {}")]),
    "bad_query_wrong_media_type": Request("refused", content_type="text/plain", body="ASK {}"),
    "bad_query_missing_form_type": Request("refused", body=urlencode([ASK])),
    "bad_query_missing_direct_type": Request("refused", body="ASK {}"),
    "bad_query_non_utf8": Request("refused", content_type=f"{QUERY}; charset=UTF-16", body="ASK {}".encode("utf-16")),
    "bad_query_syntax": Request("refused", "GET", [("query", "ASK {")]),
    "update_dataset_default_graph": Request("done", "POST", graphs("using", 1), **update("?s a ?c"), then=ONLY_ONE),
    "update_dataset_default_graphs": Request(
        "done", "POST", graphs("using", 1, 2), **update("?s a ?c"), then=f"ASK {{ GRAPH <{TARGET}> {BOTH[4:]} }}"
    ),
    "update_dataset_named_graphs": Request(
        "done", "POST", graphs("using-named", 1), **update("GRAPH ?g { ?s a ?c }"), then=ONLY_ONE
    ),
    "update_dataset_full": Request(
        "done",
        "POST",
        [*graphs("using", 1), *graphs("using-named", 2)],
        **update("?s a ?c FILTER NOT EXISTS { GRAPH ?g { ?s a ?c } }"),
        then=ONLY_ONE,
    ),
    "update_post_form": Request("done", **form(CLEAR), then=EMPTY),
    "update_post_direct": Request("done", content_type=UPDATE, body="CLEAR ALL", then=EMPTY),
    "update_base_uri": Request(
        "done",
        content_type=UPDATE,
        body=f"INSERT DATA {{ GRAPH <{TARGET}> {{ <{DATA}s> <{DATA}p> <relative> }} }}",
        then=RESOLVED,
    ),
    "bad_update_get": Request("refused", "GET", [CLEAR]),
    "bad_multiple_updates": Request("refused", **form(CLEAR, CLEAR)),
    "bad_update_wrong_media_type": Request("refused", content_type="text/plain", body="CLEAR ALL"),
    "bad_update_missing_form_type": Request("refused", body=urlencode([CLEAR])),
    "bad_update_non_utf8": Request(
        "refused", content_type=f"{UPDATE}; charset=UTF-16", body="CLEAR ALL".encode("utf-16")
    ),
    "bad_update_syntax": Request("refused", **form(("update", "CLEAR XYZ"))),
    "bad_update_dataset_conflict": Request(
        "refused",
        **form(*graphs("using-named", 1), ("update", f"WITH <{TARGET}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}")),
    ),
}


@pytest.mark.suite("SPARQL 1.1 Protocol", partial(cases, SPARQL11, "protocol/manifest.ttl"), *servers.NAMES)
def test_protocol(case: Case, endpoint: Endpoint) -> None:
    """Each operation is answered by section 2 of https://www.w3.org/TR/sparql11-protocol/."""
    things = [NamedNode(f"{DATA}{number}") for number in (1, 2, 3)]
    endpoint.hold(Quad(thing, NamedNode(RDF + "type"), NamedNode(DOCUMENT), thing) for thing in things)
    request = REQUESTS[case.name.split("/")[1]]
    answer = send(endpoint, request)
    if request.expected == "refused":
        assert answer.status_code in {400, 405, 415}, answer.text
        return
    assert answer.status_code in range(200, 400), answer.text
    if request.expected == "done":
        answer = endpoint.ask(request.then)
    if request.expected == "rdf":
        assert list(parse(answer.data, RdfFormat.from_media_type(answer.mimetype)))
    else:
        assert answer.mimetype in ROWS
        assert read(answer.data, answer.mimetype).truth is (None if request.expected == "rows" else True)


def send(endpoint: Endpoint, request: Request) -> TestResponse:
    """Send a request as it is described."""
    body = request.body.encode() if isinstance(request.body, str) else request.body
    address = urlencode(request.address)
    return endpoint.client.open(
        "/sparql",
        method=request.method,
        query_string=address,
        data=body,
        content_type=request.content_type,
        headers=endpoint.writer,
    )


SD = "http://www.w3.org/ns/sparql-service-description#"
KIND = {
    "endpoint": ("Service", ""), "feature": ("Service", "Feature"), "supportedLanguage": ("Service", "Language"),
    "languageExtension": ("Service", "Feature"), "propertyFeature": ("Service", "Feature"),
    "extensionFunction": ("Service", "Function"), "extensionAggregate": ("Service", "Aggregate"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"), "resultFormat": ("Service", ""),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"), "inputFormat": ("Service", ""),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"), "defaultDataset": ("Service", "Dataset"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"), "name": ("NamedGraph", ""),
    "availableGraphs": ("Service", "GraphCollection"), "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"), "graph": ("NamedGraph", "Graph"),
}  # fmt: skip
"""property: class of its subject and of its values (https://www.w3.org/TR/sparql11-service-description/, section 3)"""
INDIVIDUALS = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update", "DereferencesURIs", "UnionDefaultGraph",
               "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}  # fmt: skip


@pytest.mark.suite("SPARQL 1.1 Service Description", partial(cases, SPARQL11, "service-description/manifest.ttl"))
def test_service_description(case: Case, endpoint: Endpoint) -> None:
    """The description is RDF, names this endpoint, and uses the vocabulary as it is meant."""
    endpoint.hold([Quad(BlankNode(), NamedNode(RDF + "type"), NamedNode(DOCUMENT), NamedNode(DATA + "1"))])
    answer = endpoint.client.get("/sparql")
    assert answer.status_code == 200
    found = list(parse(answer.data, RdfFormat.from_media_type(answer.mimetype)))  # returns-rdf
    if case.name.endswith("has-endpoint-triple"):
        assert [quad.object.value for quad in found if quad.predicate.value == SD + "endpoint"] == [answer.request.url]
    elif case.name.endswith("conforms-to-schema"):
        assert schema_faults(found) == []


def schema_faults(found: list[Quad]) -> list[str]:
    """Say which statements the vocabulary does not allow."""
    graph, faults = Graph(found), []
    services = [quad.subject for quad in found if quad.object == NamedNode(SD + "Service")]
    if len(services) != 1 or len(graph.all(services[0], SD + "endpoint")) != 1:
        faults.append("one service with one endpoint is expected")
    for quad in found:
        name = quad.predicate.value.removeprefix(SD)
        if name == quad.predicate.value:
            continue
        subject, value = KIND.get(name, ("nothing", "nothing"))
        individual = quad.object.value.removeprefix(SD) in INDIVIDUALS
        if NamedNode(SD + subject) not in graph.all(quad.subject, RDF + "type"):
            faults.append(f"{quad}: no sd:{subject}")
        if value and not individual and NamedNode(SD + value) not in graph.all(quad.object, RDF + "type"):
            faults.append(f"{quad}: no sd:{value}")
        if name == "name" and not isinstance(quad.object, NamedNode):
            faults.append(f"{quad}: no IRI")
    named = [quad.subject for quad in found if quad.object == NamedNode(SD + "NamedGraph")]
    return faults + [f"{node} needs one sd:name" for node in named if len(graph.all(node, SD + "name")) != 1]


class Read(NamedTuple):
    """Hold a read of the Graph Store Protocol: its title, the method, the graph, the status and the graph expected."""

    name: str
    method: str
    graph: str
    status: int
    body: str


HEAD = "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> ."
EXCHANGE = re.compile(
    r"^-+ Request \((?P<name>[^)\n]+?) ?\) -+\n(?P<method>GET|HEAD) (?P<graph>\S+).*?"
    r"^-+ Response -+ *\n(?P<status>\d+)[^\n]*\n(?:[A-Z][\w-]+:[^\n]*\n)*(?P<body>.*?)^-{40,}$",
    re.MULTILINE | re.DOTALL,
)


def reads() -> list[Read]:
    """Take the reads out of the draft of the suite, which is a text and no manifest."""
    text = (sources() / SPARQL11.path / "http-rdf-update/tests.txt").read_text(encoding="utf-8")
    found = [exchange.groupdict() for exchange in EXCHANGE.finditer(text)]
    return [Read(**{**one, "status": int(one["status"]), "body": one["body"].strip()}) for one in found]


@pytest.mark.suite("SPARQL 1.1 Graph Store Protocol, reads", reads)
def test_graph_store(case: Read, endpoint: Endpoint) -> None:
    """What was put there can be read (https://www.w3.org/TR/sparql11-http-rdf-update/, sections 5.2 and 5.6)."""
    body = case.body.replace("$HOST$", "localhost").rstrip(" .")
    put = list(parse(f"{HEAD} {body} .".encode(), RdfFormat.TURTLE)) if body else []
    default = case.graph.endswith("?default")
    name = f"http://localhost{case.graph}".replace("$NEWPATH$", "/new")
    held = put or [Quad(BlankNode(), NamedNode(RDF + "type"), NamedNode(DOCUMENT))]  # HEAD expects no body
    empty = case.status == 404 or case.name.endswith("empty graph")
    endpoint.hold([] if empty else held if default else [Quad(*quad.triple, NamedNode(name)) for quad in held])
    address = "default" if default else urlencode({"graph": name})
    answer = endpoint.client.open(
        f"/sparql/graph?{address}", method=case.method, headers={"Accept": "text/turtle; charset=utf-8"}
    )
    assert answer.status_code == case.status, answer.text
    if case.status == 200:
        assert answer.mimetype == "text/turtle"
        assert case.method == "HEAD" or isomorphic(parse(answer.data, RdfFormat.TURTLE), put)
