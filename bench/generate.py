"""Write a made-up graph of any size: one Turtle file for each source document, or one N-Quads file.

    python bench/generate.py 1000000 FOLDER            FOLDER/ontology, FOLDER/shapes and FOLDER/data, ready to build
    python bench/generate.py 1000000 FILE.nq           the same statements as N-Quads, each in the graph of its document

The same number and seed give the same bytes. Nothing is held in memory but the document that is being written.
With --defects N that many things are wrong, and FOLDER/defects.csv or FILE.defects.csv lists them.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from defects import Defect, broken
from documents import documents
from pyoxigraph import NamedNode, RdfFormat, parse, serialize
from statements import Document, Statement

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261125
FIRST_VERBS = ("a", "rdfs:label")
WIDTH = 110
TRIPLES_A_DOCUMENT = 400  # at most, on average


def wanted(triples: int, seed: int, defects: int, made: list[Defect]) -> Iterator[Document]:
    """Yield documents until they hold the number of triples; the last one may hold more. `made` takes the defects."""
    said = 0
    every = max(triples // TRIPLES_A_DOCUMENT // max(defects, 1), 1)
    for document in broken(documents(seed), defects, every, seed, made):
        yield document
        said += len(set(document.statements))
        if said >= triples:
            return


def turtle(statements: list[Statement], prefixes: Mapping[str, str]) -> str:
    """Write statements in the canonical form of the project (kg.turtle.canonical)."""
    things: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    used: set[str] = set()
    for subject, verb, item in statements:
        things[subject]["a" if verb == "rdf:type" else verb].add(_shown(item, prefixes))
        used |= {name.partition(":")[0] for name in (verb, item) if not name.startswith(('"', "<"))}
        used |= {"xsd"} if '"^^xsd:' in item else set()
        if not subject.startswith("graph:"):
            used.add(subject.partition(":")[0])
    used -= {"rdf", "true", "graph"} | {name for name in used if name.isdigit()}
    head = "".join(f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(used))
    return head + "".join("\n" + _block(_shown(thing, prefixes), things[thing])
                          for thing in sorted(things, key=lambda name: f"<{_iri(name, prefixes)}>"))


def _block(subject: str, verbs: Mapping[str, set[str]]) -> str:
    lines = []
    for verb in sorted(verbs, key=lambda name: (FIRST_VERBS.index(name) if name in FIRST_VERBS else 2, name)):
        items = sorted(verbs[verb])
        line = f"{verb} {' , '.join(items)}"
        lines.append(line if len(line) <= WIDTH or len(items) == 1 else f"{verb}\n    " + " ,\n    ".join(items))
    return f"{subject} " + " ;\n  ".join(lines) + " .\n"


def _iri(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return prefixes[prefix] + local


def _shown(name: str, prefixes: Mapping[str, str]) -> str:
    return f"<{_iri(name, prefixes)}>" if name.startswith("graph:") else name


def write_files(documents: Iterator[Document], root: Path, prefixes: Mapping[str, str]) -> int:
    """Write a folder that can be built: the model of the repository and the made-up data; return the triples."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, root / name, dirs_exist_ok=True)
    written = 0
    for document in documents:
        path = root / "data" / f"{document.path}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(turtle(document.statements, prefixes), encoding="utf-8")
        written += len(set(document.statements))
    return written


def write_quads(documents: Iterator[Document], file: Path, prefixes: Mapping[str, str]) -> int:
    """Write the made-up data as N-Quads; return the triples."""
    written = 0
    with file.open("wb") as out:
        for document in documents:
            graph = NamedNode(f"{prefixes['graph']}data/{document.path}")
            data = turtle(document.statements, prefixes).encode()
            triples_of = (quad.triple for quad in parse(data, RdfFormat.TURTLE))
            lines = serialize(triples_of, format=RdfFormat.N_TRIPLES) or b""
            out.write(lines.replace(b" .\n", f" {graph} .\n".encode()))
            written += lines.count(b"\n")
    return written


def main() -> int:
    """Write what is asked for and say how much it is."""
    sys.path.insert(0, str(ROOT))
    from kg.names import Names
    from kg.settings import Settings

    parser = argparse.ArgumentParser(description="Write a made-up graph in the model of the project.")
    parser.add_argument("triples", type=int, help="size of the graph, e.g. 50000, 1000000, 10000000")
    parser.add_argument("target", type=Path, help="a folder for Turtle files, or a file that ends in .nq")
    parser.add_argument("--defects", type=int, default=0, help="number of things to break (default 0)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of the random numbers (default {SEED})")
    given = parser.parse_args()
    prefixes = Names.load(Settings.load({}, root=ROOT)).prefixes
    quads = given.target.suffix == ".nq"
    defects: list[Defect] = []
    made = wanted(given.triples, given.seed, given.defects, defects)
    written = (write_quads if quads else write_files)(made, given.target, prefixes)
    if given.defects:
        listed = given.target.with_suffix(".defects.csv") if quads else given.target / "defects.csv"
        with listed.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([Defect._fields, *defects])
    if len(defects) < given.defects:
        print(f"{given.triples} triples have room for {len(defects)} defects only", file=sys.stderr)
        return 1
    print(f"{written} triples in {given.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
