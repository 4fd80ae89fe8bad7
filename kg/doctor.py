"""What is wrong with a store folder, and the way out: each kind of damage in one line.

Nothing is changed. A damaged store is only counted in a process of its own that is given a few seconds, for an engine
that reads broken blocks may count for ever.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kg import release, text_index
from kg.contents import census
from kg.draft import RELEASES, live_name
from kg.errors import EnvironmentFault, ServandaError, StoreFault, counted
from kg.release import CURRENT, MANIFEST, Manifest
from kg.settings import Settings
from kg.store import open_read_only

__all__ = ["examine"]

COUNTING_SECONDS = 5
REBUILD = "`servanda build --force` makes it again from the files"


def examine(settings: Settings) -> Iterator[str]:
    """Yield what is wrong, one line each: the place, the damage, the way out. Nothing is said of a healthy store."""
    folder = settings.store
    if not folder.is_dir():
        yield f"{folder}: no store there; run `servanda build` first"
        return
    yield from _rights(folder)
    yield from _left_over(folder)
    link = folder / CURRENT
    if not link.is_symlink():
        yield f"{link}: no live release; run `servanda build`, or `servanda restore` with a backup"
    elif not link.is_dir():
        yield f"{link}: names {link.readlink().name}, which is not there; run `servanda build`, or restore a backup"
    else:
        yield from _release(settings, link.resolve())


def _rights(folder: Path) -> Iterator[str]:
    for path in (folder, folder / RELEASES):
        if path.is_dir() and not os.access(path, os.W_OK | os.X_OK):
            yield f"{path}: cannot be written, so nothing can be built or loaded; give it to the user who does that"
    for path in (folder / CURRENT).glob("**/*"):
        if not os.access(path, os.R_OK):
            yield f"{path}: cannot be read; give it to the user who serves it"
            return


def _left_over(folder: Path) -> Iterator[str]:
    """Yield what killed builds left, unless one runs now."""
    try:
        with (folder / "build.lock").open() as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        pass
    except OSError:
        return  # a build runs, or may be running
    live = live_name(folder)
    for path in sorted(folder.glob(f"{RELEASES}/*")):
        if path.name != live and not (path / MANIFEST).is_file():
            yield f"{path}: left over by a build that was killed; the next build removes it"
    for path in sorted(folder.glob(f"{CURRENT}.new")):
        yield f"{path}: left over by a build that was killed; the next build removes it"


def _release(settings: Settings, folder: Path) -> Iterator[str]:
    try:
        manifest = release.read_manifest(folder)
    except StoreFault as fault:
        yield fault.message
        return
    if manifest.endpoint:
        yield from _server(settings, manifest)
    damaged = False
    found: dict[str, str] = {}
    try:
        found = release.checksums(folder)
    except EnvironmentFault as fault:
        yield fault.message
    for name in sorted(manifest.files.keys() | found.keys()):
        if name not in manifest.files:
            yield f"{folder / name}: does not belong there; {REBUILD}"
        elif name not in found:
            damaged = True
            yield f"{folder / name}: missing; {_way_out(manifest)}"
        elif found[name] != manifest.files[name]:
            damaged = True
            yield f"{folder / name}: not as it was made; {_way_out(manifest)}"
    if not damaged and (problem := text_index.check(folder)):
        yield problem
    if damaged and not manifest.endpoint:
        yield _count(folder, manifest)


def _server(settings: Settings, manifest: Manifest) -> Iterator[str]:
    try:
        release.open_release(settings)
    except ServandaError as error:
        yield error.message


def _way_out(manifest: Manifest) -> str:
    """Say how a damaged release is mended; graphs that were loaded by themselves are in no file of the build."""
    lost = sorted({origin["file"] for origin in manifest.loaded.values()})
    again = f", and {', '.join(lost)} must be loaded again" if lost else ""
    return f"restore a backup, or {REBUILD}{again}"


def _count(folder: Path, manifest: Manifest) -> str:
    """Say how much of a damaged store can still be read."""
    command = [sys.executable, "-m", "kg.doctor", str(folder)]
    place = Path(__file__).parents[1]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=COUNTING_SECONDS, check=False)
        said = done.stdout.strip()
    except subprocess.TimeoutExpired:
        return f"{folder / 'store'}: cannot be counted within {COUNTING_SECONDS} s"
    return (
        f"{folder / 'store'}: {said or 'cannot be opened'}; the manifest says {counted(manifest.statements, 'triple')}"
    )


def _main(folder: Path) -> None:
    try:
        sys.stdout.write(f"has {counted(census(open_read_only(folder / 'store')).statements, 'triple')}\n")
    except ServandaError:
        sys.stdout.write("cannot be read to its end\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
