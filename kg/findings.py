"""The record of a finding: what a check has to say about one statement, as one line of plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.names import Names
from kg.store import Node, to_term

__all__ = ["SEVERITIES", "Finding", "ordered", "shown", "shown_path"]

SEVERITIES = ("violation", "warning", "info")
"""From what stops a release to what is only worth knowing (SHACL, section 2.1.4)."""

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
BRACKETED = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True)
class Finding:
    """Hold one finding; terms are written as Turtle writes them with the prefixes of the prefix table.

    A field that does not apply is empty. Only a fault of syntax has a line and a column, both counted from 1.
    """

    file: str
    """path from the root of the repository"""
    severity: str
    """one of SEVERITIES"""
    shape: str
    """what was broken: a shape such as shape:S01-decision-date, or a check such as check:known-term"""
    focus: str
    """the thing that was judged"""
    path: str
    """the property, or the SPARQL property path, that was looked at"""
    value: str
    """the value that was wrong"""
    message: str
    """what is expected and the way out, in plain English"""
    component: str = ""
    """the kind of constraint, for a shape: sh:MinCountConstraintComponent and so on"""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return `file: severity: shape: focus node: path: value: message`, "-" standing for an empty field."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        fields = (place, self.severity, self.shape, self.focus, self.path, self.value, self.message)
        return ": ".join(" ".join(field.split()) or "-" for field in fields)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file, line, severity, focus node, shape and value; one that says nothing new is left out.

    Two constraints of one shape may object to the same value; the shape has one message, so the user reads it once.
    """
    said: dict[tuple[str, int, int, int, str, str, str, str, str], Finding] = {}
    for one in findings:
        rank = SEVERITIES.index(one.severity)
        key = (one.file, one.line, one.column, rank, one.focus, one.shape, one.path, one.value, one.message)
        said.setdefault(key, one)
    return [said[key] for key in sorted(said)]


def shown(node: Node | None, names: Names) -> str:
    """Write a term as Turtle does, with the prefixes of the prefix table; nothing for None."""
    if node is None:
        return ""
    if node.kind == "iri":
        short = names.shorten(node.value)
        return f"<{short}>" if short == node.value else short
    if node.kind == "literal" and not node.language and node.datatype not in (None, XSD_STRING):
        return f'"{node.value}"^^{names.shorten(node.datatype or "")}'
    return str(to_term(node))


def shown_path(path: str, names: Names) -> str:
    """Write an IRI or a SPARQL property path with the prefixes of the prefix table."""
    return BRACKETED.sub(lambda found: names.shorten(found[1]), path) if "<" in path else names.shorten(path)
