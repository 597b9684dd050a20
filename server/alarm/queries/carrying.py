"""What an alarm takes over from one that was merged into it: rows like those of the other, under numbers of its own."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from server.alarm.queries import asides, places, reports
from server.alarm.tables.alarms import (
    Alarm,
    FurtherPlace,
    Press,
    alarm_report,
)
from server.alarm.tables.standing import Aside, aside
from server.core.database.transaction import Transaction


def presses(transaction: Transaction, rows: Iterable[Press], *, to: int) -> None:
    """Take over presses of the button."""
    values = [_columns(one, to) for one in rows]
    if values:
        transaction.connection.execute(insert(alarm_report), values)
        reports.kept.changed(transaction, to)


def place(
    transaction: Transaction, one: Alarm | FurtherPlace, *, to: int, by: int | None, at: datetime
) -> None:
    """Take over where the other alarm is, or a further place of it; ``by`` and ``at``: who named it, when."""
    places.add(
        transaction,
        alarm_id=to,
        post_id=one.post_id,
        station_id=one.station_id,
        school_id=one.school_id,
        latitude=one.latitude,
        longitude=one.longitude,
        accuracy_m=one.accuracy_m,
        place_from=one.place_from,
        account_id=by,
        at=at,
    )


def put_aside(transaction: Transaction, one: Aside, *, to: int) -> None:
    """Take over that somebody is aside."""
    transaction.connection.execute(insert(aside).values(_columns(one, to)))
    asides.kept.changed(transaction, to)


def _columns(row: Press | Aside, to: int) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "id"} | {"alarm_id": to}
