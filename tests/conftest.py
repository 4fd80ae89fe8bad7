"""Fixtures that every test may use: settings, prefixes, a tiny store in memory and one full release."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg.names import Names
from kg.settings import Limits, Settings
from kg.store import Store, in_memory
from kg.turtle import parse_turtle
from tests.engines import servers

ROOT = Path(__file__).parent.parent
OF_FILE, OPEN = "https://w3id.org/servanda/graph/data/a", "https://example.org/open"
STORES = ["embedded", *(pytest.param(name, marks=pytest.mark.engines) for name in servers.NAMES)]
TINY = b"""
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:case a ex:Case ; rdfs:label "a case"@en ; ex:article ex:cat-12 , ex:cat-13 ; ex:year 2012 .
ex:cat-12 rdfs:label "Article 12"@en .
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings with the files of the repository and a store folder of their own, still empty."""
    return Settings.load({}, root=ROOT, store=tmp_path / "store")


@pytest.fixture(scope="session")
def two_graphs(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give settings whose store is a release of two graphs without rules, that of a file and one of its own.

    No test may change it; `changeable` is a copy that may be changed.
    """
    from kg import contents
    from kg.build import Plan, manifest_of
    from kg.draft import drafting, publish

    data = b"<https://example.org/a> <https://example.org/p> 1 . <https://example.org/a> <https://example.org/p> 2 ."
    quads = [Quad(*triple, NamedNode(OF_FILE)) for triple in parse_turtle(data, "a.ttl")]
    quads += [Quad(*triple, NamedNode(OPEN)) for triple in parse_turtle(data.replace(b"2", b"3"), "b.ttl")]
    settings = Settings.load({}, root=ROOT, store=tmp_path_factory.mktemp("two") / "store")
    with drafting(settings, "two") as draft:
        contents.fill(draft.store, quads)
        plan = Plan("c0de", {"data/a.ttl": ""}, {})
        publish(settings, draft, manifest_of(settings, draft.store, plan, contents.census(draft.store), {}))
    return settings


@pytest.fixture
def changeable(two_graphs: Settings, settings: Settings) -> Settings:
    """Give settings whose store is a copy of the release of two graphs."""
    shutil.copytree(two_graphs.store, settings.store, symlinks=True)
    return settings


@pytest.fixture(scope="session")
def names() -> Names:
    """Give the prefix table of the repository."""
    return Names.load(Settings.load({}, root=ROOT))


@pytest.fixture
def tiny() -> Store:
    """Give a store in memory: six statements in one named graph, and the same in the default graph."""
    triples = parse_turtle(TINY, "tiny.ttl")
    graph = NamedNode("https://example.org/graph")
    return in_memory([*(Quad(*triple, graph) for triple in triples), *(Quad(*triple) for triple in triples)])


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give settings whose store is a full release, built once for the whole session; no test may change it."""
    from kg.build import build

    # The tests are one client, which asks more in a minute than a client may.
    limits = Limits(client_seconds=1e6, client_errors=1_000_000)
    made = Settings.load({}, root=ROOT, store=tmp_path_factory.mktemp("release"), limits=limits)
    build(made)
    return made


class Listener:
    """Be an address on the loopback that must hear nothing."""

    MARK = b"that was all"

    def __init__(self, server: socket.socket) -> None:
        self.host = f"127.0.0.1:{server.getsockname()[1]}"
        self.address = f"http://{self.host}/"
        self._server = server
        self._heard: list[bytes] = []
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        """Take what comes, one connection after the other, until the end mark."""
        while self.MARK not in self._heard:
            connection, _ = self._server.accept()
            with connection, suppress(TimeoutError):
                connection.settimeout(1)
                self._heard.append(connection.recv(100))

    def heard(self) -> list[bytes]:
        """Return the first bytes of each connection so far, and stop listening."""
        with socket.create_connection(self._server.getsockname()) as connection:
            connection.sendall(self.MARK)
        self.thread.join(timeout=10)
        return [sent for sent in self._heard if sent != self.MARK]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Give a listener on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Listener(server)
        yield made
        if made.thread.is_alive():
            made.heard()


@pytest.fixture(scope="session", params=STORES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Give settings with a full release on each kind of store in turn; no test may change it.

    The embedded store is tested always, the servers where they are asked for (`make test-engines`).
    """
    if request.param == "embedded":
        yield request.getfixturevalue("released")
        return
    from kg.build import build

    with servers.run(request.param, tmp_path_factory.mktemp(request.param)) as server:
        environment = server.environment() | {"SERVANDA_STORE": str(tmp_path_factory.mktemp("release"))}
        made = Settings.load(environment, root=ROOT, limits=Limits(client_seconds=1e6, client_errors=1_000_000))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kg.check.run", lambda *_, **__: [])  # the files are those of the embedded release
            build(made)
        yield made
