"""Updates from outside (SPARQL 1.1 Update): each becomes a new release, or nothing has changed.

The text is never read in this process. `kg.update_process` judges and runs it, and makes the release; it is killed when
time is up or the caller leaves. One update is carried out at a time, and the others wait for it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from kg import errors
from kg.caller import ATTENTION, Caller
from kg.errors import Cancelled, EnvironmentFault, LimitExceeded, QueryRefused, ServandaError
from kg.forkserver import KEPT_VARIABLES
from kg.line import Line
from kg.settings import Settings
from kg.worker import memory_exceeded

__all__ = ["UpdateService"]

CLOSING = "the service is shutting down"


class UpdateService:
    """Carry out updates of the live release; any number of threads may call it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        limits = settings.limits
        self._line = Line((True,), limits.queue, limits.queue_seconds, "another update is carried out")
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()

    def run(
        self,
        text: str | bytes,
        writer: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        caller: Caller | None = None,
    ) -> bool:
        """Carry out one update; return whether there is a new release, which there is not if nothing has changed.

        `writer` is named in the manifest. The graphs stand in place of USING and USING NAMED (SPARQL 1.1 Protocol,
        2.2.3). Raises QuerySyntaxError with line and column, QueryRefused (encoding, length, nesting, service, load,
        graph, dataset and others), InputError for a statement that has not our form, LimitExceeded for time, memory
        and a full queue, Cancelled, and EnvironmentFault; nothing has changed then.
        """
        caller = caller or Caller()
        job: dict[str, Any] = {"root": str(self._settings.root), "store": str(self._settings.store), "writer": writer}
        job |= {"base_iri": self._settings.base_iri, "limits": asdict(self._settings.limits)}
        job |= {"text": _decoded(text), "dataset": [list(default_graphs), list(named_graphs)]}
        place = self._line.take(caller)
        try:
            with caller.working(), tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
                given.write(json.dumps(job).encode())
                given.seek(0)
                return self._carry_out(given, said, caller)
        finally:
            self._line.give(place)

    def close(self) -> None:
        """End an update that runs; nothing has changed then."""
        self._closed.set()
        if self._process:
            self._process.kill()

    def _carry_out(self, given: IO[bytes], said: IO[bytes], caller: Caller) -> bool:
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
        command = [sys.executable, "-P", "-m", "kg.update_process"]
        with tempfile.TemporaryFile() as complaints:
            process = subprocess.Popen(command, stdin=given, stdout=said, stderr=complaints, env=environment)
            self._process = process
            try:
                while process.poll() is None:
                    caller.check()
                    if self._closed.is_set():  # it may have been set before the process was known
                        raise Cancelled(CLOSING)
                    try:
                        process.wait(ATTENTION)
                    except subprocess.TimeoutExpired:
                        continue
            finally:
                process.kill()
                process.wait()
            said.seek(0)
            complaints.seek(0)
            return self._outcome(process.returncode, said.read(), complaints.read().decode(errors="replace"))

    def _outcome(self, code: int, said: bytes, complaints: str) -> bool:
        """Return what the process has found out, or raise why it could not."""
        limits = self._settings.limits
        if code < 0 and self._closed.is_set():
            raise Cancelled(CLOSING)
        if code == -signal.SIGALRM:
            raise LimitExceeded(f"time limit of {limits.seconds:g} s", "time", max(1, round(limits.seconds)))
        if code < 0:  # the engine ends the process that gets no memory
            raise memory_exceeded(limits.memory)
        if code > 0:
            last = complaints.strip().rpartition("\n")[2]
            raise EnvironmentFault(f"an update process failed (exit {code}): {last or 'no message'}")
        outcome: dict[str, Any] = json.loads(said)
        if "error" in outcome:
            kind: type[ServandaError] = getattr(errors, outcome["error"])
            raise kind(*outcome["arguments"])
        return bool(outcome["changed"])


def _decoded(text: str | bytes) -> str:
    try:
        return text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise QueryRefused(f"the update is not UTF-8 at byte {error.start}", "encoding") from None
