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
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

from kg.contents import Census, census
from kg.errors import StoreFault, counted
from kg.findings import SEVERITIES
from kg.settings import Settings
from kg.store import RESTORE, Store, connect, open_read_only

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

SEAL = "seal"
CURRENT = "current"
MANIFEST = "manifest.json"
READERS = 2
"""files that are read at the same time"""
DATA_FILES = ("store/*.sst", "store/*.log", "store/MANIFEST-*", "store/CURRENT", "*.sqlite")


@dataclass(frozen=True)
class Manifest:
    """Say what a release is made of and what must be in it."""

    source_hash: str = ""
    """SHA-256 over all that it was made from: code, files and loaded graphs"""
    statements: int = 0
    """distinct statements, those of the default graph"""
    digest: str = f"{0:064x}"
    """sum of the digests of the named graphs (`kg.contents`), "" where a server holds them"""
    graphs: dict[str, int] = field(default_factory=dict)
    """statements of each named graph, by IRI"""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file that holds data, for a scan of the store reads one of its several indexes only"""
    code: str = ""
    """SHA-256 over the code and the settings that may give another release from the same files"""
    sources: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file of ontology, shapes and data, by its path from the root"""
    loaded: dict[str, dict[str, str]] = field(default_factory=dict)
    """name (`file`) and SHA-256 (`digest`) of the file that a graph was loaded from by itself, by the graph's IRI"""
    derived: dict[str, int] = field(default_factory=dict)
    """derived statements of each property"""
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

    @property
    def census(self) -> Census:
        """Return what the store must hold."""
        return Census(self.statements, self.graphs, self.digest)

    def to_json(self) -> str:
        """Return the manifest as JSON text, with a SHA-256 of it all as last value."""
        values = asdict(self)
        return json.dumps({**values, SEAL: _seal(values)}, indent=1, ensure_ascii=False) + "\n"

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
    return link.resolve()


def store_folder(settings: Settings, live: Path | None = None) -> Path:
    """Return the folder of the embedded store of the live release, for `kg.store.open_read_only`.

    Where a server holds the statements it is empty, and serves to read the text of queries.
    """
    return (live or live_folder(settings)) / "store"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a release; raises StoreFault if it is missing, altered or of an older Servanda."""
    place = folder / MANIFEST
    try:
        values = json.loads(place.read_text(encoding="utf-8"))
        if SEAL not in values and "source_hash" in values:
            raise StoreFault(f"{place}: made by an older Servanda; run `servanda build`")
        if values.pop(SEAL) != _seal(values):
            raise StoreFault(f"{place}: the manifest was altered: {RESTORE}")
        return Manifest(**{item.name: values[item.name] for item in fields(Manifest)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StoreFault(f"{place}: no manifest there: {RESTORE}") from None


def _seal(values: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def checksums(folder: Path, base: Path | None = None, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of each file of a release that holds data, by its path in the folder of the release.

    A file that is shared with the release in `base`, whose checksums are `known`, is not read again.
    """
    names = sorted(path.relative_to(folder).as_posix() for pattern in DATA_FILES for path in folder.glob(pattern))

    def digest(name: str) -> str:
        path = folder / name
        if base and known and name in known and path.samefile(base / name):
            return known[name]
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    try:
        with ThreadPoolExecutor(READERS) as pool:
            return dict(zip(names, pool.map(digest, names), strict=True))
    except OSError as error:
        raise StoreFault(f"{folder}: the release cannot be read ({error.strerror}): {RESTORE}") from None


def open_release(settings: Settings, verify: bool = True) -> Release:
    """Open the live release for reading and compare it with its manifest.

    The files of an embedded store are compared by their checksums, and only where they differ its statements are
    counted, to tell what is wrong. Raises StoreFault if there is no release, if it was made for another store, or if it
    holds anything else than its manifest says.
    """
    folder = live_folder(settings)
    manifest = read_manifest(folder)
    if manifest.endpoint != settings.endpoint:
        place, asked = manifest.endpoint or "an embedded store", settings.endpoint or "an embedded store"
        raise StoreFault(f"{settings.store}: the last build was for {place}, not for {asked}; run `servanda build`")
    changed = verify and checksums(folder) != manifest.files
    store = connect(settings, manifest.graphs) if settings.endpoint else open_read_only(folder / "store")
    difference = manifest.differs(census(store)) if changed or (verify and settings.endpoint) else None
    if difference or changed:
        raise StoreFault(f"{difference or 'a file of the release is not as it was made'}: {RESTORE}")
    return Release(store, manifest, folder)
