"""A worker: takes one job after the other and does it, on whatever it can read the database by."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy import Connection

from server.core.clock.row_retry import DATABASE_AWAY
from server.core.faults import named, without_values
from server.core.files.store import FileStore, NotKept
from server.core.jobs.desk import Desk, NotYours
from server.core.jobs.kinds import PIECE_ROWS, AnyKind, Cancelled, Failed, Piece
from server.core.jobs.pipe import FarDesk
from server.core.jobs.rules import BEATS_EVERY_S, TOLD_EVERY_S, Failure
from server.core.jobs.tables import Job

logger = logging.getLogger("huxue.jobs")

Read = Callable[[], AbstractContextManager[Connection]]


class Worker:
    """Does jobs, one at a time, under a name of its own, given out by a desk or its far end in another process."""

    def __init__(
        self,
        name: str,
        desk: Desk | FarDesk,
        *,
        read: Read,
        files: FileStore,
        kinds: Mapping[str, AnyKind],
        now: Callable[[], datetime],
    ) -> None:
        self.name, self.desk, self._kinds = name, desk, kinds
        self._read, self._files, self._now = read, files, now

    def do_one(self) -> bool:
        """Do the oldest job that waits; tells whether there was one.

        Raises what says that the database is away: the job is taken again when it is back.
        """
        job = self.desk.take(self.name)
        if job is None:
            return False
        work = WorkOn(job, self)
        kind = self._kinds[job.kind]
        try:
            # A handler that computes for long says nothing meanwhile.
            with self._beating(work):
                kind.run(work, kind.parameters(**job.parameters))
            self.desk.finish(job.id, self.name, work.sizes)
        except Cancelled:
            self.desk.cancelled(job.id, self.name)
        except Failed as why:
            logger.warning("job %s (%s): %s", job.id, job.kind, why.reason.value)
            self.desk.fail(job.id, self.name, why.reason.value)
        except NotYours:
            logger.warning("job %s (%s) is no longer mine", job.id, job.kind)
        except DATABASE_AWAY:
            raise
        except NotKept as why:
            logger.error("job %s (%s): %s", job.id, job.kind, why)
            self.desk.fail(job.id, self.name, Failure.FILES_AWAY.value)
        except Exception as failure:
            what = named(failure)
            logger.error("job %s (%s): %s", job.id, job.kind, what, exc_info=without_values(failure))
            self.desk.fail(job.id, self.name, Failure.ERROR.value)
        return True

    @contextmanager
    def _beating(self, work: "WorkOn") -> Iterator[None]:
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEATS_EVERY_S):
                try:
                    work.wanted = self.desk.beat(work.job.id, self.name)
                except (NotYours, *DATABASE_AWAY):
                    # The next word of the work itself meets the same.
                    return

        heart = threading.Thread(target=beat, daemon=True)
        heart.start()
        try:
            yield
        finally:
            ended.set()
            heart.join()


class WorkOn:
    """What a handler works with, on one job (``kinds.Work``)."""

    def __init__(self, job: Job, worker: Worker) -> None:
        self.job, self.now = job, worker._now
        self.wanted = True
        self.sizes: dict[str, int] = {}
        self._worker, self._desk = worker, worker.desk
        self._told_at = float("-inf")

    def read(self) -> AbstractContextManager[Connection]:
        """Open a connection that cannot write."""
        return self._worker._read()

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far it is, once a second at most. Raises ``Cancelled``."""
        at = time.monotonic()
        if at - self._told_at >= TOLD_EVERY_S:
            self._told_at = at
            self.wanted = self._desk.progress(self.job.id, self._worker.name, done, total)
        if not self.wanted:
            raise Cancelled

    def stored(self, name: str) -> Iterator[bytes]:
        """Read a file of the store in pieces."""
        return self._worker._files.read(name)

    @contextmanager
    def file(self, called: str, content_type: str) -> Iterator[IO[bytes]]:
        """Give a file to write into; it is kept when the block ends."""
        with TemporaryFile() as content:
            yield content
            content.seek(0)
            name = self._desk.begin_file(self.job.id, self._worker.name, called, content_type)
            self.sizes[name] = self._worker._files.put(name, content)

    def hand_over(self, rows: Piece) -> None:
        """Let some rows of the result be written."""
        assert len(rows) <= PIECE_ROWS, "a piece is written in one transaction"
        self._desk.write(self.job.id, self._worker.name, rows)
