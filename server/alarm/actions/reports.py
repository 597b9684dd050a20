"""After an alarm or a drill: the report, and what is still to be done."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from server.alarm.facts import AlarmReported
from server.alarm.queries import alarms, follow_ups, responses, timeline_chain, timelines
from server.alarm.queries import people as alarm_people
from server.alarm.rules.alarm import Tier
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.sight import Sight
from server.alarm.rules.targets import judge
from server.alarm.service import sight, views
from server.alarm.service.shapes import (
    ChainFault,
    ChainView,
    FollowUpList,
    FollowUpView,
    MovementView,
    PersonOfReport,
    PlaceOfReport,
    PointView,
    ReportView,
    TargetView,
    ToldView,
)
from server.alarm.tables.alarms import Alarm
from server.core import audit
from server.core.access.roles import Act, Actor, Role, require
from server.core.database import rate_limits
from server.core.database.transaction import Store, Transaction
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.delivery.queries import alarm_calls
from server.delivery.queries.alarm_calls import Call
from server.duty.queries import positions
from server.people.queries import accounts
from server.people.tables import Account

# Each is a row of a log from which nothing is ever deleted.
READ = rate_limits.Limit(60, timedelta(minutes=1))


def report(store: Store, *, actor: Actor, alarm_id: int, now: datetime) -> ReportView:
    """Report an alarm to a console in whose scope it lies; whose movements were read is recorded.

    Open alarms are reported as they stand. Movements are those of the responders between being told and the end
    of their part, as long as positions are kept; a school sees those of its own people.
    Raises ``Refused``: ``not_your_role``, ``not_found``, ``too_many`` (retry_after_s).
    """
    require(actor, Act.SEE_REPORT)
    with store.read() as connection:
        row = alarms.see(connection, alarm_id, actor)
        if sight.sights(connection, [row], actor)[alarm_id] is not Sight.EVERYTHING:
            raise Refused("not_found")
        view = views.whole(connection, alarm_id)
        told = alarm_calls.of_alarms(connection, [alarm_id])
        people = accounts.by_ids(connection, _everybody(view, told))
        moved = _movements(connection, row, actor, people, now)
        found: ReportView = {
            "alarm": view,
            "place": _place(connection, row.post_id),
            "people": [_person(one) for _number, one in sorted(people.items())],
            "targets": _targets(row, now),
            "told": [_told(one) for one in told],
            "movements": moved,
            "follow_ups": _follow_ups(connection, alarm_id),
            "chain": _chain(connection, alarm_id),
            "made_at": moment(now),
            "drill": None,
        }
    # Written before anybody sees it, and with nobody waiting behind the reading.
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"reports:{actor.account_id}", READ, now)
        facts = {"alarm_id": alarm_id, "positions_of": [one["account_id"] for one in moved]}
        audit.record(
            transaction.connection, now=now, actor_id=actor.account_id, act="see_report", facts=facts
        )
        drill = next(iter(transaction.ask(AlarmReported(alarm_id))), None)
    return {**found, "drill": drill}


def add_follow_up(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    text: str,
    owner: str,
    due_on: date,
    now: datetime,
) -> FollowUpList:
    """Write down what is still to be done, whose it is and until when; give all of the alarm's.

    Raises ``Refused``: ``not_your_role``, ``not_found``.
    """
    require(actor, Act.RESOLVE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        alarms.see(connection, alarm_id, actor)
        body = [alarm_id, text, owner, due_on]
        if transaction.remember(actor.account_id, request_id, "add_follow_up", body) is None:
            number = follow_ups.add(
                connection,
                alarm_id=alarm_id,
                text=text,
                owner=owner,
                due_on=due_on,
                added_at=now,
                added_by=actor.account_id,
            )
            _audit(transaction, actor, "add_follow_up", alarm_id, number)
            transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return {"items": _follow_ups(connection, alarm_id)}


def complete_follow_up(
    store: Store, *, actor: Actor, request_id: str, alarm_id: int, follow_up_id: int, now: datetime
) -> FollowUpList:
    """Say that something was done; give all of the alarm's.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``already_done`` (done_at).
    """
    require(actor, Act.RESOLVE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        alarms.see(connection, alarm_id, actor)
        body = [alarm_id, follow_up_id]
        if transaction.remember(actor.account_id, request_id, "complete_follow_up", body) is None:
            one = follow_ups.by_id(connection, alarm_id, follow_up_id)
            if one is None:
                raise Refused("not_found")
            if one.done_at is not None:
                raise Refused("already_done", done_at=one.done_at)
            follow_ups.complete(connection, follow_up_id, by=actor.account_id, now=now)
            _audit(transaction, actor, "complete_follow_up", alarm_id, follow_up_id)
            transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return {"items": _follow_ups(connection, alarm_id)}


def _place(connection: Connection, post_id: int) -> PlaceOfReport:
    one = alarm_people.place_of(connection, post_id)
    return {
        "post_name": one.post_name,
        "school_name": one.school_name,
        "station_name": one.station_name,
        "latitude": one.latitude,
        "longitude": one.longitude,
    }


def _follow_ups(connection: Connection, alarm_id: int) -> list[FollowUpView]:
    return [
        {
            "id": one.id,
            "text": one.text,
            "owner": one.owner,
            "added_by": one.added_by,
            "done_by": one.done_by,
            "due_on": one.due_on.isoformat(),
            "added_at": moment(one.added_at),
            "done_at": moment_or_none(one.done_at),
        }
        for one in follow_ups.of_alarm(connection, alarm_id)
    ]


def _targets(row: Alarm, now: datetime) -> list[TargetView]:
    tiers = [Tier.from_dict(tier) for tier in row.tiers]
    judged = judge(tiers, raised_at=row.raised_at, ended_at=row.resolved_at or now)
    met_by = {tier.tier: tier.met_by for tier in tiers}
    return [
        {
            "tier": one.tier,
            "target_s": one.target_s,
            "mark": one.mark.value,
            "took_s": one.took_s,
            "late_s": one.late_s,
            "met_by": met_by[one.tier],
        }
        for one in judged
    ]


def _movements(
    connection: Connection, row: Alarm, actor: Actor, people: Mapping[int, Account], now: datetime
) -> list[MovementView]:
    ended_at = row.resolved_at or now
    spans = {
        one.account_id: (one.notified_at, one.ended_at or ended_at)
        for one in responses.of_alarms(connection, [row.id])
        if actor.role != Role.SCHOOL_ADMIN or people[one.account_id].school_id == actor.school_id
    }
    tracks: defaultdict[int, list[PointView]] = defaultdict(list)
    for one in positions.trails(connection, spans, since=row.raised_at, until=ended_at):
        begin, end = spans[one.account_id]
        if begin <= one.at <= end:
            tracks[one.account_id].append(
                {
                    "at": moment(one.at),
                    "latitude": one.latitude,
                    "longitude": one.longitude,
                    "accuracy_m": one.accuracy_m,
                }
            )
    return [{"account_id": number, "points": points} for number, points in sorted(tracks.items())]


def _chain(connection: Connection, alarm_id: int) -> ChainView:
    faults: list[ChainFault] = [
        {"ordinal": one.ordinal, "kind": one.kind.value}
        for one in timeline_chain.faults_in(connection, alarm_id)
    ]
    return {**timelines.head_of(connection, alarm_id), "faults": faults}


def _everybody(view: AlarmView, told: list[Call]) -> set[int]:
    numbers = {view["raised_by"], view["acknowledged_by"], view["resolved_by"]}
    numbers |= {one["account_id"] for one in (*view["responses"], *view["reporters"])}
    numbers |= {one.account_id for one in told}
    numbers |= {line["actor_id"] for line in view["timeline"]}
    return {number for number in numbers if number is not None}


def _person(one: Account) -> PersonOfReport:
    return {"account_id": one.id, "name": one.name, "category": one.category}


def _told(one: Call) -> ToldView:
    return {
        "account_id": one.account_id,
        "channel": one.channel,
        "tier": one.tier,
        "state": one.state,
        "reason": one.reason if one.state == "failed" else None,
        "created_at": moment(one.created_at),
        "sent_at": moment_or_none(one.sent_at),
        "delivered_at": moment_or_none(one.delivered_at),
    }


def _audit(transaction: Transaction, actor: Actor, act: str, alarm_id: int, follow_up_id: int) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        facts={"alarm_id": alarm_id, "follow_up_id": follow_up_id},
    )
