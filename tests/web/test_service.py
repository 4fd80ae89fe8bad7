"""The service description: what the endpoint says of itself (SPARQL 1.1 Service Description, section 3)."""

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from kg.store import graphs
from web.site import KEY

SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html;q=0.5, application/n-triples", "application/n-triples"),
    ],
)
def test_describes_itself(client: FlaskClient, accept: str | None, media_type: str) -> None:
    answer = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert "Accept" in answer.vary
    read = parse(answer.data, RdfFormat.from_media_type(media_type))
    said = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in read}
    service = "http://localhost/sparql"
    assert (service, RDF_TYPE, SD + "Service") in said
    assert (service, SD + "endpoint", service) in said
    assert (service, SD + "supportedLanguage", SD + "SPARQL11Query") in said
    named = {value for _, predicate, value in said if predicate == SD + "name"}
    assert named == set(graphs(client.application.extensions[KEY].store))


def test_browser_goes_to_the_editor(browser: FlaskClient) -> None:
    answer = browser.get("/sparql")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/query")


def test_what_is_no_rdf_is_not_acceptable(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text
