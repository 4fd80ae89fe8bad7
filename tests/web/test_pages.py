"""Every kind of page: valid HTML, usable without a mouse, all links alive, nothing from another host."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.markup import faults, links

QUERY = "/query?query="
KINDS = [
    "/",
    "/about",
    "/cases",
    "/cases?article=cat-12&outcome=violation&sort=-date_of_decision",
    "/cases?text=nothing-like-this",
    "/matrix",
    "/matrix?treaty=cat&all=1",
    "/matrix?treaty=opcat",
    "/articles",
    "/articles/iccpr",
    "/articles/iccpr/14",
    "/articles/cat/30",
    "/search",
    "/search?q=torture",
    "/search?q=nothing-like-this",
    "/query",
    QUERY + "SELECT * { ?s a sv:Decision ; ?p ?o } LIMIT 20",
    QUERY + "SELECT * { ?s a sv:Nothing }",
    QUERY + "ASK {}",
    QUERY + "DESCRIBE communication:cat-433-2010",
    QUERY + "SELECT ?x WHERE { ?x ?p }",
    QUERY + "DROP ALL",
    QUERY,
    "/recommendations",
    "/recommendations?body=hrc&theme=reprisals&sort=-open_requests",
    "/recommendations?text=nothing-like-this",
    "/deadlines",
    "/deadlines?status=late",
    "/deadlines?body=cat&rule=stated-date",
    "/page/recommendation/ccpr-c-kaz-co-2-p24",
    "/page/recommendation/ccpr-c-123-2-p18",
    "/page/recommendation/cat-c-kaz-co-4-p14",
    "/page/recommendation/cat-c-kaz-co-3-p8",
    "/page/recommendation/ngo-briefing-2015-eu-dialogue-upr",
    "/page/recommendation/ccpr-c-kaz-co-2-p24?incoming=sv:componentOf",
    "/page/procedure/ccpr-kaz-co-2-follow-up",
    "/page/procedure/cat-kaz-co-4-follow-up",
    "/page/procedure/cat-kaz-co-3-follow-up",
    "/page/procedure/cat-decision-follow-up-497-2012",
    "/claims",
    "/claims?theme=army&party=kaz&order=claims",
    "/claims?text=nothing-like-this",
    "/statistics",
    "/statistics?document=ccpr-c-123-2&order=-date",
    "/page/question/npm-access-unimpeded",
    "/page/question/decisions-implemented",
    "/page/question/victims-informed-and-consulted",
    "/page/claim/ngo-briefing-2015-eu-dialogue-unchanged",
    "/page/claim/ccpr-c-123-2-kaz-police-sentences",
    "/page/document/cat-letter-2024-10-10-kaz",
    "/page/document/ccpr-c-123-2?kind=Assessment",
    "/page/document/cat-c-48-d-433-2010",
    "/page/document/cat-c-kaz-fco-4",
    "/page/scheme/hrc-co-2016?lang=kk",
    "/page/def?lang=ru",
    "/page/def/StatisticalClaim",
    "/page/communication/cat-433-2010",
    "/page/communication/cat-497-2012",
    "/page/communication/ccpr-2024-2011",
    "/page/communication/cat-444-2010",
    "/page/communication/ccpr-2538-2015",
    "/page/decision/cat-c-48-d-433-2010",
    "/page/finding/cat-c-48-d-433-2010-cat-12",
    "/page/provision/iccpr-14-3-d",
    "/page/instrument/cat",
    "/page/obligation/cat-12-act-on-grounds",
    "/page/body/cat",
    "/page/state/kaz",
    "/page/person/d51a1486",
    "/page/scheme/outcome",
    "/page/scheme/outcome/violation",
    "/page/graph/data/decisions/cat-c-48-d-433-2010",
    "/page/graph/derived",
    "/page/rule/violated-article",
    "/page/shape/communication",
    "/page/def",
    "/page/def/Communication",
    "/page/def/violatedArticle",
    "/page/def/Communication?incoming=rdf:type",
    "/nothing",
    "/page/communication/nothing",
    "/page/recommendation/nothing",
    "/page/procedure/nothing",
]


@pytest.mark.parametrize("path", KINDS)
def test_page_is_valid_and_usable(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code in {200, 400, 404}
    assert answer.mimetype == "text/html"
    assert sorted(set(faults(answer.text))) == []


def test_every_link_leads_somewhere(browser: FlaskClient) -> None:
    wanted: dict[str, str] = {}
    for path in KINDS:
        for link in links(browser.get(path).text):
            wanted.setdefault(link.partition("#")[0], path)
    # Each query costs a worker; the editor's own tests run them.
    wanted = {link: path for link, path in wanted.items() if not link.startswith(("/sparql?", "/query?"))}
    assert len(wanted) > 300
    dead = []
    for link, path in wanted.items():
        # Where a page of a thing leads is asked of its address, which answers 303 only for what there is.
        thing = re.fullmatch(r"/page/(?:(def|scheme|graph|rule|shape)/)?([^?]+)", link)
        asked = f"/{thing[1] or 'id'}/{thing[2]}" if thing and link not in (*KINDS, "/page/def") else link
        with browser.get(asked) as answer:
            if answer.status_code >= 400:
                dead.append(f"{path} → {link}: {answer.status_code}")
    assert dead == []


def test_checker_sees_what_is_wrong() -> None:
    page = """<!doctype html><html lang="en"><head><title>x</title></head><body><main id="a"><h1>x</h1><h3 id="a">y</h3>
    <img src="//evil.example/x"><table><tr><th>x</th></tr></table><input name="q"><a href="#no">x</a>
    <p style="color: red" onclick="x">y</p><a href="/x"></a><script>x</script></main></body></html>"""
    assert len(list(faults(page))) >= 11
