"""Unapproved accounts that a police console has put aside at the places of one alarm."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from server.alarm.queries.alarms import OPEN
from server.alarm.tables.alarms import alarm
from server.alarm.tables.standing import Aside, aside
from server.core.database.base import UtcTime
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows

_of_alarms = (
    select(aside)
    .where(aside.c.alarm_id.in_(bindparam("numbers", expanding=True)), aside.c.lifted_at.is_(None))
    .order_by(aside.c.id)
)
_of_district = (
    select(aside)
    .join(alarm, aside.c.alarm_id == alarm.c.id)
    .where(
        aside.c.lifted_at.is_(None),
        aside.c.until > bindparam("now", type_=UtcTime()),
        alarm.c.state == OPEN,
        alarm.c.district_id == bindparam("district"),
    )
    .order_by(aside.c.id)
)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[Aside]:
    """Read who was put aside at some alarms and has not been let back, oldest first."""
    rows = connection.execute(_of_alarms, {"numbers": list(alarm_ids)})
    return [Aside(**row) for row in rows.mappings()]


kept = TransactionRows("who is aside at an alarm", of_alarms)


def add(transaction: Transaction, alarm_id: int, account_id: int, *, by: int, until: datetime) -> None:
    """Put an account aside at an alarm, until a time."""
    row = {"alarm_id": alarm_id, "account_id": account_id, "by": by, "at": transaction.now, "until": until}
    transaction.connection.execute(insert(aside).values(**row, presses=0))
    kept.changed(transaction, alarm_id)


def of_district(connection: Connection, district_id: int, now: datetime) -> list[Aside]:
    """Read who is aside now at the open alarms of a district."""
    rows = connection.execute(_of_district, {"district": district_id, "now": now})
    return [Aside(**row) for row in rows.mappings()]


def pressed(transaction: Transaction, one: Aside) -> None:
    """Count a press of somebody who is aside."""
    more = update(aside).where(aside.c.id == one.id).values(presses=aside.c.presses + 1)
    transaction.connection.execute(more)
    kept.changed(transaction, one.alarm_id)


def lift(transaction: Transaction, alarm_id: int, account_id: int, *, by: int | None) -> None:
    """Let an account back that is aside at an alarm."""
    transaction.connection.execute(
        update(aside)
        .where(aside.c.alarm_id == alarm_id, aside.c.account_id == account_id, aside.c.lifted_at.is_(None))
        .values(lifted_at=transaction.now, lifted_by=by)
    )
    kept.changed(transaction, alarm_id)
