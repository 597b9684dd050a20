"""Presses of somebody whom a police console has put aside: recorded, heard once at the console, calling nobody."""

from collections.abc import Collection
from dataclasses import dataclass

from server.alarm.queries import alarms, asides, timelines
from server.alarm.queries import places as alarm_places
from server.alarm.rules.alarm import AlarmLimits, Entry
from server.alarm.rules.places import AlarmPlace, is_one_place
from server.alarm.service import views
from server.alarm.service.presses import Raising
from server.alarm.tables.alarms import Alarm
from server.core.database.transaction import Transaction
from server.core.limits import Limits


@dataclass(frozen=True, slots=True)
class AsidePress:
    """Whether a press is of somebody aside, and whether consoles have heard of one since."""

    aside: bool
    again: bool


def press(
    transaction: Transaction, alarm: Alarm, account_id: int | None, *, elsewhere: bool = False
) -> AsidePress:
    """Judge a press of somebody aside, which is counted; of anybody else it lets him back, unless ``elsewhere``."""
    now = transaction.now
    rows = [one for one in asides.kept.of(transaction, alarm.id) if one.until > now]
    mine = next((one for one in rows if one.account_id == account_id), None)
    for one in rows:
        if one is not mine and not elsewhere:
            let_back(transaction, alarm.id, one.account_id, by=account_id)
    if mine is None:
        return AsidePress(aside=False, again=False)
    asides.pressed(transaction, mine)
    return AsidePress(aside=True, again=mine.presses > 0)


def around(
    transaction: Transaction, pressed: Raising, places: Collection[AlarmPlace], limits: Limits
) -> set[int]:
    """Find the open alarms at whose places a press is, and others than its account are aside."""
    connection = transaction.connection
    there = asides.of_district(connection, pressed.post.district_id, transaction.now)
    numbers = {one.alarm_id for one in there if one.account_id != pressed.raised_by}
    return {
        alarm.id
        for alarm in (alarms.by_ids(connection, numbers) if numbers else [])
        if any(
            is_one_place(place, known, limits[AlarmLimits])
            for known in alarm_places.all_of(connection, alarm)
            for place in places
        )
    }


def lift(transaction: Transaction, held: Collection[Alarm], *, by: int | None) -> None:
    """Let everybody else back who is aside at alarms that are held, since an account presses there."""
    for alarm in held:
        rows = asides.kept.of(transaction, alarm.id)
        others = [one for one in rows if one.until > transaction.now and one.account_id != by]
        for one in others:
            let_back(transaction, alarm.id, one.account_id, by=by)
        if others:
            views.publish(transaction, alarm)


def let_back(transaction: Transaction, alarm_id: int, account_id: int, *, by: int | None) -> None:
    """End that somebody is aside at an alarm, and note it there."""
    asides.lift(transaction, alarm_id, account_id, by=by)
    facts = {"account_id": account_id}
    timelines.enter(transaction, alarm_id, act=Entry.LET_BACK, actor_id=by, facts=facts)
