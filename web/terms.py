"""The pages of one term of the ontology and of one controlled list: words in each language, rules, live counts."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.labels import Link
from kg.rows import by, text
from kg.saved import Row
from kg.store import Node
from web import entity
from web.ontology import LANGUAGES, chosen_language
from web.present import local_name, thing
from web.site import current

blueprint = Blueprint("terms", __name__)

CLASSES = ("owl:Class", "rdfs:Class")
PROPERTIES = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
CONCEPT_TEXTS = ("notation", "label", "definition", "note")
Parts = dict[str, list[Node]]


class Rule(NamedTuple):
    """Hold one shape rule: what it checks, how grave a breach is, and what it says to whoever breaks it."""

    iri: str
    severity: str
    message: str
    russian: str
    path: Link | None
    targets: tuple[Link, ...]


class Property(NamedTuple):
    """Hold one property of a class: how many values its shapes allow, of what kind, and how often it is used."""

    link: Link
    least: int
    most: int | None
    of: tuple[Link, ...]
    ruled: bool
    """whether the shapes of the class know it"""
    things: int
    statements: int


class Concept(NamedTuple):
    """Hold one concept of a list, in the language of the page; `depth` is how far it is below a top concept."""

    iri: str
    notation: str
    label: str
    definition: str
    note: str
    uses: int
    depth: int


@blueprint.get("/page/def/<slug:name>")
def term(name: str) -> Response:
    """Show one class or property: its words, its rules, its ties and its use; a module is shown as any other thing."""
    site = current()
    subject = entity.existing(site, f"/def/{name}")
    parts = _parts(subject)
    kinds = {site.names.shorten(node.value) for node in parts.get("type", [])}
    if request.args or not kinds & {*CLASSES, *PROPERTIES}:
        return entity.page(f"def/{name}")
    is_class = bool(kinds & set(CLASSES))
    rules = saved.run(site.store, f"page-{'class' if is_class else 'property'}-rules", **_bound(subject, is_class))
    uses = saved.run(site.store, f"page-{'class' if is_class else 'property'}-uses", **_bound(subject, is_class))
    return entity.show(
        "term.html",
        entity.view(subject, f"/def/{name}"),
        parts=parts,
        linked=_linked(parts),
        words=_words(parts),
        languages=LANGUAGES,
        is_class=is_class,
        rules=_rules(rules),
        held=_properties(subject, uses) if is_class else [],
        things=max((_number(row, "things") for row in uses), default=0) if is_class else 0,
        users=[] if is_class else _users(uses),
    )


@blueprint.get("/page/scheme/<slug:name>")
def scheme(name: str) -> Response:
    """Show one controlled list: words, validity, dimension and concepts; `lang` in the address chooses the language."""
    if request.args.keys() - {"lang"}:
        return entity.page(f"scheme/{name}")
    site, language = current(), chosen_language()
    subject = entity.existing(site, f"/scheme/{name}")
    parts = _parts(subject)
    rows = saved.run(site.store, "page-scheme-concepts", scheme=subject, language=language)
    return entity.show(
        "scheme.html",
        entity.view(subject, f"/scheme/{name}"),
        parts=parts,
        linked=_linked(parts),
        words=_words(parts),
        languages=LANGUAGES,
        language=language,
        concepts=_concepts(rows),
    )


def _users(rows: list[Row]) -> list[tuple[Link, int, int]]:
    """Return the classes whose things have a property, with the number of things and of statements."""
    return [(thing(text(row, "class")), _number(row, "things"), _number(row, "statements")) for row in rows]


def _bound(subject: str, is_class: bool) -> dict[str, Node | str | int]:
    return {"class" if is_class else "property": subject}


def _parts(subject: str) -> Parts:
    parts: Parts = {}
    for row in saved.run(current().store, "page-term", term=subject):
        node = row["value"]
        if node is not None:
            parts.setdefault(text(row, "part"), []).append(node)
    return parts


def _linked(parts: Parts) -> dict[str, list[Link]]:
    """Return the things among the parts, each with its label."""
    return {
        part: [thing(node.value) for node in dict.fromkeys(nodes) if node.kind == "iri"]
        for part, nodes in parts.items()
    }


def _words(parts: Parts) -> dict[str, dict[str, str]]:
    """Return label, definition and note in each language."""
    words: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for part in ("label", "definition", "note"):
        for node in parts.get(part, []):
            if node.language in words:
                known = words[node.language].get(part)
                words[node.language][part] = f"{known} {node.value}" if known else node.value
    return words


def _rules(rows: list[Row]) -> list[Rule]:
    """Return each rule once, with the classes whose things it checks."""
    return [
        Rule(
            iri=iri,
            severity=local_name(text(found[0], "severity")).lower(),
            message=text(found[0], "message"),
            russian=text(found[0], "russian"),
            path=thing(text(found[0], "path")) if found[0].get("path") else None,
            targets=tuple(dict.fromkeys(thing(text(row, "target")) for row in found if row["target"])),
        )
        for iri, found in by(rows, "rule").items()
    ]


def _properties(subject: str, uses: list[Row]) -> list[Property]:
    """Return what the shapes of a class know of its properties, and those in use that they leave free."""
    known = by(saved.run(current().store, "page-class-properties", **_bound(subject, True)), "property")
    used = {text(row, "property"): row for row in uses}
    made = []
    for iri in (*known, *(iri for iri in used if iri not in known)):
        rows = known.get(iri, [])
        least = max((_number(row, "min") for row in rows), default=0)
        most = min((_number(row, "max") for row in rows if row["max"]), default=None)
        of = [text(row, "of") for row in rows if row["of"]] or [text(row, "range") for row in rows if row["range"]]
        things, statements = (_number(used[iri], name) if iri in used else 0 for name in ("things", "statements"))
        kinds = tuple(dict.fromkeys(map(thing, of)))
        made.append(Property(thing(iri), least, most, kinds, bool(rows), things, statements))
    return sorted(made, key=lambda item: (not item.ruled, -item.things, item.link.label))


def _concepts(rows: list[Row]) -> list[Concept]:
    """Return the concepts in the order of their notation, narrower ones below the wider one."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(text(row, "concept"), row)
    below: dict[str, list[str]] = {}
    for iri, row in first.items():
        wider = text(row, "broader")
        below.setdefault(wider if wider in first else "", []).append(iri)

    def walk(wider: str, depth: int) -> list[Concept]:
        found = []
        for iri in below.get(wider, []):
            row = first[iri]
            notation, called, meaning, note = (text(row, name) for name in CONCEPT_TEXTS)
            found += [Concept(iri, notation, called, meaning, note, _number(row, "uses"), depth)]
            found += walk(iri, depth + 1)
        return found

    return walk("", 0)


def _number(row: Row, name: str) -> int:
    return int(text(row, name) or 0)
