"""The clock of the simulation: things to do, each at its moment, done by a few threads."""

import heapq
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from server.demo.phone import Connection, ServerAway

# What a thing to do gives back: when to do it again, or None.
Deed = Callable[[Connection], datetime | None]
NOW_AND_THEN_S = 0.5


def now() -> datetime:
    """Give the time of this machine, which is the server's too."""
    return datetime.now(UTC)


class Scheduler:
    """Does deeds in the order of their times; while the server is away, they wait and are done later."""

    def __init__(self, line: Callable[[], Connection], hands: int = 4) -> None:
        self._line = line
        self._hands = hands
        self._due: list[tuple[datetime, int, Deed]] = []
        self._count = 0
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._away_until = now()

    def put(self, at: datetime, deed: Deed) -> None:
        """Let a deed be done at a time, or at once when that has passed."""
        with self._changed:
            self._count += 1
            heapq.heappush(self._due, (at, self._count, deed))
            self._changed.notify()

    def run(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Do deeds until ``stop``; returns when all hands rest. ``meanwhile`` is called twice a second."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(NOW_AND_THEN_S)
                meanwhile()

    def stop(self) -> None:
        """End the play; a call under way is finished first."""
        self._over.set()
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        line = self._line()
        while (deed := self._next()) is not None:
            try:
                again = deed(line)
            except ServerAway:
                # One failure speaks for all hands: nobody hammers a server that is just starting.
                self._away_until = now() + timedelta(seconds=1 + random.random())
                again = self._away_until + timedelta(seconds=2 * random.random())
            if again is not None:
                self.put(again, deed)
        line.close()

    def _next(self) -> Deed | None:
        with self._changed:
            while not self._over.is_set():
                at = max(self._due[0][0], self._away_until) if self._due else None
                wait = NOW_AND_THEN_S if at is None else (at - now()).total_seconds()
                if at is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(min(wait, NOW_AND_THEN_S))
        return None
