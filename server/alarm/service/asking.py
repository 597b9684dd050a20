"""Asking those whom a choice names: each becomes a row with a line of the timeline, and is called."""

from datetime import timedelta

from server.alarm.queries import responses, timelines
from server.alarm.queries.responses import Asked
from server.alarm.queries.timelines import NewLine
from server.alarm.rules.alarm import Entry
from server.alarm.rules.dispatch import Choice
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import ResponseState
from server.alarm.rules.search import Responder
from server.alarm.service import calls
from server.alarm.tables.alarms import Alarm
from server.core.database.transaction import Transaction
from server.core.limits import Limits


def ask(
    transaction: Transaction,
    alarm: Alarm,
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
    transaction: Transaction, alarm: Alarm, choice: Choice, limits: Limits, *, replaces: int | None
) -> None:
    """Make rows of those chosen, with a line of the timeline for each; whoever does so calls them."""
    people = [asked_now(transaction, one, limits) for one in choice.responders]
    numbers = responses.add(transaction, alarm.id, people, replaces=replaces)
    timelines.add_entries(
        transaction,
        [
            NewLine(alarm.id, None, Entry.NOTIFIED, _notified(number, one, replaces))
            for number, one in zip(numbers, choice.responders, strict=True)
        ],
    )


def asked_now(transaction: Transaction, one: Responder, limits: Limits) -> Asked:
    """Give somebody as he is asked now, for the first time or again."""
    return Asked(
        account_id=one.account_id,
        tier=one.tier,
        category=one.category.value,
        group=one.group.value,
        state=ResponseState.NOTIFIED.value,
        why=one.why.value,
        distance_m=one.distance_m,
        bearing_deg=one.bearing_deg,
        from_post_id=one.from_post_id,
        notified_at=transaction.now,
        answer_due_at=transaction.now + timedelta(seconds=limits[DispatchLimits].answer_within_s),
        doubt=one.doubt.value if one.doubt else None,
    )


def _notified(number: int, one: Responder, replaces: int | None) -> dict[str, object]:
    facts: dict[str, object] = {
        "response_id": number,
        "account_id": one.account_id,
        "tier": one.tier,
        "why": one.why.value,
        "distance_m": one.distance_m,
        **({"doubt": one.doubt.value} if one.doubt else {}),
    }
    return facts if replaces is None else facts | {"replaces": replaces}
