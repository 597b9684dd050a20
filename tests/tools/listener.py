"""A client on a socket that keeps what it hears, in order."""

import time
from queue import Queue
from typing import Any

import socketio

from tests.tools.world import WAIT_S


class Listener:
    """A client that listens on a socket and keeps what it hears; a cursor says where it stands already."""

    def __init__(self, url: str, token: str, cursor: Any = None) -> None:
        self.heard: Queue[tuple[str, Any]] = Queue()
        self.client = socketio.Client(reconnection=False)
        for name in ("hello", "batch", "heartbeat"):
            self.client.on(name, lambda data, name=name: self.heard.put((name, data)))
        self.client.on("disconnect", lambda *_reason: self.heard.put(("closed", None)))
        self.client.connect(url, headers={"Cookie": f"huxue={token}"}, transports=["websocket"], auth=cursor)

    def wait_for(self, name: str) -> Any:
        """Give the next thing of a name; fails when it does not come."""
        until = time.monotonic() + WAIT_S
        while True:
            heard, data = self.heard.get(timeout=max(0.0, until - time.monotonic()))
            if heard == name:
                return data
