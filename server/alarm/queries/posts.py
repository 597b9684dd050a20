"""The post that a press of the alarm button belongs to: read lightly, since an alarm waits for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select

from server.core.access.roles import Actor
from server.core.database.transaction import Transaction
from server.core.geo import Point, distance_m
from server.duty.rules.arrival import CheckOutHow
from server.duty.tables import check_in
from server.places.tables import post, post_code, school, station


@dataclass(frozen=True, slots=True)
class AlarmPost:
    """A post, as far as an alarm at it asks."""

    id: int
    district_id: int
    station_id: int
    school_id: int
    latitude: float
    longitude: float
    name: str
    school_name: str

    @property
    def full_name(self) -> str:
        """Give the name of a post with its school's, as a call names the place."""
        return _with_school(self.name, self.school_name)


def _with_school(name: str, school_name: str) -> str:
    return name if name.startswith(school_name) else f"{school_name} {name}"


_post = select(
    post.c.id,
    post.c.district_id,
    post.c.station_id,
    post.c.school_id,
    post.c.latitude,
    post.c.longitude,
    post.c.name,
    school.c.name.label("school_name"),
).join(school, post.c.school_id == school.c.id)


def by_code(connection: Connection, code: str, district_id: int) -> AlarmPost | None:
    """Read the post of a printed code of a district, however old: who scanned it stands there.

    A code of another district names no post to an account of this one.
    """
    query = _post.join(post_code, post_code.c.post_id == post.c.id).where(
        post_code.c.code == code, post.c.district_id == district_id
    )
    return _first(connection, query)


def is_code_of(connection: Connection, code: str, post_id: int) -> bool:
    """Tell whether a printed code, however old, is one of a post."""
    query = select(post_code.c.code).where(post_code.c.code == code, post_code.c.post_id == post_id)
    return connection.execute(query).first() is not None


def by_id(connection: Connection, post_id: int, district_id: int) -> AlarmPost | None:
    """Read a post of a district."""
    return _first(connection, _post.where(post.c.id == post_id, post.c.district_id == district_id))


def nearest(connection: Connection, district_id: int, place: Point) -> AlarmPost | None:
    """Read the post of a district that is nearest to a place."""
    there = (post.c.district_id == district_id, post.c.archived_at.is_(None))
    rows = connection.execute(_post.where(*there).order_by(post.c.id)).mappings()
    return min((AlarmPost(**row) for row in rows), key=lambda one: _away_m(one, place), default=None)


def telephone(connection: Connection, station_id: int) -> str | None:
    """Read the telephone of the station that an alarm's post belongs to, if it has one."""
    number: str | None = connection.execute(
        select(station.c.telephone).where(station.c.id == station_id)
    ).scalar_one()
    return number


def full_name(transaction: Transaction, post_id: int) -> str:
    """Give the name of a post with its school's, as a call names the place; read once in a transaction."""
    return transaction.once(_name_of(post_id), lambda: full_names(transaction.connection, {post_id})[post_id])


_names = (
    select(post.c.id, school.c.name, post.c.name)
    .join(school, post.c.school_id == school.c.id)
    .where(post.c.id.in_(bindparam("numbers", expanding=True)))
)


def full_names(connection: Connection, post_ids: set[int]) -> dict[int, str]:
    """Give the names of some posts with their schools', by number."""
    rows = connection.execute(_names, {"numbers": sorted(post_ids)})
    return {number: _with_school(name, school_name) for number, school_name, name in rows}


def name_known(transaction: Transaction, one: AlarmPost) -> None:
    """Know what a post is called that was read with its name."""
    transaction.keep(_name_of(one.id), one.full_name)


def _name_of(post_id: int) -> tuple[str, int]:
    return "name of a post", post_id


def of_duty(connection: Connection, account_id: int, now: datetime) -> AlarmPost | None:
    """Read the post at which an account is on duty now, or would be still had it not been suspended on duty."""
    suspended = and_(check_in.c.checked_out_how == CheckOutHow.SUSPENDED.value, check_in.c.ends_at > now)
    query = _post.join(check_in, check_in.c.post_id == post.c.id).where(
        check_in.c.account_id == account_id, or_(check_in.c.checked_out_at.is_(None), suspended)
    )
    return _first(connection, query.order_by(check_in.c.id.desc()).limit(1))


def of_account(connection: Connection, actor: Actor, near: Point | None) -> AlarmPost | None:
    """Read a post of the account's school, else of its station, else of its district by a place.

    The nearest one to a place where there is one, else the first.
    """
    scopes: list[ColumnElement[bool]] = []
    if actor.school_id is not None:
        scopes.append(post.c.school_id == actor.school_id)
    if actor.station_id is not None:
        scopes.append(post.c.station_id == actor.station_id)
    if near is not None:
        scopes.append(post.c.district_id == actor.district_id)
    current = [scope & post.c.archived_at.is_(None) for scope in scopes]
    # An archived one is better than none: an alarm needs a place.
    for scope in [*current, *scopes]:
        query = _post.where(scope, post.c.district_id == actor.district_id).order_by(post.c.id)
        found = [AlarmPost(**row) for row in connection.execute(query).mappings()]
        if found:
            return min(found, key=lambda one: _away_m(one, near))
    return None


def _away_m(one: AlarmPost, near: Point | None) -> float:
    return 0.0 if near is None else distance_m(Point(one.latitude, one.longitude), near)


def _first(connection: Connection, query: Select[Any]) -> AlarmPost | None:
    row = connection.execute(query).mappings().first()
    return AlarmPost(**row) if row else None
