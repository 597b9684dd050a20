"""Letting pictures and clips go whose days are over, and files that no picture names."""

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
LOOKED_AT_ONCE = 200
# Files of pictures stay as long as their rows say; nothing else that has no owner is kept so long.
LONG = timedelta(days=365)


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


class FilesOfNone:
    """Looks through the files that are kept for pictures, some at a time, and lets those go that no row names.

    Their time is over in twenty years: a row that went without them would leave them until then.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._after = store, 0

    def let_go(self, now: datetime, rows: RowRetry) -> int:
        """Look at the next ones; gives how many were let go."""
        with self._store.read() as connection:
            found = files.files_without_owner(
                connection, until_after=now + LONG, after=self._after, limit=LOOKED_AT_ONCE
            )
            named = pictures.files_named(connection, [one.name for one in found])
        self._after = found[-1].id if len(found) == LOOKED_AT_ONCE else 0
        names = {one.id: one.name for one in found if one.name not in named}

        def together(some: Sequence[int]) -> int:
            with self._store.transaction(now) as transaction:
                files.let_go(transaction.connection, [names[number] for number in some], now)
                facts = {"files_without_row": len(some)}
                audit.record(transaction.connection, now=now, actor_id=None, act="purge", facts=facts)
            return len(some)

        return rows.together(sorted(names), together, now)
