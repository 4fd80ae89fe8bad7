"""Headers, sizes and texts that attack: refused or shown harmless. tests/bad_input has hosts, paths and queries."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import BREAKOUT, FORMULA, SCRIPT

PAGES = ["/", "/cases", "/matrix", "/articles", "/articles/cat/12", "/page/communication/cat-433-2010", "/query",
         "/search?q=torture", "/about", "/page/def", "/nothing"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_headers(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_nonce_is_fresh_and_only_where_it_is_needed(browser: FlaskClient) -> None:
    first, second = browser.get("/query"), browser.get("/query")
    nonces = [re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"]) for page in (first, second)]
    if 'script type="module" nonce=' in first.text:  # the editor is built
        assert all(nonces)
        assert f'nonce="{nonces[0][1]}"' in first.text  # type: ignore[index]
        assert nonces[0][1] != nonces[1][1]  # type: ignore[index]
        assert first.headers["Cache-Control"] == "no-store"
    assert "nonce" not in browser.get("/cases").headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:5000"])
def test_own_hosts_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_large_bodies_are_refused(client: FlaskClient) -> None:
    answer = client.post("/sparql", data=b"q" * 1_100_000, content_type="application/sparql-query")
    assert answer.status_code == 413
    assert client.get("/healthz").status_code == 200


HOSTILE_PAGES = ["/page/communication/cat-433-2010", "/cases", "/matrix", "/search?q=onerror", "/articles/cat/12",
                 "/page/decision/cat-c-48-d-433-2010", "/page/person/d51a1486", "/search?q=HYPERLINK", "/",
                 "/page/measure/cat-c-48-d-433-2010-2"]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE_PAGES)
def test_hostile_texts_are_only_text(hostile: FlaskClient, path: str) -> None:
    page = hostile.get(path).text
    assert SCRIPT not in page
    assert BREAKOUT not in page
    assert "<script>alert" not in page


def test_hostile_texts_are_shown(hostile: FlaskClient) -> None:
    page = hostile.get("/page/communication/cat-433-2010").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert '<span class="bidi">U+202E</span>vomisareG' in page
    assert "\u202e" not in page


@pytest.mark.parametrize("text", [SCRIPT, BREAKOUT])
@pytest.mark.parametrize("address", ["/search?q=", "/cases?text=", "/cases?year=", "/cases?sort=", "/matrix?treaty=",
                                     "/query?query=", "/page/communication/cat-433-2010?incoming="])  # fmt: skip
def test_what_is_sent_comes_back_escaped(browser: FlaskClient, address: str, text: str) -> None:
    path, _, parameter = address.partition("?")
    page = browser.get(path, query_string={parameter.rstrip("="): text}).text
    assert text not in page
    assert "<script>alert" not in page


def test_spreadsheets_hold_no_formula(hostile: FlaskClient) -> None:
    answer = hostile.get("/cases.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f",{FORMULA}" not in answer.text
    assert "\"'=HYPERLINK(" in answer.text


def test_conditional_requests(client: FlaskClient) -> None:
    first = client.get("/cases")
    assert client.get("/cases", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/cases?year=2014").headers["ETag"] != first.headers["ETag"]


def test_static_files_are_kept_by_browsers(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/site\.css\?v=[0-9a-f]+)"', client.get("/").text)
    assert address
    for path, rule in [(address[1], "immutable"), ("/static/site.css", "no-cache")]:
        with client.get(path) as answer:
            assert rule in answer.headers["Cache-Control"]


def test_other_sites_may_read_data_but_not_pages(client: FlaskClient) -> None:
    origin = {"Origin": "https://evil.example"}
    for path in ("/sparql?query=ASK%20%7B%7D", "/data/communication/cat-433-2010.ttl", "/cases.csv"):
        assert client.get(path, headers=origin).headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in client.get(path, headers=origin).headers
    assert "Access-Control-Allow-Origin" not in client.get("/cases", headers=origin).headers
