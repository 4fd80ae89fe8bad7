"""What a change can affect: never less than what changes, on every form of pattern, and everything if in doubt."""

from __future__ import annotations

import random

import pytest
from pyoxigraph import Quad, Triple

from kg import validation
from kg.shapes_path import Unreadable
from kg.shapes_patterns import read_hops
from kg.shapes_reach import affected, is_of_shapes
from kg.shapes_run import answers
from kg.store import in_memory, to_term
from kg.turtle import parse_turtle

EX = "https://example.org/"
HEAD = f"@prefix ex: <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
HEAD += "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
WAYS = [
    "sh:path ex:p ; sh:minCount 2", "sh:path ( ex:p ex:q ) ; sh:class ex:C",
    "sh:path [ sh:inversePath ex:p ] ; sh:maxCount 1",
    "sh:path [ sh:zeroOrMorePath ex:p ] ; sh:class ex:C", "sh:path [ sh:oneOrMorePath ( ex:p ex:q ) ] ; sh:maxCount 1",
    "sh:path [ sh:alternativePath ( ex:p [ sh:inversePath ( ex:q ex:r ) ] ) ] ; sh:nodeKind sh:Literal",
    "sh:path [ sh:zeroOrOnePath [ sh:inversePath ex:q ] ] ; sh:disjoint ex:r", "sh:path ex:p ; sh:equals ex:q",
    "sh:path ex:p ; sh:node [ sh:property [ sh:path ex:q ; sh:hasValue ex:n1 ] ]", "sh:path ex:p ; sh:lessThan ex:q",
    "sh:path ex:p ; sh:not [ sh:property [ sh:path ex:q ; sh:minCount 1 ] , [ sh:path ex:r ; sh:maxCount 1 ] ]",
    "sh:path ex:p ; sh:property [ sh:path ex:q ; sh:property [ sh:path ex:r ; sh:class ex:C ] ]",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1",
]  # fmt: skip
QUERIES = [
    "SELECT $this ?value { $this ex:p ?x . ?x ex:q ?value . FILTER NOT EXISTS { ?value ex:r ?y . ?y a ex:C } }",
    "SELECT $this ?value { { $this ex:p ?x } UNION { ?x ex:q $this } ?x ex:r ?value }",
    "SELECT $this { $this ex:p ?x OPTIONAL { ?x ex:q ?y OPTIONAL { ?y ex:r ?z } } FILTER (!BOUND(?z)) }",
    "SELECT $this ?path ?value { $this ?path ?value . ?value ex:p+ ?x }",
    "SELECT $this { ?a ex:p ?b . ?b ex:q ?c . FILTER (?a = $this) ?c ex:r ex:n1 , ?d ; a ex:C }",
    "SELECT $this ?value { $this ex:p ?x . BIND (?x AS ?value) ?value ex:q 'a'@en , '1'^^xsd:integer , 2 , true }",
    "SELECT $this (COUNT(?x) AS ?value) { $this ex:p/^ex:q ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
]
SHAPES = "".join(f"ex:s{number} a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ {way} ] .\n"
                 for number, way in enumerate(WAYS))  # fmt: skip
SHAPES += "".join(
    f'ex:q{number} sh:targetSubjectsOf ex:p ; sh:sparql [ sh:prefixes ex: ; sh:select "{query}" ] .\n'
    for number, query in enumerate(QUERIES)
)
SHAPES += f"""
ex:t1 sh:targetObjectsOf ex:q ; sh:closed true ; sh:property [ sh:path ex:p ] .
ex:t2 sh:targetNode ex:n1 , 3 ; sh:class ex:C .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] ,
  [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
"""


def statements(text: str) -> list[Triple]:
    return parse_turtle((HEAD + text).encode(), "test.ttl")


def anything(chance: random.Random) -> Triple:
    predicate = chance.choice(["ex:p", "ex:p", "ex:q", "ex:q", "ex:r", "a"])
    value = (
        f"ex:{chance.choice('CD')}" if predicate == "a" else chance.choice(["1", "3", *(f"ex:n{n}" for n in range(7))])
    )
    return statements(f"ex:n{chance.randrange(7)} {predicate} {value} .")[0]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_changes_outside_what_is_named(seed: int) -> None:
    chance = random.Random(seed)
    store = in_memory(Quad(*anything(chance)) for _ in range(25))
    rules = validation.prepare(store, statements(SHAPES))
    assert rules.left == {}
    old = {question: answers(store, question) for question in rules.program.questions}
    named = 0
    for _ in range(25):
        pool = [quad.triple for quad in store]
        removed = set(chance.sample(pool, min(len(pool), chance.randrange(3))))
        added = {anything(chance) for _ in range(chance.randrange(1, 4))} - set(pool)
        for triple in removed:
            store.remove(Quad(*triple))
        store.extend(Quad(*triple) for triple in added)
        reaches = dict(affected(store, rules.program, added | removed))
        expected = []
        for question, before in old.items():
            now = old[question] = answers(store, question)
            nodes = reaches.get(question, set())
            named += nodes is not None
            if nodes is None:
                expected += now
            elif question.focus == "?this":
                expected += [one for one in now if to_term(one.focus) in nodes]
                outside = [[one for one in each if to_term(one.focus) not in nodes] for each in (before, now)]
                assert sorted(map(str, outside[0])) == sorted(map(str, outside[1])), question.text
            else:
                expected += answers(store, question, nodes) if nodes else []
        found = validation.revalidate(store, rules, added | removed)
        assert sorted(map(str, found)) == sorted(map(str, expected))
    assert named > 400


def test_question_that_nothing_ties_to_its_node_is_asked_of_all() -> None:
    shapes = statements("ex:s a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "
                        f"'SELECT $this {{ ?a <{EX}p> ?b FILTER (STR(?a) > STR($this)) }}' ] .")  # fmt: skip
    store = in_memory(Quad(*triple) for triple in statements("ex:n a ex:C ."))
    rules = validation.prepare(store, shapes)
    assert [nodes for _, nodes in affected(store, rules.program, statements("ex:z ex:p ex:y ."))] == [None]
    assert len(validation.revalidate(store, rules, statements("ex:z ex:p ex:y ."))) == 0


UNKNOWN = [
    "SELECT * { ?a ?b [] }",
    "SELECT * { ?a !<urn:p> ?b }",
    "SELECT * { ?a <urn:p> ?b MINUS { } }",
    "SELECT * { ?a ex:p ?b }",
    "SELECT * { ?a <urn:p> ",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_query_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_hops(text)


@pytest.mark.parametrize(("text", "of_shapes"), [
    ("ex:a sh:minCount 1 .", True), ("ex:A rdfs:subClassOf ex:B .", True), ("ex:a ex:p ex:b .", False),
])  # fmt: skip
def test_statement_that_shapes_are_made_of(text: str, of_shapes: bool) -> None:
    assert is_of_shapes(statements(text)[0]) == of_shapes
