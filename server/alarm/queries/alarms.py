"""Alarms, those who reported them, those asked to respond, and the timeline of each."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    insert,
    or_,
    select,
    update,
)

from server.alarm.rules.alarm import AlarmState, WrittenTier
from server.alarm.rules.needs import WrittenShortage
from server.alarm.tables.alarms import Alarm, FurtherPlace, alarm, alarm_place, alarm_report, response
from server.core.access.roles import Actor, Role
from server.core.refused import Refused

OPEN, RESOLVED = AlarmState.OPEN.value, AlarmState.RESOLVED.value


class NewAlarm(TypedDict):
    """The columns of an alarm that is raised."""

    district_id: int
    station_id: int
    school_id: int
    post_id: int
    version: int
    state: str
    drill: bool
    full_standing: bool
    kind: str | None
    kind_settled: bool
    source: str
    raised_at: datetime
    claimed_at: datetime
    raised_by: int | None
    session_state: str
    covert: bool
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    tiers: list[WrittenTier]
    shortages: list[WrittenShortage]
    held_until: datetime | None


class AlarmChanges(TypedDict, total=False):
    """The columns of an alarm that change."""

    post_id: int
    station_id: int
    school_id: int
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    kind: str
    kind_settled: bool
    source: str
    raised_by: int | None
    full_standing: bool
    held_until: datetime | None
    covert: bool
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    tiers: list[WrittenTier]
    shortages: list[WrittenShortage]
    state: str
    resolved_at: datetime
    resolved_by: int
    outcome: str
    finding: str
    merged_into: int
    entry_count: int
    head: str


def by_id(connection: Connection, alarm_id: int, *, lock: bool = False) -> Alarm | None:
    """Read an alarm's row; ``lock`` keeps other writers of this alarm waiting until the commit."""
    query = select(alarm).where(alarm.c.id == alarm_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return Alarm(**row) if row else None


def by_ids(connection: Connection, alarm_ids: Iterable[int]) -> list[Alarm]:
    """Read the rows of some alarms, the newest first."""
    query = select(alarm).where(alarm.c.id.in_(list(alarm_ids))).order_by(alarm.c.id.desc())
    return [Alarm(**row) for row in connection.execute(query).mappings()]


def ended(connection: Connection, alarm_ids: Iterable[int]) -> set[int]:
    """Tell which of some alarms are over."""
    query = select(alarm.c.id).where(alarm.c.id.in_(list(alarm_ids)), alarm.c.state != OPEN)
    return set(connection.execute(query).scalars())


def _further(where: ColumnElement[bool]) -> ColumnElement[bool]:
    places = select(alarm_place.c.alarm_id).where(where, alarm_place.c.dropped_at.is_(None))
    return alarm.c.id.in_(places)


def seen_by(actor: Actor, state: str | None = None) -> ColumnElement[bool]:
    """Make the condition for the alarms that an actor may see.

    Says the same as ``server.alarm.rules.sight.sight``: consoles see those of their scope; others what they
    raised or reported, and what they were asked to in their district, whatever they answered, while it is open.
    """
    if actor.role in {Role.DISPATCHER, Role.DISTRICT_ADMIN}:
        return alarm.c.district_id == actor.district_id
    if actor.role == Role.STATION_OFFICER:
        here = or_(
            alarm.c.station_id == actor.station_id, _further(alarm_place.c.station_id == actor.station_id)
        )
        return and_(alarm.c.district_id == actor.district_id, here)
    if actor.role == Role.SCHOOL_ADMIN:
        here = or_(alarm.c.school_id == actor.school_id, _further(alarm_place.c.school_id == actor.school_id))
        return and_(alarm.c.district_id == actor.district_id, here)
    reported = select(alarm_report.c.alarm_id).where(alarm_report.c.account_id == actor.account_id)
    if state == RESOLVED:
        return alarm.c.id.in_(reported)
    asked = select(response.c.alarm_id).where(response.c.account_id == actor.account_id)
    at_home = alarm.c.district_id == actor.district_id
    return or_(alarm.c.id.in_(reported), and_(alarm.c.state == OPEN, at_home, alarm.c.id.in_(asked)))


def page(
    connection: Connection,
    *,
    actor: Actor,
    state: str | None,
    drill: bool | None,
    before: int,
    limit: int,
) -> list[int]:
    """Read the numbers of the alarms that an actor may see, the newest first; ``before`` 0 is the top."""
    query = select(alarm.c.id).where(seen_by(actor, state)).order_by(alarm.c.id.desc()).limit(limit)
    if drill is not None:
        query = query.where(alarm.c.drill == drill)
    if state is not None:
        query = query.where(alarm.c.state == state)
    if before:
        query = query.where(alarm.c.id < before)
    return list(connection.execute(query).scalars())


def see(connection: Connection, alarm_id: int, actor: Actor) -> Alarm:
    """Read an alarm that an actor may see.

    Raises ``Refused``: ``not_found``, or ``alarm_over`` to somebody who was asked to it while it was open.
    """
    row = by_id(connection, alarm_id)
    if row is not None:
        _check_seen(connection, row, actor)
        return row
    raise Refused("not_found")


def hold(connection: Connection, alarm_id: int, actor: Actor) -> Alarm:
    """Read an open alarm that an actor may see, and keep other writers of it waiting until the commit.

    Raises ``Refused``: ``not_found`` or ``alarm_over`` (facts: resolved_at).
    """
    row = by_id(connection, alarm_id, lock=True)
    if row is None:
        raise Refused("not_found")
    _check_seen(connection, row, actor)
    if row.state == RESOLVED:
        raise Refused("alarm_over", resolved_at=row.resolved_at)
    return row


def _check_seen(connection: Connection, row: Alarm, actor: Actor) -> None:
    query = select(alarm.c.id).where(alarm.c.id == row.id, seen_by(actor))
    if connection.execute(query).first() is not None:
        return
    asked = select(response.c.id).where(
        response.c.alarm_id == row.id, response.c.account_id == actor.account_id
    )
    over = row.state != OPEN
    if over and actor.role == Role.GUARD and connection.execute(asked).first() is not None:
        raise Refused("alarm_over", resolved_at=row.resolved_at)
    raise Refused("not_found")


def add(connection: Connection, **values: Unpack[NewAlarm]) -> int:
    """Add an alarm's row; gives its number."""
    number: int = connection.execute(insert(alarm).values(**values).returning(alarm.c.id)).scalar_one()
    return number


def change(connection: Connection, alarm_id: int, **values: Unpack[AlarmChanges]) -> None:
    """Change an alarm's row; the version is counted up where the change is told."""
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))


def next_version(connection: Connection, alarm_id: int) -> None:
    """Count an alarm's version up: its state changed."""
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(version=alarm.c.version + 1))


def be_at(connection: Connection, alarm_id: int, place: Alarm | FurtherPlace) -> None:
    """Let an alarm be where a further place of it, or another alarm, is."""
    change(
        connection,
        alarm_id,
        post_id=place.post_id,
        station_id=place.station_id,
        school_id=place.school_id,
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_m=place.accuracy_m,
        place_from=place.place_from,
    )
