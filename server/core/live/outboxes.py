"""What waits for a reader: counted, and not without end.

A page that does not take what is told it is closed, and asks when it comes back for what it missed.
"""

import sys
from functools import partial
from typing import Any

from server.core.live.floods import MOST_HELD


def bound(server: Any, door: Any) -> None:
    """Let an Engine.IO server open its sockets through a door, and keep only so much for each."""
    engine = server._async
    outbox = outbox_of(engine["queue"], engine["queue_empty"])
    server._async = {**engine, "websocket": door, "queue": outbox}
    server.send_packet = partial(_send, server, server.send_packet)


def outbox_of(queue: Any, empty: type[Exception]) -> Any:
    """Make the queue that knows how much it holds: what was put in and is not yet sent.

    It gives one packet at a time, so that the one under way is sent when the next one is asked for.
    """

    class Outbox(queue):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self.held = self._under_way = 0
            super().__init__(*arguments, **named)

        def put(self, item: Any, *arguments: Any, **named: Any) -> None:
            self.held += weight(item)
            super().put(item, *arguments, **named)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 — as queues have it
            if not block:
                raise empty
            self.held -= self._under_way
            self._under_way = 0
            item = super().get(block, timeout)
            self._under_way = weight(item)
            return item

    return Outbox


def weight(packet: Any) -> int:
    """Give the bytes that a packet keeps; the end of a queue is none."""
    return sys.getsizeof(packet.data) if packet is not None else 0


def _send(server: Any, send: Any, socket_id: str, packet: Any) -> None:
    socket = server.sockets.get(socket_id)
    held = 0 if socket is None else socket.queue.held
    # One alone may be larger, or nobody would ever hear it.
    if not held or held + weight(packet) <= MOST_HELD:
        send(socket_id, packet)
        return
    if socket is not None:
        close_slow(socket)


def close_slow(socket: Any) -> None:
    """Close an Engine.IO socket whose reader does not take what is told it."""
    if socket.closed:
        return
    meter = getattr(socket, "meter", None)
    if meter is not None:
        meter.too_slow()
        socket.hang_up()
    socket.close(wait=False, abort=True, reason="too_slow")
