"""Tables of exercises, and their rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.alarm.rules.targets import WrittenJudgement
from server.core.database.base import UtcTime, big_key, metadata

drill = Table(
    "drill",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("station_id", ForeignKey("station.id"), nullable=False),
    Column("school_id", ForeignKey("school.id"), nullable=False, index=True),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("scenario", Text, nullable=False),
    Column("notice", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("planned_for", UtcTime, nullable=False),
    Column("planned_at", UtcTime, nullable=False),
    Column("planned_by", BigInteger, nullable=False),
    Column("started_at", UtcTime),
    Column("started_by", BigInteger),
    Column("cancelled_at", UtcTime),
    Column("alarm_id", BigInteger, unique=True),
    Column("ended_at", UtcTime),
    # The tiers against 1-3-5, once it has ended.
    Column("judgement", JSON),
    Index("ix_drill_district_id_state", "district_id", "state"),
)


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill; ``judgement`` has its tiers against 1-3-5, once it has ended."""

    id: int
    district_id: int
    station_id: int
    school_id: int
    post_id: int
    kind: str
    scenario: str
    notice: bool
    state: str
    planned_for: datetime
    planned_at: datetime
    planned_by: int
    started_at: datetime | None
    started_by: int | None
    cancelled_at: datetime | None
    alarm_id: int | None
    ended_at: datetime | None
    judgement: list[WrittenJudgement] | None


gate_device = Table(
    "gate_device",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    Column("label", String(60), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    # The key before the last rotation: it raises nothing, but a test shows that the device still has it.
    Column("old_key_hash", String(64), index=True),
    Column("issued_at", UtcTime, nullable=False),
    Column("rotated_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("last_signal_at", UtcTime),
)


device_signal = Table(
    "device_signal",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("device_id", ForeignKey("gate_device.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("request_id", String(36)),
    Column("alarm_id", BigInteger),
    UniqueConstraint("device_id", "request_id"),
    Index("ix_device_signal_device_id_at", "device_id", "at"),
)


@dataclass(frozen=True, slots=True)
class DeviceSignal:
    """What a gate device sent, and what it was taken for."""

    id: int
    device_id: int
    at: datetime
    kind: str
    request_id: str | None
    alarm_id: int | None


device_test = Table(
    "device_test",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    # Without one it is the whole district's.
    Column("station_id", ForeignKey("station.id")),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("announced_at", UtcTime, nullable=False),
    Column("planned_by", BigInteger),
    Column("cancelled_at", UtcTime),
)


@dataclass(frozen=True, slots=True)
class DeviceTest:
    """A planned test of a station's devices, or (no station) of the whole district's."""

    id: int
    district_id: int
    station_id: int | None
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    planned_by: int | None
    cancelled_at: datetime | None
