"""What the clock does for attendance: writes what became of closed peaks, and adds up people's months."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from server.attendance.queries import outcomes
from server.attendance.service import certificates, closing
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.jobs.kinds import AnyKind
from server.core.limits import Limits
from server.places.queries import districts

KINDS: tuple[AnyKind, ...] = (certificates.JOB,)

# So much shares a transaction: an alarm never waits for more.
POSTS_AT_ONCE, PEAKS_AT_ONCE, MONTHS_AT_ONCE = 5, 10, 50
LOOK_EVERY_S = 5.0
# What a calendar that was changed, or another process, left.
LOOK_AT_ALL_EVERY = timedelta(minutes=10)


class Closing:
    """Knows for each post when its next peak is closed, and looks at all of them every ten minutes.

    What a server that was off has missed is written some peaks at a time. Each peak is written by its key, so looking
    twice, or in two processes, changes nothing.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits
        self._due: dict[int, datetime] = {}
        self._all_at: datetime | None = None

    def work(self, now: datetime, rows: RowRetry | None = None) -> Iterator[None]:
        """Write what is closed by now and what changed since, then add up months; yields between transactions."""
        rows = rows or RowRetry("closing")
        yield from self._close(now, rows)
        yield from self._again(now)
        yield from self._add_up(now)

    def _close(self, now: datetime, rows: RowRetry) -> Iterator[None]:
        if self._all_at is None or not self._all_at <= now < self._all_at + LOOK_AT_ALL_EVERY:
            with self._store.read() as connection:
                self._due = dict.fromkeys(districts.numbers(connection), now)
            self._all_at = now
        while due := self._due_by(now, rows):
            for start in range(0, len(due), POSTS_AT_ONCE):
                rows.together(due[start : start + POSTS_AT_ONCE], lambda some: self._close_at(some, now), now)
                yield

    def _due_by(self, now: datetime, rows: RowRetry) -> list[int]:
        resting = rows.resting(now)
        return sorted(one for one, at in self._due.items() if at <= now and one not in resting)

    def _close_at(self, post_ids: Sequence[int], now: datetime) -> int:
        with self._store.transaction(now) as transaction:
            again = closing.close_peaks(transaction, post_ids, self._limits, now)
        # A post that is no more is not looked at again.
        self._due = {one: at for one, at in self._due.items() if one not in post_ids} | again
        return len(again)

    def _again(self, now: datetime) -> Iterator[None]:
        while True:
            with self._store.read() as connection:
                peaks = outcomes.due_again(connection, PEAKS_AT_ONCE)
            if not peaks:
                return
            with self._store.transaction(now) as transaction:
                closing.work_out_again(transaction, peaks, now)
            yield

    def _add_up(self, now: datetime) -> Iterator[None]:
        while True:
            with self._store.read() as connection:
                if not outcomes.months_due(connection, 1):
                    return
            with self._store.transaction(now) as transaction:
                closing.add_up_months(transaction, MONTHS_AT_ONCE)
            yield


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """Write what became of peaks by the clock."""
    work = Closing(store, limits)
    return [Duty(LOOK_EVERY_S, RowRetry("closing"), work.work)]
