"""WebSockets on threads, each frame counted before anything is done with it."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import simple_websocket
from engineio.async_drivers.threading import SimpleWebSocketWSGI
from wsproto.events import AcceptConnection, BytesMessage, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason

from server.engine.counting import HEADER_BYTES, Counted, Meter, MeterOf, narrow, nothing_now

WRITTEN_WITHIN_S = 40


class TooMuch(Exception):
    """A socket has sent more than its share."""


class CountedFrames:
    """What the frames of a connection mean, each counted first."""

    def __init__(self, inner: Any, meter: Meter) -> None:
        self._inner, self._meter = inner, meter
        self.receive_data = inner.receive_data

    def send(self, event: Any) -> bytes:
        """Say an event in bytes. Nothing is compressed: the library would do it for each socket anew."""
        plain = AcceptConnection(event.subprotocol) if isinstance(event, AcceptConnection) else event
        said: bytes = self._inner.send(plain)
        return said

    def events(self) -> Iterator[Any]:
        """Give what came, as far as it is within the budget. Raises ``TooMuch``."""
        for event in self._inner.events():
            size = _size(event)
            if size is not None:
                reason = self._meter.over(size + HEADER_BYTES, binary=isinstance(event, BytesMessage))
                if reason is not None:
                    raise TooMuch(reason)
            yield event


class CountedServer(simple_websocket.Server):
    """A WebSocket that reads no further once it has had its share."""

    def __init__(self, environ: dict[str, Any], meter: Meter) -> None:
        self._meter = meter
        super().__init__(environ)

    def handshake(self) -> None:
        """Let the frames be counted, and shake hands."""
        self.ws: Any = CountedFrames(self.ws, self._meter)
        super().handshake()

    def _handle_events(self) -> bool:
        try:
            return bool(super()._handle_events())
        except TooMuch as why:
            # What came before it in the same piece is dropped as well.
            self.input_buffer.clear()
            self.close(CloseReason.POLICY_VIOLATION, str(why))
            self.event.set()
            return False


class Diverted:
    """A connection whose writer is another one."""

    def __init__(self, connection: Any, write: Callable[[bytes], object]) -> None:
        self.send, self.recv, self.close = write, connection.recv, connection.close


class Line:
    """The way out of a WebSocket."""

    __slots__ = ("_connection", "_ws", "lock", "send_now")
    deflates = False

    def __init__(self, ws: CountedServer) -> None:
        self._ws, self._connection = ws, ws.sock
        self.lock = threading.Lock()
        self.send_now = nothing_now if isinstance(ws.sock, ssl.SSLSocket) else self._send_now
        # Nobody waits longer for a reader who takes nothing.
        ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", WRITTEN_WITHIN_S, 0))

    def _send_now(self, data: bytes | memoryview) -> int:
        return int(self._connection.send(data, socket.MSG_DONTWAIT))

    def send_all(self, data: bytes | memoryview) -> None:
        """Wait until all is taken."""
        self._connection.sendall(data)

    def spawn(self, work: Callable[[], None]) -> None:
        """Do some work in a thread of its own."""
        threading.Thread(target=work, daemon=True).start()

    def divert(self, write: Callable[[bytes], object]) -> None:
        """Let what the protocol says be written by ``write``."""
        self._ws.sock = Diverted(self._connection, write)


class Door(Counted, SimpleWebSocketWSGI):
    """What Engine.IO opens a WebSocket with."""

    def __init__(self, handler: Any, server: Any, *, meter_of: MeterOf) -> None:
        super().__init__(handler, server)
        self._meter_of = meter_of

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve a WebSocket to its end; the web server is told to write no answer after it."""
        meter = self._meter_of(environ)
        self.ws = CountedServer(environ, meter)
        narrow(self.ws.sock)
        self.opened(self.app, meter, self.ws.sock, Line(self.ws))
        self.app(self)
        raise ConnectionError


def _size(event: Any) -> int | None:
    if isinstance(event, TextMessage):
        return len(event.data.encode())
    if isinstance(event, BytesMessage):
        return len(event.data)
    return len(event.payload) if isinstance(event, Ping | Pong) else None
