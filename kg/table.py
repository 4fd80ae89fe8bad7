"""Answers of SELECT and ASK as a plain table for the eye: short names, aligned columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kg.names import Names

__all__ = ["table"]

NUMERIC = ("integer", "decimal", "double", "float", "nonNegativeInteger")


def table(body: bytes, names: Names) -> str:
    """Turn SPARQL 1.1 Query Results JSON into text: head, rule and one line a row, or true and false for ASK."""
    result = json.loads(body)
    if "boolean" in result:
        return "true\n" if result["boolean"] else "false\n"
    head = result["head"]["vars"]
    cells = [[_cell(row.get(name), names) for name in head] for row in result["results"]["bindings"]]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(head)]
    right = [bool(cells) and all(_is_number(row.get(name)) for row in result["results"]["bindings"]) for name in head]
    lines = [_line(head, widths, right), _line(["-" * width for width in widths], widths, right)]
    lines += [_line(row, widths, right) for row in cells]
    return "\n".join(lines) + "\n"


def _cell(value: Mapping[str, str] | None, names: Names) -> str:
    if value is None:
        return ""
    if value["type"] == "uri":
        return names.shorten(value["value"])
    if value["type"] == "bnode":
        return "_:" + value["value"]
    return " ".join(value["value"].split())


def _is_number(value: Any) -> bool:  # noqa: ANN401 (part of a JSON document)
    return value is not None and value.get("datatype", "").rpartition("#")[2] in NUMERIC


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    columns = zip(cells, widths, right, strict=True)
    return "  ".join(cell.rjust(width) if far else cell.ljust(width) for cell, width, far in columns).rstrip()
