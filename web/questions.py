"""The competency questions: the list, and for each a form with its parameters, the answer and the query behind it."""

from __future__ import annotations

import csv
import io
import json
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from kg import questions, saved
from kg.errors import InputError
from kg.labels import label
from kg.questions import AUDIENCES, Choice, Field, Question
from kg.saved import Row
from kg.store import Node
from web.editor import Cell, permalink
from web.present import cell, is_address, page_path, with_query
from web.site import current

blueprint = Blueprint("questions", __name__)

LANGUAGES = {"en": "English", "ru": "Русский"}
LABEL = "_label"  # a column of this name says what the column before it is called


class Input(NamedTuple):
    """Hold one input of the form: the parameter, its label, what is chosen, and the choices, empty for a free one."""

    field: Field
    label: str
    value: str
    choices: list[Choice]


@blueprint.get("/questions")
def listing() -> str:
    """List the questions by those who ask them."""
    language = _language()
    groups = {who: [q for q in questions.catalogue() if q.audience == who] for who in AUDIENCES}
    return render_template("questions.html", groups=groups, language=language, languages=LANGUAGES)


@blueprint.get("/questions/<slug:name>")
def page(name: str) -> Response:
    """Show one question with its answer, or send the answer alone as CSV or JSON by the suffix."""
    stem, _, suffix = name.rpartition(".")
    if stem and suffix in ("csv", "json"):
        return _download(questions.find(stem), suffix)
    question = questions.find(name)
    language = _language()
    inputs = [_input(field, language) for field in question.fields]
    failure, rows = "", []
    try:
        rows = questions.answer(current().store, question, **_given(question))
    except InputError as error:
        failure = str(error)
    columns = _columns(question, rows)
    body = render_template(
        "question.html",
        question=question,
        language=language,
        languages=LANGUAGES,
        inputs=inputs,
        failure=failure,
        columns=columns,
        rows=[[_cell(row, column) for column in columns] for row in rows],
        downloads=[
            (kind.upper(), with_query(f"/questions/{name}.{kind}", **_given(question))) for kind in ("csv", "json")
        ],
        editor=permalink(question.query.text),
        text=question.query.text.strip(),
    )
    return Response(body, 400 if failure else 200)


def _language() -> str:
    return "ru" if request.args.get("lang") == "ru" else "en"


def _given(question: Question) -> dict[str, str]:
    """Return the parameters in the address that the question has; an empty one means its default."""
    known = {field.parameter.name for field in question.fields}
    return {name: value for name, value in request.args.items() if name in known and value.strip()}


def _input(field: Field, language: str) -> Input:
    parameter = field.parameter
    value = request.args.get(parameter.name, "").strip() or str(parameter.default)
    return Input(field, field.labels[language], value, questions.choices(current().store, field))


def _columns(question: Question, rows: list[Row]) -> list[str]:
    """Return the columns to show: not those of labels, and not those which a parameter makes all alike."""
    bound = {name for name in saved.bound(question.query, {}) if name not in request.args} if rows else set()
    bound |= {name for name, value in _given(question).items() if value != saved.ANY}
    names = list(rows[0]) if rows else []
    return [name for name in names if name not in bound and not (name.endswith(LABEL) and name[: -len(LABEL)] in names)]


def _cell(row: Row, column: str) -> Cell:
    """Make the cell of one value; a thing is shown by its label and leads to its page."""
    node = row[column]
    if node is None:
        return Cell(None)
    site = current()
    if node.kind == "iri":
        named = row.get(column + LABEL)
        text = named.value if named else label(site.store, node.value, site.names)
        return Cell(text, page_path(site.names, node.value), node.value)
    datatype = node.datatype or ""
    numeric = datatype.endswith(("#integer", "#decimal", "#double"))
    return Cell(node.value, node.value if is_address(node.value, datatype) else None, None, node.language, numeric)


def _download(question: Question, suffix: str) -> Response:
    rows = questions.answer(current().store, question, **_given(question))
    head = list(rows[0]) if rows else []
    if suffix == "json":
        data = json.dumps([{name: _value(row[name]) for name in head} for row in rows], ensure_ascii=False, indent=1)
        return Response(data, content_type="application/json; charset=utf-8")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(str(row[name] or "")) for name in head] for row in rows)
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{question.name}.csv"'
    return response


def _value(node: Node | None) -> str | int | float | bool | None:
    if node is None or node.kind != "literal":
        return None if node is None else node.value
    kind = (node.datatype or "").rpartition("#")[2]
    if kind == "boolean":
        return node.value == "true"
    return int(node.value) if kind == "integer" else float(node.value) if kind in ("decimal", "double") else node.value
