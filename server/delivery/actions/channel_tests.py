"""Trying channels by the very path of a real alarm: rows, the clock's duty, the channel, the receipt."""

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.access.rooms import room_of
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.delivery.queries import channel_states, deliverability, hooks, last_delivery, messages
from server.delivery.queries.deliverability import DeliveryTarget
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import ChannelTestBody
from server.delivery.rules.channels import SHOWN_WITHIN, AvailableChannels, ChannelName
from server.delivery.rules.shapes import ChannelList, ChannelTestSent, ChannelTestView, ReceiptView
from server.delivery.tables import Message

USELESS_AFTER = timedelta(minutes=5)
TESTS = rate_limits.Limit(10, timedelta(minutes=10))
MOST_WAYS = 10


def states(store: Store, *, actor: Actor, limits: Limits) -> ChannelList:
    """Tell for each channel whether it is set up, when it last worked and what last spoke against it."""
    require(actor, Act.TEST_CHANNELS)
    with store.read() as connection:
        found = channel_states.newest(connection)
    return {
        "items": [
            {
                "channel": name.value,
                "set_up": name in limits[AvailableChannels].names,
                "last_ok_at": moment_or_none(found[name].last_ok_at),
                "last_reason": found[name].last_reason,
            }
            for name in ChannelName
        ]
    }


def begin(
    store: Store, *, actor: Actor, request_id: str, hook_id: int | None, limits: Limits, now: datetime
) -> ChannelTestView:
    """Send a marked test to a webhook, or by all ways that reach the actor himself; gives how it stands.

    Raises ``Refused``: ``not_your_role``, ``not_found`` for a webhook elsewhere, ``too_many``,
    ``no_channel`` where no way leads to the receiver.
    """
    require(actor, Act.TEST_CHANNELS if hook_id is None else Act.MANAGE_HOOKS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "channel_test", hook_id)
        if first is not None:
            return _view(connection, actor, request_id)
        rate_limits.take(connection, f"channel_tests:{actor.account_id}", TESTS, now)
        ways = _ways(connection, actor, hook_id, limits, now)[:MOST_WAYS]
        if not ways:
            raise Refused("no_channel")
        drafts = [_draft(actor, request_id, number, way, now) for number, way in enumerate(ways)]
        messages.put(connection, drafts, now)
        if any(way.channel is ChannelName.SOCKET for way in ways):
            told: ChannelTestSent = {"test_id": request_id, "account_id": actor.account_id}
            transaction.publish(EventName.CHANNEL_TEST_SENT, told, (room_of(actor),))
        audit.record(
            connection,
            now=now,
            # A command at the server has no account.
            actor_id=actor.account_id or None,
            act="test_channels",
            facts={"hook_id": hook_id},
        )
        transaction.answer(actor.account_id, request_id, {})
        return _view(connection, actor, request_id)


def one(store: Store, *, actor: Actor, test_id: str) -> ChannelTestView:
    """Show how the actor's own test stands. Raises ``Refused``: ``not_found``."""
    require(actor, Act.TEST_CHANNELS)
    with store.read() as connection:
        return _view(connection, actor, test_id)


def received(
    store: Store, *, actor: Actor, request_id: str, test_id: str, channel: ChannelName, now: datetime
) -> ReceiptView:
    """Mark what a test sent the actor by a channel as having reached him. Raises ``Refused``: ``not_found``."""
    require(actor, Act.RECEIVE)
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "test_receipt", [test_id, channel], shape=ReceiptView
        )
        if first is not None:
            return first
        rows = _rows(transaction.connection, actor, test_id)
        arrived = [one.reference for one in rows if one.channel == channel and one.account_id]
        news = messages.delivered_by_reference(transaction.connection, arrived, now) if arrived else 0
        if news:
            last_delivery.note(transaction.connection, actor.account_id, channel, now)
        return transaction.answer(actor.account_id, request_id, ReceiptView(delivered=news))


def _ways(
    connection: Connection, actor: Actor, hook_id: int | None, limits: Limits, now: datetime
) -> list[DeliveryTarget]:
    if hook_id is None:
        ways = deliverability.to_people(
            connection, [actor.account_id], open_channels=limits[AvailableChannels].names, now=now
        )
        return ways.get(actor.account_id, [])
    hook = hooks.by_id(connection, hook_id)
    if hook is None or hook.district_id != actor.district_id:
        raise Refused("not_found")
    channel = ChannelName(hook.channel)
    return [DeliveryTarget(channel, str(hook_id), None)] if channel in limits[AvailableChannels].names else []


def _reference(actor: Actor, test_id: str, number: int) -> str:
    return f"test:{actor.account_id}:{test_id}:{number}"


def _draft(actor: Actor, test_id: str, number: int, way: DeliveryTarget, now: datetime) -> Draft:
    page = "/console/channels" if way.console or way.account_id is None else "/"
    body: ChannelTestBody = {"test_id": test_id, "page": page}
    return Draft(
        channel=way.channel.value,
        purpose="channel_test",
        address=way.address,
        telephone=way.telephone,
        reference=_reference(actor, test_id, number),
        body=json.dumps(body),
        expires_at=now + USELESS_AFTER,
        due_at=now + SHOWN_WITHIN if way.channel is ChannelName.SOCKET else None,
        account_id=way.account_id,
    )


def _rows(connection: Connection, actor: Actor, test_id: str) -> list[Message]:
    references = [_reference(actor, test_id, number) for number in range(MOST_WAYS)]
    rows = messages.of_references(connection, references)
    if not rows:
        raise Refused("not_found")
    return rows


def _view(connection: Connection, actor: Actor, test_id: str) -> ChannelTestView:
    return {
        "test_id": test_id,
        "items": [
            {
                "channel": one.channel,
                "state": one.state,
                "reason": one.reason,
                "tries": one.tries,
                "at": moment(one.delivered_at or one.sent_at or one.created_at),
            }
            for one in _rows(connection, actor, test_id)
        ],
    }
