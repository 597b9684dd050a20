"""Letting pictures and clips go whose days are over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.alarm.queries import pictures
from server.alarm.rules.pictures import PictureLimits
from server.core import audit
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.jobs import queries as files
from server.core.limits import Limits

AT_ONCE = 50


def let_go(store: Store, limits: Limits, now: datetime, rows: RowRetry) -> int:
    """Delete the rows of some that are too old, with the count, and let their files be swept away."""
    before = now - timedelta(days=limits[PictureLimits].days)
    with store.read() as connection:
        numbers = pictures.sent_before(connection, before, AT_ONCE)

    def together(some: Sequence[int]) -> int:
        with store.transaction(now) as transaction:
            count, names = pictures.forget(transaction.connection, some)
            files.let_go(transaction.connection, names, now)
            audit.record(
                transaction.connection, now=now, actor_id=None, act="purge", facts={"alarm_picture": count}
            )
        return count

    return rows.together(numbers, together, now)
