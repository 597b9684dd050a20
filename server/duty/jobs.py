"""Openings, no-shows and ends: what the clock alone changes about posts and duties."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from server.calendar.queries import shifts
from server.calendar.rules import Shift, Window
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.duty.queries import away, check_ins
from server.duty.queries.check_ins import Duty
from server.duty.rules.arrival import CheckOutHow
from server.duty.rules.away import AwayLimits
from server.duty.service import away as away_people
from server.duty.service import check_ins as arrivals
from server.duty.service import coverage as post_coverage
from server.places.queries import districts
from server.places.queries.districts import Place

# So many posts share a transaction: an alarm never waits for more than these.
AT_ONCE = 10
LOOK_AT_ALL_EVERY = timedelta(minutes=1)


class Openings:
    """Knows for each post when the clock next changes it, and looks at all of them once a minute.

    The look at all heals what was missed while no process ran, and takes up imports and calendar changes.
    Telling compares with the line that is kept, so looking twice, or in two processes, changes nothing.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits
        self._due: dict[int, datetime] = {}
        self._all_at: datetime | None = None

    def work(self, now: datetime, rows: RowRetry | None = None) -> Iterator[None]:
        """Tell the new lines of all posts that are due; yields between transactions."""
        rows = rows or RowRetry("openings")
        if self._all_at is None or not self._all_at <= now < self._all_at + LOOK_AT_ALL_EVERY:
            with self._store.read() as connection:
                due = districts.numbers(connection)
            self._all_at = now
        else:
            due = sorted(post_id for post_id, at in self._due.items() if at <= now)
        for start in range(0, len(due), AT_ONCE):
            rows.together(due[start : start + AT_ONCE], lambda some: self._look_at(some, now), now)
            yield

    def _look_at(self, post_ids: Sequence[int], now: datetime) -> int:
        next_changes: dict[int, datetime] = {}
        with self._store.transaction(now) as transaction:
            places = districts.places_in(transaction, post_ids)
            post_coverage.publish(transaction, places.values(), self._limits)
            for post_id, place in places.items():
                next_changes[post_id] = self._next_change(place, now)
        self._due.update(next_changes)
        return len(next_changes)

    def _next_change(self, place: Place, now: datetime) -> datetime:
        moments = [
            moment
            for shift in shifts.around(place, self._limits, now)
            for moment in (
                shift.opens_at,
                shift.starts_at,
                shift.late_after + timedelta(microseconds=1),
                shift.ends_at,
            )
            if moment > now
        ]
        return min(moments, default=now + timedelta(days=1))


def close_overdue(store: Store, limits: Limits, now: datetime, rows: RowRetry | None = None) -> int:
    """Close the duties that nobody ended half an hour after their peak; tell how many were looked at."""
    rows = rows or RowRetry("overdue")
    with store.read() as connection:
        overdue = check_ins.overdue(connection, now - timedelta(minutes=limits[Window].close_after_minutes))
    by_number = {duty.id: duty for duty in overdue}

    def close(some: Sequence[int]) -> int:
        with store.transaction(now) as transaction:
            for number in some:
                _close(transaction, by_number[number], limits)
        return len(some)

    numbers = list(by_number)
    batches = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
    return sum(rows.together(some, close, now) for some in batches)


def _close(transaction: Transaction, duty: Duty, limits: Limits) -> None:
    closes_at = Shift.from_dict(duty.shift).closes_at
    if not check_ins.check_out(transaction.connection, duty.id, at=closes_at, how=CheckOutHow.NO_CHECK_OUT):
        return
    post_coverage.publish_at_the_end(transaction, duty.post_id, limits, also=duty.account_id)
    arrivals.publish_own(transaction, duty.id)


def look_for_away(
    store: Store, limits: Limits, now: datetime, rows: RowRetry | None = None
) -> Iterator[None]:
    """Look who on duty is outside the fence of his post, some posts at a time; what is over is forgotten first."""
    rows = rows or RowRetry("away")
    with store.read() as connection:
        over = away.over(connection, now)
        post_ids = districts.numbers(connection) if limits[AwayLimits].minutes else []
    if over:
        with store.transaction(now) as transaction:
            away.end(transaction.connection, over)
    for start in range(0, len(post_ids), AT_ONCE):
        rows.together(
            post_ids[start : start + AT_ONCE],
            lambda some: away_people.look_at(store, some, limits, now),
            now,
        )
        yield
