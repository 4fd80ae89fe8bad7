"""Processes that answer queries from outside, and may be killed at any moment.

Each reads one release and nothing else, has no network where the system allows that, a bound on memory, and ends when
its parent ends. `kg.forkserver` runs `python -m kg.worker DESCRIPTOR` and asks that process over the socket to fork
workers. `kg.pool` talks to each worker over a socket of its own: the first message is the set-up, then each is a query.
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from kg.errors import LimitExceeded, ServandaError
from kg.forkserver import CODE, FORK, REQUEST
from kg.frames import receive, send

__all__ = ["address_space", "isolate", "main", "memory_exceeded"]

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
RETRY_SECONDS = 10


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
    """Fork workers on request until the other end closes the socket."""
    network = isolate()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not at the top: nothing that imports the engine may run before the network is left. Each worker has it from here.
    import kg.answer  # noqa: F401

    requests = socket.socket(fileno=descriptor)
    children: dict[int, int] = {}
    while True:
        data, files, _, _ = socket.recv_fds(requests, REQUEST.size, 2)
        if not data:
            os._exit(0)  # workers end by themselves when their connection does
        operation, number = REQUEST.unpack(data)
        if operation == FORK:
            children[number] = os.fork()
            if children[number] == 0:
                requests.close()
                _work(files[0], files[1], network)
            for file in files:
                os.close(file)
        else:
            requests.sendall(CODE.pack(_end(children.pop(number))))


def _end(child: int) -> int:
    """Kill a worker and return its exit code, or that of its own end before; until now nobody else got its number."""
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _work(descriptor: int, errors: int, network: str) -> NoReturn:
    """Be a worker: serve queries over a socket until the other end closes it."""
    try:
        os.dup2(errors, sys.stderr.fileno())
        connection = socket.socket(fileno=descriptor)
        threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()
        _serve(connection, network)
    except (EOFError, ConnectionError):
        os._exit(0)  # nobody is left to answer to
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _serve(connection: socket.socket, network: str) -> NoReturn:
    from kg.answer import answer, named_graphs
    from kg.store import open_read_only

    setup, _ = receive(connection)
    try:
        store = open_read_only(Path(setup["store"]))
        graphs = named_graphs(store)
    except ServandaError as error:
        send(connection, _error(error))
        os._exit(0)
    base = address_space()
    _bound_memory(base + setup["memory"])
    send(connection, {"network": network, "pid": os.getpid()})
    while True:
        job, text = receive(connection)
        job["text"] = text.decode()
        _bound_cpu(setup["seconds"])
        body = b""
        try:
            rows, body = answer(store, graphs, job, setup)
            reply = {"rows": rows, "grown": address_space() - base}
        except ServandaError as error:
            reply = _error(error)
        except MemoryError:
            reply = _error(memory_exceeded(setup["memory"]))
        send(connection, reply, body)


def _error(error: ServandaError) -> dict[str, Any]:
    made = error.__reduce__()
    assert isinstance(made, tuple), "every error of ours is made from its class and its arguments"
    return {"error": made[0].__name__, "arguments": made[1]}


def _bound_memory(size: int) -> None:
    """Bound the address space; a lower bound that was set from outside stays."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _bound_cpu(seconds: float) -> None:
    """Bound the processor time of the next query, in case nobody is left to kill us; the bound moves on when needed."""
    used = time.process_time()
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Several threads of the engine may compute at the same time.
    if soft == resource.RLIM_INFINITY or soft < used + 2 * seconds:
        soft = int(used + 3 * seconds) + 2
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
