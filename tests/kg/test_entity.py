"""What is known of one IRI: groups, sources, rules, what points to it, what a graph holds, and the same as RDF."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import RdfFormat, parse

from kg.entity import Entity, Group, as_rdf, describe, incoming
from kg.errors import InputError, NotFound, UsageError
from kg.names import Names
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store, graphs, iri, match

CASE = "communication:cat-433-2010"
PARSERS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    return open_release(released).store


@pytest.fixture
def known(store: Store, released: Settings, names: Names) -> Known:
    return Known(store, released, names)


class Known:
    """Describe entities by their short names."""

    def __init__(self, store: Store, settings: Settings, names: Names) -> None:
        self.store, self.settings, self.names = store, settings, names

    def entity(self, name: str) -> Entity:
        return describe(self.store, self.names.expand(name), self.settings)

    def group(self, name: str, property: str) -> Group:
        return next(g for g in self.entity(name).groups if g.property.iri == self.names.expand(property))


def test_a_case(known: Known) -> None:
    entity = known.entity(CASE)
    assert entity.label == "Gerasimov v. Kazakhstan (CAT 433/2010)"
    assert [kind.label for kind in entity.types] == ["communication"]
    assert entity.description
    assert entity.contents is None
    group = known.group(CASE, "sv:invokesProvision")
    assert (group.property.label, group.count) == ("invokes provision", 6)
    assert group.definition.startswith("A provision that the cover page")
    assert [value.label.partition(":")[0] for value in group.values] == [
        f"CAT {number}" for number in (1, 2, 12, 13, 14, 22)
    ]


def test_each_value_names_the_graphs_that_state_it(known: Known) -> None:
    sources = {source for value in known.group(CASE, "sv:submittedTo").values for source in value.sources}
    assert {source.iri for source in sources} == {known.names.graph_iri("data/decisions/cat-c-48-d-433-2010")}
    assert {source.label for source in sources} == {"CAT/C/48/D/433/2010: Gerasimov v. Kazakhstan"}
    assert len(known.group("communication:cat-444-2010", "sv:submittedTo").values[0].sources) == 2


@pytest.mark.parametrize(
    ("name", "property", "rules"),
    [
        (CASE, "sv:violatedProvision", {"violated-provision"}),
        (CASE, "sv:breachedObligation", {"breached-obligation", "breached-obligation-of-whole"}),
        ("decision:cat-c-48-d-433-2010", "sv:decides", {"inverse"}),
        (CASE, "sv:author", {None}),
    ],
)
def test_what_is_inferred_names_its_rule(known: Known, name: str, property: str, rules: set[str | None]) -> None:
    values = known.group(name, property).values
    assert {value.rule and value.rule.name for value in values} == rules


def test_what_was_stated_comes_before_what_was_inferred(known: Known) -> None:
    groups = [group.property.label for group in known.entity(CASE).groups]
    assert groups[0] == "label"
    assert groups[-1] == "type"
    assert groups.index("communication number") < groups.index("invokes provision") < groups.index("violated article")
    inferred = [all(value.rule for value in group.values) for group in known.entity(CASE).groups[:-1]]
    assert inferred == sorted(inferred)


def test_what_points_to_an_entity_is_counted_and_paged(known: Known, released: Settings) -> None:
    state = known.names.expand("state:kaz")
    group = next(group for group in known.entity("state:kaz").incoming if group.property.label == "respondent")
    assert (group.count, len(group.values)) == (89, 20)
    pages = [incoming(known.store, state, group.property.iri, released, start, 50) for start in (0, 50)]
    assert [len(page.values) for page in pages] == [50, 39]
    shown = [value.label for page in pages for value in page.values]
    assert len(set(shown)) == 89
    assert shown[:20] == [value.label for value in group.values]


def test_nothing_points_with_an_unknown_property(known: Known, released: Settings) -> None:
    group = incoming(known.store, known.names.expand("state:kaz"), known.names.expand("sv:author"), released)
    assert (group.count, group.values) == (0, ())


def test_incoming_values_name_their_rule(known: Known) -> None:
    groups = {group.property.label: group for group in known.entity("provision:cat-12").incoming}
    assert {value.rule and value.rule.name for value in groups["violated article"].values} == {"violated-article"}
    assert {value.rule for value in groups["provision"].values} == {None}


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [
        ("sv:Finding", "class", "finding"),
        ("sv:violatedArticle", "object property", "violated article"),
        ("outcome:violation", "concept", "violation"),
        ("scheme:outcome", "concept scheme", "Outcomes of decisions and findings"),
        ("rule:inverse", "derivation rule", "A statement holds in both directions"),
        ("shape:communication", "node shape", "shape:communication"),
        ("person:d51a1486", "person", "Alexander Gerasimov"),
    ],
)
def test_everything_is_an_entity(known: Known, name: str, kind: str, label: str) -> None:
    entity = known.entity(name)
    assert ([link.label for link in entity.types], entity.label) == ([kind], label)


def test_every_graph_is_an_entity_with_contents(known: Known, released: Settings) -> None:
    for graph in graphs(known.store):
        contents = describe(known.store, graph, released).contents
        assert contents
        assert contents.statements == len(match(known.store, graph=iri(graph)))
        assert len(contents.first) == min(contents.subjects, 20)


def test_blank_nodes_are_shown_by_what_they_hold(known: Known) -> None:
    chain = known.group("sv:violatedArticle", "owl:propertyChainAxiom").values
    assert [value.label for value in chain] == ["(violated provision, in article)"]
    path = known.group("shape:S23-communication-decision", "sh:path").values
    assert [value.label for value in path] == ["[alternative path (has decision, [inverse path decides])]"]


@pytest.mark.parametrize("name", ["communication:cat-1-1999", "sv:NoSuchTerm", "https://example.org/"])
def test_an_unknown_entity(known: Known, name: str) -> None:
    with pytest.raises(NotFound, match="no such resource"):
        known.entity(name)
    with pytest.raises(NotFound, match="no such resource"):
        as_rdf(known.store, known.names.expand(name), known.settings)


@pytest.mark.parametrize("text", ["x> ?p ?o } #", "no scheme", ""])
def test_text_that_is_no_iri(known: Known, text: str) -> None:
    with pytest.raises(InputError, match="not a valid iri"):
        describe(known.store, text, known.settings)


@pytest.mark.parametrize("format", PARSERS)
@pytest.mark.parametrize("name", [CASE, "sv:violatedArticle", "body:cat"])
def test_an_entity_as_rdf(known: Known, name: str, format: str) -> None:
    subject = known.names.expand(name)
    quads = list(parse(as_rdf(known.store, subject, known.settings, format), PARSERS[format]))
    stated = {quad.predicate.value for quad in match(known.store, iri(subject))}
    assert {quad.predicate.value for quad in quads if str(quad.subject) == f"<{subject}>"} == stated
    assert any(str(quad.object) == f"<{subject}>" for quad in quads) or name == "sv:violatedArticle"
    named = format in ("trig", "nquads")
    assert all(hasattr(quad.graph_name, "value") == named for quad in quads)


def test_what_points_there_is_bounded(known: Known) -> None:
    subject = known.names.expand("state:kaz")
    data = as_rdf(known.store, subject, known.settings, "ntriples", limit=10).decode()
    assert data.count(f"<{subject}> .") == 10


def test_a_graph_as_rdf_is_all_it_holds(known: Known) -> None:
    graph = known.names.graph_iri("data/reference/bodies")
    quads = list(parse(as_rdf(known.store, graph, known.settings, "trig"), RdfFormat.TRIG))
    assert len(quads) == len(match(known.store, graph=iri(graph)))
    assert json.loads(as_rdf(known.store, graph, known.settings, "jsonld"))


def test_an_unknown_format(known: Known) -> None:
    with pytest.raises(UsageError, match='"docx" is not an RDF format'):
        as_rdf(known.store, known.names.expand("body:cat"), known.settings, "docx")
