"""Console accounts close by themselves after their last day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.core import audit
from server.core.access.roles import AccountStatus
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.people.queries import accounts, console_users, sessions
from server.places.queries import districts

EVERY_S = 60.0
AT_ONCE = 50


def close_ended(store: Store, now: datetime, rows: RowRetry) -> None:
    """Close what is past its last day; each by itself, so that one that fails holds up no other."""
    with store.read() as connection:
        ended = [
            number
            for district in districts.all_districts(connection)
            for number in console_users.ended_before(
                connection, district.id, now.astimezone(ZoneInfo(district.time_zone)).date(), AT_ONCE
            )
        ]
    rows.each(ended, lambda number: _close(store, number, now), now)


def _close(store: Store, account_id: int, now: datetime) -> int:
    with store.transaction(now) as transaction:
        connection = transaction.connection
        found = accounts.by_id(connection, account_id)
        if found is None or found.status == AccountStatus.SUSPENDED:
            return 0
        accounts.change(connection, account_id, status=AccountStatus.SUSPENDED.value)
        console_users.change(connection, account_id, link_hash=None)
        sessions.end_all(transaction, account_id)
        audit.record(connection, now=now, actor_id=None, act="user.ended", subject_id=account_id)
    return 1
