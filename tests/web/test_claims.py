"""The list of questions with the claims on them, its CSV, and the page of one claim, against the graph."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from kg.claims import claims
from kg.disputes import disputes
from web.claims import CLAIM_COLUMNS, QUESTION_COLUMNS
from web.site import KEY

CIRCLE = "/page/claim/ngo-briefing-2015-eu-dialogue-unchanged"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def read(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_table_and_csv_show_the_same_questions(client: FlaskClient) -> None:
    total = len(disputes(client.application.extensions[KEY].store))
    for query in ("", "?theme=army", "?party=kaz", "?document=ccpr-c-123-2&order=claims", "?state=contradiction"):
        page, rows = client.get(f"/claims{query}").text, read(client, f"/claims.csv{query}")
        assert f"<strong>{len(rows)}</strong> of {total}" in page
        shown = re.findall(r'<th scope="row"><a href="/page/question/([^"]+)"', page)
        assert shown == [row["iri"].rsplit("/", 1)[1] for row in rows]
        assert shown
    assert tuple(rows[0]) == QUESTION_COLUMNS


def test_filters_choose_what_they_say(client: FlaskClient) -> None:
    assert all("ill-treatment in the army" in row["themes"] for row in read(client, "/claims.csv?theme=army"))
    assert all("Kazakhstan (" in row["parties"] for row in read(client, "/claims.csv?party=kaz"))
    disputed = read(client, "/claims.csv?state=contradiction")
    assert all(int(row["contradictions"]) > 0 for row in disputed)
    assert 0 < len(disputed) < len(read(client, "/claims.csv"))
    page = client.get("/claims?theme=army&party=amnesty-international&text=hazing").text
    assert '<option value="army" selected>' in page
    assert '<option value="amnesty-international" selected>' in page
    assert 'value="hazing"' in page


def test_every_claim_can_be_had_as_csv(client: FlaskClient) -> None:
    rows = read(client, "/claims.csv?rows=claims")
    assert tuple(rows[0]) == CLAIM_COLUMNS
    known = claims(client.application.extensions[KEY].store)
    assert {row["claim_iri"] for row in rows} == {iri for iri, claim in known.items() if claim.questions}
    row = next(row for row in rows if row["claim_iri"].endswith("/ngo-briefing-2015-eu-dialogue-unchanged"))
    assert row["party"] == "International Partnership for Human Rights; NGO Coalition against Torture in Kazakhstan"
    assert (row["stance"], row["on_belief"], row["place"]) == ("asserts", "true", "line 23")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("state=perhaps", 400, "write one of contradiction"),
        ("order=password", 400, "is not an order"),
        ("party=nobody", 200, "There is no party “nobody”"),
        ("theme=x", 200, "There is no theme"),
        ("text=" + "x" * 5000, 200, "No question fits"),
    ],
)
def test_filters_that_make_no_sense(client: FlaskClient, query: str, status: int, words: str) -> None:
    answer = client.get(f"/claims?{query}")
    assert answer.status_code == status
    assert words in answer.text


def test_a_claim_says_who_when_where_and_that_it_is_a_claim(client: FlaskClient) -> None:
    page = text(client.get(CIRCLE).text)
    for words in ("whether it is true is not said here", "International Partnership for Human Rights", "2015",
                  "+ asserts", "belief or opinion", "line 23", "Less than two per cent of complaints are prosecuted",
                  "comes back to a party that had said it before"):  # fmt: skip
        assert words in page
    assert 'href="/page/passage/ngo-briefing-2015-eu-dialogue-l23"' in client.get(CIRCLE).text


def test_a_statistical_claim_shows_its_figure(client: FlaskClient) -> None:
    page = text(client.get("/page/claim/ccpr-c-123-2-kaz-police-sentences").text)
    assert "5 to 7 years" in page
    assert "As reported by Human Rights Committee" in page


def test_every_claim_has_a_page(client: FlaskClient) -> None:
    known = claims(client.application.extensions[KEY].store)
    assert len(known) > 200
    for claim in list(known.values())[::7]:
        page = client.get(claim.iri.replace("https://w3id.org/servanda/id/", "/page/")).text
        assert all(place.spot in page for place in claim.places), claim.iri
        assert all(f'/page/{party.iri.split("/id/")[1]}"' in page for party in claim.parties), claim.iri


def test_unknown_claim(browser: FlaskClient) -> None:
    assert browser.get("/page/claim/nothing").status_code == 404
