"""Made-up source documents in the model of the project: decisions, concluding observations, letters and papers.

Each document is drawn from its own seed, so the same number always gives the same statements, whatever is made before
it. The States are the codes XAA to XZZ, which ISO 3166 leaves to users, so nothing here can be taken for a fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from decisions import decision
from papers import paper
from reviews import review
from statements import (
    BODIES,
    CURATORS,
    FIRST_YEAR,
    INSTRUMENTS,
    PLACES,
    SESSIONS_A_YEAR,
    YEARS,
    Document,
    Statement,
    dated,
    graph,
    passage,
    say,
    session_of,
    state,
    states_by,
    text,
    typed,
)

MIX = (decision, review, decision, paper, decision, decision, paper, decision, decision, paper)


def documents(seed: int) -> Iterator[Document]:
    """Yield the sessions and then one document after the other, without end; each State before it is spoken of."""
    yield sessions()
    number = described = 0
    while True:
        number += 1
        while described < states_by(number):
            yield a_state(state(described))
            described += 1
        yield from MIX[number % len(MIX)](number // len(MIX), number, Random(f"{seed}-{number}"))


def sessions() -> Document:
    """Make the list of the sessions that the documents refer to."""
    said = graph("generated/sessions", "Made-up sessions", "document:generated-sessions")
    said += _list("generated-sessions", "List of made-up sessions")
    for body, (acronym, _) in BODIES.items():
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
            for third in range(SESSIONS_A_YEAR):
                first = date(year, 1, 1) + timedelta(days=122 * third)
                last = first + timedelta(days=121) if third < SESSIONS_A_YEAR - 1 else date(year, 12, 31)
                number = session_of(first)
                said += say(f"session:{body}-{number}", "sv:Session", f"Session {number} of {acronym}",
                            ("sv:sessionOf", f"body:{body}"), ("sv:sessionNumber", typed(number, "integer")),
                            ("sv:startDate", typed(first, "date")), ("sv:endDate", typed(last, "date")),
                            ("dcterms:source", "document:generated-sessions"))
    return Document("generated/sessions", said)


def a_state(code: str) -> Document:
    """Make the list on a State: the treaties that bind it, who runs its prisons, its preventive mechanism."""
    upper, path, listed = code.upper(), f"generated/states/{code}", f"document:generated-{code}"
    said = graph(path, f"Made-up State {upper}", listed) + _list(f"generated-{code}", f"List on {upper}")
    said += say(f"state:{code}", "sv:State", f"State {upper}", ("sv:isoCode", f'"{upper}"'))
    for body, (acronym, _) in BODIES.items():
        said += say(f"act:{code}-{body}-ratification", "sv:TreatyAct", f"{upper}: ratification, {acronym}",
                    ("dcterms:source", listed), ("sv:actType", "acttype:ratification"), ("sv:state", f"state:{code}"),
                    ("sv:instrument", f"instrument:{INSTRUMENTS[body]}"), *dated(date(1985, 1 + len(body), 1)))
    said += say(f"organisation:{code}-ministry", "sv:Authority", f"Ministry of {upper}", ("dcterms:source", listed))
    said += say(f"organisation:{code}-mechanism", "sv:NationalPreventiveMechanism", f"Preventive mechanism of {upper}",
                ("dcterms:source", listed))
    said += say(f"jurisdiction:{code}-prisons", "sv:Jurisdiction", f"{upper}: who runs the prisons",
                ("sv:accordingTo", f"state:{code}"), ("sv:authority", f"organisation:{code}-ministry"),
                ("sv:inPassage", f"passage:generated-{code}-p1"), ("sv:responsibleFor", f"placetype:{PLACES[0]}"),
                ("sv:summary", text("The ministry runs the prisons.")), *dated(date(2001, 1, 1)))
    return Document(path, said + passage(f"generated-{code}", 1))


def _list(slug: str, label: str) -> list[Statement]:
    return say(f"document:{slug}", "sv:Document", label, ("sv:documentType", "doctype:reference-list"),
               ("sv:issuedBy", CURATORS))
