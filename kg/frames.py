"""Messages between a worker and its parent, one at a time over a socket: a head in JSON, and a body of bytes."""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["receive", "send"]

SIZES = struct.Struct("!IQ")
SMALL = 65_536


def send(connection: socket.socket, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one message; a small one goes out at once, so that the other side wakes up once."""
    front = json.dumps(head).encode()
    front = SIZES.pack(len(front), len(body)) + front
    if len(body) < SMALL:
        connection.sendall(front + body)
    else:
        connection.sendall(front)
        connection.sendall(body)


def receive(
    connection: socket.socket, deadline: float = math.inf, attend: Callable[[], None] = lambda: None
) -> tuple[dict[str, Any], bytes]:
    """Receive one message.

    Each time that the timeout of the socket passes, `attend` is called, which may raise. Raises EOFError if the other
    end is gone, and TimeoutError at the deadline (monotonic clock), as near as the timeout of the socket lets it.
    """
    data = bytearray()
    sizes = (0, 0)
    length = SIZES.size
    while len(data) < length:
        try:
            block = connection.recv(max(SMALL, min(length - len(data), 1 << 20)))
        except (TimeoutError, BlockingIOError):  # by a timeout of Python, or of the system
            attend()
            if time.monotonic() >= deadline:
                raise TimeoutError from None
            continue
        except ConnectionError:
            block = b""
        if not block:
            raise EOFError
        data += block
        if length == SIZES.size and len(data) >= length:
            sizes = SIZES.unpack(data[:length])
            length += sum(sizes)
    middle = SIZES.size + sizes[0]
    return json.loads(data[SIZES.size : middle]), bytes(data[middle:])
