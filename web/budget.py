"""What one client may use in a minute: seconds of work, refused requests, and queries at the same time.

A client is an address, or a network of IPv6 that one client has to itself. It is kept in memory until a minute after
its last query, and written nowhere. Only what is asked in the client's own words counts; the other pages are free.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kg.caller import Caller
from kg.errors import LimitExceeded
from kg.settings import Limits, Settings

WINDOW = 60
"""seconds in which work and errors are counted"""
CLIENTS = 10_000
"""clients that are remembered at most; the one that was seen longest ago is forgotten first"""
IN_POOL = frozenset({"sparql.endpoint", "editor.page"})
"""what runs queries in workers, whose time is counted there"""
IN_PROCESS = frozenset({"questions.page", "graphs.read"})
"""what is computed for the client here, so that the time of the whole request counts"""


@dataclass
class Second:
    """Hold what a client used in one second of the clock."""

    start: int
    work: float = 0.0
    errors: int = 0


@dataclass
class Record:
    """Hold what is known of one client: queries in the service, and the seconds of the window in which it used any."""

    running: int = 0
    last: float = 0.0
    seconds: deque[Second] = field(default_factory=deque)


class Budget:
    """Count what clients use; any number of threads may call it."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        """Take the limits; `clock` tells the time, `later` calls a function after a number of seconds."""
        self._limits = limits
        self._clock = clock
        self._later = later or _timer
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._lock = threading.Lock()
        self._sweeping = False

    def __len__(self) -> int:
        """Return the number of clients that are remembered."""
        return len(self._records)

    def enter(self, client: str) -> None:
        """Begin a request; raises LimitExceeded (parallel, work, errors) where the client has used what it may."""
        limits = self._limits
        with self._lock:
            now = self._clock()
            record = self._record(client, now)
            if record.running >= limits.client_parallel:
                message = f"{record.running} queries of yours are running; wait for one of them to end"
                raise LimitExceeded(message, "parallel", 1)
            if sum(second.work for second in record.seconds) >= limits.client_seconds:
                message = f"your queries took {limits.client_seconds:g} s of work within a minute"
                raise LimitExceeded(message, "work", self._wait(record, now, "work", limits.client_seconds))
            if sum(second.errors for second in record.seconds) >= limits.client_errors:
                message = f"{limits.client_errors} of your requests were refused within a minute; look at the answers"
                raise LimitExceeded(message, "errors", self._wait(record, now, "errors", limits.client_errors))
            record.running += 1

    def leave(self, client: str, seconds: float, refused: bool) -> None:
        """End a request that had begun, and count its work."""
        with self._lock:
            now = self._clock()
            record = self._record(client, now)
            record.running = max(0, record.running - 1)
            start = math.floor(now)
            if not record.seconds or record.seconds[-1].start != start:
                record.seconds.append(Second(start))
            record.seconds[-1].work += seconds
            record.seconds[-1].errors += refused
            if not self._sweeping:
                self._sweeping = True
                self._later(WINDOW + 1, self._sweep)

    def _record(self, client: str, now: float) -> Record:
        """Return the record of a client, without what is older than the window."""
        record = self._records.setdefault(client, Record())
        record.last = now
        self._records.move_to_end(client)
        while record.seconds and record.seconds[0].start + 1 + WINDOW <= now:
            record.seconds.popleft()
        if len(self._records) > CLIENTS:
            oldest = next((name for name, other in self._records.items() if not other.running), client)
            if oldest != client:
                del self._records[oldest]
        return record

    def _wait(self, record: Record, now: float, kind: str, limit: float) -> int:
        """Return the seconds until so much has left the window that the client is below the limit."""
        left = sum(getattr(second, kind) for second in record.seconds)
        for second in record.seconds:
            left -= getattr(second, kind)
            if left < limit:
                return max(1, math.ceil(second.start + 1 + WINDOW - now))
        return WINDOW

    def _sweep(self) -> None:
        """Forget the clients that did nothing within the window."""
        with self._lock:
            now = self._clock()
            for client in [name for name, record in self._records.items() if record.last + WINDOW < now]:
                if not self._records[client].running:
                    del self._records[client]
            self._sweeping = bool(self._records)
            if self._sweeping:
                self._later(WINDOW + 1, self._sweep)


def client_of(address: str | None) -> str:
    """Return what an address counts as: itself, or the /64 network of IPv6, which is what one household gets.

    >>> client_of("192.0.2.1"), client_of("::ffff:192.0.2.1"), client_of("2001:db8::1:2"), client_of("localhost")
    ('192.0.2.1', '192.0.2.1', '2001:db8::/64', 'localhost')
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return (address or "unknown")[:64]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def caller() -> Caller:
    """Return for whom this request runs its queries."""
    if "caller" not in g:
        is_gone = request.environ.get("waitress.client_disconnected")
        g.caller = Caller(is_gone) if is_gone else Caller()
    made: Caller = g.caller
    return made


def init_app(app: Flask, settings: Settings) -> None:
    """Hold every client to its budget, and take the addresses of clients from as many proxies as there are."""
    budget = Budget(settings.limits)
    if settings.trusted_proxies:
        number = settings.trusted_proxies
        fixed = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]

    @app.before_request
    def admit() -> None:
        if _counts():
            client = client_of(request.remote_addr)
            budget.enter(client)
            g.client, g.began = client, time.monotonic()

    @app.after_request
    def judge(response: Response) -> Response:
        g.refused = 400 <= response.status_code < 500
        return response

    @app.teardown_request
    def charge(_: BaseException | None) -> None:
        if "client" in g:
            seconds = caller().seconds if request.endpoint in IN_POOL else time.monotonic() - g.began
            budget.leave(g.pop("client"), seconds, g.get("refused", False))


def _counts() -> bool:
    """Tell whether a request asks something in the client's own words."""
    if request.endpoint == "editor.page":
        return "query" in request.args
    return request.endpoint in IN_POOL or request.endpoint in IN_PROCESS


def _timer(seconds: float, function: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
