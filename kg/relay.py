"""Queries from outside that a server answers: under the same rules, limits and messages as those of the embedded store.

The text is read by a worker first, over an empty store: what is no SPARQL 1.1, or ends the process that reads it, never
reaches the server. Then it goes there with its dataset and a bound on rows written into it, and its answer is read to
the end before any of it is passed on.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache

from kg.answer import serialized
from kg.caller import Caller
from kg.errors import LimitExceeded, QueryRefused
from kg.guard import ESCAPED_CODEPOINT
from kg.pool import Job, Pool, Result
from kg.release import live_folder, read_manifest
from kg.remote import RemoteStore
from kg.settings import Settings
from kg.store import connect, to_term
from kg.terminals import place, scan

__all__ = ["Relay", "check_functions"]

ON_THE_WIRE = 4
"""how much longer an answer may be on the way than in the format that was asked for"""
OWN_FUNCTIONS = ("bif:", "sql:")
"""names by which Virtuoso calls what it can do beyond SPARQL, such as reading files"""


class Relay:
    """Run queries on the server of the settings; any number of threads may call it."""

    def __init__(self, settings: Settings, pool: Pool, prefixes: Mapping[str, str]) -> None:
        self._settings = settings
        self._pool = pool
        self._prefixes = dict(prefixes)
        self._free = threading.BoundedSemaphore(settings.limits.workers)
        self._connected = lru_cache(maxsize=1)(self._connect)

    def run(self, job: Job, caller: Caller) -> Result:
        """Run one query; raises as `kg.pool.Pool.run`, and StoreFault for a server that does not answer as it must."""
        limits = self._settings.limits
        check_functions(job.text, self._prefixes)
        self._pool.run(job, caller)
        text, store = self.written(job)
        if not self._free.acquire(timeout=limits.queue_seconds):
            message = f"all {limits.workers} places at the server are taken; try again in a moment"
            raise LimitExceeded(message, "queue", max(1, round(limits.queue_seconds)))
        try:
            with caller.working():
                result = store.ask(text, limits.seconds, limits.bytes * ON_THE_WIRE)
        except LimitExceeded as error:
            if error.limit != "bytes":
                raise
            message = f"answer larger than {limits.bytes / 1e6:g} MB: add LIMIT or use the dump"
            raise LimitExceeded(message, "bytes") from None
        finally:
            self._free.release()
        setup = {"prefixes": self._prefixes, "rows": limits.rows, "bytes": limits.bytes}
        return Result(*serialized(result, job.format, setup))

    def written(self, job: Job) -> tuple[str, RemoteStore]:
        """Return the text of a query as the server gets it, and the store that it is for."""
        store = self._connected(str(live_folder(self._settings)))
        default, named = [store.merged], store.graphs()
        if job.default is not None or job.named is not None:
            default = [name for name in job.default or () if name in named]
            named = [name for name in job.named or () if name in named]
        terms = {name: to_term(node) for name, node in job.bindings.items()}
        text = store.written(job.text, self._prefixes, terms, default, named, self._settings.limits.rows + 1)
        return text, store

    def _connect(self, folder: str) -> RemoteStore:
        return connect(self._settings, read_manifest(live_folder(self._settings)).graphs)


def check_functions(text: str, prefixes: Mapping[str, str]) -> None:
    """Refuse the functions and properties of a server's own, for they may read files or ask other servers."""
    tokens = list(scan(text))
    own = [prefix for prefix, iri in prefixes.items() if iri.lower().startswith(OWN_FUNCTIONS)]
    for token in tokens:
        name = ESCAPED_CODEPOINT.sub(lambda match: chr(int(match[1] or match[2], 16)), token.text).lower().lstrip("<")
        if token.kind in ("iri", "name") and (name.startswith(OWN_FUNCTIONS) or token.text.partition(":")[0] in own):
            message = f"{token.text[:40]} is no function of SPARQL 1.1"
            raise QueryRefused(message, "function", *place(text, token.start))
