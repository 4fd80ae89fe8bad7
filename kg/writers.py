"""Who may change the graph over the web: a file of token digests, one writer a line.

A line is `ID DIGEST`, and after it perhaps a day, the last on which the token holds. DIGEST is the SHA-256 of the token
and ID its beginning, which names the writer in the manifest. "#" begins a comment. The file is read at each use, so a
token whose line was taken out holds no more.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from kg.errors import EnvironmentFault

__all__ = ["Writer", "make_token", "read_writers", "writer_of"]

LINE = re.compile(r"(?P<name>[0-9a-f]{8})\s+(?P<digest>[0-9a-f]{64})(?:\s+(?P<last>\d{4}-\d\d-\d\d))?\s*(?:#.*)?")


class Writer(NamedTuple):
    """Hold one line of the file."""

    name: str
    digest: str
    last: date | None
    """last day on which the token holds, UTC"""


def make_token(last: date | None = None) -> tuple[str, str]:
    """Make a token that nobody else knows; return it and the line for the file."""
    name = secrets.token_hex(4)
    token = f"{name}.{secrets.token_urlsafe(32)}"
    return token, f"{name} {_digest(token)}" + (f" {last.isoformat()}" if last else "")


def read_writers(path: Path) -> list[Writer]:
    """Read the file; raises EnvironmentFault, which never quotes it, also where others than its owner may read it."""
    try:
        if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise EnvironmentFault(f"{path}: others than its owner can read or change it; run chmod 600 {path.name}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EnvironmentFault(f"{path}: the tokens of writers cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise EnvironmentFault(f"{path}: not UTF-8") from None
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        try:
            last = date.fromisoformat(match["last"]) if match and match["last"] else None
        except ValueError:
            match = None
        if not match:
            raise EnvironmentFault(f"{path}:{number}: not a line that `servanda token` prints")
        found.append(Writer(match["name"], match["digest"], last))
    return found


def writer_of(token: str, path: Path) -> str | None:
    """Return the name of the writer whose token it is; None if it is nobody's or its time is over."""
    digest, today = _digest(token), datetime.now(UTC).date()
    for writer in read_writers(path):
        if hmac.compare_digest(writer.digest, digest) and (writer.last is None or today <= writer.last):
            return writer.name
    return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
