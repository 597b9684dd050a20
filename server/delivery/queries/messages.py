"""Messages that leave through a channel; each is a row whose states ``server.delivery.rules.channels`` explains."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from server.core.database.sealing import telephones
from server.delivery.tables import Message, last_reached, message, push_subscription

UNDONE = ("waiting", "sending")
# Calls stand in the view of an alarm; what units are sent holds a link that acts for them.
CALL, JOINT_TASK = "alarm_call", "joint_task"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is put down.

    ``telephone`` is what its channel calls where that is one: it is sealed, and ``address`` says whose it is.
    ``due_at`` is when its channel first takes it (``None``: at once); ``account_id`` is the person it goes
    to, ``None`` for a room or a machine. A message of a drill never leaves by a real way out.
    """

    channel: str
    purpose: str
    address: str
    reference: str
    body: str
    expires_at: datetime
    due_at: datetime | None = None
    alarm_id: int | None = None
    account_id: int | None = None
    tier: int | None = None
    drill: bool = False
    telephone: str | None = field(default=None, repr=False)


class Settled(TypedDict, total=False):
    """The columns that change once a message was tried."""

    state: str
    reason: str | None
    body: str | None
    sent_at: datetime
    due_at: datetime
    held: int
    address_sealed: None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a message on a list says."""

    purpose: str
    body: str
    created_at: datetime


_put = insert(message)


def put(connection: Connection, drafts: Iterable[Draft], now: datetime) -> None:
    """Put messages down to be sent."""
    rows = [_new(connection, one, now) for one in drafts]
    if rows:
        connection.execute(_put, rows)


def of_account(account_id: int) -> str:
    """Give the address of a message that goes to an account, wherever that is reached."""
    return f"account:{account_id}"


def _new(connection: Connection, one: Draft, now: datetime) -> dict[str, Any]:
    """Make the row of a message that waits."""
    to: dict[str, Any] = {"address": one.address, "address_sealed": None}
    if one.telephone is not None:
        to = telephones.written(connection, message, one.telephone, name="address")
    return {
        "channel": one.channel,
        "purpose": one.purpose,
        **to,
        "address": to["address"] or one.address,
        "reference": one.reference,
        "body": one.body,
        "expires_at": one.expires_at,
        "due_at": one.due_at or now,
        "alarm_id": one.alarm_id,
        "account_id": one.account_id,
        "tier": one.tier,
        "drill": one.drill,
        "state": "waiting",
        "tries": 0,
        "created_at": now,
    }


def due_lanes(connection: Connection, now: datetime) -> set[tuple[str, bool]]:
    """Tell by which channels something is due, alarms (``True``) apart from all else, without taking it."""
    query = (
        select(message.c.channel, message.c.alarm_id.is_not(None))
        .where(message.c.state.in_(UNDONE), message.c.due_at <= now)
        .distinct()
    )
    return {(channel, bool(of_alarm)) for channel, of_alarm in connection.execute(query)}


def claim_due(
    connection: Connection, lane: tuple[str, bool], *, now: datetime, dead_at: datetime, most: int
) -> list[Message]:
    """Take messages of a channel to send, alarms or others, oldest first: those waiting, those whose sender died.

    Each is marked as being sent until ``dead_at``; two processes never take the same one.
    """
    channel, of_alarm = lane
    query = (
        select(message)
        .where(
            message.c.state.in_(UNDONE),
            message.c.due_at <= now,
            message.c.channel == channel,
            message.c.alarm_id.is_not(None) if of_alarm else message.c.alarm_id.is_(None),
        )
        .order_by(message.c.due_at, message.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    due = [Message(**row) for row in connection.execute(query).mappings()]
    if due:
        connection.execute(
            update(message)
            .where(message.c.id.in_([one.id for one in due]))
            .values(state="sending", due_at=dead_at, tries=message.c.tries + 1)
        )
    return [replace(one, tries=one.tries + 1) for one in due]


def hold(connection: Connection, claimed: Iterable[Message], *, due_at: datetime, reason: str) -> None:
    """Let claimed messages wait until a time as if nobody had taken them."""
    connection.execute(
        update(message)
        .where(message.c.id.in_([one.id for one in claimed]))
        .values(state="waiting", due_at=due_at, reason=reason, tries=message.c.tries - 1)
    )


def sent(connection: Connection, claimed: Message, *, now: datetime, keep_body: bool) -> bool:
    """Mark a claimed message as sent and erase its body, unless the channel is the list that shows it."""
    body = claimed.body if keep_body else None
    return _settle(
        connection, claimed, state="sent", sent_at=now, reason=None, body=body, address_sealed=None
    )


def again(
    connection: Connection, claimed: Message, *, due_at: datetime, reason: str, held: bool = False
) -> bool:
    """Let a claimed message wait for another try; ``held``: nobody was called this time."""
    number = claimed.held + held
    return _settle(connection, claimed, state="waiting", due_at=due_at, reason=reason, held=number)


def failed(connection: Connection, claimed: Message, *, reason: str) -> bool:
    """Give a claimed message up and erase its body."""
    return _settle(connection, claimed, state="failed", reason=reason, body=None, address_sealed=None)


def _settle(connection: Connection, claimed: Message, **values: Unpack[Settled]) -> bool:
    # A sender that was taken for dead must not overrule the one that took over, nor a receipt that came first.
    result = connection.execute(
        update(message)
        .where(
            message.c.id == claimed.id,
            message.c.state == "sending",
            message.c.tries == claimed.tries,
        )
        .values(**values)
    )
    return result.rowcount > 0


def shown(connection: Connection, *, channel: str, reference: str, now: datetime) -> list[Listed]:
    """Read the messages of a channel about one thing that are still of use, oldest first."""
    query = (
        select(message.c.purpose, message.c.body, message.c.created_at)
        .where(
            message.c.reference == reference,
            message.c.channel == channel,
            message.c.body.is_not(None),
            message.c.expires_at > now,
        )
        .order_by(message.c.id)
    )
    return [Listed(**row) for row in connection.execute(query).mappings()]


_of_purpose = (
    select(message)
    .where(
        message.c.alarm_id.in_(bindparam("numbers", expanding=True)),
        message.c.purpose == bindparam("for_what"),
    )
    .order_by(message.c.id)
)


def of_purpose(connection: Connection, purpose: str, alarm_ids: Iterable[int]) -> list[Message]:
    """Read the messages of some alarms for one purpose, oldest first."""
    chosen = {"numbers": list(alarm_ids), "for_what": purpose}
    return [Message(**row) for row in connection.execute(_of_purpose, chosen).mappings()]


def of_references(connection: Connection, references: Iterable[str]) -> list[Message]:
    """Read some messages by their references, oldest first."""
    query = select(message).where(message.c.reference.in_(list(references))).order_by(message.c.id)
    return [Message(**row) for row in connection.execute(query).mappings()]


def alarm_of(connection: Connection, message_id: int) -> int | None:
    """Give the alarm that a message belongs to by now."""
    return connection.execute(select(message.c.alarm_id).where(message.c.id == message_id)).scalar()


def delivered(
    connection: Connection, *, alarm_id: int, account_id: int, channels: Iterable[str], now: datetime
) -> int:
    """Mark what an alarm sent somebody by some channels as having reached him; give how many that is news for."""
    whose = (message.c.alarm_id == alarm_id, message.c.account_id == account_id)
    return _delivered(connection, *whose, message.c.channel.in_(list(channels)), now=now)


def delivered_by_reference(connection: Connection, references: Iterable[str], now: datetime) -> int:
    """Mark some messages as having reached their receiver; give how many that is news for."""
    return _delivered(connection, message.c.reference.in_(list(references)), now=now)


def _delivered(connection: Connection, *which: ColumnElement[bool], now: datetime) -> int:
    result = connection.execute(
        update(message)
        .where(*which, message.c.delivered_at.is_(None))
        .values(state="delivered", delivered_at=now, reason=None, body=None, address_sealed=None)
    )
    return int(result.rowcount)


def end_all(connection: Connection, alarm_id: int) -> None:
    """Give up what an alarm that is over would still send."""
    connection.execute(
        update(message)
        .where(message.c.alarm_id == alarm_id, message.c.state == "waiting")
        .values(state="failed", reason="alarm_over", body=None, address_sealed=None)
    )


def erase_old(connection: Connection, now: datetime) -> None:
    """Erase the bodies of messages that are of no use any more, sent or not."""
    connection.execute(
        update(message)
        .where(message.c.expires_at <= now, message.c.body.is_not(None))
        .values(body=None, address_sealed=None)
    )


def forget_person(connection: Connection, account_id: int, phone: str | None) -> None:
    """Blank the addresses and texts of a person's messages, and forget his browsers."""
    address: dict[str, str | None] = {
        column.name: None for column in message.c if column.name.startswith("address_")
    }
    connection.execute(
        update(message)
        .where(or_(message.c.account_id == account_id, message.c.address == phone))
        .values(address="—", body=None, **address)
    )
    connection.execute(delete(push_subscription).where(push_subscription.c.account_id == account_id))
    connection.execute(delete(last_reached).where(last_reached.c.account_id == account_id))
