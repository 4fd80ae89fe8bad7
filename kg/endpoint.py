"""A SPARQL 1.1 server: queries by SPARQLWrapper, whole graphs by the Graph Store Protocol.

An answer counts only when it has the right media type and was parsed to its end. Sources: SPARQL 1.1 Protocol and
SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import Request

from pyoxigraph import RdfFormat, Triple, parse, serialize
from SPARQLWrapper import POST, SPARQLWrapper

from kg.errors import LimitExceeded, QueryRefused, StoreFault, UsageError
from kg.wire import Credentials, Incoming, Wire

__all__ = ["Endpoint", "graph_store_of"]

ROW_TYPES = ("application/sparql-results+json", "application/json")
TRIPLES = "application/n-triples"
GRAPH_TYPES = {TRIPLES: RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
# Where the servers that are tested here offer the Graph Store Protocol, by the path of their query address.
GRAPH_STORES = {
    "/query": "/store",  # Oxigraph
    "/sparql": "/sparql-graph-crud-auth",  # Virtuoso
    "/sparql-auth": "/sparql-graph-crud-auth",
}
# Virtuoso answers 500 to what a query computes wrongly, such as a division by zero; these SQL states say so.
FAULT_OF_QUERY = re.compile(r"Virtuoso (07|22|37|42|S0)")
PART = 50_000
"""triples of one request that loads a graph, about 8 MB; a longer graph is sent in several"""
SMALL = 65_536
"""bytes of an answer that only says that something was done"""


class _Wrapper(SPARQLWrapper):
    """Send what SPARQLWrapper makes over our own wire: its own would follow redirections and read without end."""

    wire: Wire
    seconds: float
    limit: int

    def _query(self) -> tuple[Any, str]:
        return self.wire.open(self._createRequest(), self.seconds, self.limit), self.returnFormat


class Endpoint:
    """Hold the addresses of a server; any number of threads may call it."""

    def __init__(self, address: str, graph_store: str = "", credentials: Credentials | None = None) -> None:
        self.address = address
        self.graph_store = graph_store or graph_store_of(address)
        self._wire = Wire(address, credentials)

    @contextmanager
    def ask(self, text: str, form: str, seconds: float, limit: int) -> Iterator[Incoming]:
        """Send a query and give the body of its answer: JSON of SELECT and ASK, N-Triples or Turtle of the others.

        Raises QueryRefused where the server refuses it, LimitExceeded for time and size, StoreFault for a server that
        fails or sends something else.
        """
        wrapper = _Wrapper(self.address, agent="servanda")
        wrapper.wire, wrapper.seconds, wrapper.limit = self._wire, seconds, limit
        wrapper.setTimeout(math.ceil(seconds))
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        # Set as they are: setQuery would guess the form, and take a word of a comment for that of an update.
        wrapper.queryString, wrapper.queryType = text, form
        rows = form in ("SELECT", "ASK")
        wrapper.addCustomHttpHeader("Accept", ROW_TYPES[0] if rows else f"{TRIPLES}, text/turtle;q=0.5")
        opened: Any = wrapper.query().response
        with opened as incoming:
            self._judge(incoming, ROW_TYPES if rows else tuple(GRAPH_TYPES))
            yield incoming

    def triples(self, incoming: Incoming) -> Iterator[Triple]:
        """Parse the triples of an answer while they come in; raises StoreFault where they are none."""
        if not incoming.framed:
            raise StoreFault(f"{self.address}: the server does not mark the end of its answers")
        try:
            for quad in parse(incoming, GRAPH_TYPES[incoming.media_type]):  # type: ignore[arg-type]
                yield quad.triple
        except SyntaxError as error:
            raise StoreFault(f"{self.address}: the server sent broken triples ({error.msg})") from None

    @contextmanager
    def get(self, graph: str, seconds: float, limit: int) -> Iterator[Iterator[Triple]]:
        """Read a graph; one that is not there is empty."""
        request = Request(self._graph(graph), headers={"Accept": TRIPLES})  # noqa: S310 (judged by the settings)
        with self._wire.open(request, seconds, limit) as incoming:
            if incoming.status == 404:
                yield iter(())
            else:
                self._judge(incoming, tuple(GRAPH_TYPES))
                yield self.triples(incoming)

    def send(self, graph: str, triples: Iterable[Triple], seconds: float, replace: bool) -> None:
        """Put triples into a graph, in place of what it holds with `replace`, else beside it.

        A long graph is sent in parts: should that fail in the middle, the graph is incomplete until it is sent again.
        """
        method = "PUT" if replace else "POST"
        rest = iter(triples)
        while part := list(islice(rest, PART)):
            body = serialize(part, format=RdfFormat.N_TRIPLES)
            self._change(Request(self._graph(graph), body, {"Content-Type": TRIPLES}, method=method), seconds)  # noqa: S310
            method = "POST"
        if method == "PUT":
            self.drop(graph, seconds)

    def drop(self, graph: str, seconds: float) -> None:
        """Remove a graph; one that is not there is no fault."""
        self._change(Request(self._graph(graph), method="DELETE"), seconds)  # noqa: S310 (judged by the settings)

    def _change(self, request: Request, seconds: float) -> None:
        with self._wire.open(request, seconds, SMALL) as incoming:
            gone = incoming.status == 404 and request.get_method() == "DELETE"
            if incoming.status >= 300 and not gone:
                raise StoreFault(f"{self.graph_store}: {incoming.reason()} ({incoming.status})")

    def _graph(self, graph: str) -> str:
        if not self.graph_store:
            raise UsageError(f"{self.address}: set SERVANDA_GRAPH_STORE to the address of its Graph Store Protocol")
        return f"{self.graph_store}?graph={quote(graph, safe='')}"

    def _judge(self, incoming: Incoming, expected: Sequence[str]) -> None:
        """Raise for an answer that is not whole or not of the expected kind."""
        if incoming.status != 200:
            reason = incoming.reason()
            if incoming.status == 400 or (incoming.status == 500 and FAULT_OF_QUERY.match(reason)):
                raise QueryRefused(f"the server refuses the query: {reason}", "evaluation")
            raise StoreFault(f"{self.address}: {reason} ({incoming.status})")
        if incoming.media_type not in expected:
            raise StoreFault(f"backend sent {incoming.media_type or 'no media type'} instead of results")
        if "X-SPARQL-MaxRows" in incoming.headers:
            raise LimitExceeded(f"the server cuts answers at {incoming.headers['X-SPARQL-MaxRows']} rows", "rows")


def graph_store_of(address: str) -> str:
    """Return where a server of the tested kinds offers the Graph Store Protocol, "" for another.

    >>> graph_store_of("http://127.0.0.1:7878/query"), graph_store_of("http://127.0.0.1:8890/sparql")
    ('http://127.0.0.1:7878/store', 'http://127.0.0.1:8890/sparql-graph-crud-auth')
    """
    parts = urlsplit(address)
    path = GRAPH_STORES.get(parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path, "", "")) if path else ""
