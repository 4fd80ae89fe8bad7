"""The record of a finding and its one line."""

from __future__ import annotations

from kg.findings import Finding, ordered, shown, shown_path
from kg.names import Names
from kg.store import iri, literal

DECISION = "https://w3id.org/servanda/id/decision/cat-c-48-d-433-2010"
EARLIEST = "https://w3id.org/servanda/def#earliest"


def make(**fields: object) -> Finding:
    given = {"file": "data/a.ttl", "severity": "violation", "shape": "shape:S01-decision-date", "focus": "decision:x",
             "path": "sv:earliest", "value": "", "message": "A decision must have a date."}  # fmt: skip
    return Finding(**(given | fields))  # type: ignore[arg-type]


def test_line_has_seven_fields_and_a_hyphen_for_an_empty_one() -> None:
    line = str(make())
    assert line == (
        "data/a.ttl: violation: shape:S01-decision-date: decision:x: sv:earliest: -: A decision must have a date."
    )


def test_fault_of_syntax_shows_line_and_column() -> None:
    fault = make(shape="check:syntax", focus="", path="", message="object expected", line=3, column=13)
    assert str(fault) == "data/a.ttl:3:13: violation: check:syntax: -: -: -: object expected"


def test_line_stays_one_line() -> None:
    assert "\n" not in str(make(value='"two\nlines"', message="One\ntwo."))


def test_order_is_by_file_then_violations_first() -> None:
    later, warning, violation = make(file="data/b.ttl"), make(severity="warning"), make()
    assert ordered([later, warning, violation]) == [violation, warning, later]


def test_what_was_said_is_not_said_again() -> None:
    assert ordered([make(component="sh:ClassConstraintComponent"), make(component="sh:NodeConstraintComponent")]) == [
        make(component="sh:ClassConstraintComponent")
    ]


def test_terms_are_written_as_turtle_writes_them(names: Names) -> None:
    assert shown(iri(DECISION), names) == "decision:cat-c-48-d-433-2010"
    assert shown(iri("https://example.org/a"), names) == "<https://example.org/a>"
    assert shown(literal("E.Z.", language="en"), names) == '"E.Z."@en'
    assert shown(literal("2012-05-24", "http://www.w3.org/2001/XMLSchema#date"), names) == '"2012-05-24"^^xsd:date'
    assert shown(literal('say "no"'), names) == r'"say \"no\""'
    assert shown(None, names) == ""


def test_paths_are_written_with_prefixes(names: Names) -> None:
    assert shown_path(EARLIEST, names) == "sv:earliest"
    assert shown_path(f"(<{EARLIEST}>|^<{EARLIEST}>)", names) == "(sv:earliest|^sv:earliest)"
