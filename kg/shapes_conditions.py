"""What a shape demands of one node, as an expression of SPARQL: when a value breaks it, when a node conforms to it.

Each expression is true or false and never an error, so that `!`, `&&` and `||` may join them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.shapes_datatypes import RDFS_LITERAL, validity
from kg.shapes_graph import Shape, Shapes
from kg.shapes_path import SH, Path, Unreadable
from kg.shapes_text import Writer, written

__all__ = ["FOCUS_DEMANDS", "OPERATORS", "Conditions", "iri_of", "is_true", "number"]

KINDS = {
    "IRI": ("isIRI",), "BlankNode": ("isBlank",), "Literal": ("isLiteral",), "BlankNodeOrIRI": ("isBlank", "isIRI"),
    "BlankNodeOrLiteral": ("isBlank", "isLiteral"), "IRIOrLiteral": ("isIRI", "isLiteral"),
}  # fmt: skip
OPERATORS = {
    "minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<=", "lessThan": "<",
    "lessThanOrEquals": "<=",
}  # fmt: skip
FOCUS_DEMANDS = {
    "minCount", "maxCount", "hasValue", "uniqueLang", "qualifiedValueShape", "closed", "equals", "sparql",
}  # fmt: skip
"""Constraints that are not on one value at a time."""
MOST = 6
"""Most values that a condition counts, for it names every one of them."""
Term = NamedNode | BlankNode | Literal


class Conditions:
    """Write conditions; `below` gives the classes that are below a class, itself included."""

    def __init__(self, shapes: Shapes, writer: Writer, below: Callable[[str], list[str]]) -> None:
        self._shapes = shapes
        self._writer = writer
        self._below = below
        self._open: list[Term] = []
        self.patterns: set[tuple[str, str]] = set()
        """regular expressions that were written, each with its flags"""

    def broken(self, shape: Shape, name: str, term: Term, value: str, this: str = "?this") -> str:
        """Return when a value breaks one constraint of a shape, a constraint that is on each value by itself."""
        rule = _RULES.get(name)
        if rule is None:
            raise Unreadable(f"sh:{name}")
        return rule(self, shape, term, value, this)

    def conforms(self, node: Term, value: str) -> str:
        """Return when a value conforms to a shape."""
        shape = self._shapes.shape(node)
        if not shape.active:
            return "true"
        if node in self._open:
            raise Unreadable("a shape within itself")
        self._open.append(node)
        try:
            parts = self._node(shape, value) if shape.path is None else self._property(shape, shape.path, value)
        finally:
            self._open.pop()
        return "(" + " && ".join(parts or ["true"]) + ")"

    def counted(self, shape: Shape, qualified: Term, value: str) -> str:
        """Return when a value counts for a qualified value shape: it conforms to it and to no sibling of it."""
        parts = [self.conforms(qualified, value)]
        if any(item.value in ("true", "1") for item in shape.demands.get("qualifiedValueShapesDisjoint", [])):
            parts += [f"!{self.conforms(other, value)}" for other in self._shapes.siblings(shape, qualified)]
        return " && ".join(parts)

    def allowed(self, shape: Shape) -> str:
        """Return the properties that a closed shape allows, as a list of SPARQL."""
        paths = [self._shapes.shape(item).path for item in shape.demands.get("property", [])]
        names = [path.iri for path in paths if path is not None and path.iri]
        ignored = [item for head in shape.demands.get("ignoredProperties", []) for item in self._shapes.items(head)]
        names += [item.value for item in ignored if isinstance(item, NamedNode)]
        return ", ".join(f"<{name}>" for name in dict.fromkeys(names))

    def _node(self, shape: Shape, value: str) -> list[str]:
        parts = []
        for name, terms in shape.demands.items():
            for term in terms:
                if name == "property":
                    parts.append(self._of_property(term, value))
                elif name == "hasValue":
                    parts.append(self._writer.part("same", value=value, term=written(term)))
                elif name == "closed" and is_true(term):
                    parts.append(self._writer.part("open", node=value, properties=self.allowed(shape)))
                elif name == "equals":
                    parts.append(self._writer.part("has", node=value, path=written(term), value=value))
                    parts.append(self._writer.part("lacksOther", node=value, path=written(term), value=value))
                elif name in _RULES:
                    parts.append(f"!({self.broken(shape, name, term, value, value)})")
                elif name in ("sparql", "minCount", "maxCount", "uniqueLang"):
                    raise Unreadable(f"sh:{name} within another shape")
        return parts

    def _property(self, shape: Shape, path: Path, node: str) -> list[str]:
        parts, broken, text = [], [], str(path)
        value = self._writer.fresh("value")
        for name, terms in shape.demands.items():
            for term in terms:
                if name == "minCount":
                    parts += self._at_least(node, text, number(term))
                elif name == "maxCount":
                    parts += [f"!({part})" for part in self._at_least(node, text, number(term) + 1)]
                elif name == "hasValue":
                    parts.append(self._writer.part("has", node=node, path=text, value=written(term)))
                elif name == "uniqueLang" and term.value == "true":
                    parts.append("!" + self._writer.part("sameLanguage", node=node, path=text))
                elif name == "property":
                    broken.append(f"!{self._of_property(term, value)}")
                elif name == "qualifiedValueShape":
                    parts += self._qualified(shape, term, node, text)
                elif name in _RULES:
                    broken.append(self.broken(shape, name, term, value, node))
                elif name == "equals":
                    other, back = written(term), self._writer.fresh("value")
                    broken.append(self._writer.part("lacks", node=node, path=other, value=value))
                    lacking = self._writer.part("lacks", node=node, path=text, value=back)
                    parts.append(self._writer.part("all", node=node, path=other, value=back, broken=lacking))
                elif name in ("sparql", "closed"):
                    raise Unreadable(f"sh:{name} within another shape")
        if broken:
            joined = " || ".join(f"({one})" for one in broken)
            parts.append(self._writer.part("all", node=node, path=text, value=value, broken=joined))
        return parts

    def _of_property(self, node: Term, value: str) -> str:
        if self._shapes.shape(node).path is None:
            raise Unreadable(f"{node} is no property shape")
        return self.conforms(node, value)

    def _at_least(self, node: str, path: str, least: int, counted: Callable[[str], str] | None = None) -> list[str]:
        """Return the condition that there are so many values; it names each of them."""
        if least < 1:
            return []
        if least > MOST:
            raise Unreadable("counts more than a condition can within another shape")
        values = [self._writer.fresh("value") for _ in range(least)]
        pattern = " ".join(self._writer.part("step", node=node, path=path, value=value) for value in values)
        unlike = [self._writer.part("differ", value=one, term=two) for one, two in combinations(values, 2)]
        meets = [counted(value) for value in values] if counted else []
        return [self._writer.part("several", pattern=pattern, condition=" && ".join([*unlike, *meets, "true"]))]

    def _qualified(self, shape: Shape, qualified: Term, node: str, path: str) -> list[str]:
        parts = []

        def counted(value: str) -> str:
            return self.counted(shape, qualified, value)

        for term in shape.demands.get("qualifiedMinCount", []):
            parts += self._at_least(node, path, number(term), counted)
        for term in shape.demands.get("qualifiedMaxCount", []):
            parts += [f"!({part})" for part in self._at_least(node, path, number(term) + 1, counted)]
        return parts

    def _class(self, shape: Shape, term: Term, value: str, this: str) -> str:
        classes = ", ".join(f"<{name}>" for name in self._below(iri_of(term)))
        return self._writer.part("class", value=value, classes=classes)

    def _datatype(self, shape: Shape, term: Term, value: str, this: str) -> str:
        if term.value == RDFS_LITERAL:
            return self._writer.part("literal", value=value)
        valid = validity(self._writer, term.value, value)
        return self._writer.part("datatype", value=value, datatype=written(term), valid=valid)

    def _node_kind(self, shape: Shape, term: Term, value: str, this: str) -> str:
        kinds = KINDS.get(term.value.removeprefix(SH))
        if kinds is None:
            raise Unreadable(f"sh:nodeKind {term}")
        return "!(" + " || ".join(f"{kind}({value})" for kind in kinds) + ")"

    def _in(self, shape: Shape, term: Term, value: str, this: str) -> str:
        members = [self._writer.part("same", value=value, term=written(item)) for item in self._shapes.items(term)]
        return self._writer.part("in", choices=" || ".join(members or ["false"]))

    def _pattern(self, shape: Shape, term: Term, value: str, this: str) -> str:
        flags = next(iter(shape.demands.get("flags", [])), Literal(""))
        self.patterns.add((term.value, flags.value))
        return self._writer.part(
            "pattern", value=value, pattern=str(Literal(term.value)), flags=str(Literal(flags.value))
        )

    def _language_in(self, shape: Shape, term: Term, value: str, this: str) -> str:
        ranges = [str(Literal(item.value)) for item in self._shapes.items(term)]
        languages = [self._writer.part("language", value=value, language=language) for language in ranges]
        return self._writer.part("languageIn", value=value, languages=" || ".join(languages or ["false"]))

    def _disjoint(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return self._writer.part("has", node=this, path=written(term), value=value)

    def _not(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return self.conforms(term, value)

    def _node_shape(self, shape: Shape, term: Term, value: str, this: str) -> str:
        if self._shapes.shape(term).path is not None:
            raise Unreadable("sh:node with a property shape")
        return f"!{self.conforms(term, value)}"

    def _members(self, term: Term, value: str) -> list[str]:
        found = [self.conforms(item, value) for item in self._shapes.items(term)]
        if not found:
            raise Unreadable("an empty list of shapes")
        return found

    def _and(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return f"!({' && '.join(self._members(term, value))})"

    def _or(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return f"!({' || '.join(self._members(term, value))})"

    def _xone(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return " + ".join(self._writer.part("one", condition=one) for one in self._members(term, value)) + " != 1"

    def _limited(self, part: str, term: Term, value: str) -> str:
        return self._writer.part(part, value=value, limit=str(number(term)))

    def _min_length(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return self._limited("minLength", term, value) if number(term) else "false"

    def _max_length(self, shape: Shape, term: Term, value: str, this: str) -> str:
        return self._limited("maxLength", term, value)


def _bound(name: str) -> Rule:
    def rule(conditions: Conditions, shape: Shape, term: Term, value: str, this: str) -> str:
        return conditions._writer.part("bound", value=value, operator=OPERATORS[name], limit=written(term))

    return rule


def _before(name: str) -> Rule:
    def rule(conditions: Conditions, shape: Shape, term: Term, value: str, this: str) -> str:
        operator = OPERATORS[name]
        return conditions._writer.part("compare", node=this, path=written(term), value=value, operator=operator)

    return rule


Rule = Callable[[Conditions, Shape, Term, str, str], str]
_RULES: Mapping[str, Rule] = {
    "class": Conditions._class, "datatype": Conditions._datatype, "nodeKind": Conditions._node_kind,
    "in": Conditions._in, "pattern": Conditions._pattern, "minLength": Conditions._min_length,
    "maxLength": Conditions._max_length, "languageIn": Conditions._language_in, "disjoint": Conditions._disjoint,
    "not": Conditions._not, "node": Conditions._node_shape, "and": Conditions._and, "or": Conditions._or,
    "xone": Conditions._xone, **{name: _bound(name) for name in OPERATORS if not name.startswith("less")},
    **{name: _before(name) for name in OPERATORS if name.startswith("less")},
}  # fmt: skip


def number(term: Term) -> int:
    """Return a whole number; raises Unreadable for anything else."""
    try:
        found = int(term.value)
    except ValueError:
        raise Unreadable(f"{term} is no number") from None
    if found < 0:
        raise Unreadable(f"{term} is less than 0")
    return found


def iri_of(term: Term) -> str:
    """Return an IRI; raises Unreadable for anything else."""
    if not isinstance(term, NamedNode):
        raise Unreadable(f"{term} is no IRI")
    return term.value


def is_true(term: Term) -> bool:
    """Tell whether a term is the truth value true."""
    return term.value in ("true", "1")
