"""Measure the question library over HTTP: this service, rdflib in memory, `oxigraph serve` and Virtuoso.

    python bench/library.py --sizes 1m --runs 5

Each question is sent with its defaults, the same text to all, and the answer is read to its end. A question that a
contestant does not answer within --limit is not asked of it again. Then wrk sends those that all answered within a
second, in turn, over 1, 8 and 32 connections. Statements are the same: Virtuoso holds the merged ones as a graph.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from measure import ROOT, Report, Sample, alternate, arguments
from serve import FOR_ALL, built, free_port, serving

sys.path.insert(0, str(ROOT))

from pyoxigraph import Store

from kg import questions, saved, store
from kg.binding import bind, declare
from kg.release import live_folder
from kg.remote import RemoteStore
from kg.settings import Settings
from kg.store import to_term

BENCH = Path(__file__).resolve().parent
JSON = "application/sparql-results+json"
QUICK = 1.0
"""seconds within which all must have answered a question that wrk sends"""
# No limit of ours shall decide what is compared here.
UNLIMITED = {**FOR_ALL, "SERVANDA_LIMIT_SECONDS": "600", "SERVANDA_LIMIT_ROWS": "10000000",
             "SERVANDA_LIMIT_BYTES": "2000000000", "SERVANDA_LIMIT_QUEUE": "64", "SERVANDA_LIMIT_QUEUE_SECONDS": "60"}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Contestant(NamedTuple):
    """Hold a server: its address, and the form of a question as it is sent to it."""

    address: str
    form: Callable[[questions.Question], str]


def plain_form(question: questions.Question) -> str:
    """Write a question with its defaults and prefixes as the body of a request."""
    terms = {name: to_term(node) for name, node in saved.bound(question.query, {}).items()}
    return encoded(declare(bind(question.query.text, terms), saved.names().prefixes))


def virtuoso_form(remote: RemoteStore, question: questions.Question) -> str:
    """Write a question as `kg.remote` sends it to a server: the merged statements are a graph there."""
    terms = {name: to_term(node) for name, node in saved.bound(question.query, {}).items()}
    return encoded(remote.written(question.query.text, saved.names().prefixes, terms, [remote.merged], remote.graphs()))


def encoded(query: str) -> str:
    """Write the body of a request."""
    return urllib.parse.urlencode({"query": query})


def ask(contestant: Contestant, question: questions.Question, seconds: float, rows: dict[str, int]) -> Sample:
    """Send a question and time the answer, in ms; `rows` takes how many rows it has."""
    request = urllib.request.Request(contestant.address, contestant.form(question).encode(), {"Accept": JSON})
    start = time.perf_counter()
    try:
        with OPENER.open(request, timeout=seconds) as answer:
            data = answer.read()
    except urllib.error.HTTPError as error:
        said = " ".join(error.read().decode(errors="replace").split())
        raise subprocess.CalledProcessError(error.code, "query", f"{error.code}: {said[:120]}") from None
    except TimeoutError:
        raise subprocess.TimeoutExpired("query", seconds) from None
    spent = time.perf_counter() - start
    rows[question.name] = len(json.loads(data)["results"]["bindings"])
    return Sample(1000 * spent)


@contextmanager
def rdflib(file: Path) -> Iterator[Contestant]:
    """Serve the named graphs with rdflib."""
    port = free_port()
    command = [sys.executable, str(BENCH / "plain_rdflib.py"), str(file), str(port)]
    with serving(command, port) as base:
        yield Contestant(f"{base}/sparql", plain_form)


class Restarted:
    """Keep rdflib running: a query that needs too long cannot be stopped, so its server is started again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open = ExitStack()
        self._server: Contestant | None = None

    def ask(self, question: questions.Question, seconds: float, rows: dict[str, int]) -> Sample:
        """Do as `ask` does; afterwards the server answers again."""
        try:
            return ask(self.server(), question, seconds, rows)
        except subprocess.TimeoutExpired:
            self.close()
            raise

    def server(self) -> Contestant:
        """Return the server, started if need be."""
        if self._server is None:
            self._server = self._open.enter_context(rdflib(self._file))
        return self._server

    def close(self) -> None:
        """Stop the server."""
        self._open.close()
        self._server = None


@contextmanager
def servanda(folder: Path) -> Iterator[Contestant]:
    """Serve the project as `servanda serve` does."""
    port = free_port()
    environment = {**UNLIMITED, "SERVANDA_ROOT": str(folder), "SERVANDA_STORE": str(folder / ".servanda")}
    with serving([sys.executable, "-m", "web", "--port", str(port)], port, environment) as base:
        yield Contestant(f"{base}/sparql", plain_form)


@contextmanager
def oxigraph(folder: Path) -> Iterator[Contestant]:
    """Serve the same store with the server of Oxigraph."""
    port = free_port()
    program = Path(sys.executable).parent / "oxigraph"
    command = [str(program), "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with serving(command, port) as base:
        yield Contestant(f"{base}/query", plain_form)


@contextmanager
def virtuoso(settings: Settings, opened: Store) -> Iterator[Contestant]:
    """Serve the same statements with Virtuoso, with memory for all of them."""
    spec = importlib.util.spec_from_file_location("servers", ROOT / "tests" / "engines" / "servers.py")
    assert spec and spec.loader  # noqa: PT018
    servers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(servers)
    servers.VIRTUOSO = (servers.VIRTUOSO.replace("NumberOfBuffers = 10000", "NumberOfBuffers = 170000")
                        .replace("MaxDirtyBuffers = 6000", "MaxDirtyBuffers = 130000"))
    with tempfile.TemporaryDirectory() as scratch, servers.run("virtuoso", Path(scratch)) as server:
        given = Settings.load({}, root=settings.root, endpoint=server.endpoint, credentials=server.credentials)
        remote = store.connect(given)
        graphs: dict[str, list[Any]] = defaultdict(list)
        merged = []
        for quad in opened:
            if hasattr(quad.graph_name, "value"):
                graphs[quad.graph_name.value].append(quad.triple)
            else:
                merged.append(quad.triple)
        remote.fill(graphs, merged)
        yield Contestant(server.endpoint, partial(virtuoso_form, remote))


def latencies(contestants: dict[str, Callable[..., Sample]], size: int, runs: int, limit: float,
              report: Report) -> list[questions.Question]:
    """Measure each question alone; return those that all answered quickly."""
    quick = []
    for question in questions.catalogue():
        rows: dict[str, dict[str, int]] = {name: {} for name in contestants}
        samples, notes = alternate({name: partial(action, question, limit, rows[name])
                                    for name, action in contestants.items()}, runs)
        numbers = {name: found[question.name] for name, found in rows.items() if found}
        if len(set(numbers.values())) > 1:
            notes |= {name: f"{number} rows" for name, number in numbers.items()}
        report.add(size, f"{question.number}. {question.name}", samples, notes)
        medians = {name: statistics.median(run.value for run in found) for name, found in samples.items() if found}
        if not notes and max(medians.values()) < 1000 * QUICK:
            quick.append(question)
        print(question.name, {name: round(value, 1) for name, value in medians.items()}, notes, file=sys.stderr)
    return quick


def compare(report: Report, size: int) -> None:
    """Say how many times faster each contestant is than another, over the questions that both answered."""
    medians: dict[str, dict[str, float]] = defaultdict(dict)
    for row in report.rows:
        if row.size == size and row.median is not None and "stopped" not in row.note:
            medians[row.contestant][row.task] = row.median
    first = next(iter(medians))
    for other in [name for name in medians if name != first]:
        both = [task for task in medians[first] if task in medians[other]]
        ratio = statistics.geometric_mean(medians[other][task] / medians[first][task] for task in both)
        report.remarks.append(f"{size:,} triples: {first} is {ratio:.3g} times as fast as {other}, geometric mean of "
                              f"the {len(both)} questions of {len(questions.catalogue())} that both answered.")


def rates(servers: dict[str, Contestant], quick: list[questions.Question], size: int, runs: int, seconds: int,
          report: Report) -> None:
    """Measure requests per second of the questions in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        files = {}
        for name, server in servers.items():
            files[name] = Path(scratch, f"{len(files)}.txt")
            files[name].write_text("\n".join(map(server.form, quick)), encoding="utf-8")
        for connections in (1, 8, 32):
            samples, notes = alternate({name: partial(rate, server.address, files[name], connections, seconds)
                                        for name, server in servers.items()}, runs)
            report.add(size, f"{len(quick)} questions in turn, {connections} connections", samples, notes)


def rate(address: str, file: Path, connections: int, seconds: int) -> Sample:
    """Run wrk once."""
    command = ["wrk", f"-t{min(connections, 2)}", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s",
               str(BENCH / "library.lua"), address, "--", str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found, failed = next(line for line in said.splitlines() if line.startswith("FIGURES ")).split()[1:]
    if int(failed):
        raise subprocess.CalledProcessError(1, command, f"{failed} requests failed")
    return Sample(float(found))


def measure(size: int, given: argparse.Namespace, report: Report, load: Report) -> None:
    """Measure one size."""
    folder = built(size, given.data)
    settings = Settings.load({}, root=folder, store=folder / ".servanda")
    place = live_folder(settings) / "store"
    opened = Store.read_only(str(place))
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {"Servanda": stack.enter_context(servanda(folder)),
                   "oxigraph serve": stack.enter_context(oxigraph(place))}
        if "virtuoso" not in given.without:
            servers["Virtuoso"] = stack.enter_context(virtuoso(settings, opened))
        contestants: dict[str, Callable[..., Sample]] = {
            name: partial(ask, server) for name, server in servers.items()
        }
        if "rdflib" not in given.without:
            file = scratch / "named.nq"
            with file.open("w", encoding="utf-8") as out:
                out.writelines(f"{quad} .\n" for quad in opened if hasattr(quad.graph_name, "value"))
            slow = Restarted(file)
            stack.callback(slow.close)
            contestants["rdflib in memory"] = slow.ask
        quick = latencies(contestants, size, given.runs, given.limit, report)
        if "rdflib in memory" in contestants:
            servers["rdflib in memory"] = slow.server()
        compare(report, size)
        rates(servers, quick, size, given.runs, given.seconds, load)


def main() -> int:
    """Measure and print the tables."""
    parser = arguments(str(__doc__).splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5, help="length of one run of wrk (default 5)")
    parser.add_argument("--limit", type=float, default=60, help="longest wait for an answer, seconds (default 60)")
    parser.add_argument("--without", nargs="*", default=[], choices=["rdflib", "virtuoso"], help="leave these out")
    given = parser.parse_args()
    report = Report("library", "The question library over HTTP, one client", "ms")
    load = Report("library-load", "The question library over HTTP, many clients", "requests/s")
    for size in given.sizes:
        measure(size, given, report, load)
    return report.finish() or load.finish()


if __name__ == "__main__":
    sys.exit(main())
