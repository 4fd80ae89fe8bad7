"""Every stored query gives the same rows on each store, and what is served from it is the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat

from kg import questions, saved
from kg.queryfile import read_queries
from kg.questions import Question
from kg.release import open_release
from kg.saved import Saved
from kg.settings import Settings
from kg.store import Node, Store, evaluate, iri, select
from tests.web.conftest import started

CHOICES = [saved.read_head(file) for file in read_queries(questions.CHOICES)]
# Things of each kind that a page is about, to ask the stored queries of pages about.
THINGS = [
    "communication:cat-433-2010", "communication:ccpr-2146-2012", "decision:cat-c-48-d-433-2010",
    "state:kaz", "body:cat",
    "provision:cat-12", "provision:iccpr-14", "sv:Decision", "sv:State", "sv:Communication",
    "sv:claimant", "sv:outcome",
    "procedure:cat-kaz-co-4-follow-up", "procedure:ccpr-kaz-co-2-follow-up", "document:cat-letter-2024-10-10-kaz",
    "recommendation:cat-c-kaz-co-4-p14", "component:cat-c-kaz-co-4-p14-a", "question:full-reparation-given",
    "graph:data/decisions/cat-c-48-d-433-2010", "claim:ccpr-c-123-2-kaz-grants",
]  # fmt: skip
PAGES = [
    "/", "/cases?sort=date_of_decision", "/matrix", "/recommendations", "/deadlines", "/articles", "/articles/cat",
    "/articles/cat/12",
    "/claims?rows=claims", "/statistics", "/questions", "/questions/due-soon", "/questions/repeated-in-circles.csv",
    "/query",
    "/page/communication/cat-433-2010", "/page/decision/cat-c-48-d-433-2010", "/page/procedure/cat-kaz-co-4-follow-up",
    "/page/recommendation/cat-c-kaz-co-4-p14", "/page/question/full-reparation-given",
    "/page/document/cat-letter-2024-10-10-kaz",
    "/page/def", "/page/def/Decision", "/page/def/claimant", "/page/scheme/outcome", "/about", "/healthz", "/cases.csv",
    "/data/communication/cat-433-2010.ttl", "/data/shape/decision.ttl", "/search?q=torture",
    "/page/communication/nowhere",
    "/sparql", "/sparql/graph?graph=https://w3id.org/servanda/graph/derived",
    "/sparql?query=SELECT%20%3Fs%20%3Fd%20%7B%20%3Fs%20sv%3Aduration%20%3Fd%20%7D%20ORDER%20BY%20%3Fs",
]  # fmt: skip


@pytest.fixture(scope="module")
def embedded(released: Settings) -> Store:
    """Give the embedded store, which the others are compared with."""
    return open_release(released).store


@pytest.fixture(scope="module")
def store(engine: Settings) -> Store:
    """Give each store in turn."""
    return open_release(engine, verify=False).store


def rows(store: Store, query: Saved, bindings: dict[str, Node]) -> list[str]:
    """Return the rows of a query as texts, sorted where the query does not sort them."""
    found = [str(list(row.items())) for row in select(store, query.text, bindings, saved.names().prefixes)]
    return found if "ORDER BY" in query.text else sorted(found)


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_a_question_has_the_expected_answer(store: Store, question: Question) -> None:
    found = evaluate(store, question.query.text, saved.bound(question.query, {}), saved.names().prefixes)
    body = found.serialize(format=QueryResultsFormat.CSV)
    assert body is not None
    assert body.decode().splitlines() == questions.expected(question).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("query", [*CHOICES, *saved.catalogue()], ids=lambda query: query.name)
def test_a_stored_query_gives_the_same_rows(store: Store, embedded: Store, query: Saved) -> None:
    if not query.text.lstrip().startswith("SELECT"):
        return  # the description of the service, which a page below shows
    open_parameters = [parameter for parameter in query.parameters if parameter.default is None]
    things = [iri(saved.names().expand(thing)) for thing in THINGS] if open_parameters else [iri("")]
    for thing in things:
        if any(parameter.type != "iri" for parameter in open_parameters):
            bound = saved.bound(query, {parameter.name: "433/2010" for parameter in open_parameters})
        else:
            bound = saved.bound(query, {parameter.name: thing for parameter in open_parameters})
        assert rows(store, query, bound) == rows(embedded, query, bound), thing


@pytest.fixture(scope="module")
def clients(engine: Settings, released: Settings) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Give a client of the pages over each store in turn, and one over the embedded store."""
    apps = [started(settings) for settings in (engine, released)]
    first, second = (next(app).test_client() for app in apps)
    yield first, second
    for app in apps:
        next(app, None)


def lines(text: str) -> Counter[str]:
    """Return the lines of a page without what is new in each answer: blank nodes, numbers of requests, nonces."""
    return Counter(re.sub(r"_:\w+|(?<=request_id\": \")\w+|(?<=nonce=\")[\w-]+", "", text).splitlines())


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_the_same(clients: tuple[FlaskClient, FlaskClient], address: str) -> None:
    first, second = (client.get(address) for client in clients)
    assert first.status_code == second.status_code
    assert lines(first.text) == lines(second.text)
