"""Made-up decisions on communications, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from statements import (
    ACTS,
    BODIES,
    INSTRUMENTS,
    OUTCOMES,
    PROCEEDINGS,
    REMEDIES,
    RESULTS,
    STATUSES,
    Document,
    Statement,
    claim,
    dated,
    graph,
    passage,
    person_name,
    remark,
    say,
    session_of,
    some_day,
    some_state,
    state,
    text,
    typed,
)

GROUNDS = {"cat": "provision:cat-22", "ccpr": "provision:op1-iccpr-2"}
KINDS = {"inadmissible": "decision-inadmissibility"}


class Case(NamedTuple):
    """Hold what the documents on one communication share."""

    body: str
    code: str
    slug: str
    symbol: str
    number: str
    name: str
    person: str
    title: str
    day: date
    remedies: list[str]

    @property
    def communication(self) -> str:
        """Return the name of the communication."""
        return f"communication:{self.body}-{self.number.replace('/', '-')}"


def decision(_: int, number: int, draw: Random) -> Iterator[Document]:
    """Make the decision on one communication, and for some of them a report on what followed."""
    body = draw.choice(tuple(BODIES))
    acronym = BODIES[body][0]
    year, serial = 1990 + number % 30, 5000 + number // 30
    day, outcome = some_day(draw, year + 2), draw.choice(OUTCOMES)
    session, code, name = session_of(day), some_state(number, draw), person_name(draw)
    remedies = draw.sample(REMEDIES, draw.randint(2, 5)) if outcome == "violation" else []
    case = Case(body, code, f"{body}-c-{session}-d-{serial}-{year}", f"{acronym}/C/{session}/D/{serial}/{year}",
                f"{serial}/{year}", name, f"person:{number * 2654435761 & 0xFFFFFFFF:08x}",
                f"{name} v. {code.upper()}", day, remedies)
    path = f"generated/decisions/{case.slug}"
    said = graph(path, f"{case.symbol}: {case.title}", f"document:{case.slug}")
    yield Document(path, said + _communication(case, draw) + _decision(case, outcome, draw)
                   + (_removal(case) if draw.random() < 0.1 else []))
    if remedies and draw.random() < 0.5:
        yield _follow_up(case, draw)


def _communication(case: Case, draw: Random) -> list[Statement]:
    acronym, articles = BODIES[case.body]
    treaty = INSTRUMENTS[case.body]
    said = say(case.communication, "sv:Communication", f"{case.title} ({acronym} {case.number})",
               ("dcterms:title", text(case.title)), ("sv:author", case.person), ("sv:allegedVictim", case.person),
               ("sv:communicationNumber", f'"{case.number}"'), ("sv:hasDecision", f"decision:{case.slug}"),
               ("sv:hasEvent", f"event:{case.slug}-submission"),
               *(("sv:invokesProvision", f"provision:{treaty}-{article}") for article in draw.sample(articles, 2)),
               ("sv:respondent", f"state:{case.code}"), ("sv:submittedTo", f"body:{case.body}"),
               ("sv:withoutCounsel", "true"), ("sv:subjectMatter", text(remark(draw).capitalize())),
               ("sv:proceduralIssue", text("Exhaustion of domestic remedies")),
               *(("sv:substantiveIssue", text(act.capitalize())) for act in sorted(draw.sample(ACTS, 3))))
    said += say(case.person, "sv:Person", case.name, ("dcterms:source", f"document:{case.slug}"),
                ("sv:identityLevel", "identity:public"))
    return said + say(f"event:{case.slug}-submission", "sv:ProceduralEvent",
                      f"{acronym} {case.number}: initial submission", ("sv:eventType", "eventtype:initial-submission"),
                      *dated(case.day - timedelta(days=600)))


def _decision(case: Case, outcome: str, draw: Random) -> list[Statement]:
    _, articles = BODIES[case.body]
    treaty, law = INSTRUMENTS[case.body], "CAT" if case.body == "cat" else "ICCPR"
    slug, symbol = case.slug, case.symbol
    found = sorted(draw.sample(articles, draw.randint(2, 6))) if outcome != "inadmissible" else []
    kind = KINDS.get(outcome, "views" if case.body == "ccpr" else "decision-merits")
    grounds = [] if found else [("sv:inadmissibilityGround", GROUNDS[case.body])]
    measures = [f"measure:{slug}-{place + 1}" for place in range(len(case.remedies))]
    said = say(f"decision:{slug}", "sv:Decision", f"Decision {symbol}", *grounds,
               ("sv:adoptedAt", f"session:{case.body}-{session_of(case.day)}"), ("sv:outcome", f"outcome:{outcome}"),
               ("sv:recordedIn", f"document:{slug}"), ("sv:inPassage", f"passage:{slug}-p10"),
               *(("sv:hasFinding", f"finding:{slug}-{treaty}-{article}") for article in found),
               *(("sv:requestsMeasure", measure) for measure in measures), *dated(case.day))
    said += say(f"document:{slug}", "sv:Document", symbol,
                ("dcterms:issued", typed(case.day + timedelta(days=40), "date")),
                ("sv:documentType", f"doctype:{kind}"), ("sv:issuedBy", f"body:{case.body}"),
                ("sv:symbol", f'"{symbol}"'))
    spoken = [("en", "English"), ("fr", "French"), ("ru", "Russian")]
    for language, label in spoken[: draw.randint(1, 3)]:
        said += say(f"version:{slug}-{language}", "sv:DocumentVersion", f"{symbol}, {label}",
                    ("sv:consulted", typed(f"https://example.org/{slug}/{language}", "anyURI")),
                    ("sv:language", f"language:{language}"), ("sv:versionOf", f"document:{slug}"))
    for article in found:
        said += say(f"finding:{slug}-{treaty}-{article}", "sv:Finding",
                    f"{symbol}: {outcome.replace('-', ' ')} of {law} {article}",
                    ("sv:concernsCommunication", case.communication), ("sv:inPassage", f"passage:{slug}-p10"),
                    ("sv:outcome", f"outcome:{outcome}"), ("sv:provision", f"provision:{treaty}-{article}"))
    for measure, remedy in zip(measures, case.remedies, strict=True):
        said += say(measure, "sv:RequestedMeasure", remedy.replace("-", " ").capitalize(),
                    ("sv:inPassage", f"passage:{slug}-p11"), ("sv:remedyType", f"remedy:{remedy}"))
    return said + passage(slug, 10) + (passage(slug, 11) if measures else [])


def _removal(case: Case) -> list[Statement]:
    """Let the State remove the complainant although the body asked it to refrain."""
    asked, where = case.day - timedelta(days=500), f"passage:{case.slug}-p2"
    said = say(f"interim:{case.slug}-1", "sv:InterimMeasure", f"{case.symbol}: request not to remove",
               ("sv:accordingTo", f"body:{case.body}"), ("sv:concernsPerson", case.person),
               ("sv:inCommunication", case.communication), ("sv:inPassage", where),
               ("sv:remedyType", "remedy:interim-measures"), ("sv:requestedBy", f"body:{case.body}"), *dated(asked))
    said += say(f"removal:{case.slug}-1", "sv:Removal", f"{case.symbol}: extradition",
                ("sv:accordingTo", f"body:{case.body}"), ("sv:despite", f"interim:{case.slug}-1"),
                ("sv:fromState", f"state:{case.code}"), ("sv:toState", f"state:{state(int(case.code == state(0)))}"),
                ("sv:inCommunication", case.communication), ("sv:inPassage", where),
                ("sv:removalType", "removaltype:extradition"), ("sv:removedPerson", case.person),
                *dated(asked + timedelta(days=30)))
    return said + passage(case.slug, 2)


def _follow_up(case: Case, draw: Random) -> Document:
    """Make the report on what became of the measures: proceedings, payments, what the complainant says."""
    slug, report = f"{case.slug}-follow-up", case.day + timedelta(days=400)
    path, where = f"generated/follow-up/{case.slug}", f"passage:{case.slug}-follow-up-p5"
    procedure, status = f"procedure:{case.slug}-follow-up", draw.choice(STATUSES)
    kind = "views-follow-up" if case.body == "ccpr" else "decision-follow-up"
    said = graph(path, f"Follow-up to {case.symbol}", f"document:{slug}")
    said += say(f"document:{slug}", "sv:Document", f"Follow-up report on {case.symbol}",
                ("sv:documentType", "doctype:follow-up-report"), ("sv:issuedBy", f"body:{case.body}"),
                ("dcterms:issued", typed(report, "date")))
    said += say(procedure, "sv:FollowUpProcedure", f"Follow-up to {case.symbol}", ("sv:body", f"body:{case.body}"),
                ("sv:followsUp", f"decision:{case.slug}"), ("sv:hasEvent", f"event:{slug}"),
                ("sv:procedureStatus", f"procedurestatus:{status}"), ("sv:procedureType", f"proceduretype:{kind}"),
                ("sv:state", f"state:{case.code}"))
    said += say(f"event:{slug}", "sv:ProceduralEvent", f"{case.symbol}: follow-up examined",
                ("sv:eventType", "eventtype:evaluation"), ("sv:inProcedure", procedure),
                ("sv:performedBy", f"body:{case.body}"), ("sv:recordedIn", f"document:{slug}"), *dated(report))
    said += say(f"proceeding:{slug}", "sv:Proceeding", f"{case.symbol}: proceedings after the decision",
                ("sv:accordingTo", f"state:{case.code}"), ("sv:basedOnDecision", f"decision:{case.slug}"),
                ("sv:concernsPerson", case.person), ("sv:conductedBy", f"organisation:{case.code}-ministry"),
                ("sv:inCommunication", case.communication), ("sv:inPassage", where),
                ("sv:proceedingResult", f"proceedingresult:{draw.choice(RESULTS)}"),
                ("sv:proceedingType", f"proceedingtype:{draw.choice(PROCEEDINGS)}"),
                *dated(report - timedelta(days=90)))
    for place, remedy in enumerate(case.remedies, 1):
        measure = f"measure:{case.slug}-{place}"
        about = f"question:{slug}-{place}"
        said += say(about, "sv:Question", f"Was {remedy.replace('-', ' ')} done for {case.number} ({case.body})?",
                    ("rdfs:label", text(f"Исполнено ли решение {case.number} ({case.body}, мера {place})?", "ru")),
                    ("sv:theme", "theme:redress"))
        if remedy == "compensation":
            said += say(f"payment:{slug}", "sv:Payment", f"{case.symbol}: compensation",
                        ("sv:accordingTo", f"state:{case.code}"), ("sv:fulfils", measure), ("sv:currency", '"XTS"'),
                        ("sv:amount", typed(draw.randrange(100, 99999), "decimal")), ("sv:paidTo", case.person),
                        ("sv:inCommunication", case.communication), ("sv:inPassage", where),
                        *dated(report - timedelta(days=30)))
        said += claim(f"{slug}-{place}", f"{case.name}: {remedy.replace('-', ' ')} is outstanding", where, case.person,
                      about, draw.choice(("denies", "silent", "requests")), report, ("sv:concerns", measure),
                      ("sv:summary", text(f"The complainant says that {remark(draw)}.")))
    said += say(f"question:{slug}-reprisals", "sv:Question", f"Did reprisals follow {case.number} ({case.body})?",
                ("rdfs:label", text(f"Были ли преследования после {case.number} ({case.body})?", "ru")),
                ("sv:theme", "theme:reprisals"))
    said += claim(f"{slug}-reprisals", f"{case.name}: pressure after the complaint", where, case.person,
                  f"question:{slug}-reprisals", "asserts", report, ("sv:concerns", case.person),
                  ("sv:summary", text("The complainant speaks of pressure.")))
    return Document(path, said + passage(slug, 5))
