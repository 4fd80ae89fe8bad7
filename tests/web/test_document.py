"""The page of one document: what it is, its versions, repairs and passages, against the graph."""

import re

from flask.testing import FlaskClient

from kg import saved
from web.site import KEY

LETTER = "/page/document/cat-letter-2024-10-10-kaz"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def test_key_facts_versions_and_what_it_judges(client: FlaskClient) -> None:
    page = text(client.get(LETTER).text)
    for words in ("Document type follow-up letter", "Date 10 October 2024", "Issued by Committee against Torture",
                  "In cycle CAT: fourth periodic report of Kazakhstan", "Judges what is said in CAT/C/KAZ/FCO/4",
                  "sha256:40412291558c717dfd2fec8c17c5e084767f32270c0ea5ce15a2d86db073653c"):  # fmt: skip
        assert words in page
    assert "advance unedited" in client.get("/page/document/ccpr-c-123-2").text


def test_a_reply_says_what_it_answers(client: FlaskClient) -> None:
    page = text(client.get("/page/document/cat-c-kaz-fco-4").text)
    assert "Answers CAT/C/KAZ/CO/4 by Reply of Kazakhstan of 13 May 2024" in page
    assert "Referred to by Committee against Torture: follow-up letter to Kazakhstan" in page


def test_repairs_show_both_readings_the_rule_and_what_confirms_it(client: FlaskClient) -> None:
    repairs = text(client.get(LETTER).text.split('id="repairs"')[1].split("<h2")[0])
    assert "line 15 CAT/C/IKAZICO/4 CAT/C/KAZ/CO/4 character confusion" in repairs
    assert "line 16 14 () 14 (a) lost letter" in repairs


def test_passages_stand_in_the_order_of_lines(client: FlaskClient) -> None:
    page = client.get(LETTER).text.split('id="passages"')[1]
    lines = [int(first) for first in re.findall(r'<th scope="row" class="spot" id="[^"]+"><a [^>]+>(\d+)', page)]
    assert lines == sorted(lines)
    row = text(page.split('id="cat-letter-2024-10-10-kaz-l45-47"')[1].split("</tr>")[0])
    assert "statistical claim Kazakhstan + asserts : 35 convictions for torture" in row
    assert "2: middle rung ; B2: initial steps" in text(page)


def test_no_passage_is_left_out(client: FlaskClient) -> None:
    store = client.application.extensions[KEY].store
    for name in ("ccpr-c-123-2", "cat-letter-2024-10-10-kaz", "ngo-handout-2015", "cat-c-48-d-433-2010"):
        page = client.get(f"/page/document/{name}").text
        rows = saved.run(store, "page-document-items", document=f"document:{name}")
        assert rows
        missing = [str(row["item"]) for row in rows if str(row["item"]).split("/id/")[1] not in page]
        assert missing == [], name


def test_one_kind_of_thing_can_be_shown(client: FlaskClient) -> None:
    page = client.get(f"{LETTER}?kind=Assessment").text.split('id="passages"')[1].split("</table>")[0]
    assert len(set(re.findall(r'href="/page/assessment/([^"]+)"', page))) == 5
    assert "/page/claim/" not in page
    assert client.get(f"{LETTER}?kind=Nothing").status_code == 400


def test_a_decision_leads_to_its_case(client: FlaskClient) -> None:
    page = text(client.get("/page/document/cat-c-48-d-433-2010").text)
    assert "Decides Gerasimov v. Kazakhstan (CAT 433/2010)" in page
    assert page.index("para. 13") < page.index("para. 14")


def test_a_document_without_passages_is_simple(client: FlaskClient) -> None:
    page = client.get("/page/document/cat-c-kaz-4").text
    assert 'id="passages"' not in page
    assert 'id="repairs"' not in page
    assert "CAT/C/KAZ/4" in page
