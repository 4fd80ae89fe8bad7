"""Graphs beside those of the files: loading them, dropping them and listing all there are.

A file is loaded whole or not at all, and everything that one command loads is one new release. What was loaded is
judged for its form only: `servanda check FILE` judges the rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from kg import load as files
from kg import release
from kg.build import Plan, amend, manifest_of
from kg.contents import census
from kg.draft import Live, drafting, locked, publish
from kg.errors import InputError, NotFound, ServandaError, UsageError
from kg.names import Names
from kg.packed import read_packed
from kg.parsing import SUFFIXES, format_of, parse_rdf
from kg.release import Manifest
from kg.settings import Settings

__all__ = ["Loaded", "drop", "latest", "listed", "load", "put", "refusal", "short"]

Step = Callable[[str], None]
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Loaded(NamedTuple):
    """Hold one graph that was loaded: its IRI, how many statements it has, and the name of the file."""

    graph: str
    statements: int
    file: str


class Reading(NamedTuple):
    """Hold the graphs of one file, and what the manifest says of it."""

    graphs: dict[str, list[Triple]]
    origin: dict[str, str]


def load(
    settings: Settings, paths: Sequence[Path], graph: str | None = None, step: Step = lambda message: None
) -> tuple[list[Loaded], list[ServandaError]]:
    """Put the graphs of each file in place of those of the same names; statements without a graph go to `graph`.

    If `graph` is None they go to graph:loaded/ and the name of the file. Returns the graphs that were loaded and the
    errors of the files that were not. Raises StoreFault if a build runs, EnvironmentFault if the disk is full; the
    live release is then as it was.
    """
    _embedded_only(settings)
    with locked(settings.store):
        before, names = latest(settings), Names.load(settings)
        loaded: dict[str, list[Triple]] = {}
        origins: dict[str, dict[str, str]] = {}
        errors: list[ServandaError] = []
        for path in paths:
            step(f"reading {path.name}")
            try:
                reading = _read(path, graph, names)
                for iri in reading.graphs:
                    _refuse(iri, names, before, str(path), origins)
            except ServandaError as error:
                errors.append(error)
                continue
            loaded |= reading.graphs
            origins |= dict.fromkeys(reading.graphs, reading.origin)
        if loaded:
            put(settings, before, loaded, origins, step)
        return [Loaded(iri, len(set(loaded[iri])), origins[iri]["file"]) for iri in loaded], errors


def drop(settings: Settings, graph: str, step: Step = lambda message: None) -> None:
    """Remove a graph that was loaded by itself.

    Raises NotFound if there is none of that name, InputError if it comes from a file of the build, else as `load`.
    """
    _embedded_only(settings)
    with locked(settings.store):
        before, names = latest(settings), Names.load(settings)
        _refuse(graph, names, before, short(graph, names), {})
        if before is None or graph not in before.manifest.loaded:
            raise NotFound(short(graph, names), "graph")
        put(settings, before, {graph: []}, {}, step)


def listed(settings: Settings) -> list[Loaded]:
    """List every named graph, by IRI; `file` is "" for one that rules derived."""
    opened = release.open_release(settings)
    names = Names.load(settings)
    origins = {names.graph_iri(name): name for name in opened.manifest.sources}
    origins |= {iri: origin["file"] for iri, origin in opened.manifest.loaded.items()}
    return [Loaded(iri, number, origins.get(iri, "")) for iri, number in opened.manifest.graphs.items()]


def short(iri: str, names: Names) -> str:
    """Return the name of a graph as the commands take it, such as graph:data/decisions/cat-c-48-d-433-2010."""
    start = names.graph_iri("")
    return f"graph:{iri.removeprefix(start)}" if iri.startswith(start) else iri


def _read(path: Path, graph: str | None, names: Names) -> Reading:
    """Read one file into its graphs; raises SyntaxFault for one that is not RDF 1.1 of ours."""
    name = str(path)
    format = format_of(name)
    data = read_packed(path, name)
    digest = hashlib.sha256(data).hexdigest()
    graphs: dict[str, list[Triple]] = {}
    for quad in parse_rdf(data, name, format, f"b{digest[:16]}-"):
        iri = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else graph or _default(path, names)
        graphs.setdefault(iri, []).append(quad.triple)
    return Reading(graphs, {"file": path.name, "digest": digest})


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
        return f"{shown} is the graph of {file}; change that file and run `servanda build`"
    return ""


def _refuse(graph: str, names: Names, before: Live | None, name: str, origins: dict[str, dict[str, str]]) -> None:
    """Raise InputError for a graph that is not to be loaded or dropped by itself."""
    reason = refusal(graph, names, before)
    if not reason and graph in origins:
        reason = f"{short(graph, names)} is in {origins[graph]['file']} too"
    if reason:
        raise InputError(f"{name}: {reason}")


def put(
    settings: Settings,
    before: Live | None,
    graphs: dict[str, list[Triple]],
    origins: dict[str, dict[str, str]],
    step: Step = lambda message: None,
) -> None:
    """Make the release before, or an empty one, with these graphs in place of those of the same names.

    `origins` says for the manifest what each came from. The caller holds the lock; raises as `load`.
    """
    past = before.manifest if before else Manifest(code=files.code_digest(settings))
    kept = {iri: origin for iri, origin in past.loaded.items() if iri not in graphs}
    plan = Plan(past.code, past.sources, dict(sorted({**kept, **origins}.items())))
    with drafting(settings, plan.digest, before) as draft:
        step("loading")
        held = before.manifest.census if before else census(draft.store)
        found, derived = amend(settings, draft, held, graphs, step)
        step("sealing")
        made = manifest_of(settings, draft.store, plan, found, derived)
        publish(settings, draft, replace(made, findings=past.findings))


def _embedded_only(settings: Settings) -> None:
    if settings.endpoint:
        raise UsageError(f"{settings.endpoint}: single graphs can be loaded and dropped in the embedded store only")


def latest(settings: Settings) -> Live | None:
    """Return the live release, None if there is none yet; raises StoreFault if it is damaged."""
    if not (settings.store / release.CURRENT).is_symlink():
        return None
    opened = release.open_release(settings)
    return Live(opened.folder, opened.manifest)
