"""Districts, stations, schools, posts and their codes, and their rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.kept_rows import feeds

# What a process keeps of these tables.
PLACE, PRINTED_CODE = "place", "printed code"


def _changes() -> tuple[Column[Any], ...]:
    """Make the columns of what consoles keep: archived since when, its version, who changed it last and when."""
    return (
        Column("archived_at", UtcTime),
        Column("version", Integer),
        Column("changed_by", BigInteger),
        Column("changed_at", UtcTime),
    )


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
    *_changes(),
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
    archived_at: datetime | None
    version: int | None
    changed_by: int | None
    changed_at: datetime | None


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
    *_changes(),
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
    archived_at: datetime | None
    version: int | None
    changed_by: int | None
    changed_at: datetime | None


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
    # What it asks for from the beginning; rules of staffing add to it.
    Column("composition", JSON, nullable=False),
    # What its seats' areas at the gate are called, by group and number.
    Column("seat_areas", JSON(none_as_null=True)),
    *_changes(),
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
    # Not good for some days more as others that were replaced: refused from that moment on.
    Column("void", Boolean),
    # When a poster of it was last asked for, here or by the command.
    Column("printed_at", UtcTime),
    info=feeds(PRINTED_CODE),
)
