"""Tables of attendance: what became of each peak of a post, who did not come, and each person's months."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, text

from server.attendance.rules.arrivals import BANDS
from server.core.access.roles import Group
from server.core.database.base import UtcTime, big_key, metadata
from server.people.tables import account
from server.places.tables import district, post

# Heads that a row has by group, in this order; those of a plan are empty where there was none.
OF_ALL, OF_A_PLAN = ("required", "present", "late", "waiting"), ("planned", "absent", "replaced")
HEADS = OF_ALL + OF_A_PLAN


def heads_of(count: str) -> list[str]:
    """Name the columns of a count of heads, one a group."""
    return [f"{count}_{group.value}" for group in Group]


# How many of those on duty came in each band around the start; empty in rows of before it was counted.
ARRIVALS = tuple(f"arrived_{band}" for band in range(BANDS))

peak_outcome = Table(
    "peak_outcome",
    metadata,
    Column("post_id", ForeignKey(post.c.id), primary_key=True, autoincrement=False),
    Column("date", Date, primary_key=True),
    Column("peak", String(30), primary_key=True),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    *(Column(name, Integer, nullable=False) for count in OF_ALL for name in heads_of(count)),
    *(Column(name, Integer) for count in OF_A_PLAN for name in heads_of(count)),
    Column("required_minutes", Integer, nullable=False),
    Column("covered_minutes", Integer, nullable=False),
    Column("served_minutes", Integer, nullable=False),
    # How many people's records somebody corrected.
    Column("corrected", Integer, nullable=False, server_default="0"),
    *(Column(name, Integer) for name in ARRIVALS),
    Column("written_at", UtcTime, nullable=False),
    # The log changed after the peak was closed: the clock works it out anew.
    Column("again", Boolean, nullable=False),
    Index("ix_peak_outcome_date", "date"),
    Index(
        "ix_peak_outcome_again",
        "post_id",
        sqlite_where=text("again"),
        postgresql_where=text("again"),
    ),
)


# Up to when the closed peaks of a post are written.
closed_until = Table(
    "closed_until",
    metadata,
    Column("post_id", ForeignKey(post.c.id), primary_key=True, autoincrement=False),
    Column("until", UtcTime, nullable=False),
)


# Who was planned and had not come when the peak was closed; the log of check-ins has no row of that.
no_show = Table(
    "no_show",
    metadata,
    Column("post_id", ForeignKey(post.c.id), primary_key=True, autoincrement=False),
    Column("date", Date, primary_key=True),
    Column("peak", String(30), primary_key=True),
    Column("account_id", ForeignKey(account.c.id), primary_key=True, autoincrement=False),
    Column("seat_group", String(20), nullable=False),
    Index("ix_no_show_account_id_date", "account_id", "date"),
    Index("ix_no_show_date", "date"),
)


service_month = Table(
    "service_month",
    metadata,
    Column("account_id", ForeignKey(account.c.id), primary_key=True, autoincrement=False),
    # Its first day.
    Column("month", Date, primary_key=True),
    Column("on_time", Integer, nullable=False),
    Column("late", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("unverified", Integer, nullable=False),
    Column("no_shows", Integer, nullable=False),
    # A peak of it was closed, or changed after that: the clock adds it up anew.
    Column("again", Boolean, nullable=False),
    Index(
        "ix_service_month_again",
        "account_id",
        sqlite_where=text("again"),
        postgresql_where=text("again"),
    ),
)


# What a person counts for at a peak in place of the log, which stays as it is; the newest row of a person counts.
correction = Table(
    "correction",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey(post.c.id), nullable=False),
    Column("date", Date, nullable=False),
    Column("peak", String(30), nullable=False),
    Column("account_id", ForeignKey(account.c.id), nullable=False),
    Column("seat_group", String(20), nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    # None: he was not there.
    Column("came_at", UtcTime),
    Column("left_at", UtcTime),
    Column("late", Boolean, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("corrected_by", ForeignKey(account.c.id), nullable=False),
    Column("corrected_at", UtcTime, nullable=False),
    Index("ix_correction_post_id_date", "post_id", "date"),
    Index("ix_correction_account_id_date", "account_id", "date"),
    Index("ix_correction_date", "date"),
)


# What a certificate of service says stays as it was made; the name is blanked when its guard is erased.
certificate = Table(
    "certificate",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("account_id", ForeignKey(account.c.id), nullable=False, index=True),
    Column("district_id", ForeignKey(district.c.id), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("category", String(20), nullable=False),
    # Of his school or station.
    Column("unit", String(120), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("on_time", Integer, nullable=False),
    Column("late", Integer, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("revoked_by", ForeignKey(account.c.id)),
    Column("reason", String(200)),
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of service: whose, of which days, and why it is revoked where it is."""

    id: int
    number: str
    account_id: int
    district_id: int
    name: str
    category: str
    unit: str
    since: date
    until: date
    minutes: int
    on_time: int
    late: int
    issued_at: datetime
    revoked_at: datetime | None
    revoked_by: int | None
    reason: str | None
