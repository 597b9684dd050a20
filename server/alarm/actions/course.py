"""What people do with an open alarm: tell its kind, acknowledge it at a console, note, resolve."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from server.alarm.facts import AlarmEnded
from server.alarm.queries import alarms, joint_response, ladders, responses, standing, timelines
from server.alarm.queries import reports as alarm_reports
from server.alarm.queries.reports import Reporter
from server.alarm.rules.alarm import AlarmKind, Entry, Outcome, acknowledges
from server.alarm.rules.kind_told import decides
from server.alarm.rules.shapes import AlarmView
from server.alarm.rules.sight import Sight
from server.alarm.rules.standing import gives_full_standing
from server.alarm.rules.timeline_chain import finding_hash
from server.alarm.service import dispatch, escalation, sight, views
from server.alarm.service.written import at_console
from server.alarm.tables.alarms import Alarm
from server.core import audit
from server.core.access.roles import CONSOLE, Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.queries import messages


def tell_kind(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    kind: AlarmKind,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Tell what an alarm is about: its steps go on as those of the kind, and whom that asks for besides is asked.

    Each who reported it tells once, of what he sees; a console may change it. Nobody is let go by a change.
    Raises ``Refused``: ``not_found``, ``alarm_over``, ``not_your_alarm``, ``kind_told`` (facts: kind).
    """
    require(actor, Act.TELL_KIND)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "tell_kind", [alarm_id, kind])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        console = _handles(transaction, alarm, actor)
        mine = None if console else _own_report(transaction, alarm_id, actor)
        if mine is not None and mine.kind not in {None, kind}:
            raise Refused("kind_told", kind=mine.kind)
        if kind == (alarm.kind if mine is None else mine.kind):
            return views.seen_now(transaction, alarm_id, actor)
        if mine is not None:
            alarm_reports.tell_kind(
                transaction, alarm_id=alarm_id, account_id=actor.account_id, kind=kind.value
            )
        _take_kind(transaction, actor, alarm, kind, limits, console=console)
        views.publish(transaction, alarm)
        return views.seen_now(transaction, alarm_id, actor)


def _handles(transaction: Transaction, alarm: Alarm, actor: Actor) -> bool:
    """Tell whether an alarm is a console's to handle: not a school's that has only a further place of it."""
    seen = sight.sights(transaction.connection, [alarm], actor)
    return actor.role in CONSOLE and seen[alarm.id] is Sight.EVERYTHING


def _own_report(transaction: Transaction, alarm_id: int, actor: Actor) -> Reporter:
    reports = alarm_reports.of_alarm(transaction, alarm_id)
    mine = next((one for one in reports if one.account_id == actor.account_id), None)
    if mine is None:
        raise Refused("not_your_alarm")
    return mine


def _take_kind(
    transaction: Transaction, actor: Actor, alarm: Alarm, kind: AlarmKind, limits: Limits, *, console: bool
) -> None:
    """Let a kind that was told be the alarm's, if its teller decides that, and ask whom it asks for besides."""
    connection, number = transaction.connection, alarm.id
    teller = standing.people(connection, number, [actor.account_id], since=alarm.raised_at)
    with_standing = gives_full_standing(teller[actor.account_id])
    # A school that has only a further place of it settles nothing, but what it saw is asked for besides.
    settles = with_standing and (console or actor.role not in CONSOLE)
    decided = decides(
        kind,
        kind=AlarmKind(alarm.kind) if alarm.kind else None,
        settled=alarm.kind_settled,
        full_standing=alarm.full_standing,
        with_standing=settles,
        console=console,
    )
    facts: dict[str, object] = {"kind": kind.value, "before": alarm.kind}
    _enter(transaction, actor, number, Entry.KIND_TOLD, facts if decided else facts | {"of_report": True})
    if decided:
        settled = console or settles
        alarms.change(transaction, number, kind=kind.value, kind_settled=settled)
        told = replace(alarm, kind=kind.value)
        if alarm.kind != kind:
            escalation.go_on_by_kind(transaction, told, alarm.kind, limits)
            dispatch.ask_for_kind(transaction, told, kind, limits)
            joint_response.call_planned(transaction, told, limits)
    elif with_standing:
        # Another report of the same alarm sees another thing: what that asks for comes besides.
        dispatch.ask_for_kind(transaction, alarm, kind, limits)


def acknowledge(
    store: Store, *, actor: Actor, request_id: str, alarm_id: int, limits: Limits, now: datetime
) -> AlarmView:
    """Say at a console that a human has taken notice; the first one counts, each is on the timeline.

    A console of the police acknowledges the third tier, too; one of a school none.
    Raises ``Refused``: ``not_found``, ``alarm_over``, ``not_your_alarm``,
    ``own_alarm``: the raiser is not *another* human.
    """
    require(actor, Act.ACKNOWLEDGE)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "acknowledge", alarm_id)
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        if not _handles(transaction, alarm, actor):
            raise Refused("not_your_alarm")
        if not acknowledges(account_id=actor.account_id, raised_by=alarm.raised_by):
            raise Refused("own_alarm")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        if _acknowledged_by(transaction, alarm_id, actor):
            return views.seen_now(transaction, alarm_id, actor)
        if alarm.acknowledged_at is None:
            alarms.change(transaction, alarm_id, acknowledged_at=now, acknowledged_by=actor.account_id)
        _enter(transaction, actor, alarm_id, Entry.ACKNOWLEDGED, at_console(actor))
        _audit(transaction, actor, "acknowledge_alarm", {"alarm_id": alarm_id})
        escalation.settle(transaction, alarm_id, limits)
        views.publish(transaction, alarm)
        return views.seen_now(transaction, alarm_id, actor)


def note(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    text: str,
    withdrawal: bool,
    now: datetime,
) -> AlarmView:
    """Add words to the timeline. The raiser's withdrawal is one too: he may be under threat.

    Raises ``Refused``: ``not_found``, ``alarm_over``, ``not_your_alarm`` for a withdrawal by another.
    """
    require(actor, Act.NOTE)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "note", [alarm_id, text, withdrawal])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        if withdrawal and alarm.raised_by != actor.account_id:
            raise Refused("not_your_alarm")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        act = Entry.WITHDRAWAL if withdrawal else Entry.NOTE
        _enter(transaction, actor, alarm_id, act, {"text": text, **at_console(actor)})
        views.publish(transaction, alarm)
        return views.seen_now(transaction, alarm_id, actor)


def resolve(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    outcome: Outcome,
    finding: str,
    now: datetime,
) -> AlarmView:
    """End an alarm with what it was and what was found; who was still asked is asked no more.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``.
    """
    require(actor, Act.RESOLVE)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "resolve", [alarm_id, outcome, finding])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        alarms.change(
            transaction,
            alarm_id,
            state=alarms.RESOLVED,
            resolved_at=now,
            resolved_by=actor.account_id,
            outcome=outcome.value,
            finding=finding,
        )
        responses.end_all(transaction, alarm_id)
        ladders.end_all(transaction, alarm_id)
        messages.end_all(transaction.connection, alarm_id)
        end = {"outcome": outcome.value, "finding_hash": finding_hash(finding)}
        _enter(transaction, actor, alarm_id, Entry.RESOLVED, end)
        transaction.write_collected()
        head = timelines.head_of(transaction.connection, alarm_id)
        facts = {"alarm_id": alarm_id, "outcome": outcome.value, **head}
        _audit(transaction, actor, "resolve_alarm", facts)
        transaction.announce(
            AlarmEnded(alarm_id, drill=alarm.drill, raised_at=alarm.raised_at, tiers=alarm.tiers)
        )
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return views.publish(transaction, alarm)


def _acknowledged_by(transaction: Transaction, alarm_id: int, actor: Actor) -> bool:
    return any(
        line.actor_id == actor.account_id for line in timelines.acknowledgements(transaction, [alarm_id])
    )


def _enter(
    transaction: Transaction, actor: Actor, alarm_id: int, act: Entry, facts: Mapping[str, object]
) -> None:
    timelines.enter(
        transaction,
        alarm_id,
        act=act,
        actor_id=actor.account_id,
        facts=facts,
    )


def _audit(transaction: Transaction, actor: Actor, act: str, facts: Mapping[str, object]) -> None:
    audit.record(transaction.connection, now=transaction.now, actor_id=actor.account_id, act=act, facts=facts)
