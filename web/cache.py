"""Finished answers, kept for as long as the release lives: a page depends on its address and the release alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from flask import Flask, Response, g, request

from web.site import current

BYTES = 64_000_000


class Kept(NamedTuple):
    """Hold one finished answer."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class Cache:
    """Keep the answers used last, up to a number of bytes, of one release; any number of threads may call it."""

    def __init__(self, limit: int = BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._release = ""
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, release: str, address: str) -> Kept | None:
        """Return the answer for an address, or None."""
        with self._lock:
            if release != self._release or address not in self._kept:
                return None
            self._kept.move_to_end(address)
            return self._kept[address]

    def put(self, release: str, address: str, kept: Kept) -> None:
        """Keep an answer; a new release drops those of the one before."""
        with self._lock:
            if release != self._release:
                self._kept.clear()
                self._release, self._size = release, 0
            self._size += len(kept.body) - len(self._kept.pop(address, Kept(b"", ())).body)
            self._kept[address] = kept
            while self._size > self._limit:
                self._size -= len(self._kept.popitem(last=False)[1].body)


def init_app(app: Flask) -> None:
    """Answer from what is kept where that is possible, and keep what depends on nothing but its address."""
    cache = Cache()

    @app.before_request
    def recall() -> Response | None:
        if not _plain():
            return None
        kept = cache.get(current().version, _address())
        if kept is None:
            return None
        g.recalled = True
        return Response(kept.body, headers=list(kept.headers))

    @app.after_request
    def keep(response: Response) -> Response:
        if _plain() and response.status_code == 200 and not response.vary and "nonce" not in g and "recalled" not in g:
            cache.put(current().version, _address(), Kept(response.get_data(), tuple(response.headers.to_wsgi_list())))
        return response


def _address() -> str:
    return f"{request.path}?{request.query_string.decode('latin-1')}"


def _plain() -> bool:
    return request.method in {"GET", "HEAD"} and request.endpoint not in {None, "static", "home.health"}
