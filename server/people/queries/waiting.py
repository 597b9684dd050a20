"""Guards who wait for approval: whom the roster vouches for, where they wait and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from server.core.access.roles import AccountStatus, Category, Role
from server.people.tables import account
from server.places.tables import school, station

waits = and_(account.c.role == Role.GUARD.value, account.c.status == AccountStatus.PENDING.value)
_police = account.c.category == Category.POLICE.value


def handed_on_to(station_id: int) -> ColumnElement[bool]:
    """Give whom the district handed on to a station, as a condition inside any query of accounts."""
    of_station = select(school.c.id).where(school.c.station_id == station_id)
    return account.c.handed_on_at.is_not(None) & account.c.school_id.in_(of_station)


@dataclass(frozen=True, slots=True)
class UnitWaiting:
    """Where guards wait, how many and since when; ``handed_on`` are how many of them the station decides on too."""

    school_id: int | None
    name: str
    station_name: str
    waiting: int
    since: datetime
    handed_on: int


def units(connection: Connection, district_id: int) -> list[UnitWaiting]:
    """List where guards of a district wait for approval, the longest waiting first: schools, for police stations."""
    waiting = (
        func.count().label("waiting"),
        func.min(account.c.registered_at).label("since"),
        func.count(account.c.handed_on_at).label("handed_on"),
    )
    own = (waits, account.c.district_id == district_id)
    of_schools = (
        select(school.c.id.label("school_id"), school.c.name, station.c.name.label("station_name"), *waiting)
        .join_from(account, school, account.c.school_id == school.c.id)
        .join(station, school.c.station_id == station.c.id)
        .where(*own, ~_police)
        .group_by(school.c.id, school.c.name, station.c.name)
    )
    of_stations = (
        select(station.c.name, station.c.name.label("station_name"), *waiting)
        .join_from(account, station, account.c.station_id == station.c.id)
        .where(*own, _police)
        .group_by(station.c.id, station.c.name)
    )
    found = [UnitWaiting(**row) for row in connection.execute(of_schools).mappings()]
    found += [UnitWaiting(school_id=None, **row) for row in connection.execute(of_stations).mappings()]
    return sorted(found, key=lambda one: (one.since, one.name))


def hand_on(connection: Connection, school_id: int, now: datetime) -> list[int]:
    """Hand on who waits at a school, and was not handed on before, to its station; give the accounts."""
    query = (
        update(account)
        .where(waits, ~_police, account.c.school_id == school_id, account.c.handed_on_at.is_(None))
        .values(handed_on_at=now)
        .returning(account.c.id)
    )
    return sorted(connection.execute(query).scalars())
