"""A guard offers a duty for a swap, another one takes it, and the school or a rule agrees; until then nothing moves."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy.exc import IntegrityError

from server.core import audit
from server.core.access.roles import Act, Actor, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import swaps
from server.roster.rules.named_places import PeakOf
from server.roster.rules.seats import require_groups
from server.roster.rules.swaps import (
    SwapLimits,
    SwapState,
    left_by,
    require_in_time,
    require_open,
    require_taken,
)
from server.roster.service import scopes, swapping
from server.roster.service.swapping import Side
from server.roster.tables import Swap


class Swapping(TypedDict):
    """Which swap it is, and how far it has come."""

    id: int
    state: str


def offer(
    store: Store, *, actor: Actor, request_id: str, wanted: PeakOf, limits: Limits, now: datetime
) -> Swapping:
    """Offer a duty of the actor; it stays his until a swap is agreed.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``swap_offered`` already,
    ``too_late_to_swap`` (hours).
    """
    require(actor, Act.ANSWER_DUTY)
    with store.transaction(now) as transaction:
        connection, me = transaction.connection, actor.account_id
        asked = [wanted.post_id, wanted.date.isoformat(), wanted.peak]
        first = transaction.remember(me, request_id, "offer_swap", asked, shape=Swapping)
        if first is not None:
            return first
        _place(transaction, wanted.post_id)
        side = swapping.side_of(connection, me, wanted, me, limits)
        if side is None:
            raise Refused("not_found")
        require_in_time([side.shift.starts_at], now, limits[SwapLimits])
        if any(
            one.offered == wanted
            for one in swaps.of_people(connection, [me], wanted.date)
            if one.account_id == me
        ):
            raise Refused("swap_offered")
        number = swaps.add(connection, me, wanted, now)
        one = _again(transaction, number)
        swapping.show(transaction, one, {side.place.post_id: side.place}, [side.key], limits)
        return transaction.answer(me, request_id, Swapping(id=number, state=one.state))


def take(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    number: int,
    returned: PeakOf | None,
    limits: Limits,
    now: datetime,
) -> Swapping:
    """Take an offered duty, for one of the actor's own or for nothing; where a rule says so it is agreed at once.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` for what does not concern him,
    ``swap_taken``, ``swap_over``, ``too_late_to_swap`` (hours), ``cannot_take`` where something speaks against him,
    ``other_cannot_take`` where something speaks against the other one in the duty that is given for it.
    """
    require(actor, Act.ANSWER_DUTY)
    try:
        with store.transaction(now) as transaction:
            me = actor.account_id
            asked = [
                number,
                *([returned.post_id, returned.date.isoformat(), returned.peak] if returned else []),
            ]
            first = transaction.remember(me, request_id, "take_swap", asked, shape=Swapping)
            if first is not None:
                return first
            one = _held(transaction, number)
            place = districts.some_places(transaction.connection, [one.post_id])[one.post_id]
            concerns = one.taken_by == me or scopes.stands_at(actor, place)
            if one.account_id == me or not concerns:
                raise Refused("not_found")
            require_open(SwapState(one.state))
            sides = _sides(transaction, one, me, returned, limits)
            _check(transaction, actor, sides, me, limits)
            swaps.take(transaction.connection, number, me, returned, now)
            one = _again(transaction, number)
            if limits[SwapLimits].by_rule:
                swaps.end(transaction.connection, number, SwapState.AGREED, now, by=None)
                swapping.exchange(transaction, one, sides, by=me, limits=limits)
            else:
                places = {side.place.post_id: side.place for side in sides}
                swapping.show(transaction, one, places, [side.key for side in sides], limits)
            return transaction.answer(
                me, request_id, Swapping(id=number, state=_again(transaction, number).state)
            )
    except IntegrityError as twin:
        # Another process planned one of them elsewhere at that peak meanwhile.
        raise Refused("cannot_take") from twin


def step_back(
    store: Store, *, actor: Actor, request_id: str, number: int, limits: Limits, now: datetime
) -> Swapping:
    """End the actor's own offer, or let the duty that he took be open again; the other one is told.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``swap_over`` where it was agreed or ended.
    """
    require(actor, Act.ANSWER_DUTY)
    with store.transaction(now) as transaction:
        connection, me = transaction.connection, actor.account_id
        first = transaction.remember(me, request_id, "leave_swap", number, shape=Swapping)
        if first is not None:
            return first
        one = _held(transaction, number)
        if me not in {one.account_id, one.taken_by}:
            raise Refused("not_found")
        state = left_by(SwapState(one.state), is_owner=me == one.account_id)
        if state is SwapState.OPEN:
            swaps.open_again(connection, number)
        else:
            swaps.end(connection, number, state, now, by=None)
        side = swapping.side_of(connection, one.account_id, one.offered, one.account_id, limits)
        if side is not None:
            others = {one.account_id, one.taken_by} - {None, me}
            swapping.tell_off(
                transaction, one, [who for who in others if who], side.place, side.shift, limits
            )
            swapping.show(transaction, one, {side.place.post_id: side.place}, [side.key], limits)
        return transaction.answer(me, request_id, Swapping(id=number, state=state.value))


def decide(
    store: Store, *, actor: Actor, request_id: str, number: int, agree: bool, limits: Limits, now: datetime
) -> Swapping:
    """Agree to a swap that somebody took, or refuse it; both are told once, and the audit log says who decided.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``swap_over``, ``too_late_to_swap`` (hours),
    ``cannot_take``, ``other_cannot_take`` where something speaks against it by now.
    """
    require(actor, Act.PLAN_ROSTER)
    try:
        with store.transaction(now) as transaction:
            by = actor.account_id
            first = transaction.remember(by, request_id, "decide_swap", [number, agree], shape=Swapping)
            if first is not None:
                return first
            one = _held(transaction, number)
            place = districts.some_places(transaction.connection, [one.post_id])[one.post_id]
            if not sees_post(actor, **place.scope):
                raise Refused("not_found")
            require_taken(SwapState(one.state))
            state = SwapState.AGREED if agree else SwapState.REFUSED
            _decide(transaction, actor, one, state, limits)
            facts = {"post_id": place.post_id, "date": one.date.isoformat(), "peak": one.peak}
            act = "agree_swap" if agree else "refuse_swap"
            audit.record(transaction.connection, now=now, actor_id=by, act=act, facts=facts)
            return transaction.answer(by, request_id, Swapping(id=number, state=state.value))
    except IntegrityError as twin:
        raise Refused("cannot_take") from twin


def _decide(transaction: Transaction, actor: Actor, one: Swap, state: SwapState, limits: Limits) -> None:
    assert one.taken_by is not None
    sides = _sides(transaction, one, one.taken_by, one.returned, limits)
    require_groups(actor, {side.duty.seat_group for side in sides})
    if state is SwapState.AGREED:
        _check(transaction, actor, sides, one.taken_by, limits)
        swaps.end(transaction.connection, one.id, state, transaction.now, by=actor.account_id)
        swapping.exchange(transaction, one, sides, by=actor.account_id, limits=limits)
        return
    swaps.end(transaction.connection, one.id, state, transaction.now, by=actor.account_id)
    offered = sides[0]
    people = [one.account_id, one.taken_by]
    swapping.tell_off(transaction, one, people, offered.place, offered.shift, limits)
    places = {side.place.post_id: side.place for side in sides}
    swapping.show(transaction, one, places, [side.key for side in sides], limits)


def _sides(
    transaction: Transaction, one: Swap, taker: int, returned: PeakOf | None, limits: Limits
) -> list[Side]:
    """Give the duties that change hands. Raises ``Refused``: ``swap_over``, ``too_late_to_swap`` (hours)."""
    connection = transaction.connection
    offered = swapping.side_of(connection, one.account_id, one.offered, taker, limits)
    sides = [offered]
    if returned is not None:
        sides.append(swapping.side_of(connection, taker, returned, one.account_id, limits))
    found = [side for side in sides if side is not None]
    # A school's plan is held by one lock.
    if len(found) < len(sides) or len({side.place.school_id for side in found}) != 1:
        raise Refused("swap_over")
    require_in_time([side.shift.starts_at for side in found], transaction.now, limits[SwapLimits])
    return found


def _check(transaction: Transaction, actor: Actor, sides: list[Side], taker: int, limits: Limits) -> None:
    against = swapping.against(transaction.connection, actor.district_id, sides, limits)
    if against.get(taker, ["unknown"]):
        raise Refused("cannot_take")
    if any(against.get(side.to, ["unknown"]) for side in sides):
        raise Refused("other_cannot_take")


def _place(transaction: Transaction, post_id: int) -> Place:
    """Give a post, and let nobody change its school's plan until the commit."""
    places = districts.some_places(transaction.connection, [post_id])
    if post_id not in places:
        raise Refused("not_found")
    scopes.hold_plan(transaction, places[post_id].school_id)
    return places[post_id]


def _held(transaction: Transaction, number: int) -> Swap:
    """Give a swap that nobody else moves until the commit."""
    one = swaps.by_id(transaction.connection, number)
    if one is None:
        raise Refused("not_found")
    _place(transaction, one.post_id)
    return _again(transaction, number)


def _again(transaction: Transaction, number: int) -> Swap:
    one = swaps.by_id(transaction.connection, number)
    assert one is not None
    return one
