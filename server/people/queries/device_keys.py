"""The key that signs device cookies, made once for all processes, and which devices an account signed in on."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select

from server.core.database.transaction import Store
from server.core.database.upsert import Upsert
from server.people.tables import known_device, server_key

DEVICE = "device"
MOST_DEVICES = 10
_add_key = Upsert(server_key)
_keep = Upsert(known_device, keys=("whose", "device_id"), take=("seen_at",))
_key = select(server_key.c.value).where(server_key.c.name == DEVICE)
_one = select(known_device.c.whose).where(
    known_device.c.whose.in_(bindparam("names", expanding=True)),
    known_device.c.device_id == bindparam("device_id"),
)
_others = and_(known_device.c.whose == bindparam("of"), known_device.c.device_id != bindparam("this"))
_drop_oldest = delete(known_device).where(
    _others,
    known_device.c.device_id.not_in(
        select(known_device.c.device_id)
        .where(_others)
        .order_by(known_device.c.seen_at.desc(), known_device.c.device_id)
        .limit(MOST_DEVICES - 1)
        .correlate(None)
    ),
)


def signing_key(store: Store, now: datetime) -> bytes:
    """Give the key of device cookies, making it where there is none yet; of two makers the first wins."""
    with store.read() as connection:
        found = connection.execute(_key).scalar()
    if found is None:
        with store.transaction(now) as transaction:
            _add_key.run(transaction.connection, {"name": DEVICE, "value": secrets.token_hex(32)})
            found = transaction.connection.execute(_key).scalar_one()
    return bytes.fromhex(found)


def is_known(connection: Connection, *, names: list[str], device_id: str | None) -> bool:
    """Tell whether somebody signed in on a device before, under whichever of his names."""
    if device_id is None:
        return False
    return connection.execute(_one, {"names": names, "device_id": device_id}).first() is not None


def forget(connection: Connection, names: list[str]) -> None:
    """Forget the devices of somebody."""
    connection.execute(delete(known_device).where(known_device.c.whose.in_(names)))


def remember(connection: Connection, *, whose: str, device_id: str | None, now: datetime) -> None:
    """Note that somebody signed in on a device; of more than ``MOST_DEVICES`` the one not used for longest goes."""
    if device_id is None:
        return
    _keep.run(connection, {"whose": whose, "device_id": device_id, "seen_at": now})
    connection.execute(_drop_oldest, {"of": whose, "this": device_id})
