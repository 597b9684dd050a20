"""The database: reading, and the one explicit transaction in which everything is written."""

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, TypeVar, overload

from sqlalchemy import Connection, Engine, make_url

from server.core.database import event_log, kept_rows, requests
from server.core.database.admission_queue import AdmissionQueue
from server.core.database.engines import OPEN, postgres_engine, sqlite_engine
from server.core.database.event_circles import Circle
from server.core.database.kept_rows import KeptRows
from server.core.database.reactions import Question, Reaction, Reactions, Said
from server.core.database.sealing.ring import KeyRing, of_demo
from server.core.database.sealing.state import Sealing, bind
from server.core.json_text import JsonText

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Answer = TypeVar("Answer", bound=Mapping[str, object])


class Transaction:
    """One write: rows, the events that tell of them, and the answer to its request, all or nothing."""

    def __init__(
        self, connection: Connection, now: datetime, kept: KeptRows, reactions: Reactions | None = None
    ) -> None:
        self.connection = connection
        self.now = now
        self._reactions, self._kept = reactions, kept
        self.pending_events: list[event_log.PendingEvent] = []
        self._at_the_end: dict[tuple[str, int], Callable[[Transaction], None]] = {}
        self._read: dict[Hashable, Any] = {}
        self._collected: dict[Callable[[Transaction, list[Any]], None], list[Any]] = {}
        self.to_keep: dict[str, dict[Any, Any]] = {}

    def once(self, key: Hashable, read: "Callable[[], Value]") -> "Value":
        """Read something once, however many check-ins share this transaction; nothing in it may change it."""
        if key not in self._read:
            self._read[key] = read()
        value: Value = self._read[key]
        return value

    def once_each(
        self, what: str, keys: Iterable[Key], read: "Callable[[list[Key]], Mapping[Key, Value]]"
    ) -> "dict[Key, Value]":
        """Read something of each key once, all that was not read before with one call; nothing may change it."""
        known: dict[Key, Value | None] = self._read.get(what, {})
        wanted = list(dict.fromkeys(keys))
        missing = [key for key in wanted if key not in known]
        if missing:
            found = read(missing)
            known = self._read[what] = known | {key: found.get(key) for key in missing}
        read_of = ((key, known[key]) for key in wanted)
        return {key: value for key, value in read_of if value is not None}

    def kept(
        self, what: str, keys: Iterable[Key], read: "Callable[[list[Key]], Mapping[Key, Value]]"
    ) -> "dict[Key, Value]":
        """Give something of each key that this process keeps; what this transaction may have changed is read."""
        if what in kept_rows.changed(self.connection):
            return dict(read(list(dict.fromkeys(keys))))
        return self._kept.each(what, keys, read)

    def kept_at_version(self, what: str) -> Mapping[Any, Any]:
        """Give what this process keeps of each key of something; it counts for one version of the key's row alone."""
        return self._kept.at_version(what)

    def keep_at_version(self, what: str, key: Hashable, value: object) -> None:
        """Let this process keep, once it is committed, what this transaction knows of a version of a row."""
        self.to_keep.setdefault(what, {})[key] = value

    def knows(self, key: Hashable) -> bool:
        """Tell whether something was read, or is kept, under a key."""
        return key in self._read

    def keep(self, key: Hashable, value: object) -> None:
        """Let ``once`` give another value from now on, since this transaction has changed what it read.

        It is a new value, never the old one changed: a savepoint that is undone gives the old one back.
        """
        self._read[key] = value

    def forget(self, key: Hashable) -> None:
        """Let ``once`` read something anew that has changed."""
        self._read.pop(key, None)

    def collect(self, write: "Callable[[Transaction, list[Any]], None]", rows: Iterable[Any]) -> None:
        """Collect rows that ``write`` will write together: when it is asked for, at the latest before the commit."""
        if to_write := list(rows):
            self._collected.setdefault(write, []).extend(to_write)

    def collected(self, write: "Callable[[Transaction, list[Any]], None]") -> list[Any]:
        """Give the rows that wait to be written by a function."""
        return list(self._collected.get(write, ()))

    def take_collected(self, write: "Callable[[Transaction, list[Any]], None]") -> list[Any]:
        """Give the rows that wait to be written by a function to somebody who writes them himself."""
        return self._collected.pop(write, [])

    def write_collected(self, *, but: "Callable[[Transaction, list[Any]], None] | None" = None) -> None:
        """Write all rows that wait, before somebody reads what they change, ``but`` those of a function."""
        while to_write := [write for write in self._collected if write is not but]:
            to_write[0](self, self._collected.pop(to_write[0]))

    def publish(
        self,
        name: str,
        data: Mapping[str, object] | JsonText,
        rooms: tuple[str, ...],
        *,
        circles: tuple[Circle, ...] = (),
        urgent: bool = False,
    ) -> None:
        """Write an event into the log, seen by some rooms and accounts of circles; an urgent one does not wait."""
        self.pending_events.append(event_log.PendingEvent(name, data, rooms, urgent, circles))

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
        """Undo only what happens inside when it raises: rows, events, work for the end, and what was read inside."""
        self.write_collected()
        told, at_the_end, read = list(self.pending_events), dict(self._at_the_end), dict(self._read)
        to_keep = {what: dict(rows) for what, rows in self.to_keep.items()}
        try:
            with self.connection.begin_nested():
                yield
                self.write_collected()
        except BaseException:
            self.pending_events, self._at_the_end, self._read = told, at_the_end, read
            self.to_keep = to_keep
            self._collected.clear()
            raise

    def finish(self) -> None:
        """Do the work kept for the end and write the events; called once, just before the commit."""
        done: set[tuple[str, int]] = set()
        # Work may ask for more work.
        while to_do := sorted(self._at_the_end.keys() - done):
            done.add(to_do[0])
            self._at_the_end[to_do[0]](self)
        self.write_collected()
        if kinds := kept_rows.changed(self.connection):
            self.publish(kept_rows.KEPT_CHANGED, {"kinds": sorted(kinds)}, ())
        if self.pending_events:
            event_log.append(self.connection, self.pending_events, self.now)


class Store:
    """A database with one way to read and one way to write.

    SQLite has exactly one writing connection and one ``query_only`` reading one; nothing yields inside
    a write. PostgreSQL has a pool. ``wake`` is called after each commit that told something. Without ``reactions``
    nothing can be announced: that is for migrations and for tests of tables. Without ``keys`` telephones are sealed
    with those of a demo.
    """

    def __init__(self, url: str, reactions: Reactions | None = None, keys: KeyRing | None = None) -> None:
        self._reactions = reactions
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.wake: Callable[[], None] = _nothing
        if self.is_sqlite:
            self._writer = sqlite_engine(url, read_only=False)
            self._reader = sqlite_engine(url, read_only=True)
        else:
            self._writer = postgres_engine(url)
            # Each statement by itself: a read saves the two ways to the database that begin and end a transaction.
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        kept_rows.watch(self._writer)
        self.sealing = Sealing(keys or KeyRing(of_demo(url)))
        bind(self.sealing, self._writer, self._reader)
        self.kept = KeptRows()
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
            kept_rows.begin(connection)
            one = Transaction(connection, now, self.kept, self._reactions)
            yield one
            one.finish()
            kept_changed = kept_rows.changed(connection)
        if kept_changed:
            self.kept.forget(kept_changed)
        for what, rows in one.to_keep.items():
            self.kept.keep_at_version(what, rows)
        if one.pending_events:
            self.wake()

    def warm(self) -> None:
        """Open the connections before anybody comes: a process that all come back to has no time to open them."""
        if not self.is_sqlite:
            opened = [self._writer.connect() for _number in range(OPEN)]
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
