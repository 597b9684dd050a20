"""Chat rooms and machines that hear of alarms: which there are, and how the newest message to each went."""

from datetime import datetime
from typing import Unpack
from urllib.parse import urlsplit

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.delivery.channels import outside
from server.delivery.channels.base import NotSent
from server.delivery.channels.outside import Bounds
from server.delivery.queries import hooks
from server.delivery.queries.hooks import HookChanges, NewHook
from server.delivery.rules.channels import HookFormat, channel_of
from server.delivery.rules.shapes import HookPage, HookView
from server.delivery.tables import Hook
from server.places.queries import districts

SHORTEST_SECRET = 32
SHOWN_OF_ADDRESS = 4


def page(store: Store, *, actor: Actor, cursor: int, limit: int) -> HookPage:
    """List the webhooks of the actor's district; addresses and secrets are not in it, only marks of them."""
    require(actor, Act.MANAGE_HOOKS)
    with store.read() as connection:
        rows = hooks.page(connection, actor.district_id, after=cursor, limit=limit + 1)
    shown = rows[:limit]
    return {
        "items": [_view(row) for row in shown],
        "next": shown[-1].id if len(rows) > limit else None,
    }


def add(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    bounds: Bounds,
    now: datetime,
    **values: Unpack[NewHook],
) -> HookView:
    """Add a webhook.

    Raises ``Refused``: ``not_your_role``, ``not_found`` for a station elsewhere, ``hook_refused`` (reason:
    where it must not be, or ``secret_too_short``); a refusal is recorded.
    """
    require(actor, Act.MANAGE_HOOKS)
    _check(store, actor, values["format"], url=values["url"], secret=values["secret"], bounds=bounds, now=now)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "add_hook", values, shape=HookView)
        if first is not None:
            return first
        _check_station(transaction.connection, actor, values["station_id"])
        number = hooks.add(
            transaction.connection,
            **values,
            channel=channel_of(HookFormat(values["format"])).value,
            district_id=actor.district_id,
            now=now,
        )
        _audit(transaction.connection, actor, "add_hook", number, changed=sorted(values), now=now)
        return transaction.answer(actor.account_id, request_id, _written(transaction.connection, number))


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    hook_id: int,
    bounds: Bounds,
    now: datetime,
    **values: Unpack[HookChanges],
) -> HookView:
    """Change what is named of a webhook.

    Raises ``Refused``: as ``add``, and ``not_found``.
    """
    require(actor, Act.MANAGE_HOOKS)
    with store.read() as connection:
        before = _own(connection, actor, hook_id)
    if values.keys() & {"url", "secret"}:
        url, secret = values.get("url", before.url), values.get("secret", before.secret)
        _check(store, actor, before.format, url=url, secret=secret, bounds=bounds, now=now)
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "change_hook", [hook_id, values], shape=HookView
        )
        if first is not None:
            return first
        if "station_id" in values:
            _check_station(transaction.connection, actor, values["station_id"])
        hooks.change(transaction.connection, hook_id, **values, now=now)
        _audit(transaction.connection, actor, "change_hook", hook_id, changed=sorted(values), now=now)
        return transaction.answer(actor.account_id, request_id, _written(transaction.connection, hook_id))


def _own(connection: Connection, actor: Actor, hook_id: int) -> Hook:
    row = hooks.by_id(connection, hook_id)
    if row is None or row.district_id != actor.district_id:
        raise Refused("not_found")
    return row


def _written(connection: Connection, hook_id: int) -> HookView:
    row = hooks.by_id(connection, hook_id)
    assert row is not None
    return _view(row)


def _check(
    store: Store, actor: Actor, format: str, *, url: str, secret: str | None, bounds: Bounds, now: datetime
) -> None:
    """Refuse an address that must not be called, and a signature that nobody could trust."""
    reason: str | None = None
    if format == HookFormat.PLAIN and len(secret or "") < SHORTEST_SECRET:
        reason = "secret_too_short"
    try:
        # The name is looked up here, outside of any transaction.
        outside.check(url, bounds)
    except NotSent as why:
        reason = why.reason
    if reason is None:
        return
    with store.transaction(now) as transaction:
        audit.record(
            transaction.connection,
            now=now,
            actor_id=actor.account_id,
            act="hook_refused",
            facts={"reason": reason, "host": _host(url)},
        )
    raise Refused("hook_refused", reason=reason)


def _check_station(connection: Connection, actor: Actor, station_id: int | None) -> None:
    if station_id is None:
        return
    if station_id not in {row.id for row in districts.stations(connection, actor.district_id)}:
        raise Refused("not_found")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:120]
    except ValueError:
        return ""


def _audit(
    connection: Connection, actor: Actor, act: str, hook_id: int, *, changed: list[str], now: datetime
) -> None:
    # The names of what was changed, never an address or a secret.
    facts = {"hook_id": hook_id, "changed": changed}
    audit.record(connection, now=now, actor_id=actor.account_id, act=act, facts=facts)


def _view(row: Hook) -> HookView:
    """Show a webhook without what would let its reader write into the room: the address is a key, too."""
    return {
        "id": row.id,
        "station_id": row.station_id,
        "channel": row.channel,
        "format": row.format,
        "name": row.name,
        "enabled": row.enabled,
        "last_reason": row.last_reason,
        "failures": row.failures,
        "host": _host(row.url),
        "url_end": row.url[-SHOWN_OF_ADDRESS:],
        "has_secret": bool(row.secret),
        "changed_at": moment(row.changed_at),
        "last_ok_at": moment_or_none(row.last_ok_at),
        "last_try_at": moment_or_none(row.last_try_at),
    }
