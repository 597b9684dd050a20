"""The event log: outbox, catch-up feed and change history at once.

An event is a past-tense fact with the full state that a client needs, an id in commit order, and the
rooms that may see it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
)

from server.core import json_text
from server.core.database import event_circles, numbers
from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.event_circles import Circle
from server.core.database.many_rows import ManyRows, batched
from server.core.json_text import JsonText

event = Table(
    "event",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("data", JSON, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    # An id must never come back after a purge of the newest rows: clients keep it as their cursor.
    sqlite_autoincrement=True,
)

event_room = Table(
    "event_room",
    metadata,
    Column("room", String(40), primary_key=True),
    Column("event_id", BigInteger, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True),
    # Of a circle's room: who of it hears this event (server/core/database/event_circles.py).
    Column("accounts", Text),
    sqlite_with_rowid=False,
)

log_epoch = Table(
    "log_epoch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", String(36), nullable=False),
)

# Any number will do, as long as nothing else in this database takes the same advisory lock.
LOG_LOCK = 0x4855_5855_45


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event before it has an id."""

    name: str
    data: Mapping[str, object] | JsonText
    rooms: tuple[str, ...]
    urgent: bool
    circles: tuple[Circle, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log, with its data as they were written: most events go to nobody who is here.

    ``accounts`` are those that hear it beside the rooms, by their numbers as text. One that a part of a circle hears
    ``reduced`` is two of these.
    """

    id: int
    name: str
    text: str
    rooms: tuple[str, ...]
    urgent: bool
    accounts: Sequence[str] = ()
    reduced: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """Read the event's data, or what is heard of them."""
        data: dict[str, Any] = json_text.read(self.text)
        return event_circles.reduced(self.name, data) if self.reduced else data


_append = ManyRows(event, ["id", "name", "data", "urgent", "at"])
# Past SQLAlchemy: a line of a post that twenty people hear is twenty rows, which took as long as all else of it.
_INTO_ROOMS = "INSERT INTO event_room (room, event_id, accounts) VALUES "
_append_rooms = text(
    "INSERT INTO event_room (room, event_id, accounts) SELECT unnest(CAST(:rooms AS text[])), "
    "unnest(CAST(:events AS bigint[])), unnest(CAST(:accounts AS text[]))"
)
# SQLite takes 32,766 values in a statement.
_ROOMS_AT_ONCE = 10_000


def append(connection: Connection, told: list[PendingEvent], now: datetime) -> None:
    """Write events at the very end of a transaction, so that ids come in the order of the commits.

    PostgreSQL gives numbers of a sequence before the commit; the lock is held until it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOG_LOCK})
    rows: list[tuple[Any, ...]] = []
    rooms: list[tuple[str, int, str | None]] = []
    for event_id, one in zip(numbers.take(connection, event, len(told)), told, strict=True):
        rows.append((event_id, one.name, one.data, one.urgent, now))
        rooms.extend((room, event_id, None) for room in dict.fromkeys(one.rooms))
        rooms.extend(
            (circle.room_in_log, event_id, event_circles.written(circle.accounts))
            for circle in one.circles
            if circle.accounts
        )
    for some in batched(rows, _append.most):
        _append.write(connection, some)
    _write_rooms(connection, rooms)


def _write_rooms(connection: Connection, rooms: list[tuple[str, int, str | None]]) -> None:
    if connection.dialect.name == "postgresql" and rooms:
        names, events, accounts = map(list, zip(*rooms, strict=True))
        connection.execute(_append_rooms, {"rooms": names, "events": events, "accounts": accounts})
        return
    for first in range(0, len(rooms), _ROOMS_AT_ONCE):
        some = rooms[first : first + _ROOMS_AT_ONCE]
        marks = ", ".join(["(?, ?, ?)"] * len(some))
        connection.exec_driver_sql(_INTO_ROOMS + marks, tuple(chain.from_iterable(some)))


def leap(connection: Connection) -> None:
    """Go on with numbers that nobody can have heard before; called at each start of a server.

    A machine that is set back would give numbers anew that pages know already, and a page whose cursor stands at
    such a number would believe that it missed nothing.
    """
    by = 1_000 + secrets.randbelow(100_000)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOG_LOCK})
        connection.execute(
            text("SELECT setval(s, nextval(s) + :by) FROM pg_get_serial_sequence('event', 'id') AS s"),
            {"by": by},
        )
    else:
        connection.execute(
            text("UPDATE sqlite_sequence SET seq = seq + :by WHERE name = 'event'"), {"by": by}
        )


_since = (
    select(event.c.id, event.c.name, cast(event.c.data, Text), event.c.urgent)
    .where(event.c.id > bindparam("after"))
    .order_by(event.c.id)
    .limit(bindparam("most"))
)
_rooms_since = select(event_room.c.event_id, event_room.c.room, event_room.c.accounts).where(
    event_room.c.event_id > bindparam("after"), event_room.c.event_id <= bindparam("last")
)


def since(connection: Connection, after: int, limit: int = 1000) -> list[Event]:
    """Read all events after an id, in order, with who hears them."""
    rows = connection.execute(_since, {"after": after, "most": limit}).all()
    if not rows:
        return []
    rooms: dict[int, list[str]] = {}
    in_whole: dict[int, list[str]] = {}
    reduced: dict[int, list[str]] = {}
    for event_id, room, accounts in connection.execute(_rooms_since, {"after": after, "last": rows[-1].id}):
        if accounts is None:
            rooms.setdefault(event_id, []).append(room)
        else:
            hearing = reduced if event_circles.is_reduced(room) else in_whole
            hearing.setdefault(event_id, []).extend(event_circles.read(accounts))
    found: list[Event] = []
    for of, name, data, urgent in rows:
        found.append(Event(of, name, data, tuple(rooms.get(of, ())), urgent, in_whole.get(of, ())))
        if of in reduced:
            found.append(Event(of, name, data, (), urgent, reduced[of], reduced=True))
    return found


_both_ends = select(
    select(func.min(event.c.id)).scalar_subquery(), select(func.max(event.c.id)).scalar_subquery()
)


def nth_newest(connection: Connection, number: int) -> int:
    """Give the id of the event before so many newest ones (0: the log has no more than those)."""
    newest = select(event.c.id).order_by(event.c.id.desc()).offset(number).limit(1)
    return connection.execute(newest).scalar() or 0


def last(connection: Connection) -> int:
    """Give the id of the newest event (0: the log is empty)."""
    return connection.execute(select(func.max(event.c.id))).scalar_one() or 0


def ends(connection: Connection) -> tuple[int, int]:
    """Give the ids of the oldest and the newest event still kept (0, 0: the log is empty)."""
    oldest, newest = connection.execute(_both_ends).one()
    return oldest or 0, newest or 0


def epoch(connection: Connection) -> str:
    """Give the name of this history; a restored database gets another, so that cursors die with it."""
    name: str = connection.execute(select(log_epoch.c.epoch)).scalar_one()
    return name


def history_of(room: str, epoch: str) -> str:
    """Name the history that a room's clients follow.

    A client whose role or scope changed comes into another room, where its cursor means nothing: with the
    room in the name it dies as it does with the epoch, and the client fetches everything anew.
    """
    return f"{epoch}.{room}"


def history(connection: Connection, room: str) -> str:
    """Read the name of the history that a room's clients follow now."""
    return history_of(room, epoch(connection))


def begin_epoch(connection: Connection) -> str:
    """Start a history of its own: after the first migration and after a restore."""
    name = str(uuid4())
    connection.execute(log_epoch.delete())
    connection.execute(insert(log_epoch).values(id=1, epoch=name))
    return name


def epoch_if_any(connection: Connection) -> str | None:
    """Give the name of this history, or ``None`` in a database that has just been made."""
    return connection.execute(select(log_epoch.c.epoch)).scalar()
