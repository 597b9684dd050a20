"""Alarms of a console's scope in a span of time, as they stand in a file: places and times, nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from server.alarm.rules.response import ResponseState
from server.alarm.tables.alarms import alarm, response
from server.alarm.tables.pictures import alarm_picture
from server.core.access.roles import Actor, columns_of_scope
from server.places.tables import post, school, station

# Who said that he comes; *released* is whoever was let go after that.
COMING = (ResponseState.RESPONDING, ResponseState.ON_SCENE, ResponseState.LEFT, ResponseState.RELEASED)


@dataclass(frozen=True, slots=True)
class ListedAlarm:
    """An alarm with the names of its places."""

    id: int
    drill: bool
    kind: str | None
    state: str
    source: str
    post_name: str
    school_name: str
    station_name: str
    raised_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None
    merged_into: int | None
    pictures: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Of an alarm and a tier: how many were asked, when the first said that he comes, when the first was there."""

    asked: int
    first_answer_at: datetime | None
    first_there_at: datetime | None


_listed = (
    select(
        alarm.c.id,
        alarm.c.drill,
        alarm.c.kind,
        alarm.c.state,
        alarm.c.source,
        post.c.name.label("post_name"),
        school.c.name.label("school_name"),
        station.c.name.label("station_name"),
        alarm.c.raised_at,
        alarm.c.acknowledged_at,
        alarm.c.resolved_at,
        alarm.c.outcome,
        alarm.c.merged_into,
        select(func.count())
        .select_from(alarm_picture)
        .where(alarm_picture.c.alarm_id == alarm.c.id)
        .scalar_subquery()
        .label("pictures"),
    )
    .join(post, alarm.c.post_id == post.c.id)
    .join(school, alarm.c.school_id == school.c.id)
    .join(station, alarm.c.station_id == station.c.id)
    .order_by(alarm.c.raised_at, alarm.c.id)
)


def _within(who: Actor, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    scope = [alarm.c.district_id == who.district_id]
    scope += [alarm.c[column] == number for column, number in columns_of_scope(who).items()]
    return [*scope, alarm.c.raised_at >= since, alarm.c.raised_at < until]


def listed(
    connection: Connection,
    who: Actor,
    since: datetime,
    until: datetime,
    *,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[ListedAlarm]:
    """Read the next alarms raised in ``[since, until)`` after a key (``None``: the first ones), the oldest first."""
    query = _listed.where(*_within(who, since, until)).limit(limit)
    if after is not None:
        at, number = after
        query = query.where(alarm.c.raised_at >= at, or_(alarm.c.raised_at > at, alarm.c.id > number))
    return [ListedAlarm(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, who: Actor, since: datetime, until: datetime) -> int:
    """Count them."""
    query = select(func.count()).select_from(alarm).where(*_within(who, since, until))
    number: int = connection.execute(query).scalar_one()
    return number


def answers(connection: Connection, alarm_ids: Sequence[int]) -> dict[tuple[int, int], Answers]:
    """Give what came of the calls of some alarms, by alarm and tier; whoever does not count answers for nobody."""
    comes = response.c.state.in_([one.value for one in COMING]) & response.c.doubt.is_(None)
    query = (
        select(
            response.c.alarm_id,
            response.c.tier,
            func.count().label("asked"),
            func.min(response.c.responded_at).filter(comes).label("first_answer_at"),
            func.min(response.c.on_scene_at).filter(comes).label("first_there_at"),
        )
        .where(response.c.alarm_id.in_(alarm_ids))
        .group_by(response.c.alarm_id, response.c.tier)
    )
    return {
        (row.alarm_id, row.tier): Answers(row.asked, row.first_answer_at, row.first_there_at)
        for row in connection.execute(query)
    }
