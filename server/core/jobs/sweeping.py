"""Deleting files whose time is over, with proof of how many, and files that no row knows."""

import logging
from datetime import datetime, timedelta

from server.core import audit
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.files.store import FileStore, NotKept, StoreAway, try_out
from server.core.jobs import queries

logger = logging.getLogger("huxue.files")

AT_ONCE = 50
# A restored database knows nothing of files that were made since.
UNKNOWN_FOR = timedelta(days=2)


def sweep(store: Store, files: FileStore, now: datetime, rows: RowRetry) -> int:
    """Delete some files whose time is over, from the store first: a row without its file harms nobody."""
    with store.read() as connection:
        expired = {one.id: one for one in queries.expired_files(connection, now, AT_ONCE)}
    away: list[StoreAway] = []

    def delete_one(number: int) -> int:
        try:
            files.delete(expired[number].name)
        except StoreAway as why:
            away.append(why)
            return 0
        with store.transaction(now) as transaction:
            count = queries.delete_file(transaction.connection, number)
            if count:
                audit.record(
                    transaction.connection, now=now, actor_id=None, act="purge", facts={"stored_file": count}
                )
        return count

    # Where the whole store is away, the others wait for the next round.
    count = rows.each((one for one in expired if not away), delete_one, now)
    if away:
        rows.failures[rows.duty] += 1
        logger.error("files whose time is over stay for now: %s", away[0])
    return count


def sweep_unknown(store: Store, files: FileStore, now: datetime, rows: RowRetry) -> int:
    """Delete files of the store that no row has known for days; gives how many."""
    try:
        return _sweep_unknown(store, files, now)
    except StoreAway as why:
        rows.failures[rows.duty] += 1
        logger.error("files that no row knows stay for now: %s", why)
        return 0


def _sweep_unknown(store: Store, files: FileStore, now: datetime) -> int:
    old = sorted({one.name for one in files.names() if one.since < now - UNKNOWN_FOR})
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


def say_if_away(files: FileStore) -> None:
    """Try the store out once, when a server starts; it serves all the same."""
    try:
        try_out(files)
    except NotKept as why:
        logger.error("%s: exports and copies of own data fail until it can be used", why)
