"""What became of messages: written down, told where it is an alarm's, and used to judge the channels."""

import logging
from collections import defaultdict
from datetime import timedelta

from sqlalchemy import Connection

from server.core import audit
from server.core.clock.row_retry import DATABASE_AWAY
from server.core.database.transaction import Store, Transaction
from server.core.faults import named, without_values
from server.delivery.channels.base import Gone, Outcome
from server.delivery.channels.registry import Channels
from server.delivery.facts import OutcomesWritten, Subject, SubjectLocked
from server.delivery.queries import hooks, last_delivery, messages, push_subscriptions
from server.delivery.queries.channel_states import NOT_ITS_FAULT
from server.delivery.rules.channels import PERSONAL, ROOMS, ChannelName
from server.delivery.tables import Message

logger = logging.getLogger("huxue.messages")

RETRY_AFTER_S = (2, 5, 15, 60)
# An alarm waits no longer for a receiver that wants rest.
MOST_REST_S = 60
IN_VIEW = (messages.CALL, messages.JOINT_TASK)
# Nobody was called: that says nothing of a way.
NOT_CALLED = {"breaker_open", *NOT_ITS_FAULT}
# An open breaker rests for so long; a message that it held back asks again after it.
HELD_S = 20
# Held back by a rule of this server: that is no failure, and a year may have thousands of them.
HELD_BACK = {"over_budget", "duty_over"}


def keep(store: Store, channels: Channels, outcome: Outcome) -> None:
    """Write an outcome down, and tell its alarm.

    Outcomes that come while another is being written are written together by the next: one transaction and
    one event for an alarm that called a hundred people, not a hundred. Returns when this one is written.
    """
    channels.outcomes.append(outcome)
    with channels.writing:
        waiting: defaultdict[int | None, list[Outcome]] = defaultdict(list)
        while channels.outcomes:
            one = channels.outcomes.popleft()
            waiting[one.claimed.alarm_id].append(one)
        for alarm_id, together in waiting.items():
            if not _kept(store, channels, alarm_id, together) and len(together) > 1:
                for one in together:
                    _kept(store, channels, alarm_id, [one])


def _kept(store: Store, channels: Channels, alarm_id: int | None, together: list[Outcome]) -> bool:
    """Write some outcomes down; tell whether it is worth trying each by itself (``False``)."""
    numbers = [one.claimed.id for one in together]
    try:
        _write(store, channels, alarm_id, together)
    except Exception as failure:
        # The rows still say *sending*: they are taken again once their senders count as dead.
        what = named(failure)
        logger.error("messages %s: outcomes not kept: %s", numbers, what, exc_info=without_values(failure))
        return isinstance(failure, DATABASE_AWAY)
    return True


def _write(store: Store, channels: Channels, alarm_id: int | None, together: list[Outcome]) -> None:
    with store.transaction(max(one.now for one in together)) as transaction:
        connection = transaction.connection
        # The alarm's row before those of its messages, as everybody locks them who moves an alarm.
        asked = transaction.ask(SubjectLocked(alarm_id)) if alarm_id is not None else []
        subject = asked[0] if asked else None
        # In one order everywhere: two alarms may note how the same webhook answered.
        changed = [
            (_settle(connection, channels, one, subject), one) for one in sorted(together, key=_receiver)
        ]
        # An alarm's view has its calls, and beside each unit how its message went.
        news = [is_new and one.claimed.purpose in IN_VIEW for is_new, one in changed]
        if subject is not None and any(news):
            _tell(transaction, subject, undelivered=any(one.failure and is_new for is_new, one in changed))


def _tell(transaction: Transaction, subject: Subject, *, undelivered: bool) -> None:
    """Tell an alarm how its messages went.

    An alarm at which that fails must not make the messages go out again and again.
    """
    try:
        with transaction.savepoint():
            transaction.announce(OutcomesWritten(subject, undelivered))
    except DATABASE_AWAY:
        raise
    except Exception as failure:
        what = named(failure)
        logger.error("alarm %s not told: %s", subject.alarm_id, what, exc_info=without_values(failure))


def _receiver(one: Outcome) -> tuple[str, int, str]:
    return one.claimed.channel, one.claimed.account_id or 0, one.claimed.address


def _settle(connection: Connection, channels: Channels, one: Outcome, subject: Subject | None) -> bool:
    claimed, failure, now = one.claimed, one.failure, one.now
    way = channels.way_of(claimed)
    if way is not None and not way.keeps_body:
        _judge_way(connection, one)
    if failure is None:
        keep_body = way is not None and way.keeps_body
        return messages.sent(connection, claimed, now=now, keep_body=keep_body)
    reason = failure.reason[:60]
    tried = claimed.tries - claimed.held
    logger.warning("message %s not sent, try %s: %s", claimed.id, claimed.tries, reason)
    if reason == "breaker_open":
        due_at, more = now + timedelta(seconds=HELD_S), True
    else:
        step_s = RETRY_AFTER_S[min(max(1, tried), len(RETRY_AFTER_S)) - 1]
        wait_s = max(step_s, min(failure.after_s, MOST_REST_S))
        due_at, more = now + timedelta(seconds=wait_s), failure.again and tried <= len(RETRY_AFTER_S)
    if more and subject is not None and _ended_with(connection, claimed, subject):
        return messages.failed(connection, claimed, reason="alarm_over")
    if more and due_at < claimed.expires_at:
        return messages.again(
            connection, claimed, due_at=due_at, reason=reason, held=reason == "breaker_open"
        )
    _write_down(connection, one, reason)
    return messages.failed(connection, claimed, reason=reason)


def _write_down(connection: Connection, one: Outcome, reason: str) -> None:
    """Keep in the audit log what a room, a machine or the SMS gateway did not take; nothing of a person."""
    channel, facts = one.claimed.channel, {"alarm_id": one.claimed.alarm_id, "reason": reason}
    if channel in ROOMS:
        facts |= {"hook_id": int(one.claimed.address)}
        audit.record(connection, now=one.now, actor_id=None, act="hook_failed", facts=facts)
    elif channel == ChannelName.SMS and reason not in HELD_BACK:
        audit.record(connection, now=one.now, actor_id=None, act="sms_failed", facts=facts)


def _ended_with(connection: Connection, claimed: Message, subject: Subject) -> bool:
    """Tell whether a message's alarm is over by now; a unit's link may have gone on to another alarm meanwhile."""
    return not subject.is_open and messages.alarm_of(connection, claimed.id) == subject.alarm_id


def _judge_way(connection: Connection, one: Outcome) -> None:
    """Note for whom a channel worked, and what a webhook or a push service said; lists and pages say nothing."""
    claimed, now = one.claimed, one.now
    channel = claimed.channel
    if one.failure is None and claimed.account_id is not None and channel in PERSONAL:
        last_delivery.note(connection, claimed.account_id, channel, now)
    if one.failure is not None and one.failure.reason in NOT_CALLED:
        return
    if channel in ROOMS:
        reason = one.failure.reason[:60] if one.failure else None
        hooks.note_result(connection, int(claimed.address), reason=reason, now=now)
    elif channel == ChannelName.PUSH and isinstance(one.failure, Gone):
        push_subscriptions.remove(connection, int(claimed.address))
    elif channel == ChannelName.PUSH:
        worked = one.failure is None
        push_subscriptions.note_result(connection, int(claimed.address), worked=worked, now=now)
