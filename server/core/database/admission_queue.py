"""A line for what thousands do at the same moment, when they come back after a restart.

A few at a time are let in, so that others find processor and database free: whoever waits costs nothing, while a
thousand that are served side by side hold each other up. While somebody is ahead (an alarm), nobody of the line goes
on at all.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from server.core.refused import Refused

AT_ONCE = 3
# Whoever would wait longer is sent away at once: work for somebody who has given up is what keeps a storm going.
PATIENCE_S = 3.0
# Some three seconds' worth of turns; who comes when so many wait would wait in vain, and is told so without delay.
MOST_WAITING = 300
# Nobody keeps the others waiting longer, whatever he does with his turn; far more than it takes.
LASTS_S = 10.0
# Nor does somebody ahead hold the line up for longer.
HELD_UP_S = 2.0


_is_ahead = ContextVar("huxue_is_ahead", default=False)


def is_ahead() -> bool:
    """Tell whether the thread that asks is ahead of all who wait: it is about an alarm."""
    return _is_ahead.get()


class Precedence:
    """Tells those in line whether somebody is ahead of them."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._ahead = 0
        self._free = threading.Event()
        self._free.set()

    def wait(self) -> None:
        """Wait until nobody is ahead, for two seconds at most."""
        self._free.wait(HELD_UP_S)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Be ahead of all who wait."""
        with self._counting:
            self._ahead += 1
            self._free.clear()
        before = _is_ahead.set(True)
        try:
            yield
        finally:
            _is_ahead.reset(before)
            with self._counting:
                self._ahead -= 1
                if not self._ahead:
                    self._free.set()


class AdmissionQueue:
    """So many turns at once; the others wait, the longest waiting first. Lines beside each other have one way ahead."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
        monotonic: Callable[[], float] = time.monotonic,
        beside: "AdmissionQueue | None" = None,
    ) -> None:
        self._free = threading.Semaphore(at_once)
        self._most_waiting = most_waiting
        self._monotonic = monotonic
        self._counting = threading.Lock()
        self._turns: dict[int, float] = {}
        self._number = self._waiting = 0
        self._way: Precedence = beside._way if beside else Precedence()

    def wait(self, patience_s: float) -> int | None:
        """Wait for a turn and give its number for ``end``; ``None`` after so many seconds, or when too many wait."""
        self._end_old()
        if not self._free.acquire(blocking=False) and not self._queue(patience_s):
            return None
        with self._counting:
            self._number += 1
            number = self._number
        self._turns[number] = self._monotonic()
        self._way.wait()
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

    def ahead(self) -> AbstractContextManager[None]:
        """Do something before all who wait, at once; no new turn begins meanwhile, for two seconds at most."""
        return self._way.taken()

    def _queue(self, patience_s: float) -> bool:
        with self._counting:
            if self._waiting >= self._most_waiting:
                return False
            self._waiting += 1
        try:
            return self._free.acquire(timeout=patience_s)
        finally:
            with self._counting:
                self._waiting -= 1

    def _end_old(self) -> None:
        before = self._monotonic() - LASTS_S
        for number, since in list(self._turns.items()):
            if since < before:
                self.end(number)
