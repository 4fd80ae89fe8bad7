"""The page of one recommendation: its parts, and on each part the three voices, the grade and what is still asked."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.saved import Row
from web import entity
from web.grades import Grade, grades
from web.rows import Pairs, by, distinct, first, pairs, text
from web.site import current
from web.voices import VOICES, Speaker, voices

blueprint = Blueprint("recommendation", __name__)


class Silence(NamedTuple):
    """Hold that a submission says nothing on a part; `rule` where that is inferred, passages where it is noted."""

    submission: tuple[str, str]
    authors: Pairs
    date: str
    rule: str
    passages: Pairs


class Measure(NamedTuple):
    """Hold one thing done or planned, as somebody reports it."""

    iri: str
    label: str
    date: str
    stages: Pairs
    says: Pairs
    acts: Pairs
    passages: Pairs


class Ask(NamedTuple):
    """Hold one request for information: to which parts, what was asked, and the answer or where it is awaited."""

    iri: str
    summary: str
    letters: tuple[str, ...]
    date: str
    replies: Pairs
    awaited: bool
    rule: str
    cycles: Pairs
    clarified: Pairs
    passages: Pairs


class Part(NamedTuple):
    """Hold one part of a recommendation with all that is said about it."""

    iri: str
    letter: str
    letter_by: Pairs
    summary: str
    notes: tuple[str, ...]
    remedies: Pairs
    themes: Pairs
    groups: Pairs
    provisions: Pairs
    needs: tuple[str, ...]
    passages: Pairs
    status: Pairs
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
    documents: Pairs
    cycles: Pairs
    passages: Pairs
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


def _facts(rows: list[Row]) -> dict[str, Pairs]:
    names = ("maker", "addressee", "document", "cycle", "theme", "passage", "procedure", "same")
    return {name: pairs(rows, name) for name in names} | {"provision": pairs(rows, "provision", "citation")}


def _parts(subject: str, graded: list[Row], asked: list[Row]) -> list[Part]:
    silences = by(_rows("page-recommendation-silence", subject), "on")
    measures = by(_rows("page-recommendation-measures", subject), "on")
    assessed = grades(graded)
    return [
        Part(
            iri=iri,
            letter=first(rows, "letter"),
            letter_by=pairs(rows, "letterBy"),
            summary=first(rows, "summary") or first(rows, "partName"),
            notes=distinct(rows, "note"),
            remedies=pairs(rows, "remedy"),
            themes=pairs(rows, "theme"),
            groups=pairs(rows, "group"),
            provisions=pairs(rows, "provision", "citation"),
            needs=distinct(rows, "neededLetter"),
            passages=pairs(rows, "passage"),
            status=pairs(rows, "status"),
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
            authors=pairs(found, "by"),
            date=first(found, "date"),
            rule=first(found, "rule"),
            passages=pairs(found, "passage"),
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
            stages=pairs(found, "stage"),
            says=pairs(found, "says"),
            acts=pairs(found, "act"),
            passages=pairs(found, "passage"),
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
            replies=pairs(found, "reply"),
            awaited=bool(distinct(found, "awaits")),
            rule=first(found, "rule"),
            cycles=pairs(found, "cycle"),
            clarified=pairs(found, "clarified"),
            passages=pairs(found, "passage"),
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
            documents=pairs(found, "document"),
            cycles=pairs(found, "cycle"),
            passages=pairs(found, "passage"),
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
            "takers": pairs(found, "taker"),
            "taken": pairs(found, "taken"),
            "date": first(found, "date"),
            "says": pairs(found, "says"),
            "passages": pairs(found, "passage"),
        }
        for iri, found in by(_rows("page-recommendation-positions", subject), "position").items()
    ]
