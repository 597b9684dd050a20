"""Alarms read, shown and published: one function makes an alarm's view for answers, fetches and events alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from server.alarm.queries import (
    alarms,
    asides,
    joint_response,
    ladders,
    newest_entries,
    reports,
    responses,
    timelines,
)
from server.alarm.queries import places as alarm_places
from server.alarm.queries import posts as alarm_posts
from server.alarm.queries.reports import Reporter
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.sight import Sight, for_accounts
from server.alarm.service import parts, records
from server.alarm.service import sight as alarm_sight
from server.alarm.service.records import AlarmRecord
from server.alarm.tables.alarms import Alarm, FurtherPlace, Response
from server.alarm.tables.joint_response import JointTask
from server.alarm.tables.standing import Aside
from server.alarm.tables.timelines import AlarmEntry
from server.core.access.roles import Actor
from server.core.access.rooms import account_room, school_room, station_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.delivery.queries import alarm_calls
from server.delivery.queries.alarm_calls import Call

Part = TypeVar("Part", Response, Reporter, FurtherPlace, Aside, AlarmEntry, Call, JointTask)


def views(connection: Connection, alarm_ids: Iterable[int]) -> list[AlarmView]:
    """Read some alarms with all that belongs to them, the newest first."""
    numbers = list(alarm_ids)
    if not numbers:
        return []
    asked = _by_alarm(responses.of_alarms(connection, numbers))
    reported = _by_alarm(reports.of_alarms(connection, numbers))
    happened = _by_alarm(newest_entries.newest(connection, numbers))
    sent = _by_alarm(alarm_calls.of_alarms(connection, numbers))
    called_in = _by_alarm(joint_response.of_alarms(connection, numbers))
    climbing = ladders.of_alarms(connection, numbers)
    elsewhere = _by_alarm(alarm_places.of_alarms(connection, numbers))
    aside = _by_alarm(asides.of_alarms(connection, numbers))
    found = [
        AlarmRecord(
            row=row,
            asked=asked[row.id],
            reported=reported[row.id],
            climbing=climbing.get(row.id, []),
            sent=sent[row.id],
            called_in=called_in[row.id],
            elsewhere=elsewhere[row.id],
            aside=aside[row.id],
            happened=happened[row.id],
        )
        for row in alarms.by_ids(connection, numbers)
    ]
    posts = {one.row.post_id for one in found} | {at.post_id for one in found for at in one.elsewhere}
    return records.written(connection, found, alarm_posts.full_names(connection, posts))


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


def seen(connection: Connection, alarm_id: int, actor: Actor, *, active: bool = True) -> AlarmView:
    """Read of an alarm what an actor sees of it; ``active``: his session is in order."""
    return alarm_sight.as_seen(connection, [view(connection, alarm_id)], actor, active=active)[0]


def seen_now(
    transaction: Transaction,
    alarm_id: int,
    actor: Actor,
    *,
    active: bool = True,
    whole: AlarmView | None = None,
) -> AlarmView:
    """Give of an alarm what an actor sees of it; one that was published just now is not read again.

    ``whole`` is its view where it was read in this transaction.
    """
    publication: Publication | None = transaction.once(_published(alarm_id), lambda: None)
    if publication is None:
        transaction.write_collected()
        read = view(transaction.connection, alarm_id) if whole is None else whole
        return alarm_sight.as_seen(transaction.connection, [read], actor, active=active)[0]
    one = publication
    part, elsewhere = one.parts.get(actor.account_id, alarm_sight.Part()), one.record.elsewhere
    sight = alarm_sight.sight_of(actor, one.record.row, part, elsewhere, active=active)
    return alarm_sight.shown_to(transaction.connection, actor, one.told, sight, active=active)


@dataclass(frozen=True, slots=True)
class Publication:
    """An alarm as a transaction has published it, and what each who takes part has to do with it."""

    record: AlarmRecord
    told: AlarmView
    parts: Mapping[int, alarm_sight.Part]


def _published(alarm_id: int) -> tuple[str, int]:
    return "alarm as it was published", alarm_id


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
    row = alarms.next_version(transaction, alarm.id)
    record = _record_now(transaction, row)
    posts = {row.post_id, *(one.post_id for one in record.elsewhere)}
    names = {number: alarm_posts.full_name(transaction, number) for number in posts}
    told = records.written(transaction.connection, [record], names)[0]
    taking_part = alarm_sight.parts_of(
        transaction.connection,
        row,
        reporters={one.account_id for one in record.reported},
        asked={one.account_id for one in record.asked},
    )
    transaction.keep(_published(alarm.id), Publication(record, told, taking_part))
    _tell(transaction, alarm, told, taking_part, places=[*also, *record.elsewhere], urgent=urgent)
    return told


def _record_now(transaction: Transaction, row: Alarm) -> AlarmRecord:
    """Give all that belongs to an alarm as it is in this transaction; what it does not know yet is read."""
    connection, number = transaction.connection, row.id
    sent, happened = alarm_calls.written.known(transaction, number), newest_entries.known(transaction, number)
    return AlarmRecord(
        row=row,
        asked=responses.kept.of(transaction, number),
        reported=reports.kept.of(transaction, number),
        climbing=ladders.kept.of(transaction, number),
        sent=alarm_calls.of_alarms(connection, [number]) if sent is None else sent,
        called_in=joint_response.kept.of(transaction, number),
        elsewhere=alarm_places.kept.of(transaction, number),
        aside=asides.kept.of(transaction, number),
        happened=newest_entries.newest(connection, [number]) if happened is None else happened,
    )


def _tell(
    transaction: Transaction,
    alarm: Alarm,
    told: AlarmView,
    taking_part: Mapping[int, alarm_sight.Part],
    *,
    places: list[FurtherPlace],
    urgent: bool,
) -> None:
    """Write the events of an alarm's new state, for the rooms of its old place and of its new one."""
    seen_by = alarm_sight.of_account_rooms(taking_part, is_open=told["state"] == alarms.OPEN)
    rooms = rooms_for_post(
        district_id=alarm.district_id,
        station_id=alarm.station_id,
        school_id=alarm.school_id,
        account_ids=[number for number, sight in seen_by.items() if sight is Sight.EVERYTHING],
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


def _by_alarm(rows: Iterable[Part]) -> Mapping[int, list[Part]]:
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for row in rows:
        found[row.alarm_id].append(row)
    return found
