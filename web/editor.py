"""The query page: a plain form that works without scripts, and the editor on top of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from flask import Blueprint, Response, make_response, render_template, request

from kg import saved
from kg.errors import EnvironmentFault, ServandaError
from kg.names import Names
from kg.query import Answer, formats
from web import problems
from web.budget import caller
from web.present import is_address, page_path, with_query
from web.site import bundle_address, current

blueprint = Blueprint("editor", __name__)

SHOWN = 500  # rows on the page; the downloads hold all
CONTEXT = 2  # lines before and after the place of an error
FORMAT_NAMES = {
    "csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML",
    "turtle": "Turtle", "ntriples": "N-Triples", "jsonld": "JSON-LD", "rdfxml": "RDF/XML",
}  # fmt: skip


class Cell(NamedTuple):
    """Hold one value of the result table: text, where it leads, the full form, language, whether it is a number."""

    text: str | None
    path: str | None = None
    title: str | None = None
    lang: str | None = None
    numeric: bool = False


class Line(NamedTuple):
    """Hold one line of a query in which something is wrong; `marked` is the text at the place of the error."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


@dataclass
class Result:
    """Hold an answer as the page shows it: a table, yes or no, or text."""

    columns: list[str] | None = None
    rows: list[list[Cell]] = field(default_factory=list)
    total: int = 0
    boolean: bool | None = None
    text: str = ""


@dataclass
class Failure:
    """Hold why a query was not answered, and the lines around the place."""

    problem: problems.Problem
    message: str
    line: int
    column: int
    lines: list[Line]


@blueprint.get("/query")
def page() -> Response:
    """Show the editor; with a query in the address, also its result or its error."""
    asked = request.args.get("query")
    text = (asked if asked is not None else _first_example()).replace("\r\n", "\n")
    result, failure, downloads = None, None, []
    if asked is not None:
        try:
            answer = _run(text)
            result = _result(answer)
            downloads = _downloads(text, answer.kind)
        except EnvironmentFault:
            raise
        except ServandaError as error:
            failure = _failure(error, text)
    site = current()
    rendered = render_template(
        "query.html",
        query=text,
        ran=asked is not None,
        result=result,
        error=failure,
        downloads=downloads,
        permalink=with_query("/query", query=text),
        examples=[(query, permalink(query.text)) for query in saved.examples()],
        limits=site.settings.limits,
        prefixes=site.names.prefixes,
        editor=bundle_address("editor.js"),
        terms=_terms(),
    )
    response = make_response(rendered, failure.problem.status if failure else 200)
    if failure:
        response.headers.extend(failure.problem.headers)
    return response


def permalink(text: str) -> str:
    """Return the address of the query page that runs a stored query, with the prefixes that it uses filled in."""
    return with_query("/query", query=with_prefixes(text, current().names))


def with_prefixes(text: str, names: Names) -> str:
    """Put the PREFIX lines that a query uses before it, so that it runs at any endpoint."""
    used = [prefix for prefix in names.prefixes if re.search(rf"(?<![\w:]){re.escape(prefix)}:", text)]
    lines = [line for line in names.sparql_header().splitlines() if line.split()[1].rstrip(":") in used]
    return "\n".join([*lines, "", text.strip(), ""]) if lines else text.strip() + "\n"


def _first_example() -> str:
    examples = saved.examples()
    return with_prefixes(examples[0].text, current().names) if examples else ""


def _run(text: str) -> Answer:
    queries = current().queries
    query = queries.check(text)
    return queries.run(query, "json" if query.form in {"SELECT", "ASK"} else "turtle", caller=caller())


def _result(answer: Answer) -> Result:
    if answer.kind in {"CONSTRUCT", "DESCRIBE"}:
        return Result(text=answer.body.decode(), total=answer.rows)
    found = json.loads(answer.body)
    if "boolean" in found:
        return Result(boolean=found["boolean"])
    columns: list[str] = found["head"]["vars"]
    names = current().names
    rows = [
        [_cell(binding.get(name), names) for name in columns] for binding in islice(found["results"]["bindings"], SHOWN)
    ]
    return Result(columns=columns, rows=rows, total=len(found["results"]["bindings"]))


def _cell(term: dict[str, str] | None, names: Names) -> Cell:
    """Turn a term of the JSON results (SPARQL 1.1 Query Results JSON Format, section 3.2.2) into a cell."""
    if term is None:
        return Cell(None)
    value = term["value"]
    if term["type"] == "uri":
        return Cell(names.shorten(value), page_path(names, value), value)
    if term["type"] == "bnode":
        return Cell(f"_:{value}", title="blank node")
    datatype = term.get("datatype", "")
    path = value if is_address(value, datatype) else None
    numeric = datatype.endswith(("#integer", "#decimal", "#double"))
    return Cell(value, path, names.shorten(datatype) if datatype else None, term.get("xml:lang"), numeric)


def _downloads(text: str, kind: str) -> list[tuple[str, str]]:
    offered = [name for name in FORMAT_NAMES if name in formats(kind)]
    return [(FORMAT_NAMES[name], with_query("/sparql", query=text, format=name)) for name in offered]


def _failure(error: ServandaError, text: str) -> Failure:
    line, column = getattr(error, "line", 0), getattr(error, "column", 0)
    return Failure(problems.of_error(error), error.message, line, column, _lines(text, line, column))


def _lines(text: str, line: int, column: int) -> list[Line]:
    """Return the lines around the place of an error, with the word at that place marked."""
    if not line:
        return []
    found = []
    for number, content in enumerate(text.split("\n"), 1):
        if number == line:
            start = min(max(column - 1, 0), len(content))
            word = re.match(r"\w+|.|$", content[start:])
            end = start + (word.end() if word else 0)
            found.append(Line(number, content[:start], content[start:end] or " ", content[end:]))
        elif abs(number - line) <= CONTEXT:
            found.append(Line(number, content))
    return found


def _terms() -> dict[str, Any]:
    """Return what the editor completes: the terms of the ontology, and the prefixes to declare for them."""
    names = current().names
    found: dict[str, dict[str, str]] = {}
    for row in saved.run(current().store, "page-terms"):
        name = names.shorten(str(row["term"]))
        about = {key: str(row[key] or "") for key in ("label", "definition", "kind")}
        found.setdefault(name, {"name": name, **about})
    return {"terms": list(found.values()), "prefixes": names.prefixes}
