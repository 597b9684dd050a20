"""A line for what thousands do at the same moment, when they come back after a restart.

A few at a time are let in, so that others (an alarm) find processor and database free: whoever waits costs nothing,
while a thousand that are served side by side hold each other up.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.domain.errors import Refused

AT_ONCE = 8
# Whoever would wait longer is sent away at once: work for somebody who has given up is what keeps a storm going.
PATIENCE_S = 3.0
# Nobody keeps the others waiting longer, whatever he does with his turn; far more than it takes.
LASTS_S = 10.0


class Line:
    """So many turns at once; the others wait, the longest waiting first."""

    def __init__(self, at_once: int = AT_ONCE, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._free = threading.Semaphore(at_once)
        self._turns: dict[int, float] = {}
        self._number = 0
        self._monotonic = monotonic

    def wait(self, patience_s: float) -> int | None:
        """Wait for a turn and give its number for ``end``; ``None`` after so many seconds."""
        self._end_old()
        if not self._free.acquire(timeout=patience_s):
            return None
        self._number += 1
        number = self._number
        self._turns[number] = self._monotonic()
        return number

    def end(self, number: int | None) -> None:
        """End a turn; to end it again does nothing."""
        if number is not None and self._turns.pop(number, None) is not None:
            self._free.release()

    @contextmanager
    def turn(self, patience_s: float = PATIENCE_S) -> Iterator[None]:
        """Do something in a turn. Raises ``Refused("busy")`` when none comes soon."""
        number = self.wait(patience_s)
        if number is None:
            raise Refused("busy")
        try:
            yield
        finally:
            self.end(number)

    def _end_old(self) -> None:
        before = self._monotonic() - LASTS_S
        for number, since in list(self._turns.items()):
            if since < before:
                self.end(number)
