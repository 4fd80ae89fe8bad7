"""The conformance table of the documentation against the list that the suites are held to."""

from tests.conformance import table


def test_documentation_shows_what_the_suites_are_held_to() -> None:
    page = table.PAGE.read_text(encoding="utf-8")
    assert table.PART.search(page), "the page has no place for the table"
    assert table.with_table(page) == page, "make conformance-table"


def test_no_test_is_listed_twice() -> None:
    for title, suite in table.SUITES.items():
        groups = [*suite.get("refused", {}).values(), *suite.get("known", {}).values()]
        names = [name for group in groups for name in group]
        assert len(names) == len(set(names)) < suite["total"], title
