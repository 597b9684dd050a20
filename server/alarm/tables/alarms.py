"""Alarms, who reported them, who was asked, further places; and their rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from server.alarm.rules.alarm import WrittenTier
from server.alarm.rules.needs import WrittenShortage
from server.alarm.rules.timeline_chain import START
from server.core.database.base import UtcTime, big_key, metadata

alarm = Table(
    "alarm",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    Column("station_id", ForeignKey("station.id"), nullable=False),
    Column("school_id", ForeignKey("school.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("kind", String(20)),
    Column("state", String(20), nullable=False),
    Column("drill", Boolean, nullable=False, default=False),
    Column("source", String(20), nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime, nullable=False),
    Column("raised_by", ForeignKey("account.id")),
    Column("session_state", String(20), nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("place_from", String(10), nullable=False),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", ForeignKey("account.id")),
    Column("tiers", JSON, nullable=False),
    Column("shortages", JSON, nullable=False),
    Column("resolved_at", UtcTime),
    Column("resolved_by", ForeignKey("account.id")),
    Column("outcome", String(20)),
    Column("finding", Text),
    Column("merged_into", BigInteger),
    # Whether a report gave it full standing, until when its neighbours are held back, whether its kind is settled.
    Column("full_standing", Boolean, nullable=False, default=True, server_default=true()),
    Column("held_until", UtcTime),
    Column("kind_settled", Boolean, nullable=False, default=True, server_default=true()),
    # Raised without a sign on the raiser's phone: nobody may give him away by a sound.
    Column("covert", Boolean, nullable=False, default=False, server_default=false()),
    # The end of the timeline's chain: how many lines there are, and the hash of the last one.
    Column("entry_count", Integer, nullable=False, default=0),
    Column("head", String(64), nullable=False, default=START),
    Index("ix_alarm_district_id_state", "district_id", "state"),
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm; ``entry_count`` and ``head`` are the end of its timeline's chain."""

    id: int
    version: int
    district_id: int
    station_id: int
    school_id: int
    post_id: int
    kind: str | None
    state: str
    drill: bool
    source: str
    raised_at: datetime
    claimed_at: datetime
    raised_by: int | None
    session_state: str
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    tiers: list[WrittenTier]
    shortages: list[WrittenShortage]
    resolved_at: datetime | None
    resolved_by: int | None
    outcome: str | None
    finding: str | None
    merged_into: int | None
    full_standing: bool
    held_until: datetime | None
    kind_settled: bool
    covert: bool
    entry_count: int
    head: str


alarm_report = Table(
    "alarm_report",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("account.id")),
    Column("at", UtcTime, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("accuracy_m", Float),
    Column("session_state", String(20), nullable=False),
    Column("kind", String(20)),
    Column("post_id", BigInteger),
    # Pressed without a sign on that phone: it goes on showing nothing, whoever else reported the alarm.
    Column("covert", Boolean, nullable=False, default=False, server_default=false()),
)


@dataclass(frozen=True, slots=True)
class Press:
    """A press of the button; of a device it has no account."""

    id: int
    alarm_id: int
    account_id: int | None
    at: datetime
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    session_state: str
    kind: str | None
    post_id: int | None
    covert: bool


response = Table(
    "response",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("tier", Integer, nullable=False),
    Column("category", String(20), nullable=False),
    Column("group", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("why", String(20), nullable=False),
    Column("distance_m", Float),
    Column("bearing_deg", Float),
    Column("from_post_id", BigInteger),
    Column("notified_at", UtcTime, nullable=False),
    Column("answer_due_at", UtcTime),
    Column("responded_at", UtcTime),
    Column("on_scene_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("replaces", BigInteger),
    # Why the person does not count; how far off he was when he said that he is there, where that was too far.
    Column("doubt", String(20)),
    Column("off_scene_m", Float),
    UniqueConstraint("alarm_id", "account_id"),
    Index("ix_response_state_answer_due_at", "state", "answer_due_at"),
)


@dataclass(frozen=True, slots=True)
class Response:
    """Somebody who was asked to an alarm, and what became of it."""

    id: int
    alarm_id: int
    account_id: int
    tier: int
    category: str
    group: str
    state: str
    why: str
    distance_m: float | None
    bearing_deg: float | None
    from_post_id: int | None
    notified_at: datetime
    answer_due_at: datetime | None
    responded_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None
    replaces: int | None
    doubt: str | None
    off_scene_m: float | None


# A further place: one report named two, or the raiser pressed again elsewhere. See ``server.alarm.queries.places``.
alarm_place = Table(
    "alarm_place",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("alarm_id", ForeignKey("alarm.id"), nullable=False, index=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("station_id", ForeignKey("station.id"), nullable=False, index=True),
    Column("school_id", ForeignKey("school.id"), nullable=False, index=True),
    # Who named it; nobody where a machine did.
    Column("account_id", ForeignKey("account.id")),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("place_from", String(10), nullable=False),
    Column("at", UtcTime, nullable=False),
    # A console chose: it is not here.
    Column("dropped_at", UtcTime),
    Column("dropped_by", ForeignKey("account.id")),
)


@dataclass(frozen=True, slots=True)
class FurtherPlace:
    """A further place of an alarm, told until a console chooses."""

    id: int
    alarm_id: int
    post_id: int
    station_id: int
    school_id: int
    account_id: int | None
    latitude: float
    longitude: float
    accuracy_m: float | None
    place_from: str
    at: datetime
    dropped_at: datetime | None
    dropped_by: int | None
