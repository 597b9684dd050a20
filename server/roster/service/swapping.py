"""Two people change duties: what speaks against it, how it is done, and who hears of it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from server.calendar.queries import answers
from server.calendar.queries.answers import Answer, DutyKey
from server.calendar.rules import Shift
from server.calendar.tables import PublishedDuty
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import SwapOffBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.rules.quiet import QuietHours, waits_until
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import plans, stand_ins, swaps
from server.roster.rules.conflicts import Found, Standing
from server.roster.rules.named_places import PeakOf
from server.roster.rules.seats import SeatKey
from server.roster.rules.swaps import GOES_ON, SwapLimits, SwapState, open_until
from server.roster.service import news, own_changes, rolls, scopes
from server.roster.service.rolls import Span
from server.roster.tables import Swap

PURPOSE = "swap_off"


@dataclass(frozen=True, slots=True)
class Side:
    """A duty that changes hands: whose it is, where, when, and who is to have it."""

    duty: PublishedDuty
    place: Place
    shift: Shift
    to: int

    @property
    def key(self) -> SeatKey:
        """Give what names the seat."""
        return plans.key_of(self.duty)


def duty_of(connection: Connection, account_id: int, wanted: PeakOf) -> PublishedDuty | None:
    """Read a published duty of somebody, as long as he has it."""
    his = plans.published_of(connection, [account_id], wanted.date, wanted.date)
    return next((row for row in his if (row.post_id, row.peak) == (wanted.post_id, wanted.peak)), None)


def side_of(connection: Connection, account_id: int, wanted: PeakOf, to: int, limits: Limits) -> Side | None:
    """Give a duty that is to change hands; ``None`` where it is no more, or its day is off."""
    duty = duty_of(connection, account_id, wanted)
    place = districts.some_places(connection, [wanted.post_id]).get(wanted.post_id)
    shift = rolls.shift_of(place, wanted.date, wanted.peak, limits) if place else None
    if duty is None or place is None or shift is None:
        return None
    return Side(duty, place, shift, to)


def against(
    connection: Connection, district_id: int, sides: Collection[Side], limits: Limits
) -> dict[int, list[Found]]:
    """List what speaks against each who is to have a duty, when all of them have changed hands.

    Who is no guard of the district is left out.
    """
    instead: dict[SeatKey, int | None] = {side.key: side.to for side in sides}
    span = Span.around([side.key.date for side in sides])
    people = {side.to for side in sides}
    roll = rolls.of_people(connection, district_id, people, span, own={}, limits=limits, instead=instead)
    return {
        side.to: roll.against(side.to, side.place, side.key, side.shift)
        for side in sides
        if side.to in roll.people
    }


def exchange(
    transaction: Transaction, one: Swap, sides: Collection[Side], *, by: int, limits: Limits
) -> None:
    """Let duties change hands, in the plan as well; both are told once, and each has said that he comes.

    Raises ``Refused``: ``swap_over`` where somebody has drafted another one for a seat.
    """
    connection, now = transaction.connection, transaction.now
    people = {side.key: side.to for side in sides}
    dates = [key.date for key in people]
    rows = plans.planned(connection, {key.post_id for key in people}, min(dates), max(dates))
    mine = {key: rows[key] for key in people if key in rows}
    if any(mine[side.key].account_id != side.duty.account_id for side in sides if side.key in mine):
        raise Refused("swap_over")
    plans.put(connection, dict(people), mine, source=plans.SWAP, by=by, now=now)
    plans.publish(connection, take=[side.duty for side in sides], put=list(people.items()), now=now)
    places = {side.place.post_id: side.place for side in sides}
    for side in sides:
        key = side.key
        answers.put(connection, DutyKey(side.to, key.post_id, key.date, key.peak), Answer.COMING, now)
        stand_ins.comes_after_all(connection, side.duty.account_id, key, now)
    news.tell(
        transaction,
        places,
        given=list(people.items()),
        taken=[(side.key, side.duty.account_id) for side in sides],
        limits=limits,
    )
    show(transaction, one, places, list(people), limits)
    _end_others(transaction, one, sides)


def _end_others(transaction: Transaction, one: Swap, sides: Collection[Side]) -> None:
    """End what else was offered or given of these duties."""
    gone = {(side.duty.account_id, PeakOf(side.key.post_id, side.key.date, side.key.peak)) for side in sides}
    people = {account_id for account_id, _peak in gone}
    first = min(peak.date for _account_id, peak in gone)
    for other in swaps.of_people(transaction.connection, people, first):
        if other.id == one.id:
            continue
        if (other.account_id, other.offered) in gone:
            swaps.end(transaction.connection, other.id, SwapState.OVER, transaction.now, by=None)
        elif (other.taken_by, other.returned) in gone:
            swaps.open_again(transaction.connection, other.id)


def show(
    transaction: Transaction,
    one: Swap,
    places: Mapping[int, Place],
    seats: Collection[SeatKey],
    limits: Limits,
) -> None:
    """Let desks and both people read their pages anew."""
    for who in {one.account_id, one.taken_by} - {None}:
        own_changes.tell(transaction, who or 0, seats, places, limits)


def tell_off(
    transaction: Transaction,
    one: Swap,
    people: Collection[int],
    place: Place,
    shift: Shift,
    limits: Limits,
    *,
    withdrawn: bool = False,
) -> None:
    """Tell people once that a swap does not come about: the offered duty stays whose it is, or was withdrawn."""
    now = transaction.now
    key = SeatKey(one.post_id, one.date, one.peak, "", 0)
    standing = Standing(key, place.name, shift.starts_at, shift.ends_at)
    duty = news.line_of(standing, {place.post_id: place})
    body: SwapOffBody = {"duty": duty, "withdrawn": withdrawn, "page": news.PAGE}
    ways = deliverability.to_people(
        transaction.connection,
        people,
        open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=now,
    )
    drafts = [
        Draft(
            channel=way.channel.value,
            purpose=PURPOSE,
            address=way.address,
            telephone=way.telephone,
            reference=f"swap:{one.id}:{account_id}:{now.timestamp():.0f}:{at}",
            body=json.dumps(body),
            expires_at=shift.ends_at,
            due_at=waits_until(limits[QuietHours], now.astimezone(place.zone), shift.starts_at),
            account_id=account_id,
        )
        for account_id, found in sorted(ways.items())
        for at, way in enumerate(deliverability.browsers_or_telephone(found))
    ]
    messages.put(transaction.connection, drafts, now)


def is_late(connection: Connection, one: Swap, limits: Limits, now: datetime) -> bool:
    """Tell whether a swap that goes on can no longer come about: its deadline has passed, or a duty is no more."""
    sides = [side_of(connection, one.account_id, one.offered, one.account_id, limits)]
    if one.taken_by is not None and one.returned is not None:
        sides.append(side_of(connection, one.taken_by, one.returned, one.account_id, limits))
    found = [side for side in sides if side is not None]
    starts = [side.shift.starts_at for side in found]
    return len(found) < len(sides) or now >= open_until(starts, limits[SwapLimits])


def late(connection: Connection, limits: Limits, now: datetime) -> list[int]:
    """List the swaps that go on and can no longer come about."""
    ahead = timedelta(hours=limits[SwapLimits].hours) + timedelta(days=1)
    rows = swaps.that_go_on(connection, (now + ahead).date())
    return [one.id for one in rows if is_late(connection, one, limits, now)]


def end_late(transaction: Transaction, number: int, limits: Limits) -> int:
    """End a swap that can no longer come about; both are told where somebody had taken it. Gives whether it ended."""
    connection, now = transaction.connection, transaction.now
    one = swaps.by_id(connection, number)
    if one is None:
        return 0
    place = districts.some_places(connection, [one.post_id])[one.post_id]
    scopes.hold_plan(transaction, place.school_id)
    one = swaps.by_id(connection, number)
    if one is None or SwapState(one.state) not in GOES_ON or not is_late(connection, one, limits, now):
        return 0
    swaps.end(connection, number, SwapState.OVER, now, by=None)
    shift = rolls.shift_of(place, one.date, one.peak, limits)
    his = duty_of(connection, one.account_id, one.offered)
    if one.taken_by is not None and shift is not None:
        # Whose duty was withdrawn has been told of that itself.
        people = [one.taken_by] if his is None else [one.account_id, one.taken_by]
        tell_off(transaction, one, people, place, shift, limits, withdrawn=his is None)
    key = SeatKey(one.post_id, one.date, one.peak, "", 0)
    show(transaction, one, {place.post_id: place}, [key], limits)
    return 1
