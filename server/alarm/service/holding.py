"""Neighbours who are held back from an alarm without full standing: for how long, and how it ends."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from server.alarm.queries import alarms, ladders, timelines
from server.alarm.queries.nearby import field_of
from server.alarm.rules.alarm import Entry
from server.alarm.rules.holding import HoldLimits, held_until, next_look
from server.alarm.service import dispatch, escalation
from server.alarm.tables.alarms import Alarm
from server.core.access.roles import POLICE_CONSOLE
from server.core.access.scope import InScope
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.core.live import presence_rows
from server.delivery.queries import deliverability
from server.delivery.rules.channels import ChannelName
from server.duty.queries import crowds
from server.people.queries import accounts


def until(transaction: Transaction, post: InScope, limits: Limits, *, full_standing: bool) -> datetime | None:
    """Tell until when the neighbours of an alarm that is being raised are held back, ``None``: not at all."""
    if full_standing:
        return None
    connection, now = transaction.connection, transaction.now
    consoles = accounts.consoles_over(connection, post, POLICE_CONSOLE)
    in_sight = any(presence_rows.present(connection, consoles, now).values())
    on_duty = crowds.crowd(connection, post.district_id, post.station_id) if in_sight else []
    return held_until(
        now,
        full_standing=False,
        console_in_sight=in_sight,
        anybody_counts=bool(field_of(on_duty, {}).counts.any()),
        limits=limits[HoldLimits],
    )


def release(
    transaction: Transaction, alarm: Alarm, limits: Limits, *, why: str, actor_id: int | None = None
) -> Alarm:
    """Call the neighbours of an alarm now, if they are held back; give its row as it is then.

    It is read anew: what was done in the same transaction may have called them before.
    """
    if alarm.held_until is None:
        return alarm
    number = alarm.id
    now_held = alarms.row_now(transaction, number)
    if now_held.held_until is None:
        return now_held
    alarms.change(transaction, number, held_until=None)
    timelines.enter(
        transaction,
        number,
        act=Entry.NEIGHBOURS_CALLED,
        actor_id=actor_id,
        facts={"why": why},
    )
    free = replace(now_held, held_until=None)
    dispatch.ask_for_kind(transaction, free, None, limits, tiers={dispatch.NEIGHBOURS})
    for one in ladders.of_alarm(transaction, number):
        if one.tier == dispatch.NEIGHBOURS:
            ladders.keep(transaction, number, replace(one, due_at=transaction.now))
    escalation.take_due(transaction, free, limits)
    return free


def look(transaction: Transaction, alarm: Alarm, limits: Limits) -> tuple[Alarm, bool]:
    """Look whether the neighbours of an alarm are still held back; give its row, and whether they were called."""
    if alarm.held_until is None:
        return alarm, False
    connection, now, number = transaction.connection, transaction.now, alarm.id
    held = next(one for one in ladders.of_alarm(transaction, number) if one.tier == dispatch.NEIGHBOURS)
    if now < alarm.held_until and (held.due_at is None or held.due_at > now):
        return alarm, False
    again = next_look(
        alarm.held_until,
        now=now,
        watched=_watched(connection, alarm, transaction),
        limits=limits[HoldLimits],
    )
    if again is None:
        why = "time_is_up" if now >= alarm.held_until else "nobody_looks"
        return release(transaction, alarm, limits, why=why), True
    ladders.keep(transaction, number, replace(held, due_at=again))
    return alarm, False


def _watched(connection: Connection, alarm: Alarm, transaction: Transaction) -> bool:
    """Tell whether a police console has the alarm before its eyes: its receipt came, and its page is in sight."""
    consoles = accounts.consoles_over(connection, alarm, POLICE_CONSOLE)
    received = deliverability.received_by(connection, alarm.id, consoles, ChannelName.SOCKET)
    return any(presence_rows.present(connection, received, transaction.now).values())
