"""Our endpoint as clients meet it, over releases that hold what the tests ask about, here or on a SPARQL server."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad
from werkzeug.test import TestResponse

from kg import release, store, text_index
from kg.contents import Census, census
from kg.release import Manifest
from kg.settings import Limits, Settings
from kg.store import EmbeddedStore
from kg.writers import make_token
from tests.engines.servers import Server
from web import create_app
from web.site import KEY

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0


class Endpoint:
    """Answer requests; `hold` makes a release of other statements the live one."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        limits = Limits(client_seconds=1e6, client_errors=1_000_000)  # the suites are one client
        environment = {"SERVANDA_STORE": str(folder)} | (server.environment() if server else {})
        token, line = make_token()
        (folder / "writers").touch(0o600)
        (folder / "writers").write_text(line, encoding="utf-8")
        self.writer = {"Authorization": f"Bearer {token}"}
        self.settings = Settings.load(environment, root=ROOT, limits=limits, writers=folder / "writers")
        self._graphs: set[str] = set()
        text_index.write(store.in_memory(), folder)
        self.hold([])
        app = create_app(self.settings)
        app.testing = True
        self._queries = app.extensions[KEY].queries
        self.client = app.test_client()

    def hold(self, quads: Iterable[Quad]) -> None:
        """Serve these statements and no others."""
        statements = sorted({str(quad): quad for quad in quads}.items())
        name = sha256("\n".join(text for text, _ in statements).encode()).hexdigest()[:12]
        folder = self.settings.store / "releases" / name
        link = self.settings.store / release.CURRENT
        if link.is_symlink() and link.readlink() == folder:
            return
        held = [quad for _, quad in statements]
        if self.settings.endpoint:
            self._fill(held)
        if not folder.is_dir():
            opened = store.create(folder / "store")
            found = _count(held) if self.settings.endpoint else _stored(opened, held)
            del opened  # closes it
            (folder / text_index.FILE).hardlink_to(self.settings.store / text_index.FILE)  # nothing is searched for
            files = release.checksums(folder)
            manifest = Manifest(name, found.statements, found.digest, found.graphs, files)
            manifest = replace(manifest, endpoint=self.settings.endpoint)
            (folder / release.MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        link.unlink(missing_ok=True)
        link.symlink_to(folder)

    def _fill(self, quads: list[Quad]) -> None:
        """Make the server hold these statements and no others of ours."""
        remote = store.connect(self.settings, [])
        names = {
            remote.merged if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value for quad in quads
        }
        for name in self._graphs:
            remote.endpoint.drop(name, SECONDS)
        self._graphs = names
        remote.extend(quads)

    def ask(self, query: str, accept: str | None = None) -> TestResponse:
        """Send a query."""
        return self.client.post("/sparql", data={"query": query}, headers={"Accept": accept} if accept else {})

    def close(self) -> None:
        """End the worker processes."""
        self._queries.close()


def _stored(opened: EmbeddedStore, quads: list[Quad]) -> Census:
    opened.bulk_extend(quads)
    opened.flush()
    return census(opened)


def _count(quads: list[Quad]) -> Census:
    names = [quad.graph_name.value for quad in quads if not isinstance(quad.graph_name, DefaultGraph)]
    return Census(len(quads) - len(names), dict(Counter(names)), "")
