"""What those who were asked answer, and whom the console adds or releases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.domain.adding import Option, added_by_console
from server.domain.alarm import Entry, Tier, acknowledges, after_response
from server.domain.channels import ChannelName
from server.domain.errors import Refused
from server.domain.response import (
    ACKNOWLEDGING,
    FINAL,
    REPLACED,
    STANDING,
    Mover,
    ResponseState,
    move,
)
from server.domain.roles import Act, Actor, Group, Role, may, require
from server.domain.rules import Rules
from server.domain.search import Responder
from server.store import (
    accounts,
    alarm_calls,
    alarm_posts,
    alarm_reports,
    alarm_views,
    alarms,
    audit,
    dispatch,
    escalation,
    last_reached,
    messages,
    nearby,
    responses,
    shortages,
    timelines,
)
from server.store.locks import Queue, wait_in
from server.store.transaction import Store, Transaction

Row = Mapping[str, Any]


def answer(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    state: ResponseState,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """Move the actor's own response on; a decline or a withdrawal asks one more in his stead.

    An answer to an alarm that was merged into another one counts there, and that one is given.
    Raises ``Refused``: ``not_found``, ``alarm_over``, ``not_asked``, ``response_not_possible``.
    """
    require(actor, Act.RESPOND)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "respond", [alarm_id, state])
        alarm_id = responses.where_it_counts(transaction.connection, alarm_id, actor.account_id)
        if first is not None:
            return alarm_views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        mine = responses.of_account(transaction.connection, alarm_id, actor.account_id)
        if mine is None or mine["state"] == ResponseState.RELEASED:
            raise Refused("not_asked")
        before = ResponseState(mine["state"])
        after = move(before, state, Mover.PERSON)
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        if after == before:
            return alarm_views.view(transaction.connection, alarm_id)
        instead = after in REPLACED and dispatch.makes_room(transaction.connection, mine, rules)
        _move(transaction, mine, after, actor)
        _meet(transaction, alarm, mine, after)
        if before in REPLACED and after in STANDING:
            shortages.came_after_all(transaction.connection, alarm_id, tier=mine["tier"], group=mine["group"])
        if instead:
            dispatch.ask_instead(transaction, alarm, [mine], rules)
        # Whoever answers has seen the call, whatever his phone said of it.
        messages.delivered(
            transaction.connection,
            alarm_id=alarm_id,
            account_id=actor.account_id,
            channels=[ChannelName.SOCKET],
            now=now,
        )
        last_reached.note(transaction.connection, actor.account_id, ChannelName.SOCKET, now)
        escalation.settle(transaction, alarm_id, rules)
        return alarm_views.tell(transaction, alarm)


def release(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    account_id: int,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """Let somebody go who was asked; nobody is asked in his stead, the console adds whom it wants.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``, ``response_not_possible``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "release", [alarm_id, account_id])
        if first is not None:
            return alarm_views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        asked = responses.of_account(transaction.connection, alarm_id, account_id)
        if asked is None:
            raise Refused("not_found")
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        after = move(ResponseState(asked["state"]), ResponseState.RELEASED, Mover.CONSOLE)
        if asked["state"] == after:
            return alarm_views.view(transaction.connection, alarm_id)
        _move(transaction, asked, after, actor)
        _audit(transaction, actor, "release_responder", account_id, {"alarm_id": alarm_id})
        escalation.settle(transaction, alarm_id, rules)
        return alarm_views.tell(transaction, alarm)


def add(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    account_id: int,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """Ask somebody on duty whom the console chose, also one who declined or was released before.

    Raises ``Refused``: ``not_your_role``, ``not_found`` outside the actor's scope, ``alarm_over``,
    ``already_asked``, ``not_on_duty``, ``below_floor`` (only a dispatcher may cross it; it is recorded).
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "add", [alarm_id, account_id])
        if first is not None:
            return alarm_views.again(transaction.connection, alarm_id, actor)
        alarm = alarms.hold(transaction.connection, alarm_id, actor)
        _check_may_be_asked(transaction, actor, alarm_id, account_id)
        responder, option = _described(transaction, alarm, account_id, rules)
        _check_scope(transaction, actor, option)
        if option.below_floor and not may(actor, Act.CROSS_FLOOR):
            raise Refused("below_floor", post_id=option.post_id)
        _add(transaction, alarm, responder, option, actor=actor, rules=rules)
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        return alarm_views.tell(transaction, alarm)


def _check_may_be_asked(transaction: Transaction, actor: Actor, alarm_id: int, account_id: int) -> None:
    connection = transaction.connection
    person = accounts.by_id(connection, account_id)
    if person is None or person["district_id"] != actor.district_id:
        raise Refused("not_found")
    asked = responses.of_account(connection, alarm_id, account_id)
    reported = {row["account_id"] for row in alarm_reports.of_alarms(connection, [alarm_id])}
    if account_id in reported or (asked is not None and asked["state"] in STANDING):
        raise Refused("already_asked")


def _described(
    transaction: Transaction, alarm: Row, account_id: int, rules: Rules
) -> tuple[Responder, Option]:
    wait_in(transaction.connection, Queue.CHOICE, alarm["district_id"])
    people = nearby.people_on_duty(transaction.connection, alarm["district_id"], drill=alarm["drill"])
    call = dispatch.call_of(transaction, alarm)
    found = added_by_console(people, call, account_id=account_id, limits=rules.dispatch)
    if found is None:
        raise Refused("not_on_duty")
    return found


def _check_scope(transaction: Transaction, actor: Actor, option: Option) -> None:
    """Keep a station to the people at its own posts; the district sends anybody."""
    post = alarm_posts.by_id(transaction.connection, option.post_id, actor.district_id)
    if post is None or (actor.role == Role.STATION_OFFICER and post["station_id"] != actor.station_id):
        raise Refused("not_found")


def _add(
    transaction: Transaction, alarm: Row, responder: Responder, option: Option, *, actor: Actor, rules: Rules
) -> None:
    connection, account_id = transaction.connection, responder.account_id
    columns = dispatch.row_of(transaction, responder, rules)
    before = responses.of_account(connection, alarm["id"], account_id)
    if before is None:
        row = {"alarm_id": alarm["id"], "account_id": account_id, "replaces": None} | columns
        number = responses.add(connection, [row])[0]
    else:
        number = before["id"]
        responses.change(connection, number, **columns)
    shortages.came_after_all(connection, alarm["id"], tier=responder.tier, group=responder.group)
    alarm_calls.call_newly_asked(transaction, alarm, [account_id], tier=responder.tier, rules=rules)
    facts = {
        "response_id": number,
        "account_id": account_id,
        "tier": responder.tier,
        "distance_m": responder.distance_m,
        "floor_crossed": option.below_floor,
        "busy": option.busy,
    }
    timelines.enter(
        connection, alarm["id"], act=Entry.ADDED, actor_id=actor.account_id, at=transaction.now, facts=facts
    )
    audited = {"alarm_id": alarm["id"], "floor_crossed": option.below_floor}
    _audit(transaction, actor, "add_responder", account_id, audited)


def _move(transaction: Transaction, one: Row, to: ResponseState, actor: Actor) -> None:
    """Write a response's new state, its times, and its line of the timeline."""
    now = transaction.now
    ended = to in FINAL or to in REPLACED
    values: dict[str, Any] = {"state": to.value, "answer_due_at": None, "ended_at": now if ended else None}
    if one["responded_at"] is None and to != ResponseState.RELEASED:
        values["responded_at"] = now
    if to == ResponseState.ON_SCENE:
        values["on_scene_at"] = now
    responses.change(transaction.connection, one["id"], **values)
    facts = {"response_id": one["id"], "account_id": one["account_id"], "tier": one["tier"]}
    timelines.enter(
        transaction.connection,
        one["alarm_id"],
        act=Entry(to.value),
        actor_id=actor.account_id,
        at=now,
        facts=facts,
    )


def _meet(transaction: Transaction, alarm: Row, one: Row, to: ResponseState) -> None:
    """Mark the targets that an answer meets, and the alarm as acknowledged by the first other human."""
    tiers = after_response(
        [Tier.from_dict(tier) for tier in alarm["tiers"]],
        account_id=one["account_id"],
        responder_tier=one["tier"],
        group=Group(one["group"]),
        state=to,
        raised_by=alarm["raised_by"],
        now=transaction.now,
    )
    values: dict[str, Any] = {"tiers": [tier.as_dict() for tier in tiers]}
    first = alarm["acknowledged_at"] is None and to in ACKNOWLEDGING
    if first and acknowledges(account_id=one["account_id"], raised_by=alarm["raised_by"]):
        values |= {"acknowledged_at": transaction.now, "acknowledged_by": one["account_id"]}
    alarms.change(transaction.connection, alarm["id"], **values)


def _audit(transaction: Transaction, actor: Actor, act: str, subject_id: int, facts: dict[str, Any]) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        subject_id=subject_id,
        facts=facts,
    )
