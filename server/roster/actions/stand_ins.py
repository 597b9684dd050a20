"""Somebody who cannot come asks for a stand-in; the duty stays his until another takes it; a school may undo it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy.exc import IntegrityError

from server.calendar.queries import answers
from server.calendar.queries.answers import Answer, DutyKey
from server.calendar.rules import Shift
from server.calendar.tables import PublishedDuty
from server.core import audit
from server.core.access.roles import Act, Actor, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans, stand_ins
from server.roster.rules.named_places import WantedPlace
from server.roster.rules.seats import require_groups
from server.roster.rules.stand_ins import StandInState
from server.roster.service import news, own_changes, rolls, scopes, standing_in
from server.roster.service.rolls import Span
from server.roster.tables import StandIn


class Searching(TypedDict):
    """A search that goes on or ended."""

    id: int


class Offer(TypedDict):
    """A duty for which somebody is asked to stand in."""

    id: int
    post_id: int
    post_name: str
    date: str
    peak: str
    starts_at: str
    ends_at: str


class Offers(TypedDict):
    """The duties that somebody may take over, the earliest first."""

    items: list[Offer]


def search(
    store: Store, *, actor: Actor, request_id: str, wanted: WantedPlace, limits: Limits, now: datetime
) -> Searching:
    """Ask for somebody who takes a duty of the actor; the first people are asked at once.

    One search a duty: one that was ended goes on, and nobody is asked twice.
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``duty_begun``.
    """
    require(actor, Act.ANSWER_DUTY)
    with store.transaction(now) as transaction:
        connection, me = transaction.connection, actor.account_id
        first = transaction.remember(me, request_id, "search_stand_in", wanted.named, shape=Searching)
        if first is not None:
            return first
        place = _place(transaction, wanted.post_id)
        mine = plans.published_of(connection, [me], wanted.date, wanted.date)
        duty = next((row for row in mine if (row.post_id, row.peak) == (wanted.post_id, wanted.peak)), None)
        shift = rolls.shift_of(place, wanted.date, wanted.peak, limits)
        if duty is None or shift is None:
            raise Refused("not_found")
        if shift.starts_at <= now:
            raise Refused("duty_begun")
        key = plans.key_of(duty)
        there = stand_ins.last_of(connection, me, key)
        number = there.id if there else stand_ins.add(connection, me, key, now)
        answers.put(connection, DutyKey(me, place.post_id, wanted.date, wanted.peak), Answer.CANNOT, now)
        if there is None:
            standing_in.next_people(transaction, number, limits)
        elif there.state != StandInState.OPEN:
            stand_ins.reopen(connection, number)
        own_changes.tell(transaction, me, [key], {place.post_id: place}, limits)
        return transaction.answer(me, request_id, Searching(id=number))


def withdraw(
    store: Store, *, actor: Actor, request_id: str, number: int, limits: Limits, now: datetime
) -> Searching:
    """End the actor's own search. Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``."""
    require(actor, Act.ANSWER_DUTY)
    with store.transaction(now) as transaction:
        me = actor.account_id
        first = transaction.remember(me, request_id, "end_stand_in", number, shape=Searching)
        if first is not None:
            return first
        one = stand_ins.by_id(transaction.connection, number)
        if one is None or one.account_id != me:
            raise Refused("not_found")
        place = _place(transaction, one.post_id)
        one = stand_ins.by_id(transaction.connection, number)
        if one is None or one.state != StandInState.OPEN:
            raise Refused("not_found")
        stand_ins.end(transaction.connection, number, StandInState.WITHDRAWN, now, by=None)
        duty = standing_in.duty_of(transaction.connection, one)
        seats = [plans.key_of(duty)] if duty else []
        own_changes.tell(transaction, me, seats, {place.post_id: place}, limits)
        return transaction.answer(me, request_id, Searching(id=number))


def offered(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> Offers:
    """List the duties that the actor is asked to take over. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.ANSWER_DUTY)
    with store.read() as connection:
        rows = stand_ins.offered(connection, actor.account_id, now.date() - timedelta(days=1))
        places = districts.some_places(connection, {row.post_id for row in rows})
    found: list[Offer] = []
    for row in rows:
        place = places[row.post_id]
        shift = rolls.shift_of(place, row.date, row.peak, limits)
        if shift is not None and shift.starts_at > now:
            offer: Offer = {
                "id": row.id,
                "post_id": row.post_id,
                "post_name": place.name,
                "date": row.date.isoformat(),
                "peak": row.peak,
                "starts_at": moment(shift.starts_at),
                "ends_at": moment(shift.ends_at),
            }
            found.append(offer)
    return {"items": sorted(found, key=lambda one: one["starts_at"])}


def take(
    store: Store, *, actor: Actor, request_id: str, number: int, limits: Limits, now: datetime
) -> Searching:
    """Let the actor take a duty over that he was asked for; from then on it is his, and he has said that he comes.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` for who was not asked, ``stand_in_taken``
    where another one was quicker, ``stand_in_over``, ``cannot_take``.
    """
    require(actor, Act.ANSWER_DUTY)
    try:
        with store.transaction(now) as transaction:
            me = actor.account_id
            first = transaction.remember(me, request_id, "take_stand_in", number, shape=Searching)
            if first is not None:
                return first
            if me not in stand_ins.asked_in(transaction.connection, number):
                raise Refused("not_found")
            _take(transaction, actor, number, limits)
            return transaction.answer(me, request_id, Searching(id=number))
    except IntegrityError as twin:
        # Another process planned him elsewhere at that peak meanwhile.
        raise Refused("cannot_take") from twin


def _take(transaction: Transaction, actor: Actor, number: int, limits: Limits) -> None:
    connection, now, me = transaction.connection, transaction.now, actor.account_id
    one = _held(transaction, number)
    if one.state == StandInState.TAKEN:
        raise Refused("stand_in_taken")
    place = districts.some_places(connection, [one.post_id])[one.post_id]
    shift, duty = rolls.shift_of(place, one.date, one.peak, limits), standing_in.duty_of(connection, one)
    if one.state != StandInState.OPEN or shift is None or duty is None or shift.starts_at <= now:
        raise Refused("stand_in_over")
    span = Span.around([one.date])
    roll = rolls.of_people(connection, actor.district_id, {me}, span, own={}, limits=limits)
    if not standing_in.may_stand(roll, me, place, duty, shift):
        raise Refused("cannot_take")
    _give(transaction, duty, me, place, by=me, limits=limits)
    answers.put(connection, DutyKey(me, place.post_id, one.date, one.peak), Answer.COMING, now)
    stand_ins.end(connection, number, StandInState.TAKEN, now, by=me)
    news.tell(
        transaction,
        {place.post_id: place},
        given=(),
        taken=[(plans.key_of(duty), one.account_id)],
        limits=limits,
    )


def undo(
    store: Store, *, actor: Actor, request_id: str, number: int, limits: Limits, now: datetime
) -> Searching:
    """Give a duty back to who had asked for a stand-in; both are told.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``stand_in_stays`` where it has begun, or
    something speaks against who had it, or somebody has changed the plan.
    """
    require(actor, Act.PLAN_ROSTER)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "undo_stand_in", number, shape=Searching)
        if first is not None:
            return first
        one = _held(transaction, number)
        place = districts.some_places(connection, [one.post_id])[one.post_id]
        if not sees_post(actor, **place.scope) or one.taken_by is None:
            raise Refused("not_found")
        shift = rolls.shift_of(place, one.date, one.peak, limits)
        now_his = plans.published_of(connection, [one.taken_by], one.date, one.date)
        duty = next((row for row in now_his if (row.post_id, row.peak) == (one.post_id, one.peak)), None)
        if one.state != StandInState.TAKEN or duty is None or shift is None or shift.starts_at <= now:
            raise Refused("stand_in_stays")
        require_groups(actor, {duty.seat_group})
        _check(transaction, actor, one, duty, place, shift, limits)
        _give(transaction, duty, one.account_id, place, by=actor.account_id, limits=limits)
        stand_ins.end(connection, number, StandInState.UNDONE, now, by=actor.account_id)
        key = plans.key_of(duty)
        gives, takes = [(key, one.account_id)], [(key, one.taken_by)]
        news.tell(transaction, {place.post_id: place}, given=gives, taken=takes, limits=limits)
        facts = {"post_id": place.post_id, "date": one.date.isoformat(), "peak": one.peak}
        audit.record(connection, now=now, actor_id=actor.account_id, act="undo_stand_in", facts=facts)
        return transaction.answer(actor.account_id, request_id, Searching(id=number))


def _check(
    transaction: Transaction,
    actor: Actor,
    one: StandIn,
    duty: PublishedDuty,
    place: Place,
    shift: Shift,
    limits: Limits,
) -> None:
    span = Span.around([one.date])
    his = {one.account_id}
    roll = rolls.of_people(transaction.connection, actor.district_id, his, span, own={}, limits=limits)
    if not standing_in.may_stand(roll, one.account_id, place, duty, shift):
        raise Refused("stand_in_stays")


def _place(transaction: Transaction, post_id: int) -> Place:
    """Give a post, and let nobody change its school's plan until the commit."""
    places: Mapping[int, Place] = districts.some_places(transaction.connection, [post_id])
    if post_id not in places:
        raise Refused("not_found")
    scopes.hold_plan(transaction, places[post_id].school_id)
    return places[post_id]


def _held(transaction: Transaction, number: int) -> StandIn:
    """Give a search, whose duty nobody else takes or changes until the commit."""
    one = stand_ins.by_id(transaction.connection, number)
    if one is None:
        raise Refused("not_found")
    _place(transaction, one.post_id)
    again = stand_ins.by_id(transaction.connection, number)
    assert again is not None
    return again


def _give(
    transaction: Transaction,
    duty: PublishedDuty,
    account_id: int,
    place: Place,
    *,
    by: int,
    limits: Limits,
) -> None:
    """Let somebody have a published duty in place of who has it, in the plan as well where that one stands there."""
    connection, now, key = transaction.connection, transaction.now, plans.key_of(duty)
    rows = plans.planned(connection, [key.post_id], key.date, key.date)
    mine = {key: rows[key]} if key in rows else {}
    if key in mine and mine[key].account_id != duty.account_id:
        # Somebody has drafted another one for the seat: his word on it stands, and is published by him.
        raise Refused("stand_in_stays" if by != account_id else "stand_in_over")
    plans.put(connection, {key: account_id}, mine, source=plans.STAND_IN, by=by, now=now)
    plans.publish(connection, take=[duty], put=[(key, account_id)], now=now)
    for who in (duty.account_id, account_id):
        own_changes.tell(transaction, who, [key], {place.post_id: place}, limits)
