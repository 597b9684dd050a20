"""Who pressed the button for an alarm, and the kind that each told. The table is in ``server.alarm.queries.alarms``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection, Integer, and_, bindparam, cast, func, insert, select, update

from server.alarm.tables.alarms import Press, alarm_report
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who pressed for an alarm: when first, the kind that he told, and whether he ever pressed covertly."""

    alarm_id: int
    account_id: int
    at: datetime
    kind: str | None
    covert: bool


class NewPress(TypedDict):
    """The columns of a press; its kind is told later."""

    alarm_id: int
    account_id: int | None
    at: datetime
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    session_state: str
    post_id: int
    covert: bool


_add = insert(alarm_report)
_of_alarms = (
    select(
        alarm_report.c.alarm_id,
        alarm_report.c.account_id,
        func.min(alarm_report.c.at).label("at"),
        # Told once by each; its further presses leave it open.
        func.max(alarm_report.c.kind).label("kind"),
        func.max(cast(alarm_report.c.covert, Integer)).label("covert"),
    )
    .where(
        alarm_report.c.alarm_id.in_(bindparam("numbers", expanding=True)),
        alarm_report.c.account_id.is_not(None),
    )
    .group_by(alarm_report.c.alarm_id, alarm_report.c.account_id)
    .order_by(func.min(alarm_report.c.id))
)


def add(transaction: Transaction, **values: Unpack[NewPress]) -> None:
    """Add a press of the button: the first one, or a further one that joined."""
    transaction.connection.execute(_add, values)
    alarm_id, account_id = values["alarm_id"], values["account_id"]
    if account_id is not None and kept.known(transaction, alarm_id) == []:
        first = Reporter(alarm_id, account_id, values["at"], None, covert=values["covert"])
        kept.now(transaction, alarm_id, [first])
    elif account_id is not None:
        kept.changed(transaction, alarm_id)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[Reporter]:
    """Read who pressed the button for some alarms, each account once with its first press."""
    return [
        Reporter(number, account_id, at, kind, covert=bool(covert))
        for number, account_id, at, kind, covert in connection.execute(
            _of_alarms, {"numbers": list(alarm_ids)}
        )
    ]


kept = TransactionRows("reporters of an alarm", of_alarms)


def of_alarm(transaction: Transaction, alarm_id: int) -> list[Reporter]:
    """Give who pressed the button for an alarm as it is in this transaction, as ``of_alarms`` does."""
    return kept.of(transaction, alarm_id)


def is_known(connection: Connection, alarm_id: int, *, account_id: int | None, post_id: int) -> bool:
    """Tell whether an account has pressed for an alarm before; without one, whether a device of a post has."""
    by = alarm_report.c.account_id == account_id
    if account_id is None:
        by = and_(alarm_report.c.account_id.is_(None), alarm_report.c.post_id == post_id)
    query = select(alarm_report.c.id).where(alarm_report.c.alarm_id == alarm_id, by)
    return connection.execute(query.limit(1)).first() is not None


def presses(connection: Connection, alarm_id: int) -> list[Press]:
    """Read the presses that an alarm stands for, whole and in their order."""
    query = select(alarm_report).where(alarm_report.c.alarm_id == alarm_id).order_by(alarm_report.c.id)
    return [Press(**row) for row in connection.execute(query).mappings()]


def count(connection: Connection, alarm_id: int) -> int:
    """Count the presses that an alarm stands for."""
    query = select(func.count()).select_from(alarm_report).where(alarm_report.c.alarm_id == alarm_id)
    return int(connection.execute(query).scalar_one())


def tell_kind(transaction: Transaction, *, alarm_id: int, account_id: int, kind: str) -> None:
    """Note the kind that somebody told with his reports of an alarm."""
    transaction.connection.execute(
        update(alarm_report)
        .where(alarm_report.c.alarm_id == alarm_id, alarm_report.c.account_id == account_id)
        .values(kind=kind)
    )
    kept.changed(transaction, alarm_id)
