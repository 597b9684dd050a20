"""Frames that are built once, beside what the library itself sends, and where the library is another."""

import json
import socket as sockets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import websocket
from flask import Flask, request
from flask_socketio import SocketIO, join_room
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import FrameProtocol

from server.core.live.floods import MOST_HELD, Floods
from server.core.live.frames import INSIDE, Frames, Outlet
from server.core.live.outboxes import bound
from server.core.live.websocket_frame import DEFLATED_FROM_BYTES, Frame
from server.engine import counted_sockets
from server.engine.thread_sockets import Line
from tests.tools.world import WAIT_S

ROOM = "district:1"
TOLD = [{}, {"text": "校门口有人"}, {"n": 1.5, "none": None}, {"text": "护" * 2_000}, {"text": "x" * 70_000}]


@dataclass(frozen=True)
class Served:
    """A server of the library's with both transports, everybody in one room."""

    url: str
    socketio: SocketIO
    frames: Frames

    def websocket(self) -> websocket.WebSocket:
        """Open a WebSocket and come in."""
        address = self.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        line = websocket.create_connection(address, timeout=WAIT_S)
        line.recv()
        line.send("40")
        assert '"joined"' in line.recv() + line.recv()
        return line


class Polling:
    """A client that polls; gives one packet after the other, without pings."""

    def __init__(self, served: Served) -> None:
        self._url = served.url + "/socket.io/?EIO=4&transport=polling"
        self._packets: list[str] = []
        opened = json.loads(requests.get(self._url, timeout=WAIT_S).text[1:])
        self._url += "&sid=" + opened["sid"]
        assert requests.post(self._url, "40", timeout=WAIT_S).text == "OK"
        assert '"joined"' in self.next() + self.next()

    def next(self) -> str:
        """Give the next packet."""
        while not self._packets:
            polled = requests.get(self._url, timeout=WAIT_S).text.split("\x1e")
            self._packets = [one for one in polled if one != "2"]
        return self._packets.pop(0)


@contextmanager
def served(inside: dict[str, str], **options: Any) -> Iterator[Served]:
    """Serve in this process, on threads."""
    app = Flask("frames")
    socketio = SocketIO(app, async_mode="threading", **options)
    frames = Frames(socketio, inside)
    bound(socketio.server.eio, frames.door(counted_sockets("threads", Floods().meter_of)))

    @socketio.on("connect")
    def _connect(_auth: Any = None) -> None:
        join_room(ROOM)
        socketio.emit("joined", to=request.sid)  # type: ignore[attr-defined]

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}", socketio, frames)
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module", params=[True, False], ids=["this library", "another library"])
def library(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Serve with the library that is installed, and once as if its inside were another."""
    with served(INSIDE if request.param else {**INSIDE, "socketio.Manager.emit": "another"}) as here:
        assert here.frames.fits is request.param
        yield here


def test_this_file_was_made_for_the_library_that_is_installed() -> None:
    """Who raises its version looks at what changed inside, and writes the new digests (``frames._digest``)."""
    assert Frames(SocketIO(Flask("frames"), async_mode="threading")).fits


def test_everybody_hears_to_the_byte_what_emit_would_have_sent(library: Served) -> None:
    lines = [library.websocket() for _number in range(2)]
    polling = Polling(library)
    for told in TOLD:
        library.socketio.emit("batch", told, to=ROOM)
        library.frames.send("batch", json.dumps(told, separators=(",", ":")), to=ROOM)
        for line in lines:
            by_emit, by_us = line.recv_frame(), line.recv_frame()
            assert (by_us.fin, by_us.opcode, by_us.data) == (by_emit.fin, by_emit.opcode, by_emit.data)
            assert json.loads(by_us.data[2:]) == ["batch", told]
        assert polling.next() == polling.next() == by_emit.data.decode()
    for line in lines:
        line.close()


def test_a_quiet_client_is_pinged_again_and_again() -> None:
    with served(INSIDE, ping_interval=0.2) as here:
        quiet = here.websocket()
        for _time in range(2):
            assert quiet.recv() == "2"
            quiet.send("3")
        here.frames.send("batch", "{}", to=ROOM)
        assert quiet.recv() == '42["batch",{}]'
        quiet.close()


def test_a_client_that_answers_no_ping_is_closed() -> None:
    with served(INSIDE, ping_interval=0.2, ping_timeout=1) as here:
        dead = here.websocket()
        assert [dead.recv(), dead.recv()] == ["2", ""]
        assert all(one.closed for one in here.socketio.server.eio.sockets.values())


def test_a_client_that_leaves_or_sends_nonsense_is_gone_and_the_others_hear_on() -> None:
    with served(INSIDE) as here:
        leaving, strange, staying = (here.websocket() for _number in range(3))
        leaving.close()
        strange.send("")
        assert strange.recv() == ""
        here.frames.send("batch", '{"n":1}', to=ROOM)
        assert staying.recv() == '42["batch",{"n":1}]'
        staying.close()


@given(text=st.text(max_size=200), times=st.sampled_from([1, 40, 700]))
def test_a_frame_says_its_text_plain_and_compressed(text: str, times: int) -> None:
    frame = Frame("4" + text * times)
    assert _read(frame.plain) == _read(frame.deflated) == "4" + text * times
    # The same bytes twice: no frame needs the one before it.
    assert _read(frame.deflated * 2) == ("4" + text * times) * 2
    small = len(("4" + text * times).encode()) < DEFLATED_FROM_BYTES
    assert (frame.deflated == frame.plain) or not small


def _read(data: bytes) -> str:
    """Read frames as a browser does that agreed to compression without a window that lasts."""
    inflating = PerMessageDeflate(server_no_context_takeover=True, client_no_context_takeover=True)
    inflating._enabled = True
    protocol = FrameProtocol(client=True, extensions=[inflating])
    protocol.receive_bytes(data)
    return "".join(str(frame.payload) for frame in protocol.received_frames())


@contextmanager
def outlet(slow: Callable[[], None]) -> Iterator[tuple[Outlet, sockets.socket]]:
    """Make an outlet over a pair of sockets that hold little; gives it and the reader's end."""
    ours, theirs = sockets.socketpair()
    for end in (ours, theirs):
        end.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4096)
        end.settimeout(WAIT_S)
    ours.setblocking(True)
    line: Any = Line(SimpleNamespace(sock=ours))
    yield Outlet(line, slow=slow, close=ours.close), theirs
    ours.close()
    theirs.close()


@given(sizes=st.lists(st.integers(1, 9_000), min_size=1, max_size=25), piece=st.integers(1, 8_000))
def test_what_is_written_arrives_whole_and_in_order_however_slowly_it_is_taken(
    sizes: list[int], piece: int
) -> None:
    said = [bytes([number]) * size for number, size in enumerate(sizes)]
    with outlet(lambda: pytest.fail("nobody was slow")) as (out, reader):
        for one in said:
            assert out.write(one)
        out.put(None)
        heard = b""
        while more := reader.recv(piece):
            heard += more
        assert heard == b"".join(said)
        assert out.held == 0


def test_a_reader_who_takes_nothing_is_given_up_before_he_holds_much() -> None:
    given_up: list[int] = []
    frame = Frame("4" * 10_000)
    with outlet(lambda: given_up.append(out.held)) as (out, _reader):
        for _time in range(100):
            out.tell(frame)
        assert len(given_up) == 1
        assert given_up[0] <= MOST_HELD
