"""WebSockets on gevent, each frame counted before anything is done with it."""

import struct
from typing import Any

from engineio.async_drivers.gevent import WebSocketWSGI
from gevent import sleep
from geventwebsocket.exceptions import ProtocolError, WebSocketError
from geventwebsocket.websocket import Header, WebSocket

from server.engine.counting import HEADER_BYTES, POLICY_VIOLATION, Counted, MeterOf, narrow

METER = "huxue.meter"


class CountedWebSocket(WebSocket):
    """A WebSocket that reads no further once it has had its share, and lets its neighbours run after each frame.

    It has no attributes of its own, so that one which the handler made becomes one of these.
    """

    __slots__ = ()

    def read_frame(self) -> tuple[Any, Any]:
        """Read a frame, or close where its header says that it is too much."""
        header = Header.decode_header(self.stream)
        size, binary = header.length + HEADER_BYTES, header.opcode == self.OPCODE_BINARY
        reason = self.environ[METER].over(size, binary=binary)
        if reason is not None:
            # The library's own close leaves the code out.
            self.send_frame(struct.pack("!H", POLICY_VIOLATION) + reason.encode(), self.OPCODE_CLOSE)
            self.close()
            raise WebSocketError(reason)
        sleep(0)
        if header.flags:
            raise ProtocolError
        payload = self.raw_read(header.length) if header.length else b""
        if len(payload) != header.length:
            raise WebSocketError("unexpected end")
        return header, header.unmask_payload(payload) if header.mask else payload


class Door(Counted, WebSocketWSGI):
    """What Engine.IO opens a WebSocket with."""

    def __init__(self, handler: Any, server: Any, *, meter_of: MeterOf) -> None:
        super().__init__(handler, server)
        self._handler, self._meter_of = handler, meter_of

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Take over the WebSocket that the handler made, if it made one."""
        plain = environ.get("wsgi.websocket")
        if plain is not None:
            meter = self._meter_of(environ)
            plain.__class__ = CountedWebSocket
            plain.environ[METER] = meter
            narrow(plain.handler.socket)
            self.opened(self._handler, meter, plain.handler.socket)
        return super().__call__(environ, start_response)
