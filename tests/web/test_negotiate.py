"""Accept headers and suffixes: a table, with the cases of RFC 9110 and those that broke other endpoints."""

import pytest

from web.negotiate import choose, parse_accept, prefers_html, split_suffix

OFFERS = ["text/html", "text/turtle", "application/ld+json"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("  ", "text/html"),
        ("*/*", "text/html"),
        ("text/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("text/turtle;q=0.5, application/ld+json;q=0.4", "text/turtle"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/*;q=0.3, text/turtle;q=0.1, application/ld+json;q=0.2", "text/html"),
        ("application/x-none, */*;q=0.01", "text/html"),
        ("application/ld+json;profile=x;q=1", "application/ld+json"),
        ("application/x-none", None),
        ("text/turtle;q=abc", None),
        ("text/turtle;q=nan", None),
        ("text/turtle;q=2", None),
        ("*/*;q=0", None),
        ("*/html", None),
        ("html", None),
        (";;,,", None),
    ],
)
def test_choice(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERS) == chosen


def test_very_long_header_is_read_up_to_a_bound() -> None:
    assert len(parse_accept("text/turtle," * 20_000)) <= 100


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/problem+json, text/html;q=0.5", False),
    ],
)
def test_browsers_are_told_from_programs(accept: str | None, html: bool) -> None:
    assert prefers_html(accept) is html


@pytest.mark.parametrize(
    ("path", "stem", "media_type"),
    [
        ("cat-12.ttl", "cat-12", "text/turtle"),
        ("cat-12", "cat-12", None),
        ("def/0.1.0", "def/0.1.0", None),
        ("cat-12.exe", "cat-12.exe", None),
        ("a.ttl.nt", "a.ttl", "application/n-triples"),
    ],
)
def test_suffix(path: str, stem: str, media_type: str | None) -> None:
    assert split_suffix(path) == (stem, media_type)
