"""N-Triples and N-Quads of any size into a store: judged and loaded in parts, on two cores, in bounded memory.

A line that has nothing unusual in it goes to the engine as it is, which parses it; what has (escapes, blank nodes,
comments, a scheme that may not be) is judged first as `kg.parsing` judges any file. Every statement goes into its graph
and into the default graph, where the store keeps it once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, serialize

from kg.errors import SyntaxFault
from kg.lexical import XSD, is_valid
from kg.packed import PackedFile
from kg.parsing import judge
from kg.store import EmbeddedStore

__all__ = ["Loader", "Source", "copy"]

PIECE = 4_000_000
"""bytes that are judged at a time"""
PART = 48_000_000
"""bytes that are loaded at a time, by each of the workers"""
WORKERS = 2
LINE = re.compile(rb' (<[^<>"\s]*>) \.\n')
OTHER_SCHEME = re.compile(rb"<(?!https?:|urn:|mailto:)")
TYPED = re.compile(rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#([A-Za-z]+)>')
CONTROLS = bytes({*range(0x20)} - {0x0A})
UNUSUAL = (b"_:", b"<<", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
ODD = re.compile(rb'\\(?![nrt"\\])|"@[A-Za-z0-9-]*--')
"""escapes other than the plainest, and base directions of RDF 1.2"""
AT_BYTE = re.compile(r" at byte \d+$")
LONGEST = 100_000_000
"""bytes of a line"""


class Source(NamedTuple):
    """Say of a file what it is called and how it is read.

    Statements without a graph go to `graph`; `blank` begins the labels of blank nodes.
    """

    name: str
    format: RdfFormat
    graph: str
    blank: str


class Piece(NamedTuple):
    """Hold judged lines: as N-Quads, the same without their graphs, and what cannot be loaded as text."""

    named: bytes
    merged: bytes
    loose: list[Quad]
    graphs: set[str]


class Part(NamedTuple):
    """Hold what is loaded at a time, and how many lines of the file are before it."""

    source: Source
    line: int
    raw: list[bytes]
    pieces: list[Piece]


class Loader(AbstractContextManager["Loader"]):
    """Load lines into a store, as a context: at its end all is loaded. `graphs` are those that were met so far.

    `seen` is told the graphs before the first of their statements is loaded, and may object.
    """

    def __init__(self, store: EmbeddedStore, seen: Callable[[set[str]], None] = lambda graphs: None) -> None:
        self.graphs: set[str] = set()
        self._store = store
        self._seen = seen
        self._known: set[tuple[bytes, bytes]] = set()
        self._pool = ThreadPoolExecutor(WORKERS)
        self._running: list[tuple[Future[None], Part]] = []

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            while self._running and kind is None:
                self._take()
        finally:
            self._pool.shutdown(cancel_futures=True)
            del self._store  # who loaded may still hold us when the store has to be closed

    def load(self, file: PackedFile, source: Source, told: Callable[[int], None] = lambda lines: None) -> int:
        """Load a file and return the number of its lines; `told` is given the number while it grows.

        Raises SyntaxFault with line and column as `kg.parsing.parse_rdf`, for some faults not before the context ends;
        what was loaded before stays in the store, which is then of no use.
        """
        line, part = 0, Part(source, 0, [], [])
        for raw in _pieces(file, source.name):
            piece = self._judge(raw, source, line)
            new = piece.graphs - self.graphs
            if new:
                self._seen(new)
                self.graphs |= new
            part.raw.append(raw)
            part.pieces.append(piece)
            line += raw.count(b"\n")
            if sum(map(len, part.raw)) >= PART:
                self._submit(part)
                part = Part(source, line, [], [])
                told(line)
        self._submit(part)
        return line

    def _submit(self, part: Part) -> None:
        while len(self._running) >= WORKERS:
            self._take()
        self._running.append((self._pool.submit(_insert, self._store, part), part))

    def _take(self) -> None:
        """Wait for the oldest part; if the engine finds a fault in it, find its place."""
        future, part = self._running.pop(0)
        try:
            future.result()
        except SyntaxError as error:
            line = part.line
            for raw in part.raw:
                _judged(raw, part.source, line)
                line += raw.count(b"\n")
            raise SyntaxFault(error.msg, part.source.name) from None

    def _judge(self, raw: bytes, source: Source, line: int) -> Piece:
        if self._usual(raw):
            lines = raw.count(b"\n")
            if source.format == RdfFormat.N_TRIPLES and raw.count(b" .\n") == lines and b"\n#" not in b"\n" + raw:
                return Piece(raw.replace(b" .\n", f" <{source.graph}> .\n".encode()), raw, [], {source.graph})
            parts = LINE.split(raw) if source.format == RdfFormat.N_QUADS else []
            if len(parts) == 2 * lines + 1 and not parts[-1]:
                graphs = {graph[1:-1].decode() for graph in set(parts[1::2])}
                return Piece(raw, b" .\n".join(parts[0::2]), [], graphs)
        return _rewritten(_judged(raw, source, line), source)

    def _usual(self, raw: bytes) -> bool:
        """Tell whether lines have nothing in them that the engine would take and we would not, or would change."""
        if any(mark in raw for mark in UNUSUAL) or OTHER_SCHEME.search(raw) or ODD.search(raw):
            return False
        if len(raw.translate(None, delete=CONTROLS)) != len(raw):
            return False
        values = set()
        for found in TYPED.finditer(raw):
            end = found.start()
            begin = raw.rfind(b'"', 0, end)
            if raw[begin - 1 : begin] == b"\\":
                return False
            values.add((raw[begin + 1 : end], found[1]))
        for lexical, kind in values - self._known:
            if not is_valid(lexical.decode(errors="replace"), XSD + kind.decode()):
                return False
            self._known.add((lexical, kind))
        return True


def copy(source: EmbeddedStore, graphs: Iterable[str], loader: Loader) -> None:
    """Load named graphs of another store, blank nodes with the labels that they have there."""
    loader.load(_Dump(source, iter(graphs)), Source("the release before", RdfFormat.N_QUADS, "", ""))


class _Dump:
    """Read graphs of a store as N-Quads."""

    def __init__(self, store: EmbeddedStore, graphs: Iterator[str]) -> None:
        self._store, self._graphs = store, graphs

    def read(self, size: int = -1, /) -> bytes:
        """Return some graphs, at least `size` bytes but at the end."""
        parts, length = [], 0
        for graph in self._graphs:
            lines = self._store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b""
            parts.append(lines.replace(b" .\n", f" <{graph}> .\n".encode()))
            length += len(parts[-1])
            if length >= size:
                break
        return b"".join(parts)

    def close(self) -> None:
        """Do nothing: the store is closed by whoever opened it."""


def _insert(store: EmbeddedStore, part: Part) -> None:
    text = b"".join(lines for piece in part.pieces for lines in (piece.named, piece.merged))
    store.bulk_load(text, RdfFormat.N_QUADS)
    loose = [quad for piece in part.pieces for quad in piece.loose]
    if loose:
        store.bulk_extend(loose)


def _pieces(file: PackedFile, name: str) -> Iterator[bytes]:
    """Read a file in pieces of whole lines."""
    rest = file.read(PIECE).removeprefix(b"\xef\xbb\xbf")
    while rest:
        more = file.read(PIECE)
        end = rest.rfind(b"\n") + 1
        if not more:
            yield rest if rest.endswith(b"\n") else rest + b"\n"
        elif end:
            yield rest[:end]
        elif len(rest) > LONGEST:
            raise SyntaxFault(f"a line of more than {LONGEST // 1_000_000} MB", name)
        rest = rest[end:] + more if more else b""


def _judged(raw: bytes, source: Source, line: int) -> list[Quad]:
    """Judge lines as any file is judged; `line` is the number of lines before them."""
    try:
        return judge(raw, source.name, source.format)
    except SyntaxFault as fault:
        message = AT_BYTE.sub("", fault.message) if line else fault.message
        raise SyntaxFault(message, source.name, fault.line + line, fault.column) from None


def _rewritten(quads: list[Quad], source: Source) -> Piece:
    """Write statements as the engine takes them; those with blank nodes, which it would rename, are kept apart."""
    plain: list[Quad] = []
    loose: list[Quad] = []
    graphs = set()
    for quad in quads:
        subject, predicate, item, graph = quad
        kept = plain
        if isinstance(subject, BlankNode):
            subject, kept = BlankNode(source.blank + subject.value), loose
        if isinstance(item, BlankNode):
            item, kept = BlankNode(source.blank + item.value), loose
        if not isinstance(graph, NamedNode):
            graph = NamedNode(source.graph)
        graphs.add(graph.value)
        kept += [Quad(subject, predicate, item, name) for name in (graph, DefaultGraph())]
    return Piece(serialize(plain, format=RdfFormat.N_QUADS) or b"", b"", loose, graphs)
