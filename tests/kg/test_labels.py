"""What terms are called."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, Quad

from kg.labels import Link, label, link, shown, text
from kg.names import Names
from kg.store import Node, Store, in_memory, literal, match, to_node
from kg.turtle import parse_turtle

DATA = b"""
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:a rdfs:label "apple"@en , "Apfel"@de .
ex:b rdfs:label "label"@en ; skos:prefLabel "preferred" .
ex:list ex:p ( ex:a "two" ( ex:b ) ) .
ex:node ex:p [ ex:q ex:a ; ex:r [ ex:q [ ex:q [ ex:q 1 ] ] ] ] .
"""
EX = "https://example.org/"


@pytest.fixture(scope="module")
def store() -> Store:
    return in_memory(Quad(*triple, DefaultGraph()) for triple in parse_turtle(DATA, "labels.ttl"))


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (EX + "a", "apple"),
        (EX + "b", "preferred"),
        (EX + "none", EX + "none"),
        ("http://purl.org/dc/terms/isPartOf", "is part of"),
        ("http://www.w3.org/2006/vcard/ns#fn", "http://www.w3.org/2006/vcard/ns#fn"),
        ("https://w3id.org/servanda/def#Finding", "sv:Finding"),
        ("https://w3id.org/servanda/shape/finding", "shape:finding"),
        ("https://w3id.org/servanda/graph/data/reference/cat", "data/reference/cat"),
    ],
)
def test_the_label_of_an_iri(store: Store, names: Names, iri: str, expected: str) -> None:
    assert label(store, iri, names) == expected
    assert link(store, iri, names) == Link(iri, expected)


def test_text_prefers_english(store: Store) -> None:
    assert text(store, EX + "a", ("http://www.w3.org/2000/01/rdf-schema#label",)) == "apple"
    assert text(store, EX + "a", (EX + "p",)) == ""


def value(store: Store, subject: str) -> Node:
    return to_node(match(store, Node("iri", EX + subject))[0].object)  # type: ignore[arg-type]


def test_blank_nodes_are_shown_by_what_they_hold(store: Store, names: Names) -> None:
    assert shown(store, value(store, "list"), names) == "(apple, two, (preferred))"
    assert shown(store, value(store, "node"), names) == f"[{EX}q apple; {EX}r [{EX}q [{EX}q …]]]"
    assert shown(store, literal("a"), names) == "a"
