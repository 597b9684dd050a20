"""Messages on their way out: what is due is taken, sent side by side, and its outcome kept."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.channels.base import NotSent
from server.channels.registry import Channels
from server.store import limits, messages
from server.store.transaction import Store

logger = logging.getLogger("huxue.messages")

AT_ONCE = 16
# Longer than any channel may take, so that no living sender counts as dead.
DEAD_AFTER = timedelta(seconds=60)
RETRY_AFTER_S = (2, 5, 15, 60)


def send_due(store: Store, channels: Channels, now: datetime) -> list[threading.Thread]:
    """Take the messages that are due and send each in a task of its own; gives the tasks.

    Waits for none of them: a gateway that hangs must not hold up the clock that moves alarms. At least
    once: when a process dies between sending and keeping the outcome, another sends again.
    """
    room = AT_ONCE - channels.under_way
    if room <= 0:
        return []
    with store.read() as connection:
        if not messages.any_due(connection, now):
            return []
    with store.transaction(now) as transaction:
        due = messages.claim_due(transaction.connection, now=now, dead_at=now + DEAD_AFTER, most=room)
    channels.under_way += len(due)
    tasks = [
        threading.Thread(target=_send_one, args=(store, channels, claimed, now), daemon=True)
        for claimed in due
    ]
    for task in tasks:
        task.start()
    return tasks


def tidy(store: Store, now: datetime) -> None:
    """Erase what messages said once it is of no use, and forget counts that no longer matter."""
    with store.transaction(now) as transaction:
        messages.erase_old(transaction.connection, now)
        limits.forget(transaction.connection, now)


def _send_one(store: Store, channels: Channels, claimed: Mapping[str, Any], now: datetime) -> None:
    try:
        outcome = _send(channels, claimed, now)
        with store.transaction(now) as transaction:
            _settle(transaction.connection, channels, claimed, outcome, now)
    except SQLAlchemyError as failure:
        # The row still says *sending*: it is taken again once its sender counts as dead.
        logger.error("message %s: outcome not kept: %s", claimed["id"], type(failure).__name__)
    finally:
        channels.under_way -= 1


def _send(channels: Channels, claimed: Mapping[str, Any], now: datetime) -> NotSent | None:
    if claimed["expires_at"] <= now or claimed["body"] is None:
        return NotSent("too_late", again=False)
    channel = channels.by_name.get(claimed["channel"])
    if channel is None:
        return NotSent("no_channel", again=False)
    try:
        text = channels.text_of(claimed["purpose"], claimed["body"])
        channel.send(claimed["address"], text, claimed["reference"])
    except NotSent as why:
        return why
    except (OSError, LookupError, ValueError) as failure:
        # A fault of the channel itself. Its text may hold the message; its kind does not.
        return NotSent(type(failure).__name__, again=True)
    return None


def _settle(
    connection: Any,
    channels: Channels,
    claimed: Mapping[str, Any],
    outcome: NotSent | None,
    now: datetime,
) -> None:
    if outcome is None:
        keep_body = channels.by_name[claimed["channel"]].keeps_body
        messages.sent(connection, claimed, now=now, keep_body=keep_body)
        return
    tries: int = claimed["tries"]
    logger.warning("message %s not sent, try %s: %s", claimed["id"], tries, outcome.reason)
    due_at = now + timedelta(seconds=RETRY_AFTER_S[min(tries, len(RETRY_AFTER_S)) - 1])
    if outcome.again and tries <= len(RETRY_AFTER_S) and due_at < claimed["expires_at"]:
        messages.again(connection, claimed, due_at=due_at, reason=outcome.reason[:60])
    else:
        messages.failed(connection, claimed, reason=outcome.reason[:60])
