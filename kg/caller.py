"""For whom a query runs: whether they still wait for the answer, and how much work was done for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kg.errors import Cancelled

__all__ = ["ATTENTION", "Caller"]

ATTENTION = 0.1
"""how often whoever waits looks whether the caller is still there, s"""


@dataclass
class Caller:
    """Hold what is known of a caller; used by one thread."""

    is_gone: Callable[[], bool] = lambda: False
    seconds: float = 0.0
    """work done so far; the wait for a worker does not count"""

    def check(self) -> None:
        """Raise Cancelled if the caller is gone."""
        if self.is_gone():
            raise Cancelled("the client has closed the connection")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count the time inside as work, also where it ends in an error."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - start
