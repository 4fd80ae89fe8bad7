"""The known-term check: each kind of unknown term is found, and says what may have been meant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg import terms
from kg.corpus import gather
from kg.errors import EnvironmentFault
from kg.findings import Finding
from kg.names import Names
from kg.queryfile import read_queries
from kg.saved import FOLDER as STORED
from kg.settings import Settings
from kg.terms import Vocabulary
from kg.turtle import parse_turtle

GRAPH = NamedNode("https://w3id.org/servanda/graph/data/test")


@pytest.fixture(scope="module")
def known(names: Names) -> Vocabulary:
    settings = Settings.load({})
    quads = [quad for _, quads in gather(settings, names).of("ontology/") for quad in quads]
    return terms.vocabulary(settings, names, quads)


def judged(known: Vocabulary, names: Names, text: str, file: str = "data/test.ttl") -> list[Finding]:
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    return list(terms.judge(known, names, file, quads(head + text)))


def quads(text: str) -> Iterator[Quad]:
    return (Quad(*triple, GRAPH) for triple in parse_turtle(text.encode(), "test.ttl"))


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        ("finding:x a sv:Findng .", "sv:Findng", "sv:Findng is not a known class: did you mean sv:Finding"),
        ("finding:x sv:outcom outcome:violation .", "sv:outcom", "not a known property: did you mean sv:outcome"),
        ("state:kaz rdfs:Label 'x' .", "rdfs:Label", "not a known property: did you mean rdfs:label?"),
        ("state:kaz rdfs:label 'x'^^xsd:strng .", "xsd:strng", "not a known datatype: did you mean xsd:string"),
        ("finding:x sv:outcome outcome:violatoin .", "outcome:violatoin", "did you mean outcome:violation"),
        ("shape:x sh:targetClass sv:Findng .", "sv:Findng", "not a known term: did you mean sv:Finding"),
        ("claim:x qb:datset graph:x .", "qb:datset", "not a known property: did you mean qb:DataSet or qb:dataSet?"),
        ("claim:x a qb:Observatoin .", "qb:Observatoin", "not a known class: did you mean qb:Observation"),
        ("passage:x oa:hasSorce document:x .", "oa:hasSorce", "not a known property: did you mean oa:hasSource"),
        ("graph:x prov:wasAtributedTo state:kaz .", "prov:wasAtributedTo", "did you mean prov:wasAttributedTo"),
        ("assessment:x sv:grade hrcco2016:F .", "hrcco2016:F", "not a known term"),
        ("state:kaz wd:P31 wd:Q6256 .", "wd:P31", "belongs to no vocabulary that this project uses"),
        ("state:kaz <https://example.org/outcome> 1 .", "https://example.org/outcome", "did you mean sv:outcome"),
        ("state:kaz a <https://example.org/zzzz> .", "https://example.org/zzzz", "look it up in ontology/"),
    ],
)
def test_unknown_term_is_found(known: Vocabulary, names: Names, text: str, value: str, message: str) -> None:
    (found,) = judged(known, names, text)
    assert (found.file, found.severity, found.shape, found.value) == (
        "data/test.ttl",
        "violation",
        "check:known-term",
        value,
    )
    assert message in found.message


def test_known_terms_are_not_found(known: Vocabulary, names: Names) -> None:
    text = """finding:x a sv:Finding ; sv:outcome outcome:violation ; sv:earliest "2012-05-24"^^xsd:date .
        graph:x dcterms:source <https://w3id.org/servanda/def> , <http://www.w3.org/ns/prov> ; rdf:_1 wd:Q1 ."""
    assert judged(known, names, text) == []


def test_list_of_grades_is_known_as_a_list(names: Names) -> None:
    text = "scheme:test a sv:GradeScheme ."
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    known = terms.vocabulary(Settings.load({}), names, quads(head + text))
    assert known.knows(names.expand("scheme:test"))


def test_labels_in_other_languages_are_of_known_terms(known: Vocabulary, names: Names, tmp_path: Path) -> None:
    """Labels kept in files of their own are read as part of the ontology, so a misspelt term is found in them too."""
    settings = Settings.load({})
    shutil.copytree(settings.ontology, tmp_path / "ontology")
    file = tmp_path / "ontology" / "labels" / "test-ru.ttl"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f"@prefix sv: <{names.expand('sv:')}> .\n"
        'sv:Finding rdfs:label "вывод"@ru . sv:Findng rdfs:label "вывод"@ru .\n',
        encoding="utf-8",
    )
    own = gather(replace(settings, root=tmp_path), names).quads["ontology/labels/test-ru.ttl"]
    assert [found.value for found in terms.judge(known, names, "ontology/labels/test-ru.ttl", own)] == ["sv:Findng"]


def test_outside_terms_are_looked_at_everywhere_in_ontology_and_shapes(known: Vocabulary, names: Names) -> None:
    text = "shape:x sh:severity sh:Violaton ."
    assert judged(known, names, text) == []
    (found,) = judged(known, names, text, "shapes/test.ttl")
    assert found.message == "sh:Violaton is not a known term: did you mean sh:Violation?"


def test_constraint_that_never_runs_is_found(known: Vocabulary, names: Names) -> None:
    """DCAT-AP 3.0.1 wrote sh:shape for sh:node five times, and meta-SHACL did not notice."""
    (found,) = judged(known, names, "shape:x sh:nodde shape:y .", "shapes/test.ttl")
    assert (found.focus, found.path, found.value) == ("shape:x", "sh:nodde", "sh:nodde")


def test_query_inside_a_shape_is_read(known: Vocabulary, names: Names) -> None:
    text = '[] sh:select """SELECT $this { $this sv:outcom "sv:noTerm" ; sv:outcome <sv:noTerm> } # sv:noTerm""" .'
    (found,) = judged(known, names, text, "shapes/test.ttl")
    assert found.value == "sv:outcom"


def test_each_term_is_told_once_for_a_subject(known: Vocabulary, names: Names) -> None:
    text = "finding:x sv:outcom 1 , 2 . finding:y sv:outcom 1 ."
    assert [found.focus for found in judged(known, names, text)] == ["finding:x", "finding:y"]


def test_stored_queries_use_known_terms(known: Vocabulary, names: Names) -> None:
    for query in read_queries(STORED):
        assert list(terms.judge_query(known, names, query.path.name, query.text)) == []


def test_every_pinned_list_has_source_and_date(names: Names) -> None:
    for path in sorted((Settings.load({}).ontology / "external").glob("*.ttl")):
        triples = parse_turtle(path.read_bytes(), path.name)
        (subject,) = {triple.subject.value for triple in triples}
        assert names.prefixes.get(path.stem, subject) == subject
        predicates = {names.shorten(triple.predicate.value) for triple in triples}
        assert {"dcterms:title", "dcterms:source", "dcterms:created", "dcterms:hasPart"} <= predicates


def test_missing_lists_are_said(known: Vocabulary, names: Names, tmp_path: object) -> None:
    settings = Settings(root=tmp_path)  # type: ignore[arg-type]
    with pytest.raises(EnvironmentFault, match="no Turtle files in ontology/external"):
        terms.vocabulary(settings, names, [])
