"""An alarm as clients see it: one function makes it for answers, fetches and events alike.

People stand in it by number, never by name; times are written as on the wire.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

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
from server.alarm.rules.alarm import NAMED_REPORTERS
from server.alarm.rules.escalation import Ladder
from server.alarm.rules.sight import Sight, for_accounts
from server.alarm.service import sight as alarm_sight
from server.core.access.roles import Actor
from server.core.access.rooms import account_room, school_room, station_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.moments import moment, moment_or_none
from server.delivery.queries import hooks, messages
from server.delivery.queries.messages import Call

Rows = Mapping[int, list[Mapping[str, Any]]]
# The account, the channel and (of a room or a machine) the address.
Receiver = tuple[int | None, str, str | None]


def views(connection: Connection, alarm_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Read some alarms with all that belongs to them, the newest first."""
    numbers = list(alarm_ids)
    if not numbers:
        return []
    asked = _by_alarm(responses.of_alarms(connection, numbers))
    reported = _by_alarm(reports.of_alarms(connection, numbers))
    happened = _by_alarm(newest_entries.newest(connection, numbers))
    sent: defaultdict[int, list[Call]] = defaultdict(list)
    for one in messages.of_alarms(connection, numbers):
        sent[one.alarm_id].append(one)
    called_in = _by_alarm(joint_response.of_alarms(connection, numbers))
    letters = joint_links.deliveries(connection, [one["id"] for rows in called_in.values() for one in rows])
    climbing = ladders.of_alarms(connection, numbers)
    found = alarms.by_ids(connection, numbers)
    elsewhere = _by_alarm(alarm_places.of_alarms(connection, numbers))
    aside = _by_alarm(asides.of_alarms(connection, numbers))
    posts = {one["post_id"] for rows in (found, *elsewhere.values()) for one in rows}
    places = alarm_posts.full_names(connection, posts)
    rooms = hooks.names(
        connection, {int(one.address) for calls in sent.values() for one in calls if one.address}
    )
    return [
        {
            **_alarm(row),
            "place_name": places[row["post_id"]],
            "responses": [_response(one) for one in asked[row["id"]]],
            "reporters": [_reporter(one) for one in reported[row["id"]][:NAMED_REPORTERS]],
            "reporter_count": len(reported[row["id"]]),
            "ladders": [_ladder(one) for one in climbing.get(row["id"], [])],
            "deliveries": _deliveries(sent[row["id"]], rooms),
            "joint_tasks": [_joint_task(one, letters.get(one["id"])) for one in called_in[row["id"]]],
            "places": [_place(one, places) for one in elsewhere[row["id"]]],
            "asides": [_aside(one) for one in aside[row["id"]]],
            "timeline": [entry(one) for one in happened[row["id"]]],
            "timeline_count": row["entry_count"],
        }
        for row in found
    ]


def view(connection: Connection, alarm_id: int) -> dict[str, Any]:
    """Read one alarm with all that belongs to it."""
    return views(connection, [alarm_id])[0]


def whole(connection: Connection, alarm_id: int) -> dict[str, Any]:
    """Read one alarm with its whole timeline and all who reported it, as its report has them."""
    return {
        **view(connection, alarm_id),
        "reporters": [_reporter(one) for one in reports.of_alarms(connection, [alarm_id])],
        "timeline": [entry(one) for one in timelines.entries(connection, [alarm_id])],
    }


def again(connection: Connection, alarm_id: int, actor: Actor) -> dict[str, Any]:
    """Read an alarm for the retry of a write that was taken before: only as far as the actor may see it by now.

    Whoever was moved or released since, or was asked and the alarm has ended, must not go on reading it by
    sending an old write again. Raises ``Refused``: ``not_found``, ``alarm_over``.
    """
    alarms.see(connection, alarm_id, actor)
    return seen(connection, alarm_id, actor)


def seen(connection: Connection, alarm_id: int, actor: Actor, *, active: bool = True) -> dict[str, Any]:
    """Read of an alarm what an actor sees of it; ``active``: his session is in order."""
    return alarm_sight.as_seen(connection, [view(connection, alarm_id)], actor, active=active)[0]


def publish(
    transaction: Transaction,
    alarm: Mapping[str, Any],
    *,
    urgent: bool = True,
    also: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Count an alarm's version up, tell its state to all who take part, at once if urgent, and give it whole.

    The whole state goes to the consoles and to those who see everything; one event of its own, with counts and
    states, to the others. ``also`` are further places that it had until now: their consoles hear of it once more.

    To be called once in a transaction, after everything else.
    """
    alarms.next_version(transaction.connection, alarm["id"])
    told = view(transaction.connection, alarm["id"])
    seen_by = alarm_sight.of_account_rooms(
        transaction.connection,
        {**alarm, "state": told["state"]},
        reporters={one["account_id"] for one in reports.of_alarms(transaction.connection, [alarm["id"]])},
        asked={one["account_id"] for one in told["responses"]},
    )
    rooms = rooms_for_post(
        district_id=alarm["district_id"],
        station_id=alarm["station_id"],
        school_id=alarm["school_id"],
        account_ids=[number for number, sight in seen_by.items() if sight is Sight.EVERYTHING],
    )
    places = (
        [*also, *alarm_places.of_alarms(transaction.connection, [alarm["id"]])] if told["places"] else [*also]
    )
    whole = (*rooms, school_room(told["school_id"]), *(station_room(one["station_id"]) for one in places))
    rooms = tuple(dict.fromkeys(whole))
    transaction.publish(EventName.ALARM_CHANGED, told, rooms, urgent=urgent)
    others = {number: sight for number, sight in seen_by.items() if sight is not Sight.EVERYTHING}
    there = {
        school_room(number): alarm_sight.people_there(transaction.connection, told, number)
        for number in sorted({one["school_id"] for one in places} - {alarm["school_id"], told["school_id"]})
    }
    if others or there:
        rooms = (*(account_room(number) for number in sorted(others)), *there)
        transaction.publish(EventName.ALARM_CHANGED, for_accounts(told, others, there), rooms, urgent=urgent)
    return told


def _by_alarm(rows: Iterable[Mapping[str, Any]]) -> Rows:
    found: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["alarm_id"]].append(row)
    return found


_AS_THEY_ARE = (
    *("id", "version", "post_id", "station_id", "school_id", "kind", "state", "drill", "raised_by"),
    *("session_state", "source", "latitude", "longitude", "accuracy_m", "place_from", "acknowledged_by"),
    *("tiers", "shortages", "resolved_by", "outcome", "finding", "merged_into", "full_standing", "covert"),
)


def _alarm(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        "raised_at": moment(row["raised_at"]),
        "claimed_at": moment(row["claimed_at"]),
        "acknowledged_at": moment_or_none(row["acknowledged_at"]),
        "resolved_at": moment_or_none(row["resolved_at"]),
        "held_until": moment_or_none(row["held_until"]),
    }


_OF_A_RESPONSE = (
    *("id", "account_id", "tier", "category", "group", "state", "why", "distance_m", "bearing_deg"),
    *("from_post_id", "replaces", "doubt", "off_scene_m"),
)
_TIMES_OF_A_RESPONSE = ("answer_due_at", "responded_at", "on_scene_at", "ended_at")


def _response(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _OF_A_RESPONSE},
        "counts": row["doubt"] is None,
        "off_scene": row["off_scene_m"] is not None,
        "notified_at": moment(row["notified_at"]),
        **{name: moment_or_none(row[name]) for name in _TIMES_OF_A_RESPONSE},
    }


_OF_A_JOINT_TASK = ("id", "unit_id", "name", "kind", "part", "state", "channel")
_TIMES_OF_A_JOINT_TASK = ("notified_at", "acknowledged_at", "on_the_way_at", "arrived_at")


def _joint_task(row: Mapping[str, Any], letter: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "delivery": {**letter, "at": moment(letter["at"])} if letter else None,
        **{name: row[name] for name in _OF_A_JOINT_TASK},
        **{name: moment_or_none(row[name]) for name in _TIMES_OF_A_JOINT_TASK},
    }


def _reporter(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("account_id", "kind", "covert")}
    return {**told, "at": moment(row["at"])}


_OF_A_PLACE = ("id", "post_id", "latitude", "longitude", "accuracy_m", "place_from", "account_id")


def _place(row: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _OF_A_PLACE},
        "place_name": names[row["post_id"]],
        "at": moment(row["at"]),
    }


def _aside(row: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: moment(row[name]) for name in ("at", "until")}
    return {**{name: row[name] for name in ("account_id", "by", "presses")}, **times}


def entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write an entry of a timeline as on the wire."""
    return {
        "id": row["id"],
        "at": moment(row["at"]),
        "actor_id": row["actor_id"],
        "act": row["act"],
        "facts": row["facts"],
    }


def _ladder(one: Ladder) -> dict[str, Any]:
    return {
        "tier": one.tier,
        "phase": one.phase.value,
        "next_step": one.next_step + 1,
        "happened": one.happened,
        "due_at": moment_or_none(one.due_at),
    }


def _deliveries(sent: Iterable[Call], rooms: Mapping[int, str]) -> list[dict[str, Any]]:
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
        {**_delivery(one, rooms), "calls": calls[receiver], "called_at": moment(called_at[receiver])}
        for receiver, one in newest.items()
    ]


_BETTER = ("failed", "waiting", "sending", "sent", "delivered")


def _says_more(before: Call, later: Call, *, same_call: bool) -> bool:
    """Tell whether an earlier message says more of a receiver than a later one."""
    if same_call:
        return _BETTER.index(before.state) >= _BETTER.index(later.state)
    return before.delivered_at is not None and later.delivered_at is None


def _delivery(one: Call, rooms: Mapping[int, str]) -> dict[str, Any]:
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
    }
