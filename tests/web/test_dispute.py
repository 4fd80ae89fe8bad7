"""The page of one question: every claim of every party, what curators and rules say, and no winner."""

import re

from flask.testing import FlaskClient

from kg.disputes import disputes
from web.site import KEY

ACCESS = "/page/question/npm-access-unimpeded"
RATE = "/page/question/prosecution-rate-under-two-per-cent"
PUNISHED = "/page/question/perpetrators-punished"


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def part(page: str, name: str) -> str:
    """Return what stands below one heading."""
    return re.split(r"<h2 ", page.split(f'id="{name}"')[1])[0]


def test_parties_stand_side_by_side_in_the_order_of_time(client: FlaskClient) -> None:
    page = client.get(ACCESS).text
    voices = re.findall(r'<section class="voice[^"]*" id="party-([^"]+)"', page)
    assert voices == ["ngo-coalition-against-torture-kazakhstan", "kaz", "amnesty-international"]
    assert "since 2014" in text(page)
    assert "− denies November 2014" in text(page)
    assert "+ asserts 7 December 2016 to 18 April 2017" in text(page)
    assert "As reported by Human Rights Committee in CCPR/C/123/2" in text(page)


def test_relations_name_the_curator_and_the_day(client: FlaskClient) -> None:
    page = text(part(client.get(ACCESS).text, "relations"))
    assert page.count("contradicts") == 3
    assert page.count("Servanda curators , 25 November 2026") == 3


def test_candidates_are_marked_as_found_by_rule(client: FlaskClient) -> None:
    page = client.get(PUNISHED).text
    found = disputes(client.application.extensions[KEY].store)
    dispute = found["https://w3id.org/servanda/id/question/perpetrators-punished"]
    assert dispute.candidates
    assert "no curator has judged them" in text(part(page, "candidates"))
    assert 'href="/page/rule/may-contradict"' in part(page, "candidates")
    assert part(page, "candidates").count('<span class="tag">candidate</span>') >= 1


def test_circular_reporting_is_drawn_as_a_chain(client: FlaskClient) -> None:
    chain = text(part(client.get(RATE).text, "repeated"))
    order = [chain.index(words) for words in ("said first", "passed on by another party", "no second source")]
    assert order == sorted(order)


def test_conclusions_of_committees_stand_apart(client: FlaskClient) -> None:
    page = text(part(client.get(PUNISHED).text, "conclusions"))
    assert "A grade judges what the State did, not this question" in page
    assert "B2: initial steps" in page or "C: not satisfactory" in page


def test_no_question_page_leaves_out_a_claim(client: FlaskClient) -> None:
    for dispute in disputes(client.application.extensions[KEY].store).values():
        page = client.get(dispute.iri.replace("https://w3id.org/servanda/id/", "/page/")).text
        numbers = re.findall(r' id="claim-(\d+)"', page)
        assert sorted(map(int, numbers)) == list(range(1, len(dispute.claims) + 1)), dispute.label
        assert page.count("Judged by</th>") == bool(dispute.relations), dispute.label


def test_belief_and_frequency_are_said_in_words(client: FlaskClient) -> None:
    assert "belief or opinion, not observation" in client.get(RATE).text
    assert "how often: some" in client.get(ACCESS).text


def test_a_question_is_asked_in_russian_too(client: FlaskClient) -> None:
    assert '<p class="muted" lang="ru">Имеет ли национальный превентивный механизм' in client.get(ACCESS).text


def test_unknown_question(browser: FlaskClient) -> None:
    assert browser.get("/page/question/nothing").status_code == 404
