"""What would be missing if an alarm came now: people out of reach, posts without roster, stations nobody watches."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from server.domain.calendar import Shift
from server.domain.channels import WORKED_WITHIN
from server.domain.moments import moment, moment_or_none
from server.domain.roles import Actor, Role
from server.domain.rules import Rules
from server.store import coverage, districts, rosters
from server.store.accounts import account, masked
from server.store.check_ins import check_in
from server.store.districts import Place, post, station
from server.store.last_reached import last_reached
from server.store.presence import COUNTS_FOR, presence

Item = dict[str, Any]


def scope_of(actor: Actor) -> ColumnElement[bool]:
    """Make the condition for the posts in an actor's scope."""
    own: ColumnElement[bool] = post.c.district_id == actor.district_id
    if actor.role == Role.STATION_OFFICER:
        return own & (post.c.station_id == actor.station_id)
    if actor.role == Role.SCHOOL_ADMIN:
        return own & (post.c.school_id == actor.school_id)
    return own


def on_duty(connection: Connection, actor: Actor) -> int:
    """Count the guards on duty in an actor's scope."""
    query = select(func.count()).select_from(check_in.join(post, check_in.c.post_id == post.c.id))
    return int(connection.execute(query.where(scope_of(actor), _open())).scalar_one())


def count_out_of_reach(connection: Connection, actor: Actor, now: datetime) -> int:
    """Count the guards on duty whom no channel is known to reach."""
    query = select(func.count()).select_from(check_in.join(post, check_in.c.post_id == post.c.id))
    return int(connection.execute(query.where(scope_of(actor), _open(), _out_of_reach(now))).scalar_one())


def out_of_reach(
    connection: Connection, actor: Actor, now: datetime, *, after: int, limit: int
) -> list[Item]:
    """Read the guards on duty whom no channel has reached for 30 days and who have no page open now."""
    newest = (
        select(func.max(last_reached.c.at))
        .where(last_reached.c.account_id == check_in.c.account_id)
        .scalar_subquery()
    )
    query = (
        select(
            check_in.c.id,
            check_in.c.account_id,
            account.c.name,
            account.c.category,
            account.c.phone,
            post.c.name.label("place"),
            newest.label("last_at"),
        )
        .join(account, check_in.c.account_id == account.c.id)
        .join(post, check_in.c.post_id == post.c.id)
        .where(scope_of(actor), _open(), _out_of_reach(now), check_in.c.id > after)
        .order_by(check_in.c.id)
        .limit(limit)
    )
    return [
        _item(
            row["id"],
            row["name"],
            account_id=row["account_id"],
            category=row["category"],
            place=row["place"],
            telephone=masked(row["phone"]),
            last_at=moment_or_none(row["last_at"]),
        )
        for row in connection.execute(query).mappings()
    ]


def posts_without_roster(
    connection: Connection, actor: Actor, rules: Rules, now: datetime
) -> tuple[list[Item], int]:
    """Read the posts that nobody is on the roster of at their next peak, and count all of the scope."""
    scope = set(connection.execute(select(post.c.id).where(scope_of(actor))).scalars())
    rows = connection.execute(
        select(rosters.roster.c.post_id, rosters.roster.c.peak, rosters.roster.c.weekdays)
        .where(rosters.roster.c.post_id.in_(select(post.c.id).where(scope_of(actor))))
        .distinct()
    )
    rostered: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row.post_id, row.peak)
        rostered[key] = rostered.get(key, 0) | row.weekdays
    places = [
        one for one in districts.places(connection, district_id=actor.district_id) if one.post_id in scope
    ]
    found = [
        _item(
            place.post_id, place.name, place=place.school_name, telephone=place.telephone, **_of_shift(shift)
        )
        for place in places
        if (shift := _next_shift(place, rules, now)) is not None
        and not rostered.get((place.post_id, shift.peak), 0) & rosters.weekday_bit(shift.date)
    ]
    return found, len(places)


def stations_nobody_watches(connection: Connection, actor: Actor, now: datetime) -> tuple[list[Item], int]:
    """Read the stations of the scope at which no officer has a page open now, and count all of them."""
    mine = select(post.c.station_id).where(scope_of(actor))
    own = actor.station_id if actor.role == Role.STATION_OFFICER else None
    stations = list(
        connection.execute(
            select(station)
            .where(
                station.c.district_id == actor.district_id, or_(station.c.id.in_(mine), station.c.id == own)
            )
            .order_by(station.c.id)
        ).mappings()
    )
    watched = set(
        connection.execute(
            select(account.c.station_id)
            .join(presence, presence.c.account_id == account.c.id)
            .where(account.c.role == Role.STATION_OFFICER.value, presence.c.seen_at >= now - COUNTS_FOR)
        ).scalars()
    )
    return [
        _item(row["id"], row["name"], telephone=row["telephone"])
        for row in stations
        if row["id"] not in watched
    ], len(stations)


def _open() -> ColumnElement[bool]:
    return check_in.c.checked_out_at.is_(None)


def _out_of_reach(now: datetime) -> ColumnElement[bool]:
    reached = exists().where(
        last_reached.c.account_id == check_in.c.account_id, last_reached.c.at >= now - WORKED_WITHIN
    )
    here = exists().where(
        presence.c.account_id == check_in.c.account_id, presence.c.seen_at >= now - COUNTS_FOR
    )
    return and_(~reached, ~here)


def _next_shift(place: Place, rules: Rules, now: datetime) -> Shift | None:
    coming = [one for one in coverage.shifts_of(place, rules, now) if one.ends_at > now]
    return min(coming, key=lambda one: one.starts_at, default=None)


def _of_shift(shift: Shift) -> Mapping[str, Any]:
    return {"peak": str(shift.peak), "starts_at": moment(shift.starts_at)}


def _item(number: int, name: str, **more: Any) -> Item:
    empty = dict.fromkeys(("account_id", "category", "place", "telephone", "peak", "starts_at", "last_at"))
    return {"id": number, "name": name, **empty, **more}
