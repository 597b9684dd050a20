"""Who is aside at an alarm, and whom a police console lets count in one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Table

from server.core.database.base import UtcTime, big_key, metadata

aside = Table(
    "alarm_aside",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("by", ForeignKey("account.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    # How often the account has pressed there since.
    Column("presses", Integer, nullable=False),
    Column("lifted_at", UtcTime),
    Column("lifted_by", ForeignKey("account.id")),
)


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody whom a police console has put aside at an alarm; ``presses`` counts those since."""

    id: int
    alarm_id: int
    account_id: int
    by: int
    at: datetime
    until: datetime
    presses: int
    lifted_at: datetime | None
    lifted_by: int | None


# Whom a police console lets count in one alarm.
voucher = Table(
    "alarm_voucher",
    metadata,
    Column("alarm_id", ForeignKey("alarm.id"), primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("by", ForeignKey("account.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Voucher:
    """Somebody whom a police console lets count in an alarm."""

    alarm_id: int
    account_id: int
    by: int
    at: datetime
