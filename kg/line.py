"""A waiting line: a few things, taken by many threads in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

from kg.caller import ATTENTION, Caller
from kg.errors import LimitExceeded

__all__ = ["Line"]

Thing = TypeVar("Thing")


class Line(Generic[Thing]):
    """Hand out things, the one that was used last first; each thing is with one thread at a time."""

    def __init__(self, things: Iterable[Thing], longest: int, seconds: float, busy: str) -> None:
        """Bound how many wait (`longest`) and how long; `busy` is said to whoever gets nothing."""
        self._free = list(things)
        self._waiting: deque[_Place[Thing]] = deque()
        self._longest = longest
        self._seconds = seconds
        self._busy = busy
        self._lock = threading.Lock()

    @property
    def length(self) -> int:
        """Return the number of threads that wait."""
        return len(self._waiting)

    def take(self, caller: Caller) -> Thing:
        """Return a thing when it is our turn.

        Raises LimitExceeded (queue) if the line is full or the wait too long, Cancelled if the caller leaves.
        """
        with self._lock:
            if self._free:
                return self._free.pop()
            if len(self._waiting) >= self._longest:
                raise self._refusal()
            place: _Place[Thing] = _Place()
            self._waiting.append(place)
        deadline = time.monotonic() + self._seconds
        while not place.given.wait(min(ATTENTION, max(deadline - time.monotonic(), 0))):
            if caller.is_gone() or time.monotonic() >= deadline:
                self._leave(place)
                caller.check()
                raise self._refusal()
        return place.things.pop()

    def give(self, thing: Thing) -> None:
        """Give a thing back, to whoever waits longest."""
        with self._lock:
            if self._waiting:
                place = self._waiting.popleft()
                place.things.append(thing)
                place.given.set()
            else:
                self._free.append(thing)

    def _leave(self, place: _Place[Thing]) -> None:
        """Leave the line; what was given to us in this moment goes to the next."""
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
        if place.things:
            self.give(place.things.pop())

    def _refusal(self) -> LimitExceeded:
        return LimitExceeded(f"{self._busy}; try again in a moment", "queue", max(1, round(self._seconds)))


class _Place(Generic[Thing]):
    """Hold the place of one thread in the line, and what it was given."""

    def __init__(self) -> None:
        self.given = threading.Event()
        self.things: list[Thing] = []
