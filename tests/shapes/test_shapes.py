"""Each shape rule has files it accepts and files it refuses; line 1 of a refused file states the one finding expected.

    <rule>-valid.ttl         # shows: what the rule accepts
    <rule>-invalid-NN.ttl    # expect: shape:<rule> focus=<node> path=<path> component=sh:<kind>ConstraintComponent

A file is judged with ontology, shapes and data/reference as context, and only by the rule whose name it bears. Rules
are compiled to queries; `make test-judge` asks pySHACL the same of each file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Quad, Triple
from rdflib import RDF, SH, Graph, Literal, URIRef

from kg import load, validate, validation
from kg.corpus import value_of
from kg.names import Names
from kg.settings import Settings
from kg.shapes_result import Result
from kg.shapes_run import hierarchy
from kg.store import EmbeddedStore, in_memory
from kg.turtle import read

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
EXPECTED = re.compile(r"# expect: (?P<shape>\S+) focus=(?P<focus>\S+) path=(?P<path>\S+) component=(?P<component>\S+)")
VARIABLE = re.compile(r"\{\?\w+\}")
PARAMETERS = {
    SH["class"]: "Class", SH.closed: "Closed", SH.datatype: "Datatype", SH.disjoint: "Disjoint", SH["in"]: "In",
    SH.equals: "Equals", SH.languageIn: "LanguageIn", SH.lessThanOrEquals: "LessThanOrEquals", SH.maxCount: "MaxCount",
    SH.maxLength: "MaxLength", SH.minCount: "MinCount", SH.minInclusive: "MinInclusive", SH.node: "Node",
    SH.nodeKind: "NodeKind", SH["not"]: "Not", SH["or"]: "Or", SH.pattern: "Pattern", SH.sparql: "SPARQL",
    SH.uniqueLang: "UniqueLang",
}  # fmt: skip
NO_CONSTRAINT = {
    RDF.type, SH.path, SH.severity, SH.message, SH.property, SH.ignoredProperties, SH.targetClass, SH.targetSubjectsOf,
    SH.targetObjectsOf,
}  # fmt: skip


class Context(NamedTuple):
    names: Names
    triples: list[Triple]
    shapes: Graph
    """all shapes"""
    of_rule: dict[str, Graph]
    """the shapes of the file in which a rule stands"""


@cache
def context() -> Context:
    """Read ontology, shapes and reference data once."""
    settings = Settings.load({}, root=ROOT)
    files = [
        source
        for source in load.sources(settings)
        if not source.name.startswith(("data/decisions/", "ontology/external/"))
    ]
    triples = {source.name: [quad.triple for quad in load.quads(source)] for source in files}
    names = Names.load(settings)
    of_rule = {}
    for name, own in triples.items():
        if name.startswith("shapes/"):
            graph = validate.graph_of([*own, *triples["ontology/prefixes.ttl"]])
            of_rule |= {str(node): graph for node in graph.subjects(SH.severity)}
    return Context(
        names,
        [triple for each in triples.values() for triple in each],
        validate.graph_of(triple for name in triples if name.startswith("shapes/") for triple in triples[name]),
        of_rule,
    )


@cache
def store() -> EmbeddedStore:
    """Return a store of the context."""
    return in_memory(Quad(*triple) for triple in context().triples)


@cache
def compiled() -> validation.Rules:
    """Return all shapes as queries."""
    names = context().names
    shapes = [triple for triple in context().triples if names.shorten(triple.predicate.value) != "rdfs:subClassOf"]
    return validation.prepare(store(), shapes)


@cache
def judge() -> Graph:
    """Return the context for pySHACL."""
    return validate.graph_of(context().triples)


def rules() -> list[str]:
    """Return the local names of the shapes that can find something: those with a severity."""
    return sorted(rule.removeprefix(context().names.prefixes["shape"]) for rule in context().of_rule)


def shape(rule: str) -> URIRef:
    return URIRef(context().names.prefixes["shape"] + rule)


def files(kind: str) -> list[Path]:
    return sorted(FOLDER.glob(f"*-{kind}*.ttl"))


def rule_of(path: Path) -> str:
    return re.sub(r"-(valid|invalid-\d\d)$", "", path.stem)


def results(path: Path) -> list[Result]:
    """Judge one file and return what the rule says whose name it bears."""
    rule = str(shape(rule_of(path)))
    own = read(path, path.name)
    asked = [question for question in compiled().program.questions if question.shape == rule]
    rules = compiled()._replace(program=compiled().program._replace(questions=tuple(asked)))
    added = [quad for quad in (Quad(*triple) for triple in own) if quad not in store()]
    store().extend(added)
    try:
        return validation.validate(store(), rules, {value_of(triple.subject) for triple in own}, lambda: own).results
    finally:
        for quad in added:
            store().remove(quad)


def judged(path: Path) -> list[Result]:
    """Return what pySHACL says of a file by the rule whose name it bears."""
    data, rule = judge(), str(shape(rule_of(path)))
    own = validate.graph_of(read(path, path.name))
    added = [triple for triple in own if triple not in data]
    for triple in added:
        data.add(triple)
    try:
        found = validate.validate(data, context().of_rule[rule], {str(node) for node in own.subjects()})
    finally:
        for triple in added:
            data.remove(triple)
    return [result for result in found if result.shape == rule]


def short(text: str) -> str:
    """Write an IRI or a path with prefixes, an IRI without one in brackets, nothing as a hyphen."""
    names = context().names
    if "<" in text:
        return re.sub(r"<([^>]+)>", lambda found: names.shorten(found[1]), text)
    shortened = names.shorten(text)
    return f"<{text}>" if shortened == text and text else shortened or "-"


def targets(rule: str) -> Iterator[tuple[URIRef, URIRef]]:
    """Yield the targets of a rule, or of the node shape that has it: kind of target, and class or property."""
    shapes = context().shapes
    for node in [shape(rule), *shapes.subjects(SH.property, shape(rule))]:
        for kind in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf):
            for value in shapes.objects(node, kind):
                yield kind, value


def reached(rule: str, own: Graph) -> set[object]:
    """Return the nodes of a file that a rule looks at."""
    nodes: set[object] = set()
    for kind, value in targets(rule):
        if kind == SH.targetSubjectsOf:
            nodes |= set(own.subjects(value))
        elif kind == SH.targetObjectsOf:
            nodes |= set(own.objects(None, value))
        else:
            for below in [str(value), *hierarchy(store()).get(str(value), ())]:
                nodes |= set(own.subjects(RDF.type, URIRef(below)))
    return nodes


def test_every_rule_has_files_and_every_file_a_rule() -> None:
    known = set(rules())
    assert known
    assert {rule_of(path) for path in files("valid")} == known
    assert {rule_of(path) for path in files("invalid")} == known
    assert set(FOLDER.glob("*.ttl")) == {*files("valid"), *files("invalid")}


@pytest.mark.parametrize("path", files("valid"), ids=lambda path: path.stem)
def test_valid_file_is_reached_and_accepted(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# shows: ")
    assert reached(rule_of(path), validate.graph_of(read(path, path.name))), "the shape looks at nothing in this file"
    assert results(path) == []


@pytest.mark.parametrize("path", files("invalid"), ids=lambda path: path.stem)
def test_invalid_file_gives_the_one_finding_it_states(path: Path) -> None:
    stated = EXPECTED.fullmatch(path.read_text(encoding="utf-8").splitlines()[0])
    assert stated, "line 1 must state the expected finding"
    assert stated["shape"] == f"shape:{rule_of(path)}"
    found = [
        {
            "shape": short(result.shape),
            "focus": short(result.focus.value),
            "path": short(result.path),
            "component": short(result.component),
        }
        for result in results(path)
    ]
    assert found == [stated.groupdict()]


def test_every_rule_is_compiled() -> None:
    assert compiled().left == {}


@pytest.mark.judge
@pytest.mark.parametrize("path", [*files("valid"), *files("invalid")], ids=lambda path: path.stem)
def test_pyshacl_says_the_same(path: Path) -> None:
    # A number that a query works out is written as each engine writes numbers: 42.0 or 42.
    said = [sorted(re.sub(r"(\d)\.0\b", r"\1", str(one)) for one in each) for each in (judged(path), results(path))]
    assert said[0] == said[1]


@pytest.mark.parametrize("rule", rules())
def test_each_constraint_of_a_rule_has_a_file_that_breaks_it(rule: str) -> None:
    """A constraint that nothing breaks may be one that never runs, such as a misspelt sh:node."""
    shapes = context().shapes
    used = {property for property in shapes.predicates(shape(rule)) if property not in NO_CONSTRAINT}
    assert used <= PARAMETERS.keys(), "a constraint that this test does not know"
    broken = set()
    for path in FOLDER.glob(f"{rule}-invalid-*.ttl"):
        stated = EXPECTED.fullmatch(path.read_text(encoding="utf-8").splitlines()[0])
        broken.add(stated["component"] if stated else "")
    assert broken == {f"sh:{PARAMETERS[property]}ConstraintComponent" for property in used}


@pytest.mark.parametrize("rule", rules())
def test_message_speaks_to_a_lawyer(rule: str) -> None:
    """A message is a sentence of its own in two languages and names no constraint component or data structure."""
    shapes = context().shapes
    nodes = [shape(rule), *shapes.objects(shape(rule), SH.sparql)]
    messages = [message for node in nodes for message in shapes.objects(node, SH.message)]
    said = {message.language: str(message) for message in messages if isinstance(message, Literal)}
    assert len(messages) == len(said)
    assert set(said) == {"en", "ru"}
    assert re.match(r"[A-Z\"{]", said["en"])
    assert re.match(r"[А-ЯЁ\"{]|IRI ", said["ru"])
    assert not re.search(r"minCount|maxCount|rdf:type|datatype|blank node|triple|IRI node|conform", said["en"])
    assert not re.search(r"minCount|maxCount|rdf:type|datatype|пустой узел|триплет|тройк", said["ru"])
    assert set(VARIABLE.findall(said["en"])) == set(VARIABLE.findall(said["ru"])), "each says what the query found"
