"""The service and the command that bad input is given to."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from kg.cli import main
from kg.release import CURRENT, MANIFEST
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
def service(engine: Settings, tokens: Tokens) -> Iterator[FlaskClient]:
    """Give a client of a service on each store in turn, in which a query of death ends soon.

    Every other limit on a query is the default one.
    """
    small = {"seconds": 2.0, "memory": 200_000_000}
    limits = replace(engine.limits, **small, client_seconds=1e6, client_errors=1_000_000)
    for app in started(replace(engine, limits=limits, writers=tokens.file)):
        yield app.test_client()


@pytest.fixture
def sound(service: FlaskClient) -> Iterator[FlaskClient]:
    """Give the same client, and check after the test that the service still answers and holds what it held."""
    before = rows(ask(service, COUNT))
    yield service
    assert rows(ask(service, COUNT)) == before
    assert service.get("/page/communication/cat-433-2010").status_code == 200


class Done(NamedTuple):
    """Hold what a command left: exit code, standard output and standard error."""

    code: int
    out: str
    err: str


class Command:
    """Run `servanda` in this process, on the store in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: object, stdin: bytes = b"") -> Done:
        """Run one command to its end."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            with pytest.raises(SystemExit) as caught:
                main([str(argument) for argument in arguments])
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())
        return Done(int(caught.value.code or 0), *texts)

    def state(self) -> tuple[Path, str]:
        """Return which release is live and what its manifest says, checksums of all files of the store among it."""
        link = self.folder / ".servanda" / CURRENT
        return link.readlink(), (link / MANIFEST).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Give the command in a folder of its own, whose store has one graph with one statement."""
    made = Command(tmp_path_factory.mktemp("command"))
    (made.folder / "good.ttl").write_text("<urn:s> <urn:p> 1 .\n", encoding="utf-8")
    assert made.run("load", "good.ttl").code == 0
    return made
