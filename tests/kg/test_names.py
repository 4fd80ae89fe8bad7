"""Names: prefixed name, IRI and local path are three ways to write the same thing."""

import pytest

from kg.errors import EnvironmentFault, InputError, NotFound, SyntaxFault
from kg.names import Names, check_iri, read_prefixes

BASE = "https://w3id.org/servanda/"
PAIRS = [
    ("sv:Finding", BASE + "def#Finding", "/def/Finding"),
    ("provision:iccpr-14-3-d", BASE + "id/provision/iccpr-14-3-d", "/id/provision/iccpr-14-3-d"),
    ("outcome:violation", BASE + "scheme/outcome/violation", "/scheme/outcome/violation"),
    ("scheme:outcome", BASE + "scheme/outcome", "/scheme/outcome"),
]


@pytest.mark.parametrize(("short", "iri", "path"), PAIRS)
def test_three_ways(names, short, iri, path):
    assert (names.expand(short), names.shorten(iri)) == (iri, short)
    assert (names.local_path(iri), names.iri_of(path)) == (path, iri)


def test_graph_iri_is_the_path(names):
    iri = names.graph_iri("data/decisions/cat-c-48-d-433-2010.ttl")
    assert iri == BASE + "graph/data/decisions/cat-c-48-d-433-2010"
    assert names.local_path(iri) == "/graph/data/decisions/cat-c-48-d-433-2010"
    assert names.derived_graph == BASE + "graph/derived"


def test_ontology_itself(names):
    assert names.local_path(BASE + "def") == "/def"
    assert names.iri_of("/def") == BASE + "def"


@pytest.mark.parametrize("iri", ["https://example.org/x", BASE + "id/a/../b", BASE + "page/x", BASE, BASE + "def#a/b"])
def test_what_is_not_ours_has_no_path(names, iri):
    assert names.local_path(iri) is None


@pytest.mark.parametrize(
    "path",
    ["/id/../etc/passwd", "/id/%2e%2e/x", "/id//evil.example", "/id/\\evil.example", "/id/a\0", "/id/a\n", "/x/y",
     "id/a", "/id/", "/def/a/b", "/id/a b", "/id/<x>"],
)  # fmt: skip
def test_path_that_no_iri_has(names, path):
    with pytest.raises(NotFound):
        names.iri_of(path)


@pytest.mark.parametrize("iri", [BASE + "id/provision/a(3)", "https://example.org/x", BASE + "id/provision/a."])
def test_no_prefix_fits(names, iri):
    assert not names.shorten(iri).startswith("provision:")


@pytest.mark.parametrize("text", ["<https://example.org/x>", "https://example.org/x"])
def test_iri_stays(names, text):
    assert names.expand(text) == "https://example.org/x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cat-12", '"cat-12" is neither an IRI nor a prefixed name such as communication:cat-433-2010'),
        ("nope:x", '"nope:x": unknown prefix "nope"; the prefixes are in ontology/prefixes.ttl'),
        ("sv:a b", "\"https://w3id.org/servanda/def#a b\" is not an IRI: Invalid IRI code point ' '"),
    ],
)
def test_bad_name(names, text, message):
    with pytest.raises(InputError) as caught:
        names.expand(text)
    assert str(caught.value) == message


def test_injection_is_no_iri():
    with pytest.raises(InputError, match="is not an IRI"):
        check_iri("http://e/x> ?p ?o } #")


def test_header_is_sparql(names, tiny):
    tiny.query(names.sparql_header() + "ASK { ?s a sv:Finding }")
    assert names.sparql_header().startswith(f"PREFIX sv: <{BASE}def#>\n")


def test_longest_namespace_wins():
    names = Names({"a": "https://example.org/", "b": "https://example.org/b/"}, BASE)
    assert names.shorten("https://example.org/b/c") == "b:c"


def test_prefix_table_is_missing_or_broken(tmp_path):
    with pytest.raises(EnvironmentFault, match="no such file"):
        read_prefixes(tmp_path / "prefixes.ttl")
    (tmp_path / "prefixes.ttl").write_text("<a> <b")
    with pytest.raises(SyntaxFault, match=r"prefixes.ttl:1:1: "):
        read_prefixes(tmp_path / "prefixes.ttl")
