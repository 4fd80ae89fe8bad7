"""A release as it is read: the folder of the store, its manifest, and the proof that they belong together.

    {store}/current                 symbolic link to the live release
    {store}/releases/{name}/        one release, never changed after it was made
        store/                      the embedded store; empty where a server holds the statements
        manifest.json               what must be in it
    {store}/build.lock              held by a build that runs

A damaged store may open without an error and be short of most of its statements, so what must be in it is written
beside it and compared at every start: all of an embedded store, the counts of a server.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.errors import StoreFault, counted
from kg.findings import SEVERITIES
from kg.settings import Settings
from kg.store import Census, Store, census, connect, open_read_only

__all__ = [
    "CURRENT",
    "MANIFEST",
    "Manifest",
    "Release",
    "checksums",
    "live_folder",
    "open_release",
    "read_manifest",
    "store_folder",
]

CURRENT = "current"
MANIFEST = "manifest.json"
DATA_FILES = ("*.sst", "*.log", "MANIFEST-*", "CURRENT")


@dataclass(frozen=True)
class Manifest:
    """Say what a release is made of and what must be in it."""

    source_hash: str
    """SHA-256 over the files and the code that it was made from"""
    statements: int
    """distinct statements, those of the default graph"""
    digest: str
    """SHA-256 of the sorted N-Quads of the whole store, "" where a server holds it"""
    graphs: dict[str, int]
    """statements of each named graph, by IRI"""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file of the store that holds data, for a scan reads one of several indexes only"""
    derived: dict[str, int] = field(default_factory=dict)
    """statements that each rule derived"""
    findings: dict[str, int] = field(default_factory=dict)
    """findings of validation by severity"""
    figures: dict[str, int] = field(default_factory=dict)
    """figures of the home page, by title, computed by the stored queries"""
    endpoint: str = ""
    """address of the server that holds the statements, "" for the embedded store"""
    versions: dict[str, str] = field(default_factory=dict)
    """versions of Servanda, the store and Python"""
    built: str = ""
    """time of the build, ISO 8601 in UTC"""

    def to_json(self) -> str:
        """Return the manifest as JSON text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    def summary(self) -> list[tuple[str, int]]:
        """Return what a builder wants to know first, as pairs of label and number."""
        rows = [
            ("graphs", len(self.graphs)),
            ("triples", self.statements),
            ("derived triples", sum(self.derived.values())),
        ]
        rows += [(title.lower(), number) for title, number in self.figures.items()]
        return rows + [(f"validation: {severity}", self.findings.get(severity, 0)) for severity in SEVERITIES]

    def differs(self, found: Census) -> str | None:
        """Say how a store differs from what it must be, or None."""
        if found.statements != self.statements:
            return f"store has {counted(found.statements, 'triple')}, manifest says {self.statements}"
        if found.graphs != self.graphs:
            return f"store has {counted(len(found.graphs), 'graph')} of other sizes than the manifest says"
        if found.digest != self.digest:  # a server only counts, so that neither has one
            return "the digest of the store is not that of the manifest"
        return None


class Release(NamedTuple):
    """Hold an open release."""

    store: Store
    manifest: Manifest
    folder: Path


def live_folder(settings: Settings) -> Path:
    """Return the folder of the live release, resolved; raises StoreFault if there is none."""
    link = settings.store / CURRENT
    if not link.is_dir():
        raise StoreFault(f"{settings.store}: no store there; run `servanda build` first")
    return _resolved(link, os.readlink(link))


@lru_cache(maxsize=16)
def _resolved(link: Path, _target: str) -> Path:
    """Return where a link leads; asked at every request, so it is kept for as long as the link leads there."""
    return link.resolve()


def store_folder(settings: Settings) -> Path:
    """Return the folder of the embedded store of the live release, for `kg.store.open_read_only`.

    Where a server holds the statements it is empty, and serves to read the text of queries.
    """
    return live_folder(settings) / "store"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a release; raises StoreFault if it is missing or not one."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**{item.name: values[item.name] for item in fields(Manifest)})
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreFault(f"{folder / MANIFEST}: no manifest there; run `servanda build --force`") from None


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in the folder of a store that holds data, by name."""
    paths = sorted(path for pattern in DATA_FILES for path in folder.glob(pattern))
    try:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    except OSError as error:
        raise StoreFault(
            f"{folder}: the store cannot be read ({error.strerror}); run `servanda build --force`"
        ) from None


def open_release(settings: Settings, verify: bool = True) -> Release:
    """Open the live release for reading and compare it with its manifest.

    Raises StoreFault if there is none, if it was made for another store, or if it holds anything else than its manifest
    says.
    """
    folder = live_folder(settings)
    manifest = read_manifest(folder)
    if manifest.endpoint != settings.endpoint:
        place, asked = manifest.endpoint or "an embedded store", settings.endpoint or "an embedded store"
        raise StoreFault(f"{settings.store}: the last build was for {place}, not for {asked}; run `servanda build`")
    store = connect(settings, manifest.graphs) if settings.endpoint else open_read_only(folder / "store")
    if verify:
        difference = manifest.differs(census(store))
        if not difference and checksums(folder / "store") != manifest.files:
            difference = "a file of the store is not as it was made"
        if difference:
            raise StoreFault(f"{difference}: run `servanda build --force`")
    return Release(store, manifest, folder)
