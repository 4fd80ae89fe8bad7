"""Reasoning by rules: what follows, what never follows, and how it is explained."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, Quad, Triple

from kg import load, reason, store
from kg.errors import InputError
from kg.names import Names
from kg.rules import rules
from kg.settings import Settings
from kg.store import Node, Store, iri
from kg.turtle import parse_turtle

ROOT = Path(__file__).parent.parent.parent
SETTINGS = Settings.load({}, root=ROOT)
CASE = """
communication:c sv:invokesProvision provision:a-1 .
finding:yes a sv:Finding ; sv:outcome outcome:violation ; sv:concernsCommunication communication:c ;
  sv:provision provision:a-1-x .
finding:no a sv:Finding ; sv:outcome outcome:no-violation ; sv:concernsCommunication communication:c ;
  sv:provision provision:b .
provision:a sv:inArticle provision:a ; sv:expresses obligation:whole .
provision:a-1 sv:inArticle provision:a ; sv:partOf provision:a ; sv:expresses obligation:middle .
provision:a-1-x sv:inArticle provision:a ; sv:partOf provision:a-1 ; sv:expresses obligation:part .
provision:a-1-x-y sv:inArticle provision:a ; sv:partOf provision:a-1-x ; sv:expresses obligation:below .
provision:a-2 sv:inArticle provision:a ; sv:partOf provision:a ; sv:expresses obligation:beside .
provision:b sv:inArticle provision:b ; sv:expresses obligation:other .
communication:c sv:hasDecision decision:d .
"""
FOLLOW_UP = """
recommendation:r sv:recommendedTo state:s .
component:r-a sv:componentOf recommendation:r ; sv:seeksRemedy remedy:investigation .
component:r-b sv:componentOf recommendation:r ; sv:seeksRemedy remedy:compensation .
assessment:x sv:assessesComponent component:r-a .
"""


def ontology() -> Iterator[Triple]:
    for source in load.sources(SETTINGS, ("ontology",)):
        if "/external/" not in source.name:
            yield from (quad.triple for quad in load.quads(source))


def stated(text: str, names: Names) -> Store:
    """Make a store of the ontology and some statements, in a named graph and in the default graph."""
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    return merged([*ontology(), *parse_turtle((head + text).encode(), "test.ttl")], names)


def merged(triples: Iterable[Triple], names: Names) -> Store:
    """Make a store of statements, in a named graph and in the default graph."""
    graph = NamedNode(names.graph_iri("data/test"))
    return store.in_memory(Quad(*triple, *name) for triple in triples for name in ((), (graph,)))


def values(found: Store, names: Names, subject: str, predicate: str) -> set[str]:
    quads = store.match(found, iri(names.expand(subject)), iri(names.expand(predicate)))
    return {names.shorten(quad.object.value) for quad in quads}


@pytest.fixture
def case(names: Names) -> Store:
    """Give the case above with all that follows."""
    made = stated(CASE, names)
    reason.derive(made, SETTINGS)
    return made


def test_violation_reaches_provision_article_and_obligations(case: Store, names: Names) -> None:
    assert values(case, names, "communication:c", "sv:hasViolationFinding") == {"finding:yes"}
    assert values(case, names, "communication:c", "sv:violatedProvision") == {"provision:a-1-x"}
    assert values(case, names, "communication:c", "sv:violatedArticle") == {"provision:a"}
    assert values(case, names, "communication:c", "sv:invokedArticle") == {"provision:a"}


def test_breach_goes_upwards_never_down_or_sideways(case: Store, names: Names) -> None:
    assert values(case, names, "communication:c", "sv:breachedObligation") == {
        "obligation:part",
        "obligation:middle",
        "obligation:whole",
    }


def test_inverses_and_parts_of_parts(case: Store, names: Names) -> None:
    assert values(case, names, "decision:d", "sv:decides") == {"communication:c"}
    assert values(case, names, "obligation:part", "sv:expressedBy") == {"provision:a-1-x"}
    assert values(case, names, "provision:a-1-x-y", "sv:partOf") == {"provision:a-1-x", "provision:a-1", "provision:a"}


def test_component_concerns_whom_the_recommendation_addresses(names: Names) -> None:
    made = stated(FOLLOW_UP, names)
    reason.derive(made, SETTINGS)
    assert values(made, names, "recommendation:r", "sv:hasComponent") == {"component:r-a", "component:r-b"}
    assert values(made, names, "component:r-b", "sv:concernsState") == {"state:s"}
    assert values(made, names, "assessment:x", "sv:assessedRemedy") == {"remedy:investigation"}


def test_only_what_was_not_stated_is_in_the_derived_graph(names: Names) -> None:
    made = stated(CASE + "communication:c sv:violatedArticle provision:a .", names)
    counts = reason.derive(made, SETTINGS)
    derived = {quad.triple for quad in store.match(made, graph=iri(names.derived_graph))}
    given = {quad.triple for quad in store.match(made, graph=iri(names.graph_iri("data/test")))}
    assert "sv:violatedArticle" not in counts
    assert not derived & given
    described = {triple for triple in derived if triple.subject.value.startswith(names.expand("rule:"))}
    assert len(derived - described) == sum(counts.values())
    assert derived <= {quad.triple for quad in store.match(made)}


def test_deriving_again_adds_nothing(case: Store) -> None:
    before = set(store.match(case, any_graph=True))
    reason.derive(case, SETTINGS)
    assert set(store.match(case, any_graph=True)) == before


def test_rules_are_described_in_the_derived_graph(case: Store, names: Names) -> None:
    graph = iri(names.derived_graph)
    for rule in rules(SETTINGS):
        about = {quad.triple for quad in store.match(case, iri(rule.iri), graph=graph)}
        node = NamedNode(rule.iri)
        assert rule.iri == names.expand(f"rule:{rule.name}")
        assert Triple(node, NamedNode(names.expand("rdf:type")), NamedNode(names.expand("sv:Rule"))) in about
        assert Triple(node, NamedNode(names.expand("rdfs:label")), Text(rule.title, language="en")) in about
        derives = NamedNode(names.expand("sv:derives"))
        assert {triple.object.value for triple in about if triple.predicate == derives} == set(rule.derives)


@pytest.mark.parametrize(
    ("subject", "predicate", "object", "rule"),
    [
        ("communication:c", "sv:hasViolationFinding", "finding:yes", "has-violation-finding"),
        ("communication:c", "sv:violatedProvision", "provision:a-1-x", "violated-provision"),
        ("communication:c", "sv:breachedObligation", "obligation:part", "breached-obligation"),
        ("communication:c", "sv:breachedObligation", "obligation:whole", "breached-obligation-of-whole"),
        ("decision:d", "sv:decides", "communication:c", "inverse"),
        ("communication:c", "sv:breachedObligation", "obligation:below", None),
        ("communication:c", "sv:violatedProvision", "provision:b", None),
    ],
)
def test_statement_is_explained_by_its_rule(
    case: Store, names: Names, subject: str, predicate: str, object: str, rule: str | None
) -> None:
    terms: list[Node] = [iri(names.expand(name)) for name in (subject, predicate, object)]
    found = reason.rule_of(case, SETTINGS, *terms)
    assert (found.name if found else None) == rule


def test_every_inverse_of_the_ontology_is_named_by_the_rule(names: Names) -> None:
    inverse = NamedNode(names.expand("owl:inverseOf"))
    paired = {term.value for t in ontology() if t.predicate == inverse for term in (t.subject, t.object)}
    assert paired == {property for rule in rules(SETTINGS) if "inverse" in rule.name for property in rule.derives}


def test_rule_that_gives_something_else_is_refused(names: Names, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    path = tmp_path / "ontology" / "rules" / "violated-article.rq"
    text = path.read_text("utf-8")
    path.write_text(text.replace("CONSTRUCT { ?subject sv:violatedArticle", "CONSTRUCT { ?subject sv:denies"))
    with pytest.raises(InputError, match=r'violated-article\.rq: gives sv:denies, which its line "# derives:"'):
        reason.derive(stated(CASE, names), Settings.load({}, root=tmp_path))


def test_rule_that_is_no_query_is_said_with_its_place(names: Names, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    path = tmp_path / "ontology" / "rules" / "violated-article.rq"
    path.write_text(path.read_text("utf-8").replace("sv:inArticle ?object }", "sv:inArticle }"), encoding="utf-8")
    with pytest.raises(InputError, match=r"^ontology/rules/violated-article\.rq:7:\d+: "):
        reason.derive(stated(CASE, names), Settings.load({}, root=tmp_path))
