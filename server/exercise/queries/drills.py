"""Drills: what is planned, what was held, how each was judged."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from server.alarm.facts import AlarmEnded, AlarmReported
from server.alarm.rules.alarm import Tier
from server.alarm.rules.targets import WrittenJudgement
from server.alarm.rules.targets import judge as judged
from server.alarm.tables.alarms import response
from server.calendar.tables import roster
from server.core.access.rooms import account_room, district_room, station_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.core.moments import moment, moment_or_none
from server.duty.tables import check_in
from server.exercise.rules.drill import DrillState
from server.exercise.rules.shapes import DrillView
from server.exercise.tables import Drill, drill


class NewDrill(TypedDict):
    """The columns of a new drill."""

    district_id: int
    station_id: int
    school_id: int
    post_id: int
    kind: str
    scenario: str
    notice: bool
    state: str
    planned_for: datetime
    planned_at: datetime
    planned_by: int


class DrillChanges(TypedDict, total=False):
    """The columns of a drill that change."""

    state: str
    started_at: datetime
    started_by: int
    cancelled_at: datetime
    alarm_id: int
    ended_at: datetime
    judgement: list[WrittenJudgement]


def add(connection: Connection, **values: Unpack[NewDrill]) -> int:
    """Add a drill; gives its number."""
    number: int = connection.execute(insert(drill).values(**values).returning(drill.c.id)).scalar_one()
    return number


def change(connection: Connection, drill_id: int, **values: Unpack[DrillChanges]) -> None:
    """Change a drill."""
    connection.execute(update(drill).where(drill.c.id == drill_id).values(**values))


def start(connection: Connection, drill_id: int, *, alarm_id: int, by: int, now: datetime) -> None:
    """Keep that a drill was started, and which alarm it is."""
    change(
        connection,
        drill_id,
        state=DrillState.STARTED.value,
        alarm_id=alarm_id,
        started_at=now,
        started_by=by,
    )


def by_id(connection: Connection, drill_id: int, *, lock: bool = False) -> Drill | None:
    """Read a drill; ``lock`` keeps others from starting it until the commit."""
    query = select(drill).where(drill.c.id == drill_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return Drill(**row) if row else None


def of_alarm(connection: Connection, alarm_id: int) -> Drill | None:
    """Read the drill that an alarm is, if it is one that was planned."""
    row = connection.execute(select(drill).where(drill.c.alarm_id == alarm_id)).mappings().first()
    return Drill(**row) if row else None


def page(connection: Connection, *where: ColumnElement[bool], before: int, limit: int) -> list[Drill]:
    """Read drills, the newest first; ``before`` 0 is the top."""
    query = select(drill).where(*where).order_by(drill.c.id.desc()).limit(limit)
    if before:
        query = query.where(drill.c.id < before)
    return [Drill(**row) for row in connection.execute(query).mappings()]


def known_to_console(account_id: int, scope: Mapping[str, int]) -> ColumnElement[bool]:
    """Make the condition for the drills that a console may know of (``server.exercise.rules.drill.knows_of``)."""
    told = or_(drill.c.notice, drill.c.state.in_([DrillState.STARTED.value, DrillState.HELD.value]))
    inside = [drill.c[name] == number for name, number in scope.items()]
    return or_(drill.c.planned_by == account_id, and_(told, *inside))


def ahead_at(connection: Connection, post_ids: Iterable[int], since: datetime) -> list[Drill]:
    """Read the announced drills that are still ahead at some posts, the next one first."""
    query = (
        select(drill)
        .where(
            drill.c.post_id.in_(list(post_ids)),
            drill.c.notice,
            drill.c.state == DrillState.PLANNED.value,
            drill.c.planned_for >= since,
        )
        .order_by(drill.c.planned_for, drill.c.id)
    )
    return [Drill(**row) for row in connection.execute(query).mappings()]


def posts_of_guard(connection: Connection, account_id: int) -> set[int]:
    """Read the posts where a guard stands now or is on the roster."""
    stands = select(check_in.c.post_id).where(
        check_in.c.account_id == account_id, check_in.c.checked_out_at.is_(None)
    )
    rostered = select(roster.c.post_id).where(roster.c.account_id == account_id)
    return {number for query in (stands, rostered) for number in connection.execute(query).scalars()}


_CALLED = select(response.c.id).where(response.c.alarm_id == drill.c.alarm_id).exists()


def held(connection: Connection, *, since: datetime, before: datetime, **scope: int) -> dict[int, int]:
    """Count the drills held in a stretch of time by school; ``scope`` is ``district_id`` or ``station_id``.

    One that called nobody trained nobody: it does not count.
    """
    query = (
        select(drill.c.school_id, func.count())
        .where(
            drill.c.state == DrillState.HELD.value,
            _CALLED,
            drill.c.started_at >= since,
            drill.c.started_at < before,
            *(drill.c[name] == number for name, number in scope.items()),
        )
        .group_by(drill.c.school_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def judge(transaction: Transaction, fact: AlarmEnded) -> None:
    """Judge the drill that an alarm was, now that it ends; an alarm that is none is left alone."""
    one = of_alarm(transaction.connection, fact.alarm_id) if fact.drill else None
    if one is None:
        return
    tiers = judged(map(Tier.from_dict, fact.tiers), raised_at=fact.raised_at, ended_at=transaction.now)
    change(
        transaction.connection,
        one.id,
        state=DrillState.HELD.value,
        ended_at=transaction.now,
        judgement=[tier.as_dict() for tier in tiers],
    )
    publish(transaction, one.id)


def of_report(transaction: Transaction, fact: AlarmReported) -> DrillView | None:
    """Give the drill that an alarm was, for its report; ``None``: it was none."""
    one = of_alarm(transaction.connection, fact.alarm_id)
    return None if one is None else view(transaction.connection, one)


def publish(transaction: Transaction, drill_id: int) -> DrillView:
    """Tell a drill to those who may know of it, and give it.

    One without notice is told to nobody before it starts: the planner's own answer says it.
    """
    row = by_id(transaction.connection, drill_id)
    assert row is not None
    told = view(transaction.connection, row)
    if row.notice or row.state in {DrillState.STARTED.value, DrillState.HELD.value}:
        query = select(check_in.c.account_id).where(
            check_in.c.post_id == row.post_id, check_in.c.checked_out_at.is_(None)
        )
        there = sorted(set(transaction.connection.execute(query).scalars()))
        rooms = (
            district_room(row.district_id),
            station_room(row.station_id),
            *map(account_room, there),
        )
        transaction.publish(EventName.DRILL_CHANGED, told, rooms)
    return told


def view(connection: Connection, one: Drill) -> DrillView:
    """Write a drill as clients see it."""
    return views(connection, [one])[0]


def views(connection: Connection, rows: Sequence[Drill]) -> list[DrillView]:
    """Write drills as clients see them."""
    query = select(drill.c.id).where(drill.c.id.in_([one.id for one in rows]), _CALLED)
    called = set(connection.execute(query).scalars())
    return [_view(one, called=one.id in called) for one in rows]


def _view(one: Drill, *, called: bool) -> DrillView:
    return {
        "id": one.id,
        "station_id": one.station_id,
        "school_id": one.school_id,
        "post_id": one.post_id,
        "kind": one.kind,
        "scenario": one.scenario,
        "notice": one.notice,
        "state": one.state,
        "planned_by": one.planned_by,
        "alarm_id": one.alarm_id,
        "judgement": one.judgement,
        "called": called,
        "planned_for": moment(one.planned_for),
        "started_at": moment_or_none(one.started_at),
        "ended_at": moment_or_none(one.ended_at),
    }
