"""Asking those whom a choice names: each becomes a row with a line of the timeline, and is called."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server.alarm.queries import responses, timelines
from server.alarm.rules.alarm import Entry
from server.alarm.rules.dispatch import Choice
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import ResponseState
from server.alarm.rules.search import Responder
from server.alarm.service import calls
from server.core.database.transaction import Transaction
from server.core.limits import Limits

Row = Mapping[str, Any]


def ask(
    transaction: Transaction,
    alarm: Row,
    choice: Choice,
    limits: Limits,
    *,
    replaces: int | None = None,
) -> None:
    """Make rows of those chosen, with a line of the timeline for each, and call them."""
    keep(transaction, alarm, choice, limits, replaces=replaces)
    for tier in sorted({one.tier for one in choice.responders}):
        of_tier = [one.account_id for one in choice.responders if one.tier == tier]
        calls.call_newly_asked(transaction, alarm, of_tier, tier=tier, limits=limits)


def keep(
    transaction: Transaction, alarm: Row, choice: Choice, limits: Limits, *, replaces: int | None
) -> None:
    """Make rows of those chosen, with a line of the timeline for each; whoever does so calls them."""
    rows = [
        {"alarm_id": alarm["id"], "account_id": one.account_id, "replaces": replaces}
        | row_of(transaction, one, limits)
        for one in choice.responders
    ]
    numbers = responses.add(transaction.connection, rows)
    timelines.add_entries(
        transaction.connection,
        alarm["id"],
        [
            {
                "at": transaction.now,
                "actor_id": None,
                "act": Entry.NOTIFIED.value,
                "facts": _notified(number, one, replaces),
            }
            for number, one in zip(numbers, choice.responders, strict=True)
        ],
    )


def row_of(transaction: Transaction, one: Responder, limits: Limits) -> dict[str, Any]:
    """Give the columns of somebody who is asked now, for the first time or again."""
    return {
        "tier": one.tier,
        "category": one.category.value,
        "group": one.group.value,
        "state": ResponseState.NOTIFIED.value,
        "why": one.why.value,
        "distance_m": one.distance_m,
        "bearing_deg": one.bearing_deg,
        "from_post_id": one.from_post_id,
        "notified_at": transaction.now,
        "answer_due_at": transaction.now + timedelta(seconds=limits[DispatchLimits].answer_within_s),
        "responded_at": None,
        "on_scene_at": None,
        "ended_at": None,
        "doubt": one.doubt.value if one.doubt else None,
        "off_scene_m": None,
    }


def _notified(number: int, one: Responder, replaces: int | None) -> dict[str, Any]:
    facts = {
        "response_id": number,
        "account_id": one.account_id,
        "tier": one.tier,
        "why": one.why.value,
        "distance_m": one.distance_m,
        **({"doubt": one.doubt.value} if one.doubt else {}),
    }
    return facts if replaces is None else facts | {"replaces": replaces}
