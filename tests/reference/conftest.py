"""Fixtures of the tests of data/: all facts, the facts by file, and the rows of the lists."""

import pytest

from tests.reference.facts import DATA_FILES, Facts, load, rows_of


@pytest.fixture(scope="session")
def data() -> Facts:
    """All of data/."""
    return load(DATA_FILES)


@pytest.fixture(scope="session")
def by_file() -> dict[str, Facts]:
    """What each file of data/decisions says, by its name without suffix."""
    return {path.stem: load([path]) for path in DATA_FILES if path.parent.name == "decisions"}


@pytest.fixture(scope="session")
def decision_rows() -> list[dict[str, str]]:
    """One row for each decision on Kazakhstan."""
    return rows_of("kazakhstan-decisions.csv")


@pytest.fixture(scope="session")
def claim_rows() -> list[dict[str, str]]:
    """One row for each cell and source."""
    return rows_of("claims.csv")


@pytest.fixture(scope="session")
def treaty_rows() -> list[dict[str, str]]:
    return rows_of("treaties.csv")


@pytest.fixture(scope="session")
def article_rows() -> list[dict[str, str]]:
    return rows_of("articles.csv")
