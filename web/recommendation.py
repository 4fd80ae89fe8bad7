"""The page of one recommendation: its parts, and on each part the three voices, the grade and what is still asked."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.rows import Links, by, distinct, first, links, text
from kg.saved import Row
from web import entity
from web.grades import Grade, grades
from web.site import current
from web.voices import VOICES, Speaker, voices

blueprint = Blueprint("recommendation", __name__)


class Silence(NamedTuple):
    """Hold that a submission says nothing on a part; `rule` where that is inferred, passages where it is noted."""

    submission: tuple[str, str]
    authors: Links
    date: str
    rule: str
    passages: Links


class Measure(NamedTuple):
    """Hold one thing done or planned, as somebody reports it."""

    iri: str
    label: str
    date: str
    stages: Links
    says: Links
    acts: Links
    passages: Links


class Ask(NamedTuple):
    """Hold one request for information: to which parts, what was asked, and the answer or where it is awaited."""

    iri: str
    summary: str
    letters: tuple[str, ...]
    date: str
    replies: Links
    awaited: bool
    rule: str
    cycles: Links
    clarified: Links
    passages: Links


class Part(NamedTuple):
    """Hold one part of a recommendation with all that is said about it."""

    iri: str
    letter: str
    letter_by: Links
    summary: str
    notes: tuple[str, ...]
    remedies: Links
    themes: Links
    groups: Links
    provisions: Links
    needs: tuple[str, ...]
    passages: Links
    status: Links
    status_rule: str
    grades: tuple[Grade, ...]
    voices: dict[str, tuple[Speaker, ...]]
    silent: dict[str, tuple[Silence, ...]]
    measures: tuple[Measure, ...]
    asks: tuple[Ask, ...]


class Round(NamedTuple):
    """Hold one step in the history: the recommendation made, made again, or graded (then with the grade)."""

    sort: str
    date: str
    relation: str
    made: tuple[str, str]
    letters: tuple[str, ...]
    documents: Links
    cycles: Links
    passages: Links
    grade: Grade | None = None


@blueprint.get("/page/recommendation/<slug:name>")
def page(name: str) -> Response:
    """Show one recommendation: key facts, its parts with all voices, its history, then all statements."""
    if request.args:
        return entity.page(f"recommendation/{name}")
    subject = entity.existing(current(), f"/id/recommendation/{name}")
    facts = _rows("page-recommendation", subject)
    graded = _rows("page-recommendation-grades", subject)
    asked = _rows("page-recommendation-requests", subject)
    asks = _asks(asked)
    return entity.show(
        "recommendation.html",
        entity.view(subject, f"/recommendation/{name}"),
        facts=_facts(facts),
        dates=distinct(facts, "date"),
        numbers_of=distinct(facts, "number"),
        summaries=distinct(facts, "summary"),
        notes=distinct(facts, "note"),
        positions=_positions(subject),
        parts=_parts(subject, graded, asked),
        asks=asks,
        open_asks=sum(ask.awaited for ask in asks),
        whole=voices(subject),
        rounds=_rounds(_rows("page-recommendation-rounds", subject), graded),
    )


def _rows(name: str, subject: str) -> list[Row]:
    return saved.run(current().store, name, recommendation=subject)


def _facts(rows: list[Row]) -> dict[str, Links]:
    names = ("maker", "addressee", "document", "cycle", "theme", "passage", "procedure", "same")
    return {name: links(rows, name) for name in names} | {"provision": links(rows, "provision", "citation")}


def _parts(subject: str, graded: list[Row], asked: list[Row]) -> list[Part]:
    silences = by(_rows("page-recommendation-silence", subject), "on")
    measures = by(_rows("page-recommendation-measures", subject), "on")
    assessed = grades(graded)
    return [
        Part(
            iri=iri,
            letter=first(rows, "letter"),
            letter_by=links(rows, "letterBy"),
            summary=first(rows, "summary") or first(rows, "partName"),
            notes=distinct(rows, "note"),
            remedies=links(rows, "remedy"),
            themes=links(rows, "theme"),
            groups=links(rows, "group"),
            provisions=links(rows, "provision", "citation"),
            needs=distinct(rows, "neededLetter"),
            passages=links(rows, "passage"),
            status=links(rows, "status"),
            status_rule=first(rows, "statusRule"),
            grades=tuple(grade for grade in assessed if iri in grade.parts),
            voices=voices(iri),
            silent={voice: _silences(silences.get(iri, []), voice) for voice in VOICES},
            measures=_measures(measures.get(iri, [])),
            asks=_asks(by(asked, "on").get(iri, [])),
        )
        for iri, rows in by(_rows("page-recommendation-parts", subject), "part").items()
    ]


def _silences(rows: list[Row], voice: str) -> tuple[Silence, ...]:
    given = [row for row in rows if text(row, "voice") == voice]
    return tuple(
        Silence(
            submission=(iri, first(found, "submissionName")),
            authors=links(found, "by"),
            date=first(found, "date"),
            rule=first(found, "rule"),
            passages=links(found, "passage"),
        )
        for column in ("submission", "assessment")
        for iri, found in by(given, column).items()
    )


def _measures(rows: list[Row]) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            iri=iri,
            label=first(found, "label") or first(found, "summary"),
            date=first(found, "date"),
            stages=links(found, "stage"),
            says=links(found, "says"),
            acts=links(found, "act"),
            passages=links(found, "passage"),
        )
        for iri, found in by(rows, "measure").items()
    )


def _asks(rows: list[Row]) -> tuple[Ask, ...]:
    return tuple(
        Ask(
            iri=iri,
            summary=first(found, "summary") or first(found, "label"),
            letters=distinct(found, "letter"),
            date=first(found, "date"),
            replies=links(found, "reply"),
            awaited=bool(distinct(found, "awaits")),
            rule=first(found, "rule"),
            cycles=links(found, "cycle"),
            clarified=links(found, "clarified"),
            passages=links(found, "passage"),
        )
        for iri, found in by(rows, "request").items()
    )


def _rounds(rows: list[Row], graded: list[Row]) -> list[Round]:
    """Return the recommendation, those it reiterates or that reiterate it, and their grades, in the order of dates."""
    rounds = [
        Round(
            sort=first(found, "earliest"),
            date=first(found, "date"),
            relation=first(found, "relation"),
            made=(iri, first(found, "madeName")),
            letters=distinct(found, "letter"),
            documents=links(found, "document"),
            cycles=links(found, "cycle"),
            passages=links(found, "passage"),
        )
        for iri, found in by(rows, "made").items()
    ]
    for grade in grades(graded):
        found = [row for row in graded if text(row, "assessment") == grade.iri]
        made = (first(found, "made"), first(found, "madeName"))
        rounds.append(Round(grade.latest, grade.date, "graded", made, grade.letters, (), (), grade.passages, grade))
    # Of what bears the same month the grade comes first, then what the committee repeats because of it.
    return sorted(rounds, key=lambda step: (step.date, step.grade is None))


def _positions(subject: str) -> list[dict[str, object]]:
    return [
        {
            "iri": iri,
            "takers": links(found, "taker"),
            "taken": links(found, "taken"),
            "date": first(found, "date"),
            "says": links(found, "says"),
            "passages": links(found, "passage"),
        }
        for iri, found in by(_rows("page-recommendation-positions", subject), "position").items()
    ]
