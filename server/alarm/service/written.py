"""Writing a response's new state down, with its times and its line of the timeline."""

from collections.abc import Mapping
from typing import Any

from server.alarm.queries import responses, timelines
from server.alarm.rules.alarm import Entry
from server.alarm.rules.response import FINAL, REPLACED, ResponseState
from server.core.database.transaction import Transaction

Row = Mapping[str, Any]


def move(
    transaction: Transaction,
    one: Row,
    to: ResponseState,
    actor_id: int,
    *,
    off_scene_m: float | None = None,
) -> None:
    """Write a response's new state, its times, and its line of the timeline."""
    now = transaction.now
    ended = to in FINAL or to in REPLACED
    values: dict[str, Any] = {"state": to.value, "answer_due_at": None, "ended_at": now if ended else None}
    values["off_scene_m"] = off_scene_m
    if one["responded_at"] is None and to != ResponseState.RELEASED:
        values["responded_at"] = now
    if to == ResponseState.ON_SCENE:
        values["on_scene_at"] = now
    responses.change(transaction.connection, one["id"], **values)
    facts: dict[str, Any] = {"response_id": one["id"], "account_id": one["account_id"], "tier": one["tier"]}
    if off_scene_m is not None:
        facts["off_scene_m"] = off_scene_m
    timelines.enter(
        transaction.connection,
        one["alarm_id"],
        act=Entry(to.value),
        actor_id=actor_id,
        at=now,
        facts=facts,
    )
