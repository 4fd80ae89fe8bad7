"""The claimed figures as a data cube: integrity constraints of the W3C RDF Data Cube vocabulary, section 11.

Those that apply, each with the number that it has there.
"""

from __future__ import annotations

import pytest

from kg import saved
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store, ask, select

OBSERVATION = "?obs a qb:Observation ."
CONSTRAINTS = {
    "IC-1 an observation has one data set": """
        { ?obs a qb:Observation . FILTER NOT EXISTS { ?obs qb:dataSet ?any } }
        UNION { ?obs a qb:Observation ; qb:dataSet ?one , ?other . FILTER (?one != ?other) }""",
    "IC-2 a data set has one structure": """
        ?set a qb:DataSet . FILTER NOT EXISTS { ?set qb:structure ?any }""",
    "IC-3 a structure has a measure": """
        ?dsd a qb:DataStructureDefinition . FILTER NOT EXISTS { ?dsd qb:component/qb:measure ?measure }""",
    "IC-4 a dimension has a range": """
        ?dimension a qb:DimensionProperty . FILTER NOT EXISTS { ?dimension rdfs:range ?range }""",
    "IC-5 a dimension of concepts has a code list": """
        ?dimension a qb:DimensionProperty ; rdfs:range skos:Concept .
        FILTER NOT EXISTS { ?dimension qb:codeList ?list }""",
    "IC-6 only attributes are optional": """
        ?dsd qb:component ?part . ?part qb:componentRequired false ; qb:dimension|qb:measure ?property .""",
    "IC-11 an observation has every dimension": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:dimension ?dimension .
        FILTER NOT EXISTS { ?obs ?dimension ?any }""",
    "IC-13 an observation has every attribute that is required": """
        ?obs qb:dataSet/qb:structure/qb:component ?part . ?part qb:componentRequired true ; qb:attribute ?property .
        FILTER NOT EXISTS { ?obs ?property ?any }""",
    "IC-14 an observation has every measure": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:measure ?measure . FILTER NOT EXISTS { ?obs ?measure ?any }""",
    "IC-19 a coded dimension takes a concept of its list": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:dimension ?dimension . ?dimension qb:codeList ?list .
        ?obs ?dimension ?value . FILTER NOT EXISTS { ?value skos:inScheme ?list }""",
}


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_no_constraint_is_broken(store: Store, name: str) -> None:
    assert not ask(store, f"ASK {{ {CONSTRAINTS[name]} }}", prefixes=saved.names().prefixes)


def test_no_two_observations_have_the_same_dimensions(store: Store) -> None:
    text = f"SELECT ?indicator ?id {{ {OBSERVATION} ?obs sv:indicator ?indicator ; dcterms:identifier ?id }}"
    rows = [tuple(map(str, row.values())) for row in select(store, text, prefixes=saved.names().prefixes)]
    assert len(rows) > 40
    assert len(set(rows)) == len(rows)
