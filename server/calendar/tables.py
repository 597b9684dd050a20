"""Tables of the calendar."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.kept_rows import feeds
from server.core.database.sealing import telephones

# The rosters that each process keeps, by post and peak.
KEPT_ROSTER = "roster"

roster = Table(
    "roster",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("account_id", ForeignKey("account.id")),
    # In clear, for programs before release 4 alone.
    Column("phone", String(20), index=True),
    *telephones.columns("roster.phone", index="plain"),
    Column("name", String(60), nullable=False),
    Column("category", String(20), nullable=False),
    Column("peak", String(30), nullable=False),
    Column("weekdays", Integer, nullable=False),
    UniqueConstraint("post_id", "phone", "peak"),
    UniqueConstraint("post_id", "phone_index", "peak"),
    Index("ix_roster_post_id_peak", "post_id", "peak"),
    Index("ix_roster_account_id", "account_id"),
    info=feeds(KEPT_ROSTER),
)

# Who stands where on a date by a plan that a school has published; drafts stand in the area ``roster``.
published_duty = Table(
    "published_duty",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("seat_group", String(20), nullable=False),
    # From 1, in the order of the group's seats.
    Column("seat", Integer, nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    UniqueConstraint("post_id", "date", "peak", "seat_group", "seat"),
    UniqueConstraint("account_id", "date", "peak"),
    info=feeds(KEPT_ROSTER),
)


# Whether somebody comes to a duty that he was told of, as he said last; it holds as long as he has that duty.
duty_answer = Table(
    "duty_answer",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("date", Date, primary_key=True),
    Column("peak", String(30), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("answer", String(10), nullable=False),
    Column("answered_at", UtcTime, nullable=False),
    Index("ix_duty_answer_post_id_date", "post_id", "date"),
)


@dataclass(frozen=True, slots=True)
class PublishedDuty:
    """A seat that somebody takes on a date, as he was told."""

    id: int
    post_id: int
    date: date
    peak: str
    seat_group: str
    seat: int
    account_id: int
    published_at: datetime
