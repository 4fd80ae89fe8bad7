"""The waiting line: in turn, bounded, and left by whoever gives up."""

import threading
import time
from collections.abc import Callable

import pytest

from kg.caller import Caller
from kg.errors import Cancelled, LimitExceeded
from kg.line import Line


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def line(longest: int = 9, seconds: float = 20) -> Line[str]:
    return Line(["it"], longest, seconds, "it is busy")


class Waiter(threading.Thread):
    """Take from a line in a thread of its own and note what came of it."""

    def __init__(self, waited: Line[str], caller: Caller | None = None) -> None:
        super().__init__(daemon=True)
        self.waited, self.caller = waited, caller or Caller()
        self.got: str | Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.got = self.waited.take(self.caller)
        except (LimitExceeded, Cancelled) as error:
            self.got = error


def test_first_come_first_served() -> None:
    tested = line()
    assert tested.take(Caller()) == "it"
    waiters = []
    for number in range(1, 4):
        waiters.append(Waiter(tested))
        until(lambda number=number: tested.length == number)
    for waiter in waiters:
        tested.give("it")
        until(lambda waiter=waiter: waiter.got)
        assert [other.got for other in waiters].count("it") == waiters.index(waiter) + 1


def test_a_full_line_refuses_at_once() -> None:
    tested = line(longest=1)
    tested.take(Caller())
    Waiter(tested)
    until(lambda: tested.length == 1)
    with pytest.raises(LimitExceeded, match="it is busy; try again in a moment") as error:
        tested.take(Caller())
    assert (error.value.limit, error.value.retry_after) == ("queue", 20)


def test_the_wait_is_bounded() -> None:
    tested = line(seconds=0.05)
    tested.take(Caller())
    with pytest.raises(LimitExceeded):
        tested.take(Caller())
    tested.give("it")
    assert tested.take(Caller()) == "it"


def test_who_leaves_makes_place_for_the_next() -> None:
    tested = line()
    tested.take(Caller())
    gone = threading.Event()
    leaver = Waiter(tested, Caller(gone.is_set))
    until(lambda: tested.length == 1)
    stayer = Waiter(tested)
    until(lambda: tested.length == 2)
    gone.set()
    until(lambda: leaver.got)
    assert isinstance(leaver.got, Cancelled)
    tested.give("it")
    until(lambda: stayer.got)
    assert stayer.got == "it"
