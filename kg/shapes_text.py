"""The text of the queries that shapes are compiled to: frames and parts in kg/queries/shapes, filled with terms."""

from __future__ import annotations

import re
from functools import cache
from itertools import count
from pathlib import Path
from string import Template

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.queryfile import read_query
from kg.shapes_path import Unreadable

__all__ = ["Writer", "frame", "written"]

FOLDER = Path(__file__).parent / "queries" / "shapes"
PART = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Writer:
    """Fill parts of queries; `fresh` numbers the variables, so that no two parts share one."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self, stem: str = "v") -> str:
        """Return a variable that stands nowhere else."""
        return f"?{stem}{next(self._numbers)}"

    def part(self, name: str, **given: str) -> str:
        """Return a part with text in the place of its names; ${n} becomes a number that stands nowhere else."""
        return _parts()[name].substitute(given, n=f"_{next(self._numbers)}")


def frame(name: str, **given: str) -> str:
    """Return a whole query with text in the place of its names."""
    return _frame(name).substitute(given)


def written(term: NamedNode | BlankNode | Literal) -> str:
    """Return a term as SPARQL writes it; raises Unreadable for a blank node, which no query can name."""
    if isinstance(term, BlankNode):
        raise Unreadable("a blank node that a query cannot name")
    return str(term)


@cache
def _frame(name: str) -> Template:
    text = read_query(FOLDER / f"{name}.rq").text
    return Template("".join(line for line in text.splitlines(keepends=True) if not line.startswith("#")))


@cache
def _parts() -> dict[str, Template]:
    text = read_query(FOLDER / "terms.rq").text
    return {found[1]: Template(found[2].strip()) for found in PART.finditer(text)}
