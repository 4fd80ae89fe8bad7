"""The table of cases: its rows, filters and orders."""

from __future__ import annotations

import pytest

from kg.cases import COLUMNS, Case, cases, table
from kg.errors import InputError
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


def row(store: Store, symbol: str) -> Case:
    return next(case for case in cases(store) if case.symbol == symbol)


def test_one_row_as_the_document_has_it(store: Store) -> None:
    case = row(store, "CAT/C/48/D/433/2010")
    assert [getattr(case, column) for column in COLUMNS] == [
        "433/2010",
        "CAT",
        "CAT/C/48/D/433/2010",
        "Gerasimov v. Kazakhstan",
        "2012-05-24",
        "violation",
        "CAT 1; CAT 2; CAT 12; CAT 13; CAT 14; CAT 22",
        "CAT 1; CAT 2(1); CAT 12; CAT 13; CAT 14; CAT 22",
        "https://w3id.org/servanda/id/communication/cat-433-2010",
    ]


def test_joined_communications_are_one_row(store: Store) -> None:
    case = row(store, "CCPR/C/124/D/2257/2013; CCPR/C/124/D/2334/2014")
    assert (case.communication_number, case.body) == ("2257/2013; 2334/2014", "HRC")
    assert case.numbers == ("2257/2013", "2334/2014")


def test_two_decisions_keep_apart_what_their_documents_name(store: Store) -> None:
    rows = table(store, text="444/2010").rows
    assert [(case.date_of_decision, case.outcome, case.articles_invoked) for case in rows] == [
        ("2011-11-15", "admissible", "CAT 3; CAT 22"),
        ("2012-06-01", "violation", "CAT 3"),
    ]
    assert len({case.iri for case in rows}) == 1


def test_no_violation_is_not_a_violation(store: Store) -> None:
    case = row(store, "CAT/C/53/D/495/2012")
    assert (case.outcome, case.outcome_notation, case.articles_violated) == ("no violation", "no-violation", "")
    assert case.findings


@pytest.mark.parametrize(
    ("filters", "symbols"),
    [
        ({"text": "bayramov"}, {"CAT/C/52/D/497/2012"}),
        ({"text": "CAT/C/51/D/441/2010"}, {"CAT/C/51/D/441/2010"}),
        ({"text": "cat c 51 d 441 2010"}, {"CAT/C/51/D/441/2010"}),
        ({"text": "GERASIM"}, {"CAT/C/48/D/433/2010"}),
        ({"body": "CEDAW"}, {"CEDAW/C/61/D/45/2012"}),
        ({"body": "https://w3id.org/servanda/id/body/cedaw"}, {"CEDAW/C/61/D/45/2012"}),
        ({"outcome": "no-violation", "body": "cat"}, {"CAT/C/53/D/495/2012"}),
        ({"article": "CAT 3", "year": "2014"}, {"CAT/C/52/D/475/2011"}),
        (
            {"article": "ICCPR 14", "year": "2014", "outcome": "violation"},
            {"CCPR/C/111/D/2009/2010", "CCPR/C/110/D/2104/2011"},
        ),
        (
            {"article": "ICCPR 14(3)", "year": "2014", "outcome": "violation"},
            {"CCPR/C/111/D/2009/2010", "CCPR/C/110/D/2104/2011"},
        ),
        ({"article": "ICCPR 14(3)(a)", "year": "2014"}, {"CCPR/C/111/D/2009/2010"}),
    ],
)
def test_filters(store: Store, filters: dict[str, str], symbols: set[str]) -> None:
    found = table(store, **filters)  # type: ignore[arg-type]
    assert {case.symbol for case in found.rows} == symbols
    assert found.note == ""


def test_both_names_of_the_human_rights_committee(store: Store) -> None:
    assert table(store, body="HRC").rows == table(store, body="ccpr").rows
    assert len(table(store, body="HRC").rows) == 77


@pytest.mark.parametrize(
    ("filters", "note"),
    [
        ({"body": "XYZ"}, 'There is no treaty body "XYZ" among the cases.'),
        ({"outcome": "won"}, 'There is no outcome "won" among the cases.'),
        ({"year": "1999"}, 'There is no decision of the year "1999" among the cases.'),
        ({"article": "CAT 99"}, 'There is no provision "CAT 99"; write it as in "ICCPR 14(3)(d)".'),
        ({"text": "nobody"}, ""),
        ({"body": "CEDAW", "year": "2012"}, ""),
    ],
)
def test_unknown_values_give_no_rows_and_a_note(store: Store, filters: dict[str, str], note: str) -> None:
    assert table(store, **filters) == ([], note)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"year": "12"}, '"12" is not a year'),
        ({"year": "2014-05"}, '"2014-05" is not a year'),
        ({"sort": "colour"}, '"colour" is not a column; columns: communication_number, body'),
    ],
)
def test_invalid_values_are_named(store: Store, options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        table(store, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_sorts_both_ways_with_gaps_last(store: Store, column: str) -> None:
    up, down = table(store, sort=column).rows, table(store, sort=column, descending=True).rows
    assert len(up) == len(down) == len(cases(store))
    for rows in (up, down):
        filled = [bool(getattr(case, column)) for case in rows]
        assert filled == sorted(filled, reverse=True)
    first, last = ([getattr(case, column) for case in rows if getattr(case, column)] for rows in (up, down))
    assert first[0] == last[-1]


def test_numbers_sort_by_year_then_number(store: Store) -> None:
    numbers = [case.numbers[0] for case in table(store, sort="communication_number").rows]
    keys = [(int(number.split("/")[1]), int(number.split("/")[0])) for number in numbers]
    assert keys == sorted(keys)
    assert numbers.index("554/2013") < numbers.index("2257/2013")
