"""Long work of lists of guards, and what sees to it that none is left in the middle."""

from datetime import datetime

from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.jobs import queries as jobs
from server.core.jobs import service
from server.core.jobs.kinds import AnyKind, JobKind
from server.core.jobs.rules import ENDED
from server.people.queries import imports
from server.people.service import import_reading
from server.people.service.import_reading import ImportOf

KINDS: tuple[AnyKind, ...] = (
    JobKind(import_reading.READ, ImportOf, import_reading.read, write=import_reading.write),
    JobKind(import_reading.TAKE, ImportOf, import_reading.take, write=import_reading.write),
    JobKind(import_reading.UNDO, ImportOf, import_reading.undo, write=import_reading.write),
)


def undo_again(store: Store, now: datetime, rows: RowRetry) -> int:
    """Ask for the undoing of lists whose job has ended in the middle: workers died in it, or it was called off."""
    with store.read() as connection:
        found = {
            one.id: jobs.by_id(connection, one.job_id) if one.job_id is not None else None
            for one in imports.left_in_the_middle(connection)
        }
    left = [number for number, job in found.items() if job is None or job.state in ENDED]

    def again(number: int) -> int:
        with store.transaction(now) as transaction:
            job = service.ask(transaction, import_reading.UNDO, ImportOf(number), actor=None)
            imports.change(transaction.connection, number, job_id=job.id)
        return 1

    return rows.each(left, again, now)
