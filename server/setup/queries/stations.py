"""Stations as a district's page lists and keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from server.core.geo import Point
from server.people.tables import account
from server.places.tables import post, school, station
from server.setup.queries.sorting import Order, changed, named, of_state
from server.setup.rules.posts import Shown
from server.setup.rules.schools import SortOfStations


@dataclass(frozen=True, slots=True)
class KeptStation:
    """A station with how many schools and posts it has, and who changed it last."""

    id: int
    district_id: int
    name: str
    telephone: str | None
    latitude: float
    longitude: float
    archived_at: datetime | None
    version: int | None
    changed_at: datetime | None
    changed_by: str | None
    schools: int
    posts: int

    @property
    def point(self) -> Point:
        """Give its place."""
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class WantedStations:
    """Which stations: of a district, perhaps one alone, found by a text, closed or not."""

    district_id: int
    own_station_id: int | None
    text: str = ""
    shown: Shown = Shown.CURRENT

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give them as conditions."""
        wanted = [station.c.district_id == self.district_id]
        wanted += [station.c.id == self.own_station_id] if self.own_station_id is not None else []
        return wanted + of_state(station, self.shown) + named(self.text, station.c.name)


def _of_station(table: Any) -> Any:
    query = select(func.count()).where(table.c.station_id == station.c.id, table.c.archived_at.is_(None))
    return query.correlate(station).scalar_subquery()


_kept: Select[Any] = select(
    *(one for one in station.c if one.name not in {"changed_by", "area"}),
    account.c.name.label("changed_by"),
    _of_station(school).label("schools"),
    _of_station(post).label("posts"),
).outerjoin(account, station.c.changed_by == account.c.id)
SORTS: Mapping[SortOfStations, ColumnElement[Any]] = {
    SortOfStations.NAME: station.c.name,
    SortOfStations.CHANGED: changed(station),
}


def page(connection: Connection, wanted: WantedStations, order: Order) -> list[KeptStation]:
    """Read stations in an order, from one place of it on."""
    query = order.of(_kept.where(*wanted.conditions()), station)
    return [KeptStation(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, wanted: WantedStations) -> int:
    """Count stations."""
    query = select(func.count(station.c.id)).where(*wanted.conditions())
    return int(connection.execute(query).scalar_one())


def one_of(connection: Connection, district_id: int, station_id: int) -> KeptStation | None:
    """Read one station of a district."""
    query = _kept.where(station.c.id == station_id, station.c.district_id == district_id)
    row = connection.execute(query).mappings().first()
    return KeptStation(**row) if row else None


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Make a station and give its number."""
    return int(connection.execute(insert(station).values(**values).returning(station.c.id)).scalar_one())
