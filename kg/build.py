"""The making of a release: read, check, derive, merge, count, seal and only then switch.

A release is made in a fresh folder and becomes live by one rename, so a build that fails or is killed leaves the live
release as it was. A server is filled graph by graph: when that fails the counts differ from the manifest, nothing
serves the half of it, and the next build mends it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import Quad

from kg import __version__, load, reason, release, saved, store
from kg.errors import EnvironmentFault, InvalidData, StoreFault, counted
from kg.findings import Finding
from kg.release import CURRENT, Manifest
from kg.settings import Settings
from kg.store import Store

__all__ = ["Built", "build"]

RELEASES = "releases"
Step = Callable[[str], None]


class Built(NamedTuple):
    """Hold the outcome of a build; `fresh` tells whether a release was made or the live one was still right."""

    manifest: Manifest
    folder: Path
    fresh: bool
    findings: list[Finding]


def build(settings: Settings, force: bool = False, step: Step = lambda message: None) -> Built:
    """Make the release of the files as they are, unless the live one was made from the same files.

    `step` is told what is being done. Raises InvalidData with the findings if a check finds a violation, a fault of
    syntax among them, StoreFault if another build runs, EnvironmentFault if the disk is full; the live
    release is then as it was.
    """
    with _lock(settings.store):
        source_hash = load.source_hash(settings)
        if not force:
            live = _unchanged(settings, source_hash)
            if live:
                return live
        try:
            return _make(settings, source_hash, step)
        except OSError as error:
            if error.errno == errno.ENOSPC or "No space left" in str(error):
                raise EnvironmentFault(f"{settings.store}: no space left; nothing was loaded") from None
            raise EnvironmentFault(f"{settings.store}: cannot make a release ({error})") from None


def _unchanged(settings: Settings, source_hash: str) -> Built | None:
    """Return the live release if it was made from the same files and is whole."""
    try:
        manifest = release.read_manifest(release.live_folder(settings))
        if manifest.source_hash != source_hash:
            return None
        return Built(manifest, release.open_release(settings).folder, False, [])
    except StoreFault:
        return None


def _make(settings: Settings, source_hash: str, step: Step) -> Built:
    from kg import check  # loads the SHACL engine, which a build with nothing to do should not wait for

    releases = settings.store / RELEASES
    releases.mkdir(parents=True, exist_ok=True)
    before = _live_name(settings.store)
    _sweep(releases, keep={before})
    folder = Path(tempfile.mkdtemp(prefix=f"{source_hash[:12]}-", dir=releases))
    try:
        folder.chmod(0o755)
        findings = check.run(settings, progress=step)
        severities = _judge(findings)
        opened = store.create(folder / "store")
        # Where a server holds the statements the store of the release stays empty: workers read queries with it.
        filled = store.connect(settings) if settings.endpoint else opened
        manifest = _fill(settings, filled, source_hash, severities, step)
        opened.flush()
        del opened, filled
        step("sealing")
        manifest = replace(manifest, files=release.checksums(folder / "store"))
        (folder / release.MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        _sync_tree(folder)
        _switch(settings.store, folder.name)
    except BaseException:
        if _live_name(settings.store) != folder.name:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    _sweep(releases, keep={before, folder.name})
    return Built(manifest, folder, True, findings)


def _judge(findings: list[Finding]) -> dict[str, int]:
    """Count findings by severity; raises InvalidData if one is a violation."""
    counts = dict(Counter(finding.severity for finding in findings))
    if counts.get("violation"):
        raise InvalidData(f"{counted(counts['violation'], 'violation')}; no release was made", findings)
    return counts


def _fill(settings: Settings, opened: Store, source_hash: str, findings: dict[str, int], step: Step) -> Manifest:
    """Load, derive and count."""
    step("loading")
    quads: list[Quad] = []
    for source in load.sources(settings):
        quads += load.quads(source)
    store.fill(opened, quads)
    step("deriving")
    derived = reason.derive(opened, settings)
    step("counting")
    opened.flush()
    found = store.census(opened)
    return Manifest(
        source_hash=source_hash,
        statements=found.statements,
        digest=found.digest,
        graphs=found.graphs,
        derived=derived,
        findings=findings,
        figures={query.title: value for query, value in saved.figures(opened)},
        endpoint=settings.endpoint,
        versions={"servanda": __version__, "pyoxigraph": pyoxigraph.__version__, "python": platform.python_version()},
        built=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _switch(folder: Path, name: str) -> None:
    """Make a release the live one: a rename, which either happens or does not."""
    link = folder / f"{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(RELEASES, name))
    link.replace(folder / CURRENT)
    _sync(folder)


def _live_name(folder: Path) -> str | None:
    """Return the name of the live release, None if there is none."""
    link = folder / CURRENT
    return link.readlink().name if link.is_symlink() else None


def _sweep(releases: Path, keep: set[str | None]) -> None:
    """Remove releases that are not kept, and what killed builds left.

    The release that was live until now is kept until the next build, for a running server may still read it.
    """
    for folder in releases.iterdir():
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the lock of the store folder; raises StoreFault if another build has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "build.lock").open("w")
    except OSError as error:
        raise EnvironmentFault(f"{folder}: cannot be written ({error.strerror})") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreFault(f"{folder}: store is in use by another build") from None
        yield


def _sync_tree(folder: Path) -> None:
    """Bring every file below a folder to the disk: a commit of the store by itself does not."""
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
