"""Files that may be compressed: read whole or in parts, and never inflated to more than is allowed."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from kg.errors import EnvironmentFault, SyntaxFault

__all__ = ["MAX_BYTES", "PackedFile", "open_packed", "read_packed"]

MAX_BYTES = 100_000_000
"""most bytes of a file that has to be read whole; Turtle takes 20 times as much memory while it is judged"""
MAX_RATIO = 100
"""most bytes that a compressed byte may become; RDF seldom reaches 40"""
GRACE = 1_000_000
"""bytes from which on the ratio is looked at"""
PART = 1 << 20


class PackedFile(Protocol):
    """Be a file that is read in parts."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""


class _Inflating(io.RawIOBase):
    """Read a gzip file in parts, within the allowed ratio."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        super().__init__()
        self._raw, self._name, self._given = raw, name, 0
        self._file = gzip.GzipFile(fileobj=raw)

    def read(self, size: int = -1, /) -> bytes:
        """Inflate the next bytes; raises SyntaxFault for what is no gzip and for what becomes too much."""
        try:
            part = self._file.read(size)
        except EOFError:
            raise SyntaxFault("the compressed file ends too early", self._name) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise SyntaxFault(f"not a gzip file ({error})", self._name) from None
        self._given += len(part)
        if self._given > GRACE + MAX_RATIO * self._raw.tell():
            raise SyntaxFault("inflates to more than allowed", self._name)
        return part


@contextmanager
def open_packed(path: Path, name: str) -> Iterator[PackedFile]:
    """Open a file that messages call `name`, inflating it if its name ends in .gz.

    Raises EnvironmentFault if that fails; reading raises SyntaxFault for a file that is no gzip or inflates to more
    than a hundred times its size.
    """
    try:
        raw = path.open("rb")
        raw.read(1)  # a folder can be opened
        raw.seek(0)
    except FileNotFoundError:
        raise EnvironmentFault(f"{name}: no such file") from None
    except OSError as error:
        raise EnvironmentFault(f"{name}: cannot be read ({error.strerror})") from None
    with raw:
        yield _Inflating(raw, name) if path.suffix == ".gz" else raw


def read_packed(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """Read a whole file; raises as `open_packed`, and SyntaxFault for one of more than `limit` bytes."""
    parts, size = [], 0
    with open_packed(path, name) as file:
        while part := file.read(PART):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise SyntaxFault(f"more than {limit // 1_000_000} MB; only N-Triples and N-Quads may be longer", name)
    return b"".join(parts)
