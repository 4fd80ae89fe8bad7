"""The validation of a store against SHACL shapes: by compiled queries, and by pySHACL what cannot be compiled.

Nothing is downloaded from a store for the compiled shapes. pySHACL is loaded only when a shape needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from kg.shapes_compile import Program, compile_shapes
from kg.shapes_path import RDF, SH
from kg.shapes_reach import affected, targeted
from kg.shapes_result import Result
from kg.shapes_run import answers, hierarchy, results, unsuited
from kg.shapes_stated import as_stated
from kg.store import EmbeddedStore, Store

__all__ = ["Report", "Rules", "prepare", "revalidate", "validate"]

TARGETS = {SH + name for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")}
SHAPE_TYPES = {SH + "NodeShape", SH + "PropertyShape"}


class Rules(NamedTuple):
    """Hold shapes as they are judged in one store."""

    shapes: tuple[Triple, ...]
    program: Program
    left: dict[str, str]
    """shapes with targets that cannot be compiled for this store, each with the reason"""
    language: str


class Report(NamedTuple):
    """Hold what breaks the shapes."""

    results: list[Result]
    left: dict[str, str]
    """shapes with targets that were not judged by compiled queries, each with the reason"""


def prepare(store: Store, shapes: Iterable[Triple], language: str = "en") -> Rules:
    """Compile shapes for a store, whose default graph must hold the class hierarchy; messages are in `language`."""
    stated = tuple(shapes)
    program = compile_shapes(stated, hierarchy(store), language)
    return Rules(stated, program, unsuited(store, program), language)


def validate(
    store: Store,
    rules: Rules,
    focus: Collection[str] | None = None,
    data: Callable[[], Sequence[Triple]] | None = None,
) -> Report:
    """Judge the default graph of a store; with `focus`, only the nodes of these IRIs.

    Shapes that cannot be compiled are judged by pySHACL on the statements that `data` gives, and are left out if it is
    None. Raises InputError for shapes that are no shapes.
    """
    found = results(store, rules.program, focus, without=rules.left)
    if data is None:
        return Report(found, rules.left)
    if found:
        found = as_stated(found, [*rules.shapes, *data()])
    if rules.left:
        from kg import validate as judge  # what it imports is slow

        others = {question.root for question in rules.program.questions} - rules.left.keys()
        rest = judge.graph_of(triple for triple in rules.shapes if not _aims(triple, others))
        found += judge.validate(judge.graph_of(data()), rest, focus, rules.language)
    return Report(found, rules.left)


def revalidate(store: EmbeddedStore, rules: Rules, statements: Collection[Triple]) -> list[Result]:
    """Judge again what some statements, added and removed, can have changed, in a store that holds the new graph.

    An earlier result still holds unless `kg.shapes_reach.affected` names its node. The shapes and the class hierarchy
    must not have changed (`kg.shapes_reach.is_of_shapes`).
    """
    reaches = affected(store, rules.program, statements)
    return [
        one
        for question, nodes in targeted(store, rules.program, reaches)
        if question.root not in rules.left
        for one in answers(store, question, nodes)
    ]


def _aims(triple: Triple, names: Collection[str]) -> bool:
    """Tell whether a statement gives one of some shapes a target."""
    if not isinstance(triple.subject, NamedNode) or triple.subject.value not in names:
        return False
    if triple.predicate.value == RDF + "type":
        return isinstance(triple.object, NamedNode) and triple.object.value not in SHAPE_TYPES
    return triple.predicate.value in TARGETS
