"""What one room has heard: by itself, and of an account's room what its circles heard while it belonged to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Integer, Text, bindparam, cast, exists, func, or_, select, union_all

from server.core.access.rooms import account_of
from server.core.access.sessions import RoomEvent
from server.core.database import event_circles, event_tailors, short_events
from server.core.database.event_log import Event, event, event_room

# Longer than anybody belongs to a circle without a break.
BELONGS_AT_MOST = timedelta(days=2)
# No event has a higher number.
LAST_EVER = 2**63 - 1

_rows = select(
    event.c.id, event.c.name, cast(event.c.data, Text).label("data"), event.c.urgent, event_room.c.room
).join(event_room, event_room.c.event_id == event.c.id)
_own = (event_room.c.room == bindparam("room"), event_room.c.event_id > bindparam("after"))
_of_circles = (
    event_room.c.room.in_(bindparam("circles", expanding=True)),
    event_room.c.accounts.like(bindparam("sought")),
)
_most = bindparam("most", type_=Integer)
_in_room = _rows.where(*_own).order_by(event_room.c.event_id).limit(_most)
_in_circles = (
    _rows.where(*_of_circles, event_room.c.event_id > bindparam("after"))
    .order_by(event_room.c.event_id)
    .limit(_most)
)
_in_both = union_all(*(select(part.subquery()) for part in (_in_room, _in_circles)))
_oldest_at = select(func.min(event.c.at))


def heard(
    connection: Connection, room: str, after: int, limit: int = 500, *, circles: Sequence[str] | None = None
) -> list[Event]:
    """Read a room's events after an id, with their data as they were written.

    ``circles`` are those of its account, if they were read already.
    """
    asked: dict[str, object] = {"room": room, "after": after, "most": limit}
    if circles is None:
        circles = _circles(connection, room)
    if circles:
        asked |= {"circles": circles, "sought": event_circles.sought(account_of(room))}
    rows = connection.execute(_in_both if circles else _in_room, asked).all()
    return [
        Event(of, name, text, (), urgent, reduced=event_circles.is_reduced(heard_in))
        for of, name, text, urgent, heard_in in sorted(rows, key=lambda row: row.id)[:limit]
    ]


def as_told(events: Sequence[Event], room: str, *, short: bool = False) -> list[RoomEvent]:
    """Give events as they go over the wire to a room: whole, or ``short`` where they may be."""
    read = [(one.id, one.name, one.data) for one in events]
    told_short = short_events.shortened(read) if short else {}
    told: list[RoomEvent] = [
        told_short.get(of) or {"id": of, "name": name, "data": event_tailors.told_in(name, data, room)}
        for of, name, data in read
    ]
    return short_events.joined(told) if short else told


def in_room(
    connection: Connection, room: str, after: int, limit: int = 500, *, short: bool = False
) -> list[RoomEvent]:
    """Read a room's events after an id, as they go over the wire: whole, or ``short`` where they may be."""
    return as_told(heard(connection, room, after, limit), room, short=short)


def _circles(connection: Connection, room: str) -> list[str]:
    account = account_of(room)
    if account is None:
        return []
    oldest = connection.execute(_oldest_at).scalar()
    return [] if oldest is None else event_circles.rooms_of(connection, account, oldest - BELONGS_AT_MOST)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a room's news stands, beside the event at which a client stands: ids, 0 where there is none.

    ``circles`` are the rooms in which its account heard the rest.
    """

    oldest: int
    newest: int
    client_is_known: bool
    last_in_room: int
    circles: Sequence[str] = ()


_newest_up_to = select(func.max(event_room.c.event_id)).where(
    event_room.c.room == bindparam("room"), event_room.c.event_id <= bindparam("up_to")
)
# One after the other, from the newest: most of what a circle heard, somebody heard who belongs to it.
_newest_in_circle = (
    select(event_room.c.event_id)
    .where(
        event_room.c.room == bindparam("circle"),
        event_room.c.event_id <= bindparam("up_to"),
        event_room.c.accounts.like(bindparam("sought")),
    )
    .order_by(event_room.c.event_id.desc())
    .limit(1)
)
_client_is_known = exists(
    select(event_room.c.event_id).where(
        event_room.c.event_id == bindparam("after"),
        or_(event_room.c.room == bindparam("room"), event_room.c.accounts.like(bindparam("sought"))),
    )
)
# Each in a query of its own inside the one: together, SQLite reads the whole log for them.
_standing = select(
    select(func.min(event.c.id)).scalar_subquery(),
    select(func.max(event.c.id)).scalar_subquery(),
    _client_is_known,
    _newest_up_to.scalar_subquery(),
)


def standing(connection: Connection, room: str, *, after: int, up_to: int) -> Standing:
    """Read where a room stands, up to and with an event, beside a client who stands at the event ``after``."""
    known = {"room": room, "after": after, "up_to": up_to, "sought": event_circles.sought(account_of(room))}
    oldest, newest, client_is_known, last = connection.execute(_standing, known).one()
    circles = _circles(connection, room)
    last = max(last or 0, _last_in(connection, circles, room, up_to))
    return Standing(oldest or 0, newest or 0, bool(client_is_known), last, circles)


def last_in_room(connection: Connection, room: str, up_to: int | None = None) -> int:
    """Give the id of a room's newest event (0: it has none), up to and with a given id."""
    limit = LAST_EVER if up_to is None else up_to
    last = connection.execute(_newest_up_to, {"room": room, "up_to": limit}).scalar_one() or 0
    return max(last, _last_in(connection, _circles(connection, room), room, limit))


def _last_in(connection: Connection, circles: Sequence[str], room: str, up_to: int) -> int:
    asked = {"up_to": up_to, "sought": event_circles.sought(account_of(room))}
    found = (
        connection.execute(_newest_in_circle, {**asked, "circle": circle}).scalar() for circle in circles
    )
    return max((last for last in found if last is not None), default=0)
