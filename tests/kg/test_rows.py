"""What is made of the rows of a query."""

from kg.rows import by, distinct, first, flag, links, text
from kg.store import Node, iri, literal

A, B = iri("https://example.org/a"), iri("https://example.org/b")
ROWS: list[dict[str, Node | None]] = [
    {"thing": A, "thingName": literal("A"), "date": literal("2014"), "open": literal("true")},
    {"thing": B, "thingName": literal("B"), "date": None, "open": None},
    {"thing": A, "thingName": literal("A"), "date": literal("2015"), "open": literal("true")},
    {"thing": None, "thingName": None, "date": literal("2014"), "open": None},
]


def test_values_of_columns() -> None:
    assert [text(row, "date") for row in ROWS] == ["2014", "", "2015", "2014"]
    assert text(ROWS[0], "nothing") == ""
    assert [flag(row, "open") for row in ROWS] == [True, False, True, False]
    assert distinct(ROWS, "date", "open") == ("2014", "2015", "true")
    assert (first(ROWS, "date"), first(ROWS, "nothing")) == ("2014", "")


def test_things_with_their_labels() -> None:
    assert links(ROWS, "thing") == (("https://example.org/a", "A"), ("https://example.org/b", "B"))
    assert links(ROWS, "thing", "date") == (("https://example.org/a", "2014"), ("https://example.org/a", "2015"))


def test_rows_without_the_value_are_left_out_of_groups() -> None:
    assert {key: len(rows) for key, rows in by(ROWS, "thing").items()} == {
        "https://example.org/a": 2, "https://example.org/b": 1}  # fmt: skip
