"""Two alarms that turn out to be one: the console folds one into the other, and nobody is lost on the way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.domain.alarm import Entry, Outcome
from server.domain.errors import Refused
from server.domain.response import STANDING
from server.domain.roles import Act, Actor, require
from server.domain.rules import Rules
from server.store import (
    alarm_views,
    alarms,
    audit,
    drills,
    escalation,
    joint_response,
    ladders,
    messages,
    responses,
    timelines,
)
from server.store.transaction import Store, Transaction

Row = Mapping[str, Any]


def merge(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    into: int,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """End an alarm as a double of another one, which takes over its reporters and whoever is still asked.

    Gives the alarm that goes on. Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over`` for
    either, ``not_mergeable`` for one with itself or a drill with a real one.
    """
    require(actor, Act.RESOLVE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "merge", [alarm_id, into])
        if first is not None:
            return alarm_views.again(connection, into, actor)
        if alarm_id == into:
            raise Refused("not_mergeable")
        # Always in the order of their numbers, so that two merges never wait for each other.
        held = {number: alarms.hold(connection, number, actor) for number in sorted((alarm_id, into))}
        double, main = held[alarm_id], held[into]
        if double["drill"] != main["drill"]:
            raise Refused("not_mergeable")
        transaction.answer(actor.account_id, request_id, {"alarm_id": into})
        _take_over(transaction, actor, double, main)
        _end(transaction, actor, double, main)
        facts = {"alarm_id": alarm_id}
        timelines.enter(connection, into, act=Entry.MERGED, actor_id=actor.account_id, at=now, facts=facts)
        escalation.settle(transaction, into, rules)
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="merge_alarms",
            facts={"alarm_id": alarm_id, "into": into, **timelines.head_of(connection, alarm_id)},
        )
        drills.judge(transaction, double)
        alarm_views.tell(transaction, double)
        return alarm_views.tell(transaction, main)


def _take_over(transaction: Transaction, actor: Actor, double: Row, main: Row) -> None:
    """Let the alarm that goes on have the other's reports, and those of its people who still stand."""
    connection = transaction.connection
    reported = {row["account_id"] for row in alarms.reports(connection, [main["id"]])}
    for row in alarms.reports(connection, [double["id"]]):
        if row["account_id"] not in reported:
            alarms.add_report(
                connection,
                alarm_id=main["id"],
                account_id=row["account_id"],
                at=row["at"],
                session_state=double["session_state"],
            )
            reported.add(row["account_id"])
    asked = reported | {row["account_id"] for row in responses.of_alarms(connection, [main["id"]])}
    moved = [
        {name: value for name, value in row.items() if name != "id"}
        | {"alarm_id": main["id"], "replaces": None}
        for row in responses.of_alarms(connection, [double["id"]])
        if row["state"] in STANDING and row["account_id"] not in asked
    ]
    responses.add(connection, moved)
    joint_response.go_on_at(transaction, double["id"], main["id"], actor.account_id)


def _end(transaction: Transaction, actor: Actor, double: Row, main: Row) -> None:
    connection, now = transaction.connection, transaction.now
    alarms.change(
        connection,
        double["id"],
        state=alarms.RESOLVED,
        resolved_at=now,
        resolved_by=actor.account_id,
        outcome=Outcome.DUPLICATE.value,
        merged_into=main["id"],
    )
    responses.end_all(connection, double["id"], now)
    ladders.end_all(connection, double["id"])
    messages.end_all(connection, double["id"])
    facts = {"outcome": Outcome.DUPLICATE.value, "into": main["id"]}
    timelines.enter(
        connection, double["id"], act=Entry.RESOLVED, actor_id=actor.account_id, at=now, facts=facts
    )
