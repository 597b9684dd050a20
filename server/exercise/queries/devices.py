"""Gate devices, what they signalled, and the tests that are planned for them."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

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
from server.exercise.tables import device_signal, device_test, gate_device
from server.people.queries.sessions import hashed
from server.places.tables import post, school, station

Row = Mapping[str, Any]

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


def by_key(connection: Connection, key: str) -> Row | None:
    """Read the device that has a key, or had it before its last rotation: compare ``key_hash``."""
    key_hash = hash_of(key)
    matches = or_(gate_device.c.key_hash == key_hash, gate_device.c.old_key_hash == key_hash)
    row = connection.execute(_with_post.where(matches)).mappings().first()
    return dict(row) if row else None


def by_id(connection: Connection, device_id: int, *, lock: bool = False) -> Row | None:
    """Read a device with its post's scope; ``lock`` keeps other presses of it waiting until the commit."""
    query = _with_post.where(gate_device.c.id == device_id)
    row = connection.execute(query.with_for_update(of=gate_device) if lock else query).mappings().first()
    return dict(row) if row else None


def within(connection: Connection, **scope: int) -> list[Row]:
    """Read the devices of a scope (``district_id``, ``station_id``) by post and number, revoked ones too."""
    where = [post.c[name] == number for name, number in scope.items()]
    query = _with_post.where(*where).order_by(post.c.id, gate_device.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def add(connection: Connection, **values: Any) -> int:
    """Add a device; gives its number."""
    statement = insert(gate_device).values(**values).returning(gate_device.c.id)
    number: int = connection.execute(statement).scalar_one()
    return number


def change(connection: Connection, device_id: int, **values: Any) -> None:
    """Change a device."""
    connection.execute(update(gate_device).where(gate_device.c.id == device_id).values(**values))


def signal_of(connection: Connection, device_id: int, request_id: str) -> Row | None:
    """Read what a device's request was taken for the first time."""
    query = select(device_signal).where(
        device_signal.c.device_id == device_id, device_signal.c.request_id == request_id
    )
    row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def add_signal(connection: Connection, **values: Any) -> None:
    """Add a signal, and keep on the device when it was last heard."""
    connection.execute(insert(device_signal).values(**values))
    change(connection, values["device_id"], last_signal_at=values["at"])


def signals(
    connection: Connection, device_ids: Iterable[int], *, since: datetime, until: datetime
) -> list[Row]:
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
    return [dict(row) for row in connection.execute(query).mappings()]


def posts_within(connection: Connection, **scope: int) -> list[Row]:
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
    return [dict(row) for row in connection.execute(query).mappings()]


def add_test(connection: Connection, **values: Any) -> int:
    """Add a planned test; gives its number."""
    statement = insert(device_test).values(**values).returning(device_test.c.id)
    number: int = connection.execute(statement).scalar_one()
    return number


def change_test(connection: Connection, test_id: int, **values: Any) -> None:
    """Change a planned test."""
    connection.execute(update(device_test).where(device_test.c.id == test_id).values(**values))


def test_by_id(connection: Connection, test_id: int) -> Row | None:
    """Read a planned test."""
    row = connection.execute(select(device_test).where(device_test.c.id == test_id)).mappings().first()
    return dict(row) if row else None


def tests(connection: Connection, *, district_id: int, station_id: int | None, limit: int) -> list[Row]:
    """Read a district's tests, the latest first; with a station those that concern it."""
    query = select(device_test).where(device_test.c.district_id == district_id)
    if station_id is not None:
        query = query.where(or_(device_test.c.station_id.is_(None), device_test.c.station_id == station_id))
    query = query.order_by(device_test.c.starts_at.desc(), device_test.c.id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def tests_between(connection: Connection, district_id: int, begins: datetime, ends: datetime) -> list[Row]:
    """Read the tests of a district whose windows reach into a stretch of time, less those called off."""
    query = select(device_test).where(
        device_test.c.district_id == district_id,
        device_test.c.cancelled_at.is_(None),
        device_test.c.starts_at < ends,
        device_test.c.ends_at >= begins,
    )
    return [dict(row) for row in connection.execute(query.order_by(device_test.c.id)).mappings()]


def publish_test(transaction: Transaction, test_id: int) -> dict[str, Any]:
    """Tell a planned test to the stations that it concerns and to the district, and give it."""
    connection = transaction.connection
    row = test_by_id(connection, test_id)
    assert row is not None
    stations = [row["station_id"]]
    if row["station_id"] is None:
        of_district = select(station.c.id).where(station.c.district_id == row["district_id"])
        stations = list(connection.execute(of_district.order_by(station.c.id)).scalars())
    told = test_view(row)
    rooms = (district_room(row["district_id"]), *map(station_room, stations))
    transaction.publish(EventName.DEVICE_TEST_CHANGED, told, rooms)
    return told


def view(row: Row) -> dict[str, Any]:
    """Write a device as consoles see it; nothing of its key."""
    return {
        **{name: row[name] for name in ("id", "post_id", "station_id", "school_id", "post_name", "label")},
        "issued_at": moment(row["issued_at"]),
        "rotated_at": moment_or_none(row["rotated_at"]),
        "revoked_at": moment_or_none(row["revoked_at"]),
        "last_signal_at": moment_or_none(row["last_signal_at"]),
    }


def test_view(row: Row) -> dict[str, Any]:
    """Write a planned test as consoles see it."""
    return {
        **{name: row[name] for name in ("id", "station_id", "planned_by")},
        "starts_at": moment(row["starts_at"]),
        "ends_at": moment(row["ends_at"]),
        "announced_at": moment(row["announced_at"]),
        "cancelled_at": moment_or_none(row["cancelled_at"]),
    }
