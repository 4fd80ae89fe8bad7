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


def test_each_measure_has_its_state_according_to_whom(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/cat-497-2012").text.split('id="measures"')[1].split("<h2")[0])
    assert "what became of it according to whom" in page
    compensation = page.split("Compensation as part of full reparation")[1].split("Rehabilitation as part")[0]
    state, others = compensation.split("Organisations and others")
    assert "26 April 2017 · CAT/C/60/4 , para. 21" in state
    assert "calls 100,000 tenge to the family a partial compensation" in state
    assert "Rasim Bairamov as Committee against Torture reports it" in others
    assert "100,000 KZT, by Department of Internal Affairs of Kostanay region to Rasim Bairamov , June 2015" in others


def test_proceedings_and_dialogue(client: FlaskClient) -> None:
    page = client.get("/page/communication/cat-497-2012").text
    proceedings = text(page.split('id="proceedings"')[1].split("<h2")[0])
    assert "12 December 2014" in proceedings
    assert "quashing of the conviction refused" in proceedings
    assert "according to Kazakhstan · CAT/C/60/4, para. 21" in proceedings
    dialogue = text(page.split('id="dialogue"')[1].split("<h2")[0])
    assert "Follow-up to the decision on CAT 497/2012 : ongoing" in dialogue
    assert "not whether the decision was carried out" in dialogue
    assert "information on the steps taken : no answer is recorded" in dialogue


def test_removal_in_spite_of_interim_measures(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/ccpr-2024-2011").text.split('id="interim"')[1].split("<h2")[0])
    assert page.index("1 February 2011") < page.index("7 April 2011") < page.index("30 May 2011")
    assert "extradition , Arshidin Israil from Kazakhstan to China" in page
    assert "in spite of the requests of 1 February 2011 , 7 April 2011" in page


def test_case_of_whose_end_nothing_is_told_says_so(client: FlaskClient) -> None:
    page = text(client.get("/page/communication/ccpr-2311-2013").text)
    assert "What became of it is not told by the sources read here." in page
    assert "according to whom" not in page


def test_language_versions(client: FlaskClient) -> None:
    assert "Languages English , French , Spanish" in text(client.get("/page/communication/cat-441-2010").text)
