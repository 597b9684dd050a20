"""Units of the joint response, their plans, tasks and links; and their rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
)

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone

# A unit is rung up at its duty desk: no person stands here.
unit = Table(
    "unit",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    # In clear, for programs before release 4 alone.
    Column("telephone", String(30)),
    *telephones.columns("unit.telephone"),
    Column("desk", String(60), nullable=False, default=""),
    Column("archived", Boolean, nullable=False, default=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", BigInteger),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that comes to alarms, and the duty desk at which it is rung up."""

    id: int
    district_id: int
    name: str
    kind: str
    telephone: str | None
    telephone_sealed: SealedTelephone | None
    desk: str
    archived: bool
    changed_at: datetime
    changed_by: int | None

    @property
    def number(self) -> str | None:
        """Give the desk's telephone; ``None`` where it cannot be opened."""
        return telephones.number(self.telephone, self.telephone_sealed)


joint_plan = Table(
    "joint_plan",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("kind", String(20)),
    Column("school_id", ForeignKey("school.id")),
    # School and kind in one text, so that no two plans cover the same; NULL, which equals nothing, once archived.
    Column("covers", String(60)),
    Column("lead_unit_id", ForeignKey("unit.id"), nullable=False),
    Column("support_unit_ids", JSON, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", BigInteger),
    UniqueConstraint("district_id", "covers"),
)


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A plan as it was written down; ``covers`` is ``None`` once it is archived."""

    id: int
    district_id: int
    kind: str | None
    school_id: int | None
    covers: str | None
    lead_unit_id: int
    support_unit_ids: list[int]
    changed_at: datetime
    changed_by: int | None


joint_link = Table(
    "joint_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("task_id", ForeignKey("joint_task.id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)


joint_task = Table(
    "joint_task",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    # As the unit was called then: a report does not change because a unit was renamed.
    Column("name", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("part", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    # By which way its link went out; NULL: by none, so somebody rings it up.
    Column("channel", String(20)),
    Column("called_by", BigInteger),
    Column("notified_at", UtcTime, nullable=False),
    Column("acknowledged_at", UtcTime),
    Column("on_the_way_at", UtcTime),
    Column("arrived_at", UtcTime),
    UniqueConstraint("alarm_id", "unit_id"),
)


@dataclass(frozen=True, slots=True)
class JointTask:
    """What a unit was called to, and how far it has come; what the columns mean stands in the table."""

    id: int
    alarm_id: int
    unit_id: int
    name: str
    kind: str
    part: str
    state: str
    channel: str | None
    called_by: int | None
    notified_at: datetime
    acknowledged_at: datetime | None
    on_the_way_at: datetime | None
    arrived_at: datetime | None


# One row for each act: the key is what makes "one use for each" true, and tells a retry from a second use.
joint_use = Table(
    "joint_use",
    metadata,
    Column("task_id", ForeignKey("joint_task.id"), primary_key=True, autoincrement=False),
    Column("act", String(20), primary_key=True),
    Column("request_id", String(36), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("task_id", "request_id"),
)
