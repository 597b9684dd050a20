"""The clock's part in the audit log: what has settled is sealed."""

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from server.audit.queries import seals
from server.core.database.transaction import Store

logger = logging.getLogger("huxue.seals")


def seal_all_settled(store: Store, now: datetime) -> Iterator[int]:
    """Seal all rows that have settled, a run after the other, so that a flood of rows is sealed in time too."""
    while count := seal_settled(store, now):
        yield count


def seal_settled(store: Store, now: datetime) -> int:
    """Seal the rows of the audit log that have settled; gives their count.

    The seal is written into the log too: a log that is kept elsewhere is a witness that seals were there.
    """
    try:
        with store.transaction(now) as transaction:
            new = seals.take(transaction.connection, now)
    except IntegrityError:
        # Another process was faster.
        return 0
    if new is None:
        return 0
    logger.warning(
        "audit log: seal %s:%s binds %s rows up to %s", new.number, new.hash, new.rows, new.last_id
    )
    return new.rows
