"""Treaties, articles and the acts of Kazakhstan are those of the lists."""

import csv
import re
from datetime import UTC, datetime

import pytest

from tests.reference.facts import ABSENT, REFERENCE, cell, slug

BODIES = {
    "Committee against Torture": "body:cat",
    "Subcommittee on Prevention of Torture": "body:spt",
    "Human Rights Committee": "body:ccpr",
    "Committee on Enforced Disappearances": "body:ced",
    "Committee on the Elimination of Discrimination against Women": "body:cedaw",
}
CONSENT = {
    "accession": "acttype:accession",
    "ratification": "acttype:ratification",
    "ratification or accession": "acttype:consent",
    "became a party": "acttype:consent",
}
STATUS_LISTS = {"cat": "unts_4-9", "opcat": "unts_4-9-b", "iccpr": "unts_4-4", "op1-iccpr": "unts_4-5"}
# Articles of which the list of obligations must say at least one.
WITH_OBLIGATION = [f"CAT {n}" for n in range(1, 34)] + [f"ICCPR {n}" for n in (7, 9, 10, 14, 19, 21)]


def acts(data, instrument: str, *kinds: str) -> list[str]:
    return [
        act
        for act in data.that("sv:instrument", f"instrument:{instrument}")
        if data.one(act, "sv:actType") in kinds and data.one(act, "sv:state") == "state:kaz"
    ]


def test_instruments(treaty_rows, data):
    faults = []
    for row in treaty_rows:
        instrument = f"instrument:{row['short_name'].lower()}"
        expected = {
            "rdfs:label": row["full_title"],
            "sv:acronym": row["short_name"],
            "sv:adoptedOn": row["adoption_date"],
            "sv:entryIntoForce": row["entry_into_force"],
            "sv:monitoredBy": BODIES.get(row["monitoring_body"], row["monitoring_body"]),
        }
        faults += [
            f"{instrument} {name}" for name, value in expected.items() if data.one(instrument, name) != (value or None)
        ]
    assert faults == []
    # The list leaves out the Convention on racial discrimination, whose reporting cycle the data have.
    listed = {f"instrument:{row['short_name'].lower()}" for row in treaty_rows}
    assert set(data.of_type("sv:Instrument")) == listed | {"instrument:cerd"}


def test_acts_of_kazakhstan(treaty_rows, data):
    faults = []
    for row in treaty_rows:
        short = row["short_name"].lower()
        signature = acts(data, short, "acttype:signature")
        consent = acts(data, short, CONSENT[row["kazakhstan_consent_kind"]])
        law = acts(data, short, "acttype:domestic-law")
        stated = [
            (signature, "kazakhstan_signature", "sv:edtf"),
            (consent, "kazakhstan_ratification_or_accession", "sv:edtf"),
            (consent, "kazakhstan_entry_into_force", "sv:entryIntoForce"),
            (law, "kazakhstan_domestic_law_date", "sv:edtf"),
        ]
        for found, field, name in stated:
            values = [value for act in found for value in data.values(act, name)]
            if row[field] and not (len(values) == 1 and values[0].startswith(row[field])):
                faults.append(f"{short}: {field}: {values}")
            if not row[field] and values and field != "kazakhstan_signature":
                faults.append(f"{short}: {field}: {values} from nowhere")
    assert faults == []


def test_acceptance_of_complaints(treaty_rows, data):
    for row in treaty_rows:
        short = row["short_name"].lower()
        for article, year in re.findall(r"art\. (\d+): (\d{4})", row["kazakhstan_complaint_procedure_accepted"]):
            (act,) = [
                act
                for act in acts(data, short, "acttype:declaration")
                if data.values(act, "sv:underProvision") == [f"provision:{short}-{article}"]
            ]
            assert data.one(act, "sv:edtf").startswith(year)
        for day in re.findall(r"individual communications: ([\d-]+)", row["kazakhstan_complaint_procedure_accepted"]):
            (act,) = acts(data, short, CONSENT[row["kazakhstan_consent_kind"]])
            assert day in {data.one(act, "sv:entryIntoForce"), data.one(act, "sv:edtf")}


def test_days_of_the_depositary(data):
    folder = REFERENCE / "datasets" / "treaty-status"
    if not folder.exists():
        pytest.skip(ABSENT)
    for short, name in STATUS_LISTS.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            (row,) = [row for row in csv.reader(file) if row[0] == "Kazakhstan"]
        for text, kind in zip(row[1:], ("acttype:signature", None), strict=True):
            if not text:
                continue
            kinds = [kind] if kind else ["acttype:accession" if text.endswith(" a") else "acttype:ratification"]
            (act,) = acts(data, short, *kinds)
            day = datetime.strptime(text.removesuffix(" a"), "%d %b %Y").replace(tzinfo=UTC).date().isoformat()
            assert (
                data.values(act, "sv:edtf") == data.values(act, "sv:earliest") == data.values(act, "sv:latest") == [day]
            )


def test_articles(article_rows, data):
    faults = []
    for row in article_rows:
        provision = f"provision:{row['treaty'].lower()}-{row['number']}"
        citation = f"{row['treaty']} {row['number']}"
        expected = {
            "sv:citation": citation,
            "sv:number": row["number"],
            "sv:instrument": f"instrument:{row['treaty'].lower()}",
            "sv:summary": row["summary"],
            "rdfs:label": f"{citation}: {row['label']}",
            "sv:inArticle": provision,
        }
        faults += [f"{provision} {name}" for name, value in expected.items() if data.values(provision, name) != [value]]
        if bool(data.values(provision, "skos:editorialNote")) != (row["text_seen_this_session"] == "no"):
            faults.append(f"{provision}: read against the text or not?")
    assert faults == []
    assert len(article_rows) == 137


def test_cited_provisions_are_described(decision_rows, data):
    cited = {
        citation
        for row in decision_rows
        for field in ("articles_invoked", "articles_found_violated")
        for citation in cell(row, field)
    }
    described = {data.one(provision, "sv:citation") for provision in data.of_type("sv:Provision")}
    assert sorted(cited - described) == []
    assert slug(decision_rows[0]) == "cat-c-48-d-433-2010"


@pytest.mark.parametrize("citation", WITH_OBLIGATION)
def test_article_or_a_part_of_it_expresses_an_obligation(data, citation):
    (article,) = data.that("sv:citation", citation)
    assert [part for part in data.that("sv:inArticle", article) if data.values(part, "sv:expresses")]
