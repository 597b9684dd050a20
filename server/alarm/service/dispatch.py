"""Asking people to an alarm: who is on duty is read, the rules choose, the chosen become rows."""

from collections.abc import Collection
from functools import partial

from server.alarm.queries import open_alarms, reports, responses
from server.alarm.queries.nearby import Nearby
from server.alarm.queries.open_alarms import SpotOfRaiser
from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.dispatch import (
    NOBODY,
    HeldPlaces,
    choose,
    complete_for_kind,
    more_responders,
    next_responder,
    of_tiers,
    within_room,
)
from server.alarm.rules.engagement import Pool, room_left
from server.alarm.rules.escalation import TIERS
from server.alarm.rules.needs import DispatchLimits, Shortage
from server.alarm.rules.response import STANDING, ResponseState
from server.alarm.rules.search import Call, Spot
from server.alarm.service import asking, shortages
from server.alarm.tables.alarms import Alarm, Response
from server.core.access.roles import Group
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Transaction
from server.core.geo import Point
from server.core.limits import Limits

NEIGHBOURS = 2


def call_of(transaction: Transaction, alarm: Alarm, kind: str | None = None) -> Call:
    """Give an alarm as the choice sees it; ``kind`` is the one just told."""
    told = kind or alarm.kind
    return Call(
        point=Point(alarm.latitude, alarm.longitude),
        post_id=alarm.post_id,
        kind=AlarmKind(told) if told else None,
        now=transaction.now,
        elsewhere=tuple(
            Spot(Point(row.latitude, row.longitude), row.post_id) for row in _spots(transaction, alarm)
        ),
    )


def _spots(transaction: Transaction, alarm: Alarm) -> list[SpotOfRaiser]:
    return transaction.once(
        ("spots", alarm.id), lambda: open_alarms.other_spots(transaction.connection, alarm)
    )


def hold_choice(transaction: Transaction, alarm: Alarm) -> None:
    """Let one alarm of a district at a time choose people, until the commit."""
    wait = partial(wait_in, transaction.connection, Queue.CHOICE, alarm.district_id)
    transaction.once(("choice", alarm.district_id), wait)


def raisers(transaction: Transaction, alarm: Alarm) -> set[int]:
    """Read who raised the other open alarms of full standing: they are not called away."""
    return {one.raised_by for one in _spots(transaction, alarm) if one.raised_by is not None}


def everybody_asked(transaction: Transaction, alarm_id: int) -> set[int]:
    """Read whom the choice leaves out: who reported an alarm, and who was asked, whatever he answered."""
    reported = {row.account_id for row in reports.of_alarm(transaction, alarm_id)}
    return reported | {row.account_id for row in responses.of_alarm(transaction, alarm_id)}


def ask_first(transaction: Transaction, alarm: Alarm, limits: Limits) -> None:
    """Ask all tiers to a new alarm; the neighbours not yet while they are held back."""
    hold_choice(transaction, alarm)
    asked = everybody_asked(transaction, alarm.id)
    call = call_of(transaction, alarm)
    nearby = _nearby(transaction, alarm, call, limits)
    choice = nearby.choose(lambda people: choose(people, call, asked=asked, limits=limits[DispatchLimits]))
    choice = of_tiers(choice, tiers_now(alarm))
    room = dict.fromkeys(TIERS, limits[DispatchLimits].most_called)
    # The first step of each tier calls them.
    asking.keep(transaction, alarm, nearby.besides(choice, asked=asked, room=room), limits, replaces=None)
    shortages.keep(transaction, alarm.id, list(choice.shortages))


def ask_for_kind(
    transaction: Transaction,
    alarm: Alarm,
    kind: AlarmKind | None,
    limits: Limits,
    *,
    tiers: Collection[int] = TIERS,
) -> None:
    """Ask those who are still wanted now that the kind is told, or some tiers may be called; nobody is let go."""
    hold_choice(transaction, alarm)
    standing = _standing(transaction, alarm.id, limits)
    asked = everybody_asked(transaction, alarm.id)
    call = call_of(transaction, alarm, kind)
    nearby = _nearby(transaction, alarm, call, limits)
    choice = nearby.choose(
        lambda people: complete_for_kind(
            people, call, asked=asked, standing=standing, limits=limits[DispatchLimits]
        )
    )
    called = set(tiers) & tiers_now(alarm)
    choice = of_tiers(choice, called)
    room = {tier: rooms(transaction, alarm.id, tier, limits)[Pool.PENDING] for tier in sorted(called)}
    asking.ask(transaction, alarm, nearby.besides(choice, asked=asked, room=room), limits)
    short = [
        shortages.with_standing(one, standing.get((one.tier, one.group), NOBODY).counting)
        for one in choice.shortages
    ]
    others = [one for one in shortages.of_alarm(transaction, alarm.id) if one.tier not in called]
    shortages.keep(transaction, alarm.id, [*others, *short])


def ask_instead(
    transaction: Transaction, alarm: Alarm, gone: list[Response], limits: Limits, *, silent: bool = False
) -> None:
    """Ask one more of the same tier and group for each who declined, withdrew or did not answer.

    ``gone`` are their responses, already out of what counts as standing. For the ``silent`` only as many as there
    is room for: they are still called, and an alarm that nobody answers must not go through the whole district.
    """
    numbers = limits[DispatchLimits]
    hold_choice(transaction, alarm)
    asked = everybody_asked(transaction, alarm.id)
    call = call_of(transaction, alarm)
    nearby = _nearby(transaction, alarm, call, limits)
    short = shortages.of_alarm(transaction, alarm.id)
    for one in gone:
        tier, group, pool = one.tier, Group(one.group), responses.pool(one)
        left = rooms(transaction, alarm.id, tier, limits)
        if silent and not left[pool]:
            continue
        choice = nearby.choose(
            partial(next_responder, call=call, tier=tier, group=group, asked=asked, limits=numbers, pool=pool)
        )
        choice = nearby.besides(choice, asked=asked, room={tier: left[Pool.PENDING]})
        if silent:
            choice = within_room(choice, left)
        asking.ask(transaction, alarm, choice, limits, replaces=one.id)
        chosen = {responder.account_id for responder in choice.responders}
        asked |= chosen
        nearby.took(chosen)
        # Who was silent before he declined has been counted; who does not count fills no need.
        if choice.shortages and pool is Pool.COUNTING and ResponseState(one.state) in STANDING:
            # Someone taken from another alarm for want of a free one answers the call, but is not *found*.
            wanted = max(1, numbers.needs[call.kind].of(group))
            none_short = Shortage(tier, group, wanted=wanted, found=wanted, reason=choice.shortages[0].reason)
            short = shortages.one_fewer(short, none_short)
    shortages.keep(transaction, alarm.id, short)


def makes_room(transaction: Transaction, one: Response, limits: Limits) -> bool:
    """Tell whether one who is about to refuse is replaced.

    One who was silent has been, long ago, unless there was no room; and whoever gives up one of the last places makes
    room for another.
    """
    if ResponseState(one.state) in STANDING or not responses.replaced(transaction, one):
        return True
    return rooms(transaction, one.alarm_id, one.tier, limits)[responses.pool(one)] == 0


def ask_more(
    transaction: Transaction,
    alarm: Alarm,
    *,
    tier: int,
    groups: Collection[Group],
    heads: int,
    bounded: bool,
    limits: Limits,
) -> list[int]:
    """Ask more people of a tier besides those asked; gives their accounts. Whoever asks calls them too.

    ``bounded``: only as many as there is room for.
    """
    if heads <= 0:
        return []
    left = rooms(transaction, alarm.id, tier, limits)
    if bounded and not any(left.values()):
        return []
    hold_choice(transaction, alarm)
    call = call_of(transaction, alarm)
    asked = everybody_asked(transaction, alarm.id)
    wider = partial(
        more_responders,
        call=call,
        tier=tier,
        groups=groups,
        heads=heads,
        asked=asked,
        limits=limits[DispatchLimits],
    )
    nearby = _nearby(transaction, alarm, call, limits)
    choice = nearby.besides(nearby.choose(wider), asked=asked, room={tier: left[Pool.PENDING]})
    if bounded:
        choice = within_room(choice, left)
    asking.keep(transaction, alarm, choice, limits, replaces=None)
    return [one.account_id for one in choice.responders]


def tiers_now(alarm: Alarm) -> set[int]:
    """Give the tiers that an alarm may call: neighbours not while they are held back."""
    return {tier for tier in TIERS if tier != NEIGHBOURS or alarm.held_until is None}


def _nearby(transaction: Transaction, alarm: Alarm, call: Call, limits: Limits) -> Nearby:
    """Read who is around an alarm, once for all of its steps that are taken together.

    To be read while the choice is held (``Queue.CHOICE``). Whoever is asked meanwhile is left out as asked.
    """
    return transaction.once(
        ("nearby", alarm.id),
        lambda: Nearby(
            transaction.connection,
            call,
            limits[DispatchLimits],
            district_id=alarm.district_id,
            drill=alarm.drill,
            raisers=raisers(transaction, alarm),
        ),
    )


def rooms(transaction: Transaction, alarm_id: int, tier: int, limits: Limits) -> dict[Pool, int]:
    """Tell how many more people of each pool an alarm may call by itself."""
    on_duty = responses.on_duty(transaction, alarm_id)
    asked = [
        row
        for row in responses.of_alarm(transaction, alarm_id)
        if row.tier == tier and row.account_id in on_duty
    ]
    return {
        pool: room_left(
            tier,
            [ResponseState(row.state) for row in asked if responses.pool(row) is pool],
            limits[DispatchLimits],
            pool,
        )
        for pool in Pool
    }


def _standing(transaction: Transaction, alarm_id: int, limits: Limits) -> dict[tuple[int, Group], HeldPlaces]:
    counted: dict[tuple[int, Group], HeldPlaces] = {}
    for row in responses.of_alarm(transaction, alarm_id):
        if ResponseState(row.state) in STANDING:
            key = (row.tier, Group(row.group))
            before, counts = counted.get(key, NOBODY), row.doubt is None
            near = counts and (row.distance_m or 0) <= limits[DispatchLimits].near_m
            counted[key] = HeldPlaces(
                before.counting + counts, before.near + near, before.others + (not counts)
            )
    return counted
