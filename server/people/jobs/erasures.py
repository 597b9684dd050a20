"""The job that erases a person, and the duty that asks for it again where it has failed."""

from datetime import datetime

from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.jobs import queries as jobs
from server.core.jobs.kinds import AnyKind, JobKind
from server.people.queries import erasures
from server.people.service import erasing

KIND: AnyKind = JobKind(erasing.ERASE, erasing.EraseOf, erasing.run, write=erasing.write)


def ask_again(store: Store, now: datetime, rows: RowRetry) -> int:
    """Ask again for the erasures whose jobs have failed; gives how many."""
    with store.read() as connection:
        asked = [erasing.EraseOf(**one.parameters) for one in jobs.under_way(connection, erasing.ERASE)]  # type: ignore[arg-type]
        left = sorted(set(erasures.undone(connection)) - {one.account_id for one in asked})

    def again(account_id: int) -> int:
        with store.transaction(now) as transaction:
            erasing.ask_again(transaction, account_id)
        return 1

    return rows.each(left, again, now)
