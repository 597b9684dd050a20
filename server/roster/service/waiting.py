"""Places that become free go to those who wait for them, in order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from server.calendar.rules import Shift
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import waiting
from server.roster.rules.named_places import PeakOf
from server.roster.rules.sign_up import SignUpLimits
from server.roster.rules.waiting import Waiting, is_given, next_ones
from server.roster.service import news, rolls, scopes, sign_ups


def first_of(
    connection: Connection,
    place: Place,
    shift: Shift,
    some: Sequence[Waiting],
    seats: int,
    limits: Limits,
) -> list[Waiting]:
    """Choose who of those who wait gets so many free seats: the first who could have one now."""
    if not some:
        return []
    people = {one.account_id for one in some}
    roll = sign_ups.roll_of(connection, place.district_id, people, [shift.date], limits)

    def is_free(account_id: int) -> bool:
        return (
            not sign_ups.is_against(roll, account_id, place, sign_ups.any_seat(place, shift), shift)
            and roll.duties_in_week(account_id, shift.date) < limits[SignUpLimits].a_week
        )

    return next_ones(some, seats, is_free)


def fill(transaction: Transaction, place: Place, shift: Shift, limits: Limits) -> int:
    """Give the free places of a peak to those who wait, one message each; gives how many got one.

    The school's plan is held. Shortly before the start nobody is given one any more: he could not give it back.
    """
    connection, now = transaction.connection, transaction.now
    peak = PeakOf(place.post_id, shift.date, shift.peak)
    some = waiting.of_peak(connection, peak)
    if not some or not is_given(shift.starts_at, now, limits[SignUpLimits]):
        return 0
    taken = sign_ups.taken(connection, [place.post_id], shift.date, shift.date)
    seats = sign_ups.free_seats(place, shift, taken, limits)
    places = {place.post_id: place}
    chosen = first_of(connection, place, shift, some, len(seats), limits)
    given = list(zip(seats, chosen, strict=False))
    for seat, one in given:
        sign_ups.give(transaction, one.account_id, seat, places, limits)
        waiting.remove(connection, one.account_id, peak)
    told = [(seat, one.account_id) for seat, one in given]
    news.tell(transaction, places, given=told, taken=(), limits=limits)
    return len(given)


def look(transaction: Transaction, peak: PeakOf, limits: Limits) -> int:
    """Look whether a place became free for which somebody waits, and end what nobody is given any more."""
    connection, now = transaction.connection, transaction.now
    place = districts.some_places(connection, [peak.post_id]).get(peak.post_id)
    if place is None:
        return 0
    scopes.hold_plan(transaction, place.school_id)
    shift = rolls.shift_of(place, peak.date, peak.peak, limits)
    if shift is None or not is_given(shift.starts_at, now, limits[SignUpLimits]):
        waiting.end(connection, peak)
        return 0
    return fill(transaction, place, shift, limits)


def is_due(connection: Connection, peak: PeakOf, limits: Limits, now: datetime) -> bool:
    """Tell whether a place is free at a peak for which somebody waits, or nobody is given one there any more."""
    place = districts.some_places(connection, [peak.post_id]).get(peak.post_id)
    shift = rolls.shift_of(place, peak.date, peak.peak, limits) if place else None
    if place is None or shift is None or not is_given(shift.starts_at, now, limits[SignUpLimits]):
        return place is not None
    taken = sign_ups.taken(connection, [place.post_id], shift.date, shift.date)
    return bool(sign_ups.free_seats(place, shift, taken, limits))
