"""Raising an alarm: whatever the session's state, wherever the phone thinks it is, it is written first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.alarm import (
    AlarmPlace,
    Entry,
    OpenAlarm,
    SessionState,
    alarm_to_join,
    place_of,
    tiers_at,
)
from server.domain.errors import Refused
from server.domain.geo import Point
from server.domain.roles import CONSOLE, Act, Actor, require, sees_post
from server.domain.rules import Rules
from server.domain.trust import Fix, usable_fix
from server.store import alarm_posts, alarm_views, alarms, audit, dispatch, escalation, joint_response
from server.store.locks import Queue, wait_in
from server.store.transaction import Store, Transaction

# Every press is a report and an audit row. Past this many, presses of people who reported before are no
# longer told one by one: each telling carries the whole timeline, and a prank must not drown the others.
TOLD_PRESSES = 100

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """A held button: the session's state, and what the phone sent. Nothing of that is needed."""

    session_state: SessionState
    request_id: str | None = None
    post_id: int | None = None
    post_code: str | None = None
    fix: Fix | None = None
    claimed_at: datetime | None = None
    not_understood: tuple[str, ...] = ()


def raise_alarm(store: Store, *, actor: Actor, press: Press, rules: Rules, now: datetime) -> dict[str, Any]:
    """Raise an alarm, or join the open one that the press belongs to; give it as it is now.

    One transaction writes alarm, report, responses, timeline, event and audit row before anything is
    answered. A retry, with whatever body, gives the alarm of the first press. Raises ``Refused``:
    ``place_missing`` where no post at all can be found, ``unknown_post`` for a console beyond its scope.
    """
    require(actor, Act.RAISE_ALARM)
    with store.transaction(now) as transaction:
        first = None
        if press.request_id is not None:
            first = transaction.remember(actor.account_id, press.request_id, "alarm", None)
        # A number that some other write used before must not stop an alarm: joining makes a double harmless.
        if first is not None and "alarm_id" in first:
            return alarm_views.view(transaction.connection, first["alarm_id"])
        post = _post_of(transaction, actor, press)
        joined = _alarm_to_join(transaction, actor, post, rules)
        if joined is not None:
            raised = _join(transaction, actor, press, joined, post)
        else:
            raised = _raise(transaction, actor, press, post, rules)
        if press.request_id is not None and first is None:
            transaction.answer(actor.account_id, press.request_id, {"alarm_id": raised["id"]})
        return raised


def _post_of(transaction: Transaction, actor: Actor, press: Press) -> Row:
    """Find the post: by the scanned code, by the number, by the open duty, by the account's own places."""
    connection = transaction.connection
    found = alarm_posts.by_code(connection, press.post_code) if press.post_code else None
    if found is None and press.post_id is not None:
        found = alarm_posts.by_id(connection, press.post_id, actor.district_id)
    if actor.role in CONSOLE and (found is not None or press.post_id is not None):
        if found is None or not _in_scope(actor, found):
            raise Refused("unknown_post")
        return found
    if found is None:
        found = alarm_posts.of_duty(connection, actor.account_id)
    if found is None:
        fix = usable_fix(press.fix)
        found = alarm_posts.of_account(connection, actor, fix.point if fix else None)
    if found is None:
        raise Refused("place_missing")
    return found


def _in_scope(actor: Actor, post: Row) -> bool:
    return sees_post(
        actor, district_id=post["district_id"], station_id=post["station_id"], school_id=post["school_id"]
    )


def _alarm_to_join(transaction: Transaction, actor: Actor, post: Row, rules: Rules) -> Row | None:
    """Find and hold the open alarm that a press belongs to.

    Two presses at once queue here, so that the second one finds the first one's alarm. A console speaks
    for others, who may be at several posts: it joins by post alone.
    """
    connection = transaction.connection
    wait_in(connection, Queue.ACCOUNT, actor.account_id)
    wait_in(connection, Queue.POST, post["id"])
    account_id = None if actor.role in CONSOLE else actor.account_id
    while True:
        number = alarm_to_join(
            [_open(row) for row in alarms.open_of(connection, account_id=account_id, post_id=post["id"])],
            account_id=account_id,
            post_id=post["id"],
            now=transaction.now,
            drill=False,
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


def _raise(
    transaction: Transaction,
    actor: Actor,
    press: Press,
    post: Row,
    rules: Rules,
) -> dict[str, Any]:
    connection, now = transaction.connection, transaction.now
    place = place_of(press.fix, post=Point(post["latitude"], post["longitude"]), now=now, limits=rules.alarm)
    source = "console" if actor.role in CONSOLE else "phone"
    number = alarms.add(
        connection,
        **{name: post[name] for name in ("district_id", "station_id", "school_id")},
        post_id=post["id"],
        version=0,
        state=alarms.OPEN,
        drill=False,
        source=source,
        raised_at=now,
        claimed_at=press.claimed_at or now,
        raised_by=actor.account_id,
        session_state=press.session_state.value,
        **_columns(place),
        tiers=[tier.as_dict() for tier in tiers_at(now, rules.alarm)],
        shortages=[],
    )
    row = alarms.by_id(connection, number)
    assert row is not None
    _report(transaction, actor, press, number)
    facts = {
        "source": source,
        "session_state": press.session_state.value,
        "place_from": place.place_from.value,
    }
    _enter(transaction, actor, number, Entry.RAISED, _with_doubts(facts, press))
    dispatch.ask_first(transaction, row, rules)
    escalation.start(transaction, row, rules)
    joint_response.call_planned(transaction, row, rules)
    _audit(transaction, actor, "raise_alarm", number, press)
    return alarm_views.tell(transaction, row)


def _join(
    transaction: Transaction,
    actor: Actor,
    press: Press,
    joined: Row,
    post: Row,
) -> dict[str, Any]:
    connection, number = transaction.connection, joined["id"]
    known = any(one["account_id"] == actor.account_id for one in alarms.reports(connection, [number]))
    _report(transaction, actor, press, number)
    _audit(transaction, actor, "join_alarm", number, press)
    if known and alarms.count_reports(connection, number) > TOLD_PRESSES:
        return alarm_views.view(connection, number)
    facts = {"session_state": press.session_state.value, "post_id": post["id"]}
    _enter(transaction, actor, number, Entry.FURTHER_REPORT, _with_doubts(facts, press))
    return alarm_views.tell(transaction, joined)


def _columns(place: AlarmPlace) -> dict[str, Any]:
    return {
        "latitude": place.point.latitude,
        "longitude": place.point.longitude,
        "accuracy_m": place.accuracy_m,
        "place_from": place.place_from.value,
    }


def _report(transaction: Transaction, actor: Actor, press: Press, alarm_id: int) -> None:
    fix = usable_fix(press.fix)
    alarms.add_report(
        transaction.connection,
        alarm_id=alarm_id,
        account_id=actor.account_id,
        at=transaction.now,
        latitude=fix.point.latitude if fix else None,
        longitude=fix.point.longitude if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        session_state=press.session_state.value,
    )


def _enter(transaction: Transaction, actor: Actor, alarm_id: int, act: Entry, facts: dict[str, Any]) -> None:
    alarms.enter(
        transaction.connection,
        alarm_id,
        act=act,
        actor_id=actor.account_id,
        facts=facts,
        at=transaction.now,
    )


def _with_doubts(facts: dict[str, Any], press: Press) -> dict[str, Any]:
    return facts | {"not_understood": list(press.not_understood)} if press.not_understood else facts


def _audit(transaction: Transaction, actor: Actor, act: str, alarm_id: int, press: Press) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        facts={"alarm_id": alarm_id, "session_state": press.session_state.value},
    )
