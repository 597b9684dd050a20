"""Sockets that send too much or take too little are closed, counted and put off; nobody's alarm waits for it."""

import json
import socket as sockets
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
import websocket

from server.core.live.floods import FIRST_DELAY_S, FRAMES, LONGEST_DELAY_S, MOST_HELD, Floods
from tests.core.live.test_door import TurnedAway, let_in, raw
from tests.tools.listener import Listener
from tests.tools.world import WAIT_S, World, living

HIDDEN = '42["hidden",true]'
Flood = Callable[[websocket.WebSocket], None]


ENGINES = ["eventlet", pytest.param("gevent", marks=pytest.mark.hard), "threads"]


@pytest.fixture(scope="module", params=ENGINES)
def world(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Serve a small district on each engine; every test takes people of its own."""
    folder = tmp_path_factory.mktemp("floods")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ENGINE=request.param) as world:
        yield world


def counted(world: World) -> dict[str, float]:
    """Read what was counted of sockets, by reason."""
    lines = requests.get(world.server.url + "/metrics", timeout=WAIT_S).text.splitlines()
    found = [line.partition('{reason="')[2] for line in lines if line.startswith("huxue_sockets_closed{")]
    return {one.partition('"')[0]: float(one.rpartition(" ")[2]) for one in found}


def why_closed(line: websocket.WebSocket) -> str:
    """Read on until the server closes a socket, and give the reason that it tells.

    Nothing where the line is reset since much was still under way: then what was counted has to do.
    """
    while True:
        try:
            frame = line.recv_frame()
        except ConnectionResetError:
            return ""
        if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
            assert struct.unpack("!H", frame.data[:2]) == (1008,)
            return str(frame.data[2:].decode())


def words(line: websocket.WebSocket) -> None:
    line.sock.sendall(websocket.ABNF.create_frame(HIDDEN, websocket.ABNF.OPCODE_TEXT).format() * 1000)


def pings(line: websocket.WebSocket) -> None:
    line.sock.sendall(websocket.ABNF.create_frame(b"", websocket.ABNF.OPCODE_PING).format() * 1000)


def heaps(line: websocket.WebSocket) -> None:
    heap = websocket.ABNF.create_frame('42["hidden","' + "x" * 4000 + '"]', websocket.ABNF.OPCODE_TEXT)
    line.sock.sendall(heap.format() * 20)


def binary(line: websocket.WebSocket) -> None:
    line.send_binary(b"\x00")


@pytest.mark.parametrize(
    ("seat", "flood", "reason"),
    [
        (2, words, "too_many_frames"),
        (3, pings, "too_many_frames"),
        (4, heaps, "too_many_bytes"),
        (5, binary, "binary"),
    ],
)
def test_a_socket_that_sends_more_than_a_page_needs_is_closed_and_put_off_and_may_raise_an_alarm(
    world: World, seat: int, flood: Flood, reason: str
) -> None:
    guard = world.district.guards[0][seat]
    token = world.token(guard)[0]
    before = counted(world)
    other = Listener(world.server.url, world.token(world.district.guards[1][0])[0])
    line = let_in(world, token)
    with suppress(OSError):
        flood(line)
    assert why_closed(line) in {reason, ""}
    with pytest.raises(TurnedAway, match=r"429|closed"):
        raw(world, token, asks=True)
    after = counted(world)
    assert {name: after[name] - before.get(name, 0) for name in (reason, "delayed")} == {
        reason: 1,
        "delayed": 1,
    }
    # Its HTTP is as before, the alarm above all; so are the others' sockets.
    assert world.get(guard, "/api/me").status_code == 200
    assert world.write(guard, "/api/alarms", post_id=world.district.posts[0], fix=None)["state"] == "open"
    let_in(world, world.token(world.district.guards[2][0])[0]).close()
    other.client.emit("hidden", True)
    assert other.wait_for("hello")["epoch"]
    other.client.disconnect()


def test_what_a_page_sends_in_an_hour_is_no_flood() -> None:
    now = 0.0
    meter = Floods(lambda: now).meter(1)
    assert meter.over(6 + 200) is None
    for second in range(3600):
        now = float(second)
        if second % 20 == 0:
            assert meter.over(6 + 1) is None
        # Somebody who looks at another app and back, again and again.
        if second % 6 == 0:
            assert meter.over(6 + len(HIDDEN)) is None


def test_who_floods_again_and_again_waits_longer_and_longer_and_is_forgiven_in_the_end() -> None:
    now = 0.0
    floods = Floods(lambda: now)
    waits = []
    for _time in range(10):
        meter = floods.meter(7)
        reasons = [meter.over(7) for _frame in range(int(FRAMES.most) + 1)]
        assert reasons == [None] * int(FRAMES.most) + ["too_many_frames"]
        waits.append(floods.wait_s(7))
        assert floods.wait_s(8) == 0
        now += waits[-1]
        assert floods.wait_s(7) == 0
    assert waits == [min(FIRST_DELAY_S * 2**time, LONGEST_DELAY_S) for time in range(10)]
    now += 7200
    floods.forget()
    assert floods.meter(7).over(7) is None
    floods.closed(7, "binary")
    assert floods.wait_s(7) == FIRST_DELAY_S


def test_who_comes_in_again_and_again_is_put_off() -> None:
    now = 0.0
    floods = Floods(lambda: now)
    assert [floods.wait_s(1) for _time in range(200)] == [0] * 200
    assert floods.wait_s(1) == 1
    assert floods.wait_s(2) == 0
    now += 10
    assert floods.wait_s(1) == 0


def test_who_does_not_take_what_is_told_him_is_closed_and_the_others_hear_on(world: World) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    token = world.token(dispatcher)[0]
    slow = let_in(world, token)
    slow.sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    before = counted(world).get("too_slow", 0)
    quick = Listener(world.server.url, world.token(world.district.consoles["district_admin"])[0])
    number = world.write(
        world.district.guards[0][2], "/api/alarms", post_id=world.district.posts[0], fix=None
    )["id"]
    until = time.monotonic() + WAIT_S
    notes = 0
    while counted(world).get("too_slow", 0) == before:
        assert time.monotonic() < until
        world.write(dispatcher, f"/api/alarms/{number}/notes", text="字" * 500, withdrawal=False)
        notes += 1
    # What is kept for a reader, what the kernel keeps besides, and no more.
    said = len(json.dumps(world.get(dispatcher, f"/api/alarms/{number}").json()))
    assert notes * said < 40 * MOST_HELD
    batch = quick.wait_for("batch")
    while batch["events"][-1]["data"].get("timeline_count", 0) < notes:
        batch = quick.wait_for("batch")
    # It was not its fault that the line is slow: it comes in again at once.
    let_in(world, token).close()
    quick.client.disconnect()
