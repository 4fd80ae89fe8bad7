"""Authors, alleged victims and counsel are those of the rows; nobody is lost, invented or wrongly taken for another."""

import re

import pytest

from tests.reference.facts import Facts, cell, in_pairs, slug

OTHERS = r" (and 28 other.*|et al\.)$"
NO_COUNSEL = "none (not represented by counsel)"
# The document names counsel although the row is empty.
COUNSEL_BESIDE_THE_ROWS = {"cat-c-47-d-444-2010": {"Christine Laroque"}}


def names_of(data: Facts, agent: str) -> set[str]:
    return {*data.values(agent, "rdfs:label"), *data.values(agent, "skos:altLabel")}


@pytest.mark.parametrize(("field", "name"), [("author", "sv:author"), ("alleged_victim", "sv:allegedVictim")])
def test_authors_and_alleged_victims(decision_rows, by_file, data, field, name):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        agents = facts.values(communication, name)
        people = [agent for agent in agents if agent.startswith("person:")]
        groups = [agent for agent in agents if agent.startswith("persongroup:")]
        cited = [re.sub(OTHERS, "", value) for value in cell(row, field)]
        lost = [value for value in cited if not any(value in names_of(data, one) for one in people)]
        if lost or len(people) != len(cited) or bool(groups) != bool(re.search(OTHERS, row[field])):
            faults.append(f"{slug(row)}: {lost} {agents}")
    assert faults == []


def test_relation_to_the_author(decision_rows, by_file, data):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        victims = facts.values(communication, "sv:allegedVictim")
        both = set(victims) & set(facts.values(communication, "sv:author"))
        relations = cell(row, "victim_relation")
        roles = [
            role
            for role in facts.values(communication, "sv:qualifiedRole")
            if facts.one(role, "sv:roleType") == "roletype:alleged-victim"
        ]
        told = {facts.one(role, "sv:relationToAuthor") for role in roles}
        expected = {re.sub(r"s?( \(deceased\))?$", "", relation) for relation in relations if relation != "self"}
        if told != expected or ("self" in relations) != bool(both) or (relations == ["self"] and set(victims) != both):
            faults.append(f"{slug(row)}: {relations} {told}")
        dead = [role for role in roles if facts.values(role, "sv:deceased") == ["true"]]
        if len(dead) != sum("deceased" in relation for relation in relations):
            faults.append(f"{slug(row)}: deceased")
        faults += [f"{role}: plays no part" for role in roles if facts.one(role, "sv:rolePlayer") not in victims]
    assert faults == []


def test_counsel(decision_rows, by_file, data):
    faults = []
    for row, facts, _, communication in in_pairs(decision_rows, by_file):
        without = facts.values(communication, "sv:withoutCounsel")
        agents = facts.values(communication, "sv:counsel")
        helpers = [
            facts.one(role, "sv:rolePlayer")
            for role in facts.values(communication, "sv:qualifiedRole")
            if facts.one(role, "sv:roleType") == "roletype:assistance"
        ]
        behind = facts.values(communication, "sv:qualifiedRole", "sv:onBehalfOf")
        if row["counsel"] == NO_COUNSEL:
            faults += [] if without == ["true"] and not agents else [f"{slug(row)}: {without} {agents}"]
            continue
        faults += [f"{slug(row)}: said to be without counsel"] if without else []
        known = {agent: names_of(data, agent) for agent in {*agents, *helpers, *behind}}
        if not row["counsel"]:
            expected = COUNSEL_BESIDE_THE_ROWS.get(slug(row), set())
            faults += [] if {name for agent in agents for name in names_of(data, agent)} == expected else [slug(row)]
            continue
        # Every agent has a name in the cell, and every name in the cell is that of an agent.
        for agent, names in known.items():
            if not any(name in row["counsel"] for name in names):
                faults.append(f"{slug(row)}: {agent} is not in the row")
        rest = row["counsel"]
        for name in sorted({name for names in known.values() for name in names}, key=len, reverse=True):
            rest = rest.replace(name, "")
        if re.search(r"[A-Z]\w{3,}", re.sub(r"Counsel of|No\. ", "", rest)):
            faults.append(f"{slug(row)}: lost {rest}")
    assert faults == []


def test_counsel_for_part_of_a_case(by_file, data):
    role = "role:ccpr-2257-2013-counsel-1"
    assert data.values(role, "sv:concernsNumber") == ["2334/2014"]
    assert data.values(role, "sv:rolePlayer", "rdfs:label") == ["Anna Smirnova"]
    later = data.that("sv:rolePlayer", data.that("rdfs:label", "Anastasia Miller")[0])
    assert [data.one(each, "sv:limitation") for each in later] == ["Later counsel, after the first one."]
    (wife,) = data.that("rdfs:label", "Raushan Esergepova")
    assert [data.one(each, "sv:relationToAuthor") for each in data.that("sv:rolePlayer", wife)] == ["wife"]
    assert "organisation:open-society-justice-initiative" not in data.values("communication:cat-497-2012", "sv:counsel")


def test_five_discontinued_cases_name_nobody(data):
    without_author = {
        number
        for communication in data.of_type("sv:Communication")
        if not data.values(communication, "sv:author")
        for number in data.values(communication, "sv:communicationNumber")
    }
    assert without_author == {"2298/2013", "2386/2014", "2528/2015", "2588/2015", "3790/2021"}


def test_the_iri_of_a_person_says_nothing(data):
    people = data.of_type("sv:Person")
    assert [person for person in people if not re.fullmatch(r"person:[0-9a-f]{8}", person)] == []
    for person in people:
        assert data.values(person, "dcterms:source"), f"{person}: no source"


def test_initials_are_never_merged(data):
    """Whoever stands in a document with initials only appears in one communication alone."""
    for person in data.of_type("sv:Person"):
        name, level = data.one(person, "rdfs:label"), data.one(person, "sv:identityLevel")
        initials = re.fullmatch(r"([A-Z][a-z]?\. ?)+", name)
        assert bool(initials) == (level in ("identity:initials", "identity:pseudonym")), name
        if initials:
            cases = {*data.that("sv:author", person), *data.that("sv:allegedVictim", person)}
            assert len(cases) == 1, f"{name}: {cases}"
    assert len(data.that("rdfs:label", "E.Z.")) == 2


def test_one_name_is_one_person(data):
    public = [p for p in data.of_type("sv:Person") if data.one(p, "sv:identityLevel") == "identity:public"]
    names = [name for person in public for name in names_of(data, person)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("Bakhytzhan Toregozhina", 6),
        ("Ermek Narymbaev", 2),
        ("Dilnar Insenova", 2),
        ("Lukpan Akhmedyarov", 2),
        ("Andrey Tsukanov", 2),
        ("Ruslan Dzhumanbaev", 2),
    ],
)
def test_authors_of_several_cases(data, name, cases):
    (person,) = data.that("rdfs:label", name)
    assert len(data.that("sv:author", person)) == cases
    assert data.values(person, "skos:editorialNote"), "says why it is one person"


def test_different_persons_stay_apart(data):
    for one, other in [("Aydos Sadykov", "Erzhan Sadykov"), ("Zhaslan Suleimenov", "Bakytgul Suleymenova")]:
        assert data.that("rdfs:label", one) != data.that("rdfs:label", other)


def test_one_bureau_under_many_names(data):
    organisations = data.of_type("sv:Organisation") + data.of_type("sv:NonGovernmentalOrganisation")
    bureaus = [o for o in organisations if "International Bureau" in (data.one(o, "rdfs:label") or "")]
    assert bureaus == ["organisation:kazakhstan-international-bureau"]
    assert len(data.values(bureaus[0], "skos:altLabel")) >= 10
