"""Volunteers take open places of their school by themselves, and give them back until a deadline."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from server.calendar.rules import Window, shifts_on
from server.core.access.roles import Act, Actor, Category, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans, waiting
from server.roster.rules.named_places import OwnPlace, PeakOf, WantedPlace
from server.roster.rules.sign_up import SignUpLimits, gives_back_until
from server.roster.rules.waiting import is_given, turn_of
from server.roster.service import own_changes, rolls, scopes, sign_ups
from server.roster.service import waiting as waiting_list


class OpenPlace(TypedDict):
    """A peak of a post with seats for volunteers that nobody has; ``week_full``: one has enough in that week.

    Where nobody is wanted any more (``seats`` 0): how many wait, and the how-manieth of them one is (``turn``).
    """

    post_id: int
    post_name: str
    date: str
    peak: str
    starts_at: str
    ends_at: str
    seats: int
    provisional: bool
    week_full: bool
    waiting: int
    turn: int | None


class OpenPlaces(TypedDict):
    """The open places, those that are full and can be waited for, the earliest first, and the rules."""

    items: list[OpenPlace]
    full: list[OpenPlace]
    a_week: int
    give_back_hours: int


def listed(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> OpenPlaces:
    """List what a volunteer could take at his school; for anybody else there is nothing.

    Left out is what he cannot take: while he is away, elsewhere, or not approved. Raises ``Refused``: ``suspended``.
    """
    require(actor, Act.SIGN_UP)
    found: list[OpenPlace] = []
    if actor.category == Category.VOLUNTEER:
        with store.read() as connection:
            found = sorted(_open(connection, actor, limits, now), key=lambda one: one["starts_at"])
    mine = limits[SignUpLimits]
    return {
        "items": [one for one in found if one["seats"]],
        "full": [one for one in found if not one["seats"]],
        "a_week": mine.a_week,
        "give_back_hours": mine.give_back_hours,
    }


def _open(connection: Connection, actor: Actor, limits: Limits, now: datetime) -> Iterator[OpenPlace]:
    places = scopes.own_posts(connection, actor)
    if not places:
        return
    today = now.astimezone(next(iter(places.values())).zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(limits[SignUpLimits].days_ahead + 1)]
    taken = sign_ups.taken(connection, places, days[0], days[-1])
    me, mine = actor.account_id, limits[SignUpLimits]
    roll = sign_ups.roll_of(connection, actor.district_id, {me}, days, limits)
    waits = waiting.at_posts(connection, places, days[0], days[-1])
    for place in places.values():
        for on in days:
            for shift in shifts_on(place.peaks_on(on), on, place.zone, limits[Window]):
                if shift.starts_at <= now or not sign_ups.every_seat(place, shift, limits):
                    continue
                free = sign_ups.free_seats(place, shift, taken, limits)
                if not free and not is_given(shift.starts_at, now, mine):
                    continue
                if sign_ups.is_against(roll, me, place, sign_ups.any_seat(place, shift), shift):
                    continue
                wait = waits.get(PeakOf(place.post_id, on, shift.peak), [])
                yield {
                    "post_id": place.post_id,
                    "post_name": place.name,
                    "date": on.isoformat(),
                    "peak": shift.peak,
                    "starts_at": moment(shift.starts_at),
                    "ends_at": moment(shift.ends_at),
                    "seats": len(free),
                    "provisional": place.days.on(on).provisional,
                    "week_full": roll.duties_in_week(me, on) >= mine.a_week,
                    "waiting": len(wait),
                    "turn": turn_of(wait, me),
                }


def take(
    store: Store, *, actor: Actor, request_id: str, wanted: WantedPlace, limits: Limits, now: datetime
) -> OwnPlace:
    """Let a volunteer take an open place of his school: it is planned and published at once.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``place_taken``, ``week_full`` (most),
    ``cannot_take`` where he is away or elsewhere, not approved, or has not agreed to the texts.
    """
    _require_volunteer(actor)
    try:
        with store.transaction(now) as transaction:
            first = transaction.remember(
                actor.account_id, request_id, "take_place", wanted.named, shape=OwnPlace
            )
            if first is not None:
                return first
            if actor.school_id is not None:
                scopes.hold_plan(transaction, actor.school_id)
            places = scopes.own_posts(transaction.connection, actor)
            if wanted.post_id not in places:
                raise Refused("not_found")
            _take(transaction, actor, places, wanted, limits)
            return transaction.answer(actor.account_id, request_id, wanted.named)
    except IntegrityError as twin:
        # Another process took it, or planned him elsewhere, meanwhile.
        raise Refused("place_taken") from twin


def _require_volunteer(actor: Actor) -> None:
    require(actor, Act.SIGN_UP)
    if actor.category != Category.VOLUNTEER:
        raise Refused("not_your_role", act=Act.SIGN_UP.value)


def _take(
    transaction: Transaction,
    actor: Actor,
    places: Mapping[int, Place],
    wanted: WantedPlace,
    limits: Limits,
) -> None:
    connection, now, place = transaction.connection, transaction.now, places[wanted.post_id]
    mine = limits[SignUpLimits]
    peak = PeakOf(place.post_id, wanted.date, wanted.peak)
    shift = rolls.shift_of(place, wanted.date, wanted.peak, limits)
    last = now.astimezone(place.zone).date() + timedelta(days=mine.days_ahead)
    if shift is None or shift.starts_at <= now or wanted.date > last:
        raise Refused("place_taken")
    taken = sign_ups.taken(connection, [place.post_id], wanted.date, wanted.date)
    free, me = sign_ups.free_seats(place, shift, taken, limits), actor.account_id
    others = [one for one in waiting.of_peak(connection, peak) if one.account_id != me]
    if is_given(shift.starts_at, now, mine):
        # Whoever waited before him gets them, as soon as the clock looks.
        del free[: len(waiting_list.first_of(connection, place, shift, others, len(free), limits))]
    if not free:
        raise Refused("place_taken")
    roll = sign_ups.roll_of(connection, actor.district_id, {me}, [wanted.date], limits)
    if sign_ups.is_against(roll, me, place, free[0], shift):
        raise Refused("cannot_take")
    if roll.duties_in_week(me, wanted.date) >= mine.a_week:
        raise Refused("week_full", most=mine.a_week)
    waiting.remove(connection, me, peak)
    sign_ups.give(transaction, me, free[0], places, limits)


def give_back(
    store: Store, *, actor: Actor, request_id: str, wanted: WantedPlace, limits: Limits, now: datetime
) -> OwnPlace:
    """Give back a place that the actor took by himself: it is open again.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` where he has it not, or not by himself,
    ``too_late_to_give_back`` (hours).
    """
    _require_volunteer(actor)
    with store.transaction(now) as transaction:
        connection, me = transaction.connection, actor.account_id
        first = transaction.remember(me, request_id, "give_back_place", wanted.named, shape=OwnPlace)
        if first is not None:
            return first
        places = districts.some_places(connection, [wanted.post_id])
        if wanted.post_id not in places:
            raise Refused("not_found")
        place = places[wanted.post_id]
        scopes.hold_plan(transaction, place.school_id)
        planned = {
            row.key: row
            for row in plans.planned_of(connection, [me], wanted.date, wanted.date)
            if (row.post_id, row.peak, row.source) == (wanted.post_id, wanted.peak, plans.SELF)
        }
        shift = rolls.shift_of(place, wanted.date, wanted.peak, limits)
        if not planned or shift is None:
            raise Refused("not_found")
        if now >= gives_back_until(shift.starts_at, limits[SignUpLimits]):
            raise Refused("too_late_to_give_back", hours=limits[SignUpLimits].give_back_hours)
        told = plans.published_of(connection, [me], wanted.date, wanted.date)
        plans.put(
            connection, dict.fromkeys(planned), planned, source=plans.GIVEN_BACK, by=me, now=transaction.now
        )
        back = [row for row in told if plans.key_of(row) in planned]
        plans.publish(connection, take=back, put=(), now=now)
        own_changes.tell(transaction, me, planned, places, limits)
        waiting_list.fill(transaction, place, shift, limits)
        return transaction.answer(me, request_id, wanted.named)
