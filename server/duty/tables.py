"""Tables of duty, and their rows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from server.calendar.rules import ShiftView
from server.core.database.base import UtcTime, big_key, metadata
from server.duty.rules.trust import Fix

check_in = Table(
    "check_in",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("category", String(20), nullable=False),
    Column("peak", String(30), nullable=False),
    Column("date", Date, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    # The whole shift as it was at check-in: a later change of a peak does not judge anew.
    Column("shift", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("minutes_late", Integer, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("accuracy_m", Float),
    Column("distance_m", Float),
    Column("device_id", String(64)),
    Column("assisted_by", ForeignKey("account.id")),
    Column("confirmed_by", ForeignKey("account.id")),
    Column("confirmed_at", UtcTime),
    Column("checked_out_at", UtcTime),
    Column("checked_out_how", String(20)),
    Index("ix_check_in_at", "at"),
    Index("ix_check_in_post_id_date", "post_id", "date"),
    Index("ix_check_in_account_id_at", "account_id", "at"),
    Index("ix_check_in_device_id_at", "device_id", "at"),
    Index("ix_check_in_date_peak", "date", "peak"),
    # One duty at a time: the database itself refuses a second open one for an account.
    Index(
        "uq_check_in_open",
        "account_id",
        unique=True,
        sqlite_where=text("checked_out_at IS NULL"),
        postgresql_where=text("checked_out_at IS NULL"),
    ),
    # Whoever is on duty at some posts is found without a look at the year of duties that lies behind.
    Index(
        "ix_check_in_open_post_id",
        "post_id",
        sqlite_where=text("checked_out_at IS NULL"),
        postgresql_where=text("checked_out_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A check-in, which is a duty too: who stood where, from when to when, and what speaks against it."""

    id: int
    account_id: int
    post_id: int
    category: str
    peak: str
    date: date
    starts_at: datetime
    ends_at: datetime
    shift: ShiftView
    at: datetime
    claimed_at: datetime
    verdict: str
    minutes_late: int
    flags: list[str]
    verified: bool
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    distance_m: float | None
    device_id: str | None
    assisted_by: int | None
    confirmed_by: int | None
    confirmed_at: datetime | None
    checked_out_at: datetime | None
    checked_out_how: str | None


coverage = Table(
    "coverage",
    metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("line", JSON, nullable=False),
)


position = Table(
    "position",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    Column("check_in_id", BigInteger, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Index("ix_position_account_id_at", "account_id", "at"),
)


last_position = Table(
    "last_position",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("check_in_id", ForeignKey("check_in.id"), nullable=False, index=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the phone of somebody on duty was: a point of his trail, and while it is the newest his last position."""

    account_id: int
    check_in_id: int
    latitude: float
    longitude: float
    accuracy_m: float
    at: datetime

    @classmethod
    def of_fix(cls, fix: Fix, *, account_id: int, check_in_id: int, now: datetime) -> "Position":
        """Make of a phone's fix what is kept of it: none is later than now."""
        return cls(
            account_id=account_id,
            check_in_id=check_in_id,
            latitude=fix.point.latitude,
            longitude=fix.point.longitude,
            accuracy_m=fix.accuracy_m,
            at=min(fix.at, now),
        )


# One a post and shift: whoever of its leaders writes anew writes in its place.
hand_over_note = Table(
    "hand_over_note",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("text", String(300), nullable=False),
    Column("written_by", ForeignKey("account.id"), nullable=False, index=True),
    Column("written_at", UtcTime, nullable=False, index=True),
    # Who of the next shift had read it first.
    Column("read_by", ForeignKey("account.id")),
    Column("read_at", UtcTime),
    UniqueConstraint("post_id", "date", "peak"),
    Index("ix_hand_over_note_post_id_starts_at", "post_id", "starts_at"),
)


@dataclass(frozen=True, slots=True)
class HandOverNote:
    """A note that a post's leader left for the next shift."""

    id: int
    post_id: int
    date: date
    peak: str
    starts_at: datetime
    text: str
    written_by: int
    written_at: datetime
    read_by: int | None
    read_at: datetime | None


# Rows stand while somebody on duty is outside the fence; who is not asked yet is shown to nobody.
away = Table(
    "away",
    metadata,
    Column("check_in_id", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    Column("since", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("distance_m", Float, nullable=False),
    Column("asked_at", UtcTime),
    Column("answer", String(20)),
    Column("answered_at", UtcTime),
)


# Printed for somebody without a smartphone; one counts at a time, the others are revoked.
badge = Table(
    "badge",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("issued_by", ForeignKey("account.id"), nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("revoked_by", ForeignKey("account.id")),
    Column("reason", String(200)),
    Index("ix_badge_account_id", "account_id"),
    Index(
        "uq_badge_current",
        "account_id",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge: whose, by whom and when, and since when it is refused, if it is."""

    id: int
    account_id: int
    issued_by: int
    issued_at: datetime
    revoked_at: datetime | None
    revoked_by: int | None
    reason: str | None


# By which badge a check-in was made; it goes with the check-ins of its time.
badge_use = Table(
    "badge_use",
    metadata,
    Column("check_in_id", big_key(), primary_key=True, autoincrement=False),
    Column("badge_id", ForeignKey("badge.id"), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)


# Somebody on duty who is asked to stand at another post, and what became of it. ``word``: why his own may fall short.
lending = Table(
    "lending",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("check_in_id", ForeignKey("check_in.id"), nullable=False, index=True),
    Column("from_post_id", ForeignKey("post.id"), nullable=False),
    Column("to_post_id", ForeignKey("post.id"), nullable=False),
    Column("seat_group", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_by", ForeignKey("account.id")),
    Column("word", String(200)),
    Column("asked_at", UtcTime, nullable=False),
    Column("answered_at", UtcTime),
    Index("ix_lending_to_post_id_state", "to_post_id", "state"),
    Index("ix_lending_from_post_id_state", "from_post_id", "state"),
    Index("ix_lending_account_id", "account_id"),
)


@dataclass(frozen=True, slots=True)
class Lending:
    """Somebody who is lent: from which duty and post to which, how far it has come, and a dispatcher's word, if any."""

    id: int
    account_id: int
    check_in_id: int
    from_post_id: int
    to_post_id: int
    seat_group: str
    state: str
    asked_by: int | None
    word: str | None
    asked_at: datetime
    answered_at: datetime | None
