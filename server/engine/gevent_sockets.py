"""WebSockets on gevent, each frame counted before anything is done with it."""

import ssl
import struct
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from engineio.async_drivers.gevent import WebSocketWSGI
from gevent import sleep, spawn
from geventwebsocket.exceptions import ProtocolError, WebSocketError
from geventwebsocket.websocket import Header, WebSocket

from server.engine.counting import HEADER_BYTES, POLICY_VIOLATION, Counted, MeterOf, narrow, nothing_now

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


class Line:
    """The way out of a WebSocket; nothing else runs between two lines of ours, so that nobody need be kept out."""

    __slots__ = ("_socket", "_ws", "send_now")
    lock = nullcontext()
    deflates = False
    spawn = staticmethod(spawn)

    def __init__(self, ws: CountedWebSocket) -> None:
        self._ws, self._socket = ws, ws.handler.socket
        # Of the green socket the one below, which does not wait.
        self.send_now = nothing_now if isinstance(self._socket, ssl.SSLSocket) else self._socket._sock.send

    def send_all(self, data: bytes | memoryview) -> None:
        """Wait until all is taken."""
        self._socket.sendall(data)

    def divert(self, write: Callable[[bytes], object]) -> None:
        """Let what the protocol says be written by ``write``."""
        self._ws.raw_write = write


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
            self.opened(self._handler, meter, plain.handler.socket, Line(plain))
        return super().__call__(environ, start_response)
