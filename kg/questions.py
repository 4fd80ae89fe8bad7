"""The competency questions: stored queries that the graph must be able to answer, each with an expected answer.

The head of a file in kg/queries/questions has, besides what `kg.saved` describes:

    # question: 1
    # audience: researcher
    # title-ru: …
    # description-ru: …
    # choices: article violated-articles
    # label: article Article
    # label-ru: article Статья
    # missing: What the sources do not say, where the answer is empty or partial for that reason.
    # missing-ru: …

Every parameter has a default, so that a question has an answer before anything is chosen. The choices of a parameter
are the rows (?value, ?label) of a query in kg/queries/choices. The file of the same name with the suffix .csv holds the
answer that is expected for the defaults, checked by hand against the sources.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from kg import saved
from kg.errors import InputError, NotFound
from kg.queryfile import QueryFile, read_queries
from kg.saved import Parameter, Row, Saved
from kg.store import Node, Store

__all__ = ["AUDIENCES", "Choice", "Field", "Question", "answer", "catalogue", "choices", "expected", "find", "read"]

FOLDER = saved.FOLDER / "questions"
CHOICES = saved.FOLDER / "choices"
AUDIENCES = ("researcher", "lawyer", "NGO", "official")


class Choice(NamedTuple):
    """Hold one value that a parameter may take: the term, and what it is called."""

    node: Node
    label: str


class Field(NamedTuple):
    """Hold one parameter as a form shows it: labels by language, and the query that lists its choices, "" for none."""

    parameter: Parameter
    labels: dict[str, str]
    choices: str


class Question(NamedTuple):
    """Hold one competency question; texts by language ("en", "ru"), `missing` empty if the corpus can answer it."""

    number: int
    name: str
    audience: str
    title: dict[str, str]
    description: dict[str, str]
    missing: dict[str, str]
    fields: tuple[Field, ...]
    query: Saved


@cache
def catalogue() -> tuple[Question, ...]:
    """Read every question, by number; raises InputError for a head that is not as described above."""
    return tuple(sorted((read(file) for file in read_queries(FOLDER)), key=lambda question: question.number))


def find(name: str) -> Question:
    """Return one question; raises NotFound if there is none of that name."""
    for question in catalogue():
        if question.name == name:
            return question
    raise NotFound(name, "question")


def answer(store: Store, question: Question, **values: Node | str | int) -> list[Row]:
    """Run a question and return its rows; raises UsageError for an unknown parameter, InputError for a bad value."""
    return saved.run_query(store, question.query, **values)


def choices(store: Store, field: Field) -> list[Choice]:
    """Return what a parameter may be, in the order of the query that lists it; nothing for a free one."""
    if not field.choices:
        return []
    (query,) = (query for query in _choice_queries() if query.name == field.choices)
    rows = saved.run_query(store, query)
    return [Choice(row["value"], str(row["label"] or row["value"])) for row in rows if row["value"]]


def expected(question: Question) -> Path:
    """Return the file with the expected answer, SPARQL 1.1 CSV results for the defaults."""
    return FOLDER / f"{question.name}.csv"


@cache
def _choice_queries() -> tuple[Saved, ...]:
    return tuple(saved.read_head(file) for file in read_queries(CHOICES))


def read(file: QueryFile) -> Question:
    """Make a question of its file; raises InputError for a head that is not as described above."""
    query = saved.read_head(file)
    audience = file.one("audience")
    if audience not in AUDIENCES:
        raise InputError(f'{file.path}: audience "{audience}" is none of {", ".join(AUDIENCES)}')
    for parameter in query.parameters:
        if parameter.default is None:
            raise InputError(f'{file.path}: parameter "{parameter.name}" of a question needs a default')
    known = {choice.name for choice in _choice_queries()}
    chosen = _by_parameter(file, "choices")
    for name, choice in chosen.items():
        if choice not in known:
            raise InputError(f'{file.path}: "{choice}", the choices of "{name}", is no query in kg/queries/choices')
    labels = {language: _by_parameter(file, key) for language, key in (("en", "label"), ("ru", "label-ru"))}
    fields = tuple(
        Field(
            parameter,
            {language: found[parameter.name] for language, found in labels.items() if parameter.name in found},
            chosen.get(parameter.name, ""),
        )
        for parameter in query.parameters
    )
    for field in fields:
        if set(field.labels) != {"en", "ru"}:
            raise InputError(f'{file.path}: parameter "{field.parameter.name}" needs a label and a label-ru')
    return Question(
        number=int(file.one("question")),
        name=file.name,
        audience=audience,
        title={"en": query.title, "ru": file.one("title-ru")},
        description={"en": query.description, "ru": file.one("description-ru")},
        missing={"en": file.one("missing"), "ru": file.one("missing-ru")} if "missing" in file.head else {},
        fields=fields,
        query=query,
    )


def _by_parameter(file: QueryFile, key: str) -> dict[str, str]:
    """Return the rest of each line of a key by the parameter that it begins with."""
    pairs = (line.partition(" ") for line in file.head.get(key, ()))
    return {name: rest.strip() for name, _, rest in pairs}
