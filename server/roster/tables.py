"""Tables of plans and absences, and their rows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from server.core.database.base import UtcTime, big_key, metadata
from server.roster.rules.named_places import PeakOf
from server.roster.rules.seats import SeatKey

# Rows have a column of that name.
Day = date

# One row a seat from when somebody first planned it; without an account nobody is to take it, and somebody said so.
planned_duty = Table(
    "planned_duty",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("seat_group", String(20), nullable=False),
    Column("seat", Integer, nullable=False),
    Column("account_id", ForeignKey("account.id")),
    # Who wrote it: a hand, which patterns and proposals leave alone, or one of these.
    Column("source", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", ForeignKey("account.id")),
    Column("changed_at", UtcTime, nullable=False),
    # Why a proposal left it open.
    Column("why", String(20)),
    # With which copy, draft or filling it came, so that all of it is taken back with one press.
    Column("batch", String(40)),
    UniqueConstraint("post_id", "date", "peak", "seat_group", "seat"),
    UniqueConstraint("account_id", "date", "peak"),
)


@dataclass(frozen=True, slots=True)
class PlannedDuty:
    """A seat as it is planned, published or not."""

    id: int
    post_id: int
    date: date
    peak: str
    seat_group: str
    seat: int
    account_id: int | None
    source: str
    version: int
    changed_by: int | None
    changed_at: datetime
    why: str | None
    batch: str | None

    @property
    def key(self) -> SeatKey:
        """Give what names the seat."""
        return SeatKey(self.post_id, self.date, self.peak, self.seat_group, self.seat)


# Who comes to a peak of a post week by week; filling puts it into the plans of coming weeks.
duty_pattern = Table(
    "duty_pattern",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    Column("peak", String(30), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    # Bits: Monday 1, Tuesday 2, … Sunday 64.
    Column("weekdays", Integer, nullable=False),
    # all, a or b.
    Column("weeks", String(5), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("changed_by", ForeignKey("account.id")),
    Column("changed_at", UtcTime, nullable=False),
)

# Who was reminded of which duty, and when; a duty is reminded of once in each way, however often its clock looks.
duty_reminder = Table(
    "duty_reminder",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("date", Date, primary_key=True),
    Column("peak", String(30), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("reminded_at", UtcTime, nullable=False),
    # Whether there was any way to reach him.
    Column("sent", Boolean, nullable=False),
    Index("ix_duty_reminder_post_id_date", "post_id", "date"),
)

# A search for somebody who takes a duty of somebody who cannot come, and has it until then.
stand_in = Table(
    "stand_in",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("next_wave_at", UtcTime, nullable=False),
    Column("taken_by", ForeignKey("account.id")),
    Column("undone_by", ForeignKey("account.id")),
    Column("ended_at", UtcTime),
    Index("ix_stand_in_account_id_date", "account_id", "date"),
    Index("ix_stand_in_post_id_date", "post_id", "date"),
    Index("ix_stand_in_state_next_wave_at", "state", "next_wave_at"),
)

stand_in_asked = Table(
    "stand_in_asked",
    metadata,
    Column("stand_in_id", ForeignKey("stand_in.id"), primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("asked_at", UtcTime, nullable=False),
    Index("ix_stand_in_asked_account_id_asked_at", "account_id", "asked_at"),
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A search for a stand-in: whose duty, how far it has come, who took it, when the next people are asked."""

    id: int
    account_id: int
    post_id: int
    date: date
    peak: str
    state: str
    asked_at: datetime
    next_wave_at: datetime
    taken_by: int | None
    undone_by: int | None
    ended_at: datetime | None


# A duty that somebody offers for a swap, who takes it, and the duty that he gives for it, if any.
swap = Table(
    "swap",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("state", String(10), nullable=False),
    Column("offered_at", UtcTime, nullable=False),
    Column("taken_by", ForeignKey("account.id")),
    Column("taken_at", UtcTime),
    Column("return_post_id", ForeignKey("post.id")),
    Column("return_date", Date),
    Column("return_peak", String(30)),
    # Nobody where a rule let it be.
    Column("decided_by", ForeignKey("account.id")),
    Column("ended_at", UtcTime),
    Index("ix_swap_account_id_date", "account_id", "date"),
    Index("ix_swap_taken_by_date", "taken_by", "date"),
    Index("ix_swap_state_date", "state", "date"),
)


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap: whose duty is offered, how far it has come, who takes it, and which of his duties he gives for it."""

    id: int
    account_id: int
    post_id: int
    date: date
    peak: str
    state: str
    offered_at: datetime
    taken_by: int | None
    taken_at: datetime | None
    return_post_id: int | None
    return_date: Day | None
    return_peak: str | None
    decided_by: int | None
    ended_at: datetime | None

    @property
    def offered(self) -> PeakOf:
        """Give which duty is offered."""
        return PeakOf(self.post_id, self.date, self.peak)

    @property
    def returned(self) -> PeakOf | None:
        """Give which duty is given for it."""
        if self.return_post_id is None or self.return_date is None or self.return_peak is None:
            return None
        return PeakOf(self.return_post_id, self.return_date, self.return_peak)


# Who waits for a place of a peak whose seats for volunteers are all taken.
place_wait = Table(
    "place_wait",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("since", UtcTime, nullable=False),
    UniqueConstraint("account_id", "post_id", "date", "peak"),
    Index("ix_place_wait_date_post_id", "date", "post_id"),
)

# What somebody says of a peak of a post on a weekday (Monday 0): that he would like it, or rather not.
duty_wish = Table(
    "duty_wish",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("post_id", ForeignKey("post.id"), primary_key=True, autoincrement=False, index=True),
    Column("peak", String(30), primary_key=True),
    Column("weekday", Integer, primary_key=True, autoincrement=False),
    Column("wish", String(10), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

# Where a guard's own calendar reads his duties; whoever has the address reads them, so it is kept as a hash alone.
calendar_link = Table(
    "calendar_link",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("language", String(10), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    # A day, since a calendar reads each hour.
    Column("last_read_on", Date),
)


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A link, the language of what it shows, when it was made and on which day somebody last read it."""

    account_id: int
    token_hash: str
    language: str
    made_at: datetime
    last_read_on: date | None


# The newest reminder at a post; who pressed stands in the audit log.
nudge = Table(
    "nudge",
    metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("role", String(20), nullable=False),
    Column("missing", Integer, nullable=False),
    Column("pushed", Integer, nullable=False),
    Column("texted", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder: when, by whom (a role), how many were missing, to how many it went by push and by SMS."""

    post_id: int
    at: datetime
    role: str
    missing: int
    pushed: int
    texted: int
