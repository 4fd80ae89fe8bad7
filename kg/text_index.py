"""The text index of a release: what its entities are called and say, in one SQLite file with full-text search (FTS5).

    entity    every entity with its label and class, numbered from what people look for first to the rest
    entry     its texts, each with the field it belongs to and its language
    name      each name and code folded, to find what is called exactly so or begins so
    words     FTS5 over the folded words, with beginnings of words
    stems     FTS5 over the stems of the words

An entity has the same number in each. Since numbers follow rank, the first hits of a search are the best by rank, and a
search for a common word need not read all of them. The file is made beside the store from the same statements, goes
live with it by the same rename, and is never changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from kg import saved
from kg.errors import EnvironmentFault, LimitExceeded, StoreFault
from kg.store import RESTORE, Store, evaluate, literal
from kg.words import CAPITAL_IN_WORD, forms, language_of

__all__ = ["FIELDS", "FILE", "TextIndex", "check", "open_index", "statement", "write"]

FILE = "text.sqlite"
VERSION = 1
STATEMENTS = saved.FOLDER / "text"
FIELDS = ("name", "code", "related", "body")
# What people look for first: cases and decisions, then law, then people, then everything else.
RANKS = ("Communication", "Decision", "Provision", "Instrument", "TreatyBody", "State", "Person", "Organisation")
LONGEST_TEXT = 2_000
"""characters of one text that are indexed"""
LONGEST_NAME = 200
"""characters of a folded name that are compared as a whole"""
MOST_TEXTS = 200
"""texts of one entity that are indexed"""
BATCH = 5_000
"""texts that are written at a time"""


class Batch(NamedTuple):
    """Hold rows that are written together, one list for each table."""

    entries: list[tuple[int, int, str, str, str]]
    names: list[tuple[str, int]]
    words: list[tuple[int | str, ...]]
    stems: list[tuple[int | str, ...]]


class TextIndex:
    """Read the index of one release; any number of threads may."""

    def __init__(self, path: Path) -> None:
        """Open the file; nothing is written beside it."""
        self.path = path
        self._open = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True,
                                     check_same_thread=False)

    def rows(self, name: str, *values: object) -> list[Any]:
        """Return the rows of a statement of kg/queries/text; raises StoreFault if the file is damaged."""
        return self.run(statement(name), *values)

    def run(self, text: str, *values: object) -> list[Any]:
        """Return the rows of any statement; raises StoreFault if the file is damaged."""
        try:
            return self._open.execute(text, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, str(error)) from None

    def close(self) -> None:
        """Close the file."""
        self._open.close()


@cache
def statement(name: str) -> str:
    """Return a statement of kg/queries/text."""
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


def open_index(folder: Path) -> TextIndex:
    """Open the index in the folder of a release; raises StoreFault if it is missing, of another version or damaged."""
    path = folder / FILE
    if not path.is_file():
        raise _damaged(path, "no text index there")
    try:
        index = TextIndex(path)
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from None
    ((version,),) = index.run("PRAGMA user_version")
    if version != VERSION:
        raise _damaged(path, f"text index of version {version}, {VERSION} is needed")
    return index


def check(folder: Path) -> str | None:
    """Say what is wrong with the index in the folder of a release, or None; every page of the file is read."""
    try:
        with closing(open_index(folder)) as index:
            problems = [problem for (problem,) in index.run("PRAGMA quick_check(1)") if problem != "ok"]
            ((entities, listed),) = index.rows("counts")
    except StoreFault as fault:
        return str(fault)
    if entities != listed:
        problems.append(f"{entities} entities, {listed} of them indexed")
    return str(_damaged(folder / FILE, problems[0])) if problems else None


def _damaged(path: Path, what: str) -> StoreFault:
    return StoreFault(f"{path}: {what}: {RESTORE}")


def write(store: Store, folder: Path) -> None:
    """Make the index of a store, embedded or on a server, in a folder.

    The same statements give the same file. Raises EnvironmentFault if SQLite has no FTS5 or the disk is full; what was
    there before is then as it was.
    """
    scratch = folder / f"{FILE}.new"
    scratch.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(scratch, check_same_thread=False)) as database:
            database.executescript(statement("schema"))
            database.execute(f"PRAGMA user_version = {VERSION}")
            with database:
                database.executemany("INSERT INTO classed VALUES (?, ?, ?, ?)", _classes(store))
                database.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", _texts(store))
                database.execute(statement("number-entities"))
                _index(database)
        scratch.replace(folder / FILE)
    except (sqlite3.Error, OSError) as error:
        scratch.unlink(missing_ok=True)
        raise EnvironmentFault(f"{folder / FILE}: the text index cannot be made ({error})") from None


def _classes(store: Store) -> Iterator[tuple[str, str, int, int]]:
    """Yield each entity with the label of a class of it, how narrow the class is, and its rank."""
    kinds = {str(row["class"]): (str(row["kind"]), int(str(row["depth"]))) for row in saved.run(store, "search-kinds")}
    for entity, of_class in _rows(store, "search-classes", ("entity", "class")):
        name = of_class.value.rpartition("#")[2]
        rank = RANKS.index(name) if name in RANKS else len(RANKS)
        yield entity.value, *kinds.get(of_class.value, (CAPITAL_IN_WORD.sub(" ", name).lower(), 0)), rank


def _texts(store: Store) -> Iterator[tuple[str, str, str, str]]:
    """Yield the texts of each entity with their field and language."""
    for entity, field, text in _rows(store, "search-texts", ("entity", "field", "text")):
        if isinstance(entity, NamedNode) and isinstance(text, Literal):
            yield entity.value, field.value, language_of(text.value, text.language), text.value[:LONGEST_TEXT]


def _rows(store: Store, name: str, columns: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the terms of a stored query row by row; a server is asked for parts that are small enough to be held."""
    query, prefixes = saved.find(name), saved.names().prefixes
    parts = [""]
    while parts:
        part = parts.pop()
        try:
            answer: Any = evaluate(store, query.text, {"part": literal(part)} if part else {}, prefixes)
        except LimitExceeded:
            parts += [part + digit for digit in "0123456789abcdef"]
            continue
        for row in answer:
            yield [row[column] for column in columns]


def _index(database: sqlite3.Connection) -> None:
    """Fill the tables that are searched from the staged texts, entity by entity; one thread folds, another writes."""
    with ThreadPoolExecutor(1) as writer:
        writing: Future[None] | None = None
        for batch in _batches(database.execute(statement("texts"))):
            if writing:
                writing.result()
            writing = writer.submit(_send, database, batch)
        if writing:
            writing.result()
    database.execute(statement("names"))
    for table in ("words", "stems"):
        database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608


def _batches(rows: Iterable[tuple[int, str, str, str]]) -> Iterator[Batch]:
    """Fold the texts of the entities, which come in the order of their numbers."""
    batch = Batch([], [], [], [])
    for entity, texts in groupby(rows, key=itemgetter(0)):
        folded: dict[str, list[str]] = {field: [] for field in FIELDS}
        stemmed: dict[str, list[str]] = {field: [] for field in FIELDS}
        for place, (_, field, language, text) in zip(range(MOST_TEXTS), texts, strict=False):
            spelled, roots = forms(text, language)
            folded[field] += spelled
            stemmed[field] += roots
            batch.entries.append((entity, place, field, language, text))
            if field != "body" and spelled:
                batch.names.append((" ".join(spelled)[:LONGEST_NAME], entity))
        batch.words.append((entity, *map(" ".join, folded.values())))
        batch.stems.append((entity, *map(" ".join, stemmed.values())))
        if len(batch.entries) >= BATCH:
            yield batch
            batch = Batch([], [], [], [])
    yield batch


def _send(database: sqlite3.Connection, batch: Batch) -> None:
    columns = ", ".join(FIELDS)
    database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", batch.entries)
    database.executemany("INSERT INTO named VALUES (?, ?)", batch.names)
    for table, rows in (("words", batch.words), ("stems", batch.stems)):
        database.executemany(f"INSERT INTO {table} (rowid, {columns}) VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608
