"""Posts as a district's page lists and keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, insert, literal, or_, select, update

from server.core.database.base import UtcTime
from server.core.geo import Point
from server.duty.tables import check_in
from server.people.tables import account
from server.places.tables import District, district, post, school, station
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
        if self.shown != Shown.ALL:
            archived = post.c.archived_at.is_not(None)
            wanted.append(archived if self.shown == Shown.ARCHIVED else ~archived)
        if self.text:
            named = (post.c.name, post.c.gate, post.c.area, school.c.name, station.c.name)
            wanted.append(or_(*(one.icontains(self.text, autoescape=True) for one in named)))
        return wanted


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

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_SORTS: Mapping[SortOfPosts, ColumnElement[Any]] = {
    SortOfPosts.NAME: post.c.name,
    SortOfPosts.SCHOOL: school.c.name,
    SortOfPosts.STATION: station.c.name,
    SortOfPosts.FENCE: post.c.fence_radius_m,
    # On both engines those that nobody changed here are the oldest.
    SortOfPosts.CHANGED: func.coalesce(post.c.changed_at, literal(_NEVER, UtcTime)),
}


def page(
    connection: Connection, wanted: WantedPosts, *, sort: SortOfPosts, descending: bool, start: int, most: int
) -> list[KeptPost]:
    """Read posts in an order, from one place of it on."""
    column = _SORTS[sort]
    order = [column.desc() if descending else column, post.c.name, post.c.id]
    query = _kept.where(*wanted.conditions()).order_by(*order).offset(start).limit(most)
    return [KeptPost(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, wanted: WantedPosts) -> int:
    """Count posts."""
    query = _joined(select(func.count(post.c.id))).where(*wanted.conditions())
    return int(connection.execute(query).scalar_one())


def one_of(connection: Connection, district_id: int, post_id: int) -> KeptPost | None:
    """Read one post of a district."""
    query = _kept.where(post.c.id == post_id, post.c.district_id == district_id)
    row = connection.execute(query).mappings().first()
    return KeptPost(**row) if row else None


def locked_district(connection: Connection, district_id: int) -> District:
    """Read a district; until the commit nobody else changes its places."""
    query = select(district).where(district.c.id == district_id).with_for_update(key_share=True)
    return District(**connection.execute(query).mappings().one())


def is_named(connection: Connection, district_id: int, name: str, *, besides: int = 0) -> bool:
    """Tell whether another post of a district has a name; archived ones keep theirs."""
    query = select(post.c.id).where(
        post.c.district_id == district_id, post.c.name == name, post.c.id != besides
    )
    return connection.execute(query.limit(1)).first() is not None


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Make a post and give its number."""
    return int(connection.execute(insert(post).values(**values).returning(post.c.id)).scalar_one())


def change(
    connection: Connection, post_id: int, values: Mapping[str, object], *, by: int, now: datetime
) -> None:
    """Change a post; its version counts up."""
    version = func.coalesce(post.c.version, 0) + 1
    written = {**values, "version": version, "changed_by": by, "changed_at": now}
    connection.execute(update(post).where(post.c.id == post_id).values(**written))


def on_duty(connection: Connection, post_id: int) -> int:
    """Count who is on duty at a post."""
    query = select(func.count(check_in.c.id)).where(
        check_in.c.post_id == post_id, check_in.c.checked_out_at.is_(None)
    )
    return int(connection.execute(query).scalar_one())
