"""The rules against OWL 2 RL: owlrl judges that all which follows from the ontology is derived, and nothing false.

The rules that go beyond OWL are named here. What they add counts as stated, because the axioms build on it: a violated
article follows by a property chain from a finding of violation. Left out of the comparison, and of the graph, is what
`left_out` says.
"""

from __future__ import annotations

from collections.abc import Iterable

import owlrl
import pytest
from pyoxigraph import NamedNode, Triple
from rdflib import OWL, RDF, RDFS, Literal, URIRef
from rdflib.term import Node as Term

from kg import load, reason, validate
from kg.names import Names
from kg.rules import rules
from kg.store import Store, iri, match, to_node
from kg.turtle import parse_turtle
from tests.kg.test_reason import CASE, FOLLOW_UP, SETTINGS, merged, ontology
from tests.kg.test_rules import CLAIMS, DEADLINES

BEYOND_OWL = {
    *("awaits-answer-from", "days-late", "derived-status", "due-date", "has-violation-finding", "may-contradict"),
    *("may-contradict-figure", "observation", "observation-data-set", "observation-identifier"),
    *("recommendation-reiterates", "repeats-claim", "reported-claim", "silent-on"),
}
AXIOMS = (RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.propertyChainAxiom)
ABOUT_TERMS = (
    *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range),
    *(OWL.equivalentClass, OWL.equivalentProperty, OWL.disjointWith),
)
ANNOTATIONS = (RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo, OWL.versionIRI, OWL.imports)


def left_out(triple: tuple[Term, Term, Term]) -> bool:
    """Tell whether a statement of the closure is one that no rule derives.

    These are: a literal as subject, which RDF does not allow; a thing is the same as itself; a thing is an owl:Thing;
    what follows about the terms of the ontology and about datatypes, as opposed to things.
    """
    subject, predicate, object = triple
    if isinstance(subject, Literal) or (predicate == OWL.sameAs and subject == object) or predicate in ABOUT_TERMS:
        return True
    return predicate == RDF.type and str(object).startswith((str(OWL), str(RDFS)))


def compare(stated: list[Triple], names: Names) -> set[str]:
    """Derive, assert that owlrl gives the same, and return the names of the rules that added something."""
    made = merged(stated, names)
    reason.derive(made, SETTINGS)
    given = set(stated) | set(described(made, names))
    derived = [quad.triple for quad in match(made, graph=iri(names.derived_graph)) if quad.triple not in given]
    rule_of = {triple: name_of_rule(made, triple) for triple in derived}
    base = validate.graph_of([*given, *(triple for triple in derived if rule_of[triple] in BEYOND_OWL)])
    before = set(base)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(base)
    ours = set(validate.graph_of(derived))
    assert {triple for triple in set(base) - before - ours if not left_out(triple)} == set()
    assert ours - set(base) == set()
    assert not [triple for triple in derived if triple.predicate == NamedNode(str(OWL.sameAs))]
    return set(rule_of.values())


def described(made: Store, names: Names) -> Iterable[Triple]:
    """Return what the derived graph says of the rules themselves."""
    for rule in rules(SETTINGS):
        yield from (quad.triple for quad in match(made, iri(rule.iri), graph=iri(names.derived_graph)))


def name_of_rule(made: Store, triple: Triple) -> str:
    terms = [to_node(term) for term in (triple.subject, triple.predicate, triple.object)]  # type: ignore[arg-type]
    found = reason.rule_of(made, SETTINGS, *terms)
    assert found, triple
    return found.name


def test_rules_equal_owl_on_a_small_graph(names: Names) -> None:
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.prefixes.items())
    facts = (CASE + FOLLOW_UP + CLAIMS + DEADLINES).replace("state:s", "state:kaz")
    facts += "body:cat a sv:TreatyBody . decision:e sv:decides communication:e ."
    terms = {NamedNode(str(name)) for name in (*AXIOMS, RDF.type, RDF.first, RDF.rest)}
    axioms = [triple for triple in ontology() if triple.predicate in terms]
    assert compare([*axioms, *parse_turtle((head + facts).encode(), "test.ttl")], names) > {
        *("superclass", "domain", "range", "inverse", "inverse-of-inverse", "part-of-part", "violated-article"),
        *("breached-obligation", "has-violation-finding", "observation", "may-contradict"),
    }


@pytest.mark.judge
def test_rules_equal_owl_on_all_that_is_shipped(names: Names) -> None:
    sources = load.sources(SETTINGS, ("ontology", "data"))
    used = compare([quad.triple for source in sources for quad in load.quads(source)], names)
    assert used >= BEYOND_OWL


def test_every_kind_of_axiom_has_a_rule() -> None:
    graph = validate.graph_of(ontology())
    schema = {str(predicate) for predicate in graph.predicates() if str(predicate).startswith((str(OWL), str(RDFS)))}
    assert schema <= {str(term) for term in (*AXIOMS, *ANNOTATIONS)}
    kinds = {kind for kind in graph.objects(None, RDF.type) if str(kind).startswith(str(OWL))}
    assert kinds <= {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.Ontology, OWL.TransitiveProperty}
    assert set(graph.subjects(RDF.type, OWL.TransitiveProperty)) == {URIRef(SETTINGS.base_iri + "def#partOf")}


def test_a_statement_that_is_not_derived_is_seen() -> None:
    assert not left_out((URIRef("urn:a"), OWL.sameAs, URIRef("urn:b")))
    assert not left_out((URIRef("urn:a"), RDF.type, URIRef("urn:c")))
    assert not left_out((URIRef("urn:a"), URIRef("urn:p"), Literal("b")))


def test_a_false_or_missing_statement_fails(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tuple(rule for rule in rules(SETTINGS) if rule.name != "superclass")
    monkeypatch.setattr(reason, "rules", lambda settings: kept)
    facts = [Triple(NamedNode("urn:a"), NamedNode(str(RDF.type)), NamedNode(names.expand("sv:State")))]
    axioms = [triple for triple in ontology() if triple.predicate == NamedNode(str(RDFS.subClassOf))]
    with pytest.raises(AssertionError, match="Agent"):
        compare([*axioms, *facts], names)
