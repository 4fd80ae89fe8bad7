"""The rules of follow-up, claims and figures, each on a few facts: what it gives and what it never gives."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kg import reason
from kg.errors import InputError
from kg.names import Names
from kg.rules import rules
from kg.settings import Settings
from kg.store import Store, iri, match
from tests.kg.test_reason import stated

ROOT = Path(__file__).parent.parent.parent
SETTINGS = Settings.load({}, root=ROOT)
DEADLINES = """
session:s a sv:Session ; sv:startDate "2023-04-17"^^xsd:date ; sv:endDate "2023-05-12"^^xsd:date .
document:d a sv:Document ; dcterms:issued "2024-01-31"^^xsd:date .
event:e a sv:ProceduralEvent ; sv:earliest "2024-01-01"^^xsd:date ; sv:latest "2024-01-01"^^xsd:date .
reply:r a sv:Reply ; sv:earliest "2024-05-13"^^xsd:date ; sv:latest "2024-05-13"^^xsd:date .
deadline:calendar a sv:Deadline ; sv:baseEvent session:s ; sv:duration "P1Y"^^xsd:yearMonthDuration ;
  sv:countingRule countingrule:calendar ; sv:metBy reply:r .
deadline:working a sv:Deadline ; sv:baseEvent session:s ; sv:duration "P1Y"^^xsd:yearMonthDuration ;
  sv:countingRule countingrule:next-working-day ; sv:metBy reply:r .
deadline:saturday a sv:Deadline ; sv:baseEvent event:e ; sv:duration "P89D"^^xsd:dayTimeDuration ;
  sv:countingRule countingrule:next-working-day .
deadline:monday a sv:Deadline ; sv:baseEvent event:e ; sv:duration "P91D"^^xsd:dayTimeDuration ;
  sv:countingRule countingrule:next-working-day .
deadline:month a sv:Deadline ; sv:baseEvent document:d ; sv:duration "P1M"^^xsd:yearMonthDuration ;
  sv:countingRule countingrule:calendar .
deadline:stated a sv:Deadline ; sv:dueOn "2024-06-01"^^xsd:date ; sv:countingRule countingrule:stated-date ;
  sv:metBy reply:r .
deadline:open a sv:Deadline ; sv:dueOn "2024-06-01"^^xsd:date ; sv:countingRule countingrule:stated-date .
"""
FOLLOW_UP = """
procedure:p sv:selects recommendation:r .
recommendation:r a sv:Recommendation ; sv:recommendedTo state:kaz .
recommendation:old a sv:Recommendation .
component:a sv:componentOf recommendation:r ; sv:letter "a" ; sv:reiterates component:old .
component:b sv:componentOf recommendation:r ; sv:letter "b" .
component:c sv:componentOf recommendation:r ; sv:letter "c" .
component:old sv:componentOf recommendation:old .
reply:r a sv:Reply ; sv:inProcedure procedure:p ; sv:addresses component:a .
claim:x sv:inReply reply:r ; sv:concerns component:b ; sv:stance stance:asserts .
claim:y sv:inReply reply:r ; sv:concerns component:c ; sv:stance stance:silent .
inforequest:open a sv:InformationRequest ; sv:requestedFrom state:kaz .
inforequest:done a sv:InformationRequest ; sv:requestedFrom state:kaz ; sv:answeredBy reply:r .
assessment:first sv:assessesComponent component:a ; sv:grade catimplementation:C ; sv:latest "2018-01-01"^^xsd:date .
assessment:second sv:assessesComponent component:a ; sv:grade catimplementation:A ; sv:latest "2024-01-01"^^xsd:date .
catimplementation:A skos:broadMatch outcome5:achieved .
catimplementation:C skos:broadMatch outcome5:none .
outcome5:achieved skos:inScheme scheme:outcome5 .
outcome5:none skos:inScheme scheme:outcome5 .
"""
CLAIMS = """
question:q a sv:Question .
question:other a sv:Question .
claim:yes sv:about question:q ; sv:stance stance:asserts ; sv:claimant state:kaz .
claim:no sv:about question:q ; sv:stance stance:denies ; sv:claimant organisation:o .
claim:own sv:about question:q ; sv:stance stance:denies ; sv:claimant state:kaz .
claim:elsewhere sv:about question:other ; sv:stance stance:denies ; sv:claimant organisation:o .
claim:seven a sv:StatisticalClaim ; sv:about question:q ; sv:indicator indicator:i ; sv:value 7.0 ;
  sv:claimant organisation:o .
claim:ten a sv:StatisticalClaim ; sv:about question:q ; sv:indicator indicator:i ; sv:value 10.0 ;
  sv:claimant state:kaz .
claim:trend a sv:StatisticalClaim ; sv:about question:q ; sv:indicator indicator:i ; sv:trend trend:constant ;
  sv:claimant state:kaz .
claim:quote sv:reports claim:yes .
relation:r sv:relationType relationtype:repeats ; sv:fromClaim claim:no ; sv:toClaim claim:elsewhere .
relation:s sv:relationType relationtype:contradicts ; sv:fromClaim claim:no ; sv:toClaim claim:yes .
"""


def derived(text: str, names: Names, predicate: str) -> set[tuple[str, str]]:
    """Return what follows with one property, as pairs of short names."""
    made = stated(text, names)
    reason.derive(made, SETTINGS)
    return pairs(made, names, predicate)


def pairs(made: Store, names: Names, predicate: str) -> set[tuple[str, str]]:
    quads = match(made, None, iri(names.expand(predicate)), graph=iri(names.derived_graph))
    return {(names.shorten(quad.subject.value), names.shorten(quad.object.value)) for quad in quads}


def test_due_days_by_each_counting_rule(names: Names) -> None:
    assert derived(DEADLINES, names, "sv:computedDueOn") == {
        ("deadline:calendar", "2024-05-12"),  # a Sunday
        ("deadline:working", "2024-05-13"),
        ("deadline:saturday", "2024-04-01"),  # 30 March 2024 is a Saturday
        ("deadline:monday", "2024-04-01"),
        ("deadline:month", "2024-02-29"),
    }


def test_lateness_depends_on_the_counting_rule(names: Names) -> None:
    assert derived(DEADLINES, names, "sv:daysLate") == {
        ("deadline:calendar", "1"),
        ("deadline:working", "0"),
        ("deadline:stated", "-19"),
    }


def test_silence_is_what_a_reply_neither_addresses_nor_claims(names: Names) -> None:
    assert derived(FOLLOW_UP, names, "sv:silentOn") == {("reply:r", "component:c")}


def test_unanswered_request_awaits_the_state(names: Names) -> None:
    assert derived(FOLLOW_UP, names, "sv:awaitsAnswerFrom") == {("inforequest:open", "state:kaz")}


def test_state_of_a_component_is_that_of_its_latest_grade(names: Names) -> None:
    assert derived(FOLLOW_UP, names, "sv:derivedStatus") == {("component:a", "outcome5:achieved")}


def test_recommendation_reiterates_by_its_component(names: Names) -> None:
    expected = {("recommendation:r", "recommendation:old")}
    assert derived(FOLLOW_UP, names, "sv:recommendationReiterates") == expected


def test_a_component_concerns_the_state_of_its_recommendation(names: Names) -> None:
    expected = {(f"component:{letter}", "state:kaz") for letter in "abc"}
    assert derived(FOLLOW_UP, names, "sv:concernsState") == expected


def test_contradiction_needs_one_question_two_parties_and_opposite_words_or_figures(names: Names) -> None:
    assert derived(CLAIMS, names, "sv:mayContradict") == {("claim:yes", "claim:no"), ("claim:seven", "claim:ten")}


def test_repetition_is_reported_or_recorded(names: Names) -> None:
    expected = {("claim:quote", "claim:yes"), ("claim:no", "claim:elsewhere")}
    assert derived(CLAIMS, names, "sv:repeatsClaim") == expected


@pytest.mark.parametrize("predicate", ["qb:dataSet", "dcterms:identifier"])
def test_figures_are_observations_and_trends_are_not(names: Names, predicate: str) -> None:
    found = {subject for subject, _ in derived(CLAIMS, names, predicate) if subject.startswith("claim:")}
    assert found == {"claim:seven", "claim:ten"}
    observations = {thing for thing, kind in derived(CLAIMS, names, "rdf:type") if kind == "qb:Observation"}
    assert observations == found


def test_types_follow_from_wider_classes_domains_and_ranges(names: Names) -> None:
    text = "organisation:o a sv:TreatyBody . communication:c sv:invokesProvision provision:p ."
    assert {pair for pair in derived(text, names, "rdf:type") if pair[1].startswith("sv:")} >= {
        ("organisation:o", "sv:Organisation"),
        ("organisation:o", "sv:Agent"),
        ("communication:c", "sv:Communication"),
        ("provision:p", "sv:Provision"),
    }


def test_a_rule_says_what_it_denies() -> None:
    for rule in rules(SETTINGS):
        denies = bool(re.search("NOT EXISTS|MINUS|MAX", rule.text))
        assert denies == bool(rule.unless), rule.name


def test_a_rule_that_denies_what_a_rule_derives_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    path = tmp_path / "ontology" / "rules" / "silent-on.rq"
    path.write_text(path.read_text("utf-8").replace("# unless: ?subject sv:addresses", "# unless: ?subject sv:decides"))
    with pytest.raises(InputError, match=r"silent-on\.rq: denies sv:decides, which a rule derives"):
        rules(Settings.load({}, root=tmp_path))
