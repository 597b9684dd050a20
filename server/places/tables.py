"""Tables of places, and their rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Time,
    UniqueConstraint,
)

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.kept_rows import feeds

# What a process keeps of these tables.
PLACE, PRINTED_CODE = "place", "printed code"

district = Table(
    "district",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("time_zone", String(60), nullable=False),
    Column("outline", JSON),
    Column("demo", Boolean, nullable=False, default=False),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class District:
    """A district; ``outline`` is a GeoJSON (multi)polygon, where one was given."""

    id: int
    name: str
    time_zone: str
    outline: dict[str, Any] | None
    demo: bool


station = Table(
    "station",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("telephone", String(30)),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("area", JSON),
    UniqueConstraint("district_id", "name"),
)


@dataclass(frozen=True, slots=True)
class Station:
    """A police station; ``area`` is a GeoJSON polygon, where one was given."""

    id: int
    district_id: int
    name: str
    telephone: str | None
    latitude: float
    longitude: float
    area: dict[str, Any] | None


school = Table(
    "school",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("station_id", ForeignKey("station.id"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("pupils", Integer, nullable=False, default=0),
    Column("boarders", Integer, nullable=False, default=0),
    Column("telephone", String(30)),
    UniqueConstraint("station_id", "name"),
    info=feeds(PLACE),
)


@dataclass(frozen=True, slots=True)
class School:
    """A school, with how many pupils it has and how many of them board."""

    id: int
    district_id: int
    station_id: int
    name: str
    kind: str
    pupils: int
    boarders: int
    telephone: str | None


post = Table(
    "post",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("district_id", ForeignKey("district.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id"), nullable=False, index=True),
    Column("station_id", ForeignKey("station.id"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("gate", String(60), nullable=False, default=""),
    Column("area", String(120), nullable=False, default=""),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("fence_radius_m", Integer, nullable=False, default=150),
    Column("composition", JSON, nullable=False),
    UniqueConstraint("district_id", "name"),
    info=feeds(PLACE),
)


post_code = Table(
    "post_code",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    Column("issued_at", UtcTime, nullable=False),
    Column("replaced_at", UtcTime),
    info=feeds(PRINTED_CODE),
)


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
