"""Unapproved accounts that a police console has put aside at the places of one alarm."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from server.alarm.queries.alarms import OPEN
from server.alarm.tables.alarms import alarm
from server.alarm.tables.standing import Aside, aside


def add(
    connection: Connection, alarm_id: int, account_id: int, *, by: int, at: datetime, until: datetime
) -> None:
    """Put an account aside at an alarm, until a time."""
    values = {"alarm_id": alarm_id, "account_id": account_id, "by": by, "at": at, "until": until}
    connection.execute(insert(aside).values(**values, presses=0))


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[Aside]:
    """Read who was put aside at some alarms and has not been let back, oldest first."""
    query = (
        select(aside)
        .where(aside.c.alarm_id.in_(list(alarm_ids)), aside.c.lifted_at.is_(None))
        .order_by(aside.c.id)
    )
    return [Aside(**row) for row in connection.execute(query).mappings()]


def of_district(connection: Connection, district_id: int, now: datetime) -> list[Aside]:
    """Read who is aside now at the open alarms of a district."""
    query = (
        select(aside)
        .join(alarm, aside.c.alarm_id == alarm.c.id)
        .where(
            aside.c.lifted_at.is_(None),
            aside.c.until > now,
            alarm.c.state == OPEN,
            alarm.c.district_id == district_id,
        )
        .order_by(aside.c.id)
    )
    return [Aside(**row) for row in connection.execute(query).mappings()]


def pressed(connection: Connection, aside_id: int) -> None:
    """Count a press of somebody who is aside."""
    connection.execute(update(aside).where(aside.c.id == aside_id).values(presses=aside.c.presses + 1))


def lift(connection: Connection, alarm_id: int, account_id: int, *, by: int | None, now: datetime) -> None:
    """Let an account back that is aside at an alarm."""
    connection.execute(
        update(aside)
        .where(aside.c.alarm_id == alarm_id, aside.c.account_id == account_id, aside.c.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by)
    )
