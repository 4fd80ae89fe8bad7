"""From files to named graphs: each Turtle file of ontology/, shapes/ and data/ is a graph, named by its path."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from kg.errors import EnvironmentFault, InputError
from kg.names import Names
from kg.parsing import parse_rdf
from kg.settings import Settings
from kg.turtle import read_bytes

__all__ = ["FOLDERS", "Source", "code_digest", "digests", "quads", "sha256", "source_hash", "sources"]

FOLDERS = ("ontology", "shapes", "data")
SUFFIXES = (".ttl", ".rq")
FILE_NAME = re.compile(r"[A-Za-z0-9._/-]+")


class Source(NamedTuple):
    """Hold one Turtle file: where it is, its path from the root (for messages) and the IRI of its named graph."""

    path: Path
    name: str
    graph: str


def sources(settings: Settings, folders: tuple[str, ...] = FOLDERS) -> list[Source]:
    """List the Turtle files of the folders, sorted by path.

    Raises EnvironmentFault if there is none, InputError for a file name that an IRI could not hold.
    """
    names = Names({}, settings.base_iri)
    found = []
    for folder in folders:
        for path in sorted((settings.root / folder).rglob("*.ttl")):
            name = path.relative_to(settings.root).as_posix()
            if not FILE_NAME.fullmatch(name):
                raise InputError(f"{name}: a path may only have letters, digits, dot, hyphen, underscore and slash")
            found.append(Source(path, name, names.graph_iri(name)))
    if not found:
        raise EnvironmentFault(f"{settings.root}: no Turtle files in {', '.join(folders)}")
    return found


def quads(source: Source) -> list[Quad]:
    """Read one file into quads of its named graph, in document order.

    Blank nodes are labelled by file and order, so that two files never share one and a build is reproducible.
    Raises EnvironmentFault or SyntaxFault as `kg.turtle.read`.
    """
    return list(_quads(source, read_bytes(source.path, source.name)))


@lru_cache(maxsize=1024)
def _quads(source: Source, data: bytes) -> tuple[Quad, ...]:
    """Parse one file; kept by its content, for a build reads what the check before it has read."""
    graph = NamedNode(source.graph)
    label = source.name.removesuffix(".ttl").replace("/", "-") + "-b"
    return tuple(parse_rdf(data, source.name, RdfFormat.TURTLE, label, graph))


def digests(settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of each file that a release is made of, queries of the ontology among them, by its path."""
    paths = [path for folder in FOLDERS for path in (settings.root / folder).rglob("*") if path.suffix in SUFFIXES]
    return {path.relative_to(settings.root).as_posix(): sha256(path) for path in sorted(paths)}


def code_digest(settings: Settings) -> str:
    """Return the SHA-256 of this package with its stored queries, the version of the store and the base IRI.

    They count as well, since another rule engine or loader may give another release from the same files.
    """
    total = hashlib.sha256(f"{pyoxigraph.__version__} {settings.base_iri}".encode())
    package = Path(__file__).parent
    patterns = ("*.py", "queries/*.rq", "queries/rules/*.rq", "queries/text/*.sql")
    for path in (path for pattern in patterns for path in sorted(package.glob(pattern))):
        total.update(f"\n{path.name}\n{sha256(path)}".encode())
    return total.hexdigest()


def source_hash(code: str, digests: Mapping[str, str], loaded: Mapping[str, Mapping[str, str]]) -> str:
    """Return the SHA-256 of everything that a release is made of."""
    parts = {"code": code, "sources": digests, "loaded": loaded}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
