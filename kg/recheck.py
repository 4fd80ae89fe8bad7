"""The check of what has changed since the live release: the changed files, and whatever they can affect elsewhere.

It is done on a snapshot of the live store, in which the changed graphs take the place of the old ones, so files that
have not changed are not read. The findings are those of a full check about the changed files and about the things that
the changes can affect; of all others a full check says what the last build said.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg import check, contents, hygiene, load, release, store, validation
from kg.corpus import PINNED, Corpus, read_source
from kg.errors import StoreFault
from kg.findings import Finding, ordered
from kg.names import Names
from kg.release import Manifest
from kg.settings import Settings
from kg.shapes_reach import is_of_shapes
from kg.shapes_stated import as_stated
from kg.store import EmbeddedStore

__all__ = ["run"]

MODEL = ("ontology/", "shapes/")


def run(settings: Settings, progress: Callable[[str], None]) -> list[Finding]:
    """Judge what has changed since the live release, and return the findings, the files in order.

    Everything is judged if there is no release to compare with, if it holds graphs that are not from files, or if the
    ontology, the shapes or the code have changed. Raises as `kg.check.run`.
    """
    base = _base(settings)
    if base is None:
        return check.run(settings, progress=progress)
    folder, manifest = base
    now = load.digests(settings)
    changed = {name for name in now.keys() | manifest.sources.keys() if now.get(name) != manifest.sources.get(name)}
    if manifest.code != load.code_digest(settings) or any(name.startswith(MODEL) for name in changed):
        return check.run(settings, progress=progress)
    if not changed:
        return []
    with _snapshot(settings, folder) as opened:
        found = _findings(settings, opened, changed, progress)
    return check.run(settings, progress=progress) if found is None else ordered(found)


def _findings(
    settings: Settings, opened: EmbeddedStore, changed: set[str], progress: Callable[[str], None]
) -> list[Finding] | None:
    """Judge the changes in a store that has none of them yet; None if only a full check can."""
    names = Names.load(settings)
    progress("reading")
    sources = {source.name: source for source in load.sources(settings)}
    corpus = Corpus()
    for source in sources.values():
        if source.name in changed or source.name.startswith(MODEL):
            read_source(corpus, source)
    corpus.judged = changed & sources.keys()
    away = [names.derived_graph, *(source.graph for name, source in sources.items() if name.startswith(PINNED))]
    contents.replace(opened, dict.fromkeys(away, ()))
    graphs = {names.graph_iri(name): corpus.quads.get(name, []) for name in changed}
    change = contents.replace(opened, {iri: [quad.triple for quad in quads] for iri, quads in graphs.items()})
    statements = change.added | change.removed
    rules = validation.prepare(opened, check.shapes_of(corpus))
    if rules.left or any(map(is_of_shapes, statements)):
        return None
    progress("checking form and terms")
    found = [*corpus.faults, *check.form(corpus, names)]
    found += check.known_terms(settings, corpus, names, queries=False)
    whole = Corpus(sources=sources, judged=set(sources), held=opened)
    progress("checking hygiene")
    found += hygiene.judge(settings, whole, names)
    progress("checking shapes")
    results = validation.revalidate(opened, rules, statements)
    blamed = {whole.file_of(one.focus, one.path, one.value) for one in results} - {None}
    stated = [quad.triple for name in sorted(map(str, blamed)) for quad in load.quads(sources[name])]
    return [*found, *check.of_results(whole, names, as_stated(results, stated))]


def _base(settings: Settings) -> tuple[Path, Manifest] | None:
    """Return folder and manifest of the live release, None if it cannot be compared with files."""
    try:
        folder = release.live_folder(settings)
        manifest = release.read_manifest(folder)
    except StoreFault:
        return None
    return None if manifest.endpoint or manifest.loaded else (folder, manifest)


@contextmanager
def _snapshot(settings: Settings, folder: Path) -> Iterator[EmbeddedStore]:
    """Give a copy of the live store that shares its files; it is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="check-", dir=settings.store) as scratch:
        yield store.snapshot(folder / "store", Path(scratch, "store"))
