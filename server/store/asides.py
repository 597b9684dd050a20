"""Presses of somebody whom a police console has put aside: recorded, heard once at the console, calling nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.alarm import Entry
from server.domain.alarm_places import AlarmPlace, is_one_place
from server.domain.rules import Rules
from server.store import alarm_asides, alarm_places, alarm_views, alarms, timelines
from server.store.transaction import Transaction

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AsidePress:
    """Whether a press is of somebody aside, and whether consoles have heard of one since."""

    aside: bool
    again: bool


def press(transaction: Transaction, alarm: Row, account_id: int | None) -> AsidePress:
    """Judge a press at the places of an alarm: of somebody aside it is counted, of anybody else it lets him back."""
    connection, now = transaction.connection, transaction.now
    rows = [one for one in alarm_asides.of_alarms(connection, [alarm["id"]]) if one["until"] > now]
    mine = next((one for one in rows if one["account_id"] == account_id), None)
    for one in rows:
        if one is not mine:
            let_back(transaction, alarm["id"], one["account_id"], by=account_id)
    if mine is None:
        return AsidePress(aside=False, again=False)
    alarm_asides.pressed(connection, mine["id"])
    return AsidePress(aside=True, again=mine["presses"] > 0)


def lift_around(
    transaction: Transaction,
    district_id: int,
    places: Collection[AlarmPlace],
    *,
    by: int | None,
    rules: Rules,
) -> None:
    """Let everybody back who is aside at a place where another account presses now."""
    connection = transaction.connection
    there = alarm_asides.of_district(connection, district_id, transaction.now)
    # In the order of their numbers, as everybody locks several.
    for one in sorted(there, key=lambda row: row["alarm_id"]):
        alarm = alarms.by_id(connection, one["alarm_id"])
        if alarm is None or one["account_id"] == by:
            continue
        known = alarm_places.all_of(connection, alarm)
        if any(is_one_place(place, other, rules.alarm) for place in places for other in known):
            let_back(transaction, alarm["id"], one["account_id"], by=by)
            alarm_views.tell(transaction, alarm)


def let_back(transaction: Transaction, alarm_id: int, account_id: int, *, by: int | None) -> None:
    """End that somebody is aside at an alarm, and note it there."""
    connection, now = transaction.connection, transaction.now
    alarm_asides.lift(connection, alarm_id, account_id, by=by, now=now)
    facts = {"account_id": account_id}
    timelines.enter(connection, alarm_id, act=Entry.LET_BACK, actor_id=by, at=now, facts=facts)
