"""The rows of recommendations: filters, orders, the latest grade of each part."""

import pytest

from kg.errors import InputError
from kg.recommendations import COLUMNS, recommendations, table
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


def names(store: Store, **given: str) -> list[str]:
    return [row.iri.rpartition("/")[2] for row in table(store, **given).rows]


def test_every_recommendation_has_one_row(store: Store) -> None:
    rows = recommendations(store)
    assert len({row.iri for row in rows}) == len(rows) > 20
    assert all(isinstance(getattr(row, column), str) for row in rows for column in COLUMNS)


def test_latest_grades_cover_each_part_once(store: Store) -> None:
    row = next(row for row in recommendations(store) if row.iri.endswith("/ccpr-c-kaz-co-2-p54"))
    assert [(grade.letters, grade.names, grade.verbatim) for grade in row.grades] == [
        (("a",), ("C: not satisfactory",), "[C] (a)"),
        (("b",), ("C: not satisfactory",), "[C] (b)"),
        (("c",), ("B: partially satisfactory",), "[B] (c)"),
    ]


def test_filters_take_names_acronyms_and_ends_of_iris(store: Store) -> None:
    assert names(store, body="HRC") == names(store, body="ccpr") == names(store, body="human rights committee")
    assert set(names(store, cycle="cat-kaz-4")) == {f"cat-c-kaz-co-4-p{number}" for number in (14, 24, 28, 44)}
    assert names(store, theme="army") == ["cat-c-kaz-co-4-p44"]
    assert names(store, state="european-union", text="annexed cases") == ["ngo-briefing-2015-eu-dialogue-2"]


def test_unknown_value_gives_a_note_and_no_rows(store: Store) -> None:
    found = table(store, cycle="cat-xyz-1")
    assert found.rows == []
    assert found.note == 'There is no cycle "cat-xyz-1" among the recommendations.'


def test_rows_without_a_value_come_last_in_both_directions(store: Store) -> None:
    for sort in ("date", "-date", "latest_grades", "-latest_grades"):
        values = [row.sort_date if "date" in sort else row.latest_grades for row in table(store, sort=sort).rows]
        assert "" in values
        assert values[values.index("") :] == [""] * values.count("")


def test_order_that_is_none(store: Store) -> None:
    with pytest.raises(InputError, match="not a column"):
        table(store, sort="password")
