"""Chat rooms and machines that hear of alarms: which there are, and how the newest message to each went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.delivery.channels import outside
from server.delivery.channels.base import NotSent
from server.delivery.channels.outside import Bounds
from server.delivery.queries import hooks
from server.delivery.rules.channels import HookFormat, channel_of
from server.places.queries import districts

Row = Mapping[str, Any]

SHORTEST_SECRET = 32
SHOWN_OF_ADDRESS = 4


def page(store: Store, *, actor: Actor, cursor: int, limit: int) -> dict[str, Any]:
    """List the webhooks of the actor's district; addresses and secrets are not in it, only marks of them."""
    require(actor, Act.MANAGE_HOOKS)
    with store.read() as connection:
        rows = hooks.page(connection, actor.district_id, after=cursor, limit=limit + 1)
    shown = rows[:limit]
    return {
        "items": [_view(row) for row in shown],
        "next": shown[-1]["id"] if len(rows) > limit else None,
    }


def add(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    values: Mapping[str, Any],
    bounds: Bounds,
    now: datetime,
) -> dict[str, Any]:
    """Add a webhook: ``station_id, format, name, url, secret, enabled``.

    Raises ``Refused``: ``not_your_role``, ``not_found`` for a station elsewhere, ``hook_refused`` (reason:
    where it must not be, or ``secret_too_short``); a refusal is recorded.
    """
    require(actor, Act.MANAGE_HOOKS)
    _check(store, actor, values, bounds, now)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "add_hook", dict(values))
        if first is not None:
            return first
        _check_station(transaction.connection, actor, values["station_id"])
        number = hooks.add(
            transaction.connection,
            **values,
            channel=channel_of(HookFormat(values["format"])).value,
            district_id=actor.district_id,
            failures=0,
            changed_at=now,
        )
        _audit(transaction.connection, actor, "add_hook", number, values, now)
        return transaction.answer(actor.account_id, request_id, _written(transaction.connection, number))


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    hook_id: int,
    values: Mapping[str, Any],
    bounds: Bounds,
    now: datetime,
) -> dict[str, Any]:
    """Change what is named of a webhook: ``station_id, name, url, secret, enabled``.

    Raises ``Refused``: as ``add``, and ``not_found``.
    """
    require(actor, Act.MANAGE_HOOKS)
    with store.read() as connection:
        before = _own(connection, actor, hook_id)
    if values.keys() & {"url", "secret"}:
        _check(store, actor, {**before, **values}, bounds, now)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "change_hook", [hook_id, dict(values)])
        if first is not None:
            return first
        if "station_id" in values:
            _check_station(transaction.connection, actor, values["station_id"])
        hooks.change(transaction.connection, hook_id, **values, changed_at=now)
        _audit(transaction.connection, actor, "change_hook", hook_id, values, now)
        return transaction.answer(actor.account_id, request_id, _written(transaction.connection, hook_id))


def _own(connection: Any, actor: Actor, hook_id: int) -> Row:
    row = hooks.by_id(connection, hook_id)
    if row is None or row["district_id"] != actor.district_id:
        raise Refused("not_found")
    return row


def _written(connection: Any, hook_id: int) -> dict[str, Any]:
    row = hooks.by_id(connection, hook_id)
    assert row is not None
    return _view(row)


def _check(store: Store, actor: Actor, values: Row, bounds: Bounds, now: datetime) -> None:
    """Refuse an address that must not be called, and a signature that nobody could trust."""
    reason: str | None = None
    if values["format"] == HookFormat.PLAIN and len(values["secret"] or "") < SHORTEST_SECRET:
        reason = "secret_too_short"
    try:
        # The name is looked up here, outside of any transaction.
        outside.check(values["url"], bounds)
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
            facts={"reason": reason, "host": _host(values["url"])},
        )
    raise Refused("hook_refused", reason=reason)


def _check_station(connection: Any, actor: Actor, station_id: int | None) -> None:
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
    connection: Any, actor: Actor, act: str, hook_id: int, values: Mapping[str, Any], now: datetime
) -> None:
    # What was changed, never an address or a secret.
    facts = {"hook_id": hook_id, "changed": sorted(values)}
    audit.record(connection, now=now, actor_id=actor.account_id, act=act, facts=facts)


def _view(row: Row) -> dict[str, Any]:
    """Show a webhook without what would let its reader write into the room: the address is a key, too."""
    return {
        **{name: row[name] for name in ("id", "station_id", "channel", "format", "name", "enabled")},
        **{name: row[name] for name in ("last_reason", "failures")},
        "host": _host(row["url"]),
        "url_end": row["url"][-SHOWN_OF_ADDRESS:],
        "has_secret": bool(row["secret"]),
        "changed_at": moment(row["changed_at"]),
        "last_ok_at": moment_or_none(row["last_ok_at"]),
        "last_try_at": moment_or_none(row["last_try_at"]),
    }
