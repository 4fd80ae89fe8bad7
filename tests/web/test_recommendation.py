"""The page of one recommendation, against what the documents say."""

import re

import pytest
from flask.testing import FlaskClient

from kg import saved
from kg.store import Store, iri, match
from web.site import KEY

P24 = "/page/recommendation/ccpr-c-kaz-co-2-p24"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def part(client: FlaskClient, path: str, letter: str) -> str:
    """Return the section of one part, as HTML."""
    page = client.get(path).text
    return page.split(f'aria-labelledby="part-{letter}"')[1].split("</section>\n<section class=\"part\"")[0]


def columns(section: str) -> list[str]:
    """Return the text of the three columns: State, others, committee."""
    return [text(column.split("</section>")[0]) for column in section.split('<section class="party">')[1:4]]


@pytest.fixture
def store(client: FlaskClient) -> Store:
    made: Store = client.application.extensions[KEY].store
    return made


def test_key_facts(client: FlaskClient) -> None:
    page = text(client.get(P24).text)
    for fact in ("Human Rights Committee , 11 July 2016", "CCPR/C/KAZ/CO/2 , paragraph 24", "Kazakhstan",
                 "CCPR: second periodic report of Kazakhstan", "Follow-up to CCPR/C/KAZ/CO/2"):  # fmt: skip
        assert fact in page


def test_voices_stand_apart_with_stance_date_and_lines(client: FlaskClient) -> None:
    state, others, committee = columns(part(client, P24, "b"))
    assert state.strip().startswith("State Kazakhstan as Human Rights Committee reports it")
    assert "− denies Amnesty International says that the special prosecutor units take up torture cases" in others
    assert "13 June 2017 · CCPR/C/123/2 , lines 220–226 , lines 222–224" in others
    assert others.index("NGO Coalition against Torture in Kazakhstan") != others.index("Amnesty International")
    assert "→ requests" in committee
    assert "Amnesty International says" not in state + committee


def test_silence_is_shown_as_silence(client: FlaskClient) -> None:
    state, _, committee = columns(part(client, P24, "d"))
    assert "7 December 2016 says nothing on (d). inferred by the rule: A reply is silent on what it does not" in state
    assert "18 April 2017 says nothing on (d). inferred" in state
    assert "The committee notes that the reply says nothing on (d): CCPR/C/123/2, Kazakhstan, line 255" in committee
    _, others, _ = columns(part(client, P24, "a"))
    assert "Report of Amnesty International, 13 June 2017 : nothing on (a) is recorded." in others


def test_a_part_without_silence_is_not_called_silent(client: FlaskClient) -> None:
    assert "says nothing on" not in columns(part(client, P24, "c"))[0]


def test_grade_with_code_as_printed_scheme_and_meaning(client: FlaskClient) -> None:
    section = text(part(client, P24, "a"))
    assert "[B] (a) and (b) as printed, July 2018 , for (a), (b)" in section
    assert "implementation B: partially satisfactory The State has taken steps" in section
    assert "Scale: Follow-up grades of the Human Rights Committee since 2016" in section


def test_two_dimensions_of_one_grade_stand_apart(client: FlaskClient) -> None:
    section = text(part(client, "/page/recommendation/cat-c-kaz-co-4-p14", "a"))
    assert "2/B2 as printed, 10 October 2024" in section
    assert "implementation B2: initial steps The recommendation was carried out in part, with first steps." in section
    assert "information 2: middle rung" in section
    assert "initial or partial steps inferred by the rule" in section


def test_each_request_says_whether_it_was_answered(client: FlaskClient) -> None:
    page = text(client.get(P24).text)
    assert "Requests for information 16, of which 16 without a recorded answer" in page
    section = text(part(client, P24, "d"))
    assert "What the committee still asks on (d)" in section
    assert "no answer is recorded inferred" in section
    assert "to be answered in CCPR: third periodic report of Kazakhstan" in section


def test_letter_that_the_document_does_not_have_is_called_ours(client: FlaskClient) -> None:
    assert "The document has no letter here" in text(part(client, "/page/recommendation/ccpr-c-kaz-co-2-p18", "d"))
    assert "The document has no letter here" not in text(client.get(P24).text)


def test_history_goes_back_and_forth_over_rounds(client: FlaskClient) -> None:
    history = text(client.get(P24).text.split('id="history"')[1].split("</ol>")[0])
    assert history.index("made") < history.index("graded") < history.index("made again")
    assert "(c), (d), (e), (f) C: not satisfactory" in history
    assert "paragraph 24 (d) reiterated , part (d)" in history
    later = text(client.get("/page/recommendation/ccpr-c-123-2-p18").text.split('id="history"')[1].split("</ol>")[0])
    assert "11 July 2016 : made before: CCPR/C/KAZ/CO/2, paragraph 18" in later
    assert "graded (a), (b), (c), (d) C: not satisfactory for CCPR/C/KAZ/CO/2, paragraph 18" in later


def test_recommendation_whose_text_was_not_read_says_so(client: FlaskClient) -> None:
    page = text(client.get("/page/recommendation/cat-c-kaz-co-3-p8").text)
    assert "Selected for follow-up; its text was not read." in page
    assert "The parts of this recommendation are not recorded" in page


def test_position_in_the_periodic_review(client: FlaskClient) -> None:
    page = text(client.get("/page/recommendation/ngo-briefing-2015-eu-dialogue-upr").text)
    assert "Position of Kazakhstan supported , October 2014 according to International Partnership" in page
    assert "Coincides with Priority recommendations of the authors" in page


def test_no_page_leaves_out_a_claim_a_grade_or_a_request(client: FlaskClient, store: Store) -> None:
    concerns = iri("https://w3id.org/servanda/def#concerns")
    for row in saved.run(store, "recommendations"):
        one = str(row["recommendation"])
        parts = {str(found["part"]) for found in saved.run(store, "page-recommendation-parts", recommendation=one)}
        wanted = {quad.subject.value for on in (one, *parts) for quad in match(store, None, concerns, iri(on))}
        for name, column in (("grades", "assessment"), ("requests", "request"), ("measures", "measure")):
            rows = saved.run(store, f"page-recommendation-{name}", recommendation=one)
            wanted |= {str(found[column]) for found in rows if name != "grades" or str(found["part"]) in parts}
        page = client.get(one.replace("https://w3id.org/servanda/id/", "/page/")).text.split('<details class="all">')[0]
        links = set(re.findall(r'href="([^"#]+)"', page))
        pages = {thing.replace("https://w3id.org/servanda/id/", "/page/") for thing in wanted}
        assert pages - links == set()


def test_whole_of_a_recommendation_has_its_own_voices(client: FlaskClient) -> None:
    page = client.get(P24).text
    assert "has not carried out in full the three recommendations" in text(page.split('id="whole"')[1])
