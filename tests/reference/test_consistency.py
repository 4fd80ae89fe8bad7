"""What must hold of data/ by itself, whatever it was drawn from."""

import re

from kg.turtle import canonical, read
from tests.reference.facts import DATA_FILES, PREFIXES, ROOT, load

OURS = ("https://w3id.org/servanda/",)


def test_files_are_canonical():
    changed = [
        str(path.relative_to(ROOT))
        for path in DATA_FILES
        if canonical(read(path), PREFIXES) != path.read_text(encoding="utf-8")
    ]
    assert changed == []
    assert len(DATA_FILES) >= 103


def test_every_reference_is_described(data):
    terms = load(sorted((ROOT / "ontology" / "terms").glob("*.ttl")))
    schemes = {prefix for prefix, space in PREFIXES.items() if "/scheme/" in space}
    lost = set()
    for subject, predicate, item in data.links:
        prefix = item.split(":")[0]
        if predicate == "a" or not PREFIXES.get(prefix, "").startswith(OURS):
            continue
        known = terms if prefix in schemes else data
        if not known.about.get(item, {}).get("a"):
            lost.add(f"{subject} {predicate} {item}")
    assert lost == set()


def test_everything_has_one_label(data):
    labels = {thing: len(facts["rdfs:label"]) for thing, facts in data.about.items() if facts["a"]}
    assert [thing for thing, number in labels.items() if number != (2 if thing.startswith("question:") else 1)] == []
    assert [thing for thing, facts in data.about.items() if not facts["a"] and "sv:expresses" not in facts] == []


def test_each_file_describes_its_graph():
    for path in DATA_FILES:
        facts = load([path])
        (graph,) = facts.of_type("sv:SourceGraph")
        assert graph == f"graph:{path.relative_to(ROOT).with_suffix('').as_posix()}"
        assert facts.values(graph, "dcterms:source")
        assert facts.values(graph, "prov:wasAttributedTo") == ["organisation:servanda-curators"]
        assert facts.values(graph, "dcterms:created")


def test_dates_are_brackets(data):
    for thing, facts in data.about.items():
        if not facts.get("sv:edtf"):
            continue
        (stated,), (first,), (last,) = facts["sv:edtf"], facts["sv:earliest"], facts["sv:latest"]
        begin, _, end = stated.partition("/")
        assert first.startswith(begin), thing
        assert last.startswith("" if end == ".." else end or begin), thing
        assert first <= last, thing
        assert (first == last) == bool(re.fullmatch(r"\d{4}-\d\d-\d\d", stated)), thing
    undated = [one for kind in ("sv:Decision", "sv:ProceduralEvent", "sv:TreatyAct") for one in data.of_type(kind)]
    assert [one for one in undated if not data.values(one, "sv:edtf")] == []


def test_a_submission_comes_before_the_decision(data):
    for communication in data.of_type("sv:Communication"):
        decided = min(
            date
            for decision in data.values(communication, "sv:hasDecision")
            for date in data.values(decision, "sv:latest")
        )
        for event in data.values(communication, "sv:hasEvent"):
            assert data.one(event, "sv:earliest") < decided, event


def test_provisions_form_a_tree(data):
    for provision in data.of_type("sv:Provision"):
        number, citation = data.one(provision, "sv:number"), data.one(provision, "sv:citation")
        instrument = data.one(provision, "sv:instrument")
        code = data.one(instrument, "sv:acronym")
        assert citation == f"{code} {number}" if code else citation.endswith(f" {number}")
        parts = re.findall(r"\d+|[a-z]", number)
        assert provision == f"provision:{instrument.split(':')[1]}-{'-'.join(parts)}"
        assert data.one(provision, "sv:inArticle") == f"provision:{instrument.split(':')[1]}-{parts[0]}"
        parent = data.one(provision, "sv:partOf")
        assert (parent is None) == (len(parts) == 1)
        if parent:
            assert parent == provision.rsplit("-", 1)[0]
            assert data.one(parent, "sv:instrument") == instrument
        paragraph = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
        letter = ord(parts[-1]) - 96 if parts[-1].isalpha() else 0
        assert data.one(provision, "sv:position") == str(int(parts[0]) * 10_000 + paragraph * 100 + letter)


def test_provisions_belong_to_a_treaty_of_the_deciding_body(data):
    for communication in data.of_type("sv:Communication"):
        body = data.one(communication, "sv:submittedTo")
        decisions = data.values(communication, "sv:hasDecision")
        used = set(data.values(communication, "sv:invokesProvision"))
        for decision in decisions:
            used |= {
                *data.values(decision, "sv:hasFinding", "sv:provision"),
                *data.values(decision, "sv:inadmissibilityGround"),
            }
        assert [p for p in used if data.values(p, "sv:instrument", "sv:monitoredBy") != [body]] == [], communication


def test_every_obligation_is_whole_and_every_violation_breaches_one(data):
    for obligation in data.of_type("sv:Obligation"):
        assert len(data.that("sv:expresses", obligation)) == 1, obligation
        assert len(data.values(obligation, "sv:dutyBearer")) == len(data.values(obligation, "sv:dutyType")) == 1, (
            obligation
        )
        assert data.values(obligation, "sv:summary"), obligation
    for finding in data.of_type("sv:Finding"):
        provision, expressed = data.one(finding, "sv:provision"), []
        while provision:
            expressed += data.values(provision, "sv:expresses")
            provision = data.one(provision, "sv:partOf")
        assert expressed, finding


def test_summaries_of_obligations_are_marked_until_read_against_the_text(data):
    assert [one for one in data.of_type("sv:Obligation") if not data.values(one, "skos:editorialNote")] == []


def test_no_iri_and_no_file_name_holds_the_name_of_a_person(data):
    full_names = [name for p in data.of_type("sv:Person") for name in data.values(p, "rdfs:label") if "." not in name]
    family_names = {name.split()[-1].casefold() for name in full_names}
    named = [thing for thing in data.about if family_names & set(re.split(r"[-:/]", thing.casefold()))]
    named += [path.name for path in DATA_FILES if family_names & set(path.stem.split("-"))]
    assert named == []
    assert len(family_names) > 90
