"""What a reader sees of a value: nothing hidden, nothing dangerous to follow."""

import pytest

from kg.names import Names
from web.present import cell, host, href, is_address, local_name, long_date, page_path, shortened, visible, with_query

BASE = "https://w3id.org/servanda/"
ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"


def test_visible_escapes_and_shows_what_reorders_text() -> None:
    assert visible("<b>&\u202e") == '&lt;b&gt;&amp;<span class="bidi">U+202E</span>'
    assert visible(None) == "None"


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE + "id/communication/cat-433-2010", "/page/communication/cat-433-2010"),
        (BASE + "scheme/outcome/violation", "/page/scheme/outcome/violation"),
        (BASE + "graph/data/decisions/x", "/page/graph/data/decisions/x"),
        (BASE + "def#Finding", "/page/def/Finding"),
        (BASE + "def", "/page/def"),
        (BASE + "id/../etc", None),
        ("https://example.org/id/x", None),
    ],
)
def test_page_path(names: Names, iri: str, path: str | None) -> None:
    assert page_path(names, iri) == path


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "urn:x", "mailto:a@b.c", "http://a b", "x"])
def test_only_http_addresses_are_links(names: Names, iri: str) -> None:
    assert href(names, iri) is None
    assert not is_address(iri, ANY_URI)


def test_http_addresses_are_links(names: Names) -> None:
    assert href(names, "https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert is_address("https://example.org/", ANY_URI)
    assert not is_address("https://example.org/", "http://www.w3.org/2001/XMLSchema#string")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2012-05-24", "24 May 2012"),
        ("2014-05", "May 2014"),
        ("2014", "2014"),
        ("2014-13-45", "2014-13-45"),
        ("2014-99", "2014-99"),
        ("2014-05-24/2014-06-01", "24 May 2014 to 1 June 2014"),
        ("2017-11/..", "since November 2017"),
        ("../2017", "until 2017"),
        ("", ""),
    ],
)
def test_dates_in_words(value: str, text: str) -> None:
    assert long_date(value) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_are_never_formulas(start: str) -> None:
    assert cell(f"{start}1") == f"'{start}1"
    assert cell(f"1{start}") == f"1{start}"


def test_small_pieces() -> None:
    assert local_name(BASE + "def#Finding") == "Finding"
    assert local_name(BASE + "id/state/kaz") == "kaz"
    assert host("https://example.org/a") == "example.org"
    assert host("nonsense") == "nonsense"
    assert shortened("short") == "short"
    assert len(shortened("x" * 200)) == 70
    assert with_query("/cases", body="", year=None, text="a & b") == "/cases?text=a%20%26%20b"
    assert with_query("/cases") == "/cases"
