"""The first page says what is known, and each figure can be checked."""

import json
import re
from html import unescape

from flask.testing import FlaskClient


def test_each_figure_leads_to_a_query_that_gives_it(client: FlaskClient) -> None:
    page = client.get("/").text
    figures = re.findall(r'<dd><a href="(/query\?query=[^"]+)"[^>]*>([\d,]+)</a>', page)
    assert len(figures) >= 5
    for address, shown in figures:
        answer = client.get(unescape(address).replace("/query", "/sparql"))
        binding = json.loads(answer.data)["results"]["bindings"][0]
        assert binding["value"]["value"] == shown.replace(",", "")


def test_says_whose_decisions_these_are_and_offers_search(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "on Kazakhstan" in page
    assert '<form action="/search" role="search"' in page
    for words in ("You do research", "You plead or document cases", "You work for a State"):
        assert words in page


def test_latest_decisions_come_first(client: FlaskClient) -> None:
    dates = re.findall(r'<time datetime="([^"]+)"', client.get("/").text.split("Latest decisions")[1])
    assert len(dates) == 8
    assert dates == sorted(dates, reverse=True)


def test_about_names_the_limits_in_force(hurried: FlaskClient) -> None:
    assert "1.5 seconds" in hurried.get("/about").text


def test_health(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    body = json.loads(answer.data)
    assert body["status"] == "ok"
    assert body["statements"] > 10_000
