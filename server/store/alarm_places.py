"""Further places of an alarm: one report named two, or its raiser pressed again elsewhere."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Float, ForeignKey, String, Table, insert, select, update

from server.store.base import UtcTime, big_key, metadata

alarm_place = Table(
    "alarm_place",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("station_id", ForeignKey("station.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id"), nullable=False, index=True),
    # Who named it; nobody where a machine did.
    Column("account_id", ForeignKey("account.id")),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("place_from", String(10), nullable=False),
    Column("at", UtcTime, nullable=False),
    # A console chose: it is not here.
    Column("dropped_at", UtcTime),
    Column("dropped_by", ForeignKey("account.id")),
)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[Mapping[str, Any]]:
    """Read the further places of some alarms, in the order of their naming."""
    query = (
        select(alarm_place)
        .where(alarm_place.c.alarm_id.in_(list(alarm_ids)), alarm_place.c.dropped_at.is_(None))
        .order_by(alarm_place.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def add(connection: Connection, **values: Any) -> int:
    """Add a further place; gives its number."""
    number: int = connection.execute(
        insert(alarm_place).values(**values).returning(alarm_place.c.id)
    ).scalar_one()
    return number


def drop(connection: Connection, place_id: int, *, by: int, now: datetime) -> None:
    """Note that a console chose another place."""
    connection.execute(
        update(alarm_place).where(alarm_place.c.id == place_id).values(dropped_at=now, dropped_by=by)
    )
