"""How made-up documents say things, and the words that they choose from.

A statement is a triple of prefixed names; its object may also be a literal as Turtle writes it.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

BODIES = {"cat": ("CAT", range(2, 17)), "ccpr": ("CCPR", range(6, 28))}
INSTRUMENTS = {"cat": "cat", "ccpr": "iccpr"}
FIRST_YEAR, YEARS, SESSIONS_A_YEAR = 1990, 35, 3
STATES = 193
CURATORS = "organisation:servanda-curators"
LICENCE = "<https://creativecommons.org/licenses/by/4.0/>"
THEMES = ("impunity", "investigation", "detention-safeguards", "conditions-of-detention", "deaths-in-custody",
          "redress", "health-care", "non-refoulement", "reprisals", "freedom-of-association", "freedom-of-assembly",
          "fair-trial", "freedom-of-expression", "army", "evidence-exclusion", "training", "legal-reform", "statistics")
REMEDIES = ("restitution", "release", "compensation", "rehabilitation", "satisfaction", "non-repetition", "training",
            "legislative-reform", "investigation", "prosecution", "punishment", "monitoring", "data-collection")
GRADES = {"cat": ("A", "B1", "B2", "C"), "ccpr": ("A", "B", "C", "D")}
INDICATORS = ("registered-cases", "pending-complaints", "adverse-decisions", "forced-returns")
ACTS = ("the inquiry into the complaint", "the medical examination", "access to a lawyer", "the conditions of the cell",
        "the award of compensation", "the release of the detainee", "the training of investigators", "the new trial",
        "the register of detention", "visits to closed institutions", "the removal to another State", "the verdict")
JUDGEMENTS = ("was delayed", "was refused", "was never opened", "has begun", "was closed without result", "was upheld",
              "depends on a conviction", "is not recorded", "was promised", "is under way", "was reported in part")
ACTS_RU = ("расследование жалобы", "медицинский осмотр", "доступ к адвокату", "условия в камере",
           "присуждение компенсации", "освобождение задержанного", "обучение следователей", "новое разбирательство")
NAMES = ("Ab", "Ber", "Dau", "Er", "Gul", "Ker", "Mur", "Nur", "Or", "Sar", "Tal", "Umi", "Yer", "Zha", "Al", "Ser")
MIDDLES = ("bo", "di", "ga", "la", "li", "ma", "ne", "ri", "sha", "ta", "zha", "be")
# What decided cases, replies and papers are about; where a question of the library asks for one, it stands here.
OUTCOMES = ("violation",) * 16 + ("inadmissible",) * 3 + ("no-violation",)
STATUSES = ("ongoing", "open-invitation", "discontinued", "closed-satisfactory", "moved-to-next-report")
PROCEEDINGS = ("investigation", "inquiry", "trial", "reopening", "disciplinary", "civil-claim")
RESULTS = ("no-case-opened", "closed", "conviction", "acquittal", "dismissed", "ongoing", "refused")
PLACES = ("prison", "closed-correctional", "pretrial-detention", "police-station", "barracks", "military-school",
          "orphanage", "care-home", "psychiatric-hospital", "special-school")
ENDINGS = ("ev", "ov", "in", "bek", "kyzy", "uly", "yan", "enko", "son", "ski")

Statement = tuple[str, str, str]


class Document(NamedTuple):
    """Hold one document: the path of its file below data/, and what it says."""

    path: str
    statements: list[Statement]


def text(value: str, language: str = "en") -> str:
    """Write a text; the words here need no escapes."""
    return f'"{value}"@{language}'


def typed(value: object, datatype: str) -> str:
    """Write a typed literal as the canonical form does."""
    return str(value) if datatype == "integer" else f'"{value}"^^xsd:{datatype}'


def state(number: int) -> str:
    """Return the code of a made-up State."""
    return f"x{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}"


def say(subject: str, kind: str, label: str, *pairs: tuple[str, str]) -> list[Statement]:
    """State class, label and the rest of one thing."""
    return [(subject, "rdf:type", kind), (subject, "rdfs:label", text(label)), *((subject, *pair) for pair in pairs)]


def dated(day: date) -> tuple[tuple[str, str], ...]:
    """Return the statements of a date that is known to the day."""
    value = day.isoformat()
    return (("sv:earliest", typed(value, "date")), ("sv:latest", typed(value, "date")), ("sv:edtf", f'"{value}"'))


def graph(path: str, title: str, source: str) -> list[Statement]:
    """Describe the graph of a file."""
    pairs = [("dcterms:created", typed("2026-11-25", "date")), ("dcterms:license", LICENCE),
             ("dcterms:source", source), ("dcterms:title", text(title)), ("prov:wasAttributedTo", CURATORS)]
    return say(f"graph:data/{path}", "sv:SourceGraph", title, *pairs)


def person_name(draw: Random) -> str:
    """Draw a name that nobody has."""
    return draw.choice(NAMES) + draw.choice(MIDDLES) + draw.choice(MIDDLES) + draw.choice(ENDINGS)


def states_by(number: int) -> int:
    """Return how many States have been spoken of up to a document: the more documents, the more States."""
    return min(STATES, 3 + number // 60)


def some_state(number: int, draw: Random) -> str:
    """Draw a State for a document of a number."""
    return state(draw.randrange(states_by(number)))


def remark(draw: Random) -> str:
    """Make up the gist of what somebody says."""
    return f"{draw.choice(ACTS)} {draw.choice(JUDGEMENTS)}"


def claim(name: str, label: str, where: str, claimant: str, about: str, stance: str, day: date,
          *pairs: tuple[str, str], kind: str = "sv:Claim") -> list[Statement]:
    """State who claims what, on which question, when and where."""
    return say(f"claim:{name}", kind, label, ("sv:about", about), ("sv:claimant", claimant), ("sv:inPassage", where),
               ("sv:stance", f"stance:{stance}"), *pairs, *dated(day))


def figure(name: str, label: str, where: str, claimant: str, about: str, day: date, what: tuple[str, int],
           *pairs: tuple[str, str]) -> list[Statement]:
    """State a figure: `what` is its indicator and its value."""
    indicator, value = what
    return claim(name, label, where, claimant, about, "asserts", day, ("sv:indicator", f"indicator:{indicator}"),
                 ("sv:unit", "unit:cases"), ("sv:scope", text(label.lower())), ("sv:summary", text(f"{label}.")),
                 ("sv:value", typed(value, "decimal")), ("sv:valueQualifier", "valuequalifier:exact"),
                 ("sv:verbatim", f'"{value}"'), *pairs, kind="sv:StatisticalClaim")


def relation(name: str, label: str, source: str, kind: str, target: str) -> list[Statement]:
    """State how one claim bears on another, in the judgement of the curators."""
    return say(f"relation:{name}", "sv:ClaimRelation", label, ("dcterms:created", typed("2026-11-25", "date")),
               ("prov:wasAttributedTo", CURATORS), ("sv:fromClaim", f"claim:{source}"),
               ("sv:relationType", f"relationtype:{kind}"), ("sv:toClaim", f"claim:{target}"))


def session_of(day: date) -> int:
    """Return the number of the session in which a day lies: each third of a year is one."""
    return 1000 + (day.year - FIRST_YEAR) * SESSIONS_A_YEAR + min((day.timetuple().tm_yday - 1) // 122, 2)


def some_day(draw: Random, year: int | None = None) -> date:
    """Draw a day, of a year if one is given."""
    return date(year or FIRST_YEAR + 2 + draw.randrange(YEARS - 2), 1, 1) + timedelta(days=draw.randrange(358))


def passage(document: str, paragraph: int) -> list[Statement]:
    """Describe one paragraph of a document."""
    return say(f"passage:{document}-p{paragraph}", "sv:Passage", f"{document.upper()}, para. {paragraph}",
               ("sv:passageOf", f"document:{document}"), ("sv:paragraph", f'"{paragraph}"'))


