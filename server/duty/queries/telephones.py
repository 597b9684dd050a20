"""At which stations' posts a guard is to be found: there he may be rung up by the station."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, union

from server.calendar.tables import published_duty, roster
from server.duty.tables import check_in
from server.places.tables import post

# A plan of these days is what somebody may be rung up about.
AROUND = timedelta(days=7)


def stations_of(connection: Connection, account_id: int, now: datetime) -> set[int]:
    """Give the stations of the posts where a guard is on duty now, on the list, or published these days."""
    on_duty = (
        select(post.c.station_id)
        .join(check_in, check_in.c.post_id == post.c.id)
        .where(check_in.c.account_id == account_id, check_in.c.checked_out_at.is_(None))
    )
    rostered = (
        select(post.c.station_id)
        .join(roster, roster.c.post_id == post.c.id)
        .where(roster.c.account_id == account_id)
    )
    published = (
        select(post.c.station_id)
        .join(published_duty, published_duty.c.post_id == post.c.id)
        .where(
            published_duty.c.account_id == account_id,
            published_duty.c.date.between((now - AROUND).date(), (now + AROUND).date()),
        )
    )
    return set(connection.execute(union(on_duty, rostered, published)).scalars())
