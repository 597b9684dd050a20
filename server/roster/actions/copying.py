"""Copying the week before: whoever had a seat takes it again, where it is open and nothing speaks against him."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy.exc import IntegrityError

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries.districts import Place
from server.roster.queries import plans
from server.roster.rules.conflicts import Conflict
from server.roster.rules.patterns import Unfilled
from server.roster.rules.seats import WEEK, SeatKey, days_of, groups_planned_by, is_too_far
from server.roster.service import rolls, scopes
from server.roster.service.rolls import Roll, Span
from server.roster.tables import PlannedDuty


class LeftOpen(TypedDict):
    """A seat that stays open, who had it the week before, and why he does not take it again."""

    date: str
    peak: str
    group: str
    name: str | None
    conflict: str


class Copied(TypedDict):
    """How many seats were filled, and those that stay open although somebody had them.

    ``batch`` names what was filled, for taking it back.
    """

    seats: int
    left: list[LeftOpen]
    batch: str


def copy(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    week: date,
    limits: Limits,
    now: datetime,
) -> Copied:
    """Fill the open seats of a school's week as they were the week before, of the groups that the actor plans.

    Whoever has a seat keeps it; so many duties as he had then are meant. Raises ``Refused``: ``not_your_role``,
    ``not_found``, ``nothing_to_copy``, ``plan_changed`` where another school planned one of them meanwhile.
    """
    require(actor, Act.PLAN_ROSTER)
    scopes.require_monday(week)
    try:
        with store.transaction(now) as transaction:
            body = [school_id, week.isoformat()]
            first = transaction.remember(actor.account_id, request_id, "copy_week", body, shape=Copied)
            if first is not None:
                return first
            answer = _copy(transaction, actor, school_id, week, request_id, limits)
            return transaction.answer(actor.account_id, request_id, answer)
    except IntegrityError as twin:
        raise Refused("plan_changed") from twin


def _copy(
    transaction: Transaction, actor: Actor, school_id: int, week: date, batch: str, limits: Limits
) -> Copied:
    now = transaction.now
    scopes.hold_plan(transaction, school_id)
    places = scopes.posts_of(transaction.connection, actor, school_id)
    days = days_of(week)
    there = plans.planned(transaction.connection, places, days[0] - WEEK, days[-1])
    today = now.astimezone(next(iter(places.values())).zone).date()
    wanted = {} if is_too_far(week, today) else _wanted(actor, places, week, there, limits, now)
    if not wanted:
        raise Refused("nothing_to_copy")
    roll = rolls.of_people(
        transaction.connection,
        actor.district_id,
        set(wanted.values()),
        Span(days[0], days[-1]),
        own=places,
        limits=limits,
        instead=wanted,
    )
    return _put(transaction, actor, places, wanted, there, roll, batch)


def _wanted(
    actor: Actor,
    places: Mapping[int, Place],
    week: date,
    there: Mapping[SeatKey, PlannedDuty],
    limits: Limits,
    now: datetime,
) -> dict[SeatKey, int]:
    """Give who had the seats of the week before that are open now and can still be filled."""
    groups = {group.value for group in groups_planned_by(actor)}
    found = {}
    for before, row in there.items():
        key = SeatKey(before.post_id, before.date + WEEK, before.peak, before.group, before.seat)
        if before.date >= week or row.account_id is None or key.group not in groups:
            continue
        mine, place = there.get(key), places[key.post_id]
        if mine is not None and mine.account_id is not None:
            continue
        shift = rolls.shift_of(place, key.date, key.peak, limits)
        if shift is None or shift.ends_at <= now:
            continue
        if key.seat <= rolls.heads_of(place, key.date, key.peak, limits).get(key.group, 0):
            found[key] = row.account_id
    return found


def _put(
    transaction: Transaction,
    actor: Actor,
    places: Mapping[int, Place],
    wanted: Mapping[SeatKey, int],
    there: Mapping[SeatKey, PlannedDuty],
    roll: Roll,
    batch: str,
) -> Copied:
    taken: dict[SeatKey, int | None] = {}
    left: list[LeftOpen] = []
    for key, account_id in sorted(wanted.items()):
        why: Conflict | Unfilled | None = _against(actor, roll, places[key.post_id], key, account_id)
        if key in there and plans.is_emptied(there[key]):
            why = Unfilled.EMPTIED
        if why is None:
            taken[key] = account_id
        else:
            name = roll.name_of(account_id)
            one: LeftOpen = {
                "date": key.date.isoformat(),
                "peak": key.peak,
                "group": key.group,
                "name": name,
                "conflict": why.value,
            }
            left.append(one)
    plans.put(
        transaction.connection,
        taken,
        there,
        source=plans.COPY,
        by=actor.account_id,
        now=transaction.now,
        batch=batch,
    )
    return {"seats": len(taken), "left": left, "batch": batch}


def _against(actor: Actor, roll: Roll, place: Place, key: SeatKey, account_id: int) -> Conflict | None:
    shift = rolls.shift_of(place, key.date, key.peak, roll.limits)
    person = roll.people.get(account_id)
    if person is None or shift is None or not scopes.knows(actor, person):
        # How somebody stands who belongs elsewhere by now is not told.
        return Conflict.OTHER_UNIT
    found = (one.conflict for one in roll.against(account_id, place, key, shift))
    return next((one for one in found if one != Conflict.TOO_MANY), None)
