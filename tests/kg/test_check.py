"""The one gate, from files to lines: each bad input is one edit of a real decision, and gives just the lines stated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg import check
from kg.errors import EnvironmentFault, InputError
from kg.names import Names
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent
GOOD = ROOT / "data" / "decisions" / "cat-c-48-d-433-2010.ttl"
OTHER = ROOT / "data" / "decisions" / "cat-c-51-d-441-2010.ttl"
DECISION = "decision:cat-c-48-d-433-2010"
FINDING = "finding:cat-c-48-d-433-2010-cat-12"
DATES = """  sv:earliest "2012-05-24"^^xsd:date ;
  sv:edtf "2012-05-24" ;
"""


def copied(folder: Path) -> Settings:
    """Copy ontology, shapes, reference data and two decisions; quicker than everything, and may be changed."""
    for name in ("ontology", "shapes", "data/reference"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "data" / "decisions").mkdir()
    for path in (GOOD, OTHER):
        shutil.copy(path, folder / path.relative_to(ROOT))
    return Settings.load({}, root=folder)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give settings with a few files, which no test may change."""
    return copied(tmp_path_factory.mktemp("few"))


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Give settings with a few files, which a test may change."""
    return copied(tmp_path / "own")


def edited(folder: Path, *edits: tuple[str, str]) -> Path:
    """Write a copy of the good file with each text replaced where it first stands."""
    text = GOOD.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "draft.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def lines(path: Path, settings: Settings) -> list[str]:
    """Check one file and return its lines, without the folder of the file."""
    return [str(finding).replace(f"{path.parent}/", "") for finding in check.run(settings, [path])]


def shapes(path: Path, settings: Settings) -> list[tuple[str, str, str]]:
    return [(found.shape, found.focus, found.value) for found in check.run(settings, [path])]


def test_good_file_has_no_finding(few: Settings, tmp_path: Path) -> None:
    assert lines(edited(tmp_path), few) == []
    assert check.run(few, [few.root / GOOD.relative_to(ROOT)]) == []


def test_decision_without_date(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, (DATES, ""), ('  sv:latest "2012-05-24"^^xsd:date ;\n', ""))
    assert lines(path, few) == [
        f"draft.ttl: violation: shape:S01-decision-date: {DECISION}: sv:earliest: -: A decision must have the date on "
        "which it was adopted: give sv:earliest and sv:latest (the same day when the day is known) and sv:edtf."
    ]


def test_article_of_another_bodys_treaty(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, ("sv:provision provision:cat-12 .", "sv:provision provision:iccpr-7 ."))
    assert lines(path, few) == [
        f"draft.ttl: violation: shape:S47-finding-treaty: {FINDING}: sv:provision: provision:iccpr-7: ICCPR 7 is an "
        "article that belongs to another body's treaty: Committee against Torture can make findings only on treaties "
        "that it watches over."
    ]


def test_wrong_datatype(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, ('sv:earliest "2012-05-24"^^xsd:date', 'sv:earliest "2012-05-24"'))
    assert lines(path, few)[-1] == (
        f'draft.ttl: violation: shape:S150-date-earliest: {DECISION}: sv:earliest: "2012-05-24": The earliest date '
        "must be exactly one day such as 2012-05-24, typed xsd:date and not later than sv:latest; for a known day "
        "both are equal."
    )


def test_unknown_class(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, (f"{FINDING} a sv:Finding ;", f"{FINDING} a sv:Findng ;"))
    found = lines(path, few)
    assert (
        f"draft.ttl: violation: check:known-term: {FINDING}: rdf:type: sv:Findng: sv:Findng is not a known class: "
        "did you mean sv:Finding or sv:hasFinding?"
    ) in found
    assert ("check:class-without-shape", FINDING, "sv:Findng") in shapes(path, few)


def test_unknown_property(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, (f"{FINDING} a sv:Finding ;", f"{FINDING} a sv:Finding ;\n  sv:vot 9 ;"))
    found = lines(path, few)
    assert (
        f"draft.ttl: violation: check:known-term: {FINDING}: sv:vot: sv:vot: sv:vot is not a known property: "
        "did you mean sv:vote?"
    ) in found
    assert ("shape:finding", FINDING, '"9"^^xsd:integer') in shapes(path, few)


def test_thing_that_nobody_describes(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, ("sv:provision provision:cat-12 .", "sv:provision provision:cat-99 ."))
    assert set(shapes(path, few)) == {
        ("check:reference-dangling", FINDING, "provision:cat-99"),
        ("shape:S40-finding-provision", FINDING, "provision:cat-99"),
    }


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"2012-05-24"^^xsd:date', '"2020-13-45"^^xsd:date', ': "2020-13-45" is not a valid xsd:date'),
        ("sv:outcome outcome:violation", "sv:outcome .", ": object expected"),
        ("sv:outcome outcome:violation", "sv:outcome <http://e/ a>", ": invalid IRI"),
        ('"433/2010"', '"433\\u0000/2010"', ": control character U+0000"),
    ],
)
def test_fault_of_syntax_has_its_place(few: Settings, tmp_path: Path, old: str, new: str, line: str) -> None:
    path = edited(tmp_path, (old, new))
    (found,) = check.run(few, [path])
    row = next(number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if new in text)
    assert (found.shape, found.line) == ("check:syntax", row)
    assert f"{row}:{found.column}: violation: check:syntax: -: -: -{line}" in str(found)


def test_empty_file_and_missing_file(few: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "empty.ttl"
    empty.touch()
    assert lines(empty, few) == ["empty.ttl: violation: check:syntax: -: -: -: no triples"]
    with pytest.raises(EnvironmentFault, match=r"nowhere\.ttl: no such file"):
        check.run(few, [tmp_path / "nowhere.ttl"])


def test_blank_node_and_other_form(few: Settings, tmp_path: Path) -> None:
    path = edited(tmp_path, ("sv:inPassage passage:cat-c-48-d-433-2010-p13 ;", "sv:inPassage [ a sv:Passage ] ;"))
    assert ("check:blank-node", DECISION, "") in shapes(path, few)
    path = edited(tmp_path, ("  sv:outcome outcome:violation ;", "    sv:outcome   outcome:violation ;"))
    (found,) = check.run(few, [path])
    assert (found.severity, found.shape) == ("warning", "check:canonical-form")
    assert "run `servanda format" in found.message


def test_statement_that_points_at_a_thing_described_elsewhere(few: Settings, tmp_path: Path) -> None:
    person = "person:d51a1486"
    path = edited(
        tmp_path,
        (
            "communication:cat-433-2010 a",
            f"document:cat-c-48-d-433-2010 owl:sameAs {person} .\n\ncommunication:cat-433-2010 a",
        ),
    )
    path.write_text("@prefix owl: <http://www.w3.org/2002/07/owl#> .\n" + path.read_text("utf-8"), encoding="utf-8")
    assert ("shape:S72-person-outside-link", person, "") in shapes(path, few)
    path = edited(tmp_path, ("sv:hasFinding\n", "sv:hasFinding\n    finding:cat-c-51-d-441-2010-cat-12 ,\n"))
    assert ("shape:S43-finding-decision", "finding:cat-c-51-d-441-2010-cat-12", "") in shapes(path, few)


def test_file_that_describes_no_graph(few: Settings, tmp_path: Path) -> None:
    path = tmp_path / "draft.ttl"
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in Names.load(few).prefixes.items())
    path.write_text(f'{head}state:kaz skos:altLabel "KZ"@en .\n', encoding="utf-8")
    assert "check:graph-undescribed" in {found.shape for found in check.run(few, [path])}


def test_only_the_files_given_are_judged(own: Settings) -> None:
    bad = own.root / "data" / "decisions" / OTHER.name
    bad.write_text(bad.read_text("utf-8").replace("sv:vote", "sv:vot").replace("outcome:violation", "outcome:guilty"))
    good = own.root / "data" / "decisions" / GOOD.name
    assert check.run(own, [good]) == []
    assert {found.file for found in check.run(own, [good.parent])} == {"data/decisions/cat-c-51-d-441-2010.ttl"}


def test_fault_in_the_context_is_told(own: Settings, tmp_path: Path) -> None:
    (own.root / "data" / "reference" / "states.ttl").write_text("<", encoding="utf-8")
    found = check.run(own, [edited(tmp_path)])
    assert ("data/reference/states.ttl", "check:syntax") in {(one.file, one.shape) for one in found}


def test_broken_ontology_stops_the_check(own: Settings) -> None:
    (own.root / "shapes" / "decision.ttl").write_text("<", encoding="utf-8")
    (found,) = check.run(own, [own.root / "data" / "decisions" / GOOD.name])
    assert (found.file, found.shape) == ("shapes/decision.ttl", "check:syntax")


def test_misspelt_constraint_and_query_are_found(own: Settings) -> None:
    shape = own.root / "shapes" / "decision.ttl"
    shape.write_text(shape.read_text("utf-8").replace("sh:minCount", "sh:minCont"), encoding="utf-8")
    rule = own.root / "ontology" / "rules" / "violated-article.rq"
    rule.write_text(rule.read_text("utf-8").replace("sv:inArticle", "sv:inArtcle"), encoding="utf-8")
    found = {(one.file, one.value) for one in check.run(own) if one.shape == "check:known-term"}
    assert found == {("shapes/decision.ttl", "sh:minCont"), ("ontology/rules/violated-article.rq", "sv:inArtcle")}


def test_check_that_is_no_query_is_said(own: Settings) -> None:
    query = own.root / "ontology" / "checks" / "type-missing.rq"
    query.write_text(query.read_text("utf-8").replace("WHERE {", "WHERE"), encoding="utf-8")
    with pytest.raises(InputError, match=r"^ontology/checks/type-missing\.rq:\d+:\d+: "):
        check.run(own, [own.root / "data" / "decisions" / GOOD.name])


def test_progress_is_told(few: Settings) -> None:
    said: list[str] = []
    check.run(few, [few.root / "data" / "decisions" / GOOD.name], said.append)
    assert said == ["reading", "checking form and terms", "checking hygiene", "checking shapes"]
