"""The rows of deadlines: due days, days late and how they stand on a day."""

from dataclasses import replace

import pytest

from kg.deadlines import STATUSES, Deadline, deadlines, table
from kg.errors import InputError
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


def found(store: Store, name: str) -> Deadline:
    return next(row for row in deadlines(store) if row.iri.endswith(f"/{name}"))


def test_due_day_is_stated_or_computed(store: Store) -> None:
    stated, computed = found(store, "ccpr-kaz-3-report"), found(store, "cat-kaz-co-4-follow-up-calendar")
    assert (stated.due, stated.due_is, stated.term, stated.base_event) == ("2020-07-15", "stated", "", "")
    assert (computed.due, computed.due_is, computed.term, computed.late) == ("2024-05-12", "computed", "1 year", 1)


def test_counting_rules_of_one_duty_stand_beside_each_other(store: Store) -> None:
    order = [row.iri.rpartition("/")[2] for row in deadlines(store)]
    place = order.index("cat-kaz-co-4-follow-up-calendar")
    assert order[place + 1] == "cat-kaz-co-4-follow-up-next-working-day"


def test_status_depends_on_the_day(store: Store) -> None:
    report = found(store, "cat-kaz-5-report")
    assert report.due == "2027-05-12"
    assert [report.status(day) for day in ("2027-05-12", "2027-05-13")] == ["to-come", "passed"]
    assert found(store, "cat-kaz-co-4-follow-up-next-working-day").status("2030-01-01") == "on-time"
    assert replace(report, due="").status("2027-05-13") == ""


def test_filters(store: Store) -> None:
    assert {row.rule.label for row in table(store, "2026-11-25", rule="stated-date").rows} == {"stated date"}
    assert {row.owed_to for row in table(store, "2026-11-25", body="CAT").rows} == {"Committee against Torture"}
    by_status = [table(store, "2026-11-25", status=status).rows for status in STATUSES]
    assert sum(map(len, by_status)) == len(deadlines(store))
    assert table(store, "2026-11-25", state="Atlantis").note == 'There is no State "Atlantis" among the deadlines.'


def test_status_that_is_none(store: Store) -> None:
    with pytest.raises(InputError, match="not a status"):
        table(store, "2026-11-25", status="soon")
