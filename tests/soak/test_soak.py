"""A minute and a half of mixed use, and processes that are killed in the middle of it (make test-soak)."""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from kg.settings import Settings
from tests.web.serving import ASK, CROSS, Server, children, serving, until

pytestmark = pytest.mark.soak

SECONDS = 90
CLIENTS = 8
KILL_EVERY = 15.0
PAGES = [
    "/", "/cases", "/matrix", "/recommendations", "/deadlines", "/claims", "/statistics", "/articles/cat",
    "/articles/cat/12", "/questions", "/about", "/page/def", "/page/body/cat", "/page/communication/cat-433-2010",
    "/page/communication/cat-441-2010", "/page/communication/cat-497-2012", "/page/communication/cat-651-2015",
    "/data/communication/cat-433-2010.ttl", "/cases.csv",
]  # fmt: skip
QUERIES = [
    ASK,
    "SELECT * { ?s ?p ?o } LIMIT 100",
    "SELECT ?c (COUNT(?f) AS ?n) { ?f sv:concernsCommunication ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 10",
    "CONSTRUCT { ?s a sv:Decision } WHERE { ?s a sv:Decision }",
]
WORDS = ["torture", "Gerasimov", "433/2010", "пытки", "article 12", "zzz"]
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# All clients have one address here; queries of death end sooner than elsewhere, so that more of them fit in.
FOR_ALL = {"limit_client_parallel": 50, "limit_client_seconds": 1e6, "limit_seconds": 3}
INTENDED = {"time", "memory", "queue"}


class Request(NamedTuple):
    """Hold one request: when it began (seconds of the run), its kind, status, how long it took, the limit it met."""

    start: float
    kind: str
    status: int
    seconds: float
    limit: str


class Sample(NamedTuple):
    """Hold what the server takes at a moment: open files, threads, memory in MB."""

    files: int
    threads: int
    memory: float


def sample(pid: int) -> Sample:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Sample(files, int(status["Threads"]), int(status["VmRSS"].split()[0]) / 1024)


def path_of(kind: str, choose: random.Random) -> str:
    if kind == "page":
        return choose.choice(PAGES)
    if kind == "search":
        return "/search?q=" + quote(choose.choice(WORDS))
    return "/sparql?query=" + quote(CROSS if kind == "death" else choose.choice(QUERIES))


class Load:
    """Send requests from several clients until it is stopped."""

    def __init__(self, server: Server, weights: dict[str, int], clients: int = CLIENTS) -> None:
        self.server = server
        self.requests: list[Request] = []
        self.lost = 0
        self._weights = weights
        self._began = time.monotonic()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, seed: int) -> None:
        choose = random.Random(seed)
        while not self._stop.wait(choose.uniform(0.02, 0.1)):
            kind = choose.choices(list(self._weights), list(self._weights.values()))[0]
            start = time.monotonic()
            try:
                reply = self.server.get(path_of(kind, choose))
            except OSError:  # the server was killed
                self.lost += 1
                continue
            limit = str(json.loads(reply.body).get("limit", "")) if reply.status >= 400 else ""
            took = time.monotonic() - start
            self.requests.append(Request(start - self._began, kind, reply.status, took, limit))


def p95(requests: list[Request]) -> float:
    return statistics.quantiles([request.seconds for request in requests], n=20)[-1]


def count(server: Server) -> str:
    return server.ask(COUNT).body.decode()


def show(capsys: pytest.CaptureFixture[str], *lines: str) -> None:
    with capsys.disabled():
        print("", *lines, sep="\n")


def test_ninety_seconds_of_mixed_use(released: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(released.store, **FOR_ALL) as server:
        for path in PAGES:
            assert server.get(path).status == 200
        before, samples, killed = count(server), [], 0
        with Load(server, {"page": 80, "query": 15, "search": 3, "death": 2}) as load:
            end = time.monotonic() + SECONDS
            kill_at = time.monotonic() + KILL_EVERY
            while time.monotonic() < end:
                time.sleep(1)
                samples.append(sample(server.process.pid))
                if time.monotonic() > kill_at:
                    kill_at += KILL_EVERY
                    os.kill(random.choice(server.workers()), signal.SIGKILL)
                    killed += 1
        after, starts = count(server), server.starts()

    bad = [r for r in load.requests if r.status >= 400 and not (r.status == 503 and r.limit in INTENDED)]
    pages = [request for request in load.requests if request.kind == "page"]
    early = p95([request for request in pages if 10 <= request.start < 40])
    late = p95([request for request in pages if request.start >= SECONDS - 30])
    third = len(samples) // 3
    first, last = samples[third], samples[-1]
    kinds = Counter(request.kind for request in load.requests)
    show(
        capsys,
        f"requests          {len(load.requests)}: " + ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds)),
        f"refused           {Counter(r.limit for r in load.requests if r.status == 503)}",
        f"workers           {killed} killed, {starts} starts",
        f"p95 of pages      {early * 1000:.1f} ms early, {late * 1000:.1f} ms late",
        f"files, threads    {first.files}, {first.threads} after 30 s; {last.files}, {last.threads} at the end",
        f"memory            {first.memory:.0f} MB after 30 s, {last.memory:.0f} MB at the end",
    )
    assert bad == []
    assert {"page", "query", "search", "death"} == set(kinds)
    assert killed >= SECONDS // KILL_EVERY - 1
    assert after == before
    assert late <= 1.5 * early + 0.02
    assert last.files <= max(found.files for found in samples[:third]) + 5
    assert last.threads <= max(found.threads for found in samples[:third]) + 2
    assert last.memory <= first.memory + 20


def test_workers_are_killed_under_load(released: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(released.store, **FOR_ALL) as server:
        before = count(server)
        with Load(server, {"query": 1}) as load:
            for _ in range(40):
                time.sleep(0.2)
                for worker in server.workers()[:1]:
                    os.kill(worker, signal.SIGKILL)
        assert server.ask(ASK).status == 200
        assert count(server) == before
        statuses = Counter(request.status for request in load.requests)
        answers = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
        show(capsys, f"40 kills of a worker: {answers}; {server.starts()} starts")
        assert set(statuses) <= {200, 503}
        assert statuses[200] > 0.9 * len(load.requests)


def test_the_web_process_is_killed_under_load(released: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    lines, port = [], 0
    for turn in range(3):
        with serving(released.store, port, **FOR_ALL) as server:
            port = server.port
            total = count(server)
            with Load(server, {"page": 5, "query": 4, "death": 1}) as load:
                time.sleep(2)
                started = [*server.workers(), *children(server.process.pid)]
                server.process.kill()
                gone = until(lambda started=started: not any(map(is_alive, started)))
        start = time.monotonic()
        with serving(released.store, port, **FOR_ALL) as server:
            again = time.monotonic() - start
            assert count(server) == total
            assert [server.get(path).status for path in PAGES] == [200] * len(PAGES)
            assert server.get("/search?q=torture").status == 200
        answered = sum(request.status == 200 for request in load.requests)
        lines.append(f"kill {turn + 1} of the web process: {answered} answered before, {load.lost} lost; its "
                     f"{len(started)} processes gone after {gone:.2f} s; serves again after {again:.1f} s")
    show(capsys, *lines)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
