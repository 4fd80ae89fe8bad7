"""The making of a release from the files: check, load what has changed, derive, count, seal and only then switch.

Most of a release is that of the one before: a file that has not changed keeps its graph, and so does a graph that was
loaded by itself (`kg.graphs`). The result is the same as if all was made afresh. A server is filled graph by graph:
when that fails the counts differ from the manifest, nothing serves the half of it, and the next build mends it.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import Quad, Triple

from kg import __version__, bulk, contents, load, reason, release, saved
from kg.contents import Census
from kg.draft import Draft, Live, drafting, live, locked, publish
from kg.errors import InvalidData, StoreFault, counted
from kg.findings import Finding
from kg.names import Names
from kg.release import Manifest
from kg.settings import Settings
from kg.store import Store, open_read_only

__all__ = ["Built", "Plan", "amend", "build", "manifest_of"]

Step = Callable[[str], None]


class Built(NamedTuple):
    """Hold the outcome of a build; `fresh` tells whether a release was made or the live one was still right."""

    manifest: Manifest
    folder: Path
    fresh: bool
    findings: list[Finding]


class Plan(NamedTuple):
    """Hold what a release is to be made of; the fields are those of the manifest."""

    code: str
    sources: dict[str, str]
    loaded: dict[str, dict[str, str]]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all of it."""
        return load.source_hash(self.code, self.sources, self.loaded)


def build(settings: Settings, force: bool = False, step: Step = lambda message: None) -> Built:
    """Make the release of the files as they are, unless the live one was made from the same files.

    `step` is told what is being done. Raises InvalidData with the findings if a check finds a violation, a fault of
    syntax among them, StoreFault if another build runs, EnvironmentFault if the disk is full; the live
    release is then as it was.
    """
    with locked(settings.store):
        before = live(settings)
        if not before and not force:
            _refuse_to_lose(settings)
        loaded = before.manifest.loaded if before else {}
        plan = Plan(load.code_digest(settings), load.digests(settings), loaded)
        if before and not force and before.manifest.source_hash == plan.digest:
            return Built(before.manifest, before.folder, False, [])
        from kg import check  # loads the SHACL engine, which a build with nothing to do should not wait for

        findings = check.run(settings, progress=step)
        severities = _judge(findings)
        afresh = force or settings.endpoint or not before or before.manifest.code != plan.code
        if before and _rules(before.manifest.sources) != _rules(plan.sources):
            afresh = True
        with drafting(settings, plan.digest, None if afresh else before) as draft:
            step("loading")
            if afresh or not before:
                census, derived = _fill(settings, draft, before, step)
            else:
                census, derived = amend(settings, draft, before.manifest.census, _changed(settings, before, plan), step)
            step("sealing")
            made = manifest_of(settings, draft.store, plan, census, derived)
            manifest = publish(settings, draft, replace(made, findings=severities))
        return Built(manifest, draft.folder, True, findings)


def amend(
    settings: Settings,
    draft: Draft,
    base: Census,
    graphs: Mapping[str, Collection[Triple]],
    step: Step,
    filled: Collection[str] = (),
) -> tuple[Census, dict[str, int]]:
    """Make graphs of a draft hold these statements (none removes a graph), derive again and count again.

    `filled` are graphs that the draft holds already and `base` does not count. Returns the census, and how many
    statements were derived of each property.
    """
    derived = Names.load(settings).derived_graph
    touched = {derived, *graphs}
    before = contents.tally(draft.embedded, touched)
    # After a bulk load everything is derived again: what came with it is not known statement by statement.
    changed = contents.replace(draft.embedded, {derived: (), **graphs} if filled else graphs)
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(contents.tally, draft.embedded, sorted(filled))  # while the rules run on another core
        step("deriving")
        rules = reason.derive(draft.embedded, settings, None if filled else changed)
        step("counting")
        draft.store.flush()
        after = {**counting.result(), **contents.tally(draft.embedded, touched)}
    return base.amended(before, after, len(draft.embedded)), rules


def manifest_of(settings: Settings, opened: Store, plan: Plan, census: Census, derived: dict[str, int]) -> Manifest:
    """Say what a store holds that was made by a plan; the findings are still to be added."""
    return Manifest(
        source_hash=plan.digest,
        **census._asdict(),
        **plan._asdict(),
        derived=derived,
        figures={query.title: value for query, value in saved.figures(opened)},
        endpoint=settings.endpoint,
        versions={"servanda": __version__, "pyoxigraph": pyoxigraph.__version__, "python": platform.python_version()},
        built=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _refuse_to_lose(settings: Settings) -> None:
    """Raise StoreFault if the live release is damaged and has graphs that no build can make again."""
    try:
        lost = release.read_manifest(release.live_folder(settings)).loaded
    except StoreFault:
        return
    if lost and not settings.endpoint:
        names = ", ".join(sorted({origin["file"] for origin in lost.values()}))
        raise StoreFault(
            f"{settings.store}: the live release is damaged, and {names} was loaded into it: restore a backup, or run "
            "`servanda build --force` and load that again"
        )


def _judge(findings: list[Finding]) -> dict[str, int]:
    """Count findings by severity; raises InvalidData if one is a violation."""
    counts = dict(Counter(finding.severity for finding in findings))
    if counts.get("violation"):
        raise InvalidData(f"{counted(counts['violation'], 'violation')}; no release was made", findings)
    return counts


def _fill(settings: Settings, draft: Draft, before: Live | None, step: Step) -> tuple[Census, dict[str, int]]:
    """Load every file, and the graphs that were loaded by themselves from the release before; derive and count."""
    quads: list[Quad] = []
    for source in load.sources(settings):
        quads += load.quads(source)
    contents.fill(draft.store, quads)
    if before and before.manifest.loaded and not settings.endpoint:
        with bulk.Loader(draft.embedded) as loader:
            bulk.copy(open_read_only(before.folder / "store"), before.manifest.loaded, loader)
    step("deriving")
    derived = reason.derive(draft.store, settings)
    step("counting")
    draft.store.flush()
    return contents.census(draft.store), derived


def _rules(digests: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of the rules; when one changes, everything may follow differently."""
    return {name: digest for name, digest in digests.items() if name.endswith(".rq")}


def _changed(settings: Settings, before: Live, plan: Plan) -> dict[str, list[Triple]]:
    """Return the graphs of the files that are new or changed since a release, and an empty one for those gone."""
    names = Names.load(settings)
    old = before.manifest.sources
    graphs: dict[str, list[Triple]] = {
        names.graph_iri(name): [] for name in old if name.endswith(".ttl") and name not in plan.sources
    }
    for source in load.sources(settings):
        if old.get(source.name) != plan.sources[source.name]:
            graphs[source.graph] = [quad.triple for quad in load.quads(source)]
    return graphs
