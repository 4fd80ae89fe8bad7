"""The compiler of SHACL shapes: each constraint becomes a query whose rows are what breaks it.

A query is about one constraint of one shape, as it is reached from one shape that has targets. Whatever cannot be
compiled leaves the whole shape with the targets to pySHACL (`kg.validation`). Source: SHACL, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal as OneOf
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.shapes_conditions import FOCUS_DEMANDS, OPERATORS, Conditions, iri_of, is_true, number
from kg.shapes_graph import COMPANIONS, Shape, Shapes, Target
from kg.shapes_path import SH, Unreadable
from kg.shapes_sparql import aimed
from kg.shapes_text import Writer, frame, written

__all__ = ["Program", "Question", "compile_shapes"]

MARK = "# focus nodes\n"
"""Stands in a query, as a comment, where it may be told to look at some focus nodes only."""
COMPONENTS = {
    "qualifiedMinCount": "QualifiedMinCount", "qualifiedMaxCount": "QualifiedMaxCount", "sparql": "SPARQL",
}  # fmt: skip
Term = NamedNode | BlankNode | Literal


class Question(NamedTuple):
    """Hold one compiled constraint; each row of the answer is a result."""

    text: str
    """the query, with MARK where a pattern may bind `focus`"""
    focus: str
    """the variable of the node at which the targets are aimed"""
    root: str
    """the shape that has the targets"""
    shape: str
    path: str
    severity: str
    component: str
    value: OneOf["row", "focus", "none"]
    """where the value of a result comes from"""
    messages: tuple[str, ...]
    extra: tuple[str, ...] = ()
    """messages of the query itself, which the rows complete"""


class Program(NamedTuple):
    """Hold the compiled shapes."""

    questions: tuple[Question, ...]
    classes: dict[str, frozenset[str]]
    """classes at whose instances alone a shape is aimed, those below them among them, by the shape"""
    left: dict[str, str]
    """shapes with targets that could not be compiled, each with the reason"""
    patterns: dict[tuple[str, str], set[str]]
    """regular expressions with their flags, each with the shapes with targets that need it"""


class _Focus(NamedTuple):
    """Hold the pattern that binds ?this to the nodes to look at, and the variables through which they are reached."""

    pattern: str
    distinct: str
    root: str
    kept: tuple[str, ...] = ()


def compile_shapes(triples: Iterable[Triple], below: Mapping[str, Sequence[str]], language: str = "en") -> Program:
    """Compile the shapes of a graph; `below` gives the classes below a class, itself left out.

    Messages are taken in `language` where a shape has them in it.
    """
    return _compiled(tuple(triples), tuple((name, tuple(below[name])) for name in sorted(below)), language)


@lru_cache(maxsize=8)
def _compiled(
    triples: tuple[Triple, ...], hierarchy: tuple[tuple[str, tuple[str, ...]], ...], language: str
) -> Program:
    shapes, classes = Shapes(triples), dict(hierarchy)
    questions: list[Question] = []
    aims: dict[str, frozenset[str]] = {}
    left: dict[str, str] = {}
    patterns: dict[tuple[str, str], set[str]] = {}
    for node, targets in shapes.roots():
        compiler = _Compiler(shapes, lambda name: [name, *classes.get(name, ())], language, node.value)
        try:
            questions += compiler.compile(node, targets)
        except Unreadable as reason:
            left[node.value] = str(reason)
            continue
        for pattern in compiler.patterns:
            patterns.setdefault(pattern, set()).add(node.value)
        if all(kind == "targetClass" for kind, _ in targets):
            names = [value.value for _, value in targets]
            aims[node.value] = frozenset(names).union(*(classes.get(name, ()) for name in names))
    return Program(tuple(questions), aims, left, patterns)


class _Compiler:
    """Compile what is reached from one shape with targets."""

    def __init__(self, shapes: Shapes, below: Callable[[str], list[str]], language: str, root: str) -> None:
        self._shapes = shapes
        self._below = below
        self._language = language
        self._root = root
        self._writer = Writer()
        self._conditions = Conditions(shapes, self._writer, below)
        self._questions: list[Question] = []

    @property
    def patterns(self) -> set[tuple[str, str]]:
        """Return the regular expressions that were written, each with its flags."""
        return self._conditions.patterns

    def compile(self, node: Term, targets: Sequence[Target]) -> list[Question]:
        """Return the questions of a shape with targets; raises Unreadable."""
        shape = self._shapes.shape(node)
        self._ask(shape, self._aim(targets), ())
        return self._questions

    def _aim(self, targets: Sequence[Target]) -> _Focus:
        parts = []
        for kind, value in targets:
            classes = self._below(iri_of(value)) if kind == "targetClass" else []
            names = [f"<{name}>" for name in classes] or [written(value)]
            parts += [self._writer.part(kind, node="?this", value=name) for name in names]
        either = parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {part} }}" for part in parts)
        one_class = len(parts) == 1 and targets[0].kind == "targetClass"
        once = either if one_class else self._writer.part("once", pattern=either)
        return _Focus(f"{MARK}{either}", f"{MARK}{once}", "?this")

    def _ask(self, shape: Shape, focus: _Focus, above: tuple[Term, ...]) -> None:
        """Add the questions of a shape about the nodes of a focus."""
        if not shape.active:
            return
        if shape.node in above:
            raise Unreadable("a shape within itself")
        for name, terms in shape.demands.items():
            for term in () if name in COMPANIONS else terms:
                if name == "property":
                    inner = self._shapes.shape(term)
                    if inner.path is None:
                        raise Unreadable(f"sh:property {term} is no property shape")
                    self._ask(inner, self._through(shape, focus), (*above, shape.node))
                elif name in FOCUS_DEMANDS:
                    _ASKED[name](self, shape, term, focus)
                elif name in OPERATORS and name.startswith("less"):
                    self._pairs(shape, name, term, focus)
                elif shape.path is None:
                    broken = self._conditions.broken(shape, name, term, "?this")
                    self._add(shape, name, focus, "nodes", "focus", broken=broken)
                else:
                    broken = self._conditions.broken(shape, name, term, "?value")
                    self._add(shape, name, focus, "values", "row", broken=broken)

    def _through(self, shape: Shape, focus: _Focus) -> _Focus:
        """Return the focus of a property shape within a shape: the value nodes of that shape."""
        if shape.path is None:
            return focus
        before = self._writer.fresh("before")
        pattern = focus.pattern.replace("?this", before)
        step = self._writer.part("step", node=before, path=str(shape.path), value="?this")
        root = before if focus.root == "?this" else focus.root
        kept = (*(before if name == "?this" else name for name in focus.kept), before)
        return _Focus(f"{pattern} {step}", f"{pattern} {step}", root, kept)

    def _add(
        self, shape: Shape, name: str, focus: _Focus, text: str, value: OneOf["row", "focus", "none"], **given: str
    ) -> None:
        step = "" if shape.path is None else self._step(shape)
        query = frame(text, focus=focus.pattern, step=step, kept=" ".join(focus.kept), **given)
        self._question(shape, name, focus, query, value)

    def _question(
        self, shape: Shape, name: str, focus: _Focus, text: str, value: OneOf["row", "focus", "none"],
        said: Iterable[Literal] = (),
    ) -> None:  # fmt: skip
        component = COMPONENTS.get(name) or name[0].upper() + name[1:]
        own = [message.value for message in self._shapes.messages(shape.node, self._language)]
        extra = tuple(sorted({message.value for message in said}))
        self._questions.append(
            Question(
                text=text,
                focus=focus.root,
                root=self._root,
                shape=shape.name,
                path="" if shape.path is None else shape.path.shown,
                severity=shape.severity,
                component=f"{SH}{component}ConstraintComponent",
                value=value,
                messages=tuple(sorted(own)) or (() if extra else (f"The shape demands sh:{name}.",)),
                extra=extra,
            )
        )

    def _step(self, shape: Shape) -> str:
        return self._writer.part("step", node="?this", path=str(shape.path), value="?value")

    def _min_count(self, shape: Shape, term: Term, focus: _Focus) -> None:
        least = number(term)
        if least == 1:
            broken = self._writer.part("lacks", node="?this", path=_path(shape), value=self._writer.fresh())
            self._add(shape, "minCount", focus, "nodes", "none", broken=broken)
        elif least:
            self._add(shape, "minCount", focus, "few", "none", counted="true", limit=str(least))

    def _max_count(self, shape: Shape, term: Term, focus: _Focus) -> None:
        _path(shape)
        self._add(shape, "maxCount", focus, "many", "none", counted="true", limit=str(number(term)))

    def _has_value(self, shape: Shape, term: Term, focus: _Focus) -> None:
        if shape.path is None:
            broken = self._writer.part("differ", value="?this", term=written(term))
        else:
            broken = self._writer.part("lacks", node="?this", path=str(shape.path), value=written(term))
        self._add(shape, "hasValue", focus, "nodes", "none", broken=broken)

    def _unique_lang(self, shape: Shape, term: Term, focus: _Focus) -> None:
        _path(shape)
        if term.value == "true":  # the term 1 does not count (SHACL, section 4.4.5)
            self._add(shape, "uniqueLang", focus, "languages", "none")

    def _qualified(self, shape: Shape, term: Term, focus: _Focus) -> None:
        if shape.path is None:
            raise Unreadable("sh:qualifiedValueShape without a path")
        counted = self._conditions.counted(shape, term, "?value")
        for name, text in (("qualifiedMinCount", "few"), ("qualifiedMaxCount", "many")):
            for limit in shape.demands.get(name, []):
                self._add(shape, name, focus, text, "none", counted=counted, limit=str(number(limit)))

    def _closed(self, shape: Shape, term: Term, focus: _Focus) -> None:
        if shape.path is not None:
            raise Unreadable("sh:closed with a path")
        if is_true(term):
            self._add(shape, "closed", focus, "closed", "row", properties=self._conditions.allowed(shape))

    def _equals(self, shape: Shape, term: Term, focus: _Focus) -> None:
        other = written(term)
        if shape.path is None:
            broken = self._writer.part("lacks", node="?this", path=other, value="?this")
            self._add(shape, "equals", focus, "nodes", "focus", broken=broken)
            back = self._writer.part("differ", value="?value", term="?this")
        else:
            broken = self._writer.part("lacks", node="?this", path=other, value="?value")
            self._add(shape, "equals", focus, "values", "row", broken=broken)
            back = self._writer.part("lacks", node="?this", path=str(shape.path), value="?value")
        step = self._writer.part("step", node="?this", path=other, value="?value")
        query = frame("values", focus=focus.pattern, step=step, kept=" ".join(focus.kept), broken=back)
        self._question(shape, "equals", focus, query, "row")

    def _pairs(self, shape: Shape, name: str, term: Term, focus: _Focus) -> None:
        _path(shape)
        broken = self._writer.part("bound", value="?value", operator=OPERATORS[name], limit="?other")
        self._add(shape, name, focus, "pairs", "row", other=written(term), broken=broken)

    def _sparql(self, shape: Shape, term: Term, focus: _Focus) -> None:
        if any(is_true(item) for item in self._shapes.values(term, SH + "deactivated")):
            return
        queries = self._shapes.values(term, SH + "select")
        if len(queries) != 1 or not isinstance(queries[0], Literal):
            raise Unreadable("sh:sparql without one sh:select")
        path = "" if shape.path is None else str(shape.path)
        text = aimed(
            queries[0].value,
            self._shapes.prefixes(term),
            path,
            lambda once: focus.distinct if once else focus.pattern,
        )
        said = self._shapes.messages(term, self._language)
        self._question(shape, "sparql", focus, text, "focus" if shape.path is None else "none", said)


def _path(shape: Shape) -> str:
    if shape.path is None:
        raise Unreadable("a constraint that needs a path")
    return str(shape.path)


_ASKED: Mapping[str, Callable[[_Compiler, Shape, Term, _Focus], None]] = {
    "minCount": _Compiler._min_count, "maxCount": _Compiler._max_count, "hasValue": _Compiler._has_value,
    "uniqueLang": _Compiler._unique_lang, "qualifiedValueShape": _Compiler._qualified, "closed": _Compiler._closed,
    "equals": _Compiler._equals, "sparql": _Compiler._sparql,
}  # fmt: skip
