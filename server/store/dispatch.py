"""Asking people to an alarm: who is on duty is read, the rules choose, the chosen become rows."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from server.domain.alarm import AlarmKind, Entry
from server.domain.dispatch import (
    Call,
    Choice,
    Responder,
    choose,
    complete_for_kind,
    more_responders,
    nearest_of,
    next_responder,
)
from server.domain.engagement import room_left
from server.domain.geo import Point
from server.domain.needs import Shortage, ShortageReason
from server.domain.response import STANDING, ResponseState
from server.domain.roles import Group
from server.domain.rules import Rules
from server.store import alarm_calls, alarms, responses, timelines
from server.store.locks import Queue, wait_in
from server.store.nearby import Nearby
from server.store.transaction import Transaction

Row = Mapping[str, Any]


def call_of(transaction: Transaction, alarm: Row, kind: str | None = None) -> Call:
    """Give an alarm as the choice sees it; ``kind`` is the one just told."""
    told = kind or alarm["kind"]
    return Call(
        point=Point(alarm["latitude"], alarm["longitude"]),
        post_id=alarm["post_id"],
        kind=AlarmKind(told) if told else None,
        now=transaction.now,
    )


def everybody_asked(connection: Connection, alarm_id: int) -> set[int]:
    """Read whom the choice leaves out: who reported an alarm, and who was asked, whatever he answered."""
    reported = {row["account_id"] for row in alarms.reports(connection, [alarm_id])}
    return reported | {row["account_id"] for row in responses.of_alarms(connection, [alarm_id])}


def ask_first(transaction: Transaction, alarm: Row, rules: Rules) -> None:
    """Ask all tiers to a new alarm."""
    connection = transaction.connection
    wait_in(connection, Queue.CHOICE, alarm["district_id"])
    asked = everybody_asked(connection, alarm["id"])
    call = call_of(transaction, alarm)
    nearby = _nearby(transaction, alarm, call, rules)
    choice = nearby.choose(lambda people: choose(people, call, asked=asked, limits=rules.dispatch))
    ask(transaction, alarm, choice, rules)
    _keep_shortages(connection, alarm["id"], list(choice.shortages))


def ask_for_kind(transaction: Transaction, alarm: Row, kind: AlarmKind, rules: Rules) -> None:
    """Ask those who are still wanted now that the kind is told; nobody is let go."""
    connection = transaction.connection
    wait_in(connection, Queue.CHOICE, alarm["district_id"])
    standing = _standing(connection, alarm["id"])
    asked = everybody_asked(connection, alarm["id"])
    call = call_of(transaction, alarm, kind)
    choice = _nearby(transaction, alarm, call, rules).choose(
        lambda people: complete_for_kind(people, call, asked=asked, standing=standing, limits=rules.dispatch)
    )
    ask(transaction, alarm, choice, rules)
    short = [_with_standing(one, standing.get((one.tier, one.group), 0)) for one in choice.shortages]
    _keep_shortages(connection, alarm["id"], short)


def ask_instead(
    transaction: Transaction, alarm: Row, gone: list[Row], rules: Rules, *, silent: bool = False
) -> None:
    """Ask one more of the same tier and group for each who declined, withdrew or did not answer.

    ``gone`` are their responses, already out of what counts as standing. For the ``silent`` only as many as there
    is room for: they are still called, and an alarm that nobody answers must not go through the whole district.
    """
    connection, limits = transaction.connection, rules.dispatch
    wait_in(connection, Queue.CHOICE, alarm["district_id"])
    asked = everybody_asked(connection, alarm["id"])
    call = call_of(transaction, alarm)
    nearby = _nearby(transaction, alarm, call, rules)
    short = shortages_of(connection, alarm["id"])
    for one in gone:
        tier, group = one["tier"], Group(one["group"])
        if silent and not _room_left(connection, alarm["id"], tier, rules):
            continue
        choice = nearby.choose(
            partial(next_responder, call=call, tier=tier, group=group, asked=asked, limits=limits)
        )
        ask(transaction, alarm, choice, rules, replaces=one["id"])
        chosen = {responder.account_id for responder in choice.responders}
        asked |= chosen
        nearby.people.busy |= nearby.people.having(chosen)
        # Who was silent before he declined has been counted.
        if choice.shortages and ResponseState(one["state"]) in STANDING:
            # Someone taken from another alarm for want of a free one answers the call, but is not *found*.
            wanted = max(1, limits.needs[call.kind].of(group))
            none_short = Shortage(tier, group, wanted=wanted, found=wanted, reason=choice.shortages[0].reason)
            short = _one_fewer(short, none_short)
    _keep_shortages(connection, alarm["id"], short)


def makes_room(connection: Connection, one: Row, rules: Rules) -> bool:
    """Tell whether one who is about to refuse is replaced.

    One who was silent has been, long ago, unless there was no room; and whoever gives up one of the last places makes
    room for another.
    """
    if ResponseState(one["state"]) in STANDING or not responses.replaced(connection, one):
        return True
    return _room_left(connection, one["alarm_id"], one["tier"], rules) == 0


def ask_more(
    transaction: Transaction,
    alarm: Row,
    *,
    tier: int,
    groups: Collection[Group],
    heads: int,
    bounded: bool,
    rules: Rules,
) -> list[int]:
    """Ask more people of a tier besides those asked; gives their accounts. Whoever asks calls them too.

    ``bounded``: only as many as there is room for.
    """
    connection = transaction.connection
    room = _room_left(connection, alarm["id"], tier, rules) if bounded else sys.maxsize
    if heads <= 0 or room <= 0:
        return []
    wait_in(connection, Queue.CHOICE, alarm["district_id"])
    call = call_of(transaction, alarm)
    asked = everybody_asked(connection, alarm["id"])
    wider = partial(
        more_responders,
        call=call,
        tier=tier,
        groups=groups,
        heads=heads,
        asked=asked,
        limits=rules.dispatch,
    )
    choice = nearest_of(_nearby(transaction, alarm, call, rules).choose(wider), room)
    _keep_asked(transaction, alarm, choice, rules, replaces=None)
    return [one.account_id for one in choice.responders]


def _nearby(transaction: Transaction, alarm: Row, call: Call, rules: Rules) -> Nearby:
    """Read who is around an alarm, once for all of its steps that are taken together.

    To be read while the choice is held (``Queue.CHOICE``). Whoever is asked meanwhile is left out as asked.
    """
    return transaction.once(
        ("nearby", alarm["id"]), lambda: Nearby(transaction.connection, alarm, call, rules.dispatch)
    )


def _room_left(connection: Connection, alarm_id: int, tier: int, rules: Rules) -> int:
    return room_left(tier, responses.states_on_duty(connection, alarm_id, tier), rules.dispatch)


def ask(
    transaction: Transaction,
    alarm: Row,
    choice: Choice,
    rules: Rules,
    *,
    replaces: int | None = None,
) -> None:
    """Make rows of those chosen, with a line of the timeline for each, and call them."""
    _keep_asked(transaction, alarm, choice, rules, replaces=replaces)
    for tier in sorted({one.tier for one in choice.responders}):
        of_tier = [one.account_id for one in choice.responders if one.tier == tier]
        alarm_calls.call_newly_asked(transaction, alarm, of_tier, tier=tier, rules=rules)


def _keep_asked(
    transaction: Transaction, alarm: Row, choice: Choice, rules: Rules, *, replaces: int | None
) -> None:
    rows = [
        {"alarm_id": alarm["id"], "account_id": one.account_id, "replaces": replaces}
        | row_of(transaction, one, rules)
        for one in choice.responders
    ]
    numbers = responses.add(transaction.connection, rows)
    timelines.add_entries(
        transaction.connection,
        alarm["id"],
        [
            {
                "at": transaction.now,
                "actor_id": None,
                "act": Entry.NOTIFIED.value,
                "facts": _notified(number, one, replaces),
            }
            for number, one in zip(numbers, choice.responders, strict=True)
        ],
    )


def row_of(transaction: Transaction, one: Responder, rules: Rules) -> dict[str, Any]:
    """Give the columns of somebody who is asked now, for the first time or again."""
    return {
        "tier": one.tier,
        "category": one.category.value,
        "group": one.group.value,
        "state": ResponseState.NOTIFIED.value,
        "why": one.why.value,
        "distance_m": one.distance_m,
        "bearing_deg": one.bearing_deg,
        "from_post_id": one.from_post_id,
        "notified_at": transaction.now,
        "answer_due_at": transaction.now + timedelta(seconds=rules.dispatch.answer_within_s),
        "responded_at": None,
        "on_scene_at": None,
        "ended_at": None,
    }


def came_after_all(connection: Connection, alarm_id: int, *, tier: int, group: str) -> None:
    """Count somebody whom no choice found, so that a shortage he fills is no longer shown."""
    short = [
        replace(one, found=one.found + 1) if (one.tier, one.group) == (tier, group) else one
        for one in shortages_of(connection, alarm_id)
    ]
    _keep_shortages(connection, alarm_id, short)


def shortages_of(connection: Connection, alarm_id: int) -> list[Shortage]:
    """Read what an alarm is short of."""
    row = alarms.by_id(connection, alarm_id)
    return [
        Shortage(
            tier=one["tier"],
            group=Group(one["group"]),
            wanted=one["wanted"],
            found=one["found"],
            reason=ShortageReason(one["reason"]),
        )
        for one in (row["shortages"] if row else [])
    ]


def _keep_shortages(connection: Connection, alarm_id: int, short: list[Shortage]) -> None:
    alarms.change(connection, alarm_id, shortages=[one.as_dict() for one in short if one.found < one.wanted])


def _one_fewer(short: list[Shortage], none_short: Shortage) -> list[Shortage]:
    """Count one fewer found in a tier's group; ``none_short`` is what holds where nothing was short yet."""
    key = (none_short.tier, none_short.group)
    others = [one for one in short if (one.tier, one.group) != key]
    before = next((one for one in short if (one.tier, one.group) == key), none_short)
    return [*others, replace(before, found=max(0, before.found - 1), reason=none_short.reason)]


def _with_standing(short: Shortage, standing: int) -> Shortage:
    return replace(short, wanted=short.wanted + standing, found=short.found + standing)


def _standing(connection: Connection, alarm_id: int) -> dict[tuple[int, Group], int]:
    counted: dict[tuple[int, Group], int] = {}
    for row in responses.of_alarms(connection, [alarm_id]):
        if ResponseState(row["state"]) in STANDING:
            key = (row["tier"], Group(row["group"]))
            counted[key] = counted.get(key, 0) + 1
    return counted


def _notified(number: int, one: Responder, replaces: int | None) -> dict[str, Any]:
    facts = {
        "response_id": number,
        "account_id": one.account_id,
        "tier": one.tier,
        "why": one.why.value,
        "distance_m": one.distance_m,
    }
    return facts if replaces is None else facts | {"replaces": replaces}
