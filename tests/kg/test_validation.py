"""Compiled shapes against pySHACL: the same results on each kind of constraint, and what is left to pySHACL."""

from __future__ import annotations

import re
import warnings

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import validate as judge
from kg import validation
from kg.errors import InputError
from kg.shapes_result import Result
from kg.store import in_memory, iri, literal
from kg.turtle import parse_turtle
from kg.validation import Report

EX = "https://example.org/"
SH = "http://www.w3.org/ns/shacl#"
DATE = "http://www.w3.org/2001/XMLSchema#date"
HEAD = f"""@prefix ex: <{EX}> . @prefix sh: <{SH}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
DATA = """
ex:Criminal rdfs:subClassOf ex:Case . ex:Serious rdfs:subClassOf ex:Criminal .
ex:a a ex:Case ; ex:year 1975 ; ex:day "2020-02-29"^^xsd:date ; ex:name "Abay"@kk , "Abai"@en , "Abaj"@en .
ex:a ex:court ex:x . ex:b ex:court ex:y , "z" .
ex:b a ex:Criminal ; ex:year 1975 , 1980 , "long ago" ; ex:day "1900-01-31"^^xsd:date ; ex:name "B" .
ex:c a ex:Serious , ex:Case ; ex:end 1970 ; ex:year 1971 ; ex:name ex:a ; ex:part ex:a , ex:b , ex:d ; ex:alias "C"@en .
ex:d ex:year 1.50 , 2 ; ex:part ex:e . ex:e ex:part ex:c ; ex:kind "civil" , "civil"@en .
ex:x a ex:Court ; ex:of ex:list . ex:y ex:of ex:other ; a ex:Court .
"""
ON_CASES = "ex:s a sh:NodeShape ; sh:message 'no' ; sh:targetClass ex:Case ; sh:property [ %s ] ."
ON_NODES = "ex:s a sh:NodeShape ; sh:message 'no' ; sh:targetSubjectsOf ex:year , ex:part ; %s ."


def lines(text: str) -> list[str]:
    """Return the lines of a text; an indented line goes on with the one before."""
    return re.sub(r"\n +(?=\S)", " ", text.rstrip()).strip().splitlines()


VALUES = lines(
    """
sh:path ex:year ; sh:minCount 1
sh:path ex:year ; sh:minCount 2
sh:path ex:year ; sh:maxCount 1
sh:path ex:year ; sh:maxCount 0
sh:path ex:year ; sh:datatype xsd:integer
sh:path ex:day ; sh:datatype xsd:date
sh:path ex:name ; sh:datatype rdf:langString
sh:path ex:name ; sh:datatype rdfs:Literal
sh:path ex:name ; sh:uniqueLang true
sh:path ex:name ; sh:languageIn ( "en" "ru" )
sh:path ex:name ; sh:nodeKind sh:Literal
sh:path ex:court ; sh:nodeKind sh:IRI
sh:path ex:court ; sh:class ex:Court
sh:path ex:part ; sh:class ex:Criminal
sh:path ex:court ; sh:hasValue ex:x
sh:path ex:year ; sh:in ( 1975 1980 )
sh:path ex:name ; sh:pattern "^ab" ; sh:flags "i"
sh:path ex:name ; sh:pattern "^A"
sh:path ex:name ; sh:minLength 2
sh:path ex:name ; sh:maxLength 3
sh:path ex:year ; sh:minInclusive 1975
sh:path ex:year ; sh:minExclusive 1975
sh:path ex:year ; sh:maxExclusive 1975
sh:path ex:year ; sh:maxInclusive 1975
sh:path ex:year ; sh:lessThan ex:end
sh:path ex:year ; sh:lessThanOrEquals ex:end
sh:path ex:year ; sh:equals ex:end
sh:path ex:name ; sh:disjoint ex:court
sh:path ex:year ; sh:disjoint ex:year
sh:path ( ex:part ex:year ) ; sh:minCount 3
sh:path [ sh:inversePath ex:part ] ; sh:minCount 1
sh:path [ sh:zeroOrMorePath ex:part ] ; sh:class ex:Case
sh:path [ sh:oneOrMorePath ex:part ] ; sh:maxCount 2
sh:path [ sh:alternativePath ( ex:end ex:year ) ] ; sh:maxCount 1
sh:path [ sh:zeroOrOnePath ex:part ] ; sh:minCount 2
sh:path ex:court ; sh:node [ sh:property [ sh:path ex:of ; sh:hasValue ex:list ] ]
sh:path ex:court ; sh:not [ sh:class ex:Court ]
sh:path ex:part ; sh:or ( [ sh:class ex:Case ] [ sh:minLength 30 ] )
sh:path ex:part ; sh:and ( [ sh:class ex:Case ] [ sh:class ex:Criminal ] )
sh:path ex:part ; sh:xone ( [ sh:class ex:Case ] [ sh:class ex:Criminal ] )
sh:path ex:part ; sh:property [ sh:path ex:year ; sh:maxCount 1 ]
sh:path ex:part ; sh:node [ sh:property [ sh:path ex:year ; sh:maxCount 1 ] , [ sh:path ex:year ; sh:minCount 2
    ] ]
sh:path ex:part ; sh:node [ sh:property [ sh:path ex:name ; sh:uniqueLang true ; sh:equals ex:name ] ]
sh:path ex:part ; sh:node [ sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:year ]
    ]
sh:path ex:part ; sh:qualifiedValueShape [ sh:class ex:Criminal ] ; sh:qualifiedMinCount 2
sh:path ex:part ; sh:qualifiedValueShape [ sh:class ex:Case ] ; sh:qualifiedMaxCount 1
sh:path ex:part ; sh:node [ sh:property [ sh:path ex:part ; sh:qualifiedValueShape [ sh:class ex:Case ] ;
    sh:qualifiedMinCount 1 ] ]
sh:path ex:year ; sh:maxCount 0 ; sh:deactivated true
sh:path ex:year ; sh:maxCount 0 ; sh:severity sh:Info
    """
)
NODES = lines(
    """
sh:class ex:Case
sh:nodeKind sh:Literal
sh:hasValue ex:a
sh:in ( ex:a ex:d )
sh:pattern "[ab]$"
sh:minLength 21
sh:not [ sh:property [ sh:path ex:year ; sh:minCount 2 ] ]
sh:equals ex:part
sh:disjoint ex:part
sh:closed true ; sh:property [ sh:path ex:year ] , [ sh:path ex:part ]
sh:closed true ; sh:ignoredProperties ( rdf:type ex:day )
sh:node [ sh:class ex:Case ]
sh:xone ( [ sh:class ex:Case ] [ sh:property [ sh:path ex:part ; sh:minCount 1 ] ] )
sh:targetNode ex:nobody , 4.0 ; sh:class ex:Case
sh:targetObjectsOf ex:name ; sh:nodeKind sh:IRI
    """
)
QUERIES = lines(
    """
SELECT $this ?value { $this ex:year ?value FILTER (?value < 1976) }
SELECT $this { FILTER NOT EXISTS { $this ex:day ?day } }
SELECT $this (ex:year AS ?path) ?value { { $this ex:year ?value } UNION { $this ex:end ?value } FILTER (?value =
    1975) }
SELECT $this ?value { { ?value ex:part ?other FILTER (?other = $this) } UNION { $this ex:part ?value } }
SELECT $this (COUNT(?year) AS ?value) { $this ex:year ?year } GROUP BY $this HAVING (COUNT(?year) > 1)
SELECT $this ?value { $this ex:part+ ?value OPTIONAL { ?value ex:year ?year } FILTER (!BOUND(?year)) }
    """
)


def statements(text: str) -> list[Triple]:
    return parse_turtle((HEAD + text).encode(), "test.ttl")


def report(shapes: str, data: str = DATA, focus: list[str] | None = None, language: str = "en") -> Report:
    triples = statements(data)
    store = in_memory(Quad(*triple) for triple in triples)
    return validation.validate(store, validation.prepare(store, statements(shapes), language), focus, lambda: triples)


def judged(shapes: str, data: str = DATA, focus: list[str] | None = None) -> list[Result]:
    return judge.validate(judge.graph_of(statements(data)), judge.graph_of(statements(shapes)), focus)


def same(found: list[Result], expected: list[Result]) -> bool:
    return sorted(map(str, found)) == sorted(map(str, expected))


def speaking(shape: str) -> str:
    """Give every shape in brackets and the shape itself a message."""
    return shape.replace("[ sh:path", "[ sh:message 'no' ; sh:path")


@pytest.mark.parametrize("constraint", VALUES)
def test_constraint_on_values(constraint: str) -> None:
    shapes = speaking(ON_CASES % constraint)
    found = report(shapes)
    assert found.left == {}
    assert same(found.results, judged(shapes))
    assert same(report(shapes, focus=[EX + "c", EX + "b"]).results, judged(shapes, focus=[EX + "c", EX + "b"]))


@pytest.mark.parametrize("constraint", NODES)
def test_constraint_on_nodes(constraint: str) -> None:
    shapes = speaking(ON_NODES % constraint)
    found = report(shapes)
    assert found.left == {}
    assert same(found.results, judged(shapes))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("kind", ["sh:NodeShape", "sh:PropertyShape ; sh:path ex:year"])
def test_query(query: str, kind: str) -> None:
    shapes = f"""ex:s a {kind} ; sh:targetClass ex:Case , ex:Serious ;
        sh:sparql [ sh:prefixes ex: ; sh:select "{query}" ;
          sh:message "{{$this}} has {{?value}} by {{?path}} {{?none}}"@en , "нет"@ru ] .
        ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] ."""
    found = report(shapes)
    assert found.left == {}
    assert same(found.results, judged(shapes))
    assert {one.message for one in report(shapes, language="ru").results} <= {"нет"}


def test_path_of_the_shape_in_a_query() -> None:
    shapes = f"""ex:s a sh:PropertyShape ; sh:path ( ex:part ex:year ) ; sh:targetSubjectsOf ex:part ; sh:message "no" ;
        sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value {{ $this $PATH ?value FILTER (?value < 3) }}" ] .
        ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] ."""
    found = report(shapes)
    assert len(found.results) == 2
    assert same(found.results, judged(shapes))


def test_shape_under_two_targets_is_judged_for_each() -> None:
    shapes = "ex:s a sh:NodeShape ; sh:targetClass ex:Case ; sh:property ex:p . ex:t a sh:NodeShape ; "
    shapes += "sh:targetSubjectsOf ex:end ; sh:property ex:p . ex:p sh:path ex:day ; sh:minCount 1 ; sh:message 'no' ."
    assert [one.focus for one in report(shapes).results] == [iri(EX + "c")] * 2
    assert same(report(shapes).results, judged(shapes))


def test_class_that_is_a_shape_is_its_own_target() -> None:
    shapes = "ex:Criminal a rdfs:Class , sh:NodeShape ; "
    shapes += "sh:property [ sh:path ex:end ; sh:minCount 1 ; sh:message 'no' ] ."
    assert [one.focus for one in report(shapes).results] == [iri(EX + "b")]
    assert same(report(shapes).results, judged(shapes))


@pytest.mark.parametrize("day", ["2020-13-45", "2021-02-29", "2021-04-31", "1900-02-29", "2020-1-1", "yesterday"])
def test_literal_that_is_no_date(day: str) -> None:
    triples = [*statements("ex:a a ex:Case ; ex:day '2000-02-29'^^xsd:date .")]
    ill = statements(f"ex:a ex:day '{day}'^^xsd:string .")[0]
    store = in_memory(Quad(*triple) for triple in triples)
    store.add(Quad(ill.subject, ill.predicate, Literal(day, datatype=NamedNode(DATE))))
    shapes = statements(ON_CASES % "sh:path ex:day ; sh:datatype xsd:date ; sh:message 'no'")
    (found,) = validation.validate(store, validation.prepare(store, shapes)).results
    assert found.value == literal(day, DATE)


LEFT = [
    ("sh:path ex:name ; sh:pattern '^(?=A)'", "regular expression"),
    ("sh:path ex:year ; sh:datatype xsd:int", "does not keep"),
    ("sh:path ex:part ; sh:node [ sh:property [ sh:path ex:part ; sh:minCount 9 ] ]", "counts more"),
    ("sh:path ex:part ; sh:node ex:s", "within itself"),
]


@pytest.mark.parametrize(("constraint", "reason"), LEFT)
def test_what_cannot_be_compiled_is_left_to_pyshacl(constraint: str, reason: str) -> None:
    shapes = ON_CASES % f"sh:message 'no' ; {constraint}"
    shapes += "ex:other a sh:NodeShape ; sh:targetClass ex:Case ; "
    shapes += "sh:property [ sh:path ex:end ; sh:minCount 1 ; sh:message 'no' ] ."
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pySHACL warns of a shape within itself
        found = report(shapes)
        expected = judged(shapes)
    assert list(found.left) == [EX + "s"]
    assert reason in found.left[EX + "s"]
    assert same(found.results, expected)


def test_without_data_the_rest_is_named_and_not_judged() -> None:
    triples = statements(DATA)
    store = in_memory(Quad(*triple) for triple in triples)
    shapes = statements(ON_CASES % "sh:path ex:name ; sh:pattern '^(?=A)'")
    found = validation.validate(store, validation.prepare(store, shapes))
    assert found.results == []
    assert list(found.left) == [EX + "s"]


def test_number_is_shown_as_it_was_stated() -> None:
    """The store keeps numbers by value; a reader looks for what stands in the file."""
    shapes = "ex:s sh:targetNode ex:d ; sh:property [ sh:path ex:year ; sh:in ( 2 ) ] ."
    (found,) = report(shapes).results
    assert found.value == literal("1.50", "http://www.w3.org/2001/XMLSchema#decimal")


def test_many_focus_nodes_are_sifted() -> None:
    shapes = ON_CASES % "sh:path ex:part ; sh:message 'no' ; sh:minCount 1"
    focus = [EX + "b", *(f"{EX}other{number}" for number in range(300))]
    assert [one.focus for one in report(shapes, focus=focus).results] == [iri(EX + "b")]
    assert report(shapes, focus=[]).results == []


REFUSED = [
    "SELECT $this { $this ex:year ?y MINUS { $this ex:day ?d } }",
    "SELECT $this { $this",
    "SELECT $this { { SELECT ?y { $this ex:year ?y } } }",
    "SELECT $this { $this strange:year ?value }",
]


@pytest.mark.parametrize("query", REFUSED)
def test_query_that_shacl_does_not_allow_is_said_by_the_judge(query: str) -> None:
    shapes = f'ex:s a sh:NodeShape ; sh:targetClass ex:Case ; sh:sparql [ sh:prefixes ex: ; sh:select "{query}" ] .'
    shapes += f'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .'
    with pytest.raises(InputError, match="the shapes cannot be used"):
        report(shapes)
