"""WebSockets on eventlet, each frame counted before anything is done with it."""

from typing import Any

from engineio.async_drivers.eventlet import WebSocketWSGI
from eventlet import sleep
from eventlet.websocket import FailedConnectionError, RFC6455WebSocket

from server.engine.counting import HEADER_BYTES, POLICY_VIOLATION, Counted, Meter, MeterOf, narrow

BINARY = 2


class CountedWebSocket(RFC6455WebSocket):
    """A WebSocket that reads no further once it has had its share, and lets its neighbours run after each frame."""

    def __init__(self, plain: RFC6455WebSocket, meter: Meter) -> None:
        super().__init__(
            plain.socket,
            plain.environ,
            plain.version,
            protocol=plain.protocol,
            extensions=plain.extensions,
            max_frame_length=plain.max_frame_length,
        )
        self._meter = meter

    def _recv_frame(self, message: Any = None) -> Any:
        before = _length(message)
        frame = super()._recv_frame(message)
        size = _length(frame) - (before if frame is message else 0)
        reason = self._meter.over(size + HEADER_BYTES, binary=frame.opcode == BINARY)
        if reason is not None:
            raise FailedConnectionError(POLICY_VIOLATION, reason)
        sleep(0)
        return frame


class Door(Counted, WebSocketWSGI):
    """What Engine.IO opens a WebSocket with."""

    def __init__(self, handler: Any, server: Any, *, meter_of: MeterOf) -> None:
        super().__init__(handler, server)
        self._handler, self._meter_of = handler, meter_of
        # Drafts of 2010 have no frames that could be counted; no browser that the pages run in speaks them.
        self.support_legacy_versions = False

    def _handle_hybi_request(self, environ: dict[str, Any]) -> CountedWebSocket:
        meter = self._meter_of(environ)
        ws = CountedWebSocket(super()._handle_hybi_request(environ), meter)
        narrow(ws.socket)
        self.opened(self._handler, meter, ws.socket)
        return ws


def _length(message: Any) -> int:
    return sum(map(len, message.data)) if message else 0
