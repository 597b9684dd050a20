"""What is still to be done after an alarm: a text, whose it is, until when, and when it was done."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlalchemy import (
    Connection,
    insert,
    select,
    update,
)

from server.alarm.tables.follow_ups import FollowUp, follow_up


class NewFollowUp(TypedDict):
    """The columns of a new follow-up."""

    alarm_id: int
    text: str
    owner: str
    due_on: date
    added_at: datetime
    added_by: int


def add(connection: Connection, **values: Unpack[NewFollowUp]) -> int:
    """Add a follow-up; gives its number."""
    number: int = connection.execute(
        insert(follow_up).values(**values).returning(follow_up.c.id)
    ).scalar_one()
    return number


def complete(connection: Connection, follow_up_id: int, *, by: int, now: datetime) -> None:
    """Note that a follow-up was done."""
    done = update(follow_up).where(follow_up.c.id == follow_up_id)
    connection.execute(done.values(done_at=now, done_by=by))


def by_id(connection: Connection, alarm_id: int, follow_up_id: int) -> FollowUp | None:
    """Read a follow-up of an alarm."""
    query = select(follow_up).where(follow_up.c.id == follow_up_id, follow_up.c.alarm_id == alarm_id)
    row = connection.execute(query).mappings().first()
    return FollowUp(**row) if row else None


def of_alarm(connection: Connection, alarm_id: int) -> list[FollowUp]:
    """Read the follow-ups of an alarm, by due date."""
    query = select(follow_up).where(follow_up.c.alarm_id == alarm_id)
    rows = connection.execute(query.order_by(follow_up.c.due_on, follow_up.c.id)).mappings()
    return [FollowUp(**row) for row in rows]
