"""Made-up concluding observations on a State, and the follow-up to them: replies, claims, grades, deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from statements import (
    BODIES,
    CURATORS,
    GRADES,
    INSTRUMENTS,
    PLACES,
    REMEDIES,
    STATES,
    THEMES,
    Document,
    Statement,
    claim,
    dated,
    figure,
    graph,
    passage,
    relation,
    remark,
    say,
    session_of,
    some_day,
    state,
    text,
    typed,
)

CYCLES = 4  # of a State before the same committee, one after the other, before the next State has its turn
PARAGRAPHS = (12, 18, 24, 44)


class Review(NamedTuple):
    """Hold what the parts of one review share."""

    body: str
    code: str
    serial: int
    day: date

    @property
    def slug(self) -> str:
        """Return the slug of the concluding observations."""
        return f"{self.body}-c-{self.code}-co-{self.serial}"

    @property
    def symbol(self) -> str:
        """Return their symbol."""
        return f"{BODIES[self.body][0]}/C/{self.code.upper()}/CO/{self.serial}"

    @property
    def cycle(self) -> str:
        """Return the name of the reporting cycle."""
        return f"cycle:{self.body}-{self.code}-{self.serial}"

    @property
    def procedure(self) -> str:
        """Return the name of the follow-up procedure."""
        return f"procedure:{self.body}-{self.code}-co-{self.serial}-follow-up"

    @property
    def reply(self) -> str:
        """Return the name of the reply of the State."""
        return f"reply:{self.body}-{self.code}-{self.serial}"

    @property
    def ngo(self) -> str:
        """Return the name of the organisation that reports."""
        return f"organisation:{self.code}-{self.body}-coalition"

    @property
    def graded(self) -> date:
        """Return the day of the grades."""
        return self.day + timedelta(days=500)


def review(order: int, _: int, draw: Random) -> Iterator[Document]:
    """Make the concluding observations, then the letter with reply, claims and grades."""
    body = tuple(BODIES)[order % len(BODIES)]
    turn, cycle = divmod(order // len(BODIES), CYCLES)
    code, serial = state(turn % STATES), turn // STATES * CYCLES + cycle + 1
    this = Review(body, code, serial, some_day(draw, 2016 + 2 * cycle))
    themes = {paragraph: draw.choice(THEMES) for paragraph in PARAGRAPHS}
    remedies = {(paragraph, letter): draw.choice(REMEDIES) for paragraph in PARAGRAPHS for letter in "ab"}
    path = f"generated/reviews/{this.slug}"
    said = graph(path, f"{this.symbol}: recommendations", f"document:{this.slug}") + _observations(this)
    for paragraph, theme in themes.items():
        said += _recommendation(this, paragraph, theme, remedies, draw)
    yield Document(path, said + _upr(this))
    path = f"generated/letters/{this.slug}"
    said = graph(path, f"Letter on {this.symbol}: reply and grades", f"document:{this.slug}-letter")
    said += _letter(this, draw) + _deadlines(this, draw)
    for place, (paragraph, theme) in enumerate(themes.items(), 1):
        said += _assessed(this, paragraph, draw) + _voices(this, place, paragraph, theme, draw)
    yield Document(path, said + _figures(this, draw) + _mechanism(this, draw) + _circle(this, draw)
                   + _of_the_organisation(this, themes, remedies))


def _observations(this: Review) -> list[Statement]:
    acronym, document = BODIES[this.body][0], f"document:{this.slug}"
    said = say(document, "sv:Document", this.symbol, ("sv:adoptedAt", f"session:{this.body}-{session_of(this.day)}"),
               ("dcterms:issued", typed(this.day + timedelta(days=30), "date")), ("sv:inCycle", this.cycle),
               ("sv:documentType", "doctype:concluding-observations"), ("sv:issuedBy", f"body:{this.body}"),
               ("sv:symbol", f'"{this.symbol}"'))
    said += say(this.cycle, "sv:Cycle", f"{acronym}: report {this.serial} of {this.code.upper()}",
                ("sv:body", f"body:{this.body}"), ("sv:cycleNumber", f'"{this.serial}"'),
                ("sv:state", f"state:{this.code}"), ("sv:underInstrument", f"instrument:{INSTRUMENTS[this.body]}"))
    return said + say(f"event:{this.slug}-adoption", "sv:ProceduralEvent", f"{this.symbol}: adopted",
                      ("sv:inProcedure", this.procedure), ("sv:eventType", "eventtype:concluding-observations-adopted"),
                      ("sv:performedBy", f"body:{this.body}"), ("sv:recordedIn", document), *dated(this.day))


def _recommendation(this: Review, paragraph: int, theme: str, remedies: dict[tuple[int, str], str],
                    draw: Random) -> list[Statement]:
    """Recommend something in two parts; the first repeats the one of the review before."""
    name = f"{this.slug}-p{paragraph}"
    said = say(f"recommendation:{name}", "sv:Recommendation",
               f"{this.symbol}, para. {paragraph}: {theme.replace('-', ' ')}", ("sv:inCycle", this.cycle),
               ("sv:inPassage", f"passage:{name}"), ("sv:madeBy", f"body:{this.body}"),
               ("sv:recommendationNumber", f'"{paragraph}"'), ("sv:recommendedTo", f"state:{this.code}"),
               ("sv:recordedIn", f"document:{this.slug}"), ("sv:theme", f"theme:{theme}"),
               ("sv:summary", text(f"The committee asks about {theme.replace('-', ' ')}.")), *dated(this.day))
    for letter in "ab":
        before = f"component:{this.slug.removesuffix(str(this.serial))}{this.serial - 1}-p{paragraph}-{letter}"
        repeats = [("sv:reiterates", before)] if letter == "a" and this.serial % CYCLES != 1 else []
        said += say(f"component:{name}-{letter}", "sv:RecommendationComponent",
                    f"{this.symbol}, para. {paragraph} ({letter})", ("sv:componentOf", f"recommendation:{name}"),
                    ("sv:letter", f'"{letter}"'), ("sv:inPassage", f"passage:{name}"), ("sv:theme", f"theme:{theme}"),
                    ("sv:seeksRemedy", f"remedy:{remedies[paragraph, letter]}"),
                    ("sv:summary", text(f"{remark(draw)}.".capitalize())), *repeats)
    return said + passage(this.slug, paragraph)


def _upr(this: Review) -> list[Statement]:
    """Let the State support a recommendation of the universal periodic review that coincides with one of these."""
    name, where = f"{this.slug}-upr", f"passage:{this.slug}-p{PARAGRAPHS[0]}"
    said = say(f"recommendation:{name}", "sv:Recommendation", f"Universal periodic review: as {this.symbol}",
               ("sv:coincidesWith", f"recommendation:{this.slug}-p{PARAGRAPHS[0]}"), ("sv:inPassage", where),
               ("sv:madeBy", "organisation:human-rights-council"), ("sv:recommendedTo", f"state:{this.code}"),
               ("sv:summary", text("The same in other words.")), *dated(this.day))
    return said + say(f"uprposition:{name}", "sv:UPRPosition", f"{this.code.upper()} supports it",
                      ("sv:accordingTo", f"body:{this.body}"), ("sv:inPassage", where),
                      ("sv:takenBy", f"state:{this.code}"), ("sv:positionOn", f"recommendation:{name}"),
                      ("sv:takesPosition", "uprpositionkind:supported"), *dated(this.day))


def _letter(this: Review, draw: Random) -> list[Statement]:
    """Describe procedure, reply, report of the organisation and letter of the committee."""
    letter, report, replied = f"document:{this.slug}-letter", f"altreport:{this.slug}", this.day + timedelta(days=350)
    status = draw.choice(("ongoing", "discontinued", "closed-satisfactory"))
    parts = [f"component:{this.slug}-p{paragraph}-{part}" for paragraph in PARAGRAPHS for part in "ab"]
    said = say(letter, "sv:Document", f"Letter on {this.symbol}", ("sv:documentType", "doctype:follow-up-letter"),
               ("sv:issuedBy", f"body:{this.body}"), ("dcterms:issued", typed(this.graded, "date")))
    said += say(f"document:{this.slug}-reply", "sv:Document", f"Reply to {this.symbol}",
                ("sv:documentType", "doctype:state-reply"), ("sv:issuedBy", f"state:{this.code}"), *dated(replied))
    said += say(this.procedure, "sv:FollowUpProcedure", f"Follow-up to {this.symbol}", ("sv:body", f"body:{this.body}"),
                ("sv:followsUp", f"document:{this.slug}"), ("sv:inCycle", this.cycle),
                ("sv:procedureStatus", f"procedurestatus:{status}"), ("sv:procedureType", "proceduretype:co-follow-up"),
                ("sv:state", f"state:{this.code}"), ("sv:hasEvent", f"event:{this.slug}-adoption"),
                ("sv:hasEvent", f"event:{this.slug}-letter"),
                *(("sv:selects", f"recommendation:{this.slug}-p{paragraph}") for paragraph in PARAGRAPHS))
    kind = "discontinuance" if status == "discontinued" else "follow-up-letter"
    said += say(f"event:{this.slug}-letter", "sv:ProceduralEvent", f"{this.symbol}: letter", *dated(this.graded),
                ("sv:inProcedure", this.procedure), ("sv:eventType", f"eventtype:{kind}"),
                ("sv:performedBy", f"body:{this.body}"), ("sv:recordedIn", letter))
    said += say(this.reply, "sv:Reply", f"Reply of {this.code.upper()} on {this.symbol}", *dated(replied),
                ("sv:inProcedure", this.procedure), ("sv:recordedIn", f"document:{this.slug}-reply"),
                ("sv:submittedBy", f"state:{this.code}"), *(("sv:addresses", part) for part in parts[:-1]))
    said += say(this.ngo, "sv:NonGovernmentalOrganisation", f"Coalition of {this.code.upper()} before the "
                f"{BODIES[this.body][0]}", ("dcterms:source", letter))
    said += say(report, "sv:AlternativeReport", f"Report of the coalition on {this.symbol}",
                ("sv:inProcedure", this.procedure), ("sv:recordedIn", letter), ("sv:submittedBy", this.ngo),
                *dated(replied + timedelta(days=30)), *(("sv:addresses", part) for part in parts[::2]))
    return said


def _deadlines(this: Review, draw: Random) -> list[Statement]:
    """Say when the reply was due, and when the next report is."""
    common = [("dcterms:source", f"document:{this.slug}-letter"), ("sv:inCycle", this.cycle),
              ("sv:obligedParty", f"state:{this.code}"), ("sv:owedTo", f"body:{this.body}")]
    due = date(2026, 12, 1) + timedelta(days=draw.randrange(700))
    said = say(f"deadline:{this.slug}-reply", "sv:Deadline", f"Reply on {this.symbol}", *common,
               ("sv:baseEvent", f"event:{this.slug}-adoption"), ("sv:computedBy", CURATORS),
               ("sv:countingRule", "countingrule:calendar"), ("sv:duration", typed("P1Y", "yearMonthDuration")),
               ("sv:inProcedure", this.procedure), ("sv:metBy", f"document:{this.slug}-reply"))
    return said + say(f"deadline:{this.slug}-report", "sv:Deadline", f"Report after {this.symbol}", *common,
                      ("sv:computedBy", f"body:{this.body}"), ("sv:countingRule", "countingrule:stated-date"),
                      ("sv:dueOn", typed(due, "date")))


def _assessed(this: Review, paragraph: int, draw: Random) -> list[Statement]:
    """Grade both parts of a recommendation, note a silence, ask for more."""
    said = passage(f"{this.slug}-letter", paragraph)
    where = f"passage:{this.slug}-letter-p{paragraph}"
    for letter in "ab":
        grade, part = draw.choice(GRADES[this.body]), f"component:{this.slug}-p{paragraph}-{letter}"
        scales = [("hrcco2016", "hrc-co-2016", grade)]
        if this.body == "cat":
            scales = [("catimplementation", "cat-implementation-2015", grade),
                      ("catinformation", "cat-information-2015", draw.choice("123"))]
        silent = [("sv:notesSilence", part)] if (paragraph, letter) == (PARAGRAPHS[-1], "b") else []
        said += say(f"assessment:{this.slug}-p{paragraph}-{letter}", "sv:Assessment",
                    f"Paragraph {paragraph} ({letter}): {grade}", ("sv:assessedBy", f"body:{this.body}"), *silent,
                    ("sv:assessesComponent", part), ("sv:basedOn", this.reply),
                    ("sv:basedOn", f"altreport:{this.slug}"),
                    *(("sv:grade", f"{prefix}:{value}") for prefix, _, value in scales),
                    *(("sv:gradeScheme", f"scheme:{scheme}") for _, scheme, _ in scales), ("sv:inPassage", where),
                    ("sv:inProcedure", this.procedure), ("sv:verbatimGrade", f'"{grade}"'), *dated(this.graded))
    said += say(f"inforequest:{this.slug}-p{paragraph}", "sv:InformationRequest", f"{this.symbol}: {remark(draw)}",
                ("sv:aboutComponent", f"component:{this.slug}-p{paragraph}-a"), ("sv:inPassage", where),
                ("sv:inProcedure", this.procedure), ("sv:requestedBy", f"body:{this.body}"),
                ("sv:requestedFrom", f"state:{this.code}"), ("sv:summary", text("The committee misses details.")),
                *dated(this.graded))
    name = f"{this.slug}-p{paragraph}"
    return said + say(f"taken:{name}", "sv:MeasureTaken", f"{this.symbol}: law on paragraph {paragraph}",
                      ("sv:accordingTo", f"state:{this.code}"), ("sv:addresses", f"component:{name}-a"),
                      ("sv:byLegalAct", f"instrument:{this.slug}-law"), ("sv:inPassage", where),
                      ("sv:measureType", "measuretype:law"), ("sv:takenBy", f"state:{this.code}"),
                      ("sv:responsibleAuthority", f"organisation:{this.code}-ministry"), ("sv:stage", "stage:in-force"),
                      ("sv:summary", text("A law was adopted.")), *dated(this.graded - timedelta(days=200)))


def _voices(this: Review, place: int, paragraph: int, theme: str, draw: Random) -> list[Statement]:
    """Let the State affirm what the organisation denies, and the committee answer both."""
    about, where = f"question:{this.slug}-{place}", f"passage:{this.slug}-letter-p{paragraph}"
    part, said_on = ("sv:concerns", f"component:{this.slug}-p{paragraph}-a"), this.graded - timedelta(days=150)
    upper, gist = this.code.upper(), remark(draw)
    state_claim, ngo_claim, body_claim = (f"{this.slug}-{place}-{who}" for who in ("state", "ngo", "body"))
    said = say(about, "sv:Question", f"Does {upper} do what {this.symbol}, para. {paragraph}, asks?",
               ("rdfs:label", text(f"Выполняет ли {upper} пункт {paragraph} документа {this.symbol}?", "ru")),
               ("sv:theme", f"theme:{theme}"))
    said += claim(state_claim, f"{upper} says that it does", where, f"state:{this.code}", about, "asserts", said_on,
                  part, ("sv:inReply", this.reply), ("sv:reportedBy", f"body:{this.body}"),
                  ("sv:summary", text(f"The State says that {gist}.")))
    said += claim(ngo_claim, f"The coalition of {upper} says that it does not", where, this.ngo, about, "denies",
                  said_on + timedelta(days=30), part, ("sv:inReport", f"altreport:{this.slug}"),
                  ("sv:reportedBy", f"body:{this.body}"), ("sv:summary", text(f"The coalition denies that {gist}.")))
    said += claim(body_claim, f"The committee on paragraph {paragraph}", where, f"body:{this.body}", about, "denies",
                  this.graded, part, ("sv:summary", text(f"The committee regrets that {gist}.")))
    said += relation(f"{this.slug}-{place}-contradicts", f"{this.symbol}: State and coalition", ngo_claim,
                     "contradicts", state_claim)
    return said + relation(f"{this.slug}-{place}-repeats", f"{this.symbol}: committee and coalition", body_claim,
                           draw.choice(("repeats", "corroborates", "responds-to")), ngo_claim)


def _figures(this: Review, draw: Random) -> list[Statement]:
    """Give figures: two parts and their total, and cases closed of those opened over an incident."""
    letter, upper = f"{this.slug}-letter", this.code.upper()
    about, incident = f"question:{this.slug}-figures", f"incident:{this.slug}"
    where, told = f"passage:{letter}-p{PARAGRAPHS[0]}", this.graded - timedelta(days=150)
    first, second, opened = draw.randrange(1, 400), draw.randrange(1, 400), draw.randrange(500, 900)
    said = say(about, "sv:Question", f"How many cases were there in {upper} before {this.symbol}?",
               ("rdfs:label", text(f"Сколько дел было в {upper} до документа {this.symbol}?", "ru")),
               ("sv:theme", "theme:statistics"))
    said += say(incident, "sv:Incident", f"Events in {upper} before {this.symbol}",
                ("dcterms:source", f"document:{letter}"), ("sv:accordingTo", f"body:{this.body}"),
                *dated(this.day - timedelta(days=100)))
    said += say(f"instrument:{this.slug}-law", "sv:LegalAct", f"Law of {upper} after {this.symbol}",
                ("dcterms:source", f"document:{letter}"), ("sv:legalActType", "legalacttype:law"),
                ("sv:entryIntoForce", typed(this.graded - timedelta(days=200), "date")))
    for name, indicator, value, pairs in (
        ("total", "convictions-total", first + second, ()),
        ("part-1", "torture-convictions", first, (("sv:partOfTotal", f"claim:{this.slug}-total"),)),
        ("part-2", "convictions-other-crimes", second, (("sv:partOfTotal", f"claim:{this.slug}-total"),)),
        ("opened", "pretrial-investigations", opened, (("sv:concernsIncident", incident),)),
        ("closed", "closed-investigations", opened // 2, (("sv:concernsIncident", incident),
                                                          ("sv:denominator", f"claim:{this.slug}-opened"))),
        ("allegations", "registered-allegations", first * 3, (
            ("sv:periodStart", typed(date(this.day.year, 1, 1), "date")),
            ("sv:periodEnd", typed(date(this.day.year, 6, 30), "date")),
            ("sv:periodStated", f'"first half of {this.day.year}"'))),
    ):
        said += figure(f"{this.slug}-{name}", f"{indicator.replace('-', ' ').capitalize()} in {upper}: {value}", where,
                       f"state:{this.code}", about, told, (indicator, value), ("sv:inReply", this.reply),
                       ("sv:reportedBy", f"body:{this.body}"), *pairs)
    return said


def _mechanism(this: Review, draw: Random) -> list[Statement]:
    """Let the coalition deny that the preventive mechanism reaches a kind of place."""
    about, place = f"question:{this.slug}-mechanism", draw.choice(PLACES)
    said = say(about, "sv:Question", f"May the mechanism of {this.code.upper()} visit all places ({this.symbol})?",
               ("rdfs:label", text(f"Все ли места посещает механизм {this.code.upper()} ({this.symbol})?", "ru")),
               ("sv:theme", "theme:conditions-of-detention"))
    return said + claim(f"{this.slug}-mechanism", f"The mechanism does not reach every {place.replace('-', ' ')}",
                        f"passage:{this.slug}-letter-p{PARAGRAPHS[0]}", this.ngo, about, "denies", this.graded,
                        ("sv:concerns", f"organisation:{this.code}-mechanism"), ("sv:concerns", f"placetype:{place}"),
                        ("sv:summary", text("A kind of place is left out.")))


def _circle(this: Review, draw: Random) -> list[Statement]:
    """Let the coalition report what the ministry repeats after it, so that the claim has one source only."""
    about, where = f"question:{this.slug}-circle", f"passage:{this.slug}-letter-p{PARAGRAPHS[1]}"
    gist, again = remark(draw), f"{this.slug}-circle-again"
    said = say(about, "sv:Question", f"Is it so that {gist} in {this.code.upper()} ({this.symbol})?",
               ("rdfs:label", text(f"Так ли это в {this.code.upper()} ({this.symbol})?", "ru")),
               ("sv:theme", "theme:impunity"))
    said += claim(f"{this.slug}-circle", f"The coalition: {gist}", where, this.ngo, about, "asserts",
                  this.graded - timedelta(days=90), ("sv:summary", text(f"The coalition says that {gist}.")))
    said += claim(again, f"The ministry, as the coalition tells: {gist}", where, f"organisation:{this.code}-ministry",
                  about, "asserts", this.graded, ("sv:reportedBy", this.ngo),
                  ("sv:summary", text(f"The ministry is said to say that {gist}.")))
    return said + relation(f"{this.slug}-circle", f"{this.symbol}: the ministry repeats the coalition", again,
                           "repeats", f"{this.slug}-circle")


def _of_the_organisation(this: Review, themes: dict[int, str],
                         remedies: dict[tuple[int, str], str]) -> list[Statement]:
    """Let the coalition recommend what the committee recommends."""
    paragraph, name = PARAGRAPHS[2], f"{this.slug}-coalition"
    where, theme = f"passage:{this.slug}-letter-p{paragraph}", ("sv:theme", f"theme:{themes[paragraph]}")
    said = say(f"recommendation:{name}", "sv:Recommendation", f"The coalition on {this.symbol}",
               ("sv:inPassage", where), ("sv:madeBy", this.ngo), ("sv:recommendedTo", f"state:{this.code}"),
               ("sv:recordedIn", f"document:{this.slug}-letter"), theme,
               ("sv:summary", text("The coalition asks for the same.")), *dated(this.graded - timedelta(days=90)))
    return said + say(f"component:{name}", "sv:RecommendationComponent", f"The coalition on {this.symbol}, its point",
                      ("sv:componentOf", f"recommendation:{name}"), ("sv:inPassage", where), theme,
                      ("sv:seeksRemedy", f"remedy:{remedies[paragraph, 'a']}"), ("sv:summary", text("The same.")))
