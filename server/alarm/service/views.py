"""An alarm as clients see it: one function makes it for answers, fetches and events alike.

People stand in it by number, never by name; times are written as on the wire.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from server.alarm.queries import (
    alarms,
    asides,
    joint_links,
    joint_response,
    ladders,
    newest_entries,
    reports,
    responses,
    timelines,
)
from server.alarm.queries import places as alarm_places
from server.alarm.queries import posts as alarm_posts
from server.alarm.queries.joint_links import Letter
from server.alarm.queries.reports import Reporter
from server.alarm.rules.alarm import NAMED_REPORTERS
from server.alarm.rules.shapes import AlarmView, DeliveryView, JointTaskView, LetterView
from server.alarm.rules.sight import Sight, for_accounts
from server.alarm.service import parts
from server.alarm.service import sight as alarm_sight
from server.alarm.tables.alarms import Alarm, FurtherPlace, Response
from server.alarm.tables.joint_response import JointTask
from server.alarm.tables.standing import Aside
from server.alarm.tables.timelines import AlarmEntry
from server.core.access.roles import Actor
from server.core.access.rooms import account_room, school_room, station_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.moments import moment, moment_or_none
from server.delivery.queries import hooks, messages
from server.delivery.queries.messages import Call

Part = TypeVar("Part", Response, Reporter, FurtherPlace, Aside, AlarmEntry, Call, JointTask)
# The account, the channel and (of a room or a machine) the address.
Receiver = tuple[int | None, str, str | None]


def views(connection: Connection, alarm_ids: Iterable[int]) -> list[AlarmView]:
    """Read some alarms with all that belongs to them, the newest first."""
    numbers = list(alarm_ids)
    if not numbers:
        return []
    asked = _by_alarm(responses.of_alarms(connection, numbers))
    reported = _by_alarm(reports.of_alarms(connection, numbers))
    happened = _by_alarm(newest_entries.newest(connection, numbers))
    sent = _by_alarm(messages.of_alarms(connection, numbers))
    called_in = _by_alarm(joint_response.of_alarms(connection, numbers))
    letters = joint_links.deliveries(connection, [one.id for tasks in called_in.values() for one in tasks])
    climbing = ladders.of_alarms(connection, numbers)
    found = alarms.by_ids(connection, numbers)
    elsewhere = _by_alarm(alarm_places.of_alarms(connection, numbers))
    aside = _by_alarm(asides.of_alarms(connection, numbers))
    posts = {one.post_id for one in found}
    posts |= {one.post_id for rows in elsewhere.values() for one in rows}
    places = alarm_posts.full_names(connection, posts)
    rooms = hooks.names(
        connection, {int(one.address) for calls in sent.values() for one in calls if one.address}
    )
    return [
        {
            **parts.alarm(row),
            "place_name": places[row.post_id],
            "responses": [parts.response(one) for one in asked[row.id]],
            "reporters": [parts.reporter(one) for one in reported[row.id][:NAMED_REPORTERS]],
            "reporter_count": len(reported[row.id]),
            "ladders": [parts.ladder(one) for one in climbing.get(row.id, [])],
            "deliveries": _deliveries(sent[row.id], rooms),
            "joint_tasks": [_joint_task(one, letters.get(one.id)) for one in called_in[row.id]],
            "places": [parts.place(one, places) for one in elsewhere[row.id]],
            "asides": [parts.aside(one) for one in aside[row.id]],
            "timeline": [parts.entry(one) for one in happened[row.id]],
            "timeline_count": row.entry_count,
        }
        for row in found
    ]


def view(connection: Connection, alarm_id: int) -> AlarmView:
    """Read one alarm with all that belongs to it."""
    return views(connection, [alarm_id])[0]


def whole(connection: Connection, alarm_id: int) -> AlarmView:
    """Read one alarm with its whole timeline and all who reported it, as its report has them."""
    return {
        **view(connection, alarm_id),
        "reporters": [parts.reporter(one) for one in reports.of_alarms(connection, [alarm_id])],
        "timeline": [parts.entry(one) for one in timelines.entries(connection, [alarm_id])],
    }


def again(connection: Connection, alarm_id: int, actor: Actor) -> AlarmView:
    """Read an alarm for the retry of a write that was taken before: only as far as the actor may see it by now.

    Whoever was moved or released since, or was asked and the alarm has ended, must not go on reading it by
    sending an old write again. Raises ``Refused``: ``not_found``, ``alarm_over``.
    """
    alarms.see(connection, alarm_id, actor)
    return seen(connection, alarm_id, actor)


def seen(
    connection: Connection,
    alarm_id: int,
    actor: Actor,
    *,
    active: bool = True,
    whole: AlarmView | None = None,
) -> AlarmView:
    """Read of an alarm what an actor sees of it; ``active``: his session is in order.

    ``whole`` is its view where it was published in this transaction: it need not be read again.
    """
    read = view(connection, alarm_id) if whole is None else whole
    return alarm_sight.as_seen(connection, [read], actor, active=active)[0]


def publish(
    transaction: Transaction,
    alarm: Alarm,
    *,
    urgent: bool = True,
    also: Iterable[FurtherPlace] = (),
) -> AlarmView:
    """Count an alarm's version up, tell its state to all who take part, at once if urgent, and give it whole.

    The whole state goes to the consoles and to those who see everything; one event of its own, with counts and
    states, to the others. ``also`` are further places that it had until now: their consoles hear of it once more.

    To be called once in a transaction, after everything else.
    """
    alarms.next_version(transaction, alarm.id)
    told = view(transaction.connection, alarm.id)
    seen_by = alarm_sight.of_account_rooms(
        transaction.connection,
        replace(alarm, state=told["state"]),
        reporters={one.account_id for one in reports.of_alarms(transaction.connection, [alarm.id])},
        asked={number for one in told["responses"] if (number := one["account_id"]) is not None},
    )
    rooms = rooms_for_post(
        district_id=alarm.district_id,
        station_id=alarm.station_id,
        school_id=alarm.school_id,
        account_ids=[number for number, sight in seen_by.items() if sight is Sight.EVERYTHING],
    )
    places = (
        [*also, *alarm_places.of_alarms(transaction.connection, [alarm.id])] if told["places"] else [*also]
    )
    whole = (*rooms, school_room(told["school_id"]), *(station_room(one.station_id) for one in places))
    rooms = tuple(dict.fromkeys(whole))
    transaction.publish(EventName.ALARM_CHANGED, told, rooms, urgent=urgent)
    others = {number: sight for number, sight in seen_by.items() if sight is not Sight.EVERYTHING}
    there = {
        school_room(number): alarm_sight.people_there(transaction.connection, told, number)
        for number in sorted({one.school_id for one in places} - {alarm.school_id, told["school_id"]})
    }
    if others or there:
        rooms = (*(account_room(number) for number in sorted(others)), *there)
        transaction.publish(EventName.ALARM_CHANGED, for_accounts(told, others, there), rooms, urgent=urgent)
    return told


def _by_alarm(rows: Iterable[Part]) -> Mapping[int, list[Part]]:
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for row in rows:
        found[row.alarm_id].append(row)
    return found


def _joint_task(row: JointTask, letter: Letter | None) -> JointTaskView:
    return {
        "delivery": _letter(letter) if letter else None,
        "id": row.id,
        "unit_id": row.unit_id,
        "name": row.name,
        "kind": row.kind,
        "part": row.part,
        "state": row.state,
        "channel": row.channel,
        "notified_at": moment_or_none(row.notified_at),
        "acknowledged_at": moment_or_none(row.acknowledged_at),
        "on_the_way_at": moment_or_none(row.on_the_way_at),
        "arrived_at": moment_or_none(row.arrived_at),
    }


def _letter(letter: Letter) -> LetterView:
    return {
        "channel": letter.channel,
        "state": letter.state,
        "reason": letter.reason,
        "at": moment(letter.at),
        "calls": letter.calls,
    }


def _deliveries(sent: Iterable[Call], rooms: Mapping[int, str]) -> list[DeliveryView]:
    """Give for each receiver and channel how the newest call went; what once arrived stays so.

    A person's several browsers count as one receiver: one of them is enough.
    """
    newest: dict[Receiver, Call] = {}
    calls: Counter[Receiver] = Counter()
    called_at: dict[Receiver, datetime] = {}
    for one in sent:
        receiver = (one.account_id, one.channel, one.address)
        before = newest.get(receiver)
        same_call = before is not None and before.created_at == one.created_at
        # What arrived may stand for a later call that did not, so the time of the newest one is kept apart.
        calls[receiver] += called_at.get(receiver) != one.created_at
        called_at[receiver] = one.created_at
        if before is None or not _says_more(before, one, same_call=same_call):
            newest[receiver] = one
    return [
        _delivery(one, rooms, calls=calls[receiver], called_at=called_at[receiver])
        for receiver, one in newest.items()
    ]


_BETTER = ("failed", "waiting", "sending", "sent", "delivered")


def _says_more(before: Call, later: Call, *, same_call: bool) -> bool:
    """Tell whether an earlier message says more of a receiver than a later one."""
    if same_call:
        return _BETTER.index(before.state) >= _BETTER.index(later.state)
    return before.delivered_at is not None and later.delivered_at is None


def _delivery(one: Call, rooms: Mapping[int, str], *, calls: int, called_at: datetime) -> DeliveryView:
    hook_id = int(one.address) if one.address else None
    return {
        "account_id": one.account_id,
        "hook_id": hook_id,
        "room": rooms.get(hook_id) if hook_id else None,
        "channel": one.channel,
        "tier": one.tier,
        "state": one.state,
        "reason": one.reason,
        "at": moment(one.delivered_at or one.sent_at or one.created_at),
        "calls": calls,
        "called_at": moment(called_at),
    }
