"""Planning seats: putting people in, taking them out, moving them; all of it or nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy.exc import IntegrityError

from server.calendar.rules import Shift
from server.core.access.roles import Act, Actor, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans
from server.roster.rules.conflicts import Conflict, Found
from server.roster.rules.seats import SeatEdit, SeatKey, is_too_far, require_groups
from server.roster.service import rolls, scopes
from server.roster.service.rolls import Roll, Span
from server.roster.tables import PlannedDuty


class Planned(TypedDict):
    """How many seats were changed."""

    seats: int


def plan(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    edits: Sequence[SeatEdit],
    anyway: bool,
    limits: Limits,
    now: datetime,
) -> Planned:
    """Change who is planned for some seats, as they were seen; nobody is told before it is published.

    ``anyway``: more duties a week than the limit are meant. Raises ``Refused``: ``not_your_role``, ``not_found``,
    ``no_such_seat`` (date, peak), ``peak_over`` (date, peak), ``seat_changed`` (date, peak), and, with the facts name,
    date, peak and post_name, what speaks against a person: ``other_group``, ``other_unit``, ``person_suspended``,
    ``person_pending``, ``no_consent``, ``person_away``, ``two_places``, ``too_many_duties``.
    """
    require(actor, Act.PLAN_ROSTER)
    require_groups(actor, {one.key.group for one in edits})
    body = [[*_named(one.key), one.account_id, one.version, one.on_purpose] for one in edits]
    try:
        with store.transaction(now) as transaction:
            first = transaction.remember(
                actor.account_id, request_id, "plan_seats", [body, anyway], shape=Planned
            )
            if first is not None:
                return first
            places = _places(transaction, actor, edits)
            wanted = {one.key: one.account_id for one in edits}
            there = _as_seen(transaction, edits)
            shifts = _shifts(edits, there, places, limits, now)
            _check_people(transaction, actor, wanted, places, shifts, anyway=anyway, limits=limits)
            plans.put(
                transaction.connection,
                wanted,
                there,
                source=plans.HAND,
                by=actor.account_id,
                now=now,
                undone={one.key for one in edits if one.account_id is None and not one.on_purpose},
            )
            answer: Planned = {"seats": len(wanted)}
            return transaction.answer(actor.account_id, request_id, answer)
    except IntegrityError as twin:
        # Another process planned one of them at another school meanwhile.
        first_key = edits[0].key
        raise Refused("seat_changed", date=first_key.date.isoformat(), peak=first_key.peak) from twin


def _named(key: SeatKey) -> list[object]:
    return [key.post_id, key.date.isoformat(), key.peak, key.group, key.seat]


def _places(transaction: Transaction, actor: Actor, edits: Sequence[SeatEdit]) -> dict[int, Place]:
    """Give all posts of the schools whose seats are changed, and let nobody else change their plans meanwhile."""
    asked = {one.key.post_id for one in edits}
    found = districts.places_in(transaction, asked)
    if asked - found.keys() or not all(sees_post(actor, **place.scope) for place in found.values()):
        raise Refused("not_found")
    places: dict[int, Place] = {}
    for school_id in sorted({place.school_id for place in found.values()}):
        scopes.hold_plan(transaction, school_id)
        places |= scopes.posts_of(transaction.connection, actor, school_id)
    return places


def _as_seen(transaction: Transaction, edits: Sequence[SeatEdit]) -> dict[SeatKey, PlannedDuty]:
    dates = [one.key.date for one in edits]
    posts = {one.key.post_id for one in edits}
    rows = plans.planned(transaction.connection, posts, min(dates), max(dates))
    for one in edits:
        version = rows[one.key].version if one.key in rows else 0
        if version != one.version:
            raise Refused("seat_changed", date=one.key.date.isoformat(), peak=one.key.peak)
    return {one.key: rows[one.key] for one in edits if one.key in rows}


def _shifts(
    edits: Sequence[SeatEdit],
    there: Collection[SeatKey],
    places: Mapping[int, Place],
    limits: Limits,
    now: datetime,
) -> dict[SeatKey, Shift]:
    """Find the shift of each seat that somebody is to take; one of ``there`` that no rule asks for can be left alone.

    Other seats stand in no row, however their keys are called.
    """
    found = {}
    for one in edits:
        key, place = one.key, places.get(one.key.post_id)
        facts = {"date": key.date.isoformat(), "peak": key.peak}
        if place is None:
            # The post was archived, or moved to another school.
            raise Refused("no_such_seat", **facts)
        shift = rolls.shift_of(place, key.date, key.peak, limits)
        if shift is not None and shift.ends_at <= now:
            raise Refused("peak_over", **facts)
        if one.account_id is None and key in there:
            continue
        if is_too_far(key.date, now.astimezone(place.zone).date()):
            raise Refused("no_such_seat", **facts)
        if shift is None or key.seat > rolls.heads_of(place, key.date, key.peak, limits).get(key.group, 0):
            raise Refused("no_such_seat", **facts)
        if one.account_id is not None:
            found[key] = shift
    return found


def _check_people(
    transaction: Transaction,
    actor: Actor,
    wanted: Mapping[SeatKey, int | None],
    places: Mapping[int, Place],
    shifts: Mapping[SeatKey, Shift],
    *,
    anyway: bool,
    limits: Limits,
) -> None:
    numbers = {one for one in wanted.values() if one is not None}
    if not numbers:
        return
    span = Span.around([key.date for key in wanted])
    roll = rolls.of_people(
        transaction.connection, actor.district_id, numbers, span, own=places, limits=limits, instead=wanted
    )
    if numbers - {number for number, one in roll.people.items() if scopes.knows(actor, one)}:
        raise Refused("not_found")
    for key, shift in sorted(shifts.items()):
        account_id = wanted[key]
        assert account_id is not None
        for one in roll.against(account_id, places[key.post_id], key, shift):
            if not (anyway and one.conflict == Conflict.TOO_MANY):
                raise _refused(one, key, roll, account_id)


def _refused(found: Found, key: SeatKey, roll: Roll, account_id: int) -> Refused:
    return Refused(
        found.conflict.value,
        name=roll.name_of(account_id),
        date=key.date.isoformat(),
        peak=key.peak,
        post_name=found.post_name,
    )
