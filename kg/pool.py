"""A few killable processes that run the queries from outside, each over a read-only store of the live release.

The engine has no way to stop a query, and a hostile one may end the process that runs it. So no query from outside runs
in this process: a worker gets it, and is killed and replaced when time is up or the caller leaves.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from kg import errors
from kg.caller import Caller
from kg.errors import Cancelled, EnvironmentFault, LimitExceeded, ServandaError
from kg.line import Line
from kg.settings import Limits
from kg.store import Node
from kg.worker import memory_exceeded, receive, send

__all__ = ["Job", "Pool", "Result"]

START_SECONDS = 20.0
DYING_SECONDS = 0.1
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "PYTHONHOME", "TMPDIR", "SYSTEMROOT")


class Job(NamedTuple):
    """Hold one query for a worker; graphs are None where neither the query nor the protocol names a dataset."""

    text: str
    format: str
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    bindings: Mapping[str, Node] = {}


class Result(NamedTuple):
    """Hold the answer of a worker: number of rows or triples, and the serialised body."""

    rows: int
    body: bytes


class Pool:
    """Run queries in worker processes; any number of threads may call it."""

    def __init__(self, locate: Callable[[], Path], limits: Limits, prefixes: Mapping[str, str]) -> None:
        """Start the workers; `locate` returns the folder of the store of the live release each time it is called."""
        self._locate = locate
        self._limits = limits
        self._closed = threading.Event()
        self._workers = [_Worker(limits, dict(prefixes)) for _ in range(limits.workers)]
        for worker in self._workers:
            worker.start(locate())
        busy = f"all {limits.workers} workers are busy"
        self._line = Line(self._workers, limits.queue, limits.queue_seconds, busy)

    def run(self, job: Job, caller: Caller | None = None) -> Result:
        """Run one query; raises what the worker raises, LimitExceeded for time, memory and a full queue, and Cancelled.

        The wait for a worker does not count as time of the query.
        """
        caller = caller or Caller()
        worker = self._line.take(caller)
        try:
            if self._closed.is_set():
                raise EnvironmentFault("the service is shutting down")
            with caller.working():
                return worker.run(job, self._locate(), caller)
        finally:
            self._line.give(worker)
            if self._closed.is_set():
                worker.stop()

    @property
    def waiting(self) -> int:
        """Return the number of queries that wait for a worker."""
        return self._line.length

    def state(self) -> list[dict[str, object]]:
        """Describe each worker: process id, network ("" for none, else why it has one), number of starts."""
        return [{"pid": w.pid, "network": w.network, "starts": w.starts} for w in self._workers]

    def close(self) -> None:
        """End every worker, also in the middle of a query."""
        self._closed.set()
        for worker in self._workers:
            worker.stop()


class _Worker:
    """Own one process; used by one thread at a time, but `stop` may come from any."""

    def __init__(self, limits: Limits, prefixes: dict[str, str]) -> None:
        self.limits = limits
        self.prefixes = prefixes
        self.process: subprocess.Popen[bytes] | None = None
        self.store: Path | None = None
        self.network: str | None = None
        self.starts = 0
        self.ready = False
        self.lock = threading.RLock()

    @property
    def pid(self) -> int | None:
        """Return the process id."""
        return self.process.pid if self.process else None

    def start(self, store: Path) -> None:
        """Start a process for a store, without waiting until it is ready."""
        with self.lock:
            self.stop()
            self._spawn()
            self.store, self.ready, self.starts = store, False, self.starts + 1
        setup = {"store": str(store), "prefixes": self.prefixes, "memory": self.limits.memory}
        setup |= {"seconds": self.limits.seconds, "rows": self.limits.rows, "bytes": self.limits.bytes}
        with suppress(OSError):  # it may have died at once; the first wait says why
            send(self.connection, json.dumps(setup).encode())

    def _spawn(self) -> None:
        self.connection, theirs = socket.socketpair()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        # The same code as ours, wherever it was imported from, and nothing of the environment that is not needed.
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
        try:
            with theirs:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "kg.worker", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self.errors,
                    pass_fds=[theirs.fileno()],
                    env=environment,
                )
        except OSError as error:
            self.connection.close()
            self.errors.close()
            raise EnvironmentFault(f"a query worker cannot be started: {error.strerror}") from None

    def stop(self) -> None:
        """Kill the process and wait for its end."""
        with self.lock:
            if self.process:
                self.process.kill()
                self.process.wait()
                self.connection.close()
                self.errors.close()
                self.process = None

    def run(self, job: Job, store: Path, caller: Caller) -> Result:
        """Run one query on the store, with a fresh process if this one is dead, out of date or swollen."""
        if self.process is None or self.store != store or self.process.poll() is not None:
            self.start(store)
        started = time.monotonic()
        while True:
            try:
                if not self.ready:
                    self._await_start()
                return self._exchange(job, caller)
            except Cancelled:
                self.start(store)
                raise
            except TimeoutError:
                self.start(store)
                raise self._time_exceeded() from None
            except (EOFError, OSError):
                fault = self._autopsy(store)
                # A process killed from outside takes a moment to be gone: this query met one that was already dying.
                if self.process is None or time.monotonic() - started > DYING_SECONDS:
                    raise fault from None
            except LimitExceeded as error:
                if error.limit == "memory":
                    self.start(store)
                raise

    def _await_start(self) -> None:
        try:
            reply = self._receive(time.monotonic() + START_SECONDS)
        except ServandaError:
            self.stop()
            raise
        self.network = str(reply["network"])
        self.ready = True

    def _exchange(self, job: Job, caller: Caller) -> Result:
        deadline = time.monotonic() + self.limits.seconds
        send(self.connection, json.dumps(job._asdict()).encode())
        reply = self._receive(deadline, caller)
        body = receive(self.connection, deadline + self.limits.seconds, caller)
        if reply["grown"] > self.limits.memory / 2 and self.store:
            self.start(self.store)  # the allocator keeps what a big answer took; the next query gets a fresh process
        return Result(reply["rows"], body)

    def _receive(self, deadline: float, caller: Caller | None = None) -> dict[str, Any]:
        """Receive a message; raises the error that it holds."""
        reply: dict[str, Any] = json.loads(receive(self.connection, deadline, caller))
        if "error" in reply:
            kind: type[ServandaError] = getattr(errors, reply["error"])
            raise kind(*reply["arguments"])
        return reply

    def _autopsy(self, store: Path) -> ServandaError:
        """Say why the process died, and start the next one."""
        with self.lock:
            if self.process is None:
                return EnvironmentFault("the service is shutting down")
            self.process.kill()
            code = self.process.wait()
            self.errors.seek(0)
            last = self.errors.read()[-2000:].decode(errors="replace").strip().rpartition("\n")[2]
            if not self.ready:
                self.stop()
                return EnvironmentFault(f"a query worker did not start (exit {code}): {last or 'no message'}")
        self.start(store)
        if code >= 0:
            return EnvironmentFault(f"a query worker failed (exit {code}): {last or 'no message'}")
        return self._time_exceeded() if code == -signal.SIGXCPU else memory_exceeded(self.limits.memory)

    def _time_exceeded(self) -> LimitExceeded:
        seconds = self.limits.seconds
        return LimitExceeded(f"time limit of {seconds:g} s", "time", max(1, round(seconds)))
