"""Where people stood these months, who is on duty, and who is expected at a peak by a post's list."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from server.calendar.rules import weekday_bit
from server.calendar.tables import roster
from server.core.geo import Point
from server.duty.tables import check_in
from server.places.tables import post

STOOD_WITHIN = timedelta(days=90)


def stood_at(connection: Connection, account_ids: Collection[int], now: datetime) -> dict[int, list[Point]]:
    """Read the places of the posts at which some people stood these months."""
    query = (
        select(check_in.c.account_id, post.c.latitude, post.c.longitude)
        .join(post, check_in.c.post_id == post.c.id)
        .where(check_in.c.account_id.in_(sorted(account_ids)), check_in.c.at >= now - STOOD_WITHIN)
        .distinct()
    )
    found: defaultdict[int, list[Point]] = defaultdict(list)
    for account_id, latitude, longitude in connection.execute(query):
        found[account_id].append(Point(latitude, longitude))
    return found


def busy(connection: Connection, account_ids: Collection[int], *, peak: str, on: date) -> set[int]:
    """Give who of some people is on duty anywhere, came for that peak already, or is expected at it by a list."""
    numbers = sorted(account_ids)
    open_now = select(check_in.c.account_id).where(
        check_in.c.account_id.in_(numbers), check_in.c.checked_out_at.is_(None)
    )
    came = select(check_in.c.account_id).where(
        check_in.c.account_id.in_(numbers), check_in.c.date == on, check_in.c.peak == peak
    )
    listed = select(roster.c.account_id).where(
        roster.c.account_id.in_(numbers),
        roster.c.peak == peak,
        roster.c.weekdays.op("&")(weekday_bit(on)) != 0,
    )
    return {one for query in (open_now, came, listed) for one in connection.execute(query).scalars()}
