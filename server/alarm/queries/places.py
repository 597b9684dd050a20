"""Further places of an alarm: one report named two, or its raiser pressed again elsewhere."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server.alarm.queries.posts import AlarmPost
from server.alarm.rules.alarm import PlaceFrom
from server.alarm.rules.places import AlarmPlace
from server.alarm.tables.alarms import Alarm, FurtherPlace, alarm_place
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows
from server.core.geo import Point


class NewPlace(TypedDict):
    """The columns of a further place that is named."""

    alarm_id: int
    post_id: int
    station_id: int
    school_id: int
    account_id: int | None
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    at: datetime


_of_alarms = (
    select(alarm_place)
    .where(
        alarm_place.c.alarm_id.in_(bindparam("numbers", expanding=True)), alarm_place.c.dropped_at.is_(None)
    )
    .order_by(alarm_place.c.id)
)
_add = insert(alarm_place).returning(alarm_place.c.id)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[FurtherPlace]:
    """Read the further places of some alarms, in the order of their naming."""
    rows = connection.execute(_of_alarms, {"numbers": list(alarm_ids)})
    return [FurtherPlace(**row) for row in rows.mappings()]


kept = TransactionRows("further places of an alarm", of_alarms)


def add(transaction: Transaction, **values: Unpack[NewPlace]) -> int:
    """Add a further place; gives its number."""
    number: int = transaction.connection.execute(_add, values).scalar_one()
    kept.changed(transaction, values["alarm_id"])
    return number


def count_named_by(connection: Connection, alarm_id: int, account_id: int | None) -> int:
    """Count the further places of an alarm that an account has named, those that were dropped too."""
    query = select(func.count()).where(
        alarm_place.c.alarm_id == alarm_id, alarm_place.c.account_id == account_id
    )
    return int(connection.execute(query).scalar_one())


def drop_all(transaction: Transaction, alarm_id: int, *, by: int) -> None:
    """Note that a console chose where an alarm is: it has no further places any more."""
    transaction.connection.execute(
        update(alarm_place)
        .where(alarm_place.c.alarm_id == alarm_id, alarm_place.c.dropped_at.is_(None))
        .values(dropped_at=transaction.now, dropped_by=by)
    )
    kept.changed(transaction, alarm_id)


def is_across(connection: Connection, alarm: Alarm, place: Alarm | FurtherPlace | AlarmPost) -> bool:
    """Tell whether a place is of a school, or of a station, that sees none of an alarm's places."""
    known: list[Alarm | FurtherPlace] = [alarm, *of_alarms(connection, [alarm.id])]
    return all(one.station_id != place.station_id for one in known) or all(
        one.school_id != place.school_id for one in known
    )


def place_of(row: Alarm | FurtherPlace) -> AlarmPlace:
    """Make the place of an alarm's row, or of a further one's."""
    return AlarmPlace(Point(row.latitude, row.longitude), row.accuracy_m, PlaceFrom(row.place_from))


def all_of(connection: Connection, alarm: Alarm) -> list[AlarmPlace]:
    """Read all the places of an alarm, its own first."""
    return [place_of(alarm), *(place_of(row) for row in of_alarms(connection, [alarm.id]))]
