"""What every way out has in common."""

from typing import Protocol


class NotSent(Exception):
    """A message did not leave: a short reason, and whether it is worth another try."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class Channel(Protocol):
    """A way out. It may be handed the same message twice: receivers drop doubles by ``reference``."""

    # Whether the message's row is itself what the channel shows, so that its body must stay.
    keeps_body: bool

    def send(self, address: str, body: str, reference: str) -> None:
        """Send a text to an address, within seconds, or raise ``NotSent``."""
