"""Keeping personal data no longer than the settings say, and leaving proof of what was purged."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Delete

from server.core import audit
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store


def purge(
    store: Store, deletes: Sequence[Delete], now: datetime, kinds: RowRetry | None = None
) -> dict[str, int]:
    """Purge a batch of each kind of old rows, each in a transaction with its proof; give the counts by table.

    What cannot be purged, since something new still refers to it, does not keep the rest.
    """
    gone: Counter[str] = Counter()

    def purge_one(number: int) -> int:
        name = str(deletes[number].table.description)
        with store.transaction(now) as transaction:
            count = transaction.connection.execute(deletes[number]).rowcount
            if count:
                facts = {name: count}
                audit.record(transaction.connection, now=now, actor_id=None, act="purge", facts=facts)
        gone[name] += count
        return count

    (kinds or RowRetry("retention")).each(range(len(deletes)), purge_one, now)
    return dict(+gone)
