"""The page of one document: what it is, its versions, what it answers, and what each of its passages says."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.claims import Claim, claims
from kg.errors import InputError
from kg.labels import Link
from kg.rows import by, first, link, links, text
from kg.saved import Row
from kg.store import Node
from web import entity
from web.present import local_name, thing
from web.site import current

blueprint = Blueprint("document", __name__)

DIGITS = re.compile(r"(\d+)")


class Fact(NamedTuple):
    """Hold one key fact of a document: the property and its values, each with what it is called."""

    property: Link
    values: tuple[tuple[Node, str], ...]


class Item(NamedTuple):
    """Hold one thing that is read from a passage; `role` is the property that names the passage, where it matters."""

    iri: str
    kind: Link
    text: str
    role: str
    claim: Claim | None
    grades: tuple[Link, ...]
    verbatim: str


class Passage(NamedTuple):
    """Hold one passage: its lines or paragraph in words, and what is read from it."""

    iri: str
    spot: str
    items: tuple[Item, ...]


@blueprint.get("/page/document/<slug:name>")
def page(name: str) -> Response:
    """Show one document; `kind` in the address shows only the passages from which things of one class are read."""
    if request.args.keys() - {"kind"}:
        return entity.page(f"document/{name}")
    subject = entity.existing(current(), f"/id/document/{name}")
    every = _passages(subject)
    kinds = Counter(kind for _, kind in {(item.iri, item.kind) for passage in every for item in passage.items})
    chosen = request.args.get("kind", "")
    if chosen and chosen not in {local_name(kind.iri) for kind in kinds}:
        raise InputError(f'nothing of the kind "{chosen}" is read from this document')
    tied = by(_rows("links", subject), "part")
    return entity.show(
        "document.html",
        entity.view(subject, f"/document/{name}"),
        facts=_facts(subject),
        answers=_answers(tied.get("answers", [])),
        judged=_named(tied.get("judges", []), "target"),
        decided=_named(tied.get("decides", []), "target"),
        cited=_named(tied.get("cited", []), "thing"),
        graphs=_named(tied.get("graph", []), "thing"),
        versions=_versions(subject),
        total=len(every),
        passages=[shown for passage in every if (shown := _only(passage, chosen))] if chosen else every,
        kinds=sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0].label)),
        chosen=chosen,
        repairs=_repairs(subject),
    )


def _rows(name: str, subject: str) -> list[Row]:
    return saved.run(current().store, f"page-document-{name}", document=subject)


def _facts(subject: str) -> list[Fact]:
    """Return the key facts in their order."""
    facts: dict[Link, dict[Node, str]] = {}
    for row in _rows("facts", subject):
        value, property = row["value"], link(row, "property")
        if value:
            facts.setdefault(property, {})[value] = _called(value)
    return [Fact(property, tuple(values.items())) for property, values in facts.items()]


def _called(node: Node) -> str:
    return thing(node.value).label if node.kind == "iri" else node.value


def _answers(rows: list[Row]) -> list[tuple[Link, Link]]:
    """Return each submission in the document with the document or decision that it answers."""
    pairs = {(text(row, "thing"), text(row, "target")) for row in rows}
    return sorted(((thing(answer), thing(target)) for answer, target in pairs), key=lambda pair: pair[0].label)


def _named(rows: list[Row], name: str) -> list[Link]:
    return sorted((thing(iri) for iri in {text(row, name) for row in rows}), key=lambda link: link.label)


def _versions(subject: str) -> list[dict[str, str | list[str]]]:
    """Return each version with its texts; one may have been read at several addresses."""
    versions: dict[str, dict[str, str | list[str]]] = {}
    for row in _rows("versions", subject):
        version = versions.setdefault(text(row, "version"), {**{key: text(row, key) for key in row}, "read": []})
        read = version["read"]
        if isinstance(read, list) and row["consulted"] and text(row, "consulted") not in read:
            read.append(text(row, "consulted"))
    return list(versions.values())


def _repairs(subject: str) -> list[tuple[Row, tuple[Link, ...]]]:
    """Return each repair with what confirms it."""
    repairs: dict[str, tuple[Row, dict[Link, None]]] = {}
    for row in _rows("repairs", subject):
        confirmed = repairs.setdefault(text(row, "repair"), (row, {}))[1]
        if row["confirmation"]:
            confirmed[link(row, "confirmation")] = None
    return [(row, tuple(confirmed)) for row, confirmed in repairs.values()]


def _passages(subject: str) -> list[Passage]:
    """Return the passages in the order of lines, or of paragraphs where there are no lines."""
    items: dict[str, list[Item]] = {}
    grades = by(_rows("grades", subject), "assessment")
    for row in _rows("items", subject):
        items.setdefault(text(row, "passage"), []).append(_item(row, grades.get(text(row, "item"), [])))
    found = sorted(_rows("passages", subject), key=_place)
    return [Passage(text(row, "passage"), _spot(row), tuple(items.get(text(row, "passage"), ()))) for row in found]


def _item(row: Row, graded: list[Row]) -> Item:
    iri, usual = text(row, "item"), text(row, "property") == current().names.expand("sv:inPassage")
    claim = claims(current().store).get(iri)
    said = claim.text if claim else text(row, "summary") or thing(iri).label
    return Item(
        iri=iri,
        kind=thing(text(row, "kind")),
        text=said,
        role="" if usual else thing(text(row, "property")).label,
        claim=claim,
        grades=links(graded, "grade"),
        verbatim=first(graded, "verbatim"),
    )


def _only(passage: Passage, kind: str) -> Passage | None:
    """Return a passage with its things of one class, or None where there are none."""
    items = tuple(item for item in passage.items if local_name(item.kind.iri) == kind)
    return passage._replace(items=items) if items else None


def _spot(row: Row) -> str:
    start, end = text(row, "from"), text(row, "to")
    if start:
        return start if start == end else f"{start}–{end}"
    return f"para. {text(row, 'paragraph')}" if row["paragraph"] else ""


def _place(row: Row) -> tuple[int, int, list[tuple[bool, int, str]]]:
    """Sort by lines, the longer passage before those in it, then paragraph 9 before paragraph 13."""
    parts = [(bool(index % 2), int(part) if index % 2 else 0, part)
             for index, part in enumerate(DIGITS.split(text(row, "paragraph")))]  # fmt: skip
    return int(text(row, "from") or 0), -int(text(row, "to") or 0), parts
