"""Which nodes a change of statements can affect, question by question, without judging the others again.

A row of a question is made of statements that match its triple patterns. If a changed statement is one of them, so
are unchanged statements that tie it to the focus node; of several changed ones the nearest to the focus node is taken.
So it is enough to walk, in the new graph, from each changed statement that matches a pattern along the patterns that
tie it to the focus node. Only patterns that hold whenever the matched one matters are walked along: those of its own
group and of the groups around it. Where there are none, or the question is not understood, it is asked of every node.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

from kg.shapes_compile import Program, Question
from kg.shapes_graph import RDFS
from kg.shapes_path import RDF, SH, Path, Unreadable
from kg.shapes_patterns import Hop, read_hops
from kg.store import EmbeddedStore

__all__ = ["Reach", "affected", "is_of_shapes", "targeted"]

DEFAULT = DefaultGraph()
TYPE = NamedNode(RDF + "type")
Term = NamedNode | BlankNode | Literal


class Reach(NamedTuple):
    """Hold the nodes for which the answer to a question may have changed; None for every node."""

    question: Question
    nodes: set[Term] | None


class _Place(NamedTuple):
    """Hold one way in which a statement may match: its property, and the walk from it to the focus node."""

    property: str | None
    subject: str | None
    """what the subject must be, if the pattern names it"""
    object: str | None
    from_object: bool
    """whether the walk starts at the object"""
    walk: tuple[Path | None, ...]
    """paths, the first one first; None is any property backwards, from a value to what has it"""


class _Inlet(NamedTuple):
    """Hold where in a path a property stands: the way back to the subject of the pattern, and on to its object."""

    iri: str
    flipped: bool
    back: tuple[Path, ...]
    ahead: tuple[Path, ...]


def is_of_shapes(triple: Triple) -> bool:
    """Tell whether a statement is part of what shapes are compiled from: of shapes, or of the class hierarchy."""
    predicate = triple.predicate.value
    return predicate.startswith((SH, RDF + "first", RDF + "rest")) or predicate == RDFS + "subClassOf"


def affected(store: EmbeddedStore, program: Program, statements: Collection[Triple]) -> list[Reach]:
    """Return for each question that the statements can change which focus nodes may have another answer.

    `store` holds the graph after the change, `statements` are those that were added and those that were removed.
    """
    by_property: dict[str, list[Triple]] = {}
    for triple in statements:
        by_property.setdefault(triple.predicate.value, []).append(triple)
    walker = _Walker(store)
    found = []
    for question in program.questions:
        places = _places(question.text, question.focus)
        if places is None:
            found.append(Reach(question, None))
            continue
        nodes: set[Term] = set()
        for place in places:
            matching = statements if place.property is None else by_property.get(place.property, ())
            for triple in matching:
                nodes |= walker.reached(place, triple)
        if nodes:
            found.append(Reach(question, nodes))
    return found


def targeted(store: EmbeddedStore, program: Program, reaches: Iterable[Reach]) -> Iterator[Reach]:
    """Yield each question with those of its nodes at which its shape is aimed, as far as that is told by classes."""
    known: dict[Term, set[str]] = {}
    for question, nodes in reaches:
        classes = program.classes.get(question.root)
        if nodes is None or classes is None:
            yield Reach(question, nodes)
            continue
        for node in nodes - known.keys():
            kinds = () if isinstance(node, Literal) else store.quads_for_pattern(node, TYPE, None, DEFAULT)
            known[node] = {kind.object.value for kind in kinds if isinstance(kind.object, NamedNode)}
        aimed = {node for node in nodes if not classes.isdisjoint(known[node])}
        if aimed:
            yield Reach(question, aimed)


@lru_cache(maxsize=4096)
def _places(text: str, focus: str) -> tuple[_Place, ...] | None:
    """Return how statements may match a question; None if that cannot be said."""
    try:
        hops = read_hops(text)
        return tuple(dict.fromkeys(place for hop in hops for place in _of_hop(hop, hops, focus)))
    except Unreadable:
        return None


def _of_hop(hop: Hop, hops: Sequence[Hop], focus: str) -> Iterator[_Place]:
    walks = {end: _walk_from(end, hop, hops, focus) for end in {hop.subject, hop.object}}
    at_subject = walks[hop.subject] is not None and (
        walks[hop.object] is None or len(walks[hop.subject] or ()) <= len(walks[hop.object] or ())
    )
    walk = walks[hop.subject] if at_subject else walks[hop.object]
    if walk is None:
        raise Unreadable("a pattern that nothing ties to the focus node")
    inlets = [None] if hop.path is None else list(_inlets(hop.path))
    for inlet in inlets:
        flipped = inlet is not None and inlet.flipped
        near, far = (inlet.back, inlet.ahead) if inlet else ((), ())
        first = tuple(_inverse(path) for path in reversed(near)) if at_subject else far
        ends = (None if near else _named(hop.subject), None if far else _named(hop.object))
        yield _Place(
            property=inlet.iri if inlet else None,
            subject=ends[flipped],
            object=ends[not flipped],
            from_object=at_subject == flipped,
            walk=(*first, *walk),
        )


def _named(end: str) -> str | None:
    return end[1:-1] if end.startswith("<") else None


def _walk_from(end: str, hop: Hop, hops: Sequence[Hop], focus: str) -> tuple[Path | None, ...] | None:
    """Return the shortest walk from an end of a pattern to the focus node, along patterns that must hold with it."""
    certain = [other for other in hops if other is not hop and hop.group[: len(other.group)] == other.group]
    pending: deque[tuple[str, tuple[Path | None, ...]]] = deque([(end, ())])
    seen = {end}
    while pending:
        here, walk = pending.popleft()
        if here == focus:
            return walk
        for other in certain:
            steps: list[tuple[str, Path | None]] = []
            if other.object == here:
                steps.append((other.subject, None if other.path is None else _inverse(other.path)))
            if other.subject == here and other.path is not None:
                steps.append((other.object, other.path))
            for there, path in steps:
                if there and there not in seen:
                    seen.add(there)
                    pending.append((there, (*walk, path)))
    return None


def _inlets(path: Path) -> Iterator[_Inlet]:
    """Yield each property of a path with the way back and the way ahead."""
    if not path.operator:
        yield _Inlet(path.iri, False, (), ())
    elif path.operator == "^":
        for inner in _inlets(path.parts[0]):
            back, ahead = (tuple(_inverse(part) for part in reversed(way)) for way in (inner.ahead, inner.back))
            yield _Inlet(inner.iri, not inner.flipped, back, ahead)
    elif path.operator in "*+?":
        around = () if path.operator == "?" else (Path("*", parts=path.parts),)
        for inner in _inlets(path.parts[0]):
            yield _Inlet(inner.iri, inner.flipped, (*around, *inner.back), (*inner.ahead, *around))
    else:
        for number, part in enumerate(path.parts):
            before, after = (path.parts[:number], path.parts[number + 1 :]) if path.operator == "/" else ((), ())
            for inner in _inlets(part):
                yield _Inlet(inner.iri, inner.flipped, (*before, *inner.back), (*inner.ahead, *after))


def _inverse(path: Path) -> Path:
    return path.parts[0] if path.operator == "^" else Path("^", parts=(path,))


class _Walker:
    """Walk along paths in the default graph of a store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._known: dict[tuple[Path | None, Term], frozenset[Term]] = {}

    def reached(self, place: _Place, triple: Triple) -> set[Term]:
        """Return the focus nodes that a statement is tied to, if it matches at a place."""
        subject, item = triple.subject, triple.object
        if isinstance(subject, Triple) or isinstance(item, Triple):
            return set()
        if place.subject not in (None, subject.value) or place.object not in (None, item.value):
            return set()
        nodes: set[Term] = {item if place.from_object else subject}
        for path in place.walk:
            nodes = {other for node in nodes for other in self.along(path, node)}
        return nodes

    def along(self, path: Path | None, node: Term) -> frozenset[Term]:
        """Return what a path leads to from a node."""
        key = (path, node)
        if key not in self._known:
            self._known[key] = frozenset(self._ends(path, node))
        return self._known[key]

    def _ends(self, path: Path | None, node: Term, backward: bool = False) -> Iterable[Term]:
        if path is None:
            return [quad.subject for quad in self._store.quads_for_pattern(None, None, node, DEFAULT)]  # type: ignore[misc]
        if not path.operator:
            return self._step(path.iri, node, backward)
        if path.operator == "^":
            return self._ends(path.parts[0], node, not backward)
        if path.operator == "|":
            return {end for part in path.parts for end in self._ends(part, node, backward)}
        if path.operator == "/":
            nodes: set[Term] = {node}
            for part in reversed(path.parts) if backward else path.parts:
                nodes = {end for one in nodes for end in self._ends(part, one, backward)}
            return nodes
        found: set[Term] = {node} if path.operator in "*?" else set()
        pending = [node]
        while pending:
            new = set(self._ends(path.parts[0], pending.pop(), backward)) - found
            found |= new
            pending += new if path.operator != "?" else ()
        return found

    def _step(self, iri: str, node: Term, backward: bool) -> list[Term]:
        property = NamedNode(iri)
        if backward:
            return [quad.subject for quad in self._store.quads_for_pattern(None, property, node, DEFAULT)]  # type: ignore[misc]
        if isinstance(node, Literal):
            return []
        return [quad.object for quad in self._store.quads_for_pattern(node, property, None, DEFAULT)]  # type: ignore[misc]
