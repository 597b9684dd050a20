"""Where the tiers of alarms stand, and the plans of their steps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from server.alarm.rules.shapes import WrittenStep
from server.core.database.base import UtcTime, big_key, metadata

ladder = Table(
    "ladder",
    metadata,
    Column("alarm_id", ForeignKey("alarm.id"), primary_key=True),
    Column("tier", Integer, primary_key=True),
    Column("phase", String(20), nullable=False),
    Column("next_step", Integer, nullable=False),
    Column("happened", Integer, nullable=False),
    Column("due_at", UtcTime, index=True),
    Column("target_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)


# One row for each step that was taken: the constraint is what makes "exactly once" true, whoever takes it.
ladder_step = Table(
    "ladder_step",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    Column("reached", Integer, nullable=False),
    UniqueConstraint("alarm_id", "tier", "number"),
)


escalation_plan = Table(
    "escalation_plan",
    metadata,
    Column("district_id", ForeignKey("district.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("steps", JSON, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", BigInteger),
)


@dataclass(frozen=True, slots=True)
class EscalationPlan:
    """The steps of a district for a kind of alarm, or for any."""

    district_id: int
    kind: str
    steps: list[WrittenStep]
    changed_at: datetime
    changed_by: int | None
