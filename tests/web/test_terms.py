"""The pages of one term and of one controlled list: words in three languages, rules, cardinalities, live counts."""

import re

from flask.testing import FlaskClient


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def test_a_class_is_explained_in_three_languages(client: FlaskClient) -> None:
    page = client.get("/page/def/Claim").text
    assert '<td data-label="Name" lang="en">claim</td>' in page
    assert '<td data-label="Name" lang="ru">утверждение</td>' in page
    assert '<td data-label="Name" lang="kk">мәлімдеме</td>' in page
    assert "A statement that somebody made on a matter of fact" in page


def test_a_class_shows_its_rules_and_those_of_wider_classes(client: FlaskClient) -> None:
    rules = client.get("/page/def/StatisticalClaim").text.split('id="rules"')[1]
    assert 'href="/page/shape/S345-claim-claimant"' in rules
    assert 'href="/page/shape/S360-statistic-indicator"' in rules
    assert "S01-decision-date" not in rules
    assert "A claim must say whose word it is" in rules
    assert '<span class="small muted" lang="ru">У утверждения должен быть автор' in rules
    assert "● violation" in text(rules)


def test_a_class_shows_cardinalities_and_counts(client: FlaskClient) -> None:
    page = text(client.get("/page/def/StatisticalClaim").text)
    assert "In this release 49 things" in page
    assert "claimant sv:claimant 1 or more agent 49 51" in page
    assert "stance sv:stance exactly 1 Stances 49 49" in page
    assert "unit sv:unit 0 to 1 Units of figures 49 49" in page
    assert "In this release 270 things with those of narrower classes" in text(client.get("/page/def/Claim").text)


def test_a_property_shows_where_it_is_used_and_its_rules(client: FlaskClient) -> None:
    page = text(client.get("/page/def/claimant").text)
    assert "Said of claim" in page
    assert "Value is a agent" in page
    assert "claim 157 164" in page
    assert "S345-claim-claimant claim ● violation" in page


def test_a_module_is_shown_as_any_other_thing(client: FlaskClient) -> None:
    assert "Servanda ontology: claim" in client.get("/page/def/claim").text
    assert "Things that point here" in client.get("/page/def/Communication").text
    assert "89 things" in client.get("/page/def/Communication?incoming=rdf:type").text


def test_a_scale_shows_validity_dimension_and_grades(client: FlaskClient) -> None:
    whole = client.get("/page/scheme/hrc-co-2016").text
    page = text(whole)
    for words in ("Scale of Human Rights Committee", "What it judges implementation", "Valid since 4 November 2016",
                  "Адам құқықтары жөніндегі комитеттің 2016 жылдан бергі бағалары"):  # fmt: skip
        assert words in page
    grades = re.findall(r'<td data-label="Short form"><code>([^<]+)</code>', whole)
    assert grades == ["A", "B", "C", "D", "E"]


def test_a_list_can_be_read_in_each_language(client: FlaskClient) -> None:
    page = client.get("/page/scheme/stance?lang=kk").text.split('id="concepts"')[1].split("</table>")[0]
    assert re.search(r'<th scope="row" lang="kk"><a href="/page/scheme/stance/denies">[^<]+</a>', page)
    english = client.get("/page/scheme/stance").text.split('id="concepts"')[1]
    assert ">denies</a>" in english
    assert ">denies</a>" not in page


def test_the_list_of_terms_can_be_read_in_each_language(client: FlaskClient) -> None:
    page = client.get("/page/def?lang=ru").text
    row = re.search(r'<tr id="Claim">.*?</tr>', page, re.DOTALL)
    assert row
    assert '<span lang="ru">утверждение</span>' in row[0]
    assert "Высказывание о факте, праве или намерении" in row[0]
    assert 'lang="kk" class="muted small">мәлімдеме</span>' in row[0]
