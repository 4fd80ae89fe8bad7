"""Load: one file is one named graph; the hash of the sources changes when anything does that a release is made of."""

import dataclasses

import pytest

from kg.errors import EnvironmentFault, InputError
from kg.load import code_digest, digests, quads, source_hash, sources
from kg.settings import Settings

BASE = "https://w3id.org/servanda/graph/"


@pytest.fixture
def small(tmp_path):
    for name, text in {
        "ontology/prefixes.ttl": "[] <urn:p> 1 .",
        "data/decisions/a.ttl": "<urn:s> <urn:p> [ <urn:q> 1 ] .",
        "data/b.ttl": "<urn:s> <urn:p> 2 .",
        "ontology/rules/r.rq": "CONSTRUCT {} {}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Settings.load({}, root=tmp_path)


def test_each_file_is_a_graph_named_by_its_path(small):
    assert [(source.name, source.graph) for source in sources(small)] == [
        ("ontology/prefixes.ttl", BASE + "ontology/prefixes"),
        ("data/b.ttl", BASE + "data/b"),
        ("data/decisions/a.ttl", BASE + "data/decisions/a"),
    ]


def test_quads_are_in_their_graph_and_blank_nodes_are_of_the_file(small):
    found = quads(sources(small)[2])
    assert {quad.graph_name.value for quad in found} == {BASE + "data/decisions/a"}
    assert {str(quad.object) for quad in found if str(quad.object).startswith("_")} == {"_:data-decisions-a-b0"}


def test_every_graph_of_the_repository_can_be_read(settings):
    assert all(quads(source) for source in sources(settings))


def test_no_file_at_all(small):
    with pytest.raises(EnvironmentFault, match="no Turtle files in shapes"):
        sources(small, ("shapes",))


def test_bad_file_name(small):
    (small.data / "a b.ttl").write_text("<urn:s> <urn:p> 2 .")
    with pytest.raises(InputError, match=r"^data/a b.ttl: a path may only have letters"):
        sources(small)


@pytest.mark.parametrize("name", ["data/b.ttl", "ontology/rules/r.rq", "data/new.ttl"])
def test_digests_change_with_each_file(small, name):
    before = digests(small)
    assert digests(small) == before
    (small.root / name).write_text("<urn:s> <urn:p> 3 .")
    after = digests(small)
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == {name}


def test_hash_changes_with_everything_that_a_release_is_made_of():
    parts = ("code", {"data/b.ttl": "1"}, {"urn:g": {"file": "g.ttl", "digest": "2"}})
    others = [("other", *parts[1:]), (parts[0], {"data/b.ttl": "3"}, parts[2]), (*parts[:2], {})]
    assert len({source_hash(*parts), *(source_hash(*other) for other in others)}) == 4


def test_code_counts(small):
    assert code_digest(small) != code_digest(dataclasses.replace(small, base_iri="https://example.org/"))
