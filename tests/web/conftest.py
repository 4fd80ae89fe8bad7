"""Clients for the pages: over the full release, over one with hostile texts, and over one with small limits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.build import build
from kg.settings import Settings
from web import create_app
from web.site import KEY

ROOT = Path(__file__).parents[2]
CASE = "data/decisions/cat-c-48-d-433-2010.ttl"
# What a hostile or careless source may hold; valid Turtle.
SCRIPT = "<img src=x onerror=alert(1)>"
BREAKOUT = '"></script><script>alert(2)</script>'
FORMULA = '=HYPERLINK("http://x","y")'
OVERRIDE = "Gerasimov \u202evomisareG"


def started(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.extensions[KEY].queries.close()


@pytest.fixture(scope="session")
def app(released: Settings) -> Iterator[Flask]:
    """Give the application over the full release."""
    yield from started(released)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a client that sends no Accept header."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Give a client that asks as a browser does."""
    made = app.test_client()
    made.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    return made


@pytest.fixture(scope="session")
def hurried(released: Settings) -> Iterator[FlaskClient]:
    """Give a client of a service with small limits, so that a query of death ends soon."""
    limits = replace(released.limits, seconds=1.5, memory=200_000_000, queue_seconds=1.0)
    for app in started(replace(released, limits=limits)):
        yield app.test_client()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Give a client over a release in which the texts of one case are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, folder / "root" / name)
    path = folder / "root" / CASE
    text = path.read_text(encoding="utf-8")
    for old, new in [
        ('rdfs:label "Gerasimov v. Kazakhstan (CAT 433/2010)"', f"rdfs:label {turtle(SCRIPT)}"),
        ('dcterms:title "Gerasimov v. Kazakhstan"', f"dcterms:title {turtle(FORMULA)}"),
        ('rdfs:label "Prosecution"', f"rdfs:label {turtle(BREAKOUT)}"),
        ('"Withdrawal of the complaint"', turtle(OVERRIDE)),
    ]:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    settings = Settings.load({}, root=folder / "root", store=folder / "store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "kg.check.run", lambda *_, **__: []
        )  # the checks refuse such labels; pages must hold without them
        build(settings)
    for app in started(settings):
        yield app.test_client()


def turtle(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
