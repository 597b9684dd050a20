"""Raising an alarm: one path for a phone, a console, a gate device and a drill.

It runs in the transaction of whoever raises: alarm, report, timeline, responses, ladders, messages and event are
written together before anything is answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.domain.alarm import (
    AlarmKind,
    AlarmPlace,
    Entry,
    OpenAlarm,
    SessionState,
    alarm_to_join,
    place_of,
    tiers_at,
)
from server.domain.geo import Point
from server.domain.rules import Rules
from server.domain.trust import Fix, usable_fix
from server.store import alarm_views, alarms, audit, dispatch, escalation, joint_response, timelines
from server.store.locks import Queue, wait_in
from server.store.transaction import Transaction

# Every press is a report and an audit row. Past this many, presses of people who reported before are no
# longer told one by one: each telling carries the whole timeline, and a prank must not drown the others.
TOLD_PRESSES = 100

Row = Mapping[str, Any]


class Source(StrEnum):
    """Where an alarm comes from."""

    PHONE = "phone"
    CONSOLE = "console"
    DEVICE = "device"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Raising:
    """What is raised at a post, and by whom.

    ``actor_id`` is whose act it is, ``None`` for a device. ``raised_by`` is the account that is in need, as the
    rules ask of it: nobody for a drill, so that whoever starts one may acknowledge it, too. A console speaks for
    others, who may be at several posts: it joins by post alone (``joins_own`` false).
    """

    post: Row
    source: Source
    actor_id: int | None
    raised_by: int | None
    joins_own: bool = False
    drill: bool = False
    kind: AlarmKind | None = None
    session_state: SessionState = SessionState.ACTIVE
    covert: bool = False
    fix: Fix | None = None
    claimed_at: datetime | None = None
    # Told with the press in the timeline.
    facts: Mapping[str, Any] = field(default_factory=dict)


def raise_or_join(transaction: Transaction, press: Raising, rules: Rules) -> dict[str, Any]:
    """Raise an alarm, or join the open one that the press belongs to; give it as it is now."""
    joined = _alarm_to_join(transaction, press, rules)
    if joined is not None:
        return _join(transaction, press, joined)
    return _raise(transaction, press, rules)


def _alarm_to_join(transaction: Transaction, press: Raising, rules: Rules) -> Row | None:
    """Find and hold the open alarm that a press belongs to.

    Two presses at once queue here, so that the second one finds the first one's alarm.
    """
    connection, post_id = transaction.connection, press.post["id"]
    if press.actor_id is not None:
        wait_in(connection, Queue.ACCOUNT, press.actor_id)
    wait_in(connection, Queue.POST, post_id)
    account_id = press.raised_by if press.joins_own else None
    while True:
        number = alarm_to_join(
            [_open(row) for row in alarms.open_of(connection, account_id=account_id, post_id=post_id)],
            account_id=account_id,
            post_id=post_id,
            now=transaction.now,
            drill=press.drill,
            limits=rules.alarm,
        )
        if number is None:
            return None
        held = alarms.by_id(connection, number, lock=True)
        # It may have been resolved while this press waited for its row: then look again.
        if held is not None and held["state"] == alarms.OPEN:
            return held


def _open(row: Row) -> OpenAlarm:
    return OpenAlarm(
        alarm_id=row["id"],
        post_id=row["post_id"],
        raised_by=row["raised_by"],
        raised_at=row["raised_at"],
        drill=row["drill"],
    )


def _raise(transaction: Transaction, press: Raising, rules: Rules) -> dict[str, Any]:
    connection, now, post = transaction.connection, transaction.now, press.post
    place = place_of(press.fix, post=Point(post["latitude"], post["longitude"]), now=now, limits=rules.alarm)
    number = alarms.add(
        connection,
        **{name: post[name] for name in ("district_id", "station_id", "school_id")},
        post_id=post["id"],
        version=0,
        state=alarms.OPEN,
        kind=press.kind.value if press.kind else None,
        drill=press.drill,
        source=press.source.value,
        raised_at=now,
        claimed_at=press.claimed_at or now,
        raised_by=press.raised_by,
        session_state=press.session_state.value,
        covert=press.covert,
        **_columns(place),
        tiers=[tier.as_dict() for tier in tiers_at(now, rules.alarm)],
        shortages=[],
    )
    row = alarms.by_id(connection, number)
    assert row is not None
    _report(transaction, press, number)
    facts = {
        "source": press.source.value,
        "session_state": press.session_state.value,
        "place_from": place.place_from.value,
        **({"drill": True, "kind": row["kind"]} if press.drill else {}),
        **press.facts,
    }
    _enter(transaction, press, number, Entry.RAISED, facts)
    dispatch.ask_first(transaction, row, rules)
    escalation.start(transaction, row, rules)
    joint_response.call_planned(transaction, row, rules)
    _audit(transaction, press, "raise_alarm", number)
    return alarm_views.tell(transaction, row)


def _join(transaction: Transaction, press: Raising, joined: Row) -> dict[str, Any]:
    connection, number = transaction.connection, joined["id"]
    # A device's presses have no account by which one would know it again: they all count as known.
    known = press.raised_by is None or any(
        one["account_id"] == press.raised_by for one in alarms.reports(connection, [number])
    )
    _report(transaction, press, number)
    if press.covert and not joined["covert"]:
        alarms.change(connection, number, covert=True)
    _audit(transaction, press, "join_alarm", number)
    if known and alarms.count_reports(connection, number) > TOLD_PRESSES:
        return alarm_views.view(connection, number)
    facts = {"session_state": press.session_state.value, "post_id": press.post["id"], **press.facts}
    if press.source is Source.DEVICE:
        facts["source"] = press.source.value
    _enter(transaction, press, number, Entry.FURTHER_REPORT, facts)
    return alarm_views.tell(transaction, joined)


def _columns(place: AlarmPlace) -> dict[str, Any]:
    return {
        "latitude": place.point.latitude,
        "longitude": place.point.longitude,
        "accuracy_m": place.accuracy_m,
        "place_from": place.place_from.value,
    }


def _report(transaction: Transaction, press: Raising, alarm_id: int) -> None:
    fix = usable_fix(press.fix)
    alarms.add_report(
        transaction.connection,
        alarm_id=alarm_id,
        account_id=press.raised_by,
        at=transaction.now,
        latitude=fix.point.latitude if fix else None,
        longitude=fix.point.longitude if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        session_state=press.session_state.value,
    )


def _enter(
    transaction: Transaction, press: Raising, alarm_id: int, act: Entry, facts: dict[str, Any]
) -> None:
    timelines.enter(
        transaction.connection, alarm_id, act=act, actor_id=press.actor_id, facts=facts, at=transaction.now
    )


def _audit(transaction: Transaction, press: Raising, act: str, alarm_id: int) -> None:
    facts: dict[str, Any] = {"alarm_id": alarm_id, "session_state": press.session_state.value}
    if press.source in {Source.DEVICE, Source.DRILL}:
        facts |= {"source": press.source.value, **press.facts}
    audit.record(transaction.connection, now=transaction.now, actor_id=press.actor_id, act=act, facts=facts)
