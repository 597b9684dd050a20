"""A kind of long work: what an area registers, and what its handler is given."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection

from server.core.access.roles import Actor
from server.core.database.transaction import Transaction
from server.core.jobs.rules import Failure
from server.core.jobs.tables import Job
from server.core.limits import Limits

Parameters = TypeVar("Parameters")
# Rows of a result that are handed over at once: writing them takes well under 50 ms.
PIECE_ROWS = 200

Piece = list[Mapping[str, object]]


class Cancelled(Exception):
    """Whoever asked for the job does not want it any more; the handler lets it through."""


class Failed(Exception):
    """A handler gives up for a reason that whoever asked is told."""

    def __init__(self, reason: Failure) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Work(Protocol):
    """What a handler works with. It reads, makes a file and hands results over; it never writes by itself.

    ``job`` is its row as it was when the work began.
    """

    job: Job
    now: Callable[[], datetime]

    def read(self) -> AbstractContextManager[Connection]:
        """Open a connection that cannot write; short, since what is read holds back SQLite's log."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far it is; called often. Raises ``Cancelled``."""

    def stored(self, name: str) -> Iterator[bytes]:
        """Read a file of the store in pieces. Raises ``NotKept``, ``NotThere`` where it is gone."""

    def file(self, called: str, content_type: str) -> AbstractContextManager[IO[bytes]]:
        """Give a file to write into; it is kept when the block ends, and whoever asked may have it when all is done."""

    def hand_over(self, rows: Piece) -> None:
        """Let ``PIECE_ROWS`` rows of the result at most be written, in one transaction by ``JobKind.write``."""


@dataclass(frozen=True, slots=True)
class JobKind(Generic[Parameters]):
    """One kind of long work.

    ``parameters`` is a frozen dataclass of JSON values: all that the handler needs to know. ``run`` is called in a
    worker, and from its beginning again when a worker died in it. ``write`` writes a piece of the result, on SQLite in
    the serving process: it may be called twice with the same rows and must not mind. ``may_fetch`` tells whether
    whoever asked may still have the file that was made (without it: always).
    """

    name: str
    parameters: type[Parameters]
    run: Callable[[Work, Parameters], None]
    write: Callable[[Transaction, Limits, Job, Piece], None] | None = None
    may_fetch: Callable[[Connection, Actor, Job], bool] | None = None


AnyKind = JobKind[Any]
