"""The table of figures and its CSV, the sums and shares computed from them, and what goes back to one source."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.figures import figures
from web.site import KEY
from web.statistics import COLUMNS


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def read(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).text)))


def test_table_and_csv_hold_every_figure(client: FlaskClient) -> None:
    known = figures(client.application.extensions[KEY].store)
    rows, page = read(client, "/statistics.csv"), client.get("/statistics").text
    assert tuple(rows[0]) == COLUMNS
    assert {row["iri"] for row in rows} == set(known)
    assert all(f'id="{iri.rsplit("/", 1)[1]}"' in page for iri in known)
    assert f"<strong>{len(known)}</strong> of {len(known)}" in page


def test_a_figure_has_qualifier_unit_period_and_place(client: FlaskClient) -> None:
    page = client.get("/statistics").text
    row = text(page.split('id="ccpr-c-123-2-confederation-fined-protesters"')[1].split("</tr>")[0])
    assert "about 63 persons" in row
    row = text(page.split('id="ccpr-c-123-2-kaz-compensation-paid"')[1].split("</tr>")[0])
    assert "79,400,000 tenge (exact)" in row
    assert "March 2012" in row
    assert "as reported by Human Rights Committee" in row
    assert "CCPR/C/123/2 , line" in row


def test_filters(client: FlaskClient) -> None:
    rows = read(client, "/statistics.csv?document=cat-letter-2024-10-10-kaz&party=kaz")
    assert rows
    assert all(row["claimant"] == "Kazakhstan" and row["reported_by"] == "Committee against Torture" for row in rows)
    assert [row["value"] for row in read(client, "/statistics.csv?indicator=maximum-penalty")] == ["12"]
    assert "There is no indicator" in client.get("/statistics?indicator=nothing").text
    assert client.get("/statistics?order=password").status_code == 400


def test_totals_and_shares_are_computed_and_say_so(client: FlaskClient) -> None:
    page = client.get("/statistics").text
    sums = text(page.split('id="sums"')[1].split("<h2")[0])
    assert "512" in sums
    assert sums.count("= adds up") == 2
    shares = text(page.split('id="shares"')[1].split("<h2")[0])
    assert "89 % computed" in shares
    assert "87.5 %" in shares


def test_a_sum_that_does_not_add_up_is_seen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    store = app.extensions[KEY].store
    known = dict(figures(store))
    (part,) = (iri for iri in known if iri.endswith("/cat-letter-2024-10-10-kaz-acquittals"))
    known[part] = replace(known[part], value=Decimal(3))
    monkeypatch.setattr("kg.figures.figures", lambda _: known)
    page = text(app.test_client().get("/statistics?order=party").text)
    assert "44 ≠ does not add up: 2 too many in the parts" in page
    known[part] = replace(known[part], value=Decimal(1), qualifier=None)
    page = text(app.test_client().get("/statistics?order=document").text)
    assert "cannot be checked: not every number is exact" in page


def test_trends_and_circles_stand_apart(client: FlaskClient) -> None:
    page = client.get("/statistics").text
    assert text(page.split('id="trends"')[1].split("<h2")[0]).count("(no number)") == 4
    source = text(page.split('id="one-source"')[1].split("<h2")[0])
    assert "comes back to a party that had said it before: no second source" in source
    assert "is the same figure as" in source


def test_the_data_cube_can_be_had(client: FlaskClient) -> None:
    page = client.get("/statistics").text
    assert 'href="/page/data-set/claimed-figures"' in page
    assert "qb:DataSet" in client.get("/data/data-set/claimed-figures.ttl").text
    assert client.get("/page/data-set/claimed-figures").status_code == 200
