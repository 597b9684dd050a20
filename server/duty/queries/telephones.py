"""At which stations' posts a guard is to be found: there he may be rung up by the station."""

from sqlalchemy import Connection, select, union

from server.calendar.tables import roster
from server.duty.tables import check_in
from server.places.tables import post


def stations_of(connection: Connection, account_id: int) -> set[int]:
    """Give the stations of the posts where a guard is on duty now, or on the roster."""
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
    return set(connection.execute(union(on_duty, rostered)).scalars())
