"""What a check reads: the files that are judged, the files that are their context, and which file says what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg import load
from kg.errors import EnvironmentFault, SyntaxFault
from kg.findings import Finding
from kg.load import Source
from kg.names import Names
from kg.settings import Settings
from kg.store import EmbeddedStore, Node, in_memory, match
from kg.turtle import read

__all__ = ["PINNED", "Corpus", "gather", "read_source", "value_of"]

SYNTAX = "check:syntax"
PINNED = "ontology/external/"
Term = NamedNode | BlankNode | Literal | Triple
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass
class Corpus:
    """Hold the quads of every file that could be read, by the name of the file; the pinned lists are left out."""

    sources: dict[str, Source] = field(default_factory=dict)
    quads: dict[str, list[Quad]] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    """names of the files that findings may be about"""
    faults: list[Finding] = field(default_factory=list)
    """files that could not be read, judged or not, for a check without them would be wrong"""
    held: EmbeddedStore | None = None
    """`store`, once it is made"""

    def of(self, *folders: str, judged: bool = False) -> Iterator[tuple[str, list[Quad]]]:
        """Yield name and quads of the files in folders (all if none is named), with `judged` only of the judged."""
        for name, quads in self.quads.items():
            if (not folders or name.startswith(folders)) and (name in self.judged or not judged):
                yield name, quads

    def file_of_graph(self, graph: str) -> str | None:
        """Return the name of the file that a graph was read from."""
        return self._files.get(graph)

    def file_of(self, focus: Node, path: str, value: Node | None) -> str | None:
        """Return the judged file that says what was found wrong of a thing, or else the one that says most of it.

        `path` is an IRI or a SPARQL property path. None if no judged file says anything of the thing.
        """
        about = [] if focus.kind == "literal" else self._said(match(self.store, subject=focus, any_graph=True))
        back = self._said(match(self.store, object=focus, any_graph=True)) if "^" in path else []
        tiers: list[Iterable[str]] = [
            (name for name, quad in about if quad.predicate.value == path and _is(quad.object, value)),
            (name for name, quad in back if f"^<{quad.predicate.value}>" in path and _is(quad.subject, value)),
            (name for name, quad in back if f"^<{quad.predicate.value}>" in path),
            (name for name, quad in about if quad.predicate.value == path),
            (name for name, quad in about if quad.predicate.value == RDF_TYPE),
            (name for name, _ in about),
        ]
        return next((name for tier in tiers for name in tier), None)

    def triples(self) -> list[Triple]:
        """Return the statements of every file."""
        return [quad.triple for _, quads in self.of() for quad in quads]

    @property
    def store(self) -> EmbeddedStore:
        """Return a store of every file as a named graph, and all statements once in the default graph."""
        if self.held is None:
            quads = [quad for _, quads in self.of() for quad in quads]
            self.held = in_memory([*quads, *(Quad(*triple) for triple in dict.fromkeys(quad.triple for quad in quads))])
        return self.held

    def _said(self, quads: Iterable[Quad]) -> list[tuple[str, Quad]]:
        """Return the quads that judged files state, each with its file, in the order of the files."""
        found = [(self._files.get(getattr(quad.graph_name, "value", "")), quad) for quad in quads]
        said = [(name, quad) for name, quad in found if name is not None and name in self.judged]
        return sorted(said, key=lambda pair: pair[0])

    @cached_property
    def _files(self) -> dict[str, str]:
        return {source.graph: name for name, source in self.sources.items()}


def gather(settings: Settings, names: Names, files: Sequence[Path] | None = None) -> Corpus:
    """Read ontology, shapes and data, and the files to be judged (None: all of them; a folder: the files in it).

    A file outside the three folders counts as data; if it describes a graph of the data, it takes its place. A file
    that is no Turtle becomes a fault. Raises EnvironmentFault for a file that is not there or cannot be read.
    """
    corpus = Corpus()
    context = [source for source in load.sources(settings) if not source.name.startswith(PINNED)]
    by_path = {source.path.resolve(): source for source in context}
    for source in context:
        read_source(corpus, source)
    corpus.judged = {source.name for source in context} if files is None else set()
    for path in _files(files or ()):
        known = by_path.get(path.resolve())
        source = known or Source(path, _shown(path, settings), names.graph_iri(f"data/{path.stem}"))
        corpus.judged.add(source.name)
        if known is None:
            _add_draft(corpus, source, names)
    return corpus


def value_of(term: Term) -> str:
    """Return the IRI, the label or the text of a term."""
    return str(term) if isinstance(term, Triple) else term.value


def _is(term: Term, value: Node | None) -> bool:
    return value is not None and value_of(term) == value.value


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise EnvironmentFault(f"{path}: no such file")
        yield from sorted(path.rglob("*.ttl")) if path.is_dir() else [path]


def _shown(path: Path, settings: Settings) -> str:
    """Return the path from the root where there is one, and else the path as it was given."""
    full = path.resolve()
    return full.relative_to(settings.root).as_posix() if full.is_relative_to(settings.root) else str(path)


def read_source(corpus: Corpus, source: Source) -> None:
    """Add the quads of one file of the three folders, or the fault of a file that is no Turtle."""
    corpus.sources[source.name] = source
    try:
        corpus.quads[source.name] = load.quads(source)
    except SyntaxFault as fault:
        corpus.faults.append(_finding(source, fault))


def _add_draft(corpus: Corpus, source: Source, names: Names) -> None:
    """Add a file from outside under the graph of the data that it describes, in place of the file of that graph."""
    corpus.sources[source.name] = source
    try:
        triples = read(source.path, source.name, f"draft{len(corpus.sources)}-b")
    except SyntaxFault as fault:
        corpus.faults.append(_finding(source, fault))
        return
    kind = names.expand("sv:SourceGraph")
    graphs = [
        value_of(triple.subject)
        for triple in triples
        if triple.predicate.value == RDF_TYPE and value_of(triple.object) == kind
    ]
    if len(graphs) == 1 and graphs[0].startswith(names.graph_iri("data/")):
        replaced = next((name for name, other in corpus.sources.items() if other.graph == graphs[0]), None)
        if replaced is not None:
            corpus.sources.pop(replaced)
            corpus.quads.pop(replaced, None)
        source = corpus.sources[source.name] = source._replace(graph=graphs[0])
    graph = NamedNode(source.graph)
    corpus.quads[source.name] = [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]


def _finding(source: Source, fault: SyntaxFault) -> Finding:
    return Finding(source.name, "violation", SYNTAX, "", "", "", fault.message, line=fault.line, column=fault.column)
