"""Asking people to stand in for somebody: who is free, one wave after another."""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from server.calendar.rules import Shift
from server.calendar.tables import PublishedDuty
from server.core.access.roles import Group
from server.core.database.transaction import Transaction
from server.core.geo import distance_m
from server.core.limits import Limits
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import StandInOfferBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.rules.quiet import QuietHours, waits_until
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import call_ins, people, plans, stand_ins
from server.roster.rules.conflicts import Conflict, Standing
from server.roster.rules.stand_ins import StandInLimits, StandInState, Substitute, wave_of
from server.roster.service import news, rolls, scopes
from server.roster.service.rolls import Roll, Span
from server.roster.tables import StandIn

PURPOSE = "stand_in_offer"
# Nobody else is free: somebody may be later.
AGAIN = timedelta(minutes=30)


def duty_of(connection: Connection, one: StandIn) -> PublishedDuty | None:
    """Read the duty of a search, as long as its asker has it."""
    his = plans.published_of(connection, [one.account_id], one.date, one.date)
    return next((row for row in his if (row.post_id, row.peak) == (one.post_id, one.peak)), None)


def next_people(transaction: Transaction, number: int, limits: Limits) -> int:
    """Ask the next people of a search, or end it where there is nothing to take any more; gives how many are asked.

    In quiet hours nobody is asked about a duty that comes later; the search goes on after them.
    """
    connection, now = transaction.connection, transaction.now
    one = stand_ins.by_id(connection, number)
    if one is None:
        return 0
    place = districts.some_places(connection, [one.post_id])[one.post_id]
    scopes.hold_plan(transaction, place.school_id)
    one = stand_ins.by_id(connection, number)
    if one is None or one.state != StandInState.OPEN:
        return 0
    shift, duty = rolls.shift_of(place, one.date, one.peak, limits), duty_of(connection, one)
    if shift is None or duty is None or shift.starts_at <= now:
        stand_ins.end(connection, number, StandInState.OVER, now, by=None)
        return 0
    quiet_until = waits_until(limits[QuietHours], now.astimezone(place.zone), shift.starts_at)
    if quiet_until is not None:
        stand_ins.next_wave(connection, number, quiet_until)
        return 0
    wave = wave_of(_free(connection, one, duty, place, shift, limits, transaction), limits[StandInLimits])
    stand_ins.ask(connection, number, wave, now)
    pause = timedelta(minutes=limits[StandInLimits].minutes) if wave else AGAIN
    stand_ins.next_wave(connection, number, now + pause)
    _tell(
        transaction,
        number,
        wave,
        Standing(plans.key_of(duty), place.name, shift.starts_at, shift.ends_at),
        place,
        limits,
    )
    return len(wave)


def _free(
    connection: Connection,
    one: StandIn,
    duty: PublishedDuty,
    place: Place,
    shift: Shift,
    limits: Limits,
    transaction: Transaction,
) -> list[Substitute]:
    span = Span.around([one.date])
    known = people.of_group(
        connection,
        Group(duty.seat_group),
        school_id=place.school_id,
        station_id=place.station_id,
        text="",
        first=span.first,
        last=span.last,
    )
    for asked in {one.account_id, *stand_ins.asked_in(connection, one.id)}:
        known.pop(asked, None)
    roll = rolls.roll_of(connection, known, span, own={}, limits=limits)
    key = plans.key_of(duty)
    free = [who for who in known if not roll.against(who, place, key, shift)]
    stood = call_ins.stood_at(connection, free, transaction.now)
    asked_at = stand_ins.last_asked(connection, free)
    return [
        Substitute(
            who,
            asked_at.get(who),
            min((distance_m(place.point, there) for there in stood.get(who, ())), default=None),
            roll.duties_in_week(who, one.date),
        )
        for who in free
    ]


def may_stand(roll: Roll, account_id: int, place: Place, duty: PublishedDuty, shift: Shift) -> bool:
    """Tell whether nothing but the number of his duties speaks against somebody in the seat of a duty."""
    if account_id not in roll.people:
        return False
    found = roll.against(account_id, place, plans.key_of(duty), shift)
    return all(one.conflict == Conflict.TOO_MANY for one in found)


def _tell(
    transaction: Transaction,
    number: int,
    wave: list[int],
    standing: Standing,
    place: Place,
    limits: Limits,
) -> None:
    places: Mapping[int, Place] = {place.post_id: place}
    body: StandInOfferBody = {"duty": news.line_of(standing, places), "page": news.PAGE}
    ways = deliverability.to_people(
        transaction.connection,
        wave,
        open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=transaction.now,
    )
    drafts = [
        Draft(
            channel=way.channel.value,
            purpose=PURPOSE,
            address=way.address,
            telephone=way.telephone,
            reference=f"stand_in:{number}:{account_id}:{at}",
            body=json.dumps(body),
            expires_at=standing.starts_at,
            account_id=account_id,
        )
        for account_id, found in sorted(ways.items())
        for at, way in enumerate(deliverability.browsers_or_telephone(found))
    ]
    messages.put(transaction.connection, drafts, transaction.now)
