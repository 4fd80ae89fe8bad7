"""HTTP to one server that is not trusted: bounded in time and size, never redirected, never through a proxy.

Every answer is read up to a number of bytes and to its end: a body that stops before the length that the server
announced is no answer. Credentials are sent only to the address that they were given for, and appear in no message.
"""

from __future__ import annotations

import base64
import http.client
import io
import math
import socket
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPSHandler,
    OpenerDirector,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from kg.caller import ATTENTION, Caller
from kg.errors import Cancelled, EnvironmentFault, LimitExceeded, ServandaError, StoreFault

__all__ = ["Credentials", "Incoming", "Wire", "read_credentials"]

BLOCK = 65_536
REASON_BYTES = 2_000
Dial = Callable[[tuple[str, int], float], socket.socket]


@dataclass(frozen=True)
class Credentials:
    """Hold a user and a password; the password is in no text that is made of this."""

    user: str
    password: str = field(repr=False)


def read_credentials(path: Path) -> Credentials:
    """Read a TOML file with the keys user and password; raises EnvironmentFault, which never quotes the file."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return Credentials(str(values["user"]), str(values["password"]))
    except OSError as error:
        raise EnvironmentFault(f"{path}: the credentials cannot be read ({error.strerror})") from None
    except (ValueError, KeyError):
        raise EnvironmentFault(f'{path}: no credentials there; write user = "…" and password = "…"') from None


class Incoming(io.RawIOBase):
    """Read the body of an answer: at most `limit` bytes, with an error where it is cut or longer."""

    def __init__(self, response: http.client.HTTPResponse, watch: _Watch, limit: int) -> None:
        self.status = response.status
        self.headers = response.headers
        self._response = response
        self._watch = watch
        self._limit = limit
        self._count = 0

    @property
    def media_type(self) -> str:
        """Return the media type without parameters, "" where the server gives none."""
        return self.headers.get_content_type() if "Content-Type" in self.headers else ""

    @property
    def framed(self) -> bool:
        """Tell whether the end of the body is marked, so that a cut is seen."""
        return self._response.chunked or self._response.length is not None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (any buffer)
        """Read the next bytes; raises LimitExceeded (time, bytes), and StoreFault for a body that is cut."""
        view = memoryview(buffer).cast("B")
        try:
            block = self._response.read1(min(len(view), BLOCK))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._watch.fault(error) from None
        if not block and (self._response.length or self._watch.over):
            raise self._watch.fault(http.client.IncompleteRead(b""))
        self._count += len(block)
        if self._count > self._limit:
            raise LimitExceeded(f"the server sent more than {self._limit / 1e6:g} MB", "bytes")
        view[: len(block)] = block
        return len(block)

    def whole(self) -> bytes:
        """Return the rest of the body."""
        return self.readall() or b""

    def reason(self) -> str:
        """Return the beginning of the body as one line, for a message."""
        with suppress(LimitExceeded, EnvironmentFault):
            text = (self.read(REASON_BYTES) or b"").decode(errors="replace") if self.media_type != "text/html" else ""
            line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
            if line:
                return line[:200]
        return http.client.responses.get(self.status, "no reason given")


@dataclass(eq=False)
class Wire:
    """Send requests to one server; any number of threads may call it."""

    address: str
    credentials: Credentials | None = None
    dial: Dial | None = None
    """connects in place of the system, given host, port and seconds"""
    _schemes: dict[str, str] = field(default_factory=dict)
    """how each address wants to be told the credentials"""

    @contextmanager
    def open(self, request: Request, seconds: float, limit: int, caller: Caller | None = None) -> Iterator[Incoming]:
        """Send a request and give its answer, whose status is below 300 or at least 400.

        Raises StoreFault if the server cannot be reached, for wrong credentials and for a redirection, LimitExceeded
        when `seconds` are over, and Cancelled when the caller leaves.
        """
        with _Watch(self.address, seconds, self.dial, caller) as watch:
            self._authorize(request, watch)
            incoming = self._send(request, watch, limit)
            if incoming.status == 401 and self.credentials and self._learn(request, incoming):
                incoming = self._send(request, watch, limit)
            if incoming.status in (401, 403):
                given = "refuses the credentials" if self.credentials else "asks for credentials"
                raise StoreFault(f"{self.address}: the server {given} ({incoming.status}); see SERVANDA_CREDENTIALS")
            if 300 <= incoming.status < 400:
                host = urlsplit(incoming.headers.get("Location", "")).netloc or "another path"
                raise StoreFault(f"{self.address}: the server redirects to {host}, which is not followed")
            if incoming.headers.get("Content-Encoding", "identity") != "identity":
                raise StoreFault(f"{self.address}: the server compressed its answer, which nobody asked for")
            yield incoming

    def _send(self, request: Request, watch: _Watch, limit: int) -> Incoming:
        request.watch = watch  # type: ignore[attr-defined]  # the handlers below register the socket there
        try:
            response = _opener().open(request, timeout=watch.seconds)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise watch.fault(error) from None
        assert isinstance(response, http.client.HTTPResponse), "the handlers return what the server sent"
        watch.open.append(response)
        return Incoming(response, watch, limit)

    def _authorize(self, request: Request, watch: _Watch) -> None:
        """Put the credentials into a request in the way that the server is known to want.

        A server that wants a digest closes the connection while a long body is still being sent, so it is asked for a
        challenge before.
        """
        scheme = self._schemes.get(_place(request), "digest") if self.credentials else "none"
        if scheme == "digest":
            # The address was judged by the settings.
            self._learn(request, self._send(Request(request.full_url, method="HEAD"), watch, BLOCK))  # noqa: S310
        elif scheme == "basic":
            self._answer_basic(request)

    def _learn(self, request: Request, incoming: Incoming) -> bool:
        """Remember what a server wants, and put the answer to it into the request; tell whether there is one."""
        assert self.credentials, "only called where there are credentials"
        scheme, _, rest = incoming.headers.get("WWW-Authenticate", "").partition(" ")
        scheme = scheme.lower() if incoming.status == 401 else "none"
        self._schemes[_place(request)] = scheme
        if scheme == "basic":
            self._answer_basic(request)
        if scheme == "digest":
            manager = HTTPPasswordMgrWithDefaultRealm()
            manager.add_password(None, request.full_url, self.credentials.user, self.credentials.password)
            with suppress(ValueError, KeyError):  # a challenge that Python does not know: the server will refuse
                challenge = parse_keqv_list(parse_http_list(rest))
                answer = AbstractDigestAuthHandler(manager).get_authorization(request, challenge)
                request.add_unredirected_header("Authorization", f"Digest {answer}")
        return scheme in ("basic", "digest")

    def _answer_basic(self, request: Request) -> None:
        assert self.credentials, "only called where there are credentials"
        pair = f"{self.credentials.user}:{self.credentials.password}".encode()
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(pair).decode())


class _Watch:
    """End the connections of one request when its time is over, also while the server sends byte after byte."""

    def __init__(self, address: str, seconds: float, dial: Dial | None, caller: Caller | None) -> None:
        self.address = address
        self.seconds = seconds
        self.dial = dial
        self.over = self.left = False
        self.sockets: list[socket.socket] = []
        self.open: list[http.client.HTTPResponse] = []
        self._caller = caller
        self._done = threading.Event()

    def __enter__(self) -> _Watch:
        threading.Thread(target=self._attend, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for response in self.open:
            response.close()
        for connection in self.sockets:
            connection.close()

    def fault(self, error: Exception) -> ServandaError:
        """Say what became of a request."""
        reason = getattr(error, "reason", error)
        if self.left:
            return Cancelled("the client has closed the connection")
        if self.over or isinstance(reason, TimeoutError):
            return LimitExceeded(f"time limit of {self.seconds:g} s", "time", max(1, round(self.seconds)))
        if isinstance(error, http.client.IncompleteRead):
            return StoreFault(f"{self.address}: the server sent an answer that is cut")
        if isinstance(reason, ConnectionRefusedError):
            return StoreFault(f"cannot reach backend: connection refused by {self.address}")
        said = getattr(reason, "strerror", None) or type(reason).__name__
        return StoreFault(f"cannot reach backend: {self.address}: {said}")

    def _attend(self) -> None:
        """Wait until the request is done, the time over or the caller gone."""
        deadline = time.monotonic() + self.seconds
        while not self._done.wait(max(0, min(deadline - time.monotonic(), ATTENTION if self._caller else math.inf))):
            self.left = self._caller is not None and self._caller.is_gone()
            if self.left or time.monotonic() >= deadline:
                self.end()
                return

    def end(self) -> None:
        """Break the connections off: what reads from them gets an error."""
        self.over = True
        for connection in self.sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Watched(http.client.HTTPConnection):
    def __init__(self, host: str, *, watch: _Watch, **options: Any) -> None:  # noqa: ANN401 (what urllib passes)
        super().__init__(host, **options)
        self._watch = watch
        if dial := watch.dial:
            # What http.client calls; a name goes on to stand in the Host header and in the certificate.
            self._create_connection = lambda place, timeout, *_: dial(place, timeout)

    def connect(self) -> None:
        """Connect, and tell the watch of the socket."""
        super().connect()
        self._watch.sockets.append(self.sock)


class _WatchedTls(_Watched, http.client.HTTPSConnection):
    """Be the same over TLS: the classes connect one after the other, and the first tells the watch."""


class _Http(HTTPHandler):
    def http_open(self, req: Request) -> http.client.HTTPResponse:
        """Send a request over a watched connection."""
        return self.do_open(_Watched, req, watch=req.watch)  # type: ignore[attr-defined, arg-type]


class _Https(HTTPSHandler):
    def https_open(self, req: Request) -> http.client.HTTPResponse:
        """Send a request over a watched connection with TLS."""
        return self.do_open(_WatchedTls, req, watch=req.watch)  # type: ignore[attr-defined, arg-type]


@cache
def _opener() -> OpenerDirector:
    """Return what opens addresses without proxies and redirections."""
    opener = OpenerDirector()
    for handler in (_Http(), _Https()):
        opener.add_handler(handler)
    return opener


def _place(request: Request) -> str:
    return request.full_url.partition("?")[0]
