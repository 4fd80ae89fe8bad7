"""The stored queries in kg/queries: their heads, and running one with bound parameters.

The head of a query file says what it is for:

    # title: Cases in which an article was found violated
    # description: One sentence.
    # parameter: article iri
    # parameter: limit integer 20
    # example: 1

A parameter is a variable of the SELECT clause, which is replaced by the term given; one with a default may be left out,
and one whose value is "any" stays free.
The competency questions are stored queries too, with a longer head: `kg.questions`.
Examples are shown in the query editor in the order of their number, figures on the home page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError, NotFound, UsageError
from kg.names import Names
from kg.queryfile import QueryFile, read_queries
from kg.settings import Settings
from kg.store import Node, Store, iri, literal, select

__all__ = [
    "ANY",
    "Parameter",
    "Saved",
    "bound",
    "catalogue",
    "examples",
    "figures",
    "find",
    "names",
    "node_of",
    "read_head",
    "run",
    "run_query",
]

FOLDER = Path(__file__).parent / "queries"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
ANY = "any"
TYPES = ("iri", "string", "integer", "date")
Row = dict[str, Node | None]


class Parameter(NamedTuple):
    """Hold one parameter: its name, its type (iri, string, integer, date) and its default, None if it must be given."""

    name: str
    type: str
    default: str | None = None


class Saved(NamedTuple):
    """Hold one stored query; `text` is without the head, `example` and `figure` are places in a list, 0 for none."""

    name: str
    title: str
    description: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    example: int = 0
    figure: int = 0


@cache
def catalogue() -> tuple[Saved, ...]:
    """Read every stored query, by name; raises InputError for a head that is not as described above."""
    return tuple(read_head(file) for file in read_queries(FOLDER))


def examples() -> list[Saved]:
    """Return the queries that the editor shows, in their order."""
    return sorted((query for query in catalogue() if query.example), key=lambda query: query.example)


def figures(store: Store) -> list[tuple[Saved, int]]:
    """Return each figure of the home page with its value now, in their order."""
    wanted = sorted((query for query in catalogue() if query.figure), key=lambda query: query.figure)
    return [(query, int(str(run(store, query.name)[0]["value"]))) for query in wanted]


def find(name: str) -> Saved:
    """Return one stored query; raises NotFound if there is none of that name."""
    for query in catalogue():
        if query.name == name:
            return query
    raise NotFound(name, "stored query")


def run(store: Store, name: str, **bindings: Node | str | int) -> list[Row]:
    """Run one stored query and return its rows, None for an unbound variable.

    Text given for a parameter of type iri is an IRI or a prefixed name. Raises NotFound for an unknown query,
    UsageError for a parameter that is unknown or missing, InputError for text that is no IRI.
    """
    return run_query(store, find(name), **bindings)


def run_query(store: Store, query: Saved, **bindings: Node | str | int) -> list[Row]:
    """Run a query that was read from a file and return its rows; raises as `run`."""
    return select(store, query.text, bound(query, bindings), names().prefixes)


def bound(query: Saved, bindings: Mapping[str, Node | str | int]) -> dict[str, Node]:
    """Return the term for each parameter of a query: the one that is given, else the default; raises as `run`."""
    known = {parameter.name for parameter in query.parameters}
    for given in bindings:
        if given not in known:
            raise UsageError(f'the stored query "{query.name}" has no parameter "{given}"')
    terms = {}
    for parameter in query.parameters:
        value = bindings.get(parameter.name, parameter.default)
        if value is None:
            raise UsageError(f'the stored query "{query.name}" needs the parameter "{parameter.name}"')
        if value != ANY:
            terms[parameter.name] = value if isinstance(value, Node) else node_of(parameter, value)
    return terms


@cache
def names() -> Names:
    """Return the prefix table that the stored queries are written with, the one that is shipped with them."""
    return Names.load(Settings.load({}))


def node_of(parameter: Parameter, value: str | int) -> Node:
    """Turn the text given for a parameter into a term; raises InputError if it is none of the parameter's type."""
    text = str(value).strip()
    try:
        match parameter.type:
            case "iri":
                return iri(names().expand(text))
            case "integer":
                return literal(int(text))
            case "date":
                return literal(date.fromisoformat(text).isoformat(), XSD_DATE)
    except ValueError:
        example = {"integer": "20", "date": "2024-05-13"}[parameter.type]
        raise InputError(f'{parameter.name}: "{text}" is no {parameter.type}; write it like {example}') from None
    return literal(str(value))


def read_head(file: QueryFile) -> Saved:
    """Make a stored query of its file; raises InputError for a head that is not as described above."""
    lines = file.text.splitlines(keepends=True)
    text = "".join(lines[sum(len(values) for values in file.head.values()) :])
    parameters = tuple(_parameter(file, line) for line in file.head.get("parameter", ()))
    example, figure = (int(file.one(key)) if key in file.head else 0 for key in ("example", "figure"))
    return Saved(file.name, file.one("title"), file.one("description"), text, parameters, example, figure)


def _parameter(file: QueryFile, line: str) -> Parameter:
    name, _, rest = line.partition(" ")
    type_, _, default = rest.strip().partition(" ")
    if type_ not in TYPES:
        raise InputError(f'{file.path}: parameter "{name}" must have one of the types {", ".join(TYPES)}')
    return Parameter(name, type_, default.strip() or None)
