"""What would be missing if an alarm came now: people out of reach, posts without roster, stations nobody watches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from server.calendar.queries.shifts import around as shifts_around
from server.calendar.rules import Shift, weekday_bit
from server.calendar.tables import roster
from server.core.access.roles import AccountStatus, Actor, Role, columns_of_scope
from server.core.database.sealing import telephones
from server.core.limits import Limits
from server.core.live.presence_rows import COUNTS_FOR, presence
from server.core.moments import moment, moment_or_none
from server.delivery.rules.channels import WORKED_WITHIN
from server.delivery.rules.shapes import GapView
from server.delivery.tables import last_reached
from server.duty.tables import check_in
from server.people.tables import account
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.tables import Station, post, station

Next = tuple[Place, Shift | None]


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """Make the condition for the posts in an actor's scope."""
    return and_(*(post.c[name] == number for name, number in columns_of_scope(actor).items()))


def next_shifts(connection: Connection, actor: Actor, limits: Limits, now: datetime) -> list[Next]:
    """Read the posts of an actor's scope, each with the peak that runs there or comes next, if one does."""
    scope = set(connection.execute(select(post.c.id).where(scope_of(actor))).scalars())
    return [
        (place, _next_shift(place, limits, now))
        for place in districts.places(connection, district_id=actor.district_id)
        if place.post_id in scope
    ]


def people(actor: Actor, coming: Sequence[Next], now: datetime) -> Subquery:
    """Select who stands at a post of the scope now, and who will: on the roster of a peak that is still ahead.

    Columns: ``account_id``, ``post_id``, ``due`` (1: is still to come). Suspended accounts will not come.
    """
    here = (
        select(check_in.c.account_id, check_in.c.post_id, literal(0).label("due"))
        .join(post, check_in.c.post_id == post.c.id)
        .where(scope_of(actor), _open())
    )
    on_duty = exists().where(check_in.c.account_id == roster.c.account_id, _open())
    ahead: dict[tuple[str, int], list[int]] = {}
    for place, shift in coming:
        if shift is not None and shift.starts_at > now:
            ahead.setdefault((shift.peak, weekday_bit(shift.date)), []).append(place.post_id)
    due = [
        select(roster.c.account_id, roster.c.post_id, literal(1))
        .join(account, roster.c.account_id == account.c.id)
        .where(
            roster.c.post_id.in_(post_ids),
            roster.c.peak == peak,
            roster.c.weekdays.op("&")(bit) != 0,
            account.c.status != AccountStatus.SUSPENDED.value,
            ~on_duty,
        )
        for (peak, bit), post_ids in ahead.items()
    ]
    return union_all(here, *due).subquery()


def count(connection: Connection, among: Subquery) -> int:
    """Count the guards that ``people`` selects."""
    return int(connection.execute(select(func.count(among.c.account_id.distinct()))).scalar_one())


def count_out_of_reach(connection: Connection, among: Subquery, now: datetime) -> int:
    """Count those of them whom no channel is known to reach."""
    query = select(func.count(among.c.account_id.distinct())).where(_out_of_reach(among, now))
    return int(connection.execute(query).scalar_one())


def out_of_reach(
    connection: Connection,
    among: Subquery,
    coming: Sequence[Next],
    now: datetime,
    *,
    after: int,
    limit: int,
) -> list[GapView]:
    """Read those of ``people`` whom no channel has reached for 30 days and who have no page in sight now.

    ``id`` is the account's; ``peak`` and ``starts_at`` are of the peak for which somebody is still to come.
    """
    shifts = {place.post_id: shift for place, shift in coming}
    return [
        _gap(
            row.account_id,
            row.name,
            account_id=row.account_id,
            category=row.category,
            place=row.place,
            telephone=telephones.masked(telephones.number(row.phone, row.phone_sealed)),
            last_at=row.last_at,
            shift=shifts[row.post_id] if row.due else None,
        )
        for row in connection.execute(_page_out_of_reach(among, now, after, limit))
    ]


def posts_without_roster(connection: Connection, actor: Actor, coming: Sequence[Next]) -> list[GapView]:
    """Read the posts that nobody is on the roster of at their next peak."""
    rows = connection.execute(
        select(roster.c.post_id, roster.c.peak, roster.c.weekdays)
        .where(roster.c.post_id.in_(select(post.c.id).where(scope_of(actor))))
        .distinct()
    )
    rostered: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row.post_id, row.peak)
        rostered[key] = rostered.get(key, 0) | row.weekdays
    return [
        _gap(place.post_id, place.name, place=place.school_name, telephone=place.telephone, shift=shift)
        for place, shift in coming
        if shift is not None and not rostered.get((place.post_id, shift.peak), 0) & weekday_bit(shift.date)
    ]


def stations_nobody_watches(connection: Connection, actor: Actor, now: datetime) -> tuple[list[GapView], int]:
    """Read the stations of the scope at which no officer has a page open now, and count all of them."""
    mine = select(post.c.station_id).where(scope_of(actor))
    own = actor.station_id if actor.role == Role.STATION_OFFICER else None
    query = (
        select(station)
        .where(station.c.district_id == actor.district_id, or_(station.c.id.in_(mine), station.c.id == own))
        .order_by(station.c.id)
    )
    stations = [Station(**row) for row in connection.execute(query).mappings()]
    watched = set(
        connection.execute(
            select(account.c.station_id)
            .join(presence, presence.c.account_id == account.c.id)
            .where(account.c.role == Role.STATION_OFFICER.value, presence.c.seen_at >= now - COUNTS_FOR)
        ).scalars()
    )
    gaps = [_gap(one.id, one.name, telephone=one.telephone) for one in stations if one.id not in watched]
    return gaps, len(stations)


def _open() -> ColumnElement[bool]:
    return check_in.c.checked_out_at.is_(None)


def _out_of_reach(among: Subquery, now: datetime) -> ColumnElement[bool]:
    reached = exists().where(
        last_reached.c.account_id == among.c.account_id, last_reached.c.at >= now - WORKED_WITHIN
    )
    # A page out of sight, as on a locked phone, may show no call.
    here = exists().where(
        presence.c.account_id == among.c.account_id,
        presence.c.seen_at >= now - COUNTS_FOR,
        presence.c.hidden.is_(False),
    )
    return and_(~reached, ~here)


def _page_out_of_reach(among: Subquery, now: datetime, after: int, limit: int) -> Select[Any]:
    found = (
        select(
            among.c.account_id, func.min(among.c.post_id).label("post_id"), func.max(among.c.due).label("due")
        )
        .where(_out_of_reach(among, now), among.c.account_id > after)
        .group_by(among.c.account_id)
        .order_by(among.c.account_id)
        .limit(limit)
        .subquery()
    )
    newest = (
        select(func.max(last_reached.c.at))
        .where(last_reached.c.account_id == found.c.account_id)
        .scalar_subquery()
    )
    return (
        select(
            found,
            account.c.name,
            account.c.category,
            account.c.phone,
            account.c.phone_sealed,
            post.c.name.label("place"),
            newest.label("last_at"),
        )
        .join(account, found.c.account_id == account.c.id)
        .join(post, found.c.post_id == post.c.id)
        .order_by(found.c.account_id)
    )


def _next_shift(place: Place, limits: Limits, now: datetime) -> Shift | None:
    coming = [one for one in shifts_around(place, limits, now) if one.ends_at > now]
    return min(coming, key=lambda one: one.starts_at, default=None)


def _gap(
    number: int,
    name: str,
    *,
    account_id: int | None = None,
    category: str | None = None,
    place: str | None = None,
    telephone: str | None = None,
    shift: Shift | None = None,
    last_at: datetime | None = None,
) -> GapView:
    return {
        "id": number,
        "name": name,
        "account_id": account_id,
        "category": category,
        "place": place,
        "telephone": telephone,
        "peak": str(shift.peak) if shift else None,
        "starts_at": moment(shift.starts_at) if shift else None,
        "last_at": moment_or_none(last_at),
    }
