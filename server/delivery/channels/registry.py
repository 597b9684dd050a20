"""Which ways out there are, by the name that stands in a message's row, and what leaves by them."""

import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from server.core.database.transaction import Store
from server.delivery.channels.base import Channel, Outcome
from server.delivery.channels.demo_list import DemoList
from server.delivery.channels.hooks import ChatRobots, PlainWebhooks
from server.delivery.channels.open_page import OpenPage
from server.delivery.channels.outside import Bounds
from server.delivery.channels.push import PushService
from server.delivery.channels.settings import ChannelSettings
from server.delivery.channels.sms import SmsWebhook
from server.delivery.channels.words import facts_of, text_of
from server.delivery.queries import hooks, push_subscriptions
from server.delivery.rules import breaker
from server.delivery.rules.breaker import Breaker, BreakerLimits
from server.delivery.rules.channels import ChannelName, leaves_the_house
from server.delivery.tables import Message

Target = tuple[str, str]
Found = TypeVar("Found")


@dataclass(slots=True)
class Channels:
    """The ways out of one process, how many messages are on their way now, and whom it leaves alone.

    Breakers are kept in memory, not in the database: a breaker spares this process's slots and judges this
    process's line to a target. A worker that is cut off must not shut the others' door, and each costs a
    failing target but a few calls more.
    """

    by_name: dict[str, Channel]
    settings: ChannelSettings
    limits: BreakerLimits = field(default_factory=BreakerLimits)
    # By channel, alarms apart from all else.
    under_way: Counter[tuple[str, bool]] = field(default_factory=Counter)
    breakers: dict[Target, Breaker] = field(default_factory=dict)
    # What has been tried and not yet been written down; see ``server.delivery.jobs.outcomes``.
    outcomes: deque[Outcome] = field(default_factory=deque)
    writing: threading.Lock = field(default_factory=threading.Lock)
    guard: threading.Lock = field(default_factory=threading.Lock)
    # Where everything of a drill goes that would leave the house.
    list_only: Channel = field(default_factory=DemoList)

    def way_of(self, one: Message) -> Channel | None:
        """Give the channel that a message takes: a drill's never leaves by a real one."""
        if not leaves_the_house(one.channel, drill=one.drill):
            return self.list_only
        return self.by_name.get(one.channel)

    def said(self, channel: Channel, purpose: str, body: str) -> str:
        """Write what a channel is handed of a message: its text, or its facts as JSON."""
        if channel.takes_facts:
            return json.dumps(facts_of(purpose, body, self.settings), ensure_ascii=False)
        return text_of(purpose, body, self.settings)

    def may_call(self, target: Target, now: datetime) -> bool:
        """Tell whether a target may be called now."""
        with self.guard:
            after, allowed = breaker.ask(self.breakers.get(target, breaker.CLOSED), now, self.limits)
            self.breakers[target] = after
        return allowed

    def note(self, target: Target, *, failed: bool, now: datetime) -> None:
        """Note how a call to a target went."""
        with self.guard:
            if failed:
                before = self.breakers.get(target, breaker.CLOSED)
                self.breakers[target] = breaker.failed(before, now, self.limits)
            else:
                self.breakers.pop(target, None)


def hook_bounds(settings: ChannelSettings) -> Bounds:
    """Give what webhooks may reach."""
    return Bounds(hosts=settings.hook_hosts, private=settings.hook_private)


def push_bounds(settings: ChannelSettings) -> Bounds:
    """Give what pushes may reach."""
    return Bounds(hosts=settings.push_hosts, private=settings.push_private)


def channels_of(settings: ChannelSettings, store: Store) -> Channels:
    """Make the channels that the settings allow: in demo mode nothing ever leaves the machine.

    Raises ``BadSetting`` for keys of Web Push that do not belong together.
    """
    return Channels(_by_name(settings, store), settings)


def _by_name(settings: ChannelSettings, store: Store) -> dict[str, Channel]:
    if settings.demo:
        listed: dict[str, Channel] = {name.value: DemoList() for name in ChannelName}
        return listed | {"demo": DemoList(), "socket": OpenPage()}
    made: dict[str, Channel] = {"socket": OpenPage()}
    if settings.sms_url:
        bounds = Bounds(hosts=settings.sms_hosts, private=settings.sms_private)
        made["sms"] = SmsWebhook(settings.sms_url, settings.sms_secret, bounds)
    if settings.push_private_key:
        made["push"] = PushService(
            _finder(store, push_subscriptions.by_id),
            push_bounds(settings),
            keys=(settings.push_public_key, settings.push_private_key),
            subject=settings.push_subject,
            wall_clock_s=time.time,
        )
    if settings.hook_hosts:
        find = _finder(store, hooks.by_id)
        made["chat"] = ChatRobots(find, hook_bounds(settings))
        made["webhook"] = PlainWebhooks(find, hook_bounds(settings))
    return made


def _finder(store: Store, by_id: Callable[[Connection, int], Found | None]) -> Callable[[int], Found | None]:
    def find(number: int) -> Found | None:
        with store.read() as connection:
            return by_id(connection, number)

    return find
