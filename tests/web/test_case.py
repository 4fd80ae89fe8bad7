"""The page of one case, against what its documents say."""

import re

from flask.testing import FlaskClient

from kg import saved
from kg.cases import cases
from web.site import KEY


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def test_key_facts(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/cat-433-2010").text)
    for fact in ("433/2010", "Committee against Torture", "Kazakhstan", "Alexander Gerasimov", "24 May 2012",
                 "Open Society Justice Initiative", "CAT/C/48/D/433/2010", "22 April 2010"):  # fmt: skip
        assert fact in page


def test_invoked_and_violated_stand_side_by_side(client: FlaskClient) -> None:
    page = client.get("/page/communication/cat-433-2010").text
    rows = {row.split()[0] + row.split()[1]: row for row in map(text, page.split("<tr>")) if row.split()[:1] == ["CAT"]}
    assert "○ yes ● violation para. 13" in rows["CAT12"]
    assert "see CAT 2(1)" in rows["CAT2"]
    assert "as part of CAT 2 ● violation" in rows["CAT2(1)"]


def test_measures_and_sources(client: FlaskClient) -> None:
    page = client.get("/page/communication/cat-433-2010").text
    assert "Protection of the complainant and his family from threats" in page
    assert 'href="/page/graph/data/decisions/cat-c-48-d-433-2010"' in page
    assert 'href="/page/document/cat-c-48-d-433-2010"' in page
    assert "docstore.ohchr.org" in page


def test_two_decisions_on_one_case(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/cat-444-2010").text)
    assert "Decision 1" in page
    assert "Decision 2" in page
    assert "admissible" in page
    assert "1 June 2012" in page


def test_joined_cases_show_to_whom_a_finding_is_limited(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/ccpr-2538-2015").text)
    assert "2538/2015, 2539/2015" in page
    assert "only for Bakhtiyar Albani, Georgiy Arkhangelskiy, Zhanar Sekerbayeva" in page


def test_inadmissible_case_names_the_ground(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/ccpr-2021-2010").text)
    assert "inadmissible" in page
    assert "Ground: OP1-ICCPR" in page


def test_every_ground_of_inadmissibility_is_named(client: FlaskClient) -> None:
    rows = saved.run(
        client.application.extensions[KEY].store, "page-case-decisions", communication="communication:ccpr-2021-2010"
    )
    grounds = {str(row["citation"]) for row in rows if row["citation"]}
    assert len(grounds) > 1
    named = text(client.get("/page/communication/ccpr-2021-2010").text).split("Ground: ")[1].split(" Issues ")[0]
    assert all(ground in named for ground in grounds)


def test_no_case_page_leaves_out_a_provision_or_a_finding(client: FlaskClient) -> None:
    rows = cases(client.application.extensions[KEY].store)
    assert len(rows) > 80
    for row in rows:
        page = client.get(row.iri.replace("https://w3id.org/servanda/id/", "/page/")).text
        shown = page.split('id="provisions"')[1].split('id="read"')[0]
        missing = [finding.iri for finding in row.findings if f'{finding.iri.rpartition("/")[2]}"' not in shown]
        missing += [provision.citation for provision in row.invoked if f">{provision.citation}</a>" not in shown]
        assert missing == [], row.communication_number


def test_unknown_case(browser: FlaskClient) -> None:
    answer = browser.get("/page/communication/cat-999-2010")
    assert answer.status_code == 404
    assert "/search?q=cat%20999%202010" in answer.text
