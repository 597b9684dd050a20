"""The ways by which a call reaches somebody, and how far a message has come.

::

    waiting ──► sending ──► sent ──► delivered
                   │          │
                   └─► failed ◄┘

*Sent* is the word of the way out (a gateway took it over), *delivered* that of the receiver: his page showed it
or he answered. A delivery may come after a failure: help that was given up as unreachable and answers is reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ChannelName(StrEnum):
    """A way out, in the order of the ladder: an open page first, a stranger's chat room last."""

    SOCKET = "socket"
    PUSH = "push"
    SMS = "sms"
    CHAT = "chat"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class AvailableChannels:
    """The channels that this server has been set up with: an open page always, the others by its settings."""

    names: frozenset[ChannelName] = frozenset({ChannelName.SOCKET})


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


# These go to persons; the others to a room or a machine.
PERSONAL = frozenset({ChannelName.SOCKET, ChannelName.PUSH, ChannelName.SMS})

# These tell no person but a room or a machine, and its district set them up.
ROOMS = frozenset({ChannelName.CHAT, ChannelName.WEBHOOK})

# These cost money, or drown a room that people read: an alarm that goes on calls by them with growing pauses.
PACED = frozenset({ChannelName.SMS, ChannelName.CHAT})

# These sound where they arrive, whatever a message asks for: nothing keeps an SMS or a chat room quiet.
SOUNDING = frozenset({ChannelName.SMS, ChannelName.CHAT})


def rests(calls: int, last_at: datetime | None, now: datetime, pauses_s: Sequence[int]) -> bool:
    """Tell whether a receiver is left in peace now by a paced channel that has called him so often for an alarm.

    The pause grows with each call up to the last of ``pauses_s`` and never turns into silence. A call in the future,
    left behind by a clock that was set back, gives none.
    """
    if not calls or last_at is None:
        return False
    pause_s = pauses_s[min(calls, len(pauses_s)) - 1]
    return timedelta() <= now - last_at < timedelta(seconds=pause_s)


def leaves_the_house(channel: ChannelName | str, *, drill: bool) -> bool:
    """Tell whether a message may leave by its channel: of a drill only the open page hears."""
    return not drill or channel == ChannelName.SOCKET


class HookFormat(StrEnum):
    """How a webhook wants a call written: as one of the chat robots' messages, or plain and signed."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    PLAIN = "plain"


def channel_of(format: HookFormat) -> ChannelName:
    """Give the channel that a webhook belongs to."""
    return ChannelName.WEBHOOK if format is HookFormat.PLAIN else ChannelName.CHAT


# A channel that has not been seen to work for so long counts as one that does not.
WORKED_WITHIN = timedelta(days=30)


# An open page shows a call within a second; one that has not said so by then did not.
SHOWN_WITHIN = timedelta(seconds=10)
