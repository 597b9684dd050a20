"""Alarms, who reported them, who was asked, further places."""

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
    Text,
    UniqueConstraint,
    false,
    true,
)

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


# Whom a police console lets count in one alarm.
voucher = Table(
    "alarm_voucher",
    metadata,
    Column("alarm_id", ForeignKey("alarm.id"), primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("by", ForeignKey("account.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
)


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
