"""Waiting, on PostgreSQL, until another thread waits for what this one holds."""

import threading
import time

from sqlalchemy import text

from server.core.database.transaction import Store

WITHIN_S = 30


def wait_until_blocked(store: Store, press: threading.Thread, waiting: int = 1) -> None:
    """Wait until so many wait for a row, a table or a queue; fails where the thread ends before."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        assert press.is_alive(), "the press waited for nothing"
        with store.read() as connection:
            waits = connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            if waits.scalar_one() >= waiting:
                return
    raise AssertionError("nobody waits")
