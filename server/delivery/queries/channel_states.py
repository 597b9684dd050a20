"""How each channel has done lately, out of the newest messages."""

from typing import Any

from sqlalchemy import Connection, func, select

from server.core.moments import moment_or_none
from server.delivery.rules.channels import ChannelName
from server.delivery.tables import message

# Enough for the last busy hour, and quick to look through.
LOOKED_AT = 2_000
# These say nothing of a channel.
NOT_ITS_FAULT = ("alarm_over", "too_late", "no_channel")


def newest(connection: Connection) -> dict[str, dict[str, Any]]:
    """Read for each channel when it last worked, and its last failure since: ``last_ok_at``, ``last_reason``.

    Drills say nothing: they leave by no channel.
    """
    lately = (
        select(message.c.id)
        .where(message.c.drill.is_(False))
        .order_by(message.c.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    worked = _newest_id(connection, lately, message.c.state.in_(("sent", "delivered")))
    failed = _newest_id(
        connection, lately, message.c.reason.is_not(None) & message.c.reason.not_in(NOT_ITS_FAULT)
    )
    query = select(message).where(message.c.id.in_([*worked.values(), *failed.values()]))
    rows = {row["id"]: row for row in connection.execute(query).mappings()}
    return {name.value: _state(rows, worked.get(name), failed.get(name)) for name in ChannelName}


def _newest_id(connection: Connection, lately: Any, which: Any) -> dict[str, int]:
    query = (
        select(message.c.channel, func.max(message.c.id))
        .where(message.c.id.in_(select(lately.c.id)), which)
        .group_by(message.c.channel)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _state(rows: dict[int, Any], worked: int | None, failed: int | None) -> dict[str, Any]:
    at = (rows[worked]["delivered_at"] or rows[worked]["sent_at"]) if worked else None
    newer = failed is not None and failed > (worked or 0)
    return {
        "last_ok_at": moment_or_none(at),
        "last_reason": rows[failed]["reason"] if failed and newer else None,
    }
