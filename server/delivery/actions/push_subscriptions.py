"""Letting a browser be woken by a push, and no longer."""

from datetime import datetime, timedelta

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.channels import outside
from server.delivery.channels.base import NotSent
from server.delivery.channels.outside import Bounds
from server.delivery.queries import push_subscriptions
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.rules.shapes import SubscriptionView

ASKED = rate_limits.Limit(30, timedelta(hours=1))


def subscribe(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    endpoint: str,
    keys: tuple[str, str],
    device: str | None,
    bounds: Bounds,
    limits: Limits,
    now: datetime,
) -> SubscriptionView:
    """Keep the subscription of the actor's browser; the same one again replaces the first.

    ``keys`` are the browser's ``p256dh`` and ``auth``. Raises ``Refused``: ``no_channel`` where the server
    has no keys for pushes, ``too_many``, ``push_refused`` (reason) for an endpoint that is not a push
    service's or lies inside; that is recorded.
    """
    require(actor, Act.RECEIVE)
    if ChannelName.PUSH not in limits[AvailableChannels].names:
        raise Refused("no_channel")
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"push:{actor.account_id}", ASKED, now)
    try:
        # The name is looked up here, outside of any transaction.
        outside.check(endpoint, bounds)
    except NotSent as why:
        _record_refusal(store, actor, why.reason, now)
        raise Refused("push_refused", reason=why.reason) from why
    with store.transaction(now) as transaction:
        body = [endpoint, keys]
        first = transaction.remember(actor.account_id, request_id, "subscribe", body, shape=SubscriptionView)
        if first is not None:
            return first
        number = push_subscriptions.keep(
            transaction.connection,
            account_id=actor.account_id,
            endpoint=endpoint,
            p256dh=keys[0],
            auth=keys[1],
            device=device,
            now=now,
        )
        return transaction.answer(actor.account_id, request_id, SubscriptionView(id=number))


def unsubscribe(store: Store, *, actor: Actor, request_id: str, endpoint: str, now: datetime) -> None:
    """Forget the subscription of the actor's browser; one that is not there is no fault."""
    require(actor, Act.RECEIVE)
    with store.transaction(now) as transaction:
        if transaction.remember(actor.account_id, request_id, "unsubscribe", endpoint) is None:
            push_subscriptions.remove_own(
                transaction.connection, account_id=actor.account_id, endpoint=endpoint
            )
            transaction.answer(actor.account_id, request_id, {})


def _record_refusal(store: Store, actor: Actor, reason: str, now: datetime) -> None:
    with store.transaction(now) as transaction:
        audit.record(
            transaction.connection,
            now=now,
            actor_id=actor.account_id,
            act="push_refused",
            facts={"reason": reason},
        )
