"""One process that carries out one update: within the limits of a query first, and then the making of the release.

`kg.update` runs it as `python -m kg.update_process` with the job as JSON on standard input, and reads the outcome from
standard output. It may be killed at any moment: until the release is switched nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ServandaError
from kg.worker import address_space, isolate, memory_exceeded

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["main"]

FINISH_SECONDS = 600
"""longest time in which a release is derived, counted and sealed, s"""
NICENESS = 10
"""how far an update stands back behind the pages of the site"""


def main() -> None:
    """Carry out the update that standard input describes."""
    isolate()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job = json.load(sys.stdin)
    try:
        outcome: dict[str, Any] = {"changed": _update(job)}
    except ServandaError as error:
        outcome = _described(error)
    except MemoryError:
        outcome = _described(memory_exceeded(job["limits"]["memory"]))
    json.dump(outcome, sys.stdout)


def _described(error: ServandaError) -> dict[str, Any]:
    made = error.__reduce__()
    assert isinstance(made, tuple), "every error of ours is made from its class and its arguments"
    return {"error": made[0].__name__, "arguments": made[1]}


def _update(job: dict[str, Any]) -> bool:
    """Carry out an update; return whether there is a new release."""
    # Not at the top: nothing that imports the engine may run before the network is left.
    from kg import graphs
    from kg.draft import RELEASES, locked
    from kg.names import Names
    from kg.settings import Limits, Settings
    from kg.update_changes import changes, check_syntax
    from kg.update_text import Dataset, parse

    limits = Limits(**job["limits"])
    settings = Settings(Path(job["root"]), Path(job["store"]), base_iri=job["base_iri"], limits=limits)
    names = Names.load(settings)
    dataset = Dataset(*map(tuple, job["dataset"]))
    _bound(limits.seconds, limits.memory)
    operations = parse(job["text"], limits, names, dataset)
    check_syntax(job["text"], names)
    _bound(FINISH_SECONDS)
    with locked(settings.store, limits.queue_seconds):
        before = graphs.latest(settings)
        assert before, "a service has a release"
        with tempfile.TemporaryDirectory(prefix="update-", dir=settings.store / RELEASES) as folder:
            _bound(limits.seconds, limits.memory)
            refusal = partial(graphs.refusal, names=names, before=before)
            found = changes(operations, before.folder / "store", Path(folder), names, refusal)
            _bound(FINISH_SECONDS)
        if found:
            graphs.put(settings, before, found, {graph: _origin(found[graph], job["writer"]) for graph in found})
        return bool(found)


def _origin(triples: Collection[Triple], writer: str) -> dict[str, str]:
    """Say for the manifest who wrote a graph last, and what is in it."""
    total = hashlib.sha256("\n".join(sorted(map(str, triples))).encode())
    return {"file": f"update by {writer}", "digest": total.hexdigest()}


def _bound(seconds: float, memory: int | None = None) -> None:
    """End this process when time is up, whatever it is doing, and bound the memory that it may take from now on."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = hard if memory is None else address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    main()
