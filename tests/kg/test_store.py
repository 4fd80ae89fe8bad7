"""Store: terms are bound, both datasets are named, and every failure has its own error."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg import store
from kg.errors import InputError, QueryRefused, QuerySyntaxError, StoreFault
from kg.store import Node

EX = "https://example.org/"
PREFIXES = {"ex": EX, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}


def test_select_binds_terms(tiny):
    rows = store.select(tiny, "SELECT ?s ?o { ?s ex:article ?o } ORDER BY ?o", {"s": store.iri(EX + "case")}, PREFIXES)
    assert [row["o"] for row in rows] == [store.iri(EX + "cat-12"), store.iri(EX + "cat-13")]


def test_unbound_is_none(tiny):
    rows = store.select(tiny, "SELECT ?x ?y { BIND(1 AS ?x) }")
    assert rows == [{"x": store.literal(1), "y": None}]


def test_default_graph_counts_a_statement_once(tiny):
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert store.select(tiny, count)[0]["n"] == store.literal(6)


def test_named_graphs_are_seen(tiny):
    rows = store.select(tiny, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert rows == [{"g": store.iri(EX + "graph")}]
    assert store.graphs(tiny) == [EX + "graph"]


def test_construct_and_ask(tiny):
    triples = store.construct(tiny, "CONSTRUCT { ?o ex:in ?s } { ?s ex:article ?o }", prefixes=PREFIXES)
    assert {triple.predicate.value for triple in triples} == {EX + "in"}
    assert store.ask(tiny, "ASK { ?s ex:year 2012 }", prefixes=PREFIXES)


@pytest.mark.parametrize("function", [store.select, store.construct, store.ask])
def test_wrong_form_is_refused(tiny, function):
    text = "SELECT * {}" if function is not store.select else "ASK {}"
    with pytest.raises(QueryRefused, match="query is expected"):
        function(tiny, text)


def test_syntax_error_has_a_place(tiny):
    with pytest.raises(QuerySyntaxError) as caught:
        store.select(tiny, "SELECT ?s {\n ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_update_is_no_query(tiny):
    with pytest.raises(QuerySyntaxError):
        store.select(tiny, "DROP ALL")
    assert len(tiny) == 12


def test_binding_outside_the_projection_is_told(tiny):
    with pytest.raises(QueryRefused, match=r"^\?s is bound, so it must be in the SELECT clause$"):
        store.select(tiny, "SELECT ?o { ?s ?p ?o }", {"s": store.iri(EX)})


def test_injection_cannot_be_bound(tiny):
    with pytest.raises(InputError, match="is not a valid iri"):
        store.select(tiny, "SELECT ?s { ?s ?p ?o }", {"s": store.iri("http://e/x> ?p ?o } #")})


@pytest.mark.parametrize(
    "term", [NamedNode(EX), BlankNode("b1"), Literal("a"), Literal("a", language="en"), Literal(1)]
)
def test_node_round_trip(term):
    assert store.to_term(store.to_node(term)) == term


def test_triple_term_is_refused():
    with pytest.raises(InputError, match=r"RDF 1\.2 triple terms not supported"):
        store.to_node(Triple(NamedNode(EX), NamedNode(EX), NamedNode(EX)))


def test_literals_of_python():
    assert store.literal(True) == Node("literal", "true", store.XSD + "boolean")
    assert store.literal("a", language="en").datatype == store.RDF_LANG_STRING


def test_match_looks_in_one_graph(tiny):
    case = store.iri(EX + "case")
    assert len(store.match(tiny, case)) == 5
    assert len(store.match(tiny, case, graph=store.iri(EX + "graph"))) == 5
    assert len(store.match(tiny, case, any_graph=True)) == 10
    assert store.match(tiny, case, graph=store.iri(EX + "other")) == []


def test_open_missing_store(tmp_path):
    with pytest.raises(StoreFault, match="no store there; run `servanda build` first"):
        store.open_read_only(tmp_path / "none")


def test_open_damaged_store(tmp_path):
    (tmp_path / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreFault, match="the store cannot be opened"):
        store.open_read_only(tmp_path)


def test_store_is_only_made_afresh(tmp_path):
    made = store.create(tmp_path / "a" / "store")
    made.add(Quad(NamedNode(EX), NamedNode(EX), Literal(1)))
    made.flush()
    assert len(store.open_read_only(tmp_path / "a" / "store")) == 1
    with pytest.raises(StoreFault, match="cannot make a store"):
        store.create(tmp_path / "a" / "store")
