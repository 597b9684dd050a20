"""How each channel has done lately, out of the newest messages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Subquery, func, select

from server.delivery.rules.channels import ChannelName
from server.delivery.tables import Message, message

# Enough for the last busy hour, and quick to look through.
LOOKED_AT = 2_000
# These say nothing of a channel.
NOT_ITS_FAULT = (
    "account_suspended",
    "alarm_over",
    "duty_over",
    "over_budget",
    "quiet_hours",
    "too_late",
    "no_channel",
)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """When a channel last worked, and why it last failed since."""

    last_ok_at: datetime | None
    last_reason: str | None


def newest(connection: Connection) -> dict[str, ChannelState]:
    """Read how each channel has done lately.

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
    found = {row["id"]: Message(**row) for row in connection.execute(query).mappings()}
    return {
        name.value: _state(found.get(worked.get(name, 0)), found.get(failed.get(name, 0)))
        for name in ChannelName
    }


def _newest_id(connection: Connection, lately: Subquery, which: ColumnElement[bool]) -> dict[str, int]:
    query = (
        select(message.c.channel, func.max(message.c.id))
        .where(message.c.id.in_(select(lately.c.id)), which)
        .group_by(message.c.channel)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _state(worked: Message | None, failed: Message | None) -> ChannelState:
    newer = failed is not None and (worked is None or failed.id > worked.id)
    return ChannelState(
        last_ok_at=worked.delivered_at or worked.sent_at if worked else None,
        last_reason=failed.reason if failed and newer else None,
    )
