"""What time it is: the database's clock on PostgreSQL, so that all processes agree; the machine's on SQLite.

Between two looks at the database the time moves by the monotonic clock, so that a process whose own clock is
wrong, or jumps, neither takes a step early nor late.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from server.core.database.transaction import Store
from server.core.faults import named

logger = logging.getLogger("huxue.clock")

LOOK_EVERY_S = 10.0


class DatabaseClock:
    """Tells the time of a store's database."""

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store, self._monotonic = store, monotonic
        self._looked_at = -LOOK_EVERY_S
        self._time, self._time_at = datetime.now(UTC), monotonic()

    def now(self) -> datetime:
        """Give the time, aware, in UTC; a database that does not answer leaves it moving on by itself."""
        if self._store.is_sqlite:
            return datetime.now(UTC)
        at = self._monotonic()
        if at - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = at
            self._look()
        return self._time + timedelta(seconds=self._monotonic() - self._time_at)

    def _look(self) -> None:
        try:
            with self._store.read() as connection:
                before = self._monotonic()
                found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
                # The database looked at its clock somewhere in between.
                at = (before + self._monotonic()) / 2
        except SQLAlchemyError as failure:
            logger.warning("the database's clock is not to be read: %s", named(failure))
            return
        self._time, self._time_at = found.astimezone(UTC), at
