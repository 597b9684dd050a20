"""The timeline of each alarm: lines that are only ever added, each chained to the one before it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    insert,
    select,
)

from server.domain.alarm import Entry
from server.domain.chain import seal
from server.store.alarms import alarm, change
from server.store.base import UtcTime, big_key, metadata

alarm_entry = Table(
    "alarm_entry",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("actor_id", BigInteger),
    Column("act", String(20), nullable=False),
    Column("facts", JSON, nullable=False),
    # The line's place in its alarm's chain (server.domain.chain); rows are only ever added.
    Column("ordinal", Integer, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_alarm_entry_alarm_id_ordinal", "alarm_id", "ordinal", unique=True),
)


def enter(
    connection: Connection,
    alarm_id: int,
    *,
    act: Entry,
    actor_id: int | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    """Add a line to the timeline; ``actor_id`` is ``None`` for what the clock or the rules did."""
    line = {"at": at, "actor_id": actor_id, "act": act.value, "facts": facts or {}}
    add_entries(connection, alarm_id, [line])


def add_entries(connection: Connection, alarm_id: int, entries: list[dict[str, Any]]) -> None:
    """Add lines to an alarm's timeline: ``at, actor_id, act, facts``; each is chained to the one before it.

    Whoever writes an alarm holds its row, so the chain has one end.
    """
    if not entries:
        return
    end = select(alarm.c.entry_count, alarm.c.head).where(alarm.c.id == alarm_id).with_for_update()
    count, head = connection.execute(end).one()
    rows = []
    for line in entries:
        count, previous = count + 1, head
        head = seal(alarm_id=alarm_id, ordinal=count, previous=previous, **line)
        rows.append(line | {"alarm_id": alarm_id, "ordinal": count, "previous_hash": previous, "hash": head})
    connection.execute(insert(alarm_entry), rows)
    change(connection, alarm_id, entry_count=count, head=head)


def head_of(connection: Connection, alarm_id: int) -> dict[str, Any]:
    """Give the end of an alarm's chain as the audit log keeps it: ``entries`` and ``head``."""
    row = connection.execute(select(alarm.c.entry_count, alarm.c.head).where(alarm.c.id == alarm_id)).one()
    return {"entries": row.entry_count, "head": row.head}


def entries(connection: Connection, alarm_ids: Iterable[int]) -> list[Mapping[str, Any]]:
    """Read the timelines of some alarms, in the order in which things happened."""
    query = select(alarm_entry).where(alarm_entry.c.alarm_id.in_(list(alarm_ids))).order_by(alarm_entry.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]
