"""Schools as a district's page lists and keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from server.people.tables import account
from server.places.tables import post, school, station
from server.setup.queries.sorting import Order, changed, named, of_state
from server.setup.rules.posts import Shown
from server.setup.rules.schools import SortOfSchools


@dataclass(frozen=True, slots=True)
class KeptSchool:
    """A school with its station's name, how many posts it has, and who changed it last."""

    id: int
    district_id: int
    station_id: int
    name: str
    kind: str
    pupils: int
    boarders: int
    telephone: str | None
    archived_at: datetime | None
    version: int | None
    changed_at: datetime | None
    station_name: str
    station_archived_at: datetime | None
    changed_by: str | None
    posts: int


@dataclass(frozen=True, slots=True)
class WantedSchools:
    """Which schools: of a district and perhaps a station, found by a text, closed or not."""

    district_id: int
    own_station_id: int | None
    text: str = ""
    station_id: int | None = None
    shown: Shown = Shown.CURRENT

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give them as conditions."""
        wanted = [school.c.district_id == self.district_id]
        stations = (self.own_station_id, self.station_id)
        wanted += [school.c.station_id == one for one in stations if one is not None]
        return wanted + of_state(school, self.shown) + named(self.text, school.c.name, station.c.name)


_posts = (
    select(func.count())
    .where(post.c.school_id == school.c.id, post.c.archived_at.is_(None))
    .correlate(school)
    .scalar_subquery()
)
_kept: Select[Any] = (
    select(
        *(one for one in school.c if one.name != "changed_by"),
        station.c.name.label("station_name"),
        station.c.archived_at.label("station_archived_at"),
        account.c.name.label("changed_by"),
        _posts.label("posts"),
    )
    .join(station, school.c.station_id == station.c.id)
    .outerjoin(account, school.c.changed_by == account.c.id)
)
SORTS: Mapping[SortOfSchools, ColumnElement[Any]] = {
    SortOfSchools.NAME: school.c.name,
    SortOfSchools.STATION: station.c.name,
    SortOfSchools.KIND: school.c.kind,
    SortOfSchools.PUPILS: school.c.pupils,
    SortOfSchools.CHANGED: changed(school),
}


def page(connection: Connection, wanted: WantedSchools, order: Order) -> list[KeptSchool]:
    """Read schools in an order, from one place of it on."""
    query = order.of(_kept.where(*wanted.conditions()), school)
    return [KeptSchool(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, wanted: WantedSchools) -> int:
    """Count schools."""
    query = select(func.count(school.c.id)).join(station, school.c.station_id == station.c.id)
    return int(connection.execute(query.where(*wanted.conditions())).scalar_one())


def one_of(connection: Connection, district_id: int, school_id: int) -> KeptSchool | None:
    """Read one school of a district."""
    query = _kept.where(school.c.id == school_id, school.c.district_id == district_id)
    row = connection.execute(query).mappings().first()
    return KeptSchool(**row) if row else None


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Make a school and give its number."""
    return int(connection.execute(insert(school).values(**values).returning(school.c.id)).scalar_one())


def move_posts(connection: Connection, school_id: int, station_id: int) -> None:
    """Put all posts of a school under its station, archived ones too."""
    connection.execute(update(post).where(post.c.school_id == school_id).values(station_id=station_id))
