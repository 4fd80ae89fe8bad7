"""The server as a command: it starts, answers, stops, and says in one line why it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kg.settings import Settings


def command(store: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "web", "--store", str(store), *options]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SERVANDA_")}


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_stopped(released: Settings, stop: signal.Signals) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with subprocess.Popen(
        command(released.store, "--port", "0"), stderr=subprocess.PIPE, text=True, env=environment()
    ) as server:
        try:
            assert server.stderr
            found = re.search(r"http://127\.0\.0\.1:(\d+)", server.stderr.readline())
            assert found
            with opener.open(f"{found[0]}/healthz", timeout=10) as answer:
                assert answer.status == 200
                assert "Server" not in answer.headers
        finally:
            server.send_signal(stop)
            _, talk = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "Traceback" not in talk


@pytest.mark.parametrize("options", [["--port", "70000"], ["--port", "busy"]])
def test_wrong_port(released: Settings, options: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = [option.replace("busy", str(taken.getsockname()[1])) for option in options]
        done = subprocess.run(
            command(released.store, *options),
            capture_output=True,
            text=True,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode in {2, 3}
    assert len(done.stderr.splitlines()) == 1
    assert "port" in done.stderr


def test_no_release(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path / "none"), capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert done.returncode == 3
    assert "run `servanda build`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_of_writers_that_others_can_read(released: Settings, tmp_path: Path) -> None:
    (tmp_path / "writers").touch(0o644)
    options = ["--port", "0", "--writers", str(tmp_path / "writers")]
    done = subprocess.run(
        command(released.store, *options), capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "chmod 600 writers" in done.stderr
