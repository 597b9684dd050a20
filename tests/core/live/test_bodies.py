"""Bodies that come in pieces, as small devices send them: read as any other on each engine, and bounded."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.world import WAIT_S, World, living


@pytest.fixture(scope="module", params=["eventlet", "gevent", "threads"])
def world(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Serve a small district on each engine."""
    folder = tmp_path_factory.mktemp("served")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ENGINE=request.param) as world:
        yield world


def send(world: World, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    """Send a body in pieces of seven bytes."""
    pieces = (body[at : at + 7] for at in range(0, len(body), 7))
    line = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=WAIT_S)
    sent: dict[str, Any] = {"Content-Type": "application/json", **headers}
    line.request("POST", path, pieces, sent, encode_chunked=True)
    answer = line.getresponse()
    told = answer.status, answer.read()
    line.close()
    return told


def test_a_device_that_sends_its_test_in_pieces_raises_no_alarm(world: World) -> None:
    admin = world.district.consoles["district_admin"]
    body = {
        "request_id": "9b2c7d5e-0f58-4f0c-9d2c-1f6f4b8f2a11",
        "post_id": world.district.posts[0],
        "label": "门",
    }
    key = world.post(admin, "/api/devices", body).json()["key"]
    told = send(world, "/api/device-alarms", b'{"test": true}', Authorization=f"Bearer {key}")
    assert told == (201, b'{"alarm_id":null}\n')
    assert world.get(admin, "/api/alarms").json()["items"] == []
    pressed = send(world, "/api/device-alarms", b"{}", Authorization=f"Bearer {key}")
    assert pressed[0] == 201
    assert len(world.get(admin, "/api/alarms").json()["items"]) == 1


def test_pieces_without_end_are_too_many(world: World) -> None:
    told = send(world, "/api/session/codes", b'{"phone": "' + b"1" * 300_000 + b'"}')
    assert told[0] in {400, 413}


def test_two_lengths_are_none(world: World) -> None:
    """What stood behind the shorter one was read as a request of its own: a proxy may have taken it for the body."""
    hidden = b"GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    lengths = f"Content-Length: 2\r\nContent-Length: {2 + len(hidden)}\r\n"
    head = f"POST /api/session/codes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{lengths}\r\n"
    with socket.create_connection(("127.0.0.1", world.server.port), timeout=WAIT_S) as line:
        line.sendall(head.encode() + b"{}" + hidden)
        line.shutdown(socket.SHUT_WR)
        told = line.makefile("rb").read()
    assert told.startswith(b"HTTP/1."), told
    assert b" 400 " in told.split(b"\r\n", 1)[0]
    assert b"200 OK" not in told
