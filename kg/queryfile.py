"""Files that hold one SPARQL query below a head of comments: the rules and the checks of the ontology.

The head is a run of lines `# key: value` at the beginning; a key may come more than once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from kg.errors import EnvironmentFault, InputError

__all__ = ["QueryFile", "read_queries", "read_query"]

HEAD_LINE = re.compile(r"#\s*([a-z-]+):\s*(\S.*?)\s*$")


class QueryFile(NamedTuple):
    """Hold one query file; `name` is that of the file without suffix, `text` the whole file."""

    name: str
    path: Path
    text: str
    head: dict[str, list[str]]

    def one(self, key: str) -> str:
        """Return the only value of a key of the head; raises InputError if there is none or more than one."""
        values = self.head.get(key, [])
        if len(values) != 1:
            raise InputError(f'{self.path}: the head must have exactly one line "# {key}: …", it has {len(values)}')
        return values[0]


def read_query(path: Path) -> QueryFile:
    """Read one query file; raises EnvironmentFault if it cannot be read as UTF-8 text."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault(f"{path}: cannot be read ({error})") from None
    head: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = HEAD_LINE.match(line)
        if not found:
            break
        head.setdefault(found[1], []).append(found[2])
    return QueryFile(path.stem, path, text, head)


def read_queries(folder: Path) -> list[QueryFile]:
    """Read every query file of a folder, by name; raises EnvironmentFault if there is none."""
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise EnvironmentFault(f"{folder}: no .rq files there")
    return [read_query(path) for path in files]
