"""Chat rooms and machines that hear of alarms through a webhook: of a station, or of a whole district."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import (
    Connection,
    insert,
    or_,
    select,
    update,
)

from server.delivery.tables import Hook, hook


class HookChanges(TypedDict, total=False):
    """The columns that an administrator may set anew."""

    station_id: int | None
    name: str
    url: str
    secret: str | None
    enabled: bool


class NewHook(TypedDict):
    """The columns that he sets of a new one."""

    station_id: int | None
    format: str
    name: str
    url: str
    secret: str | None
    enabled: bool


def of_station(connection: Connection, district_id: int, station_id: int) -> list[Hook]:
    """Read the enabled hooks that hear of a station's alarms, those of its district too."""
    query = select(hook).where(
        hook.c.district_id == district_id,
        or_(hook.c.station_id.is_(None), hook.c.station_id == station_id),
        hook.c.enabled,
    )
    return [Hook(**row) for row in connection.execute(query.order_by(hook.c.id)).mappings()]


def by_id(connection: Connection, hook_id: int) -> Hook | None:
    """Read a hook."""
    row = connection.execute(select(hook).where(hook.c.id == hook_id)).mappings().first()
    return Hook(**row) if row else None


def page(connection: Connection, district_id: int, *, after: int, limit: int) -> list[Hook]:
    """Read the hooks of a district, oldest first."""
    query = select(hook).where(hook.c.district_id == district_id, hook.c.id > after)
    return [Hook(**row) for row in connection.execute(query.order_by(hook.c.id).limit(limit)).mappings()]


def add(
    connection: Connection, *, district_id: int, channel: str, now: datetime, **values: Unpack[NewHook]
) -> int:
    """Add a hook and give its number."""
    statement = insert(hook).values(
        **values, district_id=district_id, channel=channel, failures=0, changed_at=now
    )
    number: int = connection.execute(statement.returning(hook.c.id)).scalar_one()
    return number


def change(connection: Connection, hook_id: int, *, now: datetime, **values: Unpack[HookChanges]) -> None:
    """Change columns of a hook."""
    connection.execute(update(hook).where(hook.c.id == hook_id).values(**values, changed_at=now))


def names(connection: Connection, hook_ids: Iterable[int]) -> dict[int, str]:
    """Read what some hooks are called, by number."""
    numbers = list(hook_ids)
    if not numbers:
        return {}
    rows = connection.execute(select(hook.c.id, hook.c.name).where(hook.c.id.in_(numbers)))
    return {row.id: row.name for row in rows}


def note_result(connection: Connection, hook_id: int, *, reason: str | None, now: datetime) -> None:
    """Note how the newest message to a hook went; no ``reason``: it was taken."""
    went = update(hook).where(hook.c.id == hook_id).values(last_try_at=now, last_reason=reason)
    taken = went.values(last_ok_at=now, failures=0)
    connection.execute(taken if reason is None else went.values(failures=hook.c.failures + 1))
