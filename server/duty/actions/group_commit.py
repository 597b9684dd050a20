"""Group commit: up to 100 waiting check-ins share one durable commit.

Each runs in a savepoint of its own with its own outcome, and is answered after the commit. It is the one
exception to *one action, one transaction*: a disk can make some 1,000 commits a second durable, and at
07:15 a city checks in.
"""

import queue
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused

MOST_AT_ONCE = 100
GIVE_UP_AFTER_S = 20.0

Answer = TypeVar("Answer")
Work = Callable[[Transaction], Answer]


class Waiting:
    """One action that waits for its commit."""

    __slots__ = ("_free", "done", "failure", "work")

    def __init__(self, work: Callable[[Transaction], None]) -> None:
        self.work = work
        self.done = threading.Event()
        self.failure: BaseException | None = None
        self._free = threading.Lock()

    def claim(self) -> bool:
        """Take it once: by the writer, who then commits it, or by who gave up, so that nobody commits it."""
        return self._free.acquire(blocking=False)


class GroupWriter:
    """One for each process: ``write`` hands an action over, ``run`` commits what waits."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], *, give_up_after_s: float = GIVE_UP_AFTER_S
    ) -> None:
        self._store, self._now, self._give_up_after_s = store, now, give_up_after_s
        self._queue: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self.running = threading.Event()

    def waiting(self) -> int:
        """Count the actions that wait for a commit, without those that are being committed."""
        return self._queue.qsize()

    def write(self, work: Work[Answer]) -> Answer:
        """Run an action in the next shared transaction and give its answer after the commit.

        Raises what the action raised, or what the commit raised: then nothing of it is stored. After 20 s in
        the queue it is taken out and refused with ``cannot_write_now``; one that a commit has begun with is
        waited for as long again, and if that hangs too, a retry with the same ``request_id`` tells what became
        of it. Without the loop (commands, tests) the action commits by itself.
        """
        answers: list[Answer] = []
        waiting = Waiting(lambda transaction: answers.append(work(transaction)))
        if not self.running.is_set():
            self._commit([waiting])
        else:
            self._queue.put(waiting)
            self._wait_for(waiting)
        if waiting.failure is not None:
            raise waiting.failure
        return answers[0]

    def _wait_for(self, waiting: Waiting) -> None:
        if waiting.done.wait(self._give_up_after_s):
            return
        if waiting.claim() or not waiting.done.wait(self._give_up_after_s):
            raise Refused("cannot_write_now")

    def run(self) -> None:
        """Commit what waits, for ever."""
        self.running.set()
        while True:
            group = [self._queue.get()]
            while len(group) < MOST_AT_ONCE:
                try:
                    group.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            self._commit([waiting for waiting in group if waiting.claim()])

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
            waiting.work(transaction)
    except Exception as failure:  # noqa: BLE001 - handed to the one who waits, who raises it
        waiting.failure = failure
