"""The calls of alarms among the messages: what each alarm has sent to people and rooms, and how it went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows
from server.delivery.queries.messages import CALL, Draft, of_account, put
from server.delivery.rules.channels import PACED, ChannelName
from server.delivery.tables import message

SMS = ChannelName.SMS.value


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an alarm without what it said; a person's ``address`` is left out: it is his own affair."""

    alarm_id: int
    account_id: int | None
    channel: str
    address: str | None
    tier: int | None
    state: str
    reason: str | None
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call that was only put on the list, with what it said."""

    id: int
    channel: str
    account_id: int | None
    purpose: str
    body: str


_of_alarms = (
    select(*(message.c[one.name] for one in fields(Call)))
    .where(message.c.alarm_id.in_(bindparam("numbers", expanding=True)), message.c.purpose == CALL)
    .order_by(message.c.id)
)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[Call]:
    """Read what some alarms sent to people and rooms, oldest first."""
    rows = connection.execute(_of_alarms, {"numbers": list(alarm_ids)})
    calls = [Call(**row) for row in rows.mappings()]
    return [one if one.account_id is None else replace(one, address=None) for one in calls]


# Known of an alarm that this transaction has raised.
written = TransactionRows("calls of an alarm", of_alarms)


def texts_of_alarm(connection: Connection, alarm_id: int) -> list[ListedCall]:
    """Read what an alarm's calls said that were only put on the list, oldest first."""
    query = (
        select(message.c.id, message.c.channel, message.c.account_id, message.c.purpose, message.c.body)
        .where(
            message.c.alarm_id == alarm_id,
            message.c.purpose == CALL,
            message.c.state == "sent",
            message.c.body.is_not(None),
        )
        .order_by(message.c.id)
    )
    return [ListedCall(**row) for row in connection.execute(query).mappings()]


def put_together(transaction: Transaction, drafts: Iterable[Draft]) -> None:
    """Put calls of alarms down to be sent, all of a transaction at once."""
    put_down = list(drafts)
    transaction.collect(_put_collected, put_down)
    for alarm_id in {one.alarm_id for one in put_down if one.alarm_id is not None}:
        if transaction.knows(_rung_of(alarm_id)):
            before = rung_now(transaction, alarm_id)
            now = {(one.channel, one.address) for one in put_down if one.alarm_id == alarm_id}
            again = {way: _once_more(before.get(way), transaction.now) for way in now}
            transaction.keep(_rung_of(alarm_id), {**before, **again})


def _put_collected(transaction: Transaction, drafts: list[Draft]) -> None:
    put(transaction.connection, drafts, transaction.now)
    for alarm_id in {one.alarm_id for one in drafts if one.alarm_id is not None}:
        known = written.known(transaction, alarm_id)
        if known is not None:
            calls = [one for one in drafts if (one.alarm_id, one.purpose) == (alarm_id, CALL)]
            written.now(transaction, alarm_id, [*known, *(_call(one, transaction.now) for one in calls)])


def _call(one: Draft, now: datetime) -> Call:
    """Give a call that was put down just now as ``of_alarms`` would read it."""
    return Call(
        alarm_id=one.alarm_id or 0,
        account_id=one.account_id,
        channel=one.channel,
        address=one.address if one.account_id is None else None,
        tier=one.tier,
        state="waiting",
        reason=None,
        created_at=now,
        sent_at=None,
        delivered_at=None,
    )


Rung = Mapping[tuple[str, str], tuple[int, datetime]]
_rung = (
    select(
        message.c.channel,
        message.c.address,
        message.c.account_id,
        func.count(message.c.created_at.distinct()),
        func.max(message.c.created_at),
    )
    .where(
        message.c.alarm_id == bindparam("number"),
        message.c.purpose == CALL,
        message.c.channel.in_(sorted(PACED)),
        message.c.state != "failed",
    )
    .group_by(message.c.channel, message.c.address, message.c.account_id)
)


def rung_now(transaction: Transaction, alarm_id: int) -> Rung:
    """Count the calls of an alarm by paced channel and address, and give when the last one was.

    What failed rang nobody and does not count; what went to one address in one moment is one call. What this
    transaction calls counts as well.
    """
    if not transaction.knows(_rung_of(alarm_id)):
        transaction.write_collected()
    return transaction.once(_rung_of(alarm_id), lambda: _read_rung(transaction.connection, alarm_id))


def _read_rung(connection: Connection, alarm_id: int) -> Rung:
    rows = connection.execute(_rung, {"number": alarm_id})
    return {
        # In clear it stands there for programs before release 4.
        (channel, of_account(number) if channel == SMS and number else address): (count, last)
        for channel, address, number, count, last in rows
    }


def _rung_of(alarm_id: int) -> tuple[str, int]:
    return "calls of an alarm by address", alarm_id


def _once_more(before: tuple[int, datetime] | None, now: datetime) -> tuple[int, datetime]:
    count, last = before or (0, None)
    return (count, now) if last == now else (count + 1, now)


def begin(transaction: Transaction, alarm_id: int) -> None:
    """Know that an alarm that has just been raised has called nobody."""
    written.now(transaction, alarm_id, [])
    transaction.keep(_rung_of(alarm_id), {})


def called(connection: Connection, *, alarm_id: int, account_id: int) -> bool:
    """Tell whether an alarm has called somebody by any channel."""
    query = select(message.c.id).where(message.c.alarm_id == alarm_id, message.c.account_id == account_id)
    return connection.execute(query.limit(1)).first() is not None
