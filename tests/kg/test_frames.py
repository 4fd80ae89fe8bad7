"""Messages over a socket: whole, in order, or an error that says why there is none."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from kg.errors import Cancelled
from kg.frames import receive, send


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give the two ends of a connection; the first looks up from waiting now and then."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0.01)
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("length", [0, 1, 65_000, 65_536, 3_000_000])
def test_messages_keep_their_borders(ends: tuple[socket.socket, socket.socket], length: int) -> None:
    ours, theirs = ends
    body = b"x" * length
    for number in range(2):
        sender = threading.Thread(target=send, args=(theirs, {"number": number}, body))
        sender.start()
        assert receive(ours) == ({"number": number}, body)
        sender.join()
        send(ours, {})  # each message is answered before the next
        assert receive(theirs) == ({}, b"")


def test_a_message_that_does_not_come_in_time(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(TimeoutError):
        receive(ends[0], time.monotonic() + 0.05)


def test_who_waits_may_give_up(ends: tuple[socket.socket, socket.socket]) -> None:
    def give_up() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        receive(ends[0], attend=give_up)


def test_a_message_from_nobody(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].close()
    with pytest.raises(EOFError):
        receive(ends[0])


def test_half_a_message(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].sendall(b"\x00\x00")
    ends[1].close()
    with pytest.raises(EOFError):
        receive(ends[0])
