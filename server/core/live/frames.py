"""A frame is built once for all sockets of a room and written at once: what knows the inside of Socket.IO's library.

The library hands each packet to a writing task of each socket, which frames it again. Here a socket has one task, which
reads. What is put for it goes to the kernel from where it is put; a task that waits for its reader exists only while
the kernel takes no more. Where the inside of the library is another than the one that this was made for, or a client
is not on a WebSocket, the library does its own work as ever, and the client hears the same.
"""

import hashlib
import inspect
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from functools import partial, reduce
from types import MethodType
from typing import Any, Protocol

import engineio
import socketio
from engineio import packet
from engineio.socket import Socket as EngineSocket
from flask_socketio import SocketIO

from server.core.faults import named, without_values
from server.core.live.floods import MOST_HELD
from server.core.live.outboxes import close_slow
from server.core.live.websocket_frame import Frame

logger = logging.getLogger("huxue.frames")

# What is replaced or passed by, as it is in the library that this file was made for: the start of the source's digest.
INSIDE = {
    "engineio.Server._handle_connect": "049f7c2b2c239080",
    "engineio.Server._trigger_event": "bc536417c3045418",
    "engineio.Server.send_packet": "81aec513663f11e1",
    "engineio.Server.start_background_task": "772bcb984f599240",
    "engineio.socket.Socket._send_ping": "21861287bd38dedc",
    "engineio.socket.Socket._upgrade_websocket": "02f6ac05441609d3",
    "engineio.socket.Socket._websocket_handler": "58afe122719282de",
    "engineio.socket.Socket.close": "05fac55831999f25",
    "engineio.socket.Socket.receive": "4126eb2537d0d020",
    "engineio.socket.Socket.schedule_ping": "fe316639159cd70d",
    "engineio.socket.Socket.send": "f8b2738ee5d48ab2",
    "engineio.packet.Packet.encode": "8f3d5d869711cbb8",
    "socketio.Manager.emit": "566510ea2de39d65",
    "socketio.Manager.get_participants": "7d78ad681c95de5b",
    "socketio.Server._send_eio_packet": "5fa452fb118c3565",
    "socketio.packet.Packet.encode": "513c45be75181da2",
}
# Socket.IO's event inside Engine.IO's message.
MESSAGE, EVENT = "4", "2"
PING_LOOK_S = 1.0


class Line(Protocol):
    """The way out of a WebSocket, below what speaks its protocol; each engine has its own."""

    lock: AbstractContextManager[object]
    deflates: bool

    def send_now(self, data: bytes | memoryview) -> int:
        """Give the kernel what it takes at once, and tell how much that was. Raises ``OSError``."""

    def send_all(self, data: bytes | memoryview) -> None:
        """Wait until all is taken. Raises ``OSError``."""

    def spawn(self, work: Callable[[], None]) -> object:
        """Do some work in a task of its own."""

    def divert(self, write: Callable[[bytes], object]) -> None:
        """Let what the protocol itself says (pongs, the closing word) be written by ``write``, after what waits."""


class Outlet:
    """Stands where a socket of the library has its queue: what is put in is written, or waits for its reader."""

    __slots__ = ("_close", "_draining", "_ending", "_line", "_slow", "_waiting", "ended", "held")

    def __init__(self, line: Line, *, slow: Callable[[], None], close: Callable[[], object]) -> None:
        self._line, self._slow = line, slow
        self._close: Callable[[], object] | None = close
        self._waiting: list[bytes | memoryview] = []
        self._draining = self._ending = self.ended = False
        self.held = 0

    def put(self, item: packet.Packet | None) -> None:
        """Take a packet of the library; ``None`` closes the WebSocket once all before it is written."""
        if item is not None:
            self.tell(Frame(item.encode()))
            return
        self._ending = True
        if not self._draining:
            self._hang_up()

    def join(self) -> None:
        """Wait for nothing: what was put in is written, or its reader is slow."""

    def tell(self, frame: Frame) -> None:
        """Write a frame; one that finds too much waiting closes the socket."""
        if not self.write(frame.deflated if self._line.deflates else frame.plain):
            self.ended = True
            self._slow()

    def write(self, data: bytes) -> bool:
        """Write some bytes, after those that wait; tell whether there was room for them."""
        with self._line.lock:
            if self.ended:
                return True
            if self._draining:
                if self.held + len(data) > MOST_HELD:
                    return False
                self._waiting.append(data)
                self.held += len(data)
                return True
            try:
                sent = self._line.send_now(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                # The task that reads finds out as well.
                self.ended = True
                return True
            if sent < len(data):
                # A view of it: a frame that thousands are slow to take exists once.
                self._waiting.append(memoryview(data)[sent:])
                self.held, self._draining = len(data) - sent, True
                self._line.spawn(self._drain)
            return True

    def _drain(self) -> None:
        try:
            while (data := self._first()) is not None:
                self._line.send_all(data)
                with self._line.lock:
                    del self._waiting[0]
                    self.held -= len(data)
        except OSError:
            self.ended, self._draining = True, False
            self._waiting.clear()
        if self._ending:
            self._hang_up()

    def _first(self) -> bytes | memoryview | None:
        with self._line.lock:
            if not self._waiting:
                self._draining = False
                return None
            return self._waiting[0]

    def _hang_up(self) -> None:
        close, self._close = self._close, None
        if close is not None:
            # It may be gone already, in whichever way the engine says so.
            with suppress(Exception):
                close()
            self.ended = True


class Pings:
    """Pings all sockets from one task, where the library has a task for each of them that sleeps in between."""

    def __init__(self, engine: Any) -> None:
        self._engine, self._start = engine, engine.start_background_task
        self._due: deque[tuple[float, Any]] = deque()
        self._runs = False

    def start(self, target: Any, *arguments: Any, **named: Any) -> Any:
        """Start a task of the library; one that would ping a socket after a while is a line in a list."""
        if getattr(target, "__func__", None) is not EngineSocket._send_ping:
            return self._start(target, *arguments, **named)
        self._due.append((time.monotonic() + self._engine.ping_interval, target.__self__))
        if not self._runs:
            self._runs = True
            self._start(self._run)
        return None

    def look(self, at: float) -> None:
        """Ping those whose time has come; a moment of the monotonic clock."""
        while self._due and self._due[0][0] <= at:
            _when, one = self._due.popleft()
            if not one.closing and not one.closed:
                one.last_ping = time.time()
                # One that another thread closes just now needs none.
                with suppress(engineio.exceptions.SocketIsClosedError):
                    one.send(packet.Packet(packet.PING))

    def _run(self) -> None:
        while True:
            self._engine.sleep(PING_LOOK_S)
            self.look(time.monotonic())


class Frames:
    """Sends events to rooms of a Flask-SocketIO server."""

    def __init__(self, outer: SocketIO, inside: Mapping[str, str] = INSIDE) -> None:
        self._outer = outer
        strange = [name for name, known in inside.items() if _digest(name) != known]
        self.fits = not strange
        if strange:
            logger.warning("another Socket.IO than expected, which sends frames by itself: %s", strange)

    def door(self, door: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Let sockets that come through a door be served here; the library's own where it is another one."""
        if not self.fits:
            return door
        engine = self._outer.server.eio
        engine.start_background_task = Pings(engine).start
        return lambda handler, server: door(MethodType(_serve, handler.__self__), server)

    def send(self, event: str, text: str, *, to: str) -> None:
        """Send an event, whose one argument is given as JSON, to all sockets in a room, as ``emit`` would."""
        if not self.fits:
            self._outer.emit(event, json.loads(text), to=to)
            return
        server = self._outer.server
        message = f'{EVENT}["{event}",{text}]'
        frame, told = Frame(MESSAGE + message), None
        sockets = server.eio.sockets
        for _socket, connection in server.manager.get_participants("/", to):
            found = sockets.get(connection)
            outlet = found.queue if found is not None else None
            if type(outlet) is Outlet:
                outlet.tell(frame)
            else:
                told = told or packet.Packet(packet.MESSAGE, message)
                server._send_eio_packet(connection, told)


def _serve(one: Any, ws: Any) -> list[Any]:
    """Serve a WebSocket to its end, as the method of an Engine.IO socket that stands in for the library's own."""
    if one.connected:
        # It was opened by polling before.
        return EngineSocket._websocket_handler(one, ws)
    server, before = one.server, one.queue
    if hasattr(getattr(ws, "socket", None), "settimeout"):
        ws.socket.settimeout(server.ping_interval + server.ping_timeout)
    one.connected = one.upgraded = True
    outlet = Outlet(one.line, slow=partial(close_slow, one), close=ws.close)
    one.line.divert(outlet.write)
    one.queue = outlet
    for _packet in range(before.qsize()):
        outlet.put(before.get())
    try:
        _read(one, ws)
    finally:
        outlet.put(None)
        one.close(wait=False, abort=True, reason=server.reason.TRANSPORT_CLOSE)
    return []


def _read(one: Any, ws: Any) -> None:
    """Take what a client sends, until it or its line ends."""
    most = one.server.max_http_buffer_size
    while True:
        try:
            data = ws.wait()
            if data is None or len(data) > most:
                return
            one.receive(packet.Packet(encoded_packet=data))
        except engineio.exceptions.UnknownPacketError:
            continue
        except Exception as failure:
            # A line that broke, a text that is no packet, a socket that was closed meanwhile: all of them end it.
            logger.debug("socket ended: %s", named(failure), exc_info=without_values(failure))
            return


def _digest(name: str) -> str:
    """Give the start of the digest of the source of something in the library; nothing where it is not there."""
    package, *path = name.split(".")
    found: Any = {"engineio": engineio, "socketio": socketio}[package]
    try:
        source = inspect.getsource(reduce(getattr, path, found))
    except (AttributeError, OSError, TypeError):
        return ""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
