"""The rules of ontology/STYLE.md: each names what enforces it, and what only a test can enforce is enforced here."""

from __future__ import annotations

import re
from pathlib import Path

from kg.corpus import Corpus, gather, value_of
from kg.names import Names
from kg.queryfile import read_queries
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SETTINGS = Settings.load({}, root=ROOT)
NAMES = Names.load(SETTINGS)
STYLE = (SETTINGS.ontology / "STYLE.md").read_text(encoding="utf-8")
RULE = re.compile(r"^(\d+)\. (.+?)(?=^\d+\. |^## |\Z)", re.MULTILINE | re.DOTALL)
ENFORCER = re.compile(r"\b(?:check|shape):[\w-]+|\b(?:tests|kg)/[\w./]+\.py")
IN_CODE = {"check:known-term", "check:canonical-form", "check:blank-node", "check:syntax"}
MERGING = {"FunctionalProperty", "InverseFunctionalProperty", "hasKey", "maxCardinality", "cardinality", "sameAs"}


def ontology() -> Corpus:
    return gather(SETTINGS, NAMES)


def terms_of(kind: str) -> set[str]:
    """Return the local names of the terms of ours that have a type."""
    return {
        value_of(quad.subject).removeprefix(NAMES.expand("sv:"))
        for _, quads in ontology().of("ontology/")
        for quad in quads
        if value_of(quad.object) == NAMES.expand(kind) and value_of(quad.subject).startswith(NAMES.expand("sv:"))
    }


def enforcers() -> set[str]:
    shapes = {NAMES.shorten(value_of(quad.subject)) for _, quads in ontology().of("shapes/") for quad in quads}
    checks = {f"check:{query.name}" for query in read_queries(SETTINGS.ontology / "checks")}
    files = {path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("tests/**/*.py"), *ROOT.glob("kg/*.py")]}
    return shapes | checks | files | IN_CODE


def test_every_rule_names_what_enforces_it() -> None:
    rules = RULE.findall(STYLE)
    assert [int(number) for number, _ in rules] == list(range(1, len(rules) + 1))
    known = enforcers()
    for number, text in rules:
        named = set(ENFORCER.findall(text))
        assert named, f"rule {number} names nothing that enforces it"
        assert named <= known, f"rule {number} names {named - known}, which is not there"


def test_every_check_belongs_to_a_rule() -> None:
    checks = {f"check:{query.name}" for query in read_queries(SETTINGS.ontology / "checks")}
    assert checks <= set(ENFORCER.findall(STYLE))


def test_terms_are_named_in_camel_case() -> None:
    assert all(re.fullmatch(r"(UPR)?([A-Z][a-z]+)+", name) for name in terms_of("owl:Class"))
    properties = terms_of("owl:ObjectProperty") | terms_of("owl:DatatypeProperty")
    assert properties
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name) for name in properties)


def test_property_of_several_classes_says_which() -> None:
    quads = [quad for _, quads in ontology().of("ontology/") for quad in quads]
    notes = {
        value_of(q.subject): value_of(q.object) for q in quads if q.predicate.value == NAMES.expand("skos:scopeNote")
    }
    ranged = {value_of(q.subject) for q in quads if value_of(q.object) == NAMES.expand("owl:Thing")}
    assert ranged
    assert {term for term in ranged if not notes.get(term, "").startswith("A value is a ")} == set()


def test_ontology_files_have_one_version() -> None:
    said: dict[str, set[str]] = {}
    for name, quads in ontology().of("ontology/"):
        for quad in quads:
            if quad.predicate.value == NAMES.expand("owl:versionIRI"):
                assert value_of(quad.object).startswith(value_of(quad.subject) + "/"), name
                said.setdefault(name, set()).add(value_of(quad.object).rsplit("/", 1)[-1])
    paths = [*SETTINGS.ontology.glob("*.ttl"), *SETTINGS.ontology.glob("labels/*.ttl")]
    files = {path.relative_to(ROOT).as_posix() for path in paths} - {"ontology/prefixes.ttl"}
    assert set(said) == files
    assert {name: versions for name, versions in said.items() if versions != said["ontology/core.ttl"]} == {}
    for name in files:
        (version,) = said[name]
        assert f'owl:versionInfo "{version}"' in (ROOT / name).read_text(encoding="utf-8")


def test_deprecated_term_says_since_when() -> None:
    quads = [quad for _, quads in ontology().of("ontology/") for quad in quads]
    said = {(value_of(q.subject), NAMES.shorten(q.predicate.value), value_of(q.object)) for q in quads}
    for term in {subject for subject, path, _ in said if path == "owl:deprecated"}:
        notes = [text for subject, path, text in said if (subject, path) == (term, "skos:changeNote")]
        assert any(re.match(r"\d+\.\d+\.0: deprecated: ", text) for text in notes), term
        assert (term, "vs:term_status", "archaic") in said or (term, "rdf:type", NAMES.expand("skos:Concept")) in said


def test_matches_are_no_axioms_and_terms_match_nothing_exactly() -> None:
    axioms = {NAMES.expand(f"owl:{name}") for name in ("equivalentClass", "equivalentProperty", "sameAs")}
    for name, quads in ontology().of("ontology/align"):
        for quad in quads:
            own = value_of(quad.subject).startswith(NAMES.expand("sv:"))
            assert quad.predicate.value not in axioms, name
            assert not (own and quad.predicate.value == NAMES.expand("skos:exactMatch")), value_of(quad.subject)
            assert not (own and not quad.predicate.value.endswith("Match")), value_of(quad.subject)


def test_no_axiom_makes_a_reasoner_merge_things() -> None:
    used = {NAMES.expand(f"owl:{name}") for name in MERGING}
    for name, quads in ontology().of("ontology/"):
        for quad in quads:
            assert not used & {quad.predicate.value, value_of(quad.object)}, name


def test_there_are_at_most_sixty_classes() -> None:
    assert len(terms_of("owl:Class")) <= 60
