"""The process that answers queries: without network, with its parent, within its limits."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.settings import Settings

ROOT = Path(__file__).parents[2]
ISOLATED = """
import socket, sys
from kg.worker import isolate
reason = isolate()
assert "pyoxigraph" not in sys.modules
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2).close()
    print(reason or "connected")
except OSError:
    print(reason or "isolated")
"""
PARENT = """
import sys, threading, time
from kg.query import QueryService
from kg.settings import Settings
service = QueryService(Settings.load({}, store=sys.argv[1]))
cross = "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}"
threading.Thread(target=service.run, args=(cross,), daemon=True).start()
service.run("ASK {}")
time.sleep(0.3)
print(*[worker["pid"] for worker in service.pool.state()], flush=True)
time.sleep(60)
"""


def run(code: str, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_isolated_process_reaches_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        with run(ISOLATED, str(listener.getsockname()[1])) as process:
            said = process.communicate(timeout=30)[0].strip()
        if said.startswith(("no network namespace", "this system")):
            pytest.skip(f"this machine does not let a process leave the network: {said}")
        assert said == "isolated"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_workers_end_with_their_parent_even_while_they_compute(released: Settings) -> None:
    with run(PARENT, str(released.store)) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == released.limits.workers
        assert all(is_alive(pid) for pid in pids)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    end = time.monotonic() + 5
    while any(is_alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert [pid for pid in pids if is_alive(pid)] == []
