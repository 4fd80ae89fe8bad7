"""The matrix of cases and articles, and its long form."""

from __future__ import annotations

import pytest

from kg.cases import cases
from kg.matrix import LONG_COLUMNS, Matrix, long_rows, matrix
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store

CAT = "https://w3id.org/servanda/id/instrument/cat"
ICCPR = "https://w3id.org/servanda/id/instrument/iccpr"


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.fixture(scope="module")
def cat(store: Store) -> Matrix:
    return matrix(store, CAT)


def test_columns_are_the_articles_that_occur_in_order(cat: Matrix) -> None:
    numbers = [column.article.number for column in cat.columns]
    assert numbers == ["1", "2", "3", "6", "7", "11", "12", "13", "14", "15", "16", "22"]
    parts = {column.article.number: [provision.number for provision in column.provisions] for column in cat.columns}
    assert parts["2"] == ["2", "2(1)"]


def test_every_article_on_request(store: Store) -> None:
    numbers = [column.article.number for column in matrix(store, CAT, every_article=True).columns]
    assert numbers == [str(number) for number in range(1, 34)]


def test_a_cell_tells_invoked_from_violated(cat: Matrix) -> None:
    row = next(row for row in cat.rows if row.case.symbol == "CAT/C/78/D/840/2017")
    cells = {column.article.number: cell for column, cell in zip(cat.columns, row.cells, strict=True)}
    assert [provision.citation for provision in cells["12"].invoked] == ["CAT 12"]
    assert [finding.provision.citation for finding in cells["12"].violations] == ["CAT 12"]
    assert cells["12"].violations[0].iri.endswith("/finding/cat-c-78-d-840-2017-cat-12")
    assert (len(cells["14"].invoked), cells["14"].violations) == (1, ())
    assert cells["3"] == ((), (), ())
    assert (row.invoked, row.violated) == (5, 2)


def test_a_part_found_violated_stands_under_its_article(cat: Matrix) -> None:
    row = next(row for row in cat.rows if row.case.symbol == "CAT/C/48/D/433/2010")
    cell = row.cells[[column.article.number for column in cat.columns].index("2")]
    assert [provision.citation for provision in cell.invoked] == ["CAT 2"]
    assert [finding.provision.citation for finding in cell.violations] == ["CAT 2(1)"]


def test_a_finding_of_no_violation_is_neither(cat: Matrix) -> None:
    row = next(row for row in cat.rows if row.case.symbol == "CAT/C/53/D/495/2012")
    assert row.violated == 0
    assert any(cell.other_findings for cell in row.cells)


@pytest.mark.parametrize("instrument", [CAT, ICCPR])
def test_rows_and_columns_add_up(store: Store, instrument: str) -> None:
    made = matrix(store, instrument)
    assert sum(column.invoked for column in made.columns) == sum(row.invoked for row in made.rows) == made.invoked
    assert sum(column.violated for column in made.columns) == sum(row.violated for row in made.rows) == made.violated
    pairs = {(case, p.article) for case in cases(store) for p in case.violated if p.instrument == instrument}
    assert made.violated == len(pairs)


def test_an_unknown_treaty_has_no_rows(store: Store) -> None:
    assert matrix(store, "https://example.org/") == ("https://example.org/", (), (), 0, 0)


def test_the_long_form_has_one_row_for_each_case_and_provision(store: Store) -> None:
    rows = long_rows(store)
    assert all(tuple(row) == LONG_COLUMNS for row in rows)
    assert len({(row["symbol"], row["provision"]) for row in rows}) == len(rows)
    assert sum(row["violated"] == "true" for row in rows) == sum(len(case.violated) for case in cases(store))
    assert sum(row["invoked"] == "true" for row in rows) == sum(len(case.invoked) for case in cases(store))
    assert {row["invoked"] for row in rows} | {row["violated"] for row in rows} == {"true", "false"}


def test_the_long_form_names_the_finding_or_the_communication(store: Store) -> None:
    rows = {row["provision"]: row for row in long_rows(store, CAT) if row["symbol"] == "CAT/C/78/D/840/2017"}
    assert rows["CAT 12"] == {
        "communication_number": "840/2017",
        "symbol": "CAT/C/78/D/840/2017",
        "provision": "CAT 12",
        "invoked": "true",
        "violated": "true",
        "iri": "https://w3id.org/servanda/id/finding/cat-c-78-d-840-2017-cat-12",
    }
    assert rows["CAT 14"]["iri"] == "https://w3id.org/servanda/id/communication/cat-840-2017"
    assert list(rows) == ["CAT 1", "CAT 12", "CAT 13", "CAT 14", "CAT 16"]
