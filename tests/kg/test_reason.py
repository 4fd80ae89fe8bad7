"""Reasoning by rules: what follows, what never follows, how it is explained, and that owlrl derives the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import owlrl
import pytest
from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, Quad, Triple
from rdflib import OWL, RDF, Graph, URIRef

from kg import load, reason, store, validate
from kg.errors import InputError
from kg.names import Names
from kg.settings import Settings
from kg.store import Node, Store, iri
from kg.turtle import parse_turtle

ROOT = Path(__file__).parent.parent.parent
SETTINGS = Settings.load({}, root=ROOT)
CHAINS = (
    *("sv:violatedProvision", "sv:violatedArticle", "sv:invokedArticle", "sv:breachedObligation", "sv:partOf"),
    *("sv:concernsState", "sv:assessedRemedy"),
)
INVERSES = ("sv:decides", "sv:hasDecision", "sv:expresses", "sv:expressedBy", "sv:componentOf", "sv:hasComponent")
PREMISES = (
    *("sv:hasViolationFinding", "sv:provision", "sv:invokesProvision", "sv:inArticle", *INVERSES, "sv:partOf"),
    *("sv:recommendedTo", "sv:assessesComponent", "sv:seeksRemedy"),
)
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
    graph = NamedNode(names.graph_iri("data/test"))
    triples = [*ontology(), *parse_turtle((head + text).encode(), "test.ttl")]
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
    assert counts["violated-article"] == 0
    assert not derived & given
    rules = {triple for triple in derived if triple.subject.value.startswith(names.expand("rule:"))}
    assert len(derived - rules) == sum(counts.values())
    assert derived <= {quad.triple for quad in store.match(made)}


def test_deriving_again_adds_nothing(case: Store) -> None:
    before = set(store.match(case, any_graph=True))
    assert set(reason.derive(case, SETTINGS).values()) == {0}
    assert set(store.match(case, any_graph=True)) == before


def test_rules_are_described_in_the_derived_graph(case: Store, names: Names) -> None:
    graph = iri(names.derived_graph)
    for rule in reason.rules(SETTINGS):
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
    (rule,) = (rule for rule in reason.rules(SETTINGS) if rule.name == "inverse")
    assert paired == set(rule.derives)


def test_rule_that_gives_something_else_is_refused(names: Names, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    path = tmp_path / "ontology" / "rules" / "violated-article.rq"
    text = path.read_text("utf-8")
    path.write_text(text.replace("CONSTRUCT { ?subject sv:violatedArticle", "CONSTRUCT { ?subject sv:invokedArticle"))
    with pytest.raises(InputError, match=r'violated-article\.rq: gives sv:invokedArticle, which its line "# derives:"'):
        reason.derive(stated(CASE, names), Settings.load({}, root=tmp_path))


def test_rule_that_is_no_query_is_said_with_its_place(names: Names, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    path = tmp_path / "ontology" / "rules" / "violated-article.rq"
    path.write_text(path.read_text("utf-8").replace("WHERE {", "WHERE"), encoding="utf-8")
    with pytest.raises(InputError, match=r"^ontology/rules/violated-article\.rq:\d+:\d+: "):
        reason.derive(stated(CASE, names), Settings.load({}, root=tmp_path))


def pairs(triples: Iterable[Triple], names: Names, wanted: Iterable[str]) -> set[tuple[str, str, str]]:
    known = {names.expand(name) for name in wanted}
    return {(t.subject.value, t.predicate.value, t.object.value) for t in triples if t.predicate.value in known}


def test_rules_equal_the_property_chains_of_the_ontology(names: Names) -> None:
    """On the real data and a recommendation, OWL 2 RL closure (owlrl) of axioms and premises gives what the rules give.

    The violation shortcut is not a chain: it depends on the outcome, so the rule for it has run before.
    """
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    quads = [quad for source in load.sources(SETTINGS) for quad in load.quads(source)]
    graph = NamedNode(names.graph_iri("data/test"))
    quads += (Quad(*triple, graph) for triple in parse_turtle((head + FOLLOW_UP).encode(), "test.ttl"))
    made = store.in_memory([*quads, *(Quad(*triple) for triple in {quad.triple for quad in quads})])
    reason.derive(made, SETTINGS)
    everything = [quad.triple for quad in store.match(made)]
    axioms = {names.expand(f"owl:{name}") for name in ("propertyChainAxiom", "inverseOf")}
    schema = validate.graph_of(ontology())
    closure = Graph()
    for triple in schema:
        if str(triple[1]) in axioms or triple[1] in (RDF.first, RDF.rest):
            closure.add(triple)
    closure.add((URIRef(names.expand("sv:partOf")), RDF.type, OWL.TransitiveProperty))
    given = [quad.triple for quad in quads] + [t for t in everything if t.predicate.value.endswith("ViolationFinding")]
    for subject, predicate, object in pairs(given, names, PREMISES):
        closure.add((URIRef(subject), URIRef(predicate), URIRef(object)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    for name in (*CHAINS, *INVERSES):
        property = names.expand(name)
        expected = {(str(s), property, str(o)) for s, o in closure.subject_objects(URIRef(property))}
        assert expected
        assert pairs(everything, names, [name]) == expected, name
