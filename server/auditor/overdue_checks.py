"""What should have happened to open alarms by now and has not: read by the auditor alone, a hundred rows at most."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select

from server.alarm.queries.alarms import OPEN
from server.alarm.rules.response import ResponseState
from server.alarm.tables.alarms import alarm, response
from server.alarm.tables.escalation import ladder
from server.delivery.queries.messages import UNDONE
from server.delivery.tables import message

MOST = 100


def steps(connection: Connection, before: datetime) -> list[Mapping[str, Any]]:
    """Read the steps of open alarms that were due before a time, the oldest first: ``alarm_id, tier, due_at``."""
    query = (
        select(ladder.c.alarm_id, ladder.c.tier, ladder.c.due_at)
        .join(alarm, ladder.c.alarm_id == alarm.c.id)
        .where(ladder.c.due_at <= before, alarm.c.state == OPEN)
        .order_by(ladder.c.due_at)
        .limit(MOST)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def without_step(connection: Connection) -> list[Mapping[str, Any]]:
    """Read the open alarms at which no tier has anything due any more, which never may be: ``alarm_id``."""
    due = exists().where(ladder.c.alarm_id == alarm.c.id, ladder.c.due_at.is_not(None))
    query = select(alarm.c.id.label("alarm_id")).where(alarm.c.state == OPEN, ~due).order_by(alarm.c.id)
    return [dict(row) for row in connection.execute(query.limit(MOST)).mappings()]


def answers(connection: Connection, before: datetime) -> list[Mapping[str, Any]]:
    """Read whose time to answer an open alarm ran out before a time, the oldest first: ``alarm_id, tier, due_at``."""
    query = (
        select(response.c.alarm_id, response.c.tier, response.c.answer_due_at.label("due_at"))
        .join(alarm, response.c.alarm_id == alarm.c.id)
        .where(
            alarm.c.state == OPEN,
            response.c.state == ResponseState.NOTIFIED.value,
            response.c.answer_due_at <= before,
        )
        .order_by(response.c.answer_due_at)
        .limit(MOST)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def unsent(connection: Connection, before: datetime) -> list[Mapping[str, Any]]:
    """Read what should have left before a time: ``message_id, channel, state, alarm_id, due_at``, the oldest first."""
    shown = (message.c.id.label("message_id"), message.c.channel, message.c.state, message.c.alarm_id)
    query = (
        select(*shown, message.c.due_at)
        .where(message.c.state.in_(UNDONE), message.c.due_at <= before)
        .order_by(message.c.due_at)
        .limit(MOST)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
