"""The record of one validation result, whoever found it."""

from __future__ import annotations

from typing import NamedTuple

from kg.store import Node

__all__ = ["Result"]


class Result(NamedTuple):
    """Hold one validation result (SHACL, section 3.6.2); IRIs in full, the path as SPARQL writes it."""

    severity: str
    shape: str
    focus: Node
    path: str
    value: Node | None
    message: str
    component: str
