"""Made-up source documents in the model of the project: decisions, concluding observations, letters and papers.

Each document is drawn from its own seed, so the same number always gives the same statements, whatever is made before
it. The States are the codes XAA to XZZ, which ISO 3166 leaves to users, so nothing here can be taken for a fact.
A statement is a triple of prefixed names; its object may also be a literal as Turtle writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

DECISION, REVIEW, PAPER = "decision", "review", "paper"
MIX = (DECISION, REVIEW, DECISION, PAPER, DECISION, PAPER, DECISION, REVIEW, DECISION, PAPER)
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
ENDINGS = ("ev", "ov", "in", "bek", "kyzy", "uly", "yan", "enko", "son", "ski")

Statement = tuple[str, str, str]


class Document(NamedTuple):
    """Hold one document: the path of its file below data/, and what it says."""

    path: str
    statements: list[Statement]


def documents(seed: int) -> Iterator[Document]:
    """Yield the reference list and then one document after the other, without end."""
    yield reference()
    number = 0
    while True:
        number += 1
        draw = Random(f"{seed}-{number}")
        kind = MIX[number % len(MIX)]
        yield (decision if kind == DECISION else review if kind == REVIEW else paper)(number, draw)


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


def reference() -> Document:
    """Make the list of States and sessions that the documents refer to."""
    said = graph("generated/reference", "Made-up States and sessions", "document:generated-reference")
    said += say("document:generated-reference", "sv:Document", "List of made-up States and sessions",
                ("sv:documentType", "doctype:reference-list"), ("sv:issuedBy", CURATORS))
    for number in range(STATES):
        code = state(number)
        said += say(f"state:{code}", "sv:State", f"State {code.upper()}", ("sv:isoCode", f'"{code.upper()}"'))
    for body, (acronym, _) in BODIES.items():
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
            for third in range(SESSIONS_A_YEAR):
                first = date(year, 1, 1) + timedelta(days=122 * third)
                last = first + timedelta(days=121) if third < SESSIONS_A_YEAR - 1 else date(year, 12, 31)
                number = session_of(first)
                said += say(f"session:{body}-{number}", "sv:Session", f"Session {number} of {acronym}",
                            ("sv:sessionOf", f"body:{body}"), ("sv:sessionNumber", typed(number, "integer")),
                            ("sv:startDate", typed(first, "date")), ("sv:endDate", typed(last, "date")),
                            ("dcterms:source", "document:generated-reference"))
    return Document("generated/reference", said)


def decision(number: int, draw: Random) -> Document:
    """Make the decision on one communication."""
    body = draw.choice(tuple(BODIES))
    acronym, articles = BODIES[body]
    year, code, serial = 1990 + number % 30, state(draw.randrange(STATES)), 5000 + number // 30
    day = some_day(draw, year + 2)
    session = session_of(day)
    slug = f"{body}-c-{session}-d-{serial}-{year}"
    symbol, case, cited = f"{acronym}/C/{session}/D/{serial}/{year}", f"{body}-{serial}-{year}", f"{serial}/{year}"
    found = sorted(draw.sample(articles, draw.randint(2, 6)))
    invoked = sorted({*found, *draw.sample(articles, 2)})
    treaty, law = INSTRUMENTS[body], acronym if body == "cat" else "ICCPR"
    name = draw.choice(NAMES) + draw.choice(MIDDLES) + draw.choice(MIDDLES) + draw.choice(ENDINGS)
    person = f"person:{number * 2654435761 & 0xFFFFFFFF:08x}"
    path, merits = f"generated/decisions/{slug}", draw.random() < 0.9
    outcome = "violation" if merits else "no-violation"
    kind = "views" if body == "ccpr" else "decision-merits"
    findings = [f"finding:{slug}-{treaty}-{article}" for article in found]
    measures = draw.sample(REMEDIES, draw.randint(2, 5)) if merits else []
    said = graph(path, f"{symbol}: {name} v. {code.upper()}", f"document:{slug}")
    said += say(f"communication:{case}", "sv:Communication", f"{name} v. {code.upper()} ({acronym} {cited})",
                ("dcterms:title", text(f"{name} v. {code.upper()}")), ("sv:author", person),
                ("sv:allegedVictim", person), ("sv:communicationNumber", f'"{cited}"'),
                ("sv:hasDecision", f"decision:{slug}"), ("sv:hasEvent", f"event:{case}-submission"),
                *(("sv:invokesProvision", f"provision:{treaty}-{article}") for article in invoked),
                ("sv:respondent", f"state:{code}"), ("sv:submittedTo", f"body:{body}"), ("sv:withoutCounsel", "true"),
                ("sv:subjectMatter", text(f"{draw.choice(ACTS)} {draw.choice(JUDGEMENTS)}".capitalize())),
                ("sv:proceduralIssue", text("Exhaustion of domestic remedies")),
                *(("sv:substantiveIssue", text(act.capitalize())) for act in sorted(draw.sample(ACTS, 3))))
    said += say(person, "sv:Person", name, ("dcterms:source", f"document:{slug}"),
                ("sv:identityLevel", "identity:public"))
    said += say(f"event:{case}-submission", "sv:ProceduralEvent", f"{acronym} {cited}: initial submission",
                ("sv:eventType", "eventtype:initial-submission"), *dated(day - timedelta(days=600)))
    said += say(f"decision:{slug}", "sv:Decision", f"Decision {symbol}", ("sv:adoptedAt", f"session:{body}-{session}"),
                ("sv:outcome", f"outcome:{outcome}"), ("sv:recordedIn", f"document:{slug}"),
                ("sv:inPassage", f"passage:{slug}-p10"), *(("sv:hasFinding", finding) for finding in findings),
                *(("sv:requestsMeasure", f"measure:{slug}-{place + 1}") for place in range(len(measures))), *dated(day))
    said += say(f"document:{slug}", "sv:Document", symbol, ("dcterms:issued", typed(day + timedelta(days=40), "date")),
                ("sv:documentType", f"doctype:{kind}"), ("sv:issuedBy", f"body:{body}"), ("sv:symbol", f'"{symbol}"'))
    for language, spoken in (("en", "English"), ("fr", "French"), ("ru", "Russian")):
        said += say(f"version:{slug}-{language}", "sv:DocumentVersion", f"{symbol}, {spoken}",
                    ("sv:consulted", typed(f"https://example.org/{slug}/{language}", "anyURI")),
                    ("sv:language", f"language:{language}"), ("sv:versionOf", f"document:{slug}"))
    for article, finding in zip(found, findings, strict=True):
        said += say(finding, "sv:Finding", f"{symbol}: {outcome.replace('-', ' ')} of {law} {article}",
                    ("sv:concernsCommunication", f"communication:{case}"), ("sv:inPassage", f"passage:{slug}-p10"),
                    ("sv:outcome", f"outcome:{outcome}"), ("sv:provision", f"provision:{treaty}-{article}"))
    for place, remedy in enumerate(measures):
        said += say(f"measure:{slug}-{place + 1}", "sv:RequestedMeasure", f"{remedy.replace('-', ' ').capitalize()}",
                    ("sv:inPassage", f"passage:{slug}-p11"), ("sv:remedyType", f"remedy:{remedy}"))
    return Document(path, said + passage(slug, 10) + (passage(slug, 11) if measures else []))


def review(number: int, draw: Random) -> Document:
    """Make the concluding observations on a State, with the reply and the grades that the committee gave."""
    order = number // len(MIX) * MIX.count(REVIEW) + (number % len(MIX) > MIX.index(REVIEW))
    body, code = tuple(BODIES)[order % len(BODIES)], state(order // len(BODIES) % STATES)
    acronym, serial = BODIES[body][0], order // (len(BODIES) * STATES) + 1
    day = some_day(draw, 2017 + draw.randrange(6))
    session, graded = session_of(day), day + timedelta(days=500)
    slug, symbol = f"{body}-c-{code}-co-{serial}", f"{acronym}/C/{code.upper()}/CO/{serial}"
    cycle, follow = f"cycle:{body}-{code}-{serial}", f"procedure:{body}-{code}-co-{serial}-follow-up"
    path, document = f"generated/reviews/{slug}", f"document:{slug}"
    reply, paragraphs = f"reply:{body}-{code}-{serial}", sorted(draw.sample(range(8, 60), 4))
    said = graph(path, f"{symbol}: recommendations and grades", document)
    said += say(document, "sv:Document", symbol, ("dcterms:issued", typed(day + timedelta(days=30), "date")),
                ("sv:adoptedAt", f"session:{body}-{session}"), ("sv:documentType", "doctype:concluding-observations"),
                ("sv:inCycle", cycle), ("sv:issuedBy", f"body:{body}"), ("sv:symbol", f'"{symbol}"'))
    said += say(f"document:{slug}-reply", "sv:Document", f"Reply to {symbol}",
                ("sv:documentType", "doctype:state-reply"), ("sv:issuedBy", f"state:{code}"),
                ("dcterms:issued", typed(day + timedelta(days=350), "date")))
    said += say(cycle, "sv:Cycle", f"{acronym}: report {serial} of {code.upper()}", ("sv:body", f"body:{body}"),
                ("sv:cycleNumber", f'"{serial}"'), ("sv:state", f"state:{code}"),
                ("sv:underInstrument", f"instrument:{INSTRUMENTS[body]}"))
    said += say(follow, "sv:FollowUpProcedure", f"Follow-up to {symbol}", ("sv:body", f"body:{body}"),
                ("sv:followsUp", document), ("sv:inCycle", cycle), ("sv:procedureType", "proceduretype:co-follow-up"),
                ("sv:state", f"state:{code}"), ("sv:hasEvent", f"event:{slug}-adoption"),
                *(("sv:selects", f"recommendation:{slug}-p{paragraph}") for paragraph in paragraphs))
    said += say(f"event:{slug}-adoption", "sv:ProceduralEvent", f"{symbol}: adopted", ("sv:inProcedure", follow),
                ("sv:eventType", "eventtype:concluding-observations-adopted"), ("sv:performedBy", f"body:{body}"),
                ("sv:recordedIn", document), *dated(day))
    said += say(reply, "sv:Reply", f"Reply of {code.upper()} on {symbol}", ("sv:inProcedure", follow),
                ("sv:recordedIn", f"document:{slug}-reply"), ("sv:submittedBy", f"state:{code}"),
                *dated(day + timedelta(days=350)))
    for paragraph in paragraphs:
        theme = draw.choice(THEMES)
        said += say(f"recommendation:{slug}-p{paragraph}", "sv:Recommendation",
                    f"{symbol}, para. {paragraph}: {theme.replace('-', ' ')}", ("sv:inCycle", cycle),
                    ("sv:inPassage", f"passage:{slug}-p{paragraph}"), ("sv:madeBy", f"body:{body}"),
                    ("sv:recommendationNumber", f'"{paragraph}"'), ("sv:recommendedTo", f"state:{code}"),
                    ("sv:recordedIn", document), ("sv:theme", f"theme:{theme}"),
                    ("sv:summary", text(f"The committee asks about {draw.choice(ACTS)} and {draw.choice(ACTS)}.")),
                    *dated(day))
        for letter in "ab":
            grade = draw.choice(GRADES[body])
            scales = [("hrcco2016", "hrc-co-2016", grade)]
            if body == "cat":
                scales = [("catimplementation", "cat-implementation-2015", grade),
                          ("catinformation", "cat-information-2015", draw.choice("123"))]
            part = f"component:{slug}-p{paragraph}-{letter}"
            summary = f"{draw.choice(ACTS)} {draw.choice(JUDGEMENTS)}".capitalize()
            said += say(part, "sv:RecommendationComponent", f"{symbol}, para. {paragraph} ({letter})",
                        ("sv:componentOf", f"recommendation:{slug}-p{paragraph}"), ("sv:letter", f'"{letter}"'),
                        ("sv:inPassage", f"passage:{slug}-p{paragraph}"), ("sv:theme", f"theme:{theme}"),
                        ("sv:seeksRemedy", f"remedy:{draw.choice(REMEDIES)}"), ("sv:summary", text(summary + ".")))
            said += say(f"assessment:{slug}-p{paragraph}-{letter}", "sv:Assessment",
                        f"Paragraph {paragraph} ({letter}): {grade}", ("sv:assessedBy", f"body:{body}"),
                        ("sv:assessesComponent", part), ("sv:basedOn", reply),
                        *(("sv:grade", f"{prefix}:{value}") for prefix, _, value in scales),
                        *(("sv:gradeScheme", f"scheme:{scheme}") for _, scheme, _ in scales),
                        ("sv:inPassage", f"passage:{slug}-p{paragraph}"), ("sv:inProcedure", follow),
                        ("sv:verbatimGrade", f'"{grade}"'), *dated(graded))
        said += passage(slug, paragraph)
    return Document(path, said)


def paper(number: int, draw: Random) -> Document:
    """Make the paper of an organisation: questions, claims and figures."""
    day, code = some_day(draw), state(draw.randrange(STATES))
    slug, path = f"paper-{code}-{number}", f"generated/papers/paper-{code}-{number}"
    organisation, report = f"organisation:{slug}", f"altreport:{slug}"
    title = f"Paper {number} on {code.upper()}"
    said = graph(path, title, f"document:{slug}")
    said += say(f"document:{slug}", "sv:Document", title, ("sv:documentType", "doctype:alternative-report"),
                ("sv:issuedBy", organisation), ("dcterms:issued", typed(day, "date")))
    said += say(organisation, "sv:NonGovernmentalOrganisation", f"Organisation {number} of {code.upper()}",
                ("dcterms:source", f"document:{slug}"))
    said += say(report, "sv:AlternativeReport", title, ("sv:recordedIn", f"document:{slug}"),
                ("sv:submittedBy", organisation), *dated(day))
    for place in range(1, draw.randint(6, 12)):
        act, judgement = draw.randrange(len(ACTS_RU)), draw.choice(JUDGEMENTS)
        theme, article = draw.choice(THEMES), draw.choice(BODIES["cat"][1])
        question, claim, where = f"question:{slug}-{place}", f"claim:{slug}-{place}", f"passage:{slug}-p{place}"
        said += say(question, "sv:Question", f"What is said of {ACTS[act]} in {code.upper()} ({number}.{place})?",
                    ("rdfs:label", text(f"Что говорят про {ACTS_RU[act]} в {code.upper()} ({number}.{place})?", "ru")),
                    ("sv:theme", f"theme:{theme}"), ("sv:aboutProvision", f"provision:cat-{article}"))
        pairs = [("sv:about", question), ("sv:claimant", organisation), ("sv:concerns", f"state:{code}"),
                 ("sv:inPassage", where), ("sv:inReport", report), ("sv:stance", "stance:asserts"),
                 ("sv:summary", text(f"The organisation says that {ACTS[act]} {judgement}."))]
        kind, label = "sv:Claim", f"{ACTS[act]} {judgement}".capitalize()
        if place % 3 == 0:
            kind, value = "sv:StatisticalClaim", draw.randrange(1, 3000)
            pairs += [("sv:indicator", f"indicator:{draw.choice(INDICATORS)}"), ("sv:unit", "unit:cases"),
                      ("sv:scope", text(f"cases in {code.upper()}")), ("sv:value", typed(value, "decimal")),
                      ("sv:valueQualifier", "valuequalifier:exact"), ("sv:verbatim", f'"{value}"')]
        said += say(claim, kind, label, *pairs, *dated(day)) + passage(slug, place)
    return Document(path, said)
