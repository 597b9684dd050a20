"""Stations whose posts have a peak now while no police console of their scope is looked at."""

from datetime import datetime

from sqlalchemy import Connection, false, select

from server.calendar.queries.shifts import around as shifts_around
from server.calendar.rules import current_shift
from server.core.access.roles import POLICE_CONSOLE, Role
from server.core.limits import Limits
from server.core.live.presence_rows import COUNTS_FOR, presence
from server.delivery.rules.shapes import UnwatchedStation
from server.people.tables import account
from server.places.queries import districts
from server.places.tables import station


def during_a_peak(connection: Connection, limits: Limits, now: datetime) -> list[UnwatchedStation]:
    """Read the stations at which a peak runs and for which no police console has a page in sight."""
    running = {
        place.station_id
        for place in districts.places(connection)
        if current_shift(shifts_around(place, limits, now), now) is not None
    }
    if not running:
        return []
    consoles = connection.execute(
        select(account.c.role, account.c.district_id, account.c.station_id)
        .join(presence, presence.c.account_id == account.c.id)
        .where(
            account.c.role.in_([role.value for role in POLICE_CONSOLE]),
            presence.c.seen_at >= now - COUNTS_FOR,
            presence.c.hidden == false(),
        )
        .distinct()
    ).all()
    stations = {one.station_id for one in consoles if one.role == Role.STATION_OFFICER.value}
    whole = {one.district_id for one in consoles if one.role != Role.STATION_OFFICER.value}
    query = select(station.c.id, station.c.name, station.c.district_id).where(station.c.id.in_(running))
    return [
        {"station_id": row.id, "station": row.name}
        for row in connection.execute(query.order_by(station.c.id))
        if row.id not in stations and row.district_id not in whole
    ]
