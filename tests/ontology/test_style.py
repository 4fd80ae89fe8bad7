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


def test_no_axiom_makes_a_reasoner_merge_things() -> None:
    used = {NAMES.expand(f"owl:{name}") for name in MERGING}
    for name, quads in ontology().of("ontology/"):
        for quad in quads:
            assert not used & {quad.predicate.value, value_of(quad.object)}, name


def test_there_are_at_most_sixty_classes() -> None:
    assert len(terms_of("owl:Class")) <= 60
