"""The socket of a simulated page: Socket.IO over a plain WebSocket, opened again as pwa/src/lib/socket.ts does."""

import json
import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import websocket

RETRY_FIRST_S, RETRY_MOST_S, RANDOM_PART, REFUSED_SPREAD_S = 1.0, 15.0, 0.5, 4.0
# The server pings every 20 s and waits 20 s for the answer; a browser's library waits as long.
SILENT_S = 40.0
CONNECT_WITHIN_S = 20.0


class Line:
    """One socket in a thread of its own; ``tell(name, data)`` hears ``hello batch heartbeat closed``."""

    def __init__(self, url: str, token: str, tell: Callable[[str, Any], None]) -> None:
        self._address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self._headers = [f"Cookie: huxue={token}"]
        self._tell = tell
        self._socket: websocket.WebSocket | None = None
        self._over = threading.Event()
        self._again = threading.Event()
        self._tries = 0
        self._refused = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def reconnect(self) -> None:
        """Drop the connection and make a new one at once."""
        self._again.set()
        self._drop()

    def close(self) -> None:
        """End for good."""
        self._over.set()
        self._again.set()
        self._drop()
        self.thread.join(CONNECT_WITHIN_S + 5)

    def _drop(self) -> None:
        """Hang up from another thread: closing alone would leave the one that listens waiting for its time-out."""
        link = self._socket
        if link is not None and link.sock is not None:
            with suppress(OSError):
                link.sock.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while not self._over.is_set():
            self._again.clear()
            was_open = self._refused = False
            try:
                was_open = self._listen()
            except (OSError, ValueError, websocket.WebSocketException):
                was_open = self._tries == 0
            finally:
                if self._socket is not None:
                    self._socket.shutdown()
                self._socket = None
            if was_open:
                self._tell("closed", None)
            self._again.wait(self._pause())

    def _pause(self) -> float:
        if self._refused:
            return RETRY_FIRST_S + random.uniform(0, REFUSED_SPREAD_S)
        pause = min(RETRY_FIRST_S * 2**self._tries, RETRY_MOST_S)
        self._tries += 1
        return pause * (1 + RANDOM_PART * random.uniform(-1, 1))

    def _listen(self) -> bool:
        """Connect and hear until the server says that it is over; gives whether it let us in at all."""
        link = websocket.create_connection(
            self._address, header=self._headers, timeout=CONNECT_WITHIN_S, http_no_proxy=["*"]
        )
        self._socket = link
        link.recv()
        link.send("40")
        link.settimeout(SILENT_S)
        entered = False
        while packet := link.recv():
            if packet == "2":
                link.send("3")
            elif packet.startswith("40"):
                entered, self._tries = True, 0
            elif packet.startswith("42"):
                name, data = json.loads(packet[2:])
                self._tell(name, data)
            elif packet[:2] in {"41", "44"} or packet == "1":
                self._refused = packet.startswith("44")
                break
        return entered
