"""Rate limits: how often something happened lately, kept in the database so that it holds in every process."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import JSON, Column, Connection, String, Table, delete, select, update

from server.core.database.base import BEGIN, MICROSECOND, UtcTime, metadata
from server.core.database.upsert import Upsert
from server.core.refused import Refused

rate_limit = Table(
    "rate_limit",
    metadata,
    Column("key", String(100), primary_key=True),
    # Microseconds since 1970 of each hit that still counts; at most ``Limit.most`` of them.
    Column("hits", JSON, nullable=False),
    Column("forget_at", UtcTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many times within any stretch of time of a length."""

    most: int
    within: timedelta


# What is there already is written over with itself: so its row is locked, and no twin or purge deletes it meanwhile.
_begin = Upsert(rate_limit, keys=("key",), take=("forget_at",))


def take(connection: Connection, key: str, limit: Limit, now: datetime) -> None:
    """Count one more, or raise ``Refused("too_many")`` (facts: retry_after_s) and count nothing.

    The window slides: no burst at the turn of an hour gets through. Twins wait for the row.
    """
    _begin.run(connection, {"key": key, "hits": [], "forget_at": now + limit.within})
    kept: list[int] = connection.execute(
        select(rate_limit.c.hits).where(rate_limit.c.key == key)
    ).scalar_one()
    at = (now - BEGIN) // MICROSECOND
    length = limit.within // MICROSECOND
    hits = [hit for hit in kept if at - length < hit]
    if len(hits) >= limit.most:
        # The oldest of those that would have to go before one more fits.
        frees = hits[len(hits) - limit.most] + length
        raise Refused("too_many", retry_after_s=max(1, ceil((frees - at) / 1_000_000)))
    connection.execute(
        update(rate_limit)
        .where(rate_limit.c.key == key)
        .values(hits=[*hits, at], forget_at=now + limit.within)
    )


def fits(connection: Connection, key: str, limit: Limit, now: datetime) -> bool:
    """Count one more if it fits, and tell whether it did; past the limit nothing is counted."""
    try:
        take(connection, key, limit, now)
    except Refused:
        return False
    return True


def hits(connection: Connection, key: str, limit: Limit, now: datetime) -> int:
    """Count what a key holds within a limit's time."""
    kept = connection.execute(select(rate_limit.c.hits).where(rate_limit.c.key == key)).scalar() or []
    since = (now - limit.within - BEGIN) // MICROSECOND
    return sum(hit > since for hit in kept)


def give_back(connection: Connection, key: str, counted_at: datetime) -> None:
    """Take the hit of a time out again: a try that another limit refused has not been one. Twins wait for the row."""
    kept: list[int] | None = connection.execute(
        select(rate_limit.c.hits).where(rate_limit.c.key == key).with_for_update()
    ).scalar()
    at = (counted_at - BEGIN) // MICROSECOND
    if kept and at in kept:
        kept.remove(at)
        connection.execute(update(rate_limit).where(rate_limit.c.key == key).values(hits=kept))


def clear(connection: Connection, key: str) -> None:
    """Forget what was counted under a key: the right password ends the count of wrong ones."""
    connection.execute(delete(rate_limit).where(rate_limit.c.key == key))


def forget(connection: Connection, now: datetime) -> None:
    """Delete the rows whose hits all lie too far back to count."""
    connection.execute(delete(rate_limit).where(rate_limit.c.forget_at <= now))
