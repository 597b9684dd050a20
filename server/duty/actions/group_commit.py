"""Group commit: check-ins and check-outs that wait are handled as one set in one transaction.

A disk can make some 1,000 commits a second durable, and at 07:15 a city checks in. It is the one exception to *one
action, one transaction*: each of the set has an outcome of its own, and is answered after the commit.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError

from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused

# Nobody else writes on SQLite while a set is written: its size follows how long the last one took.
HELD_S = 0.04
FEWEST_AT_ONCE, MOST_AT_ONCE = 10, 200
MOST_WAITING = 2_000
# How often those whose requests are just being read may come along in a set before it is written.
TURNS = 4
GIVE_UP_AFTER_S = 20.0
# PostgreSQL's code for two transactions that wait for each other.
DEADLOCK_DETECTED = "40P01"

One = TypeVar("One")
Answer = TypeVar("Answer")
# Handles what some accounts ask, each account once; gives for each, in their order, its answer or what refuses it.
Handle = Callable[[Transaction, Sequence[One], Limits], Sequence[Answer | Refused]]


class Waiting:
    """One request that waits for its commit."""

    __slots__ = ("_done", "_free", "account_id", "handle", "limits", "one", "outcome")

    def __init__(self, handle: Handle[Any, Any], one: object, account_id: int, limits: Limits) -> None:
        self.handle, self.one, self.account_id, self.limits = handle, one, account_id, limits
        self.outcome: Any = None
        # Held until there is an outcome: an event is three locks, each of which costs an async engine as much.
        self._done = threading.Lock()
        self._done.acquire()
        self._free = [True]

    def claim(self) -> bool:
        """Take it once: by the writer, who then commits it, or by who gave up, so that nobody commits it."""
        try:
            # One step, whoever else tries it at the same moment.
            return self._free.pop()
        except IndexError:
            return False

    def end(self, outcome: object) -> None:
        """Give whoever waits the answer, or the exception that he raises."""
        self.outcome = outcome
        self._done.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the outcome so long; tell whether there is one. Only who handed it over waits, till there is."""
        return self._done.acquire(timeout=seconds)


class GroupWriter:
    """One for each process: ``write`` hands a request over, ``run`` commits what waits."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], *, give_up_after_s: float = GIVE_UP_AFTER_S
    ) -> None:
        self._store, self._now, self._give_up_after_s = store, now, give_up_after_s
        self._queue: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._next: list[Waiting] = []
        self._at_once = MOST_AT_ONCE
        self.running = threading.Event()

    def waiting(self) -> int:
        """Count the requests that wait for a commit, without those that are being committed."""
        return self._queue.qsize() + len(self._next)

    def write(self, handle: Handle[One, Answer], one: One, *, account_id: int, limits: Limits) -> Answer:
        """Let a request be handled in the next set of its kind, and give its answer after the commit.

        Raises what refused the request, or what the commit raised: then nothing of it is stored. Raises
        ``Refused("cannot_write_now")`` at once when too many wait, and for one that waited 20 s, which is taken out of
        the queue; one that a commit has begun with is waited for as long again, and if that hangs too, a retry with
        the same ``request_id`` tells what became of it. Without the loop (commands, tests) it commits by itself.
        """
        waiting = Waiting(handle, one, account_id, limits)
        if not self.running.is_set():
            self._commit([waiting])
        elif self.waiting() >= MOST_WAITING:
            raise Refused("cannot_write_now")
        else:
            self._queue.put(waiting)
            self._wait_for(waiting)
        if isinstance(waiting.outcome, BaseException):
            raise waiting.outcome
        answer: Answer = waiting.outcome
        return answer

    def _wait_for(self, waiting: Waiting) -> None:
        if waiting.wait(self._give_up_after_s):
            return
        if waiting.claim() or not waiting.wait(self._give_up_after_s):
            raise Refused("cannot_write_now")

    def run(self) -> None:
        """Commit what waits, for ever."""
        self.running.set()
        while True:
            if not self._next:
                self._next.append(self._queue.get())
            self._gather()
            group = self._take()
            began = time.monotonic()
            self._commit([waiting for waiting in group if waiting.claim()])
            self._fit(len(group), time.monotonic() - began)
            # Others come to their turn between two sets, an alarm above all.
            time.sleep(0)

    def _gather(self) -> None:
        """Take up what waits, and as long as each turn of the others brings more, what they bring: one set of it."""
        self._next.extend(_waiting_in(self._queue))
        for _turn in range(TURNS):
            before = len(self._next)
            if before >= self._at_once:
                return
            time.sleep(0)
            self._next.extend(_waiting_in(self._queue))
            if len(self._next) == before:
                return

    def _take(self) -> list[Waiting]:
        """Take out the set that is next: of the kind that has waited longest, and of each account one."""
        handle, group, left = self._next[0].handle, dict[int, Waiting](), []
        for waiting in self._next:
            if waiting.handle is handle and len(group) < self._at_once and waiting.account_id not in group:
                group[waiting.account_id] = waiting
            else:
                left.append(waiting)
        self._next = left
        return list(group.values())

    def _fit(self, members: int, took_s: float) -> None:
        """Let the next set be as large as what is written in 40 ms, by how long this one took."""
        if took_s > HELD_S and members > FEWEST_AT_ONCE:
            self._at_once = max(FEWEST_AT_ONCE, int(members * HELD_S / took_s))
        elif members == self._at_once:
            self._at_once = min(MOST_AT_ONCE, members + members // 4 + 1)

    def _commit(self, group: Sequence[Waiting], *, again: bool = True) -> None:
        """Write a set. One that a database refuses for a member of it is halved, down to the one that is at fault."""
        if not group:
            return
        try:
            with self._store.transaction(self._now()) as transaction:
                outcomes = group[0].handle(transaction, [one.one for one in group], group[0].limits)
        except Exception as failure:  # noqa: BLE001 - handed to those who wait, who raise it
            if _of_all(failure):
                for waiting in group:
                    waiting.end(failure)
            elif len(group) > 1:
                middle = len(group) // 2
                self._commit(group[:middle])
                self._commit(group[middle:])
            elif again and isinstance(failure, DBAPIError):
                # Another process wrote the same at the same time; by now one sees what it wrote.
                self._commit(group, again=False)
            else:
                group[0].end(failure)
        else:
            for waiting, outcome in zip(group, outcomes, strict=True):
                waiting.end(outcome)


def _of_all(failure: Exception) -> bool:
    """Tell whether the database takes nothing now, from nobody; a set that was locked crosswise is none of it."""
    crosswise = getattr(getattr(failure, "orig", None), "sqlstate", None) == DEADLOCK_DETECTED
    return isinstance(failure, OperationalError) and not crosswise


def _waiting_in(waiting: "queue.SimpleQueue[Waiting]") -> list[Waiting]:
    found: list[Waiting] = []
    while True:
        try:
            found.append(waiting.get_nowait())
        except queue.Empty:
            return found
