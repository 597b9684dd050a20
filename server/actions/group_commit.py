"""Group commit: up to 100 waiting check-ins share one durable commit.

Each runs in a savepoint of its own with its own outcome, and is answered after the commit. It is the one
exception to *one action, one transaction*: a disk can make some 1,000 commits a second durable, and at
07:15 a city checks in.
"""

import queue
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.domain.errors import Refused
from server.store.transaction import Store, Transaction

MOST_AT_ONCE = 100
GIVE_UP_AFTER_S = 20.0

Work = Callable[[Transaction], dict[str, Any]]


class Waiting:
    """One action that waits for its commit."""

    __slots__ = ("answer", "done", "failure", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = threading.Event()
        self.answer: dict[str, Any] | None = None
        self.failure: BaseException | None = None


class GroupWriter:
    """One for each process: ``write`` hands an action over, ``run`` commits what waits."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._queue: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._running = False

    def write(self, work: Work) -> dict[str, Any]:
        """Run an action in the next shared transaction and give its answer after the commit.

        Raises what the action raised, or what the commit raised: then nothing of it is stored.
        Without the loop (commands, tests) the action commits by itself.
        """
        waiting = Waiting(work)
        if not self._running:
            self._commit([waiting])
        else:
            self._queue.put(waiting)
            if not waiting.done.wait(GIVE_UP_AFTER_S):
                raise Refused("cannot_write_now")
        if waiting.failure is not None:
            raise waiting.failure
        assert waiting.answer is not None
        return waiting.answer

    def run(self) -> None:
        """Commit what waits, for ever."""
        self._running = True
        while True:
            group = [self._queue.get()]
            while len(group) < MOST_AT_ONCE:
                try:
                    group.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            self._commit(group)

    def _commit(self, group: list[Waiting]) -> None:
        try:
            with self._store.transaction(self._now()) as transaction:
                for waiting in group:
                    _try(transaction, waiting)
        except Exception as failure:  # noqa: BLE001 - handed to each who waits, who raises it
            for waiting in group:
                waiting.failure = waiting.failure or failure
        for waiting in group:
            waiting.done.set()


def _try(transaction: Transaction, waiting: Waiting) -> None:
    try:
        with transaction.savepoint():
            waiting.answer = waiting.work(transaction)
    except Exception as failure:  # noqa: BLE001 - handed to the one who waits, who raises it
        waiting.failure = failure
