"""The table of cases and the matrix, and their CSV: the same facts in each form."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from kg.cases import COLUMNS
from kg.matrix import LONG_COLUMNS


def read(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_table_and_csv_show_the_same_rows(client: FlaskClient) -> None:
    for query in ("", "?outcome=violation", "?article=cat-12", "?year=2014&body=HRC", "?text=torture&sort=-title"):
        page, rows = client.get(f"/cases{query}").text, read(client, f"/cases.csv{query}")
        assert f"<strong>{len(rows)}</strong> of 90" in page
        links = re.findall(r'<th scope="row"><a href="/page/communication/([^"]+)"', page)
        assert links == [row["iri"].rsplit("/", 1)[1] for row in rows]


def test_csv_has_the_promised_columns(client: FlaskClient) -> None:
    rows = read(client, "/cases.csv?text=433/2010")
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["communication_number"] == "433/2010"
    assert rows[0]["articles_violated"] == "CAT 1; CAT 2(1); CAT 12; CAT 13; CAT 14; CAT 22"


def test_heads_sort_and_say_so(client: FlaskClient) -> None:
    page = client.get("/cases?sort=date_of_decision&outcome=violation").text
    assert re.search(r'aria-sort="ascending"><a href="/cases\?outcome=violation&amp;sort=-date_of_decision"', page)
    dates = [row["date_of_decision"] for row in read(client, "/cases.csv?sort=-date_of_decision")]
    assert dates == sorted(dates, reverse=True)


def test_filters_keep_what_was_chosen(client: FlaskClient) -> None:
    page = client.get("/cases?outcome=violation&article=CAT+12&year=2014&text=bairamov").text
    assert '<option value="violation" selected>' in page
    assert '<option value="2014" selected>' in page
    assert 'value="bairamov"' in page


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("year=20x4", 400, "not a year"),
        ("sort=password", 400, "not a column"),
        ("article=CAT+99", 200, "There is no provision"),
        ("body=XYZ", 200, "There is no treaty body"),
        ("outcome=x", 200, "There is no outcome"),
        ("text=" + "x" * 5000, 200, "No case fits"),
    ],
)
def test_filters_that_make_no_sense(client: FlaskClient, query: str, status: int, words: str) -> None:
    answer = client.get(f"/cases?{query}")
    assert answer.status_code == status
    assert words in answer.text
    assert client.get("/cases").status_code == 200


def test_matrix_leads_to_findings_and_cases(client: FlaskClient) -> None:
    page = client.get("/matrix?treaty=cat").text
    assert '<a class="mark-violated" href="/page/finding/cat-c-48-d-433-2010-cat-12" title="CAT 12 violated">' in page
    assert re.search(r'<a class="mark-invoked" href="/page/communication/[^"]+" title="CAT \d+ invoked">', page)
    assert '<a href="/articles/cat/12"' in page


def test_matrix_tells_states_apart_by_sign_and_words(client: FlaskClient) -> None:
    page = client.get("/matrix").text
    assert '<span aria-hidden="true">●</span><span class="visually-hidden">CAT 12 violated</span>' in page
    assert '<span aria-hidden="true">○</span><span class="visually-hidden">' in page


def test_matrix_agrees_with_its_csv(client: FlaskClient) -> None:
    rows, page = read(client, "/matrix.csv"), client.get("/matrix").text
    assert tuple(rows[0]) == LONG_COLUMNS
    violated = [row for row in rows if row["violated"] == "true"]
    assert len(re.findall('class="mark-violated" href', page)) == len(violated)
    assert all("/id/finding/" in row["iri"] for row in violated)
    cat = read(client, "/matrix.csv?treaty=cat")
    assert cat == [row for row in rows if row["provision"].startswith("CAT ")]


def test_matrix_totals(client: FlaskClient) -> None:
    rows, page = read(client, "/matrix.csv?treaty=cat"), client.get("/matrix?treaty=cat").text
    cases = {row["symbol"] for row in rows if row["provision"].startswith("CAT 12") and row["violated"] == "true"}
    heads = re.findall(r'<th scope="col"><a href="/articles/cat/(\d+)"', page)
    totals = re.search(r"Cases with a violation</th>(.*?)</tr>", page)
    assert totals
    numbers = re.findall(r"<td>(\d+)</td>", totals[1])
    assert numbers[heads.index("12")] == str(len(cases))


def test_unknown_treaty(client: FlaskClient) -> None:
    for path in ("/matrix?treaty=nothing", "/matrix.csv?treaty=nothing"):
        assert client.get(path).status_code == 404
    assert "No case concerns" in client.get("/matrix?treaty=opcat").text
