"""The filters of tables: by what a thing may be named, and what is said of a value that nothing is named by."""

from __future__ import annotations

import pytest

from kg.filters import called, keys, narrow
from kg.labels import Link

ROWS = (Link("https://example.org/body/cat", "Committee against Torture"), Link("https://example.org/body/hrc", "HRC"))


@pytest.mark.parametrize("value", ["cat", "CAT", "committee AGAINST torture", "https://example.org/body/cat"])
def test_a_row_is_named_by_label_iri_and_last_part(value: str) -> None:
    assert narrow(ROWS, [(value, "body", lambda row: keys([row]))], "bodies") == ([ROWS[0]], "")


def test_an_empty_value_fits_all_and_an_unknown_one_none_with_a_note() -> None:
    filters = [("", "body", lambda row: keys([row])), ("XYZ", "body", lambda row: keys([row]))]
    assert narrow(ROWS, filters[:1], "bodies") == (list(ROWS), "")
    assert narrow(ROWS, filters, "bodies") == ([], 'There is no body "XYZ" among the bodies.')


def test_a_known_value_that_nothing_left_has_needs_no_note() -> None:
    filters = [("cat", "body", lambda row: keys([row])), ("hrc", "body", lambda row: keys([row]))]
    assert narrow(ROWS, filters, "bodies") == ([], "")


def test_labels_stand_in_one_line() -> None:
    assert called(ROWS) == "Committee against Torture; HRC"
    assert called([]) == ""
