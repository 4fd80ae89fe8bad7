"""The query page, as it works without scripts."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from kg import saved
from kg.names import Names
from web.editor import with_prefixes


def run(client: FlaskClient, query: str):
    return client.get("/query", query_string={"query": query})


def test_begins_with_an_example_and_its_prefixes(client: FlaskClient) -> None:
    page = client.get("/query").text
    held = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert held
    assert "PREFIX sv: &lt;https://w3id.org/servanda/def#&gt;" in held[1]
    assert "PREFIX void:" not in held[1]
    assert 'id="answer"' in page
    assert '<h2 id="result">' not in page


def test_six_examples_run_and_give_rows(client: FlaskClient) -> None:
    addresses = re.findall(r'<li><a href="(/query\?query=[^"]+)">', client.get("/query").text)
    assert len(addresses) == 6
    for address in addresses:
        page = client.get(unescape(address)).text
        rows = re.search(r'<p role="status">([\d,]+) rows?', page)
        assert rows
        assert int(rows[1].replace(",", "")) > 0
        assert re.search(r'<td><a href="/page/', page)


def test_result_links_to_pages_and_downloads(client: FlaskClient) -> None:
    page = run(client, "SELECT ?case ?n { ?case sv:communicationNumber ?n } ORDER BY ?case LIMIT 2").text
    assert "2 rows" in page
    assert re.search(
        r'<td><a href="/page/communication/[^"]+" title="https://w3id.org/servanda/id/communication/', page
    )
    downloads = re.findall(r'href="(/sparql\?query=[^"]+&amp;format=(\w+))"', page)
    assert [format for _, format in downloads] == ["csv", "tsv", "json", "xml"]
    for address, _ in downloads:
        assert client.get(unescape(address)).status_code == 200
    assert re.search(r'<a class="button quiet" href="/query\?query=SELECT%20', page)


def test_graphs_are_shown_as_text(client: FlaskClient) -> None:
    page = run(client, "DESCRIBE communication:cat-433-2010").text
    assert "statements, in Turtle" in page
    formats = re.findall(r'&amp;format=(\w+)"', page)
    assert formats == ["turtle", "ntriples", "jsonld", "rdfxml"]


def test_yes_and_no(client: FlaskClient) -> None:
    assert "(true)" in run(client, "ASK { ?c a sv:Communication }").text
    assert "(false)" in run(client, "ASK { ?c a sv:Nothing }").text


def test_long_results_say_that_not_all_is_shown(client: FlaskClient) -> None:
    page = run(client, "SELECT * { ?s ?p ?o } LIMIT 700").text
    assert "700 rows; the first 500 are shown" in page
    assert page.count("<tr><td") == 500


def test_unbound_values_languages_and_numbers(client: FlaskClient) -> None:
    page = run(client, 'SELECT ?a ?b ?c ?d { BIND("x"@kk AS ?a) BIND(1.5 AS ?b) BIND(BNODE() AS ?d) }').text
    assert '<bdi lang="kk"' in page
    assert '<td class="number">' in page
    assert "<td></td>" in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
def test_dangerous_addresses_are_text(client: FlaskClient, address: str) -> None:
    page = run(client, f'SELECT ?a ?b {{ BIND(<{address}> AS ?a) BIND("{address}"^^xsd:anyURI AS ?b) }}').text
    assert f'href="{address}' not in page


def test_error_is_shown_at_its_place(client: FlaskClient) -> None:
    answer = run(client, "SELECT ?case\nWHERE { ?case sv:violatedArticle }")
    assert answer.status_code == 400
    assert "Line 2, column 34" in answer.text
    assert 'data-error-line="2" data-error-column="34"' in answer.text
    assert "sv:violatedArticle <mark>}</mark>" in answer.text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 400, "query is empty"),
        ("DROP ALL", 400, "update"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "SERVICE is disabled"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 400, "more than 10000 rows"),
        ("SELECT * {", 400, "not valid SPARQL"),
        ("{" * 5000, 400, "nesting"),
    ],
)
def test_refused_queries_stay_in_the_form(client: FlaskClient, query: str, status: int, words: str) -> None:
    answer = run(client, query)
    assert answer.status_code == status
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert run(client, "ASK {}").status_code == 200


def test_query_that_takes_too_long(hurried: FlaskClient) -> None:
    answer = run(hurried, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert answer.status_code == 503
    assert "time limit of 1.5 s" in answer.text
    assert int(answer.headers["Retry-After"]) >= 1


def test_prefixes_are_those_that_are_used(names: Names) -> None:
    text = with_prefixes("SELECT * { ?case a sv:Communication ; rdfs:label ?l }", names)
    assert text.splitlines()[:2] == [f"PREFIX sv: <{names.prefixes['sv']}>", f"PREFIX rdfs: <{names.prefixes['rdfs']}>"]
    assert "PREFIX skos:" not in text
    assert with_prefixes("ASK {}", names) == "ASK {}\n"


def test_examples_run_elsewhere_too(client: FlaskClient, names: Names) -> None:
    for example in saved.examples():
        declared = with_prefixes(example.text, names)
        assert client.post("/sparql", data={"query": declared}).status_code == 200


def test_works_without_the_built_editor(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.editor.bundle_address", lambda name: None)
    page = client.get("/query").text
    assert "editor-terms" not in page
    assert "<textarea" in page
    assert "<button>Run</button>" in page
