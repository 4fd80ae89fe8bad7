"""The page of one follow-up procedure: where it stands, what it follows up, who said what when, and by which day."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.deadlines import STATUSES, deadlines
from kg.rows import Links, by, distinct, first, flag, links
from kg.saved import Row
from web import entity
from web.grades import Grade, grades
from web.site import current

blueprint = Blueprint("procedure", __name__)


class Event(NamedTuple):
    """Hold one dated step: what happened, by whom, and where that is stated."""

    iri: str
    date: str
    kind: str
    actors: Links
    documents: Links
    notes: tuple[str, ...]
    passages: Links


class Part(NamedTuple):
    """Hold one part of a selected recommendation with its grades."""

    letter: str
    summary: str
    grades: tuple[Grade, ...]


class Selected(NamedTuple):
    """Hold one recommendation that the procedure follows, or one requested measure, with its parts."""

    iri: str
    label: str
    measure: bool
    parts: tuple[Part, ...]


class Submission(NamedTuple):
    """Hold one reply or report: on which parts it speaks, on which it is silent, as 24 (c), (d)."""

    iri: str
    label: str
    authors: Links
    date: str
    notes: tuple[str, ...]
    documents: Links
    passages: Links
    spoken: tuple[str, ...]
    silent: tuple[str, ...]
    rule: str


class Ask(NamedTuple):
    """Hold one request for information: on which parts, and the answer or where it is awaited."""

    iri: str
    summary: str
    parts: tuple[str, ...]
    date: str
    replies: Links
    awaited: bool
    rule: str
    cycles: Links
    passages: Links


@blueprint.get("/page/procedure/<slug:name>")
def page(name: str) -> Response:
    """Show one procedure: key facts, timeline, recommendations, submissions, deadlines, then all statements."""
    if request.args:
        return entity.page(f"procedure/{name}")
    subject = entity.existing(current(), f"/id/procedure/{name}")
    facts = _rows("page-procedure", subject)
    graded = grades(_rows("page-procedure-grades", subject))
    submissions = _rows("page-procedure-submissions", subject)
    asks = _asks(subject)
    moved = {iri for ask in asks for iri, _ in ask.cycles}
    every = deadlines(current().store)
    return entity.show(
        "procedure.html",
        entity.view(subject, f"/procedure/{name}"),
        facts={key: links(facts, key) for key in ("type", "status", "body", "state", "cycle", "communication")},
        followed=[
            (iri, first(rows, "followedName"), first(rows, "followedTitle"))
            for iri, rows in by(facts, "followed").items()
        ],
        status_meaning=first(facts, "statusMeaning"),
        type_meaning=first(facts, "typeMeaning"),
        notes=distinct(facts, "note"),
        events=_events(subject),
        selected=_selected(subject, graded),
        tally=_tally(graded),
        plans=[
            (links(rows, "document"), first(rows, "summary"), *grades(rows))
            for rows in by(_rows("page-procedure-plans", subject), "assessment").values()
        ],
        replies=_submissions(submissions, "reply"),
        reports=_submissions(submissions, "report"),
        asks=asks,
        rows=[row for row in every if subject in {link.iri for link in row.procedures}],
        next_rows=[row for row in every if not row.procedures and moved & {link.iri for link in row.cycles}],
        statuses=STATUSES,
        today=current().manifest.built[:10],
    )


def _rows(name: str, subject: str) -> list[Row]:
    return saved.run(current().store, name, procedure=subject)


def _events(subject: str) -> list[Event]:
    return [
        Event(
            iri=iri,
            date=first(rows, "date"),
            kind=first(rows, "typeName") or first(rows, "eventName"),
            actors=links(rows, "actor"),
            documents=links(rows, "document"),
            notes=distinct(rows, "note"),
            passages=links(rows, "passage"),
        )
        for iri, rows in by(_rows("page-procedure-events", subject), "event").items()
    ]


def _selected(subject: str, graded: tuple[Grade, ...]) -> list[Selected]:
    """Return what the procedure follows, by number of paragraph."""
    selected = [
        Selected(
            iri=iri,
            label=first(rows, "selectedName"),
            measure=flag(rows[0], "measure"),
            parts=tuple(
                Part(
                    letter=first(found, "letter"),
                    summary=first(found, "partName"),
                    grades=tuple(grade for grade in graded if part in grade.parts),
                )
                for part, found in by(rows, "part").items()
            ),
        )
        for iri, rows in by(_rows("page-procedure-parts", subject), "selected").items()
    ]
    return sorted(selected, key=lambda item: _paragraph(item.label))


def _paragraph(label: str) -> tuple[tuple[int, str], ...]:
    """Sort paragraph 8 before paragraph 10."""
    return tuple((int(word), "") if word.isdigit() else (0, word) for word in label.replace(":", " ").split())


def _tally(graded: tuple[Grade, ...]) -> dict[str, list[tuple[tuple[str, str], int]]]:
    """Count the parts that got each grade, by the dimension that is graded."""
    counted: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for grade in graded:
        for value in grade.values:
            counted[value.dimension][value.iri, value.label] += len(grade.parts)
    return {dimension: sorted(counts.items()) for dimension, counts in sorted(counted.items())}


def _submissions(rows: list[Row], kind: str) -> list[Submission]:
    given = [row for row in rows if str(row["kind"]) == kind]
    return [
        Submission(
            iri=iri,
            label=first(found, "submissionName"),
            authors=links(found, "by"),
            date=first(found, "date"),
            notes=distinct(found, "note"),
            documents=links(found, "document"),
            passages=links(found, "passage"),
            spoken=_numbered(found, "spoken"),
            silent=_numbered(found, "silent"),
            rule=first(found, "rule"),
        )
        for iri, found in by(given, "submission").items()
    ]


def _numbered(rows: list[Row], name: str) -> tuple[str, ...]:
    """Return the parts of one column by the number of their recommendation, as 24 (a), (b)."""
    return tuple(
        f"{number} {', '.join(f'({letter})' for letter in distinct(found, f'{name}Letter'))}".strip()
        for number, found in by(rows, f"{name}Number").items()
    )


def _asks(subject: str) -> list[Ask]:
    return [
        Ask(
            iri=iri,
            summary=first(rows, "summary") or first(rows, "label"),
            parts=_numbered(rows, "on"),
            date=first(rows, "date"),
            replies=links(rows, "reply"),
            awaited=bool(distinct(rows, "awaits")),
            rule=first(rows, "rule"),
            cycles=links(rows, "cycle"),
            passages=links(rows, "passage"),
        )
        for iri, rows in by(_rows("page-procedure-requests", subject), "request").items()
    ]
