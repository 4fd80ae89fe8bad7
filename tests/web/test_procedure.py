"""The page of one follow-up procedure, against what the documents say."""

import re

from flask.testing import FlaskClient


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def section(client: FlaskClient, name: str, id: str) -> str:
    return text(client.get(f"/page/procedure/{name}").text.split(f'id="{id}"')[1].split("<h2")[0])


def test_discontinued_is_not_implemented(client: FlaskClient) -> None:
    page = text(client.get("/page/procedure/ccpr-kaz-co-2-follow-up").text)
    assert "Where it stands discontinued" in page
    assert "“discontinued” does not mean “implemented”" in page
    assert "ended the procedure without judging that the recommendations were carried out" in page
    assert "3 parts B: partially satisfactory , 10 parts C: not satisfactory" in page


def test_timeline_is_in_order_with_its_passages(client: FlaskClient) -> None:
    steps = section(client, "ccpr-kaz-co-2-follow-up", "timeline")
    days = ["11 July 2016 :", "15 July 2016 :", "7 December 2016 :", "18 April 2017 :", "6 June 2017 :",
            "7 June 2017 :", "13 June 2017 :", "July 2018 : evaluation", "July 2018 : discontinuance",
            "1 August 2018 :"]  # fmt: skip
    places = [steps.index(day) for day in days]
    assert places == sorted(places)
    assert "CCPR/C/123/2, Kazakhstan, lines 382-384" in steps


def test_selected_recommendations_with_grades(client: FlaskClient) -> None:
    selected = section(client, "cat-kaz-co-4-follow-up", "selected")
    for paragraph, code in (("14", "2/B2"), ("24", "2/C"), ("28", "2/C"), ("44", "2/B2")):
        row = selected.split(f"para. {paragraph}:")[1].split("para. ")[0]
        assert f"as printed {code}" in row
    page = text(client.get("/page/procedure/cat-kaz-co-4-follow-up").text)
    counted = "implementation: 2 parts B2: initial steps , 2 parts C: not implemented ; information: 4 parts 2"
    assert counted in page
    plan = section(client, "cat-kaz-co-4-follow-up", "plan-1")
    assert "B as printed, 10 October 2024" in plan
    assert "implementation plan" in plan.lower()


def test_paragraph_8_comes_before_paragraph_10(client: FlaskClient) -> None:
    selected = section(client, "cat-kaz-co-3-follow-up", "selected")
    places = [selected.index(f"paragraph {number} ") for number in (8, 10, 13, 15)]
    assert places == sorted(places)
    assert "none recorded" in selected


def test_submissions_say_what_they_speak_on(client: FlaskClient) -> None:
    replies = section(client, "ccpr-kaz-co-2-follow-up", "replies")
    assert "Speaks on 18 (a), (b), (c), (d); 24 (a), (b), (c), (e), (f); 54 (a), (c)." in replies
    assert "Says nothing on 24 (d); 54 (b). inferred" in replies
    reports = section(client, "ccpr-kaz-co-2-follow-up", "reports")
    assert "Confederation of Independent Trade Unions of Kazakhstan , 7 June 2017" in reports
    assert "Speaks on 54 (a)." in reports


def test_deadlines_under_each_counting_rule(client: FlaskClient) -> None:
    due = section(client, "cat-kaz-co-4-follow-up", "deadlines")
    assert due.index("! 1 day late") < due.index("✓ on the last day")
    moved = section(client, "ccpr-kaz-co-2-follow-up", "deadlines")
    assert "Where open requests moved to" in moved
    assert "15 July 2020 stated" in moved


def test_requests_and_their_answers(client: FlaskClient) -> None:
    asked = section(client, "ccpr-kaz-co-2-follow-up", "requests")
    assert re.search(r"(\d+) requests for information, of which \1 without a recorded answer", asked)
    assert "on 18 (b), (c) no answer is recorded inferred" in asked


def test_procedure_on_a_decision_leads_to_the_case(client: FlaskClient) -> None:
    page = client.get("/page/procedure/cat-decision-follow-up-497-2012").text
    assert '<a href="/page/communication/cat-497-2012">' in page
    assert "“ongoing” does not mean “implemented”" in text(page)
    assert "No grade is recorded in this procedure." in text(page)
    replies = section(client, "cat-decision-follow-up-497-2012", "replies")
    assert "None is described here; what came in stands in the timeline." in replies


def test_procedure_whose_state_is_unknown_says_so(client: FlaskClient) -> None:
    page = text(client.get("/page/procedure/ccpr-kaz-co-1-follow-up").text)
    assert "Where it stands not recorded" in page
    assert "does not mean" not in page
