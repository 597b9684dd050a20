"""The database: reading, and the one explicit transaction in which everything is written."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, TypeVar, overload

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from server.core.database import event_log, requests
from server.core.database.admission_queue import AdmissionQueue
from server.core.database.reactions import Question, Reaction, Reactions, Said
from server.core.database.single_instance_lock import make_private

Value = TypeVar("Value")
Answer = TypeVar("Answer", bound=Mapping[str, object])


class Transaction:
    """One write: rows, the events that tell of them, and the answer to its request, all or nothing."""

    def __init__(self, connection: Connection, now: datetime, reactions: Reactions | None = None) -> None:
        self.connection = connection
        self.now = now
        self._reactions = reactions
        self.pending_events: list[event_log.PendingEvent] = []
        # Accounts that hear of a post's new coverage once more, though they have just left it.
        self.listeners: dict[int, set[int]] = {}
        self._at_the_end: dict[tuple[str, int], Callable[[Transaction], None]] = {}
        self._read: dict[Hashable, Any] = {}

    def once(self, key: Hashable, read: "Callable[[], Value]") -> "Value":
        """Read something once, however many check-ins share this transaction; nothing in it may change it."""
        if key not in self._read:
            self._read[key] = read()
        value: Value = self._read[key]
        return value

    def publish(
        self, name: str, data: Mapping[str, object], rooms: tuple[str, ...], *, urgent: bool = False
    ) -> None:
        """Write an event into the log, seen by some rooms; an urgent one is sent without waiting for others."""
        self.pending_events.append(event_log.PendingEvent(name, data, rooms, urgent))

    def announce(self, fact: object) -> None:
        """Let the areas above react to a fact in this transaction.

        Raises ``RuntimeError`` in a store that was opened without areas: half of what belongs together would be
        written.
        """
        for react in self._reactions_to(fact):
            react(self, fact)

    def ask(self, question: Question[Said]) -> list[Said]:
        """Let the areas above react to a question; gives what they answer, each that knows. Raises as ``announce``."""
        answers: list[Said | None] = [react(self, question) for react in self._reactions_to(question)]
        return [answer for answer in answers if answer is not None]

    def _reactions_to(self, fact: object) -> list[Reaction]:
        if self._reactions is None:
            raise RuntimeError(
                f"{type(fact).__name__}: this store knows no areas; see server.areas.open_store"
            )
        return self._reactions.to(fact)

    def at_the_end(self, key: tuple[str, int], work: "Callable[[Transaction], None]") -> None:
        """Do some work once before the commit, however often it is asked for under the same key.

        Work is done in the order of the keys, whatever was asked for first: what it locks nobody locks the other way
        round.
        """
        self._at_the_end[key] = work

    @overload
    def remember(
        self, account_id: int, request_id: str, act: str, body: object
    ) -> Mapping[str, object] | None: ...

    @overload
    def remember(
        self, account_id: int, request_id: str, act: str, body: object, *, shape: type[Answer]
    ) -> Answer | None: ...

    def remember(
        self, account_id: int, request_id: str, act: str, body: object, *, shape: object = None
    ) -> Any:
        """Give the first answer to a request that was made before, else claim it (``None``).

        ``shape`` is the ``TypedDict`` that an act of this name has always kept with ``answer``.
        """
        return requests.first_answer(
            self.connection, account_id=account_id, request_id=request_id, act=act, body=body, now=self.now
        )

    def answer(self, account_id: int, request_id: str, answer: Answer) -> Answer:
        """Keep the answer for a retry, and give it back."""
        requests.keep_answer(self.connection, account_id=account_id, request_id=request_id, answer=answer)
        return answer

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happens inside when it raises: rows, events and work for the end."""
        told, at_the_end = list(self.pending_events), dict(self._at_the_end)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.pending_events, self._at_the_end = told, at_the_end
            raise

    def finish(self) -> None:
        """Do the work kept for the end and write the events; called once, just before the commit."""
        for _key, work in sorted(self._at_the_end.items(), key=lambda item: item[0]):
            work(self)
        if self.pending_events:
            event_log.append(self.connection, self.pending_events, self.now)


class Store:
    """A database with one way to read and one way to write.

    SQLite has exactly one writing connection and one ``query_only`` reading one; nothing yields inside
    a write. PostgreSQL has a pool. ``wake`` is called after each commit that told something. Without ``reactions``
    nothing can be announced: that is for migrations and for tests of tables.
    """

    def __init__(self, url: str, reactions: Reactions | None = None) -> None:
        self._reactions = reactions
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.wake: Callable[[], None] = _nothing
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, read_only=False)
            self._reader = _sqlite_engine(url, read_only=True)
        else:
            self._writer = _postgres_engine(url)
            # Each statement by itself: a read saves the two ways to the database that begin and end a transaction.
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        # Many rows are one INSERT, not one for each of them.
        self._writer.dialect.use_insertmanyvalues_wo_returning = True
        self._writing = threading.RLock()
        self._reading = threading.RLock()
        self.admission = AdmissionQueue()

    @property
    def engine(self) -> Engine:
        """Give the writing engine, for migrations and tests."""
        return self._writer

    def read(self) -> AbstractContextManager[Connection]:
        """Open a connection that sees what is committed; nothing can be written through it on SQLite."""
        return self._locked_read() if self.is_sqlite else self._reader.connect()

    @contextmanager
    def transaction(self, now: datetime) -> Iterator[Transaction]:
        """Write in one transaction; what was told reaches the hub after the commit.

        Raises ``sqlalchemy.exc.OperationalError`` when the database cannot take it; nothing is stored then.
        """
        with self._writing if self.is_sqlite else _no_lock(), self._writer.begin() as connection:
            one = Transaction(connection, now, self._reactions)
            yield one
            one.finish()
        if one.pending_events:
            self.wake()

    def warm(self) -> None:
        """Open the connections before anybody comes: a process that all come back to has no time to open them."""
        if not self.is_sqlite:
            opened = [self._writer.connect() for _number in range(_OPEN)]
            for connection in opened:
                connection.close()

    def close(self) -> None:
        """Close all connections.

        SQLite's are closed between two statements: under one that another thread runs, the process would die.
        """
        with self._reading if self.is_sqlite else _no_lock(), self._writing if self.is_sqlite else _no_lock():
            self._writer.dispose()
            self._reader.dispose()

    @contextmanager
    def _locked_read(self) -> Iterator[Connection]:
        with self._reading, self._reader.connect() as connection:
            yield connection


def _nothing() -> None:
    """Wake nobody: there is no hub in this process."""


@contextmanager
def _no_lock() -> Iterator[None]:
    yield


_OPEN = 20
# A cable that is cut says nothing. Each side finds out by itself: this one so that a caller is told "not now" and
# tries again, PostgreSQL so that a transaction whose process is gone does not hold its locks against all others.
_CONNECT_WITHIN_S = 5
_SILENT_MS = 6_000
_KEEPALIVE = {"keepalives_idle": 3, "keepalives_interval": 1, "keepalives_count": 3}
_PATIENCE = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "8s",
    "client_connection_check_interval": "2s",
    "tcp_user_timeout": f"{_SILENT_MS}ms",
    **{f"tcp_{name}": str(number) for name, number in _KEEPALIVE.items()},
}
# Who is on duty goes from nobody to thousands within minutes: a plan that was made for the empty night and kept
# is read through by all the alarms of the morning. To plan each time costs some 0.1 ms.
_PLANS = {"plan_cache_mode": "force_custom_plan"}


# A connection that was used just now is not asked first whether it still is one: that is a way less for each use.
_TRUSTED_FOR_S = 1.0


def _postgres_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        # A failure is written into the log: what people typed is not.
        hide_parameters=True,
        pool_size=_OPEN,
        max_overflow=20,
        pool_timeout=5,
        connect_args={
            "connect_timeout": _CONNECT_WITHIN_S,
            "tcp_user_timeout": _SILENT_MS,
            **_KEEPALIVE,
            "options": " ".join(f"-c {name}={value}" for name, value in (_PATIENCE | _PLANS).items()),
        },
    )

    @event.listens_for(engine, "checkin")
    def _used(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        idle_s = time.monotonic() - record.info.get("used_at", time.monotonic())
        if idle_s < _TRUSTED_FOR_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            # All that are as old went with it.
            raise InvalidatePoolError from gone

    return engine


def _sqlite_engine(url: str, *, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 5},
    )

    @event.listens_for(engine, "do_connect")
    def _make(*_how: Any) -> None:
        make_private(engine.url.database)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-65536")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if read_only:
            # Past SQLAlchemy, which takes longer for it than for the query: to begin to read waits for nobody.
            connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
