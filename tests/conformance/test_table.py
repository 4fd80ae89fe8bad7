"""The conformance table of the documentation against the list that the suites are held to."""

from tests.conformance import table
from tests.engines import servers


def test_documentation_shows_what_the_suites_are_held_to() -> None:
    page = table.PAGE.read_text(encoding="utf-8")
    assert table.PART.search(page), "the page has no place for the table"
    assert table.with_table(page) == page, "make conformance-table"


def test_no_test_is_listed_twice_for_an_engine() -> None:
    for title, suite in table.SUITES.items():
        for engine in table.ENGINES:
            groups = [*suite.get(table.REFUSED, {}).values(), *suite.get(engine, {}).values()]
            names = [name for group in groups for name in group]
            assert len(names) == len(set(names)) < suite["total"], (title, engine)


def test_every_list_has_its_column() -> None:
    known = {"total", table.REFUSED, *table.ENGINES}
    assert {key for suite in table.SUITES.values() for key in suite} <= known
    served = [title for title, suite in table.SUITES.items() if suite.keys() & {*servers.NAMES}]
    assert [title for title in served if title not in table.ON_SERVERS] == []
