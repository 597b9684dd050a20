"""WebSockets on eventlet, each frame counted before anything is done with it."""

import ssl
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from engineio.async_drivers.eventlet import WebSocketWSGI
from eventlet import sleep, spawn_n
from eventlet.websocket import FailedConnectionError, RFC6455WebSocket

from server.engine.counting import (
    HEADER_BYTES,
    POLICY_VIOLATION,
    Counted,
    Meter,
    MeterOf,
    narrow,
    nothing_now,
)

BINARY = 2
DEFLATE = "permessage-deflate"


class CountedWebSocket(RFC6455WebSocket):
    """A WebSocket that reads no further once it has had its share, and lets its neighbours run after each frame."""

    _meter: Meter

    def _recv_frame(self, message: Any = None) -> Any:
        before = _length(message)
        frame = super()._recv_frame(message)
        size = _length(frame) - (before if frame is message else 0)
        reason = self._meter.over(size + HEADER_BYTES, binary=frame.opcode == BINARY)
        if reason is not None:
            raise FailedConnectionError(POLICY_VIOLATION, reason)
        sleep(0)
        return frame


class Line:
    """The way out of a WebSocket; nothing else runs between two lines of ours, so that nobody need be kept out."""

    __slots__ = ("_ws", "deflates", "send_now")
    lock = nullcontext()
    spawn = staticmethod(spawn_n)

    def __init__(self, ws: CountedWebSocket) -> None:
        self._ws = ws
        self.deflates = DEFLATE in ws.extensions
        # Of the green socket the one below, which does not wait.
        self.send_now = nothing_now if isinstance(ws.socket, ssl.SSLSocket) else ws.socket.fd.send

    def send_all(self, data: bytes | memoryview) -> None:
        """Wait until all is taken."""
        self._ws.socket.sendall(data)

    def divert(self, write: Callable[[bytes], object]) -> None:
        """Let what the protocol says be written by ``write``."""
        self._ws._send = write


class Door(Counted, WebSocketWSGI):
    """What Engine.IO opens a WebSocket with."""

    def __init__(self, handler: Any, server: Any, *, meter_of: MeterOf) -> None:
        super().__init__(handler, server)
        self._handler, self._meter_of = handler, meter_of
        # Drafts of 2010 have no frames that could be counted; no browser that the pages run in speaks them.
        self.support_legacy_versions = False

    def _handle_hybi_request(self, environ: dict[str, Any]) -> CountedWebSocket:
        meter = self._meter_of(environ)
        ws = super()._handle_hybi_request(environ)
        # As it was made, with what it lacks.
        ws.__class__, ws._meter = CountedWebSocket, meter
        narrow(ws.socket)
        self.opened(self._handler, meter, ws.socket, Line(ws))
        return ws

    def _negotiate_permessage_deflate(self, extensions: Any) -> dict[str, bool] | None:
        """Compress each message by itself: one that goes to thousands is compressed once, and nobody keeps a window.

        Whoever asks for a smaller window, as no browser does, hears everything plain.
        """
        offers = (extensions or {}).get(DEFLATE, [])
        if not any("server_max_window_bits" not in offer for offer in offers):
            return None
        return {"server_no_context_takeover": True, "client_no_context_takeover": True}


def _length(message: Any) -> int:
    return sum(map(len, message.data)) if message else 0
