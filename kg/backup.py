"""The live release as one file, and back: a tar archive, and after its end the SHA-256 of all of it.

Every file of the archive is compared with the manifest while it is written, and again before a restored release goes
live. So a damaged release is never backed up, and a damaged archive changes nothing. `tar` reads it as any archive.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg import release
from kg.draft import fresh_folder, go_live, locked
from kg.errors import EnvironmentFault, InputError, StoreFault, UsageError
from kg.release import MANIFEST, Manifest
from kg.settings import Settings
from kg.store import RESTORE, open_read_only

__all__ = ["backup", "restore"]

Step = Callable[[str], None]
KEPT = ("store/*", "*.sqlite")
PASSING = re.compile(r"LOCK|LOG(\.old.*)?")
"""files that a store makes for itself when it is opened"""
MEMBER = re.compile(r"(store/)?[A-Za-z0-9][A-Za-z0-9._-]*")
MARK = b"servanda sha256 "
TRAILER = len(MARK) + 64 + 1
PART = 1 << 20


def backup(settings: Settings, target: Path, step: Step = lambda message: None) -> Manifest:
    """Write the live release into a file that does not exist yet and bring it to the disk; return its manifest.

    Raises InputError if the file exists, UsageError if a server holds the statements, StoreFault if there is no release
    or it is not as it was made, EnvironmentFault if the file cannot be written.
    """
    if settings.endpoint:
        raise UsageError(f"{settings.endpoint}: the statements are on that server; back them up there")
    if target.exists():
        raise InputError(f"{target}: is there already")
    folder = release.live_folder(settings)
    manifest = release.read_manifest(folder)
    names = sorted(path.relative_to(folder).as_posix() for pattern in KEPT for path in folder.glob(pattern))
    names = [MANIFEST, *(name for name in names if not PASSING.fullmatch(Path(name).name))]
    missing = sorted(manifest.files.keys() - set(names))
    if missing:
        raise StoreFault(f"{folder / missing[0]}: not there: {RESTORE}")
    with _written(target) as out, tarfile.open(fileobj=out, mode="w|", bufsize=PART) as archive:
        for name in names:
            step(f"writing {name}")
            _add(archive, folder / name, name, manifest.files.get(name))
    return manifest


def restore(settings: Settings, source: Path, step: Step = lambda message: None) -> Manifest:
    """Make the release in an archive the live one, after it was compared with its checksums; return its manifest.

    Raises EnvironmentFault if the archive cannot be read or the disk is full, InputError if a byte of it is not as it
    was written, StoreFault if a build runs; the live release is then as it was.
    """
    with locked(settings.store):
        step("comparing the checksum")
        try:
            with source.open("rb") as file:
                size = _checked(file, source)
                file.seek(0)
                name = re.sub(r"[^A-Za-z0-9]", "", source.stem) or "restored"
                with fresh_folder(settings, name) as folder:
                    _unpack(file, size, folder, source, step)
                    manifest = _whole(folder, source)
                    go_live(settings, folder)
                    return manifest
        except FileNotFoundError:
            raise EnvironmentFault(f"{source}: no such file") from None


def _add(archive: tarfile.TarFile, path: Path, name: str, digest: str | None) -> None:
    """Put a file into an archive and compare what was read with its digest."""
    try:
        with path.open("rb") as file:
            member = tarfile.TarInfo(name)
            member.size = os.fstat(file.fileno()).st_size
            reading = _Hashing(file)
            archive.addfile(member, reading)
    except FileNotFoundError:
        raise StoreFault(f"{path}: gone; another release has gone live, so begin again") from None
    if digest not in (None, reading.total.hexdigest()):
        raise StoreFault(f"{path}: not as it was made: {RESTORE}")


@contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to that becomes the target when all is on the disk, with the checksum after its end."""
    new = target.with_name(f"{target.name}.new")
    try:
        with new.open("wb") as file:
            writing = _Hashing(file)
            yield writing  # type: ignore[misc]  # it has write
            file.write(MARK + writing.total.hexdigest().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(target)
    except OSError as error:
        raise EnvironmentFault(f"{target}: cannot be written ({error.strerror or error})") from None
    finally:
        new.unlink(missing_ok=True)


class _Hashing(io.RawIOBase):
    """Digest what is read from a file or written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file, self.total = file, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read and digest a part."""
        part = self._file.read(size)
        self.total.update(part)
        return part

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Write and digest a part."""
        self.total.update(data)
        return self._file.write(data)


def _checked(file: IO[bytes], source: Path) -> int:
    """Return the length of the archive without what comes after its end; raises InputError if a byte differs."""
    rest = size = max(os.fstat(file.fileno()).st_size - TRAILER, 0)
    total = hashlib.sha256()
    while part := file.read(min(PART, rest)):
        total.update(part)
        rest -= len(part)
    if file.read() != MARK + total.hexdigest().encode() + b"\n":
        raise InputError(f"{source}: checksum differs, so it is no backup, or a damaged one")
    return size


def _unpack(file: IO[bytes], size: int, folder: Path, source: Path, step: Step) -> None:
    (folder / "store").mkdir()
    try:
        with tarfile.open(fileobj=file, mode="r|", bufsize=PART) as archive:
            for member in archive:
                content = archive.extractfile(member) if MEMBER.fullmatch(member.name) else None
                if content is None:
                    raise InputError(f"{source}: has {member.name!r}, which is no file of a release")
                step(f"reading {member.name}")
                with (folder / member.name).open("wb") as out:
                    shutil.copyfileobj(content, out, PART)
    except tarfile.TarError as error:
        raise InputError(f"{source}: no archive of a release ({error})") from None


def _whole(folder: Path, source: Path) -> Manifest:
    """Return the manifest of an unpacked release; raises InputError if it does not fit or cannot be opened."""
    try:
        manifest = release.read_manifest(folder)
        if release.checksums(folder) == manifest.files:
            open_read_only(folder / "store")
            return manifest
    except StoreFault as fault:
        raise InputError(f"{source}: {fault.message}") from None
    raise InputError(f"{source}: checksum differs; the release in it is not as it was made")
