"""Moving what is due when the machine's clock has jumped: SQLite has no other clock than the machine's."""

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Table, select, type_coerce, update

from server.alarm.queries.alarms import OPEN, alarm, response
from server.alarm.queries.ladders import ladder
from server.core.database.base import MICROSECOND
from server.delivery.queries.messages import UNDONE, message

_of_open_alarms = select(alarm.c.id).where(alarm.c.state == OPEN)
_going_on: tuple[tuple[Table, Column[Any], ColumnElement[bool]], ...] = (
    (ladder, ladder.c.due_at, ladder.c.alarm_id.in_(_of_open_alarms)),
    (ladder, ladder.c.target_at, ladder.c.alarm_id.in_(_of_open_alarms)),
    (alarm, alarm.c.held_until, alarm.c.state == OPEN),
    (response, response.c.answer_due_at, response.c.alarm_id.in_(_of_open_alarms)),
    (message, message.c.due_at, message.c.state.in_(UNDONE)),
    (message, message.c.expires_at, message.c.state.in_(UNDONE)),
)


def shift(connection: Connection, by: timedelta) -> int:
    """Move what is due at open alarms, and what waits to be sent, by a time; give how many times were moved.

    SQLite alone: its times are microseconds.
    """
    moved = 0
    for table, column, among in _going_on:
        later = type_coerce(column, BigInteger) + by // MICROSECOND
        moved += connection.execute(
            update(table).where(column.is_not(None), among).values({column.name: later})
        ).rowcount
    return moved
