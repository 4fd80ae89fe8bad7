"""What every page works on: the open release, the prefix table and the pool that runs queries from outside."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, current_app, g, url_for

from kg.errors import StoreFault
from kg.names import Names
from kg.query import QueryService
from kg.release import Manifest, open_release
from kg.settings import Settings
from kg.store import Store
from kg.text_index import TextIndex, open_index
from kg.update import UpdateService

KEY = "servanda"
_lock = threading.Lock()


@dataclass(frozen=True)
class Site:
    """Hold what one application serves; opened once for a release, read by every request."""

    settings: Settings
    names: Names
    store: Store
    manifest: Manifest
    folder: Path
    queries: QueryService
    updates: UpdateService
    texts: TextIndex

    @property
    def version(self) -> str:
        """Return the first characters of the source hash, which name this release to readers."""
        return self.manifest.source_hash[:12]


def current() -> Site:
    """Return the site that answers this request: always the same one, also when a release is switched meanwhile."""
    if "site" not in g:
        g.site = _live()
    site: Site = g.site
    return site


def open_site(settings: Settings) -> Site:
    """Open the live release; raises StoreFault when there is none or it is damaged."""
    return _opened(settings, Names.load(settings), QueryService(settings), UpdateService(settings))


def static_address(name: str) -> str:
    """Return the address of a static file with a hash of its content, so that browsers may keep it for long."""
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_file_hash(path, path.stat().st_mtime_ns))


def bundle_address(name: str) -> str | None:
    """Return the address of a script that the asset build made, or None where it did not run."""
    manifest = Path(current_app.static_folder or "") / "dist" / "manifest.json"
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return url_for("static", filename=f"dist/{files[name]}", v="1") if name in files else None


def init_app(app: Flask, site: Site) -> None:
    """Make the site known to the application and its templates."""
    app.extensions[KEY] = site
    app.jinja_env.globals.update(site=current, static=static_address, bundle=bundle_address)


def _live() -> Site:
    """Return the site of the live release, opened now if a build has switched it since the last request.

    The pool of workers follows the release by itself; a new release that cannot be opened leaves the old one serving.
    """
    site: Site = current_app.extensions[KEY]
    try:
        folder = site.queries.live()
        if folder == site.folder:
            return site
        with _lock:
            site = current_app.extensions[KEY]
            if folder != site.folder:
                site = _opened(site.settings, site.names, site.queries, site.updates)
                current_app.extensions[KEY] = site
    except StoreFault as fault:
        current_app.logger.warning("still serving release %s: %s", site.version, fault)
    return site


def _opened(settings: Settings, names: Names, queries: QueryService, updates: UpdateService) -> Site:
    release = open_release(settings)
    index = open_index(release.folder)
    return Site(settings, names, release.store, release.manifest, release.folder, queries, updates, index)


@lru_cache(maxsize=64)
def _file_hash(path: Path, _modified: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]
