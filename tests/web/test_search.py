"""The search page, and the suggestions for a text that is being typed."""

import pytest
from flask.testing import FlaskClient

FINDS = [
    ("Gerasimov", "/page/communication/cat-433-2010"),
    ("433/2010", "/page/communication/cat-433-2010"),
    ("CAT/C/48/D/433/2010", "/page/decision/cat-c-48-d-433-2010"),
    ("CAT 12", "/page/provision/cat-12"),
    ("Committee against Torture", "/page/body/cat"),
    ("bayramov", "/page/communication/cat-497-2012"),
]


@pytest.mark.parametrize(("text", "target"), FINDS)
def test_finds(client: FlaskClient, text: str, target: str) -> None:
    assert f'href="{target}"' in client.get("/search", query_string={"q": text}).text


@pytest.mark.parametrize(("text", "target"), FINDS)
def test_suggests(client: FlaskClient, text: str, target: str) -> None:
    answer = client.get("/suggest", query_string={"q": text})
    assert answer.content_type == "application/json"
    assert answer.json
    assert answer.json["query"] == text
    assert target in [hit["page"] for hit in answer.json["hits"]]
    assert set(answer.json["hits"][0]) == {"iri", "label", "kind", "text", "language", "page"}


def test_suggestions_are_few_and_need_not_be_sent_again(client: FlaskClient) -> None:
    first = client.get("/suggest?q=ka")
    assert first.json
    assert len(first.json["hits"]) == 10
    again = client.get("/suggest?q=ka", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/suggest").json == {"query": "", "hits": []}


def test_what_was_sought_is_marked_and_its_language_named(client: FlaskClient) -> None:
    assert "<mark>Gerasimov</mark> v. Kazakhstan" in client.get("/search?q=gerasimov").text
    assert 'lang="ru"' in client.get("/search", query_string={"q": "пытки"}).text


def test_leads_to_the_cases_that_mention_the_words(client: FlaskClient) -> None:
    assert 'href="/cases?text=torture"' in client.get("/search?q=torture").text


@pytest.mark.parametrize("text", ["", "   ", "xyzzy", "x" * 5000, "\x00", "'; DROP", "💥", "(((", '" OR "', "xyzzy*"])
def test_finds_nothing_politely(client: FlaskClient, text: str) -> None:
    answer = client.get("/search", query_string={"q": text})
    assert answer.status_code == 200
    assert "results for" not in answer.text or "0 results" in answer.text
    assert client.get("/suggest", query_string={"q": text}).status_code == 200
    assert client.get("/search?q=Gerasimov").status_code == 200
