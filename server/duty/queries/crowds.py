"""Who is on duty where, in a district or around a place: what a choice of people reads."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    union,
)

from server.core.access.roles import AccountStatus, Group, group_of
from server.core.geo import Box, Point
from server.duty.rules.trust import COARSEST_FIX_M
from server.duty.tables import check_in, last_position
from server.people.tables import account
from server.places.tables import post


def _box(latitude: Column[Any], longitude: Column[Any]) -> ColumnElement[bool]:
    return and_(
        latitude.between(bindparam("south"), bindparam("north")),
        longitude.between(bindparam("west"), bindparam("east")),
    )


# Whose post or last place is in a box, by the posts where they are on duty.
_posts_in_box = union(
    select(post.c.id).where(_box(post.c.latitude, post.c.longitude)),
    select(check_in.c.post_id)
    .join(last_position, last_position.c.check_in_id == check_in.c.id)
    .where(check_in.c.checked_out_at.is_(None), _box(last_position.c.latitude, last_position.c.longitude)),
)

# Whoever is approved, or was confirmed on this duty. Anybody can make pending accounts: those are read apart.
_known = or_(
    account.c.status == AccountStatus.APPROVED.value,
    and_(account.c.status == AccountStatus.PENDING.value, check_in.c.confirmed_at.is_not(None)),
)
_stranger = and_(account.c.status == AccountStatus.PENDING.value, check_in.c.confirmed_at.is_(None))
# What is read of each, in the order of ``OnDuty``.
_of_each = (
    check_in.c.account_id,
    check_in.c.category,
    check_in.c.post_id,
    post.c.latitude.label("post_latitude"),
    post.c.longitude.label("post_longitude"),
    last_position.c.latitude,
    last_position.c.longitude,
    last_position.c.at,
    check_in.c.verified,
    account.c.status,
    check_in.c.confirmed_at,
    # Nobody asks for the flags of whoever is verified.
    case((check_in.c.verified, null()), else_=check_in.c.flags).label("flags"),
    account.c.first_confirmed_at,
)
_everybody = (
    select(*_of_each)
    .join(post, check_in.c.post_id == post.c.id)
    .join(account, check_in.c.account_id == account.c.id)
    # The last place of this very duty; one of an earlier duty says nothing, nor does one as coarse as a cell tower's.
    .outerjoin(
        last_position,
        and_(
            last_position.c.account_id == check_in.c.account_id,
            last_position.c.check_in_id == check_in.c.id,
            last_position.c.accuracy_m <= COARSEST_FIX_M,
        ),
    )
    .where(
        check_in.c.checked_out_at.is_(None),
        post.c.district_id == bindparam("district_id"),
        account.c.status != AccountStatus.SUSPENDED.value,
    )
)
_of_posts = check_in.c.post_id.in_(bindparam("post_ids", expanding=True))
_crowd = _everybody.order_by(check_in.c.account_id)
_crowd_of_station = _crowd.where(post.c.station_id == bindparam("station_id"))
_known_elsewhere = _crowd.where(_known, check_in.c.post_id.not_in(bindparam("post_ids", expanding=True)))
# At a post, and at those that are in a box or have somebody in it.
# By the post's number, not the duty's: SQLite goes through the duties of these posts alone.
_known_around = _known_elsewhere.where(or_(post.c.id == bindparam("post_id"), post.c.id.in_(_posts_in_box)))
# At the alarm's own post first, then those whose presence was confirmed before.
_strangers = (
    _everybody.where(_stranger)
    .order_by(
        case((check_in.c.post_id == bindparam("post_id"), 0), else_=1),
        case((account.c.first_confirmed_at.is_(None), 1), else_=0),
        check_in.c.account_id,
    )
    .limit(bindparam("most"))
)
_strangers_of_posts = _strangers.where(_of_posts)


class OnDuty(NamedTuple):
    """Somebody on duty with the last place of this very duty; the first nine are those of ``Field.of_rows``."""

    account_id: int
    category: str
    post_id: int
    post_latitude: float
    post_longitude: float
    latitude: float | None
    longitude: float | None
    at: datetime | None
    verified: bool
    status: str
    confirmed_at: datetime | None
    flags: list[str] | None
    first_confirmed_at: datetime | None


def crowd(connection: Connection, district_id: int, station_id: int | None = None) -> list[OnDuty]:
    """Read everybody on duty in a district, or at a station's posts, by account; nobody sends who is suspended."""
    chosen = {"district_id": district_id}
    if station_id is None:
        return _on_duty(connection.execute(_crowd, chosen))
    return _on_duty(connection.execute(_crowd_of_station, chosen | {"station_id": station_id}))


def known_elsewhere(connection: Connection, district_id: int, post_ids: Collection[int]) -> list[OnDuty]:
    """Read who is on duty in a district but at none of some posts, approved or confirmed on this duty; as ``crowd``."""
    chosen = {"district_id": district_id, "post_ids": sorted(post_ids)}
    return _on_duty(connection.execute(_known_elsewhere, chosen))


def known_around(
    connection: Connection, district_id: int, *, post_id: int, box: Box, besides: Collection[int]
) -> list[OnDuty]:
    """Read who is on duty at a post, and at those that are in a box or have somebody in it, ``besides`` some posts.

    Approved, or confirmed on this duty; as ``crowd``.
    """
    chosen = {"district_id": district_id, "post_ids": sorted(besides), "post_id": post_id, **asdict(box)}
    return _on_duty(connection.execute(_known_around, chosen))


# Two reads: as one, PostgreSQL counts the duties once for each post until it has statistics of them.
_posts_of_district = select(post.c.id, post.c.latitude, post.c.longitude).where(
    post.c.district_id == bindparam("district_id")
)
_heads_on_duty = (
    select(
        check_in.c.post_id,
        check_in.c.category,
        func.sum(case((_known, 1), else_=0)),
        func.sum(case((_stranger, 1), else_=0)),
    )
    .join(post, check_in.c.post_id == post.c.id)
    .join(account, check_in.c.account_id == account.c.id)
    .where(check_in.c.checked_out_at.is_(None), post.c.district_id == bindparam("district_id"))
    .group_by(check_in.c.post_id, check_in.c.category)
)


@dataclass(frozen=True, slots=True)
class HeadsOfPost:
    """Where a post stands, and how many known people of each group and how many strangers are on duty there."""

    post_id: int
    place: Point
    known: Mapping[Group, int]
    strangers: int


def heads_of_posts(connection: Connection, district_id: int) -> list[HeadsOfPost]:
    """Read where the posts of a district stand, and how many are on duty at each."""
    chosen = {"district_id": district_id}
    known: defaultdict[int, Counter[Group]] = defaultdict(Counter)
    strangers: Counter[int] = Counter()
    for number, category, of_known, of_strangers in connection.execute(_heads_on_duty, chosen):
        known[number][group_of(category)] += of_known
        strangers[number] += of_strangers
    return [
        HeadsOfPost(number, Point(latitude, longitude), known[number], strangers[number])
        for number, latitude, longitude in connection.execute(_posts_of_district, chosen)
    ]


def strangers(
    connection: Connection, district_id: int, *, post_id: int, box: Box | None, most: int
) -> list[OnDuty]:
    """Read pending accounts on duty whose presence nobody confirmed, around a box or in the whole district.

    No more than ``most``, however many there are: those at the post first. Columns and order as ``crowd``.
    """
    chosen: dict[str, Any] = {"district_id": district_id, "post_id": post_id, "most": most}
    query = _strangers
    if box is not None:
        query = _strangers_of_posts
        chosen["post_ids"] = _posts_near(connection, post_id, box)
    return sorted(_on_duty(connection.execute(query, chosen)), key=lambda one: one.account_id)


def _on_duty(rows: Iterable[Row[Any]]) -> list[OnDuty]:
    return [OnDuty._make(row) for row in rows]


def _posts_near(connection: Connection, post_id: int, box: Box) -> list[int]:
    return sorted({*connection.execute(_posts_in_box, asdict(box)).scalars(), post_id})
