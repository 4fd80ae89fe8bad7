"""The pages of treaties and articles."""

import re

import pytest
from flask.testing import FlaskClient


def test_treaties(client: FlaskClient) -> None:
    page = client.get("/articles").text
    for slug in ("cat", "opcat", "iccpr", "op1-iccpr"):
        assert f'href="/articles/{slug}"' in page


def test_treaty_lists_acts_and_articles(client: FlaskClient) -> None:
    page = client.get("/articles/cat").text
    assert "Committee against Torture" in page
    assert "accession" in page
    assert re.findall(r'<th scope="row" class="nowrap"><a href="/articles/cat/(\d+)"', page) == [
        str(number) for number in range(1, 34)
    ]


def test_article_says_what_it_asks_and_in_which_cases(client: FlaskClient) -> None:
    page = client.get("/articles/cat/12").text
    assert "not the wording of the treaty" in page
    assert '<a href="/page/scheme/duty-bearer/state-party">State party</a>' in page
    assert 'href="/page/communication/cat-433-2010"' in page
    assert 'href="/page/finding/cat-c-48-d-433-2010-cat-12"' in page
    assert 'rel="prev" href="/articles/cat/11"' in page
    assert 'rel="next" href="/articles/cat/13"' in page


def test_first_and_last_article_have_one_neighbour(client: FlaskClient) -> None:
    assert 'rel="prev"' not in client.get("/articles/cat/1").text
    assert 'rel="next"' not in client.get("/articles/cat/33").text


def test_parts_have_a_place_on_the_page_of_the_article(client: FlaskClient) -> None:
    assert '<li id="iccpr-14-3-d">' in client.get("/articles/iccpr/14").text
    assert 'href="/articles/iccpr/14#iccpr-14-3-d"' in client.get("/cases").text


def test_letters_may_be_of_any_case(client: FlaskClient) -> None:
    assert client.get("/articles/CAT/12").status_code == 200


@pytest.mark.parametrize("path", ["/articles/xyz", "/articles/cat/99", "/articles/cat/12/1", "/articles/cat/%00"])
def test_unknown(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get("/articles/cat/12").status_code == 200
