"""Rows 19 to 26: a store that is in use, full, damaged or on a server that fails. After each it is as it was."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg import release, text_index
from kg.contents import census
from kg.errors import StoreFault
from kg.settings import Settings
from kg.store import create, open_read_only
from tests.bad_input.answers import ask, rows
from tests.bad_input.conftest import Command
from tests.conftest import ROOT
from tests.web.conftest import started

LINE = '<urn:s> <urn:p> "{}" .\n'


def test_row_19(command: Command) -> None:
    """Another writer holds the store; a server that reads it does not, for the release that it reads never changes."""
    Path(command.folder, "x.ttl").write_text(LINE.format("x"), encoding="utf-8")
    before = command.state()
    with Path(command.folder, ".servanda", "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, out, err = command.run("load", "x.ttl")
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert "store is in use" in err
        assert command.state() == before
    for app in started(Settings.load({}, root=ROOT, store=command.folder / ".servanda")):
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        (first,) = rows(ask(app.test_client(), count))
        assert command.run("load", "x.ttl").code == 0
        (second,) = rows(ask(app.test_client(), count))
        assert int(second["n"]["value"]) - int(first["n"]["value"]) in (0, 1)  # one release or the other, whole


FULL_DISK = """
set -e
mkdir -p disk && mount -t tmpfs -o size=80m none disk
servanda() { "$PYTHON" -m kg "$@" --store disk/store; }
servanda load good.ttl > said 2>&1
servanda export > before
dd if=/dev/zero of=disk/filler bs=4k count=100000 2> /dev/null || true
dd if=/dev/null of=disk/filler bs=4k seek=$(( $(stat -c %s disk/filler) / 4096 - 250 )) 2> /dev/null
code=0; servanda load long.nt > out 2> err || code=$?
servanda export > after
rm disk/filler
again=0; servanda load long.nt > again.out 2>&1 || again=$?
echo "$code $again"
"""


def test_row_20(command: Command, tmp_path: Path) -> None:
    """A small disk of its own is filled; what was there is still read, and with space again the file is loaded."""
    ways = (["unshare", "-m"], ["unshare", "-Urm"])
    tried = (subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0 for way in ways)
    apart = next((way for way, works in zip(ways, tried, strict=True) if works), None)
    if apart is None:
        pytest.skip("this system allows no mount of its own")
    shutil.copy(command.folder / "good.ttl", tmp_path)
    long = "".join(f'<urn:s{n}> <urn:p> "{n:0100}" .\n' for n in range(20_000))
    (tmp_path / "long.nt").write_text(long, encoding="utf-8")
    done = subprocess.run(
        [*apart, "bash", "-c", FULL_DISK],
        cwd=tmp_path,
        env={"PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "3 0\n"), done.stderr
    assert (tmp_path / "err").read_text().endswith("no space left; nothing was loaded\n")
    assert (tmp_path / "err").read_text().count("\n") == 1
    assert (tmp_path / "out").read_text() == ""
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text() != ""


def test_row_21(command: Command, tmp_path: Path) -> None:
    """A list of files that is cut may still open, with next to nothing in it."""
    folder = tmp_path / ".servanda" / "releases" / "made"
    made = create(folder / "store")
    graph = NamedNode("https://w3id.org/servanda/graph/loaded/x")
    made.bulk_extend(Quad(NamedNode(f"urn:s{n}"), NamedNode("urn:p"), Literal(n), graph) for n in range(2000))
    made.flush()
    held = census(made)
    text_index.write(made, folder)
    del made  # closes it
    files = release.checksums(folder)
    manifest = release.Manifest("made", held.statements, held.digest, held.graphs, files)
    (folder / release.MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    (tmp_path / ".servanda" / release.CURRENT).symlink_to(Path("releases", "made"))
    store = tmp_path / ".servanda"
    assert command.run("export", "--store", store).out.count("\n") == 2000
    (listing,) = (folder / "store").glob("MANIFEST-*")
    whole = listing.read_bytes()
    for size in (0, len(whole) // 4, len(whole) - 1):
        listing.write_bytes(whole[:size])
        code, out, err = command.run("export", "--store", store)
        assert (code, out, err.count("\n")) == (3, "", 1), err
        assert "restore" in err
    assert any(opens_short(listing, whole[:size]) for size in range(0, len(whole), 20))
    code, out, err = run("web", "--store", store, "--port", "0")
    assert (code, out, err.count("\n")) == (3, "", 1), err
    assert "manifest says" in err
    assert "restore" in err


def opens_short(listing: Path, part: bytes) -> bool:
    """Tell whether a store opens, but with next to nothing in it, once this is its list of files."""
    listing.write_bytes(part)
    try:
        return len(open_read_only(listing.parent)) < 100
    except (StoreFault, ValueError):
        return False


def run(module: str, *arguments: object) -> tuple[int, str, str]:
    """Run a module in a process of its own."""
    words = [sys.executable, "-m", module, *(str(argument) for argument in arguments)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def test_row_22(command: Command) -> None:
    archive = command.folder / "backup.tar"
    assert command.run("backup", archive.name).code == 0
    before, whole = command.state(), archive.read_bytes()
    for damaged in (whole[:-1], whole[:1000], whole[:100] + b"x" + whole[101:], b""):
        archive.write_bytes(damaged)
        code, out, err = command.run("restore", archive.name)
        assert (code, out, err.count("\n")) == (1, "", 1), err
        assert "checksum differs" in err
        assert command.state() == before
    archive.write_bytes(whole)
    assert command.run("restore", archive.name).code == 0


def test_row_23(command: Command) -> None:
    done = command.run("query", "-", stdin=b"DROP ALL")
    assert done == (1, "", "1:1: a query is expected, not an update\n")


@pytest.fixture
def pointed(command: Command, tmp_path: Path) -> Command:
    """Give the command in a folder whose release says that a server holds the statements; `address` names it later."""
    shutil.copytree(command.folder / ".servanda", tmp_path / ".servanda", symlinks=True)
    return Command(tmp_path)


def query(pointed: Command, address: str) -> tuple[int, str, str]:
    """Ask the server at an address."""
    folder = pointed.folder / ".servanda" / release.CURRENT
    manifest = replace(release.read_manifest(folder), endpoint=address, digest="")
    (folder / release.MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return pointed.run("query", "-", "--endpoint", address, stdin=b"ASK { ?s ?p ?o }")


def test_row_24(pointed: Command) -> None:
    code, out, err = query(pointed, "http://127.0.0.1:1/sparql")
    assert (code, out, err.count("\n")) == (3, "", 1), err
    assert "cannot reach backend: connection refused" in err


@contextmanager
def answering(status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    """Give the address of a server that always gives this answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take what is sent, and answer."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
        server.shutdown()
        thread.join()


def test_row_25(pointed: Command) -> None:
    with answering(200, {"Content-Type": "text/html"}, b"<p>Please log in</p>") as address:
        code, out, err = query(pointed, address)
    assert (code, out, err.count("\n")) == (3, "", 1), err
    assert "backend sent text/html instead of results" in err


def test_row_26(command: Command) -> None:
    """Nothing derives from one store into another: what rules derive in a store comes from its own graphs."""
    before = command.state()
    assert command.run("infer", "--into", "public") == (2, "", "No such command 'infer'.\n")
    Path(command.folder, "r.ttl").write_text(LINE.format("restricted"), encoding="utf-8")
    assert command.run("load", "r.ttl", "--store", "second").code == 0
    assert command.state() == before
    assert "restricted" not in command.run("export", "--format", "nquads").out
