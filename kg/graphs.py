"""Graphs beside those of the files: loading them, dropping them and listing all there are.

A file is loaded whole or not at all, and everything that one command loads is one new release. What was loaded is
judged for its form only: `servanda check FILE` judges the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, Triple

from kg import load as files
from kg import release
from kg.build import Plan, amend, manifest_of
from kg.bulk import Loader, Source, copy
from kg.draft import Draft, Live, drafting, locked, publish
from kg.errors import InputError, NotFound, ServandaError, SyntaxFault, UsageError
from kg.names import Names
from kg.packed import open_packed, read_packed
from kg.parsing import SUFFIXES, format_of, parse_rdf
from kg.release import Manifest
from kg.settings import Settings
from kg.store import open_read_only

__all__ = ["Graph", "drop", "latest", "listed", "load", "put", "refusal", "short"]

Step = Callable[[str], None]
Origins = dict[str, dict[str, str]]
LINES = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
LARGE = 20_000_000
"""bytes from which on a file of lines is loaded in parts"""
SMALL = 500_000
"""statements up to which a graph is replaced one by one"""
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Graph(NamedTuple):
    """Hold one named graph: its IRI, how many statements it has, and the name of its file, "" if rules derived it."""

    iri: str
    statements: int
    file: str


class Job(NamedTuple):
    """Hold one file that is to be loaded: its small graphs, or how its lines are read if it is a large one."""

    path: Path
    graphs: dict[str, list[Triple]]
    large: Source | None
    origin: dict[str, str]


class _Broken(Exception):  # noqa: N818 (never leaves this module)
    """Say that a large file cannot be loaded, so that the draft which it was loaded into is of no use."""

    def __init__(self, job: Job, error: ServandaError) -> None:
        super().__init__()
        self.job, self.error = job, error


class _Present(Exception):  # noqa: N818 (never leaves this module)
    """Say that a graph of a large file is in the release before, so that the next one is made afresh."""


def load(
    settings: Settings, paths: Sequence[Path], graph: str | None = None, step: Step = lambda message: None
) -> tuple[list[Graph], list[ServandaError]]:
    """Put the graphs of each file in place of those of the same names; statements without a graph go to `graph`.

    If `graph` is None they go to graph:loaded/ and the name of the file. Returns the graphs that were loaded and the
    errors of the files that were not. Raises StoreFault if a build runs, EnvironmentFault if the disk is full; the
    live release is then as it was.
    """
    _embedded_only(settings)
    with locked(settings.store):
        before, names = latest(settings), Names.load(settings)
        jobs: list[Job] = []
        errors: list[ServandaError] = []
        origins: Origins = {}
        for path in paths:
            step(f"reading {path.name}")
            try:
                job = _read(path, graph, names)
                _refuse(job.graphs, names, before, str(path), origins)
            except ServandaError as error:
                errors.append(error)
                continue
            jobs.append(job)
            origins |= dict.fromkeys(job.graphs, job.origin)
        afresh = False
        while jobs:
            try:
                found, loaded = _publish(settings, before, jobs, step, afresh)
                return [Graph(iri, found.graphs[iri], loaded[iri]["file"]) for iri in loaded], errors
            except _Broken as broken:
                jobs.remove(broken.job)
                errors.append(broken.error)
            except _Present:
                afresh = True
        return [], errors


def drop(settings: Settings, graph: str, step: Step = lambda message: None) -> None:
    """Remove a graph that was loaded by itself.

    Raises NotFound if there is none of that name, InputError if it comes from a file of the build, else as `load`.
    """
    _embedded_only(settings)
    with locked(settings.store):
        before, names = latest(settings), Names.load(settings)
        _refuse([graph], names, before, short(graph, names), {})
        if before is None or graph not in before.manifest.loaded:
            raise NotFound(short(graph, names), "graph")
        large = before.manifest.graphs[graph] > SMALL
        _publish(settings, before, [Job(Path(), {graph: []}, None, {})], step, afresh=large)


def listed(settings: Settings) -> list[Graph]:
    """List every named graph, by IRI."""
    opened = release.open_release(settings)
    names = Names.load(settings)
    origins = {names.graph_iri(name): name for name in opened.manifest.sources}
    origins |= {iri: origin["file"] for iri, origin in opened.manifest.loaded.items()}
    return [Graph(iri, number, origins.get(iri, "")) for iri, number in opened.manifest.graphs.items()]


def short(iri: str, names: Names) -> str:
    """Return the name of a graph as the commands take it, such as graph:data/decisions/cat-c-48-d-433-2010."""
    start = names.graph_iri("")
    return f"graph:{iri.removeprefix(start)}" if iri.startswith(start) else iri


def _read(path: Path, graph: str | None, names: Names) -> Job:
    """Read one file into its graphs, or say how it is read; raises SyntaxFault for one that is not RDF 1.1 of ours."""
    name = str(path)
    format = format_of(name)
    with open_packed(path, name):
        digest = files.sha256(path)
    origin = {"file": path.name, "digest": digest}
    blank = f"b{digest[:16]}-"
    if format in LINES and path.stat().st_size > LARGE:
        return Job(path, {}, Source(name, format, graph or _default(path, names), blank), origin)
    graphs: dict[str, list[Triple]] = {}
    for quad in parse_rdf(read_packed(path, name), name, format, blank):
        iri = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else graph or _default(path, names)
        graphs.setdefault(iri, []).append(quad.triple)
    return Job(path, graphs, None, origin)


def _default(path: Path, names: Names) -> str:
    """Return the graph for the statements that a file puts into none."""
    plain = path.name.removesuffix(".gz")
    stem = next((plain.removesuffix(suffix) for suffix in SUFFIXES if plain.endswith(suffix)), plain)
    if not SLUG.fullmatch(stem):
        raise InputError(f"{path}: no graph can be named after this file; name one with --graph")
    return names.graph_iri(f"loaded/{stem}")


def refusal(graph: str, names: Names, before: Live | None) -> str:
    """Say why a graph is not to be written by itself, "" if it may be."""
    shown = short(graph, names)
    file = f"{graph.removeprefix(names.graph_iri(''))}.ttl"
    if graph == names.derived_graph:
        return f"{shown} holds what rules derive, and nothing else"
    if graph == names.graph_iri("merged"):
        return f"{shown} is what all statements together are called on a server"
    if before and graph == names.graph_iri(file) and file in before.manifest.sources:
        return f"{shown} is the graph of {file}; change it and run `servanda build`"
    return ""


def put(settings: Settings, before: Live, graphs: Mapping[str, list[Triple]], origins: Origins) -> None:
    """Make a release like the one before with these graphs in place of those of the same names; none removes a graph.

    `origins` says for the manifest what each came from. The caller holds the lock; raises as `load`.
    """
    jobs = [Job(Path(), {iri: triples}, None, origins[iri] if triples else {}) for iri, triples in graphs.items()]
    large = sum(before.manifest.graphs.get(iri, 0) for iri in graphs) > SMALL
    _publish(settings, before, jobs, lambda message: None, afresh=large)


def _refuse(graphs: Iterable[str], names: Names, before: Live | None, name: str, origins: Origins) -> None:
    """Raise InputError for a graph that is not to be loaded or dropped by itself."""
    for iri in graphs:
        reason = refusal(iri, names, before)
        if not reason and iri in origins:
            reason = f"{short(iri, names)} is in {origins[iri]['file']} too"
        if reason:
            raise InputError(f"{name}: {reason}")


def _publish(
    settings: Settings, before: Live | None, jobs: Sequence[Job], step: Step, afresh: bool
) -> tuple[Manifest, Origins]:
    """Make a release like the one before, or an empty one, with these graphs in place of those of the same names.

    Returns its manifest and where the graphs come from. With `afresh` the store is filled again with what stays, for
    that is faster and takes less memory than to remove a large graph. Raises _Present if it must be.
    """
    past = before.manifest if before else Manifest(code=files.code_digest(settings))
    small = {iri: triples for job in jobs for iri, triples in job.graphs.items()}
    origins = {iri: job.origin for job in jobs for iri in job.graphs if job.origin}
    if not afresh and sum(past.graphs.get(iri, 0) for iri in small) > SMALL:
        raise _Present
    with drafting(settings, past.code, None if afresh else before) as draft:
        for job in jobs:
            if job.large:
                step(f"loading {job.path.name}")
                origins |= dict.fromkeys(_pour(settings, draft, before, job, origins, step), job.origin)
        filled = origins.keys() - small
        kept = past.graphs.keys() - origins.keys() - small.keys() - {Names.load(settings).derived_graph}
        if before and afresh:
            step("copying what stays")
            with Loader(draft.embedded) as loader:
                copy(open_read_only(before.folder / "store"), sorted(kept), loader)
            filled |= kept
        step("loading")
        held = Manifest().census if afresh else past.census
        found, derived = amend(settings, draft, held, small, step, filled)
        step("sealing")
        loaded = {iri: origin for iri, origin in past.loaded.items() if iri not in small} | origins
        made = manifest_of(
            settings, draft.store, Plan(past.code, past.sources, dict(sorted(loaded.items()))), found, derived
        )
        return publish(settings, draft, replace(made, findings=past.findings)), origins


def _pour(settings: Settings, draft: Draft, before: Live | None, job: Job, origins: Origins, step: Step) -> set[str]:
    """Load a large file into a draft and return its graphs.

    Raises _Broken for a fault in it, _Present if one of its graphs is in the store that the draft began with.
    """
    assert job.large, "a small file is loaded otherwise"
    names = Names.load(settings)
    held = before.manifest.graphs if draft.base and before else {}

    def seen(graphs: set[str]) -> None:
        _refuse(graphs, names, before, str(job.path), origins)
        if not graphs.isdisjoint(held):
            raise _Present

    try:
        with open_packed(job.path, str(job.path)) as file, Loader(draft.embedded, seen) as loader:
            lines = loader.load(file, job.large, lambda lines: step(f"loading {job.path.name}: {lines:,} lines"))
    except ServandaError as error:
        raise _Broken(job, error) from None
    if not loader.graphs:
        raise _Broken(job, SyntaxFault("no triples", str(job.path)))
    step(f"loading {job.path.name}: {lines:,} lines")
    return loader.graphs


def _embedded_only(settings: Settings) -> None:
    if settings.endpoint:
        raise UsageError(f"{settings.endpoint}: single graphs can be loaded and dropped in the embedded store only")


def latest(settings: Settings) -> Live | None:
    """Return the live release, None if there is none yet; raises StoreFault if it is damaged."""
    if not (settings.store / release.CURRENT).is_symlink():
        return None
    opened = release.open_release(settings)
    return Live(opened.folder, opened.manifest)
