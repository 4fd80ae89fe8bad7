"""Queries from outside: judged by `kg.guard`, run by `kg.pool`, answered whole, or refused with the limit they met."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg import federation
from kg.caller import Caller
from kg.errors import UsageError
from kg.federation import Federated
from kg.guard import Query
from kg.line import Line
from kg.names import Names
from kg.pool import Job, Pool
from kg.relay import Relay
from kg.release import live_folder, store_folder
from kg.settings import Settings
from kg.store import Node

__all__ = ["FORMATS", "GRAPH_FORMATS", "ROW_FORMATS", "Answer", "QueryService", "formats"]

ROW_FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
"""format of SELECT and ASK: its media type (SPARQL 1.1 results), the default first"""
GRAPH_FORMATS = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
"""format of CONSTRUCT and DESCRIBE: its media type, the default first"""
FORMATS = ROW_FORMATS | GRAPH_FORMATS
LOOKED = 0.05
"""how long the live release is taken to be the one that it was, s"""
ALIASES = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}


class Answer(NamedTuple):
    """Hold an answer: its media type, the serialised body, the form of the query and the number of rows or triples."""

    media_type: str
    body: bytes
    kind: str
    rows: int


class QueryService:
    """Answer queries over the live release; any number of threads may call it, `close` ends its processes."""

    def __init__(self, settings: Settings) -> None:
        """Start the workers; raises StoreFault if there is no release."""
        self.settings = settings
        self.prefixes = Names.load(settings).prefixes
        self._looked = -LOOKED
        self._live = live_folder(settings)
        self.pool = Pool(lambda: store_folder(settings, self.live()), settings.limits, self.prefixes)
        places = settings.limits.workers
        busy = f"{places} queries with SERVICE already wait for other endpoints"
        self._outside = Line(range(places), places, settings.limits.queue_seconds, busy)
        self._runner = Relay(settings, self.pool, self.prefixes) if settings.endpoint else self.pool

    def live(self) -> Path:
        """Return the folder of the live release, as it was found a moment ago: each look takes system calls."""
        now = time.monotonic()
        if now - self._looked > LOOKED:
            self._live, self._looked = live_folder(self.settings), now
        return self._live

    def check(self, text: str | bytes) -> Query:
        """Judge a query without running it, for instance to learn its form; raises as `kg.federation.check`."""
        return federation.check(text, self.settings.limits, self.prefixes, self.settings.service_allow)

    def run(
        self,
        query: str | bytes | Query,
        format: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        bindings: Mapping[str, Node] | None = None,
        caller: Caller | None = None,
    ) -> Answer:
        """Run one query and return the whole answer.

        `format` is a name or a media type of FORMATS, by default the first for the form of the query. Graphs given here
        replace FROM and FROM NAMED (SPARQL 1.1 Protocol, 2.1.4). Each bound variable must be in the SELECT clause.
        The caller is told the work done, and the query ends when they leave (Cancelled).
        Raises QueryRefused, QuerySyntaxError, LimitExceeded, UsageError for a format that does not fit the form,
        EndpointFault for an endpoint that the query asks, and EnvironmentFault if no worker can be started.
        """
        if not isinstance(query, Query):
            query = self.check(query)
        name = _format(format, query.form)
        default, named = query.default_graphs, query.named_graphs
        if default_graphs or named_graphs:
            default, named = tuple(dict.fromkeys(default_graphs)), tuple(dict.fromkeys(named_graphs))
        caller = caller or Caller()
        text = self._filled(query, caller) if isinstance(query, Federated) else query.text
        result = self._runner.run(Job(text, name, default, named, dict(bindings or {})), caller)
        return Answer(FORMATS[name], result.body, query.form, result.rows)

    def _filled(self, query: Federated, caller: Caller) -> str:
        """Return the text of a query with what other endpoints answered; few queries at a time may wait for that."""
        place = self._outside.take(caller)
        try:
            with caller.working():
                return federation.fill(query, self.settings, caller)
        finally:
            self._outside.give(place)

    def close(self) -> None:
        """End the workers."""
        self.pool.close()


def formats(form: str) -> dict[str, str]:
    """Return name and media type of each format of a form of query, the default first."""
    return ROW_FORMATS if form in ("SELECT", "ASK") else GRAPH_FORMATS


def _format(wanted: str | None, form: str) -> str:
    offered = formats(form)
    if wanted is None:
        return next(iter(offered))
    names = {media_type: name for name, media_type in offered.items()} | ALIASES
    name = names.get(wanted, wanted)
    if name not in offered:
        raise UsageError(f'"{wanted}" is not a format of {form}; formats: {", ".join(offered)}')
    return name
