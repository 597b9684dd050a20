"""Calling people to an alarm: one message for each way to each of them, all side by side."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from server.alarm.queries import ladders, posts
from server.alarm.rules.escalation import TIERS, EscalationLimits, Plan
from server.alarm.tables.alarms import Alarm
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.delivery.queries import alarm_calls, deliverability
from server.delivery.queries.deliverability import DeliveryTarget, WaysToPeople
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import AlarmCallBody
from server.delivery.rules.channels import (
    PACED,
    SHOWN_WITHIN,
    SOUNDING,
    AvailableChannels,
    ChannelName,
    rests,
)

USELESS_AFTER = timedelta(hours=1)
ON_THE_SPOT = 1
POLICE = TIERS[-1]


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call.

    ``people`` have some way, ``receivers`` (people and rooms) were called just now, ``resting`` have only ways
    that rest since they were called by them a moment ago. ``quiet`` are channels by which everybody rests, or which
    a covert alarm leaves out. Who has nothing but a page that nobody looks at is called and counts in none of them.
    """

    people: frozenset[int] = frozenset()
    receivers: int = 0
    resting: int = 0
    quiet: frozenset[ChannelName] = frozenset()

    @property
    def reached(self) -> bool:
        """Tell whether anybody was called, now or a moment ago."""
        return self.receivers + self.resting > 0


def call(
    transaction: Transaction,
    alarm: Alarm,
    account_ids: Iterable[int],
    *,
    tier: int,
    channels: Collection[ChannelName],
    limits: Limits,
    rooms: bool = False,
    at_once: bool = False,
) -> Called:
    """Call some people by some channels, and the rooms of the alarm's station if told.

    What a person was called by before and has not been answered yet is called again: a message is a call. Paced
    channels (``PACED``) leave each receiver his pause, unless a human wants it ``at_once``. A covert alarm leaves
    out what would sound beside its raiser, whoever wants it.
    """
    connection, numbers = transaction.connection, list(account_ids)
    usable = set(channels) & limits[AvailableChannels].names
    found = _ways(transaction, numbers, usable).to(numbers, usable)
    known = [way for one in found.values() for way in one]
    if rooms:
        known += deliverability.to_rooms(
            connection,
            district_id=alarm.district_id,
            station_id=alarm.station_id,
            open_channels=usable,
        )
    ways = _without_giving_away(alarm, known, tier)
    ringing = ways if at_once else _not_resting(transaction, alarm, ways, limits)
    place = posts.full_name(transaction, alarm.post_id) if ringing else ""
    drafts = [_draft(transaction, alarm, way, tier, place) for way in ringing]
    alarm_calls.put_together(transaction, drafts)
    receivers = _reached(ringing)
    return Called(
        people=frozenset(way.account_id for way in ways if way.account_id and not way.hidden),
        receivers=len(receivers),
        resting=len(_reached(ways) - receivers),
        quiet=frozenset({way.channel for way in known} - {way.channel for way in ringing}),
    )


def prepare(
    transaction: Transaction, account_ids: Iterable[int], channels: Collection[ChannelName], limits: Limits
) -> None:
    """Read at once by which ways people can be reached whom several steps are about to call."""
    _ways(transaction, account_ids, set(channels) & limits[AvailableChannels].names)


def _ways(
    transaction: Transaction, account_ids: Iterable[int], channels: Collection[ChannelName]
) -> WaysToPeople:
    ways = transaction.once("ways to people", WaysToPeople)
    ways.learn(transaction.connection, account_ids, channels=channels, now=transaction.now)
    return ways


def _without_giving_away(alarm: Alarm, ways: list[DeliveryTarget], tier: int) -> list[DeliveryTarget]:
    """Leave out of a covert alarm's ways those that sound beside its raiser, or on his own phone.

    These are an SMS to whoever is on the spot, but not to a desk, and each chat room, for nobody knows who reads it
    where: such a one is called only where there is no other way to the police.
    """
    if not alarm.covert:
        return ways
    safe = [
        way
        for way in ways
        if way.channel not in SOUNDING
        or (way.account_id is not None and (tier != ON_THE_SPOT or way.console))
    ]
    no_other = tier == POLICE and not any(way.account_id and not way.hidden for way in safe)
    return ways if no_other else safe


def _not_resting(
    transaction: Transaction, alarm: Alarm, ways: list[DeliveryTarget], limits: Limits
) -> list[DeliveryTarget]:
    if not any(way.channel in PACED for way in ways):
        return ways
    now, pauses_s = transaction.now, limits[EscalationLimits].pauses_s
    before = alarm_calls.rung_now(transaction, alarm.id)
    ringing = []
    for way in ways:
        calls, last_at = before.get((way.channel, way.address), (0, None))
        if way.channel not in PACED or not rests(calls, last_at, now, pauses_s):
            ringing.append(way)
    return ringing


def _reached(ways: Iterable[DeliveryTarget]) -> set[int | str]:
    return {_receiver(way) for way in ways if not way.hidden}


def _receiver(way: DeliveryTarget) -> int | str:
    return way.account_id or f"{way.channel}:{way.address}"


def call_newly_asked(
    transaction: Transaction, alarm: Alarm, account_ids: Collection[int], *, tier: int, limits: Limits
) -> None:
    """Call people who were asked after the tier's first step, by all the ways that it has used by now."""
    if not account_ids:
        return
    climbed = {one.tier: one for one in ladders.of_alarm(transaction, alarm.id)}
    if tier not in climbed:
        return
    plan = ladders.plan_now(transaction, alarm.district_id, alarm.kind)
    channels = used_channels(plan, tier, climbed[tier].next_step)
    call(transaction, alarm, account_ids, tier=tier, channels=channels, limits=limits)


def used_channels(plan: Plan, tier: int, next_step: int) -> frozenset[ChannelName]:
    """Give the channels of a tier's rungs that were climbed, at least those of the first."""
    return frozenset[ChannelName]().union(*(step.channels for step in plan[tier][: max(1, next_step)]))


def _draft(transaction: Transaction, alarm: Alarm, way: DeliveryTarget, tier: int, place: str) -> Draft:
    now = transaction.now
    page = "console/alarms" if way.console or way.account_id is None else "respond"
    facts: AlarmCallBody = {
        "alarm_id": alarm.id,
        "kind": alarm.kind,
        "drill": alarm.drill,
        "covert": alarm.covert,
        # Beside the raiser no phone may sound.
        "silent": alarm.covert and tier == ON_THE_SPOT,
        "place": place,
        "page": f"/{page}/{alarm.id}",
    }
    return Draft(
        channel=way.channel.value,
        purpose="alarm_call",
        address=way.address,
        telephone=way.telephone,
        # A receiver drops doubles by it: the same call sent twice has the same one, a new call another.
        reference=f"alarm:{alarm.id}:{tier}:{_receiver(way)}:{int(now.timestamp())}"[:64],
        body=json.dumps(facts, ensure_ascii=False),
        expires_at=now + USELESS_AFTER,
        due_at=now + SHOWN_WITHIN if way.channel is ChannelName.SOCKET else None,
        alarm_id=alarm.id,
        account_id=way.account_id,
        tier=tier,
        drill=alarm.drill,
    )
