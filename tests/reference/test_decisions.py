"""Every known cell of the list of decisions on Kazakhstan is a fact in the file of the decision, and nothing more."""

import re

import pytest

from tests.reference.facts import cell, in_pairs, plain, slug

BODY = {"CAT": "body:cat", "HRC": "body:ccpr", "CEDAW": "body:cedaw"}
DOCUMENT_TYPE = {
    "violation": ("doctype:views", "doctype:decision-merits"),
    "no violation": ("doctype:views", "doctype:decision-merits"),
    "inadmissible": ("doctype:decision-inadmissibility",),
    "discontinued": ("doctype:decision-discontinuance",),
    "admissible": ("doctype:decision-admissibility",),
}
# Words that only join; the rest of a cell on remedies must return in the labels of the measures.
JOINING = {"with", "from", "that", "where", "including", "against", "their"}


def test_every_decision_has_a_file_and_every_file_a_decision(decision_rows, by_file):
    against_kazakhstan = [name for name, facts in by_file.items() if facts.that("sv:respondent", "state:kaz")]
    assert sorted(slug(row) for row in decision_rows) == sorted(against_kazakhstan)
    assert len(against_kazakhstan) == 90


def test_document_decision_and_communication_agree_with_the_row(decision_rows, by_file):
    faults = []
    for row, facts, decision, communication in in_pairs(decision_rows, by_file):
        document = facts.one(decision, "sv:recordedIn")
        expected = {
            "symbol": (cell(row, "symbol"), facts.values(document, "sv:symbol")),
            "number": (cell(row, "communication_number"), facts.values(communication, "sv:communicationNumber")),
            "body": ([BODY[row["committee"]]], facts.values(communication, "sv:submittedTo")),
            "issued by": ([BODY[row["committee"]]], facts.values(document, "sv:issuedBy")),
            "state": (["state:kaz"] if row["state_party"] else [], facts.values(communication, "sv:respondent")),
            "title": (
                [row["title"].replace(" (admissibility)", "")] if row["title"] else [],
                facts.values(communication, "dcterms:title"),
            ),
            "date": ([row["date_of_decision"]], facts.values(decision, "sv:edtf")),
            "outcome": (["outcome:" + row["outcome"].replace(" ", "-")], facts.values(decision, "sv:outcome")),
            "decision": ([decision], facts.values(communication, "sv:hasDecision")),
        }
        faults += [
            f"{slug(row)}: {name}: {pair}" for name, pair in expected.items() if sorted(pair[0]) != sorted(pair[1])
        ]
        if facts.one(document, "sv:documentType") not in DOCUMENT_TYPE[row["outcome"]]:
            faults.append(f"{slug(row)}: type of document")
    assert faults == []


def test_sessions_carry_number_body_and_dates(decision_rows, by_file, data):
    faults = []
    for row, facts, decision, _ in in_pairs(decision_rows, by_file):
        session = facts.one(decision, "sv:adoptedAt")
        number = re.match(r"\d+", row["session"])[0]
        if (data.one(session, "sv:sessionNumber"), data.one(session, "sv:sessionOf")) != (
            number,
            BODY[row["committee"]],
        ):
            faults.append(f"{slug(row)}: {session}")
        days = re.search(r"\((.*)\)", row["session"])
        if bool(days) and not (data.one(session, "sv:startDate") and data.one(session, "sv:endDate")):
            faults.append(f"{slug(row)}: {session} lacks {days[1]}")
        first, last = data.one(session, "sv:startDate"), data.one(session, "sv:endDate")
        if first and last and not first <= facts.one(decision, "sv:earliest") <= last:
            faults.append(f"{slug(row)}: adopted outside the session")
    assert faults == []


def test_dates_of_submission(decision_rows, by_file):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        submissions = [
            event
            for event in facts.values(communication, "sv:hasEvent")
            if facts.one(event, "sv:eventType") == "eventtype:initial-submission"
        ]
        stated = sorted(date for event in submissions for date in facts.values(event, "sv:edtf"))
        if stated != sorted(cell(row, "date_of_complaint")):
            faults.append(f"{slug(row)}: {stated}")
        if len(submissions) > 1 and not all(facts.one(event, "sv:concernsNumber") for event in submissions):
            faults.append(f"{slug(row)}: which number was submitted when?")
    assert faults == []


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("subject_matter", "sv:subjectMatter"),
        ("procedural_issues", "sv:proceduralIssue"),
        ("substantive_issues", "sv:substantiveIssue"),
    ],
)
def test_subject_and_issues(decision_rows, by_file, field, name):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        stated = {plain(value) for value in facts.values(communication, name)}
        parts = [row[field]] if field == "subject_matter" and row[field] else cell(row, field)
        parts = [part.replace(" (decision on admissibility)", "") for part in parts]
        if parts in (["None"], ["N/A"]):
            told = facts.values(communication, "sv:withoutProceduralIssue") == ["true"]
            faults += [] if told == (parts == ["None"]) and not stated else [f"{slug(row)}: {parts}"]
            continue
        expected: set[str] = set()
        for part in parts:
            expected |= {plain(part)} if plain(part) in stated else {plain(piece) for piece in part.split(",")}
        if stated != expected:
            faults.append(f"{slug(row)}: {stated ^ expected}")
    assert faults == []


def test_articles_invoked(decision_rows, by_file, data):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        stated = data.values(communication, "sv:invokesProvision") if "(admissibility)" in row["title"] else []
        stated = stated or facts.values(communication, "sv:invokesProvision")
        cited = sorted(citation for provision in stated for citation in data.values(provision, "sv:citation"))
        if cited != sorted(cell(row, "articles_invoked")):
            faults.append(f"{slug(row)}: {cited}")
    assert faults == []


def test_violations_are_those_of_the_rows_and_no_others(decision_rows, by_file, data):
    faults, count = [], 0
    for row, facts, decision, communication in in_pairs(decision_rows, by_file):
        findings = [
            f for f in facts.values(decision, "sv:hasFinding") if facts.one(f, "sv:outcome") == "outcome:violation"
        ]
        cited = sorted(data.one(facts.one(finding, "sv:provision"), "sv:citation") for finding in findings)
        count += len(cited)
        if cited != sorted(cell(row, "articles_found_violated")):
            faults.append(f"{slug(row)}: {cited}")
        for finding in facts.of_type("sv:Finding"):
            if finding not in facts.values(decision, "sv:hasFinding"):
                faults.append(f"{finding}: belongs to no decision")
            if facts.values(finding, "sv:concernsCommunication") != [communication]:
                faults.append(f"{finding}: another communication")
            if facts.one(finding, "sv:outcome") not in ("outcome:violation", "outcome:no-violation"):
                faults.append(f"{finding}: {facts.one(finding, 'sv:outcome')}")
    assert faults == []
    assert count == sum(len(cell(row, "articles_found_violated")) for row in decision_rows) == 166
    assert sum(row["outcome"] == "violation" for row in decision_rows) == 66


def test_limits_of_findings_on_joined_cases(data):
    def limit(finding: str) -> set[str]:
        people = [
            label for who in data.values(finding, "sv:concernsPerson") for label in data.values(who, "rdfs:label")
        ]
        return {*people, *data.values(finding, "sv:concernsNumber")}

    expected = {
        "finding:ccpr-c-137-d-2538-2015-2539-2015-iccpr-19-2": {
            "Georgiy Arkhangelskiy",
            "Bakhtiyar Albani",
            "Zhanar Sekerbayeva",
        },
        "finding:ccpr-c-138-d-2548-2677-2015-iccpr-19-2": {"Dilnar Insenova"},
        "finding:ccpr-c-140-d-3044-2017-3045-2017-iccpr-19-2": {"3044/2017", "3045/2017", "3072/2017"},
        "finding:ccpr-c-130-d-2664-2015-iccpr-14-1": {"Aliya Ismagulova"},
        "finding:ccpr-c-126-d-2542-2015-iccpr-19-2": {"2542/2015"},
        "finding:ccpr-c-124-d-2257-2013-iccpr-21": {"2257/2013"},
        "finding:ccpr-c-145-d-3250-2018-iccpr-10-1": {"Max Bokayev"},
        "finding:ccpr-c-145-d-3250-2018-iccpr-17-1": {"Max Bokayev"},
    }
    limited = {finding for finding in data.of_type("sv:Finding") if limit(finding)}
    assert {finding: limit(finding) for finding in limited} == expected
    assert all(data.values(finding, "sv:limitation") for finding in limited)


def test_no_violation_only_where_the_document_says_so(decision_rows, by_file, data):
    found = {}
    for row, facts, decision, _ in in_pairs(decision_rows, by_file):
        for finding in facts.values(decision, "sv:hasFinding"):
            if facts.one(finding, "sv:outcome") == "outcome:no-violation":
                assert row["outcome"] == "no violation"
                found.setdefault(slug(row), []).append(data.one(facts.one(finding, "sv:provision"), "sv:citation"))
    assert {key: sorted(value) for key, value in found.items()} == {
        "cat-c-53-d-495-2012": ["CAT 12", "CAT 13"],
        "ccpr-c-121-d-2403-2014": ["ICCPR 2(3)", "ICCPR 7"],
    }


def test_remedies(decision_rows, by_file):
    faults = []
    for row, facts, decision, _ in in_pairs(decision_rows, by_file):
        measures = facts.values(decision, "sv:requestsMeasure")
        labels = [label for measure in measures for label in facts.values(measure, "rdfs:label")]
        told = {word[:4] for label in [*labels, *facts.values(decision, "skos:note")] for word in words(label)}
        lost = {word for word in words(row["remedies_requested"]) if word[:4] not in told}
        if lost:
            faults.append(f"{slug(row)}: {lost}")
        if (
            bool(measures) != bool(row["remedies_requested"])
            or len(measures) < len(cell(row, "remedies_requested")) - 1
        ):
            faults.append(f"{slug(row)}: {len(measures)} measures")
        faults += [f"{measure}: no kind" for measure in measures if len(facts.values(measure, "sv:remedyType")) != 1]
        faults += [f"{measure}: no passage" for measure in measures if not facts.values(measure, "sv:inPassage")]
    assert faults == []


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.casefold()) if word not in JOINING}


def claimed(claim_rows: list[dict[str, str]], row: dict[str, str], field: str) -> list[str]:
    number = row["communication_number"]
    return [c["value"] for c in claim_rows if c["communication_number"] == number and c["field"] == field]


def test_grounds_of_inadmissibility(decision_rows, claim_rows, by_file, data):
    faults = []
    for row, facts, decision, _ in in_pairs(decision_rows, by_file):
        grounds = [part for value in claimed(claim_rows, row, "inadmissibility_ground") for part in value.split("; ")]
        cited = [data.one(ground, "sv:citation") for ground in facts.values(decision, "sv:inadmissibilityGround")]
        if sorted(cited) != sorted(ground.removesuffix(" (ratione temporis)") for ground in grounds):
            faults.append(f"{slug(row)}: {cited} {grounds}")
        reason = " ".join(facts.values(decision, "sv:dispositionReason"))
        if any("ratione temporis" in ground for ground in grounds) and "ratione temporis" not in reason:
            faults.append(f"{slug(row)}: ratione temporis")
        if row["outcome"] == "inadmissible" and not cited:
            faults.append(f"{slug(row)}: no ground")
    assert faults == []


@pytest.mark.parametrize(("field", "name"), [("discontinuance_reason", "sv:dispositionReason"), ("vote", "sv:vote")])
def test_reasons_and_votes(decision_rows, claim_rows, by_file, field, name):
    faults = []
    for row, facts, decision, _ in in_pairs(decision_rows, by_file):
        if row["outcome"] == "inadmissible":
            continue
        stated = sorted(plain(value) for value in facts.values(decision, name))
        if stated != sorted(plain(value) for value in claimed(claim_rows, row, field)):
            faults.append(f"{slug(row)}: {stated}")
    assert faults == []


def test_passages_are_the_paragraphs_of_the_claims(decision_rows, claim_rows, by_file):
    faults = []
    for row, facts, decision, _ in in_pairs(decision_rows, by_file):
        for field, step in [
            ("outcome", ()),
            ("articles_found_violated", ("sv:hasFinding",)),
            ("remedies_requested", ("sv:requestsMeasure",)),
        ]:
            marks = [
                re.search(rf"/{slug(row)}\.json \(para\. ([\d.]+)\)", c["source"])
                for c in claim_rows
                if c["field"] == field
            ]
            expected = {mark[1] for mark in marks if mark}
            stated = set(facts.values(decision, *step, "sv:inPassage", "sv:paragraph"))
            if expected and not expected <= stated:
                faults.append(f"{slug(row)}: {field}: {expected - stated}")
        document = facts.one(decision, "sv:recordedIn")
        faults += [
            f"{p}: not of {document}"
            for p in facts.of_type("sv:Passage")
            if facts.values(p, "sv:passageOf") != [document]
        ]
    assert faults == []


def test_transmissions_of_the_claims(decision_rows, claim_rows, by_file):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        stated = {
            facts.one(event, "sv:edtf")
            for event in facts.values(communication, "sv:hasEvent")
            if facts.one(event, "sv:eventType") == "eventtype:transmission"
        }
        expected = set(claimed(claim_rows, row, "transmitted_to_state"))
        if not expected <= stated:
            faults.append(f"{slug(row)}: {expected - stated}")
    assert faults == []


def test_addresses_where_the_text_was_read(decision_rows, by_file):
    faults = []
    for row, facts, _, _ in in_pairs(decision_rows, by_file):
        (graph,) = facts.of_type("sv:SourceGraph")
        consulted = facts.values(graph, "sv:consulted")
        faults += [f"{slug(row)}: {url}" for url in cell(row, "source_url") if url not in consulted]
        if facts.values(graph, "dcterms:source") != [f"document:{slug(row)}"]:
            faults.append(f"{slug(row)}: source")
    assert faults == []


def test_two_decisions_on_one_communication(by_file, data):
    first, second = by_file["cat-c-47-d-444-2010"], by_file["cat-c-48-d-444-2010"]
    communication = "communication:cat-444-2010"
    assert len(data.values(communication, "sv:hasDecision")) == 2
    for name in (
        "rdfs:label",
        "dcterms:title",
        "sv:communicationNumber",
        "sv:author",
        "sv:allegedVictim",
        "sv:counsel",
    ):
        assert sorted(first.values(communication, name)) == sorted(second.values(communication, name))
    assert data.one("persongroup:cat-444-2010-others", "sv:memberCount") == "28"
