"""Where people on duty are: the last place of each, and the trail that is kept for some days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    select,
    update,
)

from server.core.database.many_rows import ManyRows, batched
from server.core.geo import Box, Point
from server.duty.rules.trust import Fix
from server.duty.tables import Position, away, check_in, last_position, position
from server.places.tables import post

_COLUMNS = ("account_id", "check_in_id", "latitude", "longitude", "accuracy_m", "at")
_row = attrgetter(*_COLUMNS)
_append = ManyRows(position, _COLUMNS)
_keep_last = ManyRows(
    last_position,
    _COLUMNS,
    "ON CONFLICT (account_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    + " WHERE last_position.at <= excluded.at",
)


def keep(connection: Connection, positions: Sequence[Position]) -> None:
    """Keep a batch of positions: the trail, and the newest place of each account."""
    newest = {one.account_id: one for one in sorted(positions, key=lambda one: one.at)}
    for written, rows in ((_append, positions), (_keep_last, [newest[key] for key in sorted(newest)])):
        for some in batched(rows, written.most):
            written.write(connection, [_row(one) for one in some])


def forget(connection: Connection, account_id: int) -> None:
    """Delete all that is kept of where an account was; what was judged of it stays."""
    connection.execute(delete(position).where(position.c.account_id == account_id))
    connection.execute(delete(last_position).where(last_position.c.account_id == account_id))
    connection.execute(delete(away).where(away.c.account_id == account_id))
    connection.execute(
        update(check_in)
        .where(check_in.c.account_id == account_id)
        .values(latitude=None, longitude=None, accuracy_m=None)
    )


_last_of = select(last_position).where(last_position.c.account_id == bindparam("account_id"))


def last_of(connection: Connection, account_id: int) -> Fix | None:
    """Read the last known place of an account, of its current or an earlier duty."""
    row = connection.execute(_last_of, {"account_id": account_id}).mappings().first()
    if row is None:
        return None
    last = Position(**row)
    return Fix(Point(last.latitude, last.longitude), last.accuracy_m, last.at)


@dataclass(frozen=True, slots=True)
class Seen:
    """Where somebody on duty was last seen."""

    account_id: int
    category: str
    post_id: int
    latitude: float
    longitude: float
    accuracy_m: float
    at: datetime


def within(connection: Connection, box: Box, *, after: int, limit: int, **scope: int) -> list[Seen]:
    """Read who on duty was last seen in a box, those with numbers above ``after``, at most ``limit``.

    ``scope`` is ``district_id``, ``station_id`` or ``school_id``.
    """
    query = (
        select(
            check_in.c.account_id,
            check_in.c.category,
            check_in.c.post_id,
            last_position.c.latitude,
            last_position.c.longitude,
            last_position.c.accuracy_m,
            last_position.c.at,
        )
        .join(post, check_in.c.post_id == post.c.id)
        .join(last_position, last_position.c.check_in_id == check_in.c.id)
        .where(
            check_in.c.checked_out_at.is_(None),
            check_in.c.account_id > after,
            last_position.c.latitude.between(box.south, box.north),
            last_position.c.longitude.between(box.west, box.east),
            *(post.c[name] == number for name, number in scope.items()),
        )
        .order_by(check_in.c.account_id)
        .limit(limit)
    )
    return [Seen(**row) for row in connection.execute(query).mappings()]


def trails(
    connection: Connection, account_ids: Iterable[int], *, since: datetime, until: datetime
) -> list[Position]:
    """Read where some accounts went in a stretch of time, oldest first, as far as it is still kept."""
    query = (
        select(*(position.c[column.name] for column in last_position.c))
        .where(position.c.account_id.in_(list(account_ids)), position.c.at >= since, position.c.at <= until)
        .order_by(position.c.at, position.c.id)
    )
    return [Position(**row) for row in connection.execute(query).mappings()]
