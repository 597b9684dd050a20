"""Posts as a district's page lists and keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, insert, select

from server.core.geo import Point
from server.duty.tables import check_in
from server.people.tables import account
from server.places.tables import District, district, post, school, station
from server.setup.queries.sorting import Order, changed, named, of_state
from server.setup.rules.posts import Shown, SortOfPosts


@dataclass(frozen=True, slots=True)
class KeptPost:
    """A post with the names of its school and station, and who changed it last."""

    id: int
    district_id: int
    school_id: int
    station_id: int
    name: str
    gate: str
    area: str
    latitude: float
    longitude: float
    fence_radius_m: int
    composition: dict[str, int]
    archived_at: datetime | None
    version: int | None
    changed_at: datetime | None
    school_name: str
    school_archived_at: datetime | None
    station_name: str
    changed_by: str | None
    # Somebody has checked in there: days that were were judged by its heads.
    has_served: bool

    @property
    def point(self) -> Point:
        """Give its place."""
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class WantedPosts:
    """Which posts: of a scope (columns of a post), found by a text, of a station or school, archived or not."""

    scope: Mapping[str, int]
    text: str = ""
    station_id: int | None = None
    school_id: int | None = None
    shown: Shown = Shown.CURRENT

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give them as conditions."""
        given = {"station_id": self.station_id, "school_id": self.school_id}
        wanted = [post.c[name] == number for name, number in self.scope.items()]
        wanted += [post.c[name] == number for name, number in given.items() if number is not None]
        wanted += of_state(post, self.shown)
        return wanted + named(self.text, post.c.name, post.c.gate, post.c.area, school.c.name, station.c.name)


_columns = [one for one in post.c if one.name not in {"seat_areas", "changed_by"}]


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(post)
        .join(school, post.c.school_id == school.c.id)
        .join(station, post.c.station_id == station.c.id)
    )


_kept = _joined(
    select(
        *_columns,
        school.c.name.label("school_name"),
        school.c.archived_at.label("school_archived_at"),
        station.c.name.label("station_name"),
        account.c.name.label("changed_by"),
        exists().where(check_in.c.post_id == post.c.id).label("has_served"),
    )
).outerjoin(account, post.c.changed_by == account.c.id)

SORTS: Mapping[SortOfPosts, ColumnElement[Any]] = {
    SortOfPosts.NAME: post.c.name,
    SortOfPosts.SCHOOL: school.c.name,
    SortOfPosts.STATION: station.c.name,
    SortOfPosts.FENCE: post.c.fence_radius_m,
    SortOfPosts.CHANGED: changed(post),
}


def page(connection: Connection, wanted: WantedPosts, order: Order) -> list[KeptPost]:
    """Read posts in an order, from one place of it on."""
    query = order.of(_kept.where(*wanted.conditions()), post)
    return [KeptPost(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, wanted: WantedPosts) -> int:
    """Count posts."""
    query = _joined(select(func.count(post.c.id))).where(*wanted.conditions())
    return int(connection.execute(query).scalar_one())


def after(connection: Connection, wanted: WantedPosts, number: int, most: int | None) -> list[KeptPost]:
    """Read posts by their numbers, those after one; so many, or all."""
    query = _kept.where(*wanted.conditions(), post.c.id > number).order_by(post.c.id).limit(most)
    return [KeptPost(**row) for row in connection.execute(query).mappings()]


def one_of(connection: Connection, district_id: int, post_id: int) -> KeptPost | None:
    """Read one post of a district."""
    query = _kept.where(post.c.id == post_id, post.c.district_id == district_id)
    row = connection.execute(query).mappings().first()
    return KeptPost(**row) if row else None


def locked_district(connection: Connection, district_id: int) -> District:
    """Read a district; until the commit nobody else changes its places."""
    query = select(district).where(district.c.id == district_id).with_for_update(key_share=True)
    return District(**connection.execute(query).mappings().one())


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Make a post and give its number."""
    return int(connection.execute(insert(post).values(**values).returning(post.c.id)).scalar_one())


def of_school(connection: Connection, school_id: int) -> list[int]:
    """Read the numbers of the posts of a school that are not archived."""
    query = select(post.c.id).where(post.c.school_id == school_id, post.c.archived_at.is_(None))
    return list(connection.execute(query.order_by(post.c.id)).scalars())


def on_duty(connection: Connection, post_id: int) -> int:
    """Count who is on duty at a post."""
    query = select(func.count(check_in.c.id)).where(
        check_in.c.post_id == post_id, check_in.c.checked_out_at.is_(None)
    )
    return int(connection.execute(query).scalar_one())
