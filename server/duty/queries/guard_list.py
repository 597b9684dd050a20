"""Guards of a console's scope as they stand in a file: what they belong to, their posts, when they last came."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, union

from server.calendar.tables import roster
from server.core.access.roles import Role
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone
from server.duty.tables import check_in
from server.people.tables import account, erasure, suspension
from server.places.tables import post, school, station

_school_station = station.alias("school_station")


@dataclass(frozen=True, slots=True)
class ListedGuard:
    """A guard with what he belongs to; ``closed_at`` is when somebody suspended him."""

    id: int
    name: str
    category: str | None
    status: str
    registered_at: datetime
    phone: str | None
    phone_sealed: SealedTelephone | None
    district_id: int
    school_id: int | None
    station_id: int | None
    school_name: str | None
    station_name: str | None
    suspended_at: datetime | None

    @property
    def telephone(self) -> str | None:
        """Give the number; ``None`` without one, or where it cannot be opened."""
        return telephones.number(self.phone, self.phone_sealed)


_erased = exists().where(erasure.c.account_id == account.c.id)
_listed = (
    select(
        account.c.id,
        account.c.name,
        account.c.category,
        account.c.status,
        account.c.registered_at,
        account.c.phone,
        account.c.phone_sealed,
        account.c.district_id,
        account.c.school_id,
        account.c.station_id,
        school.c.name.label("school_name"),
        func.coalesce(station.c.name, _school_station.c.name).label("station_name"),
        suspension.c.at.label("suspended_at"),
    )
    .outerjoin(suspension, account.c.id == suspension.c.account_id)
    .outerjoin(school, account.c.school_id == school.c.id)
    .outerjoin(station, account.c.station_id == station.c.id)
    .outerjoin(_school_station, school.c.station_id == _school_station.c.id)
    .where(account.c.role == Role.GUARD, ~_erased)
    .order_by(account.c.id)
)


def listed(
    connection: Connection, scope: ColumnElement[bool], *, after: int, limit: int
) -> list[ListedGuard]:
    """Read the next guards of a scope by number; nobody who is erased, or is to be."""
    query = _listed.where(scope, account.c.id > after).limit(limit)
    return [ListedGuard(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, scope: ColumnElement[bool]) -> int:
    """Count them."""
    query = select(func.count()).select_from(account).where(scope, account.c.role == Role.GUARD, ~_erased)
    number: int = connection.execute(query).scalar_one()
    return number


def posts_of(connection: Connection, account_ids: Sequence[int]) -> dict[int, list[str]]:
    """Give the posts on whose rosters some guards are, by name."""
    query = (
        select(roster.c.account_id, post.c.name)
        .join(post, roster.c.post_id == post.c.id)
        .where(roster.c.account_id.in_(account_ids))
        .distinct()
        .order_by(post.c.name)
    )
    found = defaultdict[int, list[str]](list)
    for account_id, name in connection.execute(query):
        found[account_id].append(name)
    return found


def last_duties(connection: Connection, account_ids: Sequence[int]) -> dict[int, tuple[datetime, str]]:
    """Give when and where some guards last checked in."""
    last = (
        select(check_in.c.account_id, func.max(check_in.c.at).label("at"))
        .where(check_in.c.account_id.in_(account_ids))
        .group_by(check_in.c.account_id)
        .subquery()
    )
    query = (
        select(check_in.c.account_id, check_in.c.at, post.c.name)
        .join(last, and_(check_in.c.account_id == last.c.account_id, check_in.c.at == last.c.at))
        .join(post, check_in.c.post_id == post.c.id)
    )
    return {account_id: (at, name) for account_id, at, name in connection.execute(query)}


def stations_of(connection: Connection, account_ids: Sequence[int]) -> dict[int, AbstractSet[int]]:
    """Give at which stations' posts some guards are on duty now, or on the roster."""
    on_duty = (
        select(check_in.c.account_id, post.c.station_id)
        .join(post, check_in.c.post_id == post.c.id)
        .where(check_in.c.account_id.in_(account_ids), check_in.c.checked_out_at.is_(None))
    )
    rostered = (
        select(roster.c.account_id, post.c.station_id)
        .join(post, roster.c.post_id == post.c.id)
        .where(roster.c.account_id.in_(account_ids))
    )
    found = defaultdict[int, set[int]](set)
    for account_id, station_id in connection.execute(union(on_duty, rostered)):
        found[account_id].add(station_id)
    return dict(found)
