"""Who suspended a guard, and when: apart from the status, which he also has who closed the account himself."""

from datetime import datetime

from sqlalchemy import Connection, delete

from server.core.database.upsert import Upsert
from server.people.tables import suspension

_add = Upsert(suspension)


def add(connection: Connection, account_id: int, *, by: int | None, now: datetime) -> None:
    """Note that an account is suspended; the first one stays."""
    _add.run(connection, {"account_id": account_id, "by": by, "at": now})


def lift(connection: Connection, account_id: int) -> None:
    """Take a suspension back; without one nothing happens."""
    connection.execute(delete(suspension).where(suspension.c.account_id == account_id))
