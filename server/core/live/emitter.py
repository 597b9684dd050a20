"""What the hub needs of whatever reaches the sockets."""

from typing import Protocol


class Emitter(Protocol):
    """Sends to rooms."""

    def send(self, event: str, text: str, *, to: str) -> None:
        """Send an event, whose one argument is given as JSON, to all sockets in a room."""
