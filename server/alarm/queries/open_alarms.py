"""The alarms that go on, by where they are and by who takes part. The tables are in ``server.alarm.queries.alarms``."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    union,
    union_all,
)

from server.alarm.queries.alarms import OPEN
from server.alarm.tables.alarms import Alarm, alarm, alarm_place, alarm_report, response
from server.core.geo import Box


@dataclass(frozen=True, slots=True)
class SpotOfAlarm:
    """A place of an open alarm."""

    alarm_id: int
    post_id: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SpotOfRaiser:
    """Where an open alarm is, and who raised it."""

    latitude: float
    longitude: float
    post_id: int
    raised_by: int | None


def near(
    connection: Connection, *, district_id: int, account_id: int | None, since: datetime, box: Box
) -> list[Alarm]:
    """Read the open alarms of a district, drills too, that an account raised, or anybody since a time in a box.

    Whoever opened one whose raiser is somebody with standing by now is its raiser here: it is one alarm of both.
    """
    recent = and_(
        alarm.c.raised_at >= since,
        alarm.c.latitude.between(box.south, box.north),
        alarm.c.longitude.between(box.west, box.east),
    )
    opened = _opened_by(account_id)
    whose = or_(recent, alarm.c.raised_by == account_id, opened) if account_id is not None else recent
    query = select(alarm, opened.label("opened")).where(
        alarm.c.state == OPEN, alarm.c.district_id == district_id, whose
    )
    found = []
    for row in connection.execute(query.order_by(alarm.c.id.desc())).mappings():
        columns = dict(row)
        is_opener = columns.pop("opened")
        one = Alarm(**columns)
        found.append(replace(one, raised_by=account_id) if is_opener else one)
    return found


def _opened_by(account_id: int | None) -> ColumnElement[bool]:
    """Make the condition for the alarms whose first press was an account's."""
    if account_id is None:
        return false()
    earlier = alarm_report.alias()
    first = select(func.min(earlier.c.id)).where(earlier.c.alarm_id == alarm.c.id).correlate(alarm)
    return exists().where(
        alarm_report.c.id == first.scalar_subquery(), alarm_report.c.account_id == account_id
    )


def at_post(connection: Connection, post_id: int) -> list[Alarm]:
    """Read the open alarms at a post, drills too; the newest first."""
    query = select(alarm).where(alarm.c.state == OPEN, alarm.c.post_id == post_id).order_by(alarm.c.id.desc())
    return [Alarm(**row) for row in connection.execute(query).mappings()]


def real_open(connection: Connection, district_id: int) -> list[Alarm]:
    """Read the open alarms of a district that are no drills."""
    query = select(alarm).where(
        alarm.c.state == OPEN, alarm.c.district_id == district_id, alarm.c.drill.is_(False)
    )
    return [Alarm(**row) for row in connection.execute(query).mappings()]


_going_on = (alarm.c.state == OPEN, alarm.c.district_id == bindparam("district_id"))
_spots = union_all(
    select(alarm.c.id.label("alarm_id"), alarm.c.post_id, alarm.c.latitude, alarm.c.longitude).where(
        *_going_on
    ),
    select(alarm_place.c.alarm_id, alarm_place.c.post_id, alarm_place.c.latitude, alarm_place.c.longitude)
    .join(alarm, alarm.c.id == alarm_place.c.alarm_id)
    .where(*_going_on, alarm_place.c.dropped_at.is_(None)),
)


def spots(connection: Connection, district_id: int) -> list[SpotOfAlarm]:
    """Read where the open alarms of a district are, drills too, with their further places."""
    return [SpotOfAlarm(*row) for row in connection.execute(_spots, {"district_id": district_id})]


def of_account(connection: Connection, account_id: int) -> list[int]:
    """Read the open alarms that an account reported or was asked to, in the order in which they are locked."""
    taking_part = union(
        select(alarm_report.c.alarm_id).where(alarm_report.c.account_id == account_id),
        select(response.c.alarm_id).where(response.c.account_id == account_id),
    )
    query = select(alarm.c.id).where(alarm.c.state == OPEN, alarm.c.id.in_(taking_part)).order_by(alarm.c.id)
    return list(connection.execute(query).scalars())


def other_spots(connection: Connection, alarm_row: Alarm) -> list[SpotOfRaiser]:
    """Read where the other open alarms of full standing in a district are, and who raised each; no drills."""
    query = select(alarm.c.latitude, alarm.c.longitude, alarm.c.post_id, alarm.c.raised_by).where(
        alarm.c.state == OPEN,
        alarm.c.district_id == alarm_row.district_id,
        alarm.c.full_standing,
        alarm.c.drill.is_(False),
        alarm.c.id != alarm_row.id,
    )
    return [SpotOfRaiser(*row) for row in connection.execute(query)]
