"""The provisions: their order, and the ways to name one."""

from __future__ import annotations

import pytest

from kg.provisions import find_provision, provisions
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store

BASE = "https://w3id.org/servanda/id/"


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.mark.parametrize(
    "name",
    [
        "ICCPR 14(3)(d)",
        "iccpr 14 3 d",
        "iccpr-14-3-d",
        "provision:iccpr-14-3-d",
        BASE + "provision/iccpr-14-3-d",
        "ICCPR art. 14 (3) (d)",
    ],
)
def test_a_provision_has_many_names(store: Store, name: str) -> None:
    found = find_provision(store, name)
    assert found
    assert (found.citation, found.number, found.acronym) == ("ICCPR 14(3)(d)", "14(3)(d)", "ICCPR")
    assert found.article == BASE + "provision/iccpr-14"
    assert found.within == {BASE + "provision/iccpr-14", BASE + "provision/iccpr-14-3"}


@pytest.mark.parametrize("name", ["CAT 99", "14(3)(d)", "()", "x> ?p ?o"])
def test_an_unknown_provision(store: Store, name: str) -> None:
    assert find_provision(store, name) is None


def test_the_order_is_that_of_the_treaties(store: Store) -> None:
    known = list(provisions(store).values())
    cat = [provision.citation for provision in known if provision.acronym == "CAT"]
    assert cat.index("CAT 2") < cat.index("CAT 2(1)") < cat.index("CAT 3") < cat.index("CAT 12")
    treaties = list(dict.fromkeys(provision.acronym for provision in known))
    assert treaties.index("ICCPR") < treaties.index("OP1-ICCPR") < treaties.index("CAT") < treaties.index("OPCAT")


def test_an_article_stands_in_itself(store: Store) -> None:
    article = find_provision(store, "CAT 12")
    assert article
    assert article.article == article.iri
    assert article.label == "CAT 12: Prompt and impartial investigation"
