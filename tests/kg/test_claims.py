"""Claims, questions and figures as the store gives them."""

from decimal import Decimal

import pytest

from kg.claims import candidates, claims, parties, relations, repeats
from kg.disputes import Retold, disputes, retellings, table
from kg.figures import figures, same_source, shares, totals
from kg.release import open_release
from kg.settings import Settings
from kg.store import Store

CLAIM = "https://w3id.org/servanda/id/claim/"
QUESTION = "https://w3id.org/servanda/id/question/"


@pytest.fixture(scope="module")
def store(released: Settings) -> Store:
    """Give the store of the full release."""
    return open_release(released).store


def test_a_claim_has_party_date_stance_and_place(store: Store) -> None:
    claim = claims(store)[CLAIM + "ccpr-c-123-2-amnesty-confessions-not-investigated"]
    assert [party.label for party in claim.parties] == ["Amnesty International"]
    assert (claim.date, claim.stance.label, claim.kind.label) == ("2017-06-13", "denies", "allegation")
    assert [(place.document.label, place.spot) for place in claim.places] == [("CCPR/C/123/2", "lines 119–120")]
    assert [iri.rpartition("/")[2] for iri in claim.reporters] == ["ccpr"]


def test_every_claim_has_a_party_and_a_place(store: Store) -> None:
    assert [claim.iri for claim in claims(store).values() if not (claim.parties and claim.places)] == []
    assert {party.kind for party in parties(store).values() if party.voice == "committee"} == {"treaty body"}


def test_what_a_curator_judged_is_no_candidate(store: Store) -> None:
    judged = {frozenset((relation.start, relation.end)) for relation in relations(store)}
    assert judged
    assert [pair for pair in candidates(store) if frozenset((pair.claim, pair.other)) in judged] == []


def test_a_repetition_through_another_is_not_direct(store: Store) -> None:
    direct = repeats(store)[CLAIM + "ngo-briefing-2015-eu-dialogue-unchanged"]
    assert direct == {CLAIM + "ngo-briefing-2015-eu-dialogue-prosecution-rate"}


def test_circular_reporting_comes_back_to_who_said_it_first(store: Store) -> None:
    dispute = disputes(store)[QUESTION + "prosecution-rate-under-two-per-cent"]
    (root,) = retellings(store, dispute.claims)

    def sources(node: Retold) -> list[str]:
        return [node.source, *(source for below in node.again for source in sources(below))]

    assert sources(root) == ["origin", "other", "circle"]


def test_questions_by_state_party_and_words(store: Store) -> None:
    disputed = table(store, state="contradiction")
    assert QUESTION + "npm-access-unimpeded" in {dispute.iri for dispute in disputed}
    assert all(dispute.contradictions for dispute in disputed)
    party = "https://w3id.org/servanda/id/organisation/amnesty-international"
    assert all(party in {voice.iri for voice in dispute.voices} for dispute in table(store, party=party))
    assert [d.iri for d in table(store, text="hazing")] == [QUESTION + "hazing-prevented"]
    counts = [len(dispute.claims) for dispute in table(store, order="claims")]
    assert counts == sorted(counts, reverse=True)


def test_totals_shares_and_equal_figures(store: Store) -> None:
    assert {(total.whole.value, total.sum, total.comparable) for total in totals(store)} == {
        (Decimal(42), Decimal(42), True),
        (Decimal(1352), Decimal(1352), True),
    }
    assert sorted(share.percent for share in shares(store)) == [Decimal("0.9"), Decimal("87.5"), Decimal("89.0")]
    assert [(one.value, other.value) for one, other in same_source(store)] == [(Decimal(35), Decimal(35))]


def test_a_figure_that_is_only_a_trend_has_no_value(store: Store) -> None:
    trends = [figure for figure in figures(store).values() if figure.value is None]
    assert len(trends) == 4
    assert all(figure.trend for figure in trends)
