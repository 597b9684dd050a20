"""Weekly patterns by post and by person."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, or_, select

from server.roster.rules.patterns import Pattern, Weeks
from server.roster.tables import duty_pattern

# A school has some dozen.
MOST_READ = 2_000

_pattern = select(
    duty_pattern.c.id,
    duty_pattern.c.post_id,
    duty_pattern.c.peak,
    duty_pattern.c.account_id,
    duty_pattern.c.weekdays,
    duty_pattern.c.weeks,
    duty_pattern.c.starts_on,
    duty_pattern.c.ends_on,
    duty_pattern.c.changed_at,
).order_by(duty_pattern.c.id)


def of_posts(
    connection: Connection, post_ids: Collection[int], *, first: date | None = None, last: date | None = None
) -> list[Pattern]:
    """Read the patterns of some posts, the oldest first; between two dates, if these are given."""
    query = _pattern.where(duty_pattern.c.post_id.in_(sorted(post_ids)))
    if last is not None:
        query = query.where(duty_pattern.c.starts_on <= last)
    if first is not None:
        query = query.where(or_(duty_pattern.c.ends_on.is_(None), duty_pattern.c.ends_on >= first))
    return _read(connection, query.limit(MOST_READ))


def of_person(connection: Connection, account_id: int) -> list[Pattern]:
    """Read the patterns of somebody, wherever they are."""
    return _read(connection, _pattern.where(duty_pattern.c.account_id == account_id))


def by_id(connection: Connection, number: int) -> Pattern | None:
    """Read one."""
    return next(iter(_read(connection, _pattern.where(duty_pattern.c.id == number))), None)


def add(connection: Connection, one: Pattern, *, by: int, now: datetime) -> int:
    """Write a pattern down and give its number."""
    values = {
        "post_id": one.post_id,
        "peak": one.peak,
        "account_id": one.account_id,
        "weekdays": one.weekdays,
        "weeks": one.weeks.value,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "changed_by": by,
        "changed_at": now,
    }
    number: int = connection.execute(
        insert(duty_pattern).values(values).returning(duty_pattern.c.id)
    ).scalar_one()
    return number


def remove(connection: Connection, number: int) -> bool:
    """Delete a pattern; ``False``: it is gone already."""
    return connection.execute(delete(duty_pattern).where(duty_pattern.c.id == number)).rowcount == 1


def forget_posts(connection: Connection, post_ids: Collection[int]) -> None:
    """Delete the patterns of some posts."""
    connection.execute(delete(duty_pattern).where(duty_pattern.c.post_id.in_(sorted(post_ids))))


def forget(connection: Connection, account_id: int) -> None:
    """Delete the patterns of somebody."""
    connection.execute(delete(duty_pattern).where(duty_pattern.c.account_id == account_id))


def _read(connection: Connection, query: object) -> list[Pattern]:
    rows = connection.execute(query).mappings()  # type: ignore[call-overload]
    return [Pattern(**{**row, "weeks": Weeks(row["weeks"])}) for row in rows]
