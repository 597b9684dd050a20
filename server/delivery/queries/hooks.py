"""Chat rooms and machines that hear of alarms through a webhook: of a station, or of a whole district."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    insert,
    or_,
    select,
    update,
)

from server.delivery.tables import hook


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


def page(connection: Connection, district_id: int, *, after: int, limit: int) -> list[Mapping[str, Any]]:
    """Read the hooks of a district, oldest first."""
    query = select(hook).where(hook.c.district_id == district_id, hook.c.id > after)
    return [dict(row) for row in connection.execute(query.order_by(hook.c.id).limit(limit)).mappings()]


def add(connection: Connection, **values: Any) -> int:
    """Add a hook and give its number."""
    number: int = connection.execute(insert(hook).values(**values).returning(hook.c.id)).scalar_one()
    return number


def change(connection: Connection, hook_id: int, **values: Any) -> None:
    """Change columns of a hook."""
    connection.execute(update(hook).where(hook.c.id == hook_id).values(**values))


def names(connection: Connection, hook_ids: Iterable[int]) -> dict[int, str]:
    """Read what some hooks are called, by number."""
    numbers = list(hook_ids)
    if not numbers:
        return {}
    rows = connection.execute(select(hook.c.id, hook.c.name).where(hook.c.id.in_(numbers)))
    return {row.id: row.name for row in rows}


def note_result(connection: Connection, hook_id: int, *, reason: str | None, now: datetime) -> None:
    """Note how the newest message to a hook went; no ``reason``: it was taken."""
    values: dict[str, Any] = {"last_try_at": now, "last_reason": reason}
    values |= {"last_ok_at": now, "failures": 0} if reason is None else {"failures": hook.c.failures + 1}
    change(connection, hook_id, **values)
