"""Measure the text index: how long it takes to make, and what it finds against a scan of all labels by SPARQL.

    python bench/text.py --sizes 50k,1m,10m

Sizes are triples; 7 million of them have about a million labels. The scan is what a page would ask without an index: it
compares every label and lists twenty, the shortest first. It knows neither other forms of a word nor ranks.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from measure import MB, ROOT, Report, Sample, alternate, arguments, quads_file, run, short, timed

sys.path.insert(0, str(ROOT))

from pyoxigraph import Quad, RdfFormat, Store

from kg import saved, search, text_index

# What is typed, and what it is an example of.
TASKS = {
    "5000/1992": "a number",
    "Ordi": "a rare beginning",
    "reply to cat c xaa": "words of a rare name",
    "torture convictions": "two common words",
    "расследования жалобы": "words in another case",
    "a": "one letter",
    "ca": "two letters",
    "what is said of the": "a common beginning",
}
SCAN = """SELECT ?thing ?label { ?thing rdfs:label|skos:prefLabel|skos:altLabel|sv:symbol ?label
    FILTER (CONTAINS(LCASE(?label), ?text)) } ORDER BY STRLEN(?label) LIMIT 20"""
MAKE = """
import sys
from pathlib import Path
from kg.store import open_read_only
from kg.text_index import write
write(open_read_only(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def store_folder(size: int, data: Path) -> Path:
    """Return a store on disk with the made-up graph as named graphs and merged, made on the first call."""
    folder = data / f"{short(size)}.store"
    if not folder.exists():
        store = Store(str(folder))
        store.bulk_load(path=str(quads_file(size, data)), format=RdfFormat.N_QUADS)
        store.bulk_extend(Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None))
        store.flush()
    return folder


def scan(store: Store, text: str) -> None:
    """Look through every label."""
    query = SCAN.replace("?text", f'"{text.lower()}"')
    list(store.query(query, prefixes=saved.names().prefixes))  # type: ignore[arg-type]


def main() -> int:
    """Measure and print the tables."""
    given = arguments(str(__doc__).splitlines()[0]).parse_args()
    making = Report("text-make", "Text index: making it")
    finding = Report("text", "Text search against a scan by SPARQL", "ms")
    for size in given.sizes:
        place = store_folder(size, given.data)
        folder = given.data / f"{short(size)}.text"
        folder.mkdir(exist_ok=True)
        command = [sys.executable, "-c", MAKE, str(place), str(folder)]
        making.add(size, "make the index", *alternate({"SQLite FTS5": partial(run, command)}, min(given.runs, 3)))
        index, store = text_index.open_index(folder), Store.read_only(str(place))
        ((entities, _),) = index.rows("counts")
        ((texts,),) = index.run("SELECT count(*) FROM entry")
        making.remarks.append(f"{short(size)}: {entities:,} entities, {texts:,} texts, "
                              f"{index.path.stat().st_size / MB:.0f} MB.")
        for text, what in TASKS.items():
            found = len(search.find(index, text))
            contestants = {
                "scan by SPARQL": partial(timed, partial(scan, store, text), milliseconds=True),
                "page of results": partial(timed, partial(search.find, index, text), milliseconds=True),
                "suggestions": partial(timed, partial(search.suggest, index, text), milliseconds=True),
            }
            samples: tuple[dict[str, list[Sample]], dict[str, str]] = alternate(contestants, given.runs)
            finding.add(size, f"{what}: {text} ({found})", *samples)
    return making.finish() or finding.finish()


if __name__ == "__main__":
    sys.exit(main())
