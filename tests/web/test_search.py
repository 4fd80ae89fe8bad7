"""The search page."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Gerasimov", "/page/communication/cat-433-2010"),
        ("433/2010", "/page/communication/cat-433-2010"),
        ("CAT/C/48/D/433/2010", "/page/decision/cat-c-48-d-433-2010"),
        ("CAT 12", "/page/provision/cat-12"),
        ("Committee against Torture", "/page/body/cat"),
        ("bayramov", "/page/communication/cat-497-2012"),
    ],
)
def test_finds(client: FlaskClient, text: str, target: str) -> None:
    assert f'href="{target}"' in client.get("/search", query_string={"q": text}).text


def test_leads_to_the_cases_that_mention_the_words(client: FlaskClient) -> None:
    assert 'href="/cases?text=torture"' in client.get("/search?q=torture").text


@pytest.mark.parametrize("text", ["", "   ", "xyzzy", "x" * 5000, "\x00", "'; DROP", "💥", "((("])
def test_finds_nothing_politely(client: FlaskClient, text: str) -> None:
    answer = client.get("/search", query_string={"q": text})
    assert answer.status_code == 200
    assert "results for" not in answer.text or "0 results" in answer.text
    assert client.get("/search?q=Gerasimov").status_code == 200
