"""Whom the console adds to an alarm, releases from it, and lets count in it."""

from collections.abc import Mapping
from datetime import datetime

from server.alarm.queries import alarms, nearby, posts, reports, responses, standing, timelines
from server.alarm.rules.added_by_console import Option, added_by_console
from server.alarm.rules.alarm import Entry
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import STANDING, Mover, ResponseState, move
from server.alarm.rules.search import Responder
from server.alarm.rules.shapes import AlarmView
from server.alarm.service import (
    asking,
    calls,
    dispatch,
    escalation,
    shortages,
    standing_changes,
    views,
    written,
)
from server.alarm.tables.alarms import Alarm
from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Role, may, require
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.queries import accounts


def release(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    account_id: int,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Let somebody go who was asked; nobody is asked in his stead, the console adds whom it wants.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``, ``response_not_possible``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "release", [alarm_id, account_id])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        asked = responses.of_account(transaction.connection, alarm_id, account_id)
        if asked is None:
            raise Refused("not_found")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        after = move(ResponseState(asked.state), ResponseState.RELEASED, Mover.CONSOLE)
        if asked.state == after:
            return views.view(transaction.connection, alarm_id)
        written.move(transaction, asked, after, actor.account_id)
        _audit(transaction, actor, "release_responder", account_id, {"alarm_id": alarm_id})
        escalation.settle(transaction, alarm_id, limits)
        return views.publish(transaction, alarm)


def add(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    account_id: int,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Ask somebody on duty whom the console chose, also one who declined or was released before.

    Raises ``Refused``: ``not_your_role``, ``not_found`` outside the actor's scope, ``alarm_over``,
    ``already_asked``, ``not_on_duty``, ``below_floor`` (only a dispatcher may cross it; it is recorded).
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "add", [alarm_id, account_id])
        if first is not None:
            return views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        _check_may_be_asked(transaction, actor, alarm_id, account_id)
        responder, option = _described(transaction, alarm, account_id, limits)
        _check_scope(transaction, actor, option)
        if option.below_floor and not may(actor, Act.CROSS_FLOOR):
            raise Refused("below_floor", post_id=option.post_id)
        _add(transaction, alarm, responder, option, actor=actor, limits=limits)
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return views.publish(transaction, alarm)


def let_count(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    account_id: int,
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Let a person who was asked to an alarm, or reported it, count in it, whatever the rules say of him.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``, ``account_suspended``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "let_count", [alarm_id, account_id])
        if first is not None:
            return views.again(connection, alarm_id, actor)
        alarm = alarms.hold(connection, alarm_id, actor)
        person = accounts.by_id(connection, account_id)
        if person is None or not _takes_part(transaction, alarm_id, account_id):
            raise Refused("not_found")
        if person.status == AccountStatus.SUSPENDED:
            raise Refused("account_suspended")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        standing.vouch(connection, alarm_id=alarm_id, account_id=account_id, by=actor.account_id, now=now)
        facts = {"account_id": account_id}
        timelines.enter(transaction, alarm_id, act=Entry.LET_COUNT, actor_id=actor.account_id, facts=facts)
        _audit(transaction, actor, "let_count", account_id, {"alarm_id": alarm_id})
        standing_changes.of_one(transaction, alarm, account_id, limits)
        return views.publish(transaction, alarm)


def _takes_part(transaction: Transaction, alarm_id: int, account_id: int) -> bool:
    connection = transaction.connection
    reported = {row.account_id for row in reports.of_alarm(transaction, alarm_id)}
    return account_id in reported or responses.of_account(connection, alarm_id, account_id) is not None


def _check_may_be_asked(transaction: Transaction, actor: Actor, alarm_id: int, account_id: int) -> None:
    connection = transaction.connection
    person = accounts.by_id(connection, account_id)
    if person is None or person.district_id != actor.district_id:
        raise Refused("not_found")
    asked = responses.of_account(connection, alarm_id, account_id)
    reported = {row.account_id for row in reports.of_alarm(transaction, alarm_id)}
    if account_id in reported or (asked is not None and asked.state in STANDING):
        raise Refused("already_asked")


def _described(
    transaction: Transaction, alarm: Alarm, account_id: int, limits: Limits
) -> tuple[Responder, Option]:
    wait_in(transaction.connection, Queue.CHOICE, alarm.district_id)
    people = nearby.people_on_duty(transaction.connection, alarm.district_id, drill=alarm.drill)
    call = dispatch.call_of(transaction, alarm)
    found = added_by_console(people, call, account_id=account_id, limits=limits[DispatchLimits])
    if found is None:
        raise Refused("not_on_duty")
    return found


def _check_scope(transaction: Transaction, actor: Actor, option: Option) -> None:
    """Keep a station to the people at its own posts; the district sends anybody."""
    post = posts.by_id(transaction.connection, option.post_id, actor.district_id)
    if post is None or (actor.role == Role.STATION_OFFICER and post.station_id != actor.station_id):
        raise Refused("not_found")


def _add(
    transaction: Transaction,
    alarm: Alarm,
    responder: Responder,
    option: Option,
    *,
    actor: Actor,
    limits: Limits,
) -> None:
    connection, account_id = transaction.connection, responder.account_id
    asked = asking.asked_now(transaction, responder, limits)
    before = responses.of_account(connection, alarm.id, account_id)
    if before is None:
        number = responses.add(transaction, alarm.id, [asked])[0]
    else:
        number = before.id
        responses.ask_again(transaction, before, asked)
    if responder.doubt is None:
        shortages.fill_shortage(transaction, alarm.id, tier=responder.tier, group=responder.group)
    calls.call_newly_asked(transaction, alarm, [account_id], tier=responder.tier, limits=limits)
    facts = {
        "response_id": number,
        "account_id": account_id,
        "tier": responder.tier,
        "distance_m": responder.distance_m,
        "floor_crossed": option.below_floor,
        "busy": option.busy,
    }
    timelines.enter(transaction, alarm.id, act=Entry.ADDED, actor_id=actor.account_id, facts=facts)
    audited = {"alarm_id": alarm.id, "floor_crossed": option.below_floor}
    _audit(transaction, actor, "add_responder", account_id, audited)


def _audit(
    transaction: Transaction, actor: Actor, act: str, subject_id: int, facts: Mapping[str, object]
) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        subject_id=subject_id,
        facts=facts,
    )
