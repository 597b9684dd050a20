"""Messages on their way out: what is due is taken and sent side by side; ``outcomes`` writes it down."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.faults import without_values
from server.delivery.channels.base import Channel, NotSent, Outcome
from server.delivery.channels.registry import Channels
from server.delivery.jobs import held_back, outcomes
from server.delivery.jobs.outcomes import RETRY_AFTER_S
from server.delivery.queries import messages
from server.delivery.tables import Message

__all__ = ["AT_ONCE", "RETRY_AFTER_S", "send_due", "tidy"]

logger = logging.getLogger("huxue.messages")

# By each channel, and for alarms once more: a channel that hangs takes no other's room, nor codes that of alarms.
AT_ONCE = 16
# Longer than any channel may take, so that no living sender counts as dead: an alarm's soon, for somebody waits.
DEAD_AFTER = {True: timedelta(seconds=15), False: timedelta(seconds=60)}
BREAKER_OPEN = "breaker_open"


def send_due(store: Store, channels: Channels, now: datetime) -> list[threading.Thread]:
    """Take the messages that are due, alarms first, and send each in a task of its own; gives the tasks.

    Waits for none of them: a gateway that hangs must not hold up the clock that moves alarms. At least
    once: when a process dies between sending and keeping the outcome, another sends again.
    """
    with store.read() as connection:
        lanes = messages.due_lanes(connection, now)
    open_lanes = [lane for lane in sorted(lanes, key=_alarms_first) if channels.under_way[lane] < AT_ONCE]
    if not open_lanes:
        return []
    # Alarms by themselves: what is asked about others, and their budget, never stands before them.
    return [
        task
        for of_alarms in (True, False)
        for task in _take(store, channels, [lane for lane in open_lanes if lane[1] is of_alarms], now)
    ]


def _take(
    store: Store, channels: Channels, lanes: Sequence[tuple[str, bool]], now: datetime
) -> list[threading.Thread]:
    """Take what is due of some lanes, alarms or others, and send each in a task of its own."""
    if not lanes:
        return []
    claimed: list[Message] = []
    with store.transaction(now) as transaction:
        for lane in lanes:
            room, dead_at = AT_ONCE - channels.under_way[lane], now + DEAD_AFTER[lane[1]]
            claimed += messages.claim_due(transaction.connection, lane, now=now, dead_at=dead_at, most=room)
        if lanes[0][1]:
            unwanted = held_back.of_alarms(transaction, claimed)
        else:
            claimed, unwanted = held_back.of_others(transaction, claimed, channels.settings)
    with channels.guard:
        channels.under_way.update(_lane(one) for one in claimed)
    tasks = [
        threading.Thread(
            target=_send_one, args=(store, channels, one, now, unwanted.get(one.id)), daemon=True
        )
        for one in claimed
    ]
    for task in tasks:
        task.start()
    return tasks


def tidy(store: Store, now: datetime) -> None:
    """Erase what messages said once it is of no use, and forget counts that no longer matter."""
    with store.transaction(now) as transaction:
        messages.erase_old(transaction.connection, now)
        rate_limits.forget(transaction.connection, now)


def _lane(claimed: Message) -> tuple[str, bool]:
    return claimed.channel, claimed.alarm_id is not None


def _alarms_first(lane: tuple[str, bool]) -> tuple[bool, str]:
    channel, of_alarm = lane
    return not of_alarm, channel


def _send_one(
    store: Store, channels: Channels, claimed: Message, now: datetime, unwanted: str | None
) -> None:
    try:
        failure = NotSent(unwanted, again=False) if unwanted else _send(channels, claimed, now)
        outcomes.keep(store, channels, Outcome(claimed, failure, now))
    finally:
        with channels.guard:
            channels.under_way[_lane(claimed)] -= 1


def _send(channels: Channels, claimed: Message, now: datetime) -> NotSent | None:
    if claimed.expires_at <= now or claimed.body is None:
        return NotSent("too_late", again=False)
    channel = channels.way_of(claimed)
    if channel is None:
        return NotSent("no_channel", again=False)
    try:
        target = (claimed.channel, channel.target(claimed.address))
        if not channel.keeps_body and not channels.may_call(target, now):
            return NotSent(BREAKER_OPEN, again=True)
        said = channels.said(channel, claimed.purpose, claimed.body)
        failure = _handed_over(channel, claimed, said, now)
    except Exception as fault:
        # A fault of our own. Its text may hold the message; its kind does not.
        what = type(fault).__name__
        logger.error("message %s: %s", claimed.id, what, exc_info=without_values(fault))
        return NotSent(what, again=True)
    channels.note(target, failed=failure is not None and failure.again, now=now)
    return failure


def _handed_over(channel: Channel, claimed: Message, said: str, now: datetime) -> NotSent | None:
    if claimed.to is None:
        return NotSent("no_telephone", again=False)
    try:
        channel.send(claimed.to, said, claimed.reference, (claimed.expires_at - now).total_seconds())
    except NotSent as why:
        return why
    except (OSError, LookupError, ValueError) as failure:
        return NotSent(type(failure).__name__, again=True)
    return None
