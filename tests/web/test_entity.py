"""Addresses of things: negotiation, pages that name the source of each value, and the same facts as data."""

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

CASE = "communication/cat-433-2010"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MEDIA = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
}
THINGS = {
    f"/id/{CASE}": f"/{CASE}",
    "/scheme/outcome/violation": "/scheme/outcome/violation",
    "/graph/data/decisions/cat-c-48-d-433-2010": "/graph/data/decisions/cat-c-48-d-433-2010",
    "/def": "/def",
    "/def/Finding": "/def/Finding",
    "/rule/violated-article": "/rule/violated-article",
    "/shape/communication": "/shape/communication",
}


@pytest.mark.parametrize(("address", "below"), THINGS.items())
@pytest.mark.parametrize(
    ("accept", "target"),
    [
        (None, "/page{}"),
        ("", "/page{}"),
        ("*/*", "/page{}"),
        (HTML, "/page{}"),
        ("text/turtle", "/data{}.ttl"),
        ("application/ld+json", "/data{}.jsonld"),
        ("application/n-triples", "/data{}.nt"),
        ("application/rdf+xml", "/data{}.rdf"),
        ("application/trig", "/data{}.trig"),
        ("text/html;q=0.4, text/turtle;q=0.5", "/data{}.ttl"),
        ("text/turtle;q=0.1, text/html;q=0.2", "/page{}"),
    ],
)
def test_303_by_accept(client: FlaskClient, address: str, below: str, accept: str | None, target: str) -> None:
    answer = client.get(address, headers={"Accept": accept} if accept is not None else {})
    assert answer.status_code == 303
    assert answer.headers["Location"] == target.format(below)
    assert "Accept" in answer.vary
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("suffix", MEDIA)
def test_303_by_suffix_whatever_accept_says(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/id/{CASE}.{suffix}", headers={"Accept": HTML})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/data/{CASE}.{suffix}")


@pytest.mark.parametrize("accept", ["application/x-none", "text/turtle;q=abc", "image/png"])
def test_406_lists_the_types(client: FlaskClient, accept: str) -> None:
    for path in (f"/id/{CASE}", f"/data/{CASE}"):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 406
        assert "text/turtle" in answer.text
        assert "Accept" in answer.vary
    assert client.get(f"/id/{CASE}").status_code == 303


@pytest.mark.parametrize(
    "path", ["/id/communication/nothing", "/scheme/nothing/x", "/graph/nothing", "/def/Nothing", "/id/x"]
)
@pytest.mark.parametrize("suffix", ["", ".ttl"])
def test_unknown_things(client: FlaskClient, path: str, suffix: str) -> None:
    assert client.get(path + suffix).status_code == 404
    below = path.removeprefix("/id") + suffix
    assert client.get("/data" + below).status_code == 404
    assert client.get("/page" + below).status_code == 404
    assert client.get(f"/id/{CASE}").status_code == 303


@pytest.mark.parametrize(("suffix", "media_type"), MEDIA.items())
def test_data_says_the_same_in_each_format(client: FlaskClient, suffix: str, media_type: str) -> None:
    answer = client.get(f"/data/{CASE}.{suffix}")
    assert answer.mimetype == media_type
    triples = {str(quad.triple) for quad in parse(answer.data, RdfFormat.from_media_type(media_type))}
    expected = {str(quad.triple) for quad in parse(client.get(f"/data/{CASE}.nt").data, RdfFormat.N_TRIPLES)}
    assert triples == expected
    assert any("433/2010" in triple for triple in triples)


def test_data_without_suffix_is_negotiated(client: FlaskClient) -> None:
    answer = client.get(f"/data/{CASE}", headers={"Accept": "application/ld+json"})
    assert answer.mimetype == "application/ld+json"
    assert answer.headers["Content-Location"] == f"/data/{CASE}.jsonld"
    assert "Accept" in answer.vary
    assert client.get(f"/data/{CASE}").mimetype == "text/turtle"


def test_data_of_a_graph_is_what_the_graph_holds(client: FlaskClient) -> None:
    answer = client.get("/data/graph/data/decisions/cat-c-48-d-433-2010.ttl")
    assert b'"433/2010"' in answer.data
    assert b"finding:cat-c-48-d-433-2010-cat-12" in answer.data


def test_page_names_sources_and_rules(client: FlaskClient) -> None:
    page = client.get(f"/page/{CASE}").text
    values = re.findall(r"<li[^>]*>.*?</li>", page.split('<details class="all">')[1].split('id="sources"')[0])
    assert len(values) > 30
    assert all('class="source"' in value or 'class="tag" href="/page/rule/' in value for value in values)
    assert '<li id="source-1"><a href="/page/graph/data/decisions/cat-c-48-d-433-2010">' in page


def test_page_links_to_its_data(client: FlaskClient) -> None:
    answer = client.get("/page/body/cat")
    for suffix, media_type in MEDIA.items():
        assert f'<link rel="alternate" type="{media_type}" href="/data/body/cat.{suffix}">' in answer.text
    assert '<https://w3id.org/servanda/id/body/cat>; rel="cite-as"' in answer.headers["Link"]
    assert "https://w3id.org/servanda/id/body/cat</code>" in answer.text


def test_long_lists_of_incoming_links_are_counted_and_paged(client: FlaskClient) -> None:
    page = client.get("/page/def/Finding").text
    more = re.search(r'20 of (\d+) are shown\. <a href="(/page/def/Finding\?incoming=rdf%3Atype)"', page)
    assert more
    first = client.get(more[2]).text
    assert f"{more[1]} things; these are 1 to 100" in first
    second = client.get(more[2] + "&offset=100").text
    assert "these are 101 to" in second
    shown = re.findall(r'<li><a href="(/page/finding/[^"]+)"', first + second)
    assert len(set(shown)) == len(shown) == int(more[1])


@pytest.mark.parametrize(
    ("query", "status"),
    [("incoming=rdf:type&offset=x", 400), ("incoming=nothing:x", 400), ("incoming=sv:author", 404), ("incoming=", 400),
     ("incoming=rdf:type&offset=99999", 404), ("incoming=rdf:type&offset=-5", 200)],
)  # fmt: skip
def test_wrong_lists_of_incoming_links(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/page/def/Finding?{query}").status_code == status
    assert client.get("/page/def/Finding").status_code == 200


def test_texts_keep_their_language(client: FlaskClient) -> None:
    assert '<bdi lang="en">' in client.get("/page/def/Finding").text
