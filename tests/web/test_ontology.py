"""The page of the ontology."""

import re

from flask.testing import FlaskClient


def test_lists_every_term_with_its_meaning_and_use(client: FlaskClient) -> None:
    page = client.get("/page/def").text
    assert '<tr id="Communication">' in page
    assert "A dated step in the course of a communication or of a follow-up procedure." in page
    row = re.search(r'<tr id="Decision">.*?</tr>', page, re.DOTALL)
    assert row
    assert "90</td>" in row[0]
    assert 'href="/page/scheme/outcome"' in page


def test_is_reached_by_its_address(client: FlaskClient) -> None:
    assert client.get("/def").headers["Location"] == "/page/def"
    assert client.get("/def.ttl").headers["Location"] == "/data/def.ttl"
    assert client.get("/data/def.ttl").status_code == 200
