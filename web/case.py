"""The page of one case: what a lawyer asks first, above everything that is known of it."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from flask import Blueprint, Response, request

from kg import saved
from kg.entity import Entity
from kg.provisions import provisions
from kg.saved import Row
from web import entity
from web.site import current

blueprint = Blueprint("case", __name__)

Pairs = tuple[tuple[str, str], ...]
"""IRI and label of each of several things"""


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
    documents: Pairs
    sessions: Pairs
    grounds: Pairs
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
    passages: Pairs


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
    types: Pairs
    passages: Pairs
    numbers: tuple[str, ...]


class Source(NamedTuple):
    """Hold one source graph: the documents behind it and the addresses where these were read."""

    iri: str
    label: str
    documents: Pairs
    consulted: tuple[str, ...]


@blueprint.get("/page/communication/<slug:name>")
def page(name: str) -> Response:
    """Show one case: key facts, timeline, provisions, measures, sources, then all statements."""
    if request.args:
        return entity.page(f"communication/{name}")
    subject = entity.existing(current(), f"/id/communication/{name}")
    shown = entity.view(subject, f"/communication/{name}")
    facts = _rows("page-case", subject)
    decisions = _decisions(subject)
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
        measures=_measures(subject),
        read=_sources(subject),
    )


def _rows(name: str, subject: str) -> list[Row]:
    return saved.run(current().store, name, communication=subject)


def _labels(shown: Entity, local: str) -> list[str]:
    """Return the values of the property with a local name, without repetition."""
    groups = [group for group in shown.groups if group.property.iri.endswith(local)]
    return list(dict.fromkeys(value.label for group in groups for value in group.values))


def _by(rows: list[Row], name: str) -> dict[str, list[Row]]:
    """Group rows by the value of one column, in order; a row without that value is left out."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[name]:
            grouped[_text(row, name)].append(row)
    return grouped


def _distinct(rows: list[Row], *names: str) -> tuple[str, ...]:
    """Return the different values of columns, in order."""
    return tuple(dict.fromkeys(_text(row, name) for name in names for row in rows if row[name]))


def _pairs(rows: list[Row], iri: str, label: str) -> Pairs:
    """Return the different pairs of two columns, in order."""
    return tuple(dict.fromkeys((_text(row, iri), _text(row, label)) for row in rows if row[iri] and row[label]))


def _parties(subject: str) -> dict[str, list[Party]]:
    """Return authors, alleged victims and counsel by the label of the part they play."""
    parties: dict[str, list[Party]] = {}
    for part, agents in _by(_rows("page-case-people", subject), "partName").items():
        parties[part] = []
        for agent, rows in _by(agents, "agent").items():
            remarks = [f"{relation} of the author" for relation in _distinct(rows, "relation")]
            remarks += ["deceased"] if "true" in _distinct(rows, "deceased") else []
            remarks += [f"for {name}" for name in _distinct(rows, "organisationName")]
            remarks += [f"in {number}" for number in _distinct(rows, "number")]
            remarks += _distinct(rows, "limitation")
            parties[part].append(Party(agent, _text(rows[0], "agentName"), tuple(remarks)))
    return parties


def _decisions(subject: str) -> list[Decision]:
    return [
        Decision(
            iri=decision,
            date=_text(rows[0], "date"),
            outcome=_text(rows[0], "outcome").rpartition("/")[2],
            outcome_label=_text(rows[0], "outcomeName"),
            documents=_pairs(rows, "document", "symbol"),
            sessions=_pairs(rows, "session", "sessionName"),
            grounds=_pairs(rows, "ground", "citation"),
            remarks=(*_distinct(rows, "reason"), *(f"Vote: {vote}" for vote in _distinct(rows, "vote"))),
        )
        for decision, rows in _by(_rows("page-case-decisions", subject), "decision").items()
    ]


def _steps(subject: str, decisions: list[Decision]) -> list[Step]:
    """Return the events and decisions of a case in the order of their dates."""
    events = _by(_rows("page-case-events", subject), "event")
    steps = [
        Step(
            _text(rows[0], "date"),
            _text(rows[0], "typeName") or _text(rows[0], "eventName"),
            event,
            _distinct(rows, "number"),
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
    concerned = _by(_rows("page-case-findings", subject), "provision")
    known = provisions(current().store)
    invoked = [iri for iri, rows in concerned.items() if _text(rows[0], "invoked") == "true"]
    concluded = [iri for iri, rows in concerned.items() if rows[0]["finding"]]
    return [
        Examined(
            iri=iri,
            citation=_text(rows[0], "citation"),
            label=_text(rows[0], "label"),
            invoked=iri in invoked,
            findings=tuple(_conclusion(finding, found) for finding, found in _by(rows, "finding").items()),
            parts=tuple(known[part].citation for part in concluded if iri in known[part].within),
            whole=next((known[whole].citation for whole in invoked if whole in known[iri].within), ""),
        )
        for iri, rows in concerned.items()
    ]


def _conclusion(finding: str, rows: list[Row]) -> Conclusion:
    return Conclusion(
        iri=finding,
        outcome=_text(rows[0], "outcome").rpartition("/")[2],
        outcome_label=_text(rows[0], "outcomeName"),
        limits=_distinct(rows, "number", "person"),
        remarks=_distinct(rows, "limitation"),
        passages=_pairs(rows, "passage", "paragraph"),
    )


def _measures(subject: str) -> list[Measure]:
    return [
        Measure(
            iri=measure,
            label=_text(rows[0], "label") or _text(rows[0], "summary") or "measure",
            types=_pairs(rows, "type", "typeName"),
            passages=_pairs(rows, "passage", "paragraph"),
            numbers=_distinct(rows, "number"),
        )
        for measure, rows in _by(_rows("page-case-measures", subject), "measure").items()
    ]


def _sources(subject: str) -> list[Source]:
    return [
        Source(
            iri=graph,
            label=next(iter(_distinct(rows, "graphName")), graph),
            documents=_pairs(rows, "document", "documentName"),
            consulted=_distinct(rows, "consulted"),
        )
        for graph, rows in _by(_rows("page-case-sources", subject), "graph").items()
    ]


def _text(row: Row, name: str) -> str:
    return str(row[name] or "")
