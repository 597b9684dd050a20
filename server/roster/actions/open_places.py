"""Volunteers take open places of their school by themselves, and give them back until a deadline."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from server.calendar.rules import Shift, Window, shifts_on
from server.core.access.roles import Act, Actor, Category, Group, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans
from server.roster.rules.conflicts import Conflict
from server.roster.rules.named_places import OwnPlace, WantedPlace
from server.roster.rules.seats import SeatKey
from server.roster.rules.sign_up import SignUpLimits, gives_back_until
from server.roster.service import own_changes, rolls, scopes
from server.roster.service.rolls import Roll, Span

GROUP = Group.VOLUNTEER.value


class OpenPlace(TypedDict):
    """A peak of a post with seats for volunteers that nobody has; ``week_full``: one has enough in that week."""

    post_id: int
    post_name: str
    date: str
    peak: str
    starts_at: str
    ends_at: str
    seats: int
    provisional: bool
    week_full: bool


class OpenPlaces(TypedDict):
    """The open places, the earliest first, and the rules by which one takes them."""

    items: list[OpenPlace]
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
    return {"items": found, "a_week": mine.a_week, "give_back_hours": mine.give_back_hours}


def _open(connection: Connection, actor: Actor, limits: Limits, now: datetime) -> Iterator[OpenPlace]:
    places = scopes.own_posts(connection, actor)
    if not places:
        return
    today = now.astimezone(next(iter(places.values())).zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(limits[SignUpLimits].days_ahead + 1)]
    taken = _taken(connection, places, days[0], days[-1])
    roll = _roll(connection, actor, days, places, limits)
    for place in places.values():
        for on in days:
            for shift in shifts_on(place.peaks_on(on), on, place.zone, limits[Window]):
                free = _free(place, shift, taken, limits)
                if shift.starts_at <= now or not free or _against(roll, actor, place, free[0], shift):
                    continue
                yield {
                    "post_id": place.post_id,
                    "post_name": place.name,
                    "date": on.isoformat(),
                    "peak": shift.peak,
                    "starts_at": moment(shift.starts_at),
                    "ends_at": moment(shift.ends_at),
                    "seats": len(free),
                    "provisional": place.days.on(on).provisional,
                    "week_full": roll.duties_in_week(actor.account_id, on) >= limits[SignUpLimits].a_week,
                }


def _taken(connection: Connection, posts: Collection[int], first: date, last: date) -> set[SeatKey]:
    """Give the seats that somebody has, by a draft or by what is published."""
    planned = plans.planned(connection, posts, first, last)
    return {key for key, row in planned.items() if row.account_id} | set(
        plans.published(connection, posts, first, last)
    )


def _free(place: Place, shift: Shift, taken: Collection[SeatKey], limits: Limits) -> list[SeatKey]:
    needed = rolls.heads_of(place, shift.date, shift.peak, limits).get(GROUP, 0)
    every = [SeatKey(place.post_id, shift.date, shift.peak, GROUP, number) for number in range(1, needed + 1)]
    return [key for key in every if key not in taken]


def _roll(
    connection: Connection,
    actor: Actor,
    days: Collection[date],
    places: Mapping[int, Place],
    limits: Limits,
) -> Roll:
    span = Span.around(days)
    me = {actor.account_id}
    return rolls.of_people(connection, actor.district_id, me, span, own=places, limits=limits)


def _against(roll: Roll, actor: Actor, place: Place, key: SeatKey, shift: Shift) -> bool:
    """Tell whether something speaks against the actor in a seat, beside the number of his duties."""
    if actor.account_id not in roll.people:
        return True
    found = roll.against(actor.account_id, place, key, shift)
    return any(one.conflict != Conflict.TOO_MANY for one in found)


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
    shift = rolls.shift_of(place, wanted.date, wanted.peak, limits)
    last = now.astimezone(place.zone).date() + timedelta(days=mine.days_ahead)
    if shift is None or shift.starts_at <= now or wanted.date > last:
        raise Refused("place_taken")
    free = _free(place, shift, _taken(connection, [place.post_id], wanted.date, wanted.date), limits)
    if not free:
        raise Refused("place_taken")
    roll = _roll(connection, actor, [wanted.date], places, limits)
    if _against(roll, actor, place, free[0], shift):
        raise Refused("cannot_take")
    if roll.duties_in_week(actor.account_id, wanted.date) >= mine.a_week:
        raise Refused("week_full", most=mine.a_week)
    there = plans.planned(connection, [place.post_id], wanted.date, wanted.date)
    me = actor.account_id
    plans.put(
        connection,
        {free[0]: me},
        {key: row for key, row in there.items() if key == free[0]},
        source=plans.SELF,
        by=me,
        now=now,
    )
    plans.publish(connection, take=(), put=[(free[0], me)], now=now)
    own_changes.tell(transaction, me, free[:1], places, limits)


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
        return transaction.answer(me, request_id, wanted.named)
