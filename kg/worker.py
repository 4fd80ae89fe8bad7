"""One process that answers queries from outside, and may be killed at any moment.

It reads one release and nothing else, has no network where the system allows that, a bound on memory, and ends when
its parent ends. `kg.pool` runs it as `python -m kg.worker DESCRIPTOR` and talks to it over that socket: the first
message is the set-up, then each message is one query; all messages are JSON, an answer is followed by its body.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time
from pathlib import Path

from kg.caller import ATTENTION, Caller
from kg.errors import LimitExceeded, ServandaError

__all__ = ["address_space", "isolate", "main", "memory_exceeded", "receive", "send"]

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
RETRY_SECONDS = 10
NICENESS = 10
"""how far a heavy query stands back behind the pages of the site"""
LENGTH = struct.Struct("!Q")


def send(connection: socket.socket, data: bytes) -> None:
    """Send one message: its length in eight bytes, then the bytes."""
    connection.sendall(LENGTH.pack(len(data)))
    connection.sendall(data)


def receive(connection: socket.socket, deadline: float = math.inf, caller: Caller | None = None) -> bytes:
    """Receive one message.

    Raises EOFError if the other end is gone, TimeoutError at the deadline (monotonic clock), and Cancelled if the
    caller leaves meanwhile.
    """
    (length,) = LENGTH.unpack(_exactly(connection, LENGTH.size, deadline, caller))
    return _exactly(connection, length, deadline, caller)


def _exactly(connection: socket.socket, length: int, deadline: float, caller: Caller | None) -> bytes:
    data = bytearray()
    longest = ATTENTION if caller else math.inf
    while len(data) < length:
        left = deadline - time.monotonic()
        connection.settimeout(None if left == longest == math.inf else max(min(left, longest), 0.001))
        try:
            block = connection.recv(min(length - len(data), 1 << 20))
        except TimeoutError:
            if caller and left > longest:
                caller.check()
                continue
            raise
        except ConnectionError:
            block = b""
        if not block:
            raise EOFError
        data += block
    return bytes(data)


def memory_exceeded(memory: int) -> LimitExceeded:
    """Make the error of a query that needs more memory than `memory` bytes."""
    return LimitExceeded(f"memory limit of {memory / 1e9:g} GB", "memory", RETRY_SECONDS)


def isolate() -> str:
    """Leave the network for an empty one; return "" if that was possible, else the reason.

    Must run while the process has one thread (user namespaces ask for that) and before the engine is imported.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return "this system has no network namespaces"
    # Without a user namespace of its own the process keeps its right to read the store, so that is tried first.
    for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET):
        if unshare(flags) == 0:
            return ""
    return f"no network namespace: {os.strerror(ctypes.get_errno())}"


def main(descriptor: int) -> None:
    """Serve queries over an inherited socket until the other end closes it."""
    network = isolate()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection = socket.socket(fileno=descriptor)
    threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()
    try:
        _serve(connection, network)
    except (EOFError, ConnectionError):
        os._exit(0)  # nobody is left to answer to


def _serve(connection: socket.socket, network: str) -> None:
    # Not at the top: nothing that imports the engine may run before the network is left.
    from kg.answer import answer, named_graphs
    from kg.store import open_read_only

    setup = json.loads(receive(connection))
    try:
        store = open_read_only(Path(setup["store"]))
        graphs = named_graphs(store)
    except ServandaError as error:
        send(connection, _error(error))
        return
    base = address_space()
    _bound_memory(base + setup["memory"])
    send(connection, json.dumps({"network": network}).encode())
    while True:
        job = json.loads(receive(connection))
        _bound_cpu(setup["seconds"])
        body = b""
        try:
            rows, body = answer(store, graphs, job, setup)
            reply = json.dumps({"rows": rows, "grown": address_space() - base}).encode()
        except ServandaError as error:
            reply = _error(error)
        except MemoryError:
            reply = _error(memory_exceeded(setup["memory"]))
        send(connection, reply)
        if reply.startswith(b'{"rows"'):
            send(connection, body)


def _error(error: ServandaError) -> bytes:
    made = error.__reduce__()
    assert isinstance(made, tuple), "every error of ours is made from its class and its arguments"
    return json.dumps({"error": made[0].__name__, "arguments": made[1]}).encode()


def _bound_memory(size: int) -> None:
    """Bound the address space; a lower bound that was set from outside stays."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _bound_cpu(seconds: float) -> None:
    """Bound the processor time of the next query, in case nobody is left to kill us; the bound moves on each time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # Several threads of the engine may compute at the same time.
    soft = int(usage.ru_utime + usage.ru_stime + 2 * seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def address_space() -> int:
    """Return the size of the address space in bytes, 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as handle:
            return int(handle.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _end_with_parent(descriptor: int) -> None:
    """End as soon as the parent is gone, also in the middle of a query.

    A hang-up of the socket is taken rather than PR_SET_PDEATHSIG, which fires when the thread that started us ends.
    """
    watch = select.poll()
    watch.register(descriptor, 0)
    while not any(event & (select.POLLHUP | select.POLLERR) for _, event in watch.poll()):
        pass
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
