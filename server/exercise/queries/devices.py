"""Gate devices, what they signalled, and the tests that are planned for them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import (
    Connection,
    insert,
    or_,
    select,
    update,
)

from server.core.access.rooms import district_room, station_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.core.moments import moment, moment_or_none
from server.exercise.rules.device import SignalKind
from server.exercise.rules.shapes import DeviceTestView, DeviceView
from server.exercise.tables import DeviceSignal, DeviceTest, device_signal, device_test, gate_device
from server.people.queries.sessions import hashed
from server.places.tables import post, school, station


@dataclass(frozen=True, slots=True)
class GateDevice:
    """A gate device with its post's scope and name."""

    id: int
    post_id: int
    label: str
    key_hash: str
    old_key_hash: str | None
    issued_at: datetime
    rotated_at: datetime | None
    revoked_at: datetime | None
    last_signal_at: datetime | None
    district_id: int
    station_id: int
    school_id: int
    post_name: str


class DeviceChanges(TypedDict, total=False):
    """The columns of a device that change."""

    key_hash: str
    old_key_hash: str
    rotated_at: datetime
    revoked_at: datetime
    last_signal_at: datetime


@dataclass(frozen=True, slots=True)
class NamedPost:
    """A post with the names of its school and its station."""

    id: int
    name: str
    station_id: int
    school_name: str
    station_name: str


# Told apart at a glance from other secrets, by people and by programs that look for leaked ones.
KEY_PREFIX = "hxg_"


def new_key() -> tuple[str, str]:
    """Make a device's key: the key, which is shown once, and its hash, which is kept."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    return key, hash_of(key)


def hash_of(key: str) -> str:
    """Hash a key as it is kept."""
    return hashed(key)


_with_post = select(
    gate_device,
    post.c.district_id,
    post.c.station_id,
    post.c.school_id,
    post.c.name.label("post_name"),
).join(post, gate_device.c.post_id == post.c.id)


def by_key(connection: Connection, key: str) -> GateDevice | None:
    """Read the device that has a key, or had it before its last rotation: compare ``key_hash``."""
    key_hash = hash_of(key)
    matches = or_(gate_device.c.key_hash == key_hash, gate_device.c.old_key_hash == key_hash)
    row = connection.execute(_with_post.where(matches)).mappings().first()
    return GateDevice(**row) if row else None


def by_id(connection: Connection, device_id: int, *, lock: bool = False) -> GateDevice | None:
    """Read a device with its post's scope; ``lock`` keeps other presses of it waiting until the commit."""
    query = _with_post.where(gate_device.c.id == device_id)
    row = connection.execute(query.with_for_update(of=gate_device) if lock else query).mappings().first()
    return GateDevice(**row) if row else None


def within(connection: Connection, **scope: int) -> list[GateDevice]:
    """Read the devices of a scope (``district_id``, ``station_id``) by post and number, revoked ones too."""
    where = [post.c[name] == number for name, number in scope.items()]
    query = _with_post.where(*where).order_by(post.c.id, gate_device.c.id)
    return [GateDevice(**row) for row in connection.execute(query).mappings()]


def add(connection: Connection, *, post_id: int, label: str, key_hash: str, issued_at: datetime) -> int:
    """Add a device; gives its number."""
    new = insert(gate_device).values(post_id=post_id, label=label, key_hash=key_hash, issued_at=issued_at)
    number: int = connection.execute(new.returning(gate_device.c.id)).scalar_one()
    return number


def change(connection: Connection, device_id: int, **values: Unpack[DeviceChanges]) -> None:
    """Change a device."""
    connection.execute(update(gate_device).where(gate_device.c.id == device_id).values(**values))


def signal_of(connection: Connection, device_id: int, request_id: str) -> DeviceSignal | None:
    """Read what a device's request was taken for the first time."""
    query = select(device_signal).where(
        device_signal.c.device_id == device_id, device_signal.c.request_id == request_id
    )
    row = connection.execute(query).mappings().first()
    return DeviceSignal(**row) if row else None


def add_signal(
    connection: Connection,
    *,
    device_id: int,
    at: datetime,
    kind: SignalKind,
    request_id: str | None = None,
    alarm_id: int | None = None,
) -> None:
    """Add a signal, and keep on the device when it was last heard."""
    connection.execute(
        insert(device_signal).values(
            device_id=device_id, at=at, kind=kind.value, request_id=request_id, alarm_id=alarm_id
        )
    )
    change(connection, device_id, last_signal_at=at)


def signals(
    connection: Connection, device_ids: Iterable[int], *, since: datetime, until: datetime
) -> list[DeviceSignal]:
    """Read the signals of some devices in a stretch of time, oldest first."""
    query = (
        select(device_signal)
        .where(
            device_signal.c.device_id.in_(list(device_ids)),
            device_signal.c.at >= since,
            device_signal.c.at <= until,
        )
        .order_by(device_signal.c.id)
    )
    return [DeviceSignal(**row) for row in connection.execute(query).mappings()]


def posts_within(connection: Connection, **scope: int) -> list[NamedPost]:
    """Read the posts of a scope with the names of school and station, by station and number."""
    where = [post.c[name] == number for name, number in scope.items()]
    query = (
        select(
            post.c.id,
            post.c.name,
            post.c.station_id,
            school.c.name.label("school_name"),
            station.c.name.label("station_name"),
        )
        .join(school, post.c.school_id == school.c.id)
        .join(station, post.c.station_id == station.c.id)
        .where(*where)
        .order_by(post.c.station_id, post.c.id)
    )
    return [NamedPost(**row) for row in connection.execute(query).mappings()]


def add_test(
    connection: Connection,
    *,
    district_id: int,
    station_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    announced_at: datetime,
    planned_by: int,
) -> int:
    """Add a planned test; gives its number."""
    new = insert(device_test).values(
        district_id=district_id,
        station_id=station_id,
        starts_at=starts_at,
        ends_at=ends_at,
        announced_at=announced_at,
        planned_by=planned_by,
    )
    number: int = connection.execute(new.returning(device_test.c.id)).scalar_one()
    return number


def cancel_test(connection: Connection, test_id: int, now: datetime) -> None:
    """Call a planned test off."""
    connection.execute(update(device_test).where(device_test.c.id == test_id).values(cancelled_at=now))


def test_by_id(connection: Connection, test_id: int) -> DeviceTest | None:
    """Read a planned test."""
    row = connection.execute(select(device_test).where(device_test.c.id == test_id)).mappings().first()
    return DeviceTest(**row) if row else None


def tests(
    connection: Connection, *, district_id: int, station_id: int | None, limit: int
) -> list[DeviceTest]:
    """Read a district's tests, the latest first; with a station those that concern it."""
    query = select(device_test).where(device_test.c.district_id == district_id)
    if station_id is not None:
        query = query.where(or_(device_test.c.station_id.is_(None), device_test.c.station_id == station_id))
    query = query.order_by(device_test.c.starts_at.desc(), device_test.c.id.desc()).limit(limit)
    return [DeviceTest(**row) for row in connection.execute(query).mappings()]


def tests_between(
    connection: Connection, district_id: int, begins: datetime, ends: datetime
) -> list[DeviceTest]:
    """Read the tests of a district whose windows reach into a stretch of time, less those called off."""
    query = select(device_test).where(
        device_test.c.district_id == district_id,
        device_test.c.cancelled_at.is_(None),
        device_test.c.starts_at < ends,
        device_test.c.ends_at >= begins,
    )
    return [DeviceTest(**row) for row in connection.execute(query.order_by(device_test.c.id)).mappings()]


def publish_test(transaction: Transaction, test_id: int) -> DeviceTestView:
    """Tell a planned test to the stations that it concerns and to the district, and give it."""
    connection = transaction.connection
    row = test_by_id(connection, test_id)
    assert row is not None
    if row.station_id is None:
        of_district = select(station.c.id).where(station.c.district_id == row.district_id)
        stations = list(connection.execute(of_district.order_by(station.c.id)).scalars())
    else:
        stations = [row.station_id]
    told = test_view(row)
    rooms = (district_room(row.district_id), *map(station_room, stations))
    transaction.publish(EventName.DEVICE_TEST_CHANGED, told, rooms)
    return told


def view(one: GateDevice) -> DeviceView:
    """Write a device as consoles see it; nothing of its key."""
    return {
        "id": one.id,
        "post_id": one.post_id,
        "station_id": one.station_id,
        "school_id": one.school_id,
        "post_name": one.post_name,
        "label": one.label,
        "issued_at": moment(one.issued_at),
        "rotated_at": moment_or_none(one.rotated_at),
        "revoked_at": moment_or_none(one.revoked_at),
        "last_signal_at": moment_or_none(one.last_signal_at),
    }


def test_view(one: DeviceTest) -> DeviceTestView:
    """Write a planned test as consoles see it."""
    return {
        "id": one.id,
        "station_id": one.station_id,
        "planned_by": one.planned_by,
        "starts_at": moment(one.starts_at),
        "ends_at": moment(one.ends_at),
        "announced_at": moment(one.announced_at),
        "cancelled_at": moment_or_none(one.cancelled_at),
    }
