"""Measure the server: pages while queries of death run, and what killable workers cost a query.

    python bench/serve.py --sizes 50k,1m --seconds 10

Pages are asked for at an even pace and as fast as they come, over 8 connections of wrk, from the cache and never twice
the same, so that no cache helps. Meanwhile nobody, one, or eight clients send cross products, which only the limits
end; some of them leave after a second. The figure is the latency that 95 of 100 pages keep.

The second table has requests per second of our endpoint against plain Flask with the engine in its own process, which
one query of death ends for good.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

from measure import ROOT, Report, Sample, alternate, arguments, project_folder

BENCH = Path(__file__).resolve().parent
ENTITY = "/page/communication/cat-433-2010"
CASE = "https://w3id.org/servanda/id/communication/cat-433-2010"
QUERIES = {
    "nothing at all": "ASK {}",
    # What is said of a thing and of what points to it, with labels and graphs: what a page of it would ask.
    "entity": f"""SELECT ?property ?other ?label ?graph {{
        {{ <{CASE}> ?property ?other }} UNION {{ ?other ?property <{CASE}> }}
        OPTIONAL {{ ?other rdfs:label ?label }}
        OPTIONAL {{ GRAPH ?graph {{ <{CASE}> ?property ?other }} }}
    }}""",
    "top 10": """SELECT ?provision (COUNT(DISTINCT ?case) AS ?cases) {
        ?finding a sv:Finding ; sv:provision ?provision ; sv:concernsCommunication ?case
    } GROUP BY ?provision ORDER BY DESC(?cases) LIMIT 10""",
}
# Counts triples of triples: runs until the time limit of the server stops it.
CROSS_PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CONNECTIONS = 8
PACES = {
    "entity page from the cache, 100 each second": (80, ""),
    "entity page made anew, 20 each second": (400, "fresh"),
    "entity page from the cache, as fast as possible": (0, ""),
    "entity page made anew, as fast as possible": (0, "fresh"),
}
"""milliseconds between two requests of each of the connections, and whether each address is new"""
# All clients have the same address here, which would soon have used up the budget of one client.
FOR_ALL = {"SERVANDA_LIMIT_CLIENT_SECONDS": "1e9", "SERVANDA_LIMIT_CLIENT_PARALLEL": "1000"}


Kind = Callable[[str], AbstractContextManager[None]]


class Figures(NamedTuple):
    """One run of wrk: requests per second, latencies in ms, requests that failed."""

    rate: float
    p50: float
    p95: float
    p99: float
    errors: int


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def path_of(query: str) -> str:
    """Return the address of a query."""
    return "/sparql?query=" + urllib.parse.quote(query)


def fetch(url: str, seconds: float = 60) -> int:
    """Return the status of a page."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@contextmanager
def serving(command: list[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server on a port and yield its address."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                fetch(base + path_of("ASK {}"))
                break
            except OSError:
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=30)


def ours(folder: Path) -> AbstractContextManager[str]:
    """Serve a built project."""
    port = free_port()
    environment = {**FOR_ALL, "SERVANDA_ROOT": str(folder), "SERVANDA_STORE": str(folder / ".servanda")}
    return serving([sys.executable, "-m", "web", "--port", str(port)], port, environment)


def plain(folder: Path) -> AbstractContextManager[str]:
    """Serve the same store from one process."""
    from kg.names import Names
    from kg.release import store_folder
    from kg.settings import Settings

    settings, port = Settings.load({}, root=folder, store=folder / ".servanda"), free_port()
    prefixes = json.dumps(Names.load(settings).prefixes)
    command = [sys.executable, str(BENCH / "plain.py"), str(store_folder(settings)), prefixes, str(port)]
    return serving(command, port)


def built(size: int, data: Path) -> Path:
    """Return the folder of a project with a graph of a size, built where it is not."""
    folder = project_folder(size, data)
    environment = {**os.environ, "SERVANDA_ROOT": str(folder), "SERVANDA_STORE": str(folder / ".servanda")}
    subprocess.run([sys.executable, "-m", "kg", "build"], cwd=ROOT, env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    return folder


def load(url: str, seconds: int, pause: int = 0, fresh: str = "") -> Figures:
    """Run wrk and return its figures; raises CalledProcessError where a request failed."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(BENCH / "percentiles.lua"), url]
    said = subprocess.run([*command, "--", str(pause), fresh], capture_output=True, text=True, check=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("FIGURES "))
    rate, p50, p95, p99, errors = line.split()[1:]
    if int(errors):
        raise subprocess.CalledProcessError(1, command, f"{errors} requests failed")
    return Figures(float(rate), float(p50), float(p95), float(p99), int(errors))


@contextmanager
def deaths(base: str, clients: int, leaving: float = 0) -> Iterator[None]:
    """Let clients send cross products all the time; with `leaving` they close the connection after so many seconds."""
    stop = threading.Event()
    place = urllib.parse.urlsplit(base)
    text = f"GET {path_of(CROSS_PRODUCT)} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()

    def ask() -> None:
        while not stop.is_set():
            with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
                connection.sendall(text)
                connection.settimeout(0.2)
                until = time.monotonic() + (leaving or 60)
                while time.monotonic() < until and not stop.is_set():
                    try:
                        if not connection.recv(65_536):
                            break
                    except TimeoutError:
                        continue

    askers = [threading.Thread(target=ask) for _ in range(clients)]
    for asker in askers:
        asker.start()
        time.sleep(0.1)
    time.sleep(1)
    try:
        yield
    finally:
        stop.set()
        for asker in askers:
            asker.join()
        time.sleep(1)


def pages(size: int, folder: Path, runs: int, seconds: int, report: Report) -> None:
    """Measure pages beside queries of death."""
    kinds: dict[str, Kind] = {
        "no query": lambda _: nullcontext(),
        "1 query of death": lambda base: deaths(base, 1),
        "8 clients of such": lambda base: deaths(base, 8),
        "8 clients who leave after 1 s": lambda base: deaths(base, 8, 1),
    }
    with ours(folder) as base:
        load(base + ENTITY, 2, 0, "fresh")  # warm up
        for task, (pause, fresh) in PACES.items():
            found: dict[str, list[Figures]] = {name: [] for name in kinds}
            samples, notes = alternate({name: partial(page, base, kind, seconds, (pause, fresh), found[name])
                                        for name, kind in kinds.items()}, runs)
            said = {name: f"{statistics.fmean(run.rate for run in runs):.0f} pages/s, half of them within "
                    f"{statistics.median(run.p50 for run in runs):.1f} ms" for name, runs in found.items() if runs}
            report.add(size, task, samples, said | notes)


def page(base: str, kind: Kind, seconds: int, pace: tuple[int, str], found: list[Figures]) -> Sample:
    """Load pages once beside queries of one kind."""
    with kind(base):
        found.append(load(base + ENTITY, seconds, *pace))
    return Sample(found[-1].p95)


def queries(size: int, folder: Path, runs: int, seconds: int, report: Report) -> None:
    """Measure our endpoint against the engine in the web process."""
    with plain(folder) as other, ours(folder) as base:
        for task, query in QUERIES.items():
            places = {"Flask and engine in one process": other, "killable workers": base}
            for place in places.values():
                assert fetch(place + path_of(query)) == 200, f"{task}: no answer"
                load(place + path_of(query), 1)
            turns = {name: partial(rate, place + path_of(query), seconds) for name, place in places.items()}
            report.add(size, task, *alternate(turns, runs))


def rate(url: str, seconds: int) -> Sample:
    """Load one address as fast as possible."""
    return Sample(load(url, seconds).rate)


def main() -> int:
    """Measure and print the tables."""
    parser = arguments(str(__doc__).splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5, help="length of one run (default 5)")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is missing: on Debian or Ubuntu run apt install wrk", file=sys.stderr)
        return 3
    slow = Report("serve-pages", "Pages while queries of death run: 95 of 100 pages take at most", "ms")
    fast = Report("serve-queries", "Queries over HTTP, 8 connections", "requests/s")
    for size in given.sizes:
        folder = built(size, given.data)
        pages(size, folder, given.runs, given.seconds, slow)
        queries(size, folder, given.runs, given.seconds, fast)
    return slow.finish() or fast.finish()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
