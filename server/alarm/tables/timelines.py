"""The timeline of each alarm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from server.core.database.base import UtcTime, big_key, metadata

alarm_entry = Table(
    "alarm_entry",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("actor_id", BigInteger),
    Column("act", String(20), nullable=False),
    Column("facts", JSON, nullable=False),
    # The line's place in its alarm's chain (server.alarm.rules.timeline_chain); rows are only ever added.
    Column("ordinal", Integer, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_alarm_entry_alarm_id_ordinal", "alarm_id", "ordinal", unique=True),
)


@dataclass(frozen=True, slots=True)
class AlarmEntry:
    """A line of an alarm's timeline; which ``facts`` it has its act decides."""

    id: int
    alarm_id: int
    at: datetime
    actor_id: int | None
    act: str
    facts: Mapping[str, object]
    ordinal: int
    previous_hash: str
    hash: str
