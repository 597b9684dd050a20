"""What is still to be done after an alarm."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey, String, Table, Text

from server.core.database.base import UtcTime, big_key, metadata

follow_up = Table(
    "follow_up",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("owner", String(60), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("added_by", BigInteger, nullable=False),
    Column("done_at", UtcTime),
    Column("done_by", BigInteger),
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is still to be done after an alarm: whose it is, until when, and when it was done."""

    id: int
    alarm_id: int
    text: str
    owner: str
    due_on: date
    added_at: datetime
    added_by: int
    done_at: datetime | None
    done_by: int | None
