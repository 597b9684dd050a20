"""A line for what thousands do at the same moment, when they come back after a restart.

A few at a time are let in, so that others (an alarm) find the database free. Who would wait too long is sent away at
once and comes back: work done for somebody who has given up is what keeps a storm going.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.domain.errors import Refused

AT_ONCE = 8
PATIENCE_S = 3.0


class Line:
    """So many at once; the others wait their turn, the longest waiting first."""

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self._free = threading.Semaphore(at_once)
        self._patience_s = patience_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn. Raises ``Refused("busy")`` after some seconds."""
        if not self._free.acquire(timeout=self._patience_s):
            raise Refused("busy")
        try:
            yield
        finally:
            self._free.release()
