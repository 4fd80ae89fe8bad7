"""The competency questions: heads, choices, and each answer against the one that was checked by hand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat

from kg import questions, saved
from kg.errors import InputError, NotFound, UsageError
from kg.queryfile import read_query
from kg.questions import Question
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store, evaluate, iri

HEAD = """# title: Cases of one article
# title-ru: Дела по статье
# description: Lists the cases.
# description-ru: Перечисляет дела.
# question: 99
# audience: lawyer
# parameter: article iri provision:cat-12
# label: article Article
# label-ru: article Статья
"""
QUERY = "SELECT ?article ?case { ?case sv:violatedArticle ?article } ORDER BY ?case\n"


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


def test_there_are_the_42_questions_of_the_design() -> None:
    assert [question.number for question in questions.catalogue()] == list(range(1, 43))
    assert len({question.name for question in questions.catalogue()}) == 42


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_the_answer_is_the_expected_one(store: Store, question: Question) -> None:
    start = time.perf_counter()
    found = evaluate(store, question.query.text, saved.bound(question.query, {}), saved.names().prefixes)
    body = found.serialize(format=QueryResultsFormat.CSV)
    assert time.perf_counter() - start < 2, "a page waits for this"
    assert body is not None
    assert body.decode().splitlines() == questions.expected(question).read_bytes().decode().splitlines()


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_an_empty_answer_says_what_is_missing(store: Store, question: Question) -> None:
    if not questions.answer(store, question):
        assert set(question.missing) == {"en", "ru"}


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_texts_are_in_both_languages(question: Question) -> None:
    for texts in (question.title, question.description):
        assert texts["en"].isascii() or "–" in texts["en"] or "’" in texts["en"]
        assert any("а" <= letter <= "я" for letter in texts["ru"])
    assert question.description["en"].endswith(".")
    assert question.description["ru"].endswith(".")


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_every_choice_can_be_asked(store: Store, question: Question) -> None:
    for field in question.fields:
        offered = questions.choices(store, field)
        if field.choices:
            assert offered, field.parameter.name
            assert len({choice.node for choice in offered}) == len(offered), "each choice once"
            default = field.parameter.default
            if default != saved.ANY:
                assert saved.node_of(field.parameter, str(default)) in {choice.node for choice in offered}
            last = {field.parameter.name: offered[-1].node}
            assert questions.answer(store, question, **last) is not None


def test_no_file_of_answers_or_choices_is_left_over() -> None:
    names = {question.name for question in questions.catalogue()}
    assert {path.stem for path in questions.FOLDER.glob("*.csv")} == names
    used = {field.choices for question in questions.catalogue() for field in question.fields}
    assert {path.stem for path in questions.CHOICES.glob("*.rq")} == used - {""}


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (HEAD.replace("# audience: lawyer", "# audience: judge"), 'audience "judge" is none of researcher, lawyer'),
        (HEAD.replace(" provision:cat-12", ""), 'parameter "article" of a question needs a default'),
        (HEAD.replace("# label-ru: article Статья\n", ""), 'parameter "article" needs a label and a label-ru'),
        (HEAD + "# choices: article no-such\n", '"no-such", the choices of "article", is no query'),
        (HEAD.replace("# title-ru: Дела по статье\n", ""), 'exactly one line "# title-ru: …"'),
        (HEAD.replace("article iri", "article list"), 'parameter "article" must have one of the types'),
    ],
)
def test_a_head_that_is_wrong_is_refused(tmp_path: Path, broken: str, message: str) -> None:
    path = tmp_path / "x.rq"
    path.write_text(broken + QUERY, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        questions.read(read_query(path))


def test_a_value_of_the_wrong_type_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.rq"
    head = HEAD.replace("article iri provision:cat-12", "article date 2024-01-01")
    path.write_text(head + QUERY, encoding="utf-8")
    question = questions.read(read_query(path))
    with pytest.raises(InputError, match=r'article: "yesterday" is no date; write it like 2024-05-13'):
        questions.answer(store, question, article="yesterday")
    with pytest.raises(UsageError, match='has no parameter "case"'):
        questions.answer(store, question, case=iri("urn:x"))
    with pytest.raises(NotFound):
        questions.find("no-such")
