"""Which ways out there are, by the name that stands in a message's row, and what leaves by them."""

from collections.abc import Callable
from dataclasses import dataclass

from server.channels.base import Channel
from server.channels.demo_list import DemoList
from server.channels.open_page import OpenPage
from server.channels.outside import Bounds
from server.channels.sms import SmsWebhook
from server.channels.words import text_of
from server.config import Settings
from server.domain.channels import ChannelName


@dataclass(slots=True)
class Channels:
    """The ways out of one process, and how many messages are on their way now."""

    by_name: dict[str, Channel]
    text_of: Callable[[str, str], str]
    under_way: int = 0


def channels_of(settings: Settings) -> Channels:
    """Make the channels that the settings allow: in demo mode nothing ever leaves the machine."""
    return Channels(_by_name(settings), lambda purpose, body: text_of(purpose, body, settings))


def _by_name(settings: Settings) -> dict[str, Channel]:
    if settings.demo:
        outside = {name.value: DemoList() for name in ChannelName if name is not ChannelName.SOCKET}
        return {"demo": DemoList(), **outside, "socket": OpenPage()}
    if not settings.sms_url:
        return {"socket": OpenPage()}
    bounds = Bounds(hosts=settings.sms_hosts, private=settings.sms_private)
    return {"sms": SmsWebhook(settings.sms_url, settings.sms_secret, bounds), "socket": OpenPage()}
