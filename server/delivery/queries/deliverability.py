"""By which ways somebody can be reached now."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from server.core.access.roles import Role
from server.core.live import presence_rows
from server.delivery.queries import hooks, push_subscriptions
from server.delivery.rules.channels import ROOMS, ChannelName
from server.delivery.tables import message
from server.people.tables import account


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """One way to one receiver; ``account_id`` is ``None`` for a room or a machine."""

    channel: ChannelName
    address: str
    account_id: int | None
    # Whether he reads it at a desk: the page for a call is another one there.
    console: bool = False
    # A page that nobody looks at is told like any other, and reaches nobody.
    hidden: bool = False


def to_people(
    connection: Connection,
    account_ids: Iterable[int],
    *,
    open_channels: Collection[ChannelName],
    now: datetime,
) -> dict[int, list[DeliveryTarget]]:
    """Find the ways to some people, by account; who has none is left out.

    ``open_channels`` are those that this server has been set up with.
    """
    numbers = list(account_ids)
    if not numbers:
        return {}
    ways: defaultdict[int, list[DeliveryTarget]] = defaultdict(list)
    if ChannelName.SOCKET in open_channels:
        for number, in_sight in sorted(presence_rows.present(connection, numbers, now).items()):
            ways[number].append(
                DeliveryTarget(ChannelName.SOCKET, f"account:{number}", number, hidden=not in_sight)
            )
    if ChannelName.PUSH in open_channels:
        for one in push_subscriptions.of_accounts(connection, numbers):
            console = one.role != Role.GUARD
            way = DeliveryTarget(ChannelName.PUSH, str(one.id), one.account_id, console)
            ways[one.account_id].append(way)
    if ChannelName.SMS in open_channels:
        query = select(account.c.id, account.c.phone, account.c.role).where(
            account.c.id.in_(numbers), account.c.phone.is_not(None)
        )
        for row in connection.execute(query.order_by(account.c.id)):
            ways[row.id].append(DeliveryTarget(ChannelName.SMS, row.phone, row.id, row.role != Role.GUARD))
    return dict(ways)


def to_rooms(
    connection: Connection,
    *,
    district_id: int,
    station_id: int,
    open_channels: Collection[ChannelName],
) -> list[DeliveryTarget]:
    """Find the chat rooms and machines that hear of a station's alarms."""
    if ROOMS.isdisjoint(open_channels):
        return []
    return [
        DeliveryTarget(ChannelName(one.channel), str(one.id), None)
        for one in hooks.of_station(connection, district_id, station_id)
        if one.channel in open_channels
    ]


def received_by(connection: Connection, alarm_id: int, account_ids: Iterable[int], channel: str) -> list[int]:
    """Read which of some people have received a call of an alarm by a channel."""
    query = select(message.c.account_id).where(
        message.c.alarm_id == alarm_id,
        message.c.account_id.in_(list(account_ids)),
        message.c.channel == channel,
        message.c.delivered_at.is_not(None),
    )
    return list(connection.execute(query.distinct()).scalars())
