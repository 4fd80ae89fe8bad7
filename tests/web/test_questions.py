"""The pages of the competency questions: list, form, answer and downloads, in English and Russian."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient

from kg import questions
from kg.questions import Question

QUESTION = "cases-by-violated-provision"


def test_the_list_shows_every_question_in_both_languages(client: FlaskClient) -> None:
    for language, query in (("en", ""), ("ru", "?lang=ru")):
        page = client.get(f"/questions{query}").text
        assert [q.number for q in questions.catalogue() if q.title[language] not in page] == []
    assert re.search(r"<h1>Вопросы</h1>", page)
    assert 'href="/questions/share-of-violations?lang=ru"' in page


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_every_question_has_a_page_with_its_answer(client: FlaskClient, question: Question) -> None:
    answer = client.get(f"/questions/{question.name}")
    assert answer.status_code == 200
    expected = list(csv.reader(io.StringIO(questions.expected(question).read_text("utf-8"))))[1:]
    if expected:
        assert f'<p role="status">{len(expected)} row' in answer.text
    else:
        assert question.missing["en"] in answer.text.replace("&#39;", "'").replace("&#34;", '"')
    for field in question.fields:
        assert f'<label for="in-{field.parameter.name}">{field.labels["en"]}</label>' in answer.text


def test_a_choice_changes_the_answer_and_stays_chosen(client: FlaskClient) -> None:
    page = client.get(f"/questions/{QUESTION}?provision=provision:cat-3").text
    assert '<option value="provision:cat-3" selected>' in page
    assert "/page/communication/cat-444-2010" in page
    assert "/page/communication/cat-441-2010" not in page
    assert '<th scope="col">provision</th>' not in page, "what was chosen is not a column"


def test_downloads_give_the_answer_to_the_choice(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"/questions/{QUESTION}.csv?provision=provision:cat-3").text)))
    data = json.loads(client.get(f"/questions/{QUESTION}.json?provision=provision:cat-3").text)
    assert [row["communication"] for row in rows] == [row["communication"] for row in data]
    assert len(rows) == 4
    shares = json.loads(client.get("/questions/share-of-violations.json").text)
    assert (shares[0]["decided"], shares[0]["violation"], shares[0]["per_cent"]) == (77, 55, 71.4)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"/questions/{QUESTION}?provision=x%3E+%3Fp", 400, "neither an IRI nor a prefixed name"),
        (f"/questions/{QUESTION}?provision=provision:none", 200, "The graph has no answer for this choice."),
        ("/questions/provisions-violated-together?least=many", 400, "is no integer; write it like 20"),
        ("/questions/no-such", 404, "no such question"),
        (f"/questions/{QUESTION}.csv?provision=x", 400, "neither an IRI"),
        (f"/questions/{QUESTION}.xls", 404, "no such question"),
    ],
)
def test_bad_input_is_answered_plainly(client: FlaskClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
