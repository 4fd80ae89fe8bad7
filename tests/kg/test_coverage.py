"""The measure of coverage: it finds what agrees in everything, and says in what the rest differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.coverage import Report, compare
from kg.errors import InputError
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store

TEXT = "004_11bf50dd3b67b2eb"
GRADE = {
    "paragraph": "14", "subparagraphs": ["a"], "grade": "2/B2", "information": "2", "implementation": "B2", "line": 55,
}  # fmt: skip
FIGURE = {"id": "S1", "value": 337, "said_by": "Committee (data before it)", "paragraph": "14 (a)", "lines": [31, 31]}
CLAIM = {"by": "Committee against Torture", "paragraph": "14 (a)", "lines": [29, 32]}


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


def report(store: Store, settings: Settings, **facts: list[dict[str, Any]]) -> Report:
    expected = {"schema": "treaty-body-expected/1", "seed": TEXT, **facts}
    return compare(store, settings, "list.expected.json", json.dumps(expected).encode())


def test_what_agrees_is_named(store: Store, released: Settings) -> None:
    found = report(store, released, grades=[GRADE], statistics=[FIGURE], claims=[CLAIM])
    assert found.missing == []
    assert found.as_text() == "list: grades 1/1\nlist: statistics 1/1\nlist: claims 1/1\n"
    assert "list: grades 14(a) 2/B2: assessment:" in found.as_text(show_all=True)
    assert "list: statistics S1: claim:" in found.as_text(show_all=True)


@pytest.mark.parametrize(
    ("kind", "fact", "change", "reason"),
    [
        ("grades", GRADE, {"line": 5}, "no assessment at line 5"),
        ("grades", GRADE, {"grade": "2/C", "implementation": "C"}, "grade or scope differs in assessment:"),
        ("grades", GRADE, {"subparagraphs": ["a", "b"]}, "grade or scope differs in assessment:"),
        ("grades", GRADE, {"paragraph": "24"}, "grade or scope differs in assessment:"),
        ("statistics", FIGURE, {"lines": [30, 31]}, "no claim at lines 30-31"),
        ("statistics", FIGURE, {"value": 338}, "no claim at line 31 has the value 338"),
        ("statistics", FIGURE, {"said_by": "Amnesty International"}, "no claim at line 31 is by Amnesty International"),
        ("statistics", FIGURE, {"paragraph": "28"}, "no claim at line 31 concerns paragraph 28"),
        ("claims", CLAIM, {"lines": [29, 31]}, "no claim at lines 29-31"),
        ("claims", CLAIM, {"by": "Amnesty International"}, "no claim at lines 29-32 is by Amnesty International"),
        ("claims", CLAIM, {"paragraph": "44"}, "no claim at lines 29-32 concerns paragraph 44"),
    ],
)
def test_what_differs_is_missing_and_says_why(
    store: Store, released: Settings, kind: str, fact: dict[str, Any], change: dict[str, Any], reason: str
) -> None:
    found = report(store, released, **{kind: [fact | change]})
    assert len(found.missing) == 1
    assert reason in found.missing[0].reason
    assert "missing: " in found.as_text()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not json", "x.json: is no JSON of the schema treaty-body-expected/1"),
        (b"[]", "x.json: is no JSON of the schema treaty-body-expected/1"),
        (b'{"schema": "other/2", "seed": "x"}', 'x.json: schema "other/2" is not treaty-body-expected/1'),
        (b'{"seed": "x"}', "x.json: is no JSON of the schema treaty-body-expected/1"),
    ],
)
def test_a_file_that_is_no_list_is_refused(store: Store, released: Settings, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        compare(store, released, "x.json", data)
