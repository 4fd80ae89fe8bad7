"""The making of a release: a folder that becomes the live one by a rename when it is whole, and is removed if not.

Whatever fails or is killed before the rename leaves the live release as it was. The store of a draft is fresh, or a
snapshot of the live one, which shares its files by hard links and takes milliseconds at any size.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, NamedTuple

from kg import release, store, text_index
from kg.errors import EnvironmentFault, StoreFault
from kg.release import CURRENT, Manifest
from kg.settings import Settings
from kg.store import EmbeddedStore, Store

__all__ = [
    "RELEASES",
    "Draft",
    "Live",
    "drafting",
    "fresh_folder",
    "go_live",
    "live",
    "live_name",
    "locked",
    "publish",
]

RELEASES = "releases"
LOOK_SECONDS = 0.05
"""how often whoever waits for the lock looks whether it is free, s"""


class Live(NamedTuple):
    """Hold the live release as the base of the next one."""

    folder: Path
    manifest: Manifest


@dataclass
class Draft:
    """Hold a release in the making.

    `store` is what is filled. `embedded` is the store in the folder: the same one, or an empty one where a server holds
    the statements, with which workers read queries.
    """

    folder: Path
    embedded: EmbeddedStore
    store: Store
    base: Live | None
    """release whose files the store shares"""


def live(settings: Settings) -> Live | None:
    """Return the live release, None if there is none that is whole and was made for the same store."""
    try:
        opened = release.open_release(settings)
    except StoreFault:
        return None
    return Live(opened.folder, opened.manifest)


@contextmanager
def locked(folder: Path, seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a store folder, made if need be, and tell in one line when the disk is full.

    Raises StoreFault if another build still has the lock after `seconds`, EnvironmentFault if the folder cannot be
    written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "build.lock").open("w")
    except OSError as error:
        raise EnvironmentFault(f"{folder}: cannot be written ({error.strerror})") from None
    with handle:
        deadline = time.monotonic() + seconds
        while not _lock(handle):
            if time.monotonic() >= deadline:
                raise StoreFault(f"{folder}: store is in use by another build")
            time.sleep(LOOK_SECONDS)
        try:
            yield
        except OSError as error:
            if error.errno == errno.ENOSPC or "No space left" in str(error):
                raise EnvironmentFault(f"{folder}: no space left; nothing was loaded") from None
            raise EnvironmentFault(f"{folder}: cannot make a release ({error})") from None


def _lock(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def publish(settings: Settings, draft: Draft, manifest: Manifest) -> Manifest:
    """Index a draft, seal it and make it the live release; return the manifest with the checksums of its files."""
    text_index.write(draft.store, draft.folder)
    draft.embedded.flush()
    del draft.embedded, draft.store  # closes it
    known = (draft.base.folder, draft.base.manifest.files) if draft.base else ()
    sealed = replace(manifest, files=release.checksums(draft.folder, *known))
    (draft.folder / release.MANIFEST).write_text(sealed.to_json(), encoding="utf-8")
    go_live(settings, draft.folder)
    return sealed


def go_live(settings: Settings, folder: Path) -> None:
    """Bring a whole release to the disk and make it the live one: a rename, which either happens or does not."""
    for path in [*folder.rglob("*"), folder]:  # a commit of the store by itself brings nothing to the disk
        _sync(path)
    link = settings.store / f"{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(RELEASES, folder.name))
    link.replace(settings.store / CURRENT)
    _sync(settings.store)


@contextmanager
def drafting(settings: Settings, name: str, base: Live | None = None) -> Iterator[Draft]:
    """Give a draft, on a snapshot of the release `base` or fresh; the folder is removed unless it was published."""
    with fresh_folder(settings, name) as folder:
        yield _opened(settings, folder, base)  # nothing else may hold the store, for `publish` has to close it


@contextmanager
def fresh_folder(settings: Settings, name: str) -> Iterator[Path]:
    """Give a folder for a release, which is removed unless it became the live one.

    The release that was live until now is kept until the next one is made, for a running server may still read it.
    """
    releases = settings.store / RELEASES
    releases.mkdir(parents=True, exist_ok=True)
    before = live_name(settings.store)
    _sweep(releases, keep={before})
    folder = Path(tempfile.mkdtemp(prefix=f"{name[:12]}-", dir=releases))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        if live_name(settings.store) != folder.name:
            shutil.rmtree(folder, ignore_errors=True)
    _sweep(releases, keep={before, folder.name})


def _opened(settings: Settings, folder: Path, base: Live | None) -> Draft:
    path = folder / "store"
    embedded = store.snapshot(base.folder / "store", path) if base else store.create(path)
    return Draft(folder, embedded, store.connect(settings) if settings.endpoint else embedded, base)


def live_name(folder: Path) -> str | None:
    """Return the name of the live release, None if there is none."""
    link = folder / CURRENT
    return link.readlink().name if link.is_symlink() else None


def _sweep(releases: Path, keep: set[str | None]) -> None:
    """Remove releases that are not kept, and what killed builds left."""
    for folder in releases.iterdir():
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
