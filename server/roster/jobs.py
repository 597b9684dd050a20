"""What the clock does for rosters: reminds people of their duties, and asks for stand-ins."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.roster.queries import stand_ins, waiting
from server.roster.rules.named_places import PeakOf
from server.roster.service import reminding, standing_in, swapping
from server.roster.service import waiting as waiting_list

LOOK_EVERY_S = 30.0
# So many share a transaction: an alarm never waits for more.
PEOPLE_AT_ONCE = 100
# So many are looked at in one piece, a few milliseconds; whoever waits for the processor takes it in between.
POSTS_AT_ONCE = 16
SEARCHES_AT_ONCE = 50
PEAKS_AT_ONCE = 200


def remind_due(store: Store, limits: Limits, now: datetime, rows: RowRetry | None = None) -> Iterator[None]:
    """Remind who is due, some people at a time; yields between transactions.

    Whom somebody was reminded of what is written with his message, so a run that was broken off goes on where it was.
    """
    rows = rows or RowRetry("reminders")
    with store.read() as connection:
        numbers = reminding.posts(connection)
    found: list[reminding.DueReminders] = []
    for start in range(0, len(numbers), POSTS_AT_ONCE):
        with store.read() as connection:
            found += reminding.due(connection, numbers[start : start + POSTS_AT_ONCE], limits, now)
        yield
    for one in reminding.together(found):
        people: set[int] = set()
        for some in one.some_posts(POSTS_AT_ONCE):
            with store.read() as connection:
                people |= reminding.people(connection, some)
            yield
        due = sorted(people)
        for start in range(0, len(due), PEOPLE_AT_ONCE):

            def remind(some: Sequence[int], one: reminding.DueReminders = one) -> int:
                with store.transaction(now) as transaction:
                    return reminding.remind(transaction, one, some, limits)

            rows.together(due[start : start + PEOPLE_AT_ONCE], remind, now)
            yield


def ask_next(store: Store, limits: Limits, now: datetime, rows: RowRetry) -> int:
    """Ask the next people of each search for a stand-in that is due, one search a transaction."""
    with store.read() as connection:
        due = stand_ins.due(connection, now, SEARCHES_AT_ONCE)

    def ask(number: int) -> int:
        with store.transaction(now) as transaction:
            return standing_in.next_people(transaction, number, limits)

    return rows.each(due, ask, now)


def end_late(store: Store, limits: Limits, now: datetime, rows: RowRetry) -> int:
    """End the swaps whose deadline has passed, one a transaction."""
    with store.read() as connection:
        late = swapping.late(connection, limits, now)

    def end(number: int) -> int:
        with store.transaction(now) as transaction:
            return swapping.end_late(transaction, number, limits)

    return rows.each(late, end, now)


def fill_places(store: Store, limits: Limits, now: datetime, rows: RowRetry) -> Iterator[None]:
    """Give places that became free to those who wait for them, one peak a transaction; yields between some peaks.

    Every peak is looked at: a place is kept for whoever waits, so none may wait for the clock in vain.
    """
    after: PeakOf | None = None
    while True:
        with store.read() as connection:
            waited = waiting.peaks(connection, PEAKS_AT_ONCE, after)
            due = [
                number for number, one in waited.items() if waiting_list.is_due(connection, one, limits, now)
            ]

        def fill(number: int, waited: dict[int, PeakOf] = waited) -> int:
            with store.transaction(now) as transaction:
                return waiting_list.look(transaction, waited[number], limits)

        rows.each(due, fill, now)
        if len(waited) < PEAKS_AT_ONCE:
            return
        after = list(waited.values())[-1]
        yield


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """Remind people of their duties, ask for stand-ins, and end what nobody agreed to, by the clock."""
    return [
        Duty(LOOK_EVERY_S, RowRetry("reminders"), lambda at, rows: remind_due(store, limits, at, rows)),
        Duty(LOOK_EVERY_S, RowRetry("stand_ins"), lambda at, rows: ask_next(store, limits, at, rows)),
        Duty(LOOK_EVERY_S, RowRetry("swaps"), lambda at, rows: end_late(store, limits, at, rows)),
        Duty(LOOK_EVERY_S, RowRetry("places"), lambda at, rows: fill_places(store, limits, at, rows)),
    ]
