"""A server in a process of its own, and clients that may leave before they are answered."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ASK = "ASK { ?case a sv:Communication }"


class Reply(NamedTuple):
    """Hold an answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """Hold a running server: its process, and where it listens."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str, seconds: float = 30, **headers: str) -> Reply:
        """Ask for a page."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())

    def ask(self, query: str, **headers: str) -> Reply:
        """Send a query."""
        return self.get(f"/sparql?query={quote(query)}", **headers)

    def call(self, query: str) -> socket.socket:
        """Send a query and return the connection, on which the answer will come."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return connection

    def health(self) -> dict[str, Any]:
        """Return what the server says of itself."""
        found: dict[str, Any] = json.loads(self.get("/healthz").body)
        return found

    def starts(self) -> int:
        """Return how often its workers were started."""
        return sum(worker["starts"] for worker in self.health()["workers"])

    def workers(self) -> list[int]:
        """Return the process ids of its workers: the children of its only child."""
        return [worker for forker in children(self.process.pid) for worker in children(forker)]


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


@contextmanager
def serving(store: Path, port: int = 0, **settings: object) -> Iterator[Server]:
    """Serve a release with these settings (limit_seconds=1 and so on) until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SERVANDA_")}
    environment |= {f"SERVANDA_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "web", "--store", str(store), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stderr.readline())
            assert found, "the server says where it listens"
            yield Server(process, int(found[1]))
        finally:
            process.terminate()
            process.communicate(timeout=30)


def until(condition: Callable[[], object], seconds: float = 10) -> float:
    """Wait until a condition holds and return how long that took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "what was waited for did not happen"
        time.sleep(0.02)
    return time.monotonic() - start
