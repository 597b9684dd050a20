"""The desk at which workers take jobs and say what came of them: each call one transaction."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from server.core.database.transaction import Store, Transaction
from server.core.files.store import random_name
from server.core.jobs import queries, service
from server.core.jobs.kinds import AnyKind, Piece
from server.core.jobs.rules import FILES_KEPT, GONE_AFTER, Failure, JobState, without_its_worker
from server.core.jobs.tables import Job
from server.core.limits import Limits

logger = logging.getLogger("huxue.jobs")


class NotYours(Exception):
    """A worker speaks of a job that it does not have any more: it was given to another, or has ended."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Gives jobs out and takes results, for workers of any process."""

    store: Store
    now: Callable[[], datetime]
    kinds: Mapping[str, AnyKind]
    limits: Limits

    def any_waiting(self) -> bool:
        """Tell whether there is something to do."""
        with self.store.read() as connection:
            return queries.any_waiting(connection)

    def take(self, worker: str) -> Job | None:
        """Give the oldest job that waits to a worker; before that those come back whose workers fell silent."""
        # The one that may write on SQLite is the server: it is not asked to for nothing.
        if self.store.is_sqlite and not self.any_waiting():
            return None
        now = self.now()
        with self.store.transaction(now) as transaction:
            self._reclaim(transaction, silent_since=now - GONE_AFTER)
            found = queries.next_waiting(transaction.connection)
            if found is None:
                return None
            queries.change(
                transaction.connection,
                found.id,
                state=JobState.RUNNING.value,
                worker=worker,
                tries=found.tries + 1,
                started_at=now,
                heartbeat_at=now,
                done=0,
                total=None,
            )
            if found.kind not in self.kinds:
                logger.error("job %s: no kind %s in this program", found.id, found.kind)
                self._end(transaction, found.id, JobState.FAILED, Failure.UNKNOWN_KIND)
                return None
            return service.tell(transaction, found.id)

    def lose(self, worker: str | None) -> None:
        """Let the jobs of a worker that is known to be gone come back (``None``: of all workers)."""
        now = self.now()
        with self.store.transaction(now) as transaction:
            self._reclaim(transaction, silent_since=None if worker else now, worker=worker)

    def beat(self, number: int, worker: str) -> bool:
        """Hear that a worker lives; tells whether its job is still wanted."""
        now = self.now()
        with self.store.transaction(now) as transaction:
            mine = _mine(transaction.connection, number, worker)
            queries.change(transaction.connection, number, heartbeat_at=now)
            return mine.cancel_asked_at is None

    def progress(self, number: int, worker: str, done: int, total: int | None) -> bool:
        """Hear how far a job is and tell whoever asked; tells whether it is still wanted."""
        now = self.now()
        with self.store.transaction(now) as transaction:
            mine = _mine(transaction.connection, number, worker)
            queries.change(transaction.connection, number, heartbeat_at=now, done=done, total=total)
            service.tell(transaction, number)
            return mine.cancel_asked_at is None

    def begin_file(self, number: int, worker: str, called: str, content_type: str) -> str:
        """Write a file down before it is written into the store; gives its name there."""
        now, name = self.now(), random_name()
        with self.store.transaction(now) as transaction:
            mine = _mine(transaction.connection, number, worker)
            queries.add_file(
                transaction.connection,
                {
                    "name": name,
                    "account_id": mine.account_id,
                    "job_id": number,
                    "content_type": content_type,
                    "called": called,
                    "bytes": 0,
                    "made_at": now,
                    "expires_at": now + FILES_KEPT,
                },
            )
        return name

    def write(self, number: int, worker: str, rows: Piece) -> None:
        """Write a piece of a job's result."""
        with self.store.transaction(self.now()) as transaction:
            mine = _mine(transaction.connection, number, worker)
            write = self.kinds[mine.kind].write
            assert write is not None, f"{mine.kind} has no results"
            write(transaction, self.limits, mine, rows)
            queries.change(transaction.connection, number, heartbeat_at=transaction.now)

    def finish(self, number: int, worker: str, sizes: dict[str, int]) -> None:
        """End a job that is done: from now on whoever asked may have its file."""
        with self.store.transaction(self.now()) as transaction:
            mine = _mine(transaction.connection, number, worker)
            if mine.cancel_asked_at is not None:
                self._end(transaction, number, JobState.CANCELLED)
                return
            queries.finish_files(transaction.connection, number, sizes, transaction.now)
            if mine.total is not None:
                queries.change(transaction.connection, number, done=mine.total)
            self._end(transaction, number, JobState.DONE)

    def cancelled(self, number: int, worker: str) -> None:
        """End a job that its worker left because nobody wants it any more."""
        with self.store.transaction(self.now()) as transaction:
            _mine(transaction.connection, number, worker)
            self._end(transaction, number, JobState.CANCELLED)

    def fail(self, number: int, worker: str, reason: str) -> None:
        """End a job that failed, with one of the words of ``Failure``; the worker's log says how."""
        with self.store.transaction(self.now()) as transaction:
            _mine(transaction.connection, number, worker)
            self._end(transaction, number, JobState.FAILED, Failure(reason))

    def _reclaim(
        self, transaction: Transaction, *, silent_since: datetime | None, worker: str | None = None
    ) -> None:
        lost = queries.running_without_worker(
            transaction.connection, silent_since=silent_since, worker=worker
        )
        for one in lost:
            logger.warning("job %s (%s): its worker is gone", one.id, one.kind)
            state = without_its_worker(tries=one.tries, cancel_asked=one.cancel_asked_at is not None)
            if state != JobState.WAITING:
                reason = Failure.WORKER_LOST if state == JobState.FAILED else None
                self._end(transaction, one.id, state, reason)
                continue
            queries.give_up_files(transaction.connection, [one.id], transaction.now)
            queries.change(transaction.connection, one.id, state=state.value, worker=None)
            service.tell(transaction, one.id)

    def _end(
        self, transaction: Transaction, number: int, state: JobState, reason: Failure | None = None
    ) -> None:
        if state != JobState.DONE:
            queries.give_up_files(transaction.connection, [number], transaction.now)
        queries.change(
            transaction.connection,
            number,
            state=state.value,
            reason=reason and reason.value,
            ended_at=transaction.now,
            worker=None,
        )
        service.tell(transaction, number)


def _mine(connection: Connection, number: int, worker: str) -> Job:
    found = queries.locked(connection, number)
    if found is None or found.state != JobState.RUNNING or found.worker != worker:
        raise NotYours
    return found
