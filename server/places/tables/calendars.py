"""Peaks, timetables, days, years, terms and rules of staffing, and their rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Time,
    UniqueConstraint,
)

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.kept_rows import feeds
from server.places.tables.units import PLACE

# Those from the beginning; what changed them later stands in ``timetable``.
peak = Table(
    "peak",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id")),
    Column("school_kind", String(20)),
    Column("kind", String(30), nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    UniqueConstraint("district_id", "school_id", "school_kind", "kind"),
    info=feeds(PLACE),
)


calendar_day = Table(
    "calendar_day",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id")),
    Column("date", Date, nullable=False),
    Column("school_day", Boolean, nullable=False),
    Column("name", String(60)),
    # Who said so (``DaySource``); none where a command or a file of before did.
    Column("source", String(20)),
    # The peaks that stand on a half day; none: all of them.
    Column("peaks", JSON(none_as_null=True)),
    # What a source says of the day, where somebody in the district says otherwise.
    Column("beneath", JSON(none_as_null=True)),
    Column("reason", String(200)),
    Column("version", Integer),
    Column("changed_by", BigInteger),
    Column("changed_at", UtcTime),
    UniqueConstraint("district_id", "school_id", "date"),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that a district's calendar, or that of one of its schools, says something of."""

    id: int
    district_id: int
    school_id: int | None
    date: date
    school_day: bool
    name: str | None
    source: str | None
    peaks: list[str] | None
    beneath: dict[str, Any] | None
    reason: str | None
    version: int | None
    changed_by: int | None
    changed_at: datetime | None


# Years of which a source has said all days: the others run Monday to Friday, provisionally.
calendar_year = Table(
    "calendar_year",
    metadata,
    Column("district_id", ForeignKey("district.id"), primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("source", String(20), nullable=False),
    Column("changed_by", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year that is filled: by what or by whom, and since when."""

    district_id: int
    year: int
    source: str
    changed_by: int | None
    changed_at: datetime


term = Table(
    "term",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id")),
    Column("name", String(60), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the district, or of one school: its first and its last day."""

    id: int
    district_id: int
    school_id: int | None
    name: str
    first_day: date
    last_day: date
    version: int
    changed_by: int | None
    changed_at: datetime


timetable = Table(
    "timetable",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id")),
    Column("school_kind", String(20)),
    Column("starts_on", Date, nullable=False),
    # A list of seasons; an empty one: a school goes by its kind again.
    Column("seasons", JSON, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("changed_by", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """Peaks by season that hold from a date on, of a kind of school or of one school."""

    id: int
    district_id: int
    school_id: int | None
    school_kind: str | None
    starts_on: date
    seasons: list[dict[str, Any]]
    reason: str
    changed_by: int | None
    changed_at: datetime


staffing_rule = Table(
    "staffing_rule",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("school_kind", String(20)),
    Column("post_id", ForeignKey("post.id")),
    Column("peak", String(30)),
    Column("heads", JSON, nullable=False),
    # Security by the number of pupils, in place of heads.
    Column("by_pupils", Boolean, nullable=False),
    Column("starts_on", Date, nullable=False),
    # The first day on which it holds no more.
    Column("ends_on", Date),
    Column("reason", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class StaffingRuleRow:
    """Heads that a district asks for: everywhere, at a kind of school, at a post; at each peak or at one."""

    id: int
    district_id: int
    school_kind: str | None
    post_id: int | None
    peak: str | None
    heads: dict[str, int]
    by_pupils: bool
    starts_on: date
    ends_on: date | None
    reason: str
    version: int
    changed_by: int | None
    changed_at: datetime
