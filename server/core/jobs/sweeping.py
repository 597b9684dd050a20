"""Deleting files whose time is over, with proof of how many, and files that no row knows."""

from datetime import datetime, timedelta

from server.core import audit
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.files.store import FileStore
from server.core.jobs import queries

AT_ONCE = 50
# A restored database knows nothing of files that were made since.
UNKNOWN_FOR = timedelta(days=2)


def sweep(store: Store, files: FileStore, now: datetime, rows: RowRetry) -> int:
    """Delete some files whose time is over, from the store first: a row without its file harms nobody."""
    with store.read() as connection:
        expired = {one.id: one for one in queries.expired_files(connection, now, AT_ONCE)}

    def delete_one(number: int) -> int:
        files.delete(expired[number].name)
        with store.transaction(now) as transaction:
            count = queries.delete_file(transaction.connection, number)
            if count:
                audit.record(
                    transaction.connection, now=now, actor_id=None, act="purge", facts={"stored_file": count}
                )
        return count

    return rows.each(expired, delete_one, now)


def sweep_unknown(store: Store, files: FileStore, now: datetime) -> int:
    """Delete files of the store that no row has known for days; gives how many."""
    old = [one.name for one in files.names() if one.since < now - UNKNOWN_FOR]
    gone = 0
    for start in range(0, len(old), AT_ONCE):
        names = old[start : start + AT_ONCE]
        with store.read() as connection:
            known = queries.known_names(connection, names)
        for name in set(names) - known:
            files.delete(name)
            gone += 1
    if gone:
        with store.transaction(now) as transaction:
            facts = {"files_without_row": gone}
            audit.record(transaction.connection, now=now, actor_id=None, act="purge", facts=facts)
    return gone
