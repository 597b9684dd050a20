"""Chat rooms and machines that hear of alarms through a webhook: of a station, or of a whole district."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Connection, ForeignKey, String, Table, or_, select

from server.store.base import UtcTime, big_key, metadata

hook = Table(
    "hook",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    # None: of the whole district.
    Column("station_id", ForeignKey("station.id")),
    # chat or webhook
    Column("channel", String(20), nullable=False),
    # wecom, dingtalk, feishu or plain
    Column("format", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", String(200)),
    Column("enabled", Boolean, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)


def of_station(connection: Connection, district_id: int, station_id: int) -> list[Mapping[str, Any]]:
    """Read the enabled hooks that hear of a station's alarms, those of its district too."""
    query = select(hook).where(
        hook.c.district_id == district_id,
        or_(hook.c.station_id.is_(None), hook.c.station_id == station_id),
        hook.c.enabled,
    )
    return [dict(row) for row in connection.execute(query.order_by(hook.c.id)).mappings()]


def by_id(connection: Connection, hook_id: int) -> Mapping[str, Any] | None:
    """Read a hook."""
    row = connection.execute(select(hook).where(hook.c.id == hook_id)).mappings().first()
    return dict(row) if row else None
