"""The process that workers are forked from: it has the engine in memory, so that a new worker is ready at once.

It runs `kg.worker`, which left the network before it imported the engine, and is the one who ends workers and waits for
them, since they are its children.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from kg.errors import EnvironmentFault

__all__ = ["CODE", "END", "FORK", "KEPT_VARIABLES", "REQUEST", "ForkServer"]

REQUEST = struct.Struct("!cI")
"""what is asked of the process: FORK or END, and the number of the worker"""
CODE = struct.Struct("!i")
"""its answer to END: the exit code of the worker, negative for a signal"""
FORK, END = b"f", b"e"
PATIENCE = 20.0
"""longest wait for the end of a worker, which has to give back its memory, s"""
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "PYTHONHOME", "TMPDIR", "SYSTEMROOT")


class ForkServer:
    """Own that process, started when it is needed first and again when it has died; any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0

    def fork(self, connection: socket.socket, errors: IO[bytes]) -> int:
        """Fork a worker that talks over a socket and writes its errors to a file; return its number.

        Raises EnvironmentFault if no process can be started. It is not waited for.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            self._number += 1
            request = REQUEST.pack(FORK, self._number)
            with suppress(OSError):  # it may have died at once; the worker will not answer, and last_words says why
                socket.send_fds(self._requests, [request], [connection.fileno(), errors.fileno()])
            return self._number

    def end(self, number: int) -> int | None:
        """Kill a worker, wait for its end and return its exit code; None if that is not known."""
        with self._lock, suppress(OSError):
            if self._process:
                self._requests.sendall(REQUEST.pack(END, number))
                answer = self._requests.recv(CODE.size, socket.MSG_WAITALL)
                if len(answer) == CODE.size:
                    code: int = CODE.unpack(answer)[0]
                    return code
        return None

    def last_words(self) -> tuple[int | None, str]:
        """Return the exit code of the process, None while it runs, and what it wrote to standard error."""
        with self._lock:
            if self._process is None:
                return None, ""
            with suppress(subprocess.TimeoutExpired):  # its end is seen on the socket a moment before
                self._process.wait(0.1)
            self._errors.seek(0)
            return self._process.returncode, self._errors.read()[-2000:].decode(errors="replace")

    def close(self) -> None:
        """End the process; workers end when their connection does."""
        with self._lock:
            self._stop()

    def _start(self) -> None:
        self._stop()
        self._requests, theirs = socket.socketpair()
        self._requests.settimeout(PATIENCE)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by _stop)
        # The same code as ours, wherever it was imported from, and nothing of the environment that is not needed.
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "kg.worker", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    pass_fds=[theirs.fileno()],
                    env=environment,
                )
        except OSError as error:
            self._requests.close()
            self._errors.close()
            raise EnvironmentFault(f"a query worker cannot be started: {error.strerror}") from None

    def _stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._requests.close()
            self._errors.close()
            self._process = None
