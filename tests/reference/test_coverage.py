"""How much of the five source documents the graph holds: all grades and figures, and all claims."""

import pytest

from kg.coverage import compare
from kg.release import open_release
from tests.reference.facts import ABSENT, REFERENCE

SOURCES = {
    "000_b475212e1da79234": (0, 5, 9),
    "001_a79b515dc283e4f2": (0, 4, 7),
    "002_49950b5e970e6294": (6, 15, 46),
    "003_a35e12a6a76bb9d3": (0, 7, 33),
    "004_11bf50dd3b67b2eb": (5, 18, 22),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_expected_fact_is_there(released, name):
    path = REFERENCE / "expected" / f"{name}.expected.json"
    if not path.exists():
        pytest.skip(ABSENT)
    found = compare(open_release(released).store, released, path.name, path.read_bytes())
    assert found.missing == []
    counts = tuple(sum(fact.kind == kind for fact in found.facts) for kind in ("grades", "statistics", "claims"))
    assert counts == SOURCES[name]
    assert sum(sum(counts) for counts in SOURCES.values()) == 11 + 49 + 117
