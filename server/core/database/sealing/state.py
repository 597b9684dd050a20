"""What a database says of its keys: which of them seals, and whether anything still stands in clear."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, Column, Connection, Engine, Integer, String, Table, insert, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SQLAlchemyError

from server.core.database.base import UtcTime, metadata
from server.core.database.sealing.keys import Key
from server.core.database.sealing.ring import KeyFault, KeyRing
from server.core.database.upsert import Upsert

logger = logging.getLogger("huxue.keys")

# The first release that knows keys: those before it read and write numbers in clear.
FIRST_RELEASE = 4
# How often a process looks which key seals by now; whoever changes it waits longer than this.
LOOKED_AT_EVERY_S = 1.0
HEARD_AFTER_S = 3.0

sealing_key = Table(
    "sealing_key",
    metadata,
    Column("id", String(12), primary_key=True),
    # An index of a fixed text: another key of the same id is found out.
    Column("check", String(60), nullable=False),
    # Since when it seals, the newest of all; none yet: it is only announced.
    Column("since", UtcTime),
)

sealing_state = Table(
    "sealing_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Whether nothing is written in clear any more, for programs that know no keys.
    Column("finished", Boolean, nullable=False),
)

_add_key = Upsert(sealing_key)
_announced = select(sealing_key.c.id)


@dataclass(frozen=True, slots=True)
class SealingState:
    """The key that seals (``None``: no row was ever sealed), and whether nothing is written in clear any more."""

    current: str | None
    finished: bool


class Sealing:
    """The keys of one opened database, and what it says of them as this process last read it."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self.state: SealingState | None = None

    def look(self, connection: Connection) -> SealingState:
        """Read what the database says by now."""
        found = self.state = read(connection)
        for key_id in connection.execute(_announced).scalars():
            # Another process may have added it to the file.
            self.ring.find(key_id)
        return found

    def known(self, connection: Connection) -> SealingState:
        """Give what the database said when this process last looked."""
        return self.state if self.state and self.state.current else self.look(connection)

    def key(self, connection: Connection) -> Key:
        """Give the key that seals now, which is the newest at hand where nothing was sealed yet.

        Where this process lacks the key that should, it seals with the newest that it has: nothing stands still for it.
        """
        current = self.known(connection).current
        if current is not None:
            return self.ring.find(current) or self.ring.newest
        key = self.ring.newest
        announce(connection, key)
        # The first key of a database has sealed since ever: of two processes that begin at once one wins.
        seals_from_now(connection, key.id, BEGUN)
        return key


BEGUN = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
_of_dialect: WeakKeyDictionary[Dialect, Sealing] = WeakKeyDictionary()


def bind(sealing: Sealing, *engines: Engine) -> None:
    """Let what goes through an engine be sealed and opened with these keys."""
    for engine in engines:
        _of_dialect[engine.dialect] = sealing


def sealing_of(dialect: Dialect) -> Sealing:
    """Give the keys of an opened database."""
    return _of_dialect[dialect]


def read(connection: Connection) -> SealingState:
    """Read which key seals and whether the database is finished."""
    newest = (
        select(sealing_key.c.id)
        .where(sealing_key.c.since.is_not(None))
        .order_by(sealing_key.c.since.desc(), sealing_key.c.id)
        .limit(1)
        .scalar_subquery()
    )
    row = connection.execute(select(newest, sealing_state.c.finished)).first()
    return SealingState(None, finished=True) if row is None else SealingState(row[0], bool(row[1]))


def announce(connection: Connection, key: Key) -> None:
    """Write down that there is a key, before anything is sealed with it."""
    _add_key.run(connection, {"id": key.id, "check": check_of(key), "since": None})


def check_of(key: Key) -> str:
    """Give what tells a key from another of the same id."""
    return key.index("check", key.id, 24)


def seals_from_now(connection: Connection, key_id: str, now: datetime) -> None:
    """Let a key seal from now on."""
    connection.execute(update(sealing_key).where(sealing_key.c.id == key_id).values(since=now))


def finish_writing_in_clear(connection: Connection) -> None:
    """Let nobody who knows keys write in clear any more."""
    connection.execute(update(sealing_state).values(finished=True))


def keep_new(connection: Connection, *, finished: bool) -> None:
    """Write the row of a new database; only a migration does."""
    connection.execute(insert(sealing_state).values(id=1, finished=finished))


class Opened(Protocol):
    """An opened database, as far as its keys matter."""

    sealing: Sealing

    @property
    def engine(self) -> Engine:
        """Give the writing engine."""

    def read(self) -> AbstractContextManager[Connection]:
        """Open a connection that reads."""


def check_keys(store: Opened) -> None:
    """Raise ``KeyFault`` where a key that a database needs is missing, or another one has its id.

    A new database begins to be sealed with the newest key.
    """
    ring = store.sealing.ring
    ring.load()
    with store.read() as connection:
        needed = connection.execute(select(sealing_key).order_by(sealing_key.c.id)).all()
        begun = store.sealing.look(connection).current
    if begun is None:
        with store.engine.begin() as connection:
            store.sealing.key(connection)
    for row in needed:
        key = ring.find(row.id)
        if key is None:
            raise KeyFault(
                f"the key {row.id}, with which telephones of this database are sealed, is not among the keys: bring "
                "the key file back from where it was kept (docs/operations.md)."
            )
        if check_of(key) != row.check:
            raise KeyFault(
                f"the key {row.id} is another one than that of this database: bring the right file back."
            )


def watch(store: Opened) -> Callable[[], None]:
    """Make the task that looks again and again which key seals by now."""

    def run() -> None:
        while True:
            time.sleep(LOOKED_AT_EVERY_S)
            try:
                with store.read() as connection:
                    store.sealing.look(connection)
            except SQLAlchemyError:
                # What was read last holds until the database answers again.
                continue

    return run
