"""What the engines' WebSockets have in common: who counts their frames, and how one is hung up."""

import socket
from collections.abc import Callable
from typing import Any, Protocol

# Two bytes of header and four of mask; longer frames have two more, which count for nothing.
HEADER_BYTES = 6
POLICY_VIOLATION = 1008
# What the kernel keeps for a reader who does not take it; left to itself it takes megabytes.
SEND_BUFFER_BYTES = 64 * 1024


class Meter(Protocol):
    """Counts what a socket sends."""

    def over(self, size: int, *, binary: bool = False) -> str | None:
        """Count a frame; gives why the socket is to be closed, ``None`` where it may go on."""


MeterOf = Callable[[dict[str, Any]], Meter]


class Counted:
    """Gives Engine.IO's socket its meter, its way out, and the way to hang up at once on who takes nothing."""

    @staticmethod
    def opened(handler: Any, meter: Meter, connection: Any, line: object) -> None:
        """Note both, and the way out of the WebSocket, at the socket whose method ``handler`` is."""
        owner = handler.__self__
        owner.meter, owner.hang_up, owner.line = meter, lambda: _shut(connection), line


def nothing_now(_data: bytes | memoryview) -> int:
    """Send nothing at once: under TLS, what is begun has to be ended by whoever can wait."""
    return 0


def narrow(connection: Any) -> None:
    """Let the kernel keep little for a reader who does not take it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)


def _shut(connection: Any) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Gone already.
        return
