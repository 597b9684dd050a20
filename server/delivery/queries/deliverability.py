"""By which ways somebody can be reached now."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select

from server.core.access.roles import Role
from server.core.database.sealing import telephones
from server.core.live import presence_rows
from server.delivery.queries import hooks, push_subscriptions
from server.delivery.queries.messages import of_account
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
    # What an SMS is sent to; ``address`` says whose it is.
    telephone: str | None = field(default=None, repr=False)


class WaysToPeople:
    """By which ways people can be reached at one moment: of each person and channel it is read once."""

    def __init__(self) -> None:
        self._asked: dict[ChannelName, set[int]] = {channel: set() for channel in _READ}
        self._found: dict[ChannelName, list[DeliveryTarget]] = {channel: [] for channel in _READ}

    def learn(
        self,
        connection: Connection,
        account_ids: Iterable[int],
        *,
        channels: Collection[ChannelName],
        now: datetime,
    ) -> None:
        """Read the ways to some people by some channels that were not asked for before, a statement a channel."""
        numbers = set(account_ids)
        for channel in [one for one in _READ if one in channels]:
            new = numbers - self._asked[channel]
            if new:
                self._asked[channel] |= new
                self._found[channel] += _READ[channel](connection, sorted(new), now)
                self._found[channel].sort(key=_ORDER[channel])

    def to(
        self, account_ids: Iterable[int], channels: Collection[ChannelName]
    ) -> dict[int, list[DeliveryTarget]]:
        """Give the ways to some people by account, as far as they were learnt; who has none is left out."""
        numbers = set(account_ids)
        ways: defaultdict[int, list[DeliveryTarget]] = defaultdict(list)
        for channel in [one for one in _READ if one in channels]:
            for way in self._found[channel]:
                if way.account_id in numbers:
                    ways[way.account_id].append(way)
        return dict(ways)


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
    ways, numbers = WaysToPeople(), list(account_ids)
    ways.learn(connection, numbers, channels=open_channels, now=now)
    return ways.to(numbers, open_channels)


def browsers_or_telephone(ways: Iterable[DeliveryTarget]) -> list[DeliveryTarget]:
    """Give every browser of somebody, or his telephone where he has none: an SMS costs money."""
    found = list(ways)
    return [way for way in found if way.channel is ChannelName.PUSH] or found


def _pages(connection: Connection, account_ids: list[int], now: datetime) -> list[DeliveryTarget]:
    return [
        DeliveryTarget(ChannelName.SOCKET, of_account(number), number, hidden=not in_sight)
        for number, in_sight in presence_rows.present(connection, account_ids, now).items()
    ]


def _browsers(connection: Connection, account_ids: list[int], _now: datetime) -> list[DeliveryTarget]:
    return [
        DeliveryTarget(ChannelName.PUSH, str(one.id), one.account_id, one.role != Role.GUARD)
        for one in push_subscriptions.of_accounts(connection, account_ids)
    ]


_telephones = select(account.c.id, account.c.phone, account.c.phone_sealed, account.c.role).where(
    account.c.id.in_(bindparam("numbers", expanding=True)),
    or_(account.c.phone.is_not(None), account.c.phone_sealed.is_not(None)),
)


def _phones(connection: Connection, account_ids: list[int], _now: datetime) -> list[DeliveryTarget]:
    # Who has a number that cannot be opened is called by the other ways.
    return [
        DeliveryTarget(ChannelName.SMS, of_account(number), number, role != Role.GUARD, telephone=telephone)
        for number, clear, sealed, role in connection.execute(_telephones, {"numbers": account_ids})
        if (telephone := telephones.number(clear, sealed)) is not None
    ]


_READ = {ChannelName.SOCKET: _pages, ChannelName.PUSH: _browsers, ChannelName.SMS: _phones}


def _by_account(way: DeliveryTarget) -> int:
    return way.account_id or 0


def _by_browser(way: DeliveryTarget) -> int:
    return int(way.address)


_ORDER = {
    ChannelName.SOCKET: _by_account,
    ChannelName.PUSH: _by_browser,
    ChannelName.SMS: _by_account,
}


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
