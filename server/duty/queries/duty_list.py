"""Check-ins at posts of a console's scope in a span of time, as they stand in a file."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from server.core.access.roles import Actor, columns_of_scope
from server.duty.tables import check_in
from server.people.tables import account
from server.places.tables import post, school, station


@dataclass(frozen=True, slots=True)
class ListedDuty:
    """A check-in with the names of who came and where."""

    id: int
    date: date
    peak: str
    name: str
    category: str
    post_name: str
    school_name: str
    station_name: str
    at: datetime
    checked_out_at: datetime | None
    checked_out_how: str | None
    verdict: str
    minutes_late: int
    verified: bool
    confirmed_at: datetime | None
    distance_m: float | None


_listed = (
    select(
        check_in.c.id,
        check_in.c.date,
        check_in.c.peak,
        account.c.name,
        check_in.c.category,
        post.c.name.label("post_name"),
        school.c.name.label("school_name"),
        station.c.name.label("station_name"),
        check_in.c.at,
        check_in.c.checked_out_at,
        check_in.c.checked_out_how,
        check_in.c.verdict,
        check_in.c.minutes_late,
        check_in.c.verified,
        check_in.c.confirmed_at,
        check_in.c.distance_m,
    )
    .join(account, check_in.c.account_id == account.c.id)
    .join(post, check_in.c.post_id == post.c.id)
    .join(school, post.c.school_id == school.c.id)
    .join(station, post.c.station_id == station.c.id)
    .order_by(check_in.c.at, check_in.c.id)
)


def _within(who: Actor, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    scope = [post.c.district_id == who.district_id]
    scope += [post.c[column] == number for column, number in columns_of_scope(who).items()]
    return [*scope, check_in.c.at >= since, check_in.c.at < until]


def listed(
    connection: Connection,
    who: Actor,
    since: datetime,
    until: datetime,
    *,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[ListedDuty]:
    """Read the next check-ins of ``[since, until)`` after a key (``None``: the first ones), the oldest first."""
    query = _listed.where(*_within(who, since, until)).limit(limit)
    if after is not None:
        at, number = after
        # The first condition is for the index, which goes by the time alone.
        query = query.where(check_in.c.at >= at, or_(check_in.c.at > at, check_in.c.id > number))
    return [ListedDuty(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, who: Actor, since: datetime, until: datetime) -> int:
    """Count them."""
    query = (
        select(func.count())
        .select_from(check_in)
        .join(post, check_in.c.post_id == post.c.id)
        .where(*_within(who, since, until))
    )
    number: int = connection.execute(query).scalar_one()
    return number
