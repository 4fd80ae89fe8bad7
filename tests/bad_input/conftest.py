"""The service that bad input is sent to, and a listener that must hear nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.writers import make_token
from tests.bad_input.answers import ask, rows
from tests.web.conftest import started

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


class Tokens(NamedTuple):
    """Hold a token that may write, one whose time is over, and the file that knows both."""

    valid: str
    expired: str
    file: Path


@pytest.fixture(scope="package")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """Give the tokens of writers."""
    (valid, line), (expired, line_expired) = make_token(), make_token(date(2020, 1, 1))
    file = tmp_path_factory.mktemp("writers") / "writers"
    file.touch(0o600)
    file.write_text(f"{line}\n{line_expired}\n", encoding="utf-8")
    return Tokens(valid, expired, file)


@pytest.fixture(scope="package")
def service(released: Settings, tokens: Tokens) -> Iterator[FlaskClient]:
    """Give a client of a service in which a query of death ends soon; every other limit is the default one."""
    limits = replace(released.limits, seconds=2.0, memory=200_000_000)
    for app in started(replace(released, limits=limits, writers=tokens.file)):
        yield app.test_client()


@pytest.fixture
def sound(service: FlaskClient) -> Iterator[FlaskClient]:
    """Give the same client, and check after the test that the service still answers and holds what it held."""
    before = rows(ask(service, COUNT))
    yield service
    assert rows(ask(service, COUNT)) == before
    assert service.get("/page/communication/cat-433-2010").status_code == 200
