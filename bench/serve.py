"""Measure requests per second and latency of the served pages, with and without a query that never ends.

Starts its own server on this machine, loads it with wrk over 8 connections, and prints one Markdown table. The two runs
that are compared take turns in the same session, so that a slow machine slows both.
"""

import argparse
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

BENCH = Path(__file__).resolve().parent
ENTITY = "/page/communication/cat-433-2010"
HUNDRED_ROWS = "/sparql?query=" + urllib.parse.quote("SELECT * { ?s ?p ?o } LIMIT 100")
# Counts triples of triples: runs until the server's time limit stops it.
CROSS_PRODUCT = "/sparql?query=" + urllib.parse.quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


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
def server() -> Iterator[str]:
    """Serve the built graph on a free port and yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "kg", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                fetch(base + "/")
                break
            except OSError:
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=30)


def load(url: str, seconds: int) -> Figures:
    """Run wrk over 8 connections and return its figures."""
    command = ["wrk", "-t2", "-c8", f"-d{seconds}s", "-s", str(BENCH / "percentiles.lua"), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("FIGURES "))
    rate, p50, p95, p99, errors = line.split()[1:]
    return Figures(float(rate), float(p50), float(p95), float(p99), int(errors))


@contextmanager
def cross_product(base: str) -> Iterator[list[int]]:
    """Keep one cross-product query running all the time; yield the statuses of those that ended."""
    statuses: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            statuses.append(fetch(base + CROSS_PRODUCT))

    asker = threading.Thread(target=ask)
    asker.start()
    time.sleep(0.5)
    try:
        yield statuses
    finally:
        stop.set()
        asker.join()


def median(runs: list[Figures]) -> Figures:
    """Take the median of each figure over the runs, and the sum of the errors."""
    columns = list(zip(*runs, strict=True))
    middle = [statistics.median(column) for column in columns[:4]]
    return Figures(*middle, errors=sum(columns[4]))


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Measure the served pages with wrk over 8 connections.")
    parser.add_argument("--seconds", type=int, default=5, help="length of one run (default 5)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each kind (default 5)")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is missing: on Debian or Ubuntu run apt install wrk", file=sys.stderr)
        return 3
    rows: dict[str, list[Figures]] = {}
    with server() as base:
        for path in (ENTITY, HUNDRED_ROWS):
            if fetch(base + path) != 200:
                print(f"{path} answers {fetch(base + path)}, not 200: run make run once first", file=sys.stderr)
                return 3
            load(base + path, 1)  # warm up
        for _ in range(options.rounds):
            rows.setdefault("100-row SELECT", []).append(load(base + HUNDRED_ROWS, options.seconds))
            rows.setdefault("entity page", []).append(load(base + ENTITY, options.seconds))
            with cross_product(base) as statuses:
                rows.setdefault("entity page, cross product running", []).append(load(base + ENTITY, options.seconds))
    print(f"8 connections, {options.rounds} runs of {options.seconds} s each in turn, medians; "
          f"the cross products ended with {sorted(set(statuses))}\n")
    print("| what | requests/s | p50, ms | p95, ms | p99, ms | errors |\n|---|---|---|---|---|---|")
    for name, runs in rows.items():
        figures = median(runs)
        print(f"| {name} | {figures.rate:.0f} | {figures.p50:.1f} | {figures.p95:.1f} | {figures.p99:.1f} "
              f"| {figures.errors} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
