"""The tables of recommendations and of deadlines, and their CSV: the same facts in each form."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from kg import deadlines, recommendations


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def read(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    ("path", "kind"), [("/recommendations", "recommendation"), ("/deadlines", "deadline")]
)  # fmt: skip
def test_table_and_csv_show_the_same_rows(client: FlaskClient, path: str, kind: str) -> None:
    every = len(read(client, f"{path}.csv"))
    for query in ("", "?body=CAT", "?state=kaz", "?body=ccpr"):
        page, rows = client.get(path + query).text, read(client, f"{path}.csv{query}")
        assert f"<strong>{len(rows)}</strong> of {every}" in page
        links = re.findall(rf'<th scope="row"><a href="/page/{kind}/([^"]+)"', page)
        assert links == [row["iri"].rsplit("/", 1)[1] for row in rows]
        assert rows


def test_recommendations_by_body_cycle_and_theme(client: FlaskClient) -> None:
    rows = read(client, "/recommendations.csv?body=HRC&cycle=ccpr-kaz-2&theme=reprisals")
    assert tuple(rows[0]) == recommendations.COLUMNS
    found = {row["iri"].rsplit("/", 1)[1]: row for row in rows}
    assert set(found) == {"ccpr-c-kaz-co-2-p24", "ccpr-c-123-2-p24-d"}
    row = found["ccpr-c-kaz-co-2-p24"]
    assert row["latest_grades"] == (
        "(a), (b) B: partially satisfactory | (c), (d), (e), (f) C: not satisfactory"
    )  # fmt: skip
    assert (row["parts"], row["open_requests"], row["number"]) == ("a, b, c, d, e, f", "16", "24")


def test_both_dimensions_of_the_committee_against_torture_are_shown(client: FlaskClient) -> None:
    row = read(client, "/recommendations.csv?text=January+2022&body=cat")[0]
    assert row["latest_grades"] == "(a) B2: initial steps (implementation); 2: middle rung (information)"


def test_repeated_recommendation_names_the_earlier_one(client: FlaskClient) -> None:
    page = text(client.get("/recommendations?text=reiterated").text)
    assert "paragraph 18 reiterated repeats CCPR/C/KAZ/CO/2, paragraph 18" in page


def test_orders(client: FlaskClient) -> None:
    counts = [int(row["open_requests"]) for row in read(client, "/recommendations.csv?sort=-open_requests")]
    assert counts == sorted(counts, reverse=True)
    page = client.get("/recommendations?sort=date&body=hrc").text
    assert re.search(r'aria-sort="ascending"><a href="/recommendations\?body=hrc&amp;sort=-date"', page)


def test_reply_is_late_or_in_time_by_the_counting_rule(client: FlaskClient) -> None:
    rows = {row["iri"].rsplit("/", 1)[1]: row for row in read(client, "/deadlines.csv")}
    calendar, working = (rows[f"cat-kaz-co-4-follow-up-{rule}"] for rule in ("calendar", "next-working-day"))
    assert tuple(calendar) == deadlines.COLUMNS
    assert [calendar[name] for name in ("term", "due", "due_is", "met_on", "days_late", "status")] == [
        "1 year", "2024-05-12", "computed", "2024-05-13", "1", "met late"]  # fmt: skip
    assert [working[name] for name in ("due", "met_on", "days_late", "status")] == [
        "2024-05-13", "2024-05-13", "0", "met in time"]  # fmt: skip
    stated = rows["ccpr-kaz-3-report"]
    assert [stated[name] for name in ("due", "due_is", "met_by", "days_late", "status")] == [
        "2020-07-15", "stated", "", "", "day passed, nothing recorded"]  # fmt: skip
    assert rows["ccpr-kaz-co-2-follow-up"]["days_late"] == "'-216"


def test_deadlines_page_says_the_same(client: FlaskClient) -> None:
    page = text(client.get("/deadlines").text)
    assert "! 1 day late inferred" in page
    assert "✓ on the last day inferred" in page
    assert "✓ 216 days early" in page
    assert "1 year from CAT/C/KAZ/CO/4: end of the 76th session, 12 May 2023" in page
    assert "15 July 2020 stated: CCPR/C/123/2, Kazakhstan, line 385" in page


def test_deadlines_by_result(client: FlaskClient) -> None:
    assert [row["days_late"] for row in read(client, "/deadlines.csv?status=late")] == ["1"]
    page = client.get("/deadlines?status=to-come&body=cat").text
    assert '<option value="to-come" selected>' in page
    assert "Fifth periodic report under CAT" in page


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/recommendations?sort=password", 400, "not a column"),
        ("/recommendations?body=XYZ", 200, "There is no body"),
        ("/recommendations?theme=x", 200, "There is no theme"),
        ("/recommendations?text=" + "x" * 5000, 200, "No recommendation fits"),
        ("/deadlines?status=soon", 400, "not a status"),
        ("/deadlines?state=Atlantis", 200, "There is no State"),
        ("/deadlines?body=<b>", 200, "There is no body &#34;&lt;b&gt;"),
    ],
)
def test_filters_that_make_no_sense(client: FlaskClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
