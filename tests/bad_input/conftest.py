"""The service that bad input is sent to, and a listener that must hear nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kg.settings import Settings
from tests.bad_input.answers import ask, rows
from tests.web.conftest import started

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="package")
def service(released: Settings) -> Iterator[FlaskClient]:
    """Give a client of a service in which a query of death ends soon; every other limit is the default one."""
    limits = replace(released.limits, seconds=2.0, memory=200_000_000)
    for app in started(replace(released, limits=limits)):
        yield app.test_client()


@pytest.fixture
def sound(service: FlaskClient) -> Iterator[FlaskClient]:
    """Give the same client, and check after the test that the service still answers and holds what it held."""
    before = rows(ask(service, COUNT))
    yield service
    assert rows(ask(service, COUNT)) == before
    assert service.get("/page/communication/cat-433-2010").status_code == 200
