"""Our endpoint as clients meet it, over releases that hold what the tests ask about."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Quad
from werkzeug.test import TestResponse

from kg import release, store
from kg.contents import census
from kg.release import Manifest
from kg.settings import Limits, Settings
from web import create_app
from web.site import KEY

ROOT = Path(__file__).resolve().parents[2]


class Endpoint:
    """Answer requests; `hold` makes a release of other statements the live one."""

    def __init__(self, folder: Path) -> None:
        limits = Limits(client_seconds=1e6, client_errors=1_000_000)  # the suites are one client
        self.settings = Settings.load({}, root=ROOT, store=folder, limits=limits)
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
        if not folder.is_dir():
            opened = store.create(folder / "store")
            opened.bulk_extend(quad for _, quad in statements)
            opened.flush()
            found = census(opened)
            del opened  # closes it
            files = release.checksums(folder)
            manifest = Manifest(name, found.statements, found.digest, found.graphs, files)
            (folder / release.MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        link = self.settings.store / release.CURRENT
        link.unlink(missing_ok=True)
        link.symlink_to(folder)

    def ask(self, query: str, accept: str | None = None) -> TestResponse:
        """Send a query."""
        return self.client.post("/sparql", data={"query": query}, headers={"Accept": accept} if accept else {})

    def close(self) -> None:
        """End the worker processes."""
        self._queries.close()
