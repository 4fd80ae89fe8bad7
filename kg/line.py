"""A waiting line: a few things, taken by many threads in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
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

    def take(self, caller: Caller, begin: Callable[[Thing], None] = lambda _: None) -> Thing:
        """Return a thing when it is our turn.

        If we had to wait, `begin` was called by the thread that gave the thing back, so that the thing is not idle
        until we wake up. Raises LimitExceeded (queue) if the line is full or the wait too long, Cancelled if the caller
        leaves.
        """
        with self._lock:
            if self._free:
                return self._free.pop()
            if len(self._waiting) >= self._longest:
                raise self._refusal()
            place = _Place(begin)
            self._waiting.append(place)
        deadline = time.monotonic() + self._seconds
        while not place.given.wait(min(ATTENTION, max(deadline - time.monotonic(), 0))):
            if (caller.is_gone() or time.monotonic() >= deadline) and self._left(place):
                caller.check()
                raise self._refusal()
        assert place.thing is not None, "it was given"
        return place.thing

    def give(self, thing: Thing) -> None:
        """Give a thing back, to whoever waits longest."""
        with self._lock:
            if not self._waiting:
                self._free.append(thing)
                return
            place = self._waiting.popleft()
        try:
            place.begin(thing)
        finally:
            place.thing = thing
            place.given.set()

    def _left(self, place: _Place[Thing]) -> bool:
        """Leave the line; False if it is our turn in this very moment."""
        with self._lock:
            if place not in self._waiting:
                return False
            self._waiting.remove(place)
            return True

    def _refusal(self) -> LimitExceeded:
        return LimitExceeded(f"{self._busy}; try again in a moment", "queue", max(1, round(self._seconds)))


class _Place(Generic[Thing]):
    """Hold the place of one thread in the line, and what it is given."""

    def __init__(self, begin: Callable[[Thing], None]) -> None:
        self.begin = begin
        self.given = threading.Event()
        self.thing: Thing | None = None
