"""The page of one case: what a lawyer asks first, above everything that is known of it.

What followed the decision comes from `web.implementation`.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.entity import Entity
from kg.provisions import provisions
from kg.rows import Links, by, distinct, links, text
from kg.saved import Row
from web import entity
from web.implementation import aftermath
from web.site import current

blueprint = Blueprint("case", __name__)


class Party(NamedTuple):
    """Hold one party: who, and what is said of their role."""

    iri: str
    label: str
    remarks: tuple[str, ...]


class Decision(NamedTuple):
    """Hold one decision on the case; dates are EDTF, outcomes notation and label."""

    iri: str
    date: str
    outcome: str
    outcome_label: str
    documents: Links
    sessions: Links
    grounds: Links
    remarks: tuple[str, ...]


class Step(NamedTuple):
    """Hold one dated step of a case: date as stated (EDTF), what happened, to which numbers it is limited."""

    date: str
    label: str
    iri: str
    numbers: tuple[str, ...] = ()
    outcome: str = ""
    outcome_label: str = ""


class Conclusion(NamedTuple):
    """Hold one finding on a provision: outcome, to whom or what it is limited, and where it is stated."""

    iri: str
    outcome: str
    outcome_label: str
    limits: tuple[str, ...]
    remarks: tuple[str, ...]
    passages: Links


class Examined(NamedTuple):
    """Hold one provision of a case: whether it was invoked, each finding on it, and how it hangs with others."""

    iri: str
    citation: str
    label: str
    invoked: bool
    findings: tuple[Conclusion, ...]
    parts: tuple[str, ...]
    """citations of parts of it on which there is a finding"""
    whole: str
    """citation of a larger provision that was invoked"""


class Measure(NamedTuple):
    """Hold one step that the committee asked for."""

    iri: str
    label: str
    types: Links
    passages: Links
    numbers: tuple[str, ...]


class Source(NamedTuple):
    """Hold one source graph: the documents behind it and the addresses where these were read."""

    iri: str
    label: str
    documents: Links
    consulted: tuple[str, ...]


@blueprint.get("/page/communication/<slug:name>")
def page(name: str) -> Response:
    """Show one case: key facts, timeline, provisions, measures, sources, then all statements."""
    if request.args:
        return entity.page(f"communication/{name}")
    subject = entity.existing(current(), f"/id/communication/{name}")
    shown = entity.view(subject, f"/communication/{name}")
    facts = _rows("page-case", subject)
    decisions, measures = _decisions(subject), _measures(subject)
    return entity.show(
        "case.html",
        shown,
        facts=facts[0] if facts else None,
        title=next(iter(_labels(shown.entity, "title")), shown.entity.label),
        registered=_labels(shown.entity, "communicationNumber"),
        subjects=_labels(shown.entity, "subjectMatter"),
        issues=[*_labels(shown.entity, "substantiveIssue"), *_labels(shown.entity, "proceduralIssue")],
        parties=_parties(subject),
        decisions=decisions,
        steps=_steps(subject, decisions),
        examined=_examined(subject),
        measures=measures,
        after=aftermath(subject, [*(item.iri for item in measures), *(item.iri for item in decisions), subject]),
        read=_sources(subject),
    )


def _rows(name: str, subject: str) -> list[Row]:
    return saved.run(current().store, name, communication=subject)


def _labels(shown: Entity, local: str) -> list[str]:
    """Return the values of the property with a local name, without repetition."""
    groups = [group for group in shown.groups if group.property.iri.endswith(local)]
    return list(dict.fromkeys(value.label for group in groups for value in group.values))


def _parties(subject: str) -> dict[str, list[Party]]:
    """Return authors, alleged victims and counsel by the label of the part they play."""
    parties: dict[str, list[Party]] = {}
    for part, agents in by(_rows("page-case-people", subject), "partName").items():
        parties[part] = []
        for agent, rows in by(agents, "agent").items():
            remarks = [f"{relation} of the author" for relation in distinct(rows, "relation")]
            remarks += ["deceased"] if "true" in distinct(rows, "deceased") else []
            remarks += [f"for {name}" for name in distinct(rows, "organisationName")]
            remarks += [f"in {number}" for number in distinct(rows, "number")]
            remarks += distinct(rows, "limitation")
            parties[part].append(Party(agent, text(rows[0], "agentName"), tuple(remarks)))
    return parties


def _decisions(subject: str) -> list[Decision]:
    return [
        Decision(
            iri=decision,
            date=text(rows[0], "date"),
            outcome=text(rows[0], "outcome").rpartition("/")[2],
            outcome_label=text(rows[0], "outcomeName"),
            documents=links(rows, "document", "symbol"),
            sessions=links(rows, "session", "sessionName"),
            grounds=links(rows, "ground", "citation"),
            remarks=(*distinct(rows, "reason"), *(f"Vote: {vote}" for vote in distinct(rows, "vote"))),
        )
        for decision, rows in by(_rows("page-case-decisions", subject), "decision").items()
    ]


def _steps(subject: str, decisions: list[Decision]) -> list[Step]:
    """Return the events and decisions of a case in the order of their dates."""
    events = by(_rows("page-case-events", subject), "event")
    steps = [
        Step(
            text(rows[0], "date"),
            text(rows[0], "typeName") or text(rows[0], "eventName"),
            event,
            distinct(rows, "number"),
        )
        for event, rows in events.items()
    ]
    steps += [
        Step(decision.date, "decision", decision.iri, (), decision.outcome, decision.outcome_label)
        for decision in decisions
        if decision.date
    ]
    return sorted(steps, key=lambda step: step.date)


def _examined(subject: str) -> list[Examined]:
    """Return each provision that was invoked or on which there is a finding, with its findings."""
    concerned = by(_rows("page-case-findings", subject), "provision")
    known = provisions(current().store)
    invoked = [iri for iri, rows in concerned.items() if text(rows[0], "invoked") == "true"]
    concluded = [iri for iri, rows in concerned.items() if rows[0]["finding"]]
    return [
        Examined(
            iri=iri,
            citation=text(rows[0], "citation"),
            label=text(rows[0], "label"),
            invoked=iri in invoked,
            findings=tuple(_conclusion(finding, found) for finding, found in by(rows, "finding").items()),
            parts=tuple(known[part].citation for part in concluded if iri in known[part].within),
            whole=next((known[whole].citation for whole in invoked if whole in known[iri].within), ""),
        )
        for iri, rows in concerned.items()
    ]


def _conclusion(finding: str, rows: list[Row]) -> Conclusion:
    return Conclusion(
        iri=finding,
        outcome=text(rows[0], "outcome").rpartition("/")[2],
        outcome_label=text(rows[0], "outcomeName"),
        limits=distinct(rows, "number", "person"),
        remarks=distinct(rows, "limitation"),
        passages=links(rows, "passage", "paragraph"),
    )


def _measures(subject: str) -> list[Measure]:
    return [
        Measure(
            iri=measure,
            label=text(rows[0], "label") or text(rows[0], "summary") or "measure",
            types=links(rows, "type", "typeName"),
            passages=links(rows, "passage", "paragraph"),
            numbers=distinct(rows, "number"),
        )
        for measure, rows in by(_rows("page-case-measures", subject), "measure").items()
    ]


def _sources(subject: str) -> list[Source]:
    return [
        Source(
            iri=graph,
            label=next(iter(distinct(rows, "graphName")), graph),
            documents=links(rows, "document", "documentName"),
            consulted=distinct(rows, "consulted"),
        )
        for graph, rows in by(_rows("page-case-sources", subject), "graph").items()
    ]
