"""The facts of data/ as plain text, and the lists that they were drawn from, where those lie beside the repository."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg.names import read_prefixes
from kg.turtle import read

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT.parent / "shared" / "reference"
ABSENT = "the lists that the data were drawn from are not part of the repository"

PREFIXES = read_prefixes(ROOT / "ontology" / "prefixes.ttl")
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def full(name: str) -> str:
    """Return the IRI of a prefixed name; `a` is rdf:type."""
    if name == "a":
        return RDF_TYPE
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def short(iri: str) -> str:
    """Return the prefixed name of an IRI, with the longest prefix that fits."""
    fitting = [(space, prefix) for prefix, space in PREFIXES.items() if iri.startswith(space)]
    if not fitting:
        return iri
    space, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(space) :]}"


class Facts:
    """Hold triples so that they can be asked for by prefixed names; values come back as text."""

    def __init__(self) -> None:
        self.about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.links: set[tuple[str, str, str]] = set()

    def add(self, subject: str, predicate: str, item: str, is_link: bool) -> None:
        if item not in self.about[subject][predicate]:
            self.about[subject][predicate].append(item)
        if is_link:
            self.links.add((subject, predicate, item))

    def values(self, subject: str, *path: str) -> list[str]:
        """Return what is reached from a subject over one property after the other."""
        found = [subject]
        for step in path:
            found = [item for one in found if one in self.about for item in self.about[one].get(step, [])]
        return found

    def one(self, subject: str, *path: str) -> str | None:
        """Return the only value, or None; fails when there are several."""
        found = self.values(subject, *path)
        assert len(found) <= 1, f"{subject} {path}: {found}"
        return found[0] if found else None

    def of_type(self, name: str) -> list[str]:
        return [subject for subject, facts in self.about.items() if name in facts["a"]]

    def that(self, predicate: str, item: str) -> list[str]:
        """Return the subjects that have a value."""
        return [subject for subject, facts in self.about.items() if item in facts.get(predicate, [])]


def load(paths: list[Path]) -> Facts:
    facts = Facts()
    for path in paths:
        for triple in read(path):
            item = triple.object
            assert isinstance(triple.subject, NamedNode), f"{path}: {triple.subject} is a blank node"
            assert isinstance(item, NamedNode | Literal), f"{path}: {item} is a blank node"
            is_link = isinstance(item, NamedNode)
            facts.add(
                short(triple.subject.value),
                "a" if triple.predicate.value == RDF_TYPE else short(triple.predicate.value),
                short(item.value) if is_link else item.value,
                is_link,
            )
    return facts


DATA_FILES = sorted((ROOT / "data").rglob("*.ttl"))


def rows_of(name: str) -> list[dict[str, str]]:
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(ABSENT)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell(row: dict[str, str], field: str) -> list[str]:
    """Return the values of a cell; several are separated by a semicolon."""
    return [value for value in row[field].split("; ") if value]


def slug(row: dict[str, str]) -> str:
    """Return the name of the file of a decision: its first symbol in lower case with hyphens."""
    return cell(row, "symbol")[0].lower().replace("/", "-")


def plain(text: str) -> str:
    """Return a text without case, spaces and marks, so that damage of the layout does not matter."""
    return re.sub(r"[\W_]", "", text).casefold()


def in_pairs(rows: list[dict[str, str]], by_file: dict[str, Facts]) -> Iterator[tuple[dict[str, str], Facts, str, str]]:
    """Yield each row with the facts of its file, its decision and its communication."""
    for row in rows:
        facts = by_file[slug(row)]
        (decision,) = facts.of_type("sv:Decision")
        (communication,) = facts.of_type("sv:Communication")
        yield row, facts, decision, communication
