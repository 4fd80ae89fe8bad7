"""Made-up papers of organisations: questions, claims and figures."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from statements import (
    ACTS,
    ACTS_RU,
    BODIES,
    INDICATORS,
    JUDGEMENTS,
    THEMES,
    Document,
    claim,
    dated,
    figure,
    graph,
    passage,
    say,
    some_day,
    some_state,
    text,
    typed,
)


def paper(_: int, number: int, draw: Random) -> Iterator[Document]:
    """Make the paper of an organisation."""
    day, code = some_day(draw), some_state(number, draw)
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
        question, name, where = f"question:{slug}-{place}", f"{slug}-{place}", f"passage:{slug}-p{place}"
        said += say(question, "sv:Question", f"What is said of {ACTS[act]} in {code.upper()} ({number}.{place})?",
                    ("rdfs:label", text(f"Что говорят про {ACTS_RU[act]} в {code.upper()} ({number}.{place})?", "ru")),
                    ("sv:theme", f"theme:{theme}"), ("sv:aboutProvision", f"provision:cat-{article}"))
        pairs = [("sv:concerns", f"state:{code}"), ("sv:inReport", report)]
        if place % 3 == 0:
            indicator, value = draw.choice(INDICATORS), draw.randrange(1, 3000)
            said += figure(name, f"{indicator.replace('-', ' ').capitalize()} in {code.upper()}: {value}", where,
                           organisation, question, day, (indicator, value), *pairs)
        else:
            said += claim(name, f"{ACTS[act]} {judgement}".capitalize(), where, organisation, question, "asserts", day,
                          *pairs, ("sv:summary", text(f"The organisation says that {ACTS[act]} {judgement}.")))
        said += passage(slug, place)
    yield Document(path, said)
