"""What every way out has in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.delivery.tables import Message

# For so many seconds a message is of use whose sender says nothing else.
USEFUL_S = 3600.0


class NotSent(Exception):
    """A message did not leave: a short reason, and whether it is worth another try.

    ``after_s``: the receiver wants at least so many seconds of rest before it.
    """

    def __init__(self, reason: str, *, again: bool, after_s: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.after_s = after_s


class Gone(NotSent):
    """The address of a message exists no more and never will again."""

    def __init__(self) -> None:
        super().__init__("gone", again=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claimed message and why it was not sent (``None``: it was)."""

    claimed: Message
    failure: NotSent | None
    now: datetime


class Channel(Protocol):
    """A way out. It may be handed the same message twice: receivers drop doubles by ``reference``."""

    # Whether the message's row is itself what the channel shows, so that its body must stay.
    keeps_body: bool
    # Whether it is handed the facts of a message as JSON, for a program to read, instead of a text.
    takes_facts: bool

    def target(self, address: str) -> str:
        """Give what a message to an address calls: those of one target fail together."""

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Send a text to an address, within seconds, or raise ``NotSent``; after ``useful_s`` it is of no use."""
