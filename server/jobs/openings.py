"""Openings, no-shows and ends: what the clock alone changes about posts and duties."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.domain.arrival import CheckOutHow
from server.domain.events import EventName
from server.domain.rooms import account_room
from server.domain.rules import Rules
from server.store import check_ins, coverage, districts
from server.store.districts import Place
from server.store.transaction import Store

# So many posts share a transaction: an alarm never waits for more than these.
AT_ONCE = 10
LOOK_AT_ALL_EVERY = timedelta(minutes=1)


class Openings:
    """Knows for each post when the clock next changes it, and looks at all of them once a minute.

    The look at all heals what was missed while no process ran, and takes up imports and calendar changes.
    Telling compares with the line that is kept, so looking twice, or in two processes, changes nothing.
    """

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store, self._rules = store, rules
        self._due: dict[int, datetime] = {}
        self._all_at: datetime | None = None

    def work(self, now: datetime) -> Iterator[None]:
        """Tell the new lines of all posts that are due; yields between transactions."""
        if self._all_at is None or not self._all_at <= now < self._all_at + LOOK_AT_ALL_EVERY:
            self._all_at = now
            with self._store.read() as connection:
                places = districts.places(connection)
        else:
            due = [post_id for post_id, at in self._due.items() if at <= now]
            if not due:
                return
            with self._store.read() as connection:
                places = [found for found in (districts.place(connection, one) for one in due) if found]
        for start in range(0, len(places), AT_ONCE):
            self._look_at(places[start : start + AT_ONCE], now)
            yield

    def _look_at(self, places: list[Place], now: datetime) -> None:
        with self._store.transaction(now) as transaction:
            for place in places:
                coverage.lock(transaction.connection, place.post_id)
                coverage.tell(transaction, place, self._rules)
                self._due[place.post_id] = self._next_change(place, now)

    def _next_change(self, place: Place, now: datetime) -> datetime:
        moments = [
            moment
            for shift in coverage.shifts_of(place, self._rules, now)
            for moment in (
                shift.opens_at,
                shift.starts_at,
                shift.late_after + timedelta(microseconds=1),
                shift.ends_at,
            )
            if moment > now
        ]
        return min(moments, default=now + timedelta(days=1))


def close_overdue(store: Store, rules: Rules, now: datetime) -> int:
    """Close the duties that nobody ended half an hour after their peak; tell how many."""
    with store.read() as connection:
        overdue = check_ins.overdue(connection, now - timedelta(minutes=rules.window.close_after_minutes))
    for start in range(0, len(overdue), AT_ONCE):
        with store.transaction(now) as transaction:
            for duty in overdue[start : start + AT_ONCE]:
                closes_at = check_ins.read_shift(duty["shift"]).closes_at
                if not check_ins.check_out(
                    transaction.connection, duty["id"], at=closes_at, how=CheckOutHow.NO_CHECK_OUT
                ):
                    continue
                coverage.tell_at_the_end(transaction, duty["post_id"], rules, also=duty["account_id"])
                row = check_ins.by_id(transaction.connection, duty["id"])
                if row is not None:
                    room = account_room(duty["account_id"])
                    transaction.tell(EventName.CHECK_IN_CHANGED, check_ins.view(row), (room,))
    return len(overdue)
