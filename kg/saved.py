"""The stored queries in kg/queries: their heads, and running one with bound parameters.

The head of a query file says what it is for:

    # title: Cases in which an article was found violated
    # description: One sentence.
    # parameter: article iri
    # parameter: limit integer 20
    # example: 1

A parameter is a variable of the SELECT clause, which is replaced by the term given; one with a default may be left out.
Examples are shown in the query editor in the order of their number, figures on the home page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError, NotFound, UsageError
from kg.names import Names
from kg.queryfile import QueryFile, read_queries
from kg.settings import Settings
from kg.store import Node, Store, iri, literal, select

__all__ = ["Parameter", "Saved", "catalogue", "examples", "figures", "find", "names", "read_head", "run"]

FOLDER = Path(__file__).parent / "queries"
TYPES = ("iri", "string", "integer")
Row = dict[str, Node | None]


class Parameter(NamedTuple):
    """Hold one parameter: its name, its type (iri, string, integer) and its default, None if it must be given."""

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
    query = find(name)
    known = {parameter.name for parameter in query.parameters}
    for given in bindings:
        if given not in known:
            raise UsageError(f'the stored query "{name}" has no parameter "{given}"')
    bound = {}
    for parameter in query.parameters:
        value = bindings.get(parameter.name, parameter.default)
        if value is None:
            raise UsageError(f'the stored query "{name}" needs the parameter "{parameter.name}"')
        bound[parameter.name] = value if isinstance(value, Node) else _node(parameter, value)
    return select(store, query.text, bound, names().prefixes)


@cache
def names() -> Names:
    """Return the prefix table that the stored queries are written with, the one that is shipped with them."""
    return Names.load(Settings.load({}))


def _node(parameter: Parameter, value: str | int) -> Node:
    if parameter.type == "iri":
        return iri(names().expand(str(value)))
    return literal(int(value)) if parameter.type == "integer" else literal(str(value))


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
