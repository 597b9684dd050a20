"""Alarms, those who reported them, those asked to respond, and the timeline of each."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    insert,
    or_,
    select,
    true,
    update,
)

from server.alarm.rules.alarm import AlarmState
from server.alarm.rules.timeline_chain import START
from server.core.access.roles import Actor, Role
from server.core.database.base import UtcTime, big_key, metadata
from server.core.refused import Refused

OPEN, RESOLVED = AlarmState.OPEN.value, AlarmState.RESOLVED.value

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


def by_id(connection: Connection, alarm_id: int, *, lock: bool = False) -> Mapping[str, Any] | None:
    """Read an alarm's row; ``lock`` keeps other writers of this alarm waiting until the commit."""
    query = select(alarm).where(alarm.c.id == alarm_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return dict(row) if row else None


def by_ids(connection: Connection, alarm_ids: Iterable[int]) -> list[Mapping[str, Any]]:
    """Read the rows of some alarms, the newest first."""
    query = select(alarm).where(alarm.c.id.in_(list(alarm_ids))).order_by(alarm.c.id.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def ended(connection: Connection, alarm_ids: Iterable[int]) -> set[int]:
    """Tell which of some alarms are over."""
    query = select(alarm.c.id).where(alarm.c.id.in_(list(alarm_ids)), alarm.c.state != OPEN)
    return set(connection.execute(query).scalars())


def _further(where: ColumnElement[bool]) -> ColumnElement[bool]:
    places = select(alarm_place.c.alarm_id).where(where, alarm_place.c.dropped_at.is_(None))
    return alarm.c.id.in_(places)


def seen_by(actor: Actor, state: str | None = None) -> ColumnElement[bool]:
    """Make the condition for the alarms that an actor may see.

    Says the same as ``server.alarm.rules.sight.sight``: consoles see those of their scope; others what they
    raised or reported, and what they were asked to in their district, whatever they answered, while it is open.
    """
    if actor.role in {Role.DISPATCHER, Role.DISTRICT_ADMIN}:
        return alarm.c.district_id == actor.district_id
    if actor.role == Role.STATION_OFFICER:
        here = or_(
            alarm.c.station_id == actor.station_id, _further(alarm_place.c.station_id == actor.station_id)
        )
        return and_(alarm.c.district_id == actor.district_id, here)
    if actor.role == Role.SCHOOL_ADMIN:
        here = or_(alarm.c.school_id == actor.school_id, _further(alarm_place.c.school_id == actor.school_id))
        return and_(alarm.c.district_id == actor.district_id, here)
    reported = select(alarm_report.c.alarm_id).where(alarm_report.c.account_id == actor.account_id)
    if state == RESOLVED:
        return alarm.c.id.in_(reported)
    asked = select(response.c.alarm_id).where(response.c.account_id == actor.account_id)
    at_home = alarm.c.district_id == actor.district_id
    return or_(alarm.c.id.in_(reported), and_(alarm.c.state == OPEN, at_home, alarm.c.id.in_(asked)))


def page(
    connection: Connection,
    *,
    actor: Actor,
    state: str | None,
    drill: bool | None,
    before: int,
    limit: int,
) -> list[int]:
    """Read the numbers of the alarms that an actor may see, the newest first; ``before`` 0 is the top."""
    query = select(alarm.c.id).where(seen_by(actor, state)).order_by(alarm.c.id.desc()).limit(limit)
    if drill is not None:
        query = query.where(alarm.c.drill == drill)
    if state is not None:
        query = query.where(alarm.c.state == state)
    if before:
        query = query.where(alarm.c.id < before)
    return list(connection.execute(query).scalars())


def see(connection: Connection, alarm_id: int, actor: Actor) -> Mapping[str, Any]:
    """Read an alarm that an actor may see.

    Raises ``Refused``: ``not_found``, or ``alarm_over`` to somebody who was asked to it while it was open.
    """
    row = by_id(connection, alarm_id)
    if row is not None:
        _check_seen(connection, row, actor)
        return row
    raise Refused("not_found")


def hold(connection: Connection, alarm_id: int, actor: Actor) -> Mapping[str, Any]:
    """Read an open alarm that an actor may see, and keep other writers of it waiting until the commit.

    Raises ``Refused``: ``not_found`` or ``alarm_over`` (facts: resolved_at).
    """
    row = by_id(connection, alarm_id, lock=True)
    if row is None:
        raise Refused("not_found")
    _check_seen(connection, row, actor)
    if row["state"] == RESOLVED:
        raise Refused("alarm_over", resolved_at=row["resolved_at"])
    return row


def _check_seen(connection: Connection, row: Mapping[str, Any], actor: Actor) -> None:
    query = select(alarm.c.id).where(alarm.c.id == row["id"], seen_by(actor))
    if connection.execute(query).first() is not None:
        return
    asked = select(response.c.id).where(
        response.c.alarm_id == row["id"], response.c.account_id == actor.account_id
    )
    over = row["state"] != OPEN
    if over and actor.role == Role.GUARD and connection.execute(asked).first() is not None:
        raise Refused("alarm_over", resolved_at=row["resolved_at"])
    raise Refused("not_found")


def add(connection: Connection, **values: Any) -> int:
    """Add an alarm's row; gives its number."""
    number: int = connection.execute(insert(alarm).values(**values).returning(alarm.c.id)).scalar_one()
    return number


def change(connection: Connection, alarm_id: int, **values: Any) -> None:
    """Change an alarm's row; the version is counted up where the change is told."""
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))


def next_version(connection: Connection, alarm_id: int) -> None:
    """Count an alarm's version up: its state changed."""
    change(connection, alarm_id, version=alarm.c.version + 1)
