"""Alarms, those who reported them, those asked to respond, and the timeline of each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from server.alarm.rules.alarm import AlarmState, WrittenTier
from server.alarm.rules.needs import WrittenShortage
from server.alarm.tables.alarms import Alarm, FurtherPlace, alarm, alarm_place, alarm_report, response
from server.core.access.roles import Actor, Role
from server.core.database.transaction import Transaction
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


_by_id = select(alarm).where(alarm.c.id == bindparam("number"))
_by_id_locked = _by_id.with_for_update()


def by_id(connection: Connection, alarm_id: int, *, lock: bool = False) -> Alarm | None:
    """Read an alarm's row; ``lock`` keeps other writers of this alarm waiting until the commit."""
    query = _by_id_locked if lock else _by_id
    row = connection.execute(query, {"number": alarm_id}).mappings().first()
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


_add = insert(alarm).returning(alarm)
_change = update(alarm).where(alarm.c.id == bindparam("number"))
_next_version = _change.values(version=alarm.c.version + 1).returning(alarm)


def add(connection: Connection, **values: Unpack[NewAlarm]) -> Alarm:
    """Add an alarm's row, and give it."""
    return Alarm(**connection.execute(_add, values).mappings().one())


def change(transaction: Transaction, alarm_id: int, **values: Unpack[AlarmChanges]) -> None:
    """Change an alarm's row now, with what waits to be changed; the version is counted up where the change is told."""
    waiting = _by_alarm(transaction.take_collected(_write_changes))
    _write_changes(transaction, [(alarm_id, {**waiting.pop(alarm_id, {}), **values})])
    transaction.collect(_write_changes, waiting.items())


def change_later(transaction: Transaction, alarm_id: int, **values: Unpack[AlarmChanges]) -> None:
    """Change an alarm's row together with its version, at the latest before the commit."""
    transaction.collect(_write_changes, [(alarm_id, values)])


def waiting_changes(transaction: Transaction, alarm_id: int) -> AlarmChanges:
    """Give the columns of an alarm's row that wait to be changed."""
    return _by_alarm(transaction.collected(_write_changes)).get(alarm_id, {})


def row_now(transaction: Transaction, alarm_id: int) -> Alarm:
    """Read the row of an alarm that is held, as it is in this transaction: with the changes that wait."""
    row = by_id(transaction.connection, alarm_id)
    assert row is not None
    return replace(row, **waiting_changes(transaction, alarm_id))


def write_but_changes(transaction: Transaction) -> None:
    """Write all that waits in a transaction, and let the changes of alarms' rows wait for their next version."""
    transaction.write_collected(but=_write_changes)


def next_version(transaction: Transaction, alarm_id: int) -> Alarm:
    """Count an alarm's version up, since its state changed, and write all that waits; give its row."""
    write_but_changes(transaction)
    waiting = _by_alarm(transaction.take_collected(_write_changes))
    values = waiting.pop(alarm_id, {})
    transaction.collect(_write_changes, waiting.items())
    row = transaction.connection.execute(_next_version, {"number": alarm_id, **values}).mappings().one()
    return Alarm(**row)


def _write_changes(transaction: Transaction, changes: list[tuple[int, AlarmChanges]]) -> None:
    for number, values in _by_alarm(changes).items():
        transaction.connection.execute(_change, {"number": number, **values})


def _by_alarm(changes: Iterable[tuple[int, AlarmChanges]]) -> dict[int, AlarmChanges]:
    found: dict[int, AlarmChanges] = {}
    for number, values in changes:
        found[number] = {**found.get(number, {}), **values}
    return found


def be_at(transaction: Transaction, alarm_id: int, place: Alarm | FurtherPlace) -> None:
    """Let an alarm be where a further place of it, or another alarm, is."""
    change(
        transaction,
        alarm_id,
        post_id=place.post_id,
        station_id=place.station_id,
        school_id=place.school_id,
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_m=place.accuracy_m,
        place_from=place.place_from,
    )


def concerns(connection: Connection, account_id: int) -> bool:
    """Tell whether an open alarm was reported by an account, or asked for it."""
    reported = select(alarm_report.c.alarm_id).where(alarm_report.c.account_id == account_id)
    asked = select(response.c.alarm_id).where(response.c.account_id == account_id)
    query = select(alarm.c.id).where(
        alarm.c.state == OPEN, or_(alarm.c.id.in_(reported), alarm.c.id.in_(asked))
    )
    return connection.execute(query.limit(1)).first() is not None


def open_at_post(connection: Connection, post_id: int) -> bool:
    """Tell whether an alarm is open that was raised at a post, or has it as a further place."""
    further = select(alarm_place.c.alarm_id).where(
        alarm_place.c.post_id == post_id, alarm_place.c.dropped_at.is_(None)
    )
    query = select(alarm.c.id).where(
        alarm.c.state == OPEN, or_(alarm.c.post_id == post_id, alarm.c.id.in_(further))
    )
    return connection.execute(query.limit(1)).first() is not None
