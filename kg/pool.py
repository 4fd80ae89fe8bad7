"""A few killable processes that run the queries from outside, each over a read-only store of the live release.

The engine has no way to stop a query, and a hostile one may end the process that runs it. So no query from outside runs
in this process: a worker gets it, and is killed and replaced when time is up or the caller leaves.
"""

from __future__ import annotations

import math
import os
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from kg import errors
from kg.caller import ATTENTION, Caller
from kg.errors import Cancelled, EnvironmentFault, LimitExceeded, ServandaError
from kg.forkserver import ForkServer
from kg.frames import receive, send
from kg.line import Line
from kg.settings import Limits
from kg.store import Node
from kg.worker import memory_exceeded

__all__ = ["Job", "Pool", "Result"]

START_SECONDS = 20.0
PATIENCE = 10.0
"""longest time that a worker takes to read a query, s"""
TIMEVAL = struct.Struct("@ll")
DYING_SECONDS = 0.1
LAST = 19
"""the lowest priority, where the system has none for what only idle processors do"""


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
        self._server = ForkServer()
        self._workers = [_Worker(self._server, limits, dict(prefixes)) for _ in range(limits.workers)]
        for worker in self._workers:
            worker.start(locate())
        busy = f"all {limits.workers} workers are busy"
        self._line = Line(self._workers, limits.queue, limits.queue_seconds, busy)

    def run(self, job: Job, caller: Caller | None = None) -> Result:
        """Run one query; raises what the worker raises, LimitExceeded for time, memory and a full queue, and Cancelled.

        The wait for a worker does not count as time of the query.
        """
        caller = caller or Caller()
        store = self._locate()
        worker = self._line.take(caller, lambda given: given.begin(job, store))
        try:
            if self._closed.is_set():
                raise EnvironmentFault("the service is shutting down")
            with caller.working():
                return worker.run(job, store, caller)
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
        self._server.close()


class _Worker:
    """Own one process; used by one thread at a time, but `stop` may come from any."""

    def __init__(self, server: ForkServer, limits: Limits, prefixes: dict[str, str]) -> None:
        self.server = server
        self.limits = limits
        self.setup = {"prefixes": prefixes, "memory": limits.memory, "seconds": limits.seconds}
        self.setup |= {"rows": limits.rows, "bytes": limits.bytes}
        self.number: int | None = None
        self.pid: int | None = None
        self.store: Path | None = None
        self.network: str | None = None
        self.starts = 0
        self.ready = self.stands_back = self.sent = False
        self.lock = threading.RLock()

    def start(self, store: Path) -> None:
        """Start a process for a store, without waiting until it is ready."""
        with self.lock:
            self.stop()
            self.connection, theirs = socket.socketpair()
            # The bounds of the system itself: those of Python would take a system call more for each message.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIMEVAL.pack(0, int(ATTENTION * 1e6)))
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, TIMEVAL.pack(math.ceil(PATIENCE), 0))
            self.errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
            try:
                with theirs:
                    self.number = self.server.fork(theirs, self.errors)
            except EnvironmentFault:
                self.connection.close()
                self.errors.close()
                raise
            self.store, self.starts = store, self.starts + 1
            self.ready = self.stands_back = self.sent = False
        with suppress(OSError):  # it may have died at once; the first wait says why
            send(self.connection, {**self.setup, "store": str(store)})

    def stop(self) -> tuple[int | None, str]:
        """Kill the process, wait for its end; return its exit code and what it wrote to standard error."""
        with self.lock:
            if self.number is None:
                return None, ""
            code = self.server.end(self.number)
            self.errors.seek(0)
            said = self.errors.read()[-2000:].decode(errors="replace")
            self.connection.close()
            self.errors.close()
            self.number = self.pid = None
        return code, said

    def begin(self, job: Job, store: Path) -> None:
        """Send a query to the process if it is there to take it, for the thread that will call `run` next."""
        if self.ready and self.store == store and self.number is not None:
            head = {name: value for name, value in job._asdict().items() if name != "text"}
            with suppress(OSError):  # the process is gone, as the thread that waits for its answer will see
                send(self.connection, head, job.text.encode())
            self.sent = True

    def run(self, job: Job, store: Path, caller: Caller) -> Result:
        """Run one query on the store; the next one has a fresh process if this one died, swelled or stood back."""
        if self.number is None or self.store != store:
            self.start(store)
        started = time.monotonic()
        while True:
            try:
                if not self.ready:
                    self._await_start()
                if not self.sent:
                    self.begin(job, store)
                return self._exchange(caller)
            except Cancelled:
                self.start(store)
                raise
            except TimeoutError:
                self.start(store)
                raise self._time_exceeded() from None
            except (EOFError, OSError):
                fault = self._autopsy(store)
                # A process killed from outside takes a moment to be gone: this query met one that was already dying.
                if self.number is None or time.monotonic() - started > DYING_SECONDS:
                    raise fault from None
            except LimitExceeded as error:
                if error.limit == "memory":
                    self.start(store)
                raise

    def _await_start(self) -> None:
        try:
            reply = _judged(receive(self.connection, time.monotonic() + START_SECONDS)[0])
        except ServandaError:
            self.stop()
            raise
        self.network, self.pid = reply["network"], reply["pid"]
        self.ready = True

    def _exchange(self, caller: Caller) -> Result:
        def attend() -> None:
            caller.check()
            self._stand_back()

        reply, body = receive(self.connection, time.monotonic() + self.limits.seconds, attend)
        self.sent = False
        result = Result(_judged(reply)["rows"], body)
        # The allocator keeps what a big answer took.
        if self.store and (reply["grown"] > self.limits.memory / 2 or not self._come_forward()):
            self.start(self.store)
        return result

    def _stand_back(self) -> None:
        """Let the process have only what others leave from now on, for its query is not short."""
        if not self.stands_back and self.pid:
            self.stands_back = True
            with suppress(OSError):
                if sys.platform == "linux":
                    os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))
                else:
                    os.setpriority(os.PRIO_PROCESS, self.pid, LAST)

    def _come_forward(self) -> bool:
        """Let the process be as good as others again, which only a privileged parent may; tell whether it is."""
        if self.stands_back and self.pid and sys.platform == "linux":
            with suppress(OSError):
                os.sched_setscheduler(self.pid, os.SCHED_OTHER, os.sched_param(0))
                self.stands_back = False
        return not self.stands_back

    def _autopsy(self, store: Path) -> ServandaError:
        """Say why the process died, and start the next one."""
        with self.lock:
            if self.number is None:
                return EnvironmentFault("the service is shutting down")
            code, said = self.stop()
        if code is None:
            code, said = self.server.last_words()
        last = said.strip().rpartition("\n")[2] or "no message"
        if not self.ready:
            return EnvironmentFault(f"a query worker did not start (exit {code}): {last}")
        self.start(store)
        if code is None or code >= 0:
            return EnvironmentFault(f"a query worker failed (exit {code}): {last}")
        return self._time_exceeded() if code == -signal.SIGXCPU else memory_exceeded(self.limits.memory)

    def _time_exceeded(self) -> LimitExceeded:
        seconds = self.limits.seconds
        return LimitExceeded(f"time limit of {seconds:g} s", "time", max(1, round(seconds)))


def _judged(reply: dict[str, Any]) -> dict[str, Any]:
    """Return a reply; raises the error that it holds."""
    if "error" in reply:
        kind: type[ServandaError] = getattr(errors, reply["error"])
        raise kind(*reply["arguments"])
    return reply
