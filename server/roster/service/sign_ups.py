"""Places that volunteers take by themselves: which are free, who could have one, and giving it to him."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection

from server.calendar.rules import Shift
from server.core.access.roles import Group
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.places.queries.districts import Place
from server.roster.queries import plans
from server.roster.rules.conflicts import Conflict
from server.roster.rules.seats import SeatKey
from server.roster.service import own_changes, rolls
from server.roster.service.rolls import Roll, Span

GROUP = Group.VOLUNTEER.value


def taken(connection: Connection, posts: Collection[int], first: date, last: date) -> set[SeatKey]:
    """Give the seats that somebody has, by a draft or by what is published."""
    planned = plans.planned(connection, posts, first, last)
    return {key for key, row in planned.items() if row.account_id} | set(
        plans.published(connection, posts, first, last)
    )


def every_seat(place: Place, shift: Shift, limits: Limits) -> list[SeatKey]:
    """Give the seats of volunteers at a peak."""
    needed = rolls.heads_of(place, shift.date, shift.peak, limits).get(GROUP, 0)
    return [SeatKey(place.post_id, shift.date, shift.peak, GROUP, number) for number in range(1, needed + 1)]


def any_seat(place: Place, shift: Shift) -> SeatKey:
    """Give a seat that nobody has, to ask what speaks against somebody at a peak wherever he sits."""
    return SeatKey(place.post_id, shift.date, shift.peak, GROUP, 0)


def free_seats(place: Place, shift: Shift, taken: Collection[SeatKey], limits: Limits) -> list[SeatKey]:
    """Give those of them that nobody has."""
    return [key for key in every_seat(place, shift, limits) if key not in taken]


def roll_of(
    connection: Connection,
    district_id: int,
    people: Collection[int],
    days: Collection[date],
    limits: Limits,
) -> Roll:
    """Read where some people stand in the weeks of some days.

    A place that is taken is published at once, so what somebody was told counts beside every draft.
    """
    return rolls.of_people(connection, district_id, people, Span.around(days), own={}, limits=limits)


def is_against(roll: Roll, account_id: int, place: Place, key: SeatKey, shift: Shift) -> bool:
    """Tell whether something speaks against somebody in a seat, beside the number of his duties."""
    if account_id not in roll.people:
        return True
    found = roll.against(account_id, place, key, shift)
    return any(one.conflict != Conflict.TOO_MANY for one in found)


def give(
    transaction: Transaction, account_id: int, seat: SeatKey, places: Mapping[int, Place], limits: Limits
) -> None:
    """Let somebody have a free seat as if he had taken it: planned and published at once."""
    connection, now = transaction.connection, transaction.now
    there = plans.planned(connection, [seat.post_id], seat.date, seat.date)
    rows = {key: row for key, row in there.items() if key == seat}
    plans.put(connection, {seat: account_id}, rows, source=plans.SELF, by=account_id, now=now)
    plans.publish(connection, take=(), put=[(seat, account_id)], now=now)
    own_changes.tell(transaction, account_id, [seat], places, limits)
