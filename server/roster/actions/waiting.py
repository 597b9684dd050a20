"""A volunteer waits for a place of a peak that is full, and leaves the list with one tap."""

from datetime import datetime, timedelta

from server.calendar.rules import Shift
from server.core.access.roles import Act, Actor, Category, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries.districts import Place
from server.roster.queries import waiting
from server.roster.rules.named_places import OwnPlace, PeakOf, WantedPlace
from server.roster.rules.sign_up import SignUpLimits
from server.roster.rules.waiting import require_in_time
from server.roster.service import rolls, scopes, sign_ups


def join(
    store: Store, *, actor: Actor, request_id: str, wanted: WantedPlace, limits: Limits, now: datetime
) -> OwnPlace:
    """Let the actor wait for a place of his school; whoever waits already goes on as he was.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``place_is_open`` where he can take one,
    ``too_late_to_wait`` (hours), ``week_full`` (most), ``cannot_take``.
    """
    _require_volunteer(actor)
    with store.transaction(now) as transaction:
        me, peak = actor.account_id, PeakOf(wanted.post_id, wanted.date, wanted.peak)
        first = transaction.remember(me, request_id, "wait_for_place", wanted.named, shape=OwnPlace)
        if first is not None:
            return first
        if actor.school_id is not None:
            scopes.hold_plan(transaction, actor.school_id)
        places = scopes.own_posts(transaction.connection, actor)
        place = places.get(wanted.post_id)
        shift = rolls.shift_of(place, wanted.date, wanted.peak, limits) if place else None
        if place is None or shift is None:
            raise Refused("not_found")
        _check(transaction, actor, place, shift, limits)
        if me not in {one.account_id for one in waiting.of_peak(transaction.connection, peak)}:
            waiting.add(transaction.connection, me, peak, now)
        return transaction.answer(me, request_id, wanted.named)


def _require_volunteer(actor: Actor) -> None:
    require(actor, Act.SIGN_UP)
    if actor.category != Category.VOLUNTEER:
        raise Refused("not_your_role", act=Act.SIGN_UP.value)


def _check(transaction: Transaction, actor: Actor, place: Place, shift: Shift, limits: Limits) -> None:
    connection, now = transaction.connection, transaction.now
    mine, me = limits[SignUpLimits], actor.account_id
    last = now.astimezone(place.zone).date() + timedelta(days=mine.days_ahead)
    if not sign_ups.every_seat(place, shift, limits) or shift.date > last:
        raise Refused("not_found")
    require_in_time(shift.starts_at, now, mine)
    taken = sign_ups.taken(connection, [place.post_id], shift.date, shift.date)
    if sign_ups.free_seats(place, shift, taken, limits):
        raise Refused("place_is_open")
    roll = sign_ups.roll_of(connection, actor.district_id, {me}, [shift.date], limits)
    if sign_ups.is_against(roll, me, place, sign_ups.any_seat(place, shift), shift):
        raise Refused("cannot_take")
    if roll.duties_in_week(me, shift.date) >= mine.a_week:
        raise Refused("week_full", most=mine.a_week)


def leave(store: Store, *, actor: Actor, request_id: str, wanted: WantedPlace, now: datetime) -> OwnPlace:
    """Let the actor wait no more; who does not wait is left as he is.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    _require_volunteer(actor)
    with store.transaction(now) as transaction:
        me = actor.account_id
        first = transaction.remember(me, request_id, "leave_waiting", wanted.named, shape=OwnPlace)
        if first is not None:
            return first
        waiting.remove(transaction.connection, me, PeakOf(wanted.post_id, wanted.date, wanted.peak))
        return transaction.answer(me, request_id, wanted.named)
