"""Guards who wait for approval: whom the roster vouches for, where they wait and since when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from server.calendar.queries.rosters import roster
from server.core.access.roles import AccountStatus, Category, Role
from server.people.queries.accounts import account
from server.places.queries.districts import post, school, station

_waits = and_(account.c.role == Role.GUARD.value, account.c.status == AccountStatus.PENDING.value)
_police = account.c.category == Category.POLICE.value


def handed_on_to(station_id: int) -> ColumnElement[bool]:
    """Give whom the district handed on to a station, as a condition inside any query of accounts."""
    of_station = select(school.c.id).where(school.c.station_id == station_id)
    return account.c.handed_on_at.is_not(None) & account.c.school_id.in_(of_station)


def on_rosters(
    connection: Connection, district_id: int, account_ids: Collection[int] | None = None
) -> dict[int, tuple[Mapping[str, Any], set[str]]]:
    """Read who waits and is on a roster of his own school by his telephone: the account, and as what he is on it."""
    query = (
        select(account, roster.c.category.label("rostered_as"))
        .join(roster, roster.c.phone == account.c.phone)
        .join(post, and_(roster.c.post_id == post.c.id, post.c.school_id == account.c.school_id))
        .where(_waits, account.c.district_id == district_id)
        .order_by(account.c.id)
    )
    if account_ids is not None:
        query = query.where(account.c.id.in_(account_ids))
    found: dict[int, tuple[Mapping[str, Any], set[str]]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["id"], (dict(row), set()))[1].add(row["rostered_as"])
    return found


def units(connection: Connection, district_id: int) -> list[Mapping[str, Any]]:
    """List where guards of a district wait for approval, the longest waiting first: schools, for police stations."""
    waiting = (
        func.count().label("waiting"),
        func.min(account.c.registered_at).label("since"),
        func.count(account.c.handed_on_at).label("handed_on"),
    )
    own = (_waits, account.c.district_id == district_id)
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
    rows = [dict(row) for row in connection.execute(of_schools).mappings()]
    rows += [dict(row) | {"school_id": None} for row in connection.execute(of_stations).mappings()]
    return sorted(rows, key=lambda row: (row["since"], row["name"]))


def hand_on(connection: Connection, school_id: int, now: datetime) -> list[int]:
    """Hand on who waits at a school, and was not handed on before, to its station; give the accounts."""
    query = (
        update(account)
        .where(_waits, ~_police, account.c.school_id == school_id, account.c.handed_on_at.is_(None))
        .values(handed_on_at=now)
        .returning(account.c.id)
    )
    return sorted(connection.execute(query).scalars())
