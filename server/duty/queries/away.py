"""Who on duty is outside the fence of his post, from his newest places; rows stand while he is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from server.core.database.upsert import Upsert
from server.core.geo import Point
from server.core.moments import moment
from server.duty.rules.away import AwayPerson
from server.duty.rules.trust import Fix
from server.duty.tables import away, check_in, last_position
from server.people.tables import account
from server.places.tables import post

# Half a fence's diagonal in degrees a metre: whoever is farther off by neither is inside.
_DEGREES_A_METRE = 0.7 / 111_320
_put = Upsert(away, keys=["check_in_id"], take=["since", "seen_at", "distance_m"], give=away.c.check_in_id)


@dataclass(frozen=True, slots=True)
class LastSeen:
    """Where somebody on duty was last seen, his post, and since when he is outside, if he was before."""

    check_in_id: int
    account_id: int
    post_id: int
    fix: Fix
    post: Point
    fence_radius_m: float
    since: datetime | None
    seen_at: datetime | None
    asked_at: datetime | None


_off = post.c.fence_radius_m * _DEGREES_A_METRE
_last_seen = (
    select(
        check_in.c.id,
        check_in.c.account_id,
        check_in.c.post_id,
        last_position.c.latitude,
        last_position.c.longitude,
        last_position.c.accuracy_m,
        last_position.c.at,
        post.c.latitude.label("post_latitude"),
        post.c.longitude.label("post_longitude"),
        post.c.fence_radius_m,
        away.c.since,
        away.c.seen_at,
        away.c.asked_at,
    )
    .join(last_position, last_position.c.check_in_id == check_in.c.id)
    .join(post, check_in.c.post_id == post.c.id)
    .outerjoin(away, away.c.check_in_id == check_in.c.id)
    .where(
        check_in.c.post_id.in_(bindparam("post_ids", expanding=True)),
        check_in.c.checked_out_at.is_(None),
        check_in.c.starts_at <= bindparam("now"),
        check_in.c.ends_at > bindparam("now"),
        last_position.c.at >= bindparam("fresh"),
        last_position.c.at >= check_in.c.starts_at,
        or_(
            away.c.check_in_id.is_not(None),
            func.abs(last_position.c.latitude - post.c.latitude) > _off,
            func.abs(last_position.c.longitude - post.c.longitude) > _off,
        ),
    )
    .order_by(check_in.c.id)
)


def last_seen(
    connection: Connection, post_ids: Collection[int], *, fresh: datetime, now: datetime
) -> list[LastSeen]:
    """Read where those on duty at some posts were seen since a time who may be outside, or were."""
    rows = connection.execute(_last_seen, {"post_ids": list(post_ids), "fresh": fresh, "now": now})
    return [
        LastSeen(
            row.id,
            row.account_id,
            row.post_id,
            Fix(Point(row.latitude, row.longitude), row.accuracy_m, row.at),
            Point(row.post_latitude, row.post_longitude),
            row.fence_radius_m,
            row.since,
            row.seen_at,
            row.asked_at,
        )
        for row in rows
    ]


def over(connection: Connection, now: datetime) -> list[int]:
    """Read the rows of duties that are over."""
    goes_on = and_(
        away.c.check_in_id == check_in.c.id, check_in.c.checked_out_at.is_(None), check_in.c.ends_at > now
    )
    query = select(away.c.check_in_id).outerjoin(check_in, goes_on).where(check_in.c.id.is_(None))
    return list(connection.execute(query).scalars())


def put(connection: Connection, seen: LastSeen, *, since: datetime, distance_m: float) -> None:
    """Write that somebody is outside, and since when."""
    row = {"check_in_id": seen.check_in_id, "account_id": seen.account_id, "post_id": seen.post_id}
    place = {"since": since, "seen_at": seen.fix.at, "distance_m": round(distance_m, 1)}
    _put.run(connection, {**row, **place, "asked_at": None, "answer": None, "answered_at": None})


def ask(connection: Connection, check_in_id: int, now: datetime) -> bool:
    """Note that somebody is asked; tells whether he was not before."""
    mine = (away.c.check_in_id == check_in_id, away.c.asked_at.is_(None))
    return connection.execute(update(away).where(*mine).values(asked_at=now)).rowcount > 0


def answer(connection: Connection, check_in_id: int, *, said: str, now: datetime) -> bool:
    """Write what somebody answers who was asked; tells whether he was and is outside still."""
    mine = (away.c.check_in_id == check_in_id, away.c.asked_at.is_not(None))
    return connection.execute(update(away).where(*mine).values(answer=said, answered_at=now)).rowcount > 0


def end(connection: Connection, check_in_ids: Collection[int]) -> int:
    """Delete the rows of who is back, or off duty; counts them."""
    return connection.execute(delete(away).where(away.c.check_in_id.in_(list(check_in_ids)))).rowcount


_at_post = (
    select(away, account.c.name, check_in.c.category)
    .join(account, away.c.account_id == account.c.id)
    .join(check_in, away.c.check_in_id == check_in.c.id)
    .where(
        away.c.post_id == bindparam("post_id"),
        away.c.asked_at.is_not(None),
        check_in.c.checked_out_at.is_(None),
    )
    .order_by(away.c.since)
)


def at_post(connection: Connection, post_id: int) -> list[AwayPerson]:
    """Read who of a post is away, the longest first."""
    return [
        {
            "account_id": row.account_id,
            "name": row.name,
            "category": row.category,
            "since": moment(row.since),
            "seen_at": moment(row.seen_at),
            "distance_m": row.distance_m,
            "answer": row.answer,
        }
        for row in connection.execute(_at_post, {"post_id": post_id})
    ]
