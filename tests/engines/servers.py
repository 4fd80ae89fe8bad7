"""SPARQL servers on loopback, each with a folder of its own that is empty at the start."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

NAMES = ("oxigraph", "virtuoso")
START_SECONDS = 60.0
# Small and quick to start; nothing listens but on loopback. A query has the time that we give it, not more.
VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200

[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
MaxQueryMem = 500M
ThreadsPerQuery = 1
CheckpointInterval = 0
AllowOSCalls = 0
DirsAllowed = .
MaxSortedTopRows = 1000000

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
Charset = UTF-8

[SPARQL]
MaxQueryExecutionTime = 60
"""


class Server(NamedTuple):
    """Hold a server that runs: what the settings need to know of it."""

    name: str
    endpoint: str
    credentials: Path | None = None

    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        values = {"SERVANDA_ENDPOINT": self.endpoint}
        return values | ({"SERVANDA_CREDENTIALS": str(self.credentials)} if self.credentials else {})


@contextmanager
def run(name: str, folder: Path) -> Iterator[Server]:
    """Run one of the servers of NAMES on an empty folder; fails the test where it is not installed."""
    with {"oxigraph": _oxigraph, "virtuoso": _virtuoso}[name](folder) as server:
        yield server


@contextmanager
def _oxigraph(folder: Path) -> Iterator[Server]:
    port = free_port()
    program = Path(sys.executable).parent / "oxigraph"
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    if not program.is_file():
        pytest.fail("oxigraph is missing: install requirements-dev.txt (make setup-dev does)")
    with _running(command, folder, f"http://127.0.0.1:{port}/query") as endpoint:
        yield Server("oxigraph", endpoint)


@contextmanager
def _virtuoso(folder: Path) -> Iterator[Server]:
    program = shutil.which("virtuoso-t")
    if not program:
        pytest.fail("virtuoso-t is missing: apt-get install virtuoso-opensource-7-bin (.ci/run does)")
    port = free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=free_port(), http=port), encoding="utf-8")
    credentials = folder / "credentials.toml"
    credentials.write_text('user = "dba"\npassword = "dba"\n', encoding="utf-8")
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    with _running(command, folder, f"http://127.0.0.1:{port}/sparql") as endpoint:
        yield Server("virtuoso", endpoint, credentials)


@contextmanager
def _running(command: list[str], folder: Path, endpoint: str) -> Iterator[str]:
    """Run a command until it is not needed any more; what it prints is shown where it does not start."""
    log = folder / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _wait(endpoint, process, log)
            yield endpoint
        finally:
            process.kill()
            process.wait()


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            opener.open(f"{endpoint}?query=ASK%7B%7D", timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{process.args} does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
