"""People of a scope by name: those on duty at its posts with where they are, then those who are not."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from server.core.access.roles import Role
from server.duty.tables import check_in, last_position
from server.people.tables import account
from server.places.tables import post


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who was found by his name."""

    account_id: int
    name: str
    status: str
    category: str


@dataclass(frozen=True, slots=True)
class FoundOnDuty(Found):
    """Somebody who was found on duty, and the last place of this very duty."""

    check_in_id: int
    post_id: int
    peak: str
    date: date
    verified: bool
    at: datetime
    post_latitude: float
    post_longitude: float
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    seen_at: datetime | None


_who = (account.c.id.label("account_id"), account.c.name, account.c.status)
_on_duty = (
    select(
        *_who,
        check_in.c.category,
        check_in.c.id.label("check_in_id"),
        check_in.c.post_id,
        check_in.c.peak,
        check_in.c.date,
        check_in.c.verified,
        check_in.c.at,
        post.c.latitude.label("post_latitude"),
        post.c.longitude.label("post_longitude"),
        last_position.c.latitude,
        last_position.c.longitude,
        last_position.c.accuracy_m,
        last_position.c.at.label("seen_at"),
    )
    .join(account, check_in.c.account_id == account.c.id)
    .join(post, check_in.c.post_id == post.c.id)
    # The last place of this very duty; one of an earlier duty says nothing.
    .outerjoin(
        last_position,
        and_(
            last_position.c.account_id == check_in.c.account_id,
            last_position.c.check_in_id == check_in.c.id,
        ),
    )
    .where(check_in.c.checked_out_at.is_(None))
    .order_by(account.c.name, account.c.id)
)


def on_duty(
    connection: Connection, wanted: ColumnElement[bool], *, most: int, **scope: int
) -> list[FoundOnDuty]:
    """Read who on duty at a post of the scope is wanted, by name.

    ``scope`` is ``district_id``, ``station_id`` or ``school_id``, of the post.
    """
    query = _on_duty.where(
        wanted,
        *(post.c[column] == number for column, number in scope.items()),
    )
    return [FoundOnDuty(**row) for row in connection.execute(query.limit(most)).mappings()]


def off_duty(
    connection: Connection,
    wanted: ColumnElement[bool],
    *,
    who: ColumnElement[bool],
    most: int,
    **scope: int,
) -> list[Found]:
    """Read which of some guards are wanted and on duty at no post of the scope, by name."""
    stands = exists().where(
        check_in.c.account_id == account.c.id,
        check_in.c.checked_out_at.is_(None),
        check_in.c.post_id == post.c.id,
        *(post.c[column] == number for column, number in scope.items()),
    )
    query = (
        select(*_who, account.c.category)
        .where(who, account.c.role == Role.GUARD, wanted, ~stands)
        .order_by(account.c.name, account.c.id)
        .limit(most)
    )
    return [Found(**row) for row in connection.execute(query).mappings()]
