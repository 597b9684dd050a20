"""A server that is told to end: what is under way is answered, nothing new is taken, and it ends by itself."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.listener import Listener
from tests.tools.world import WAIT_S, World, living


@pytest.fixture(params=["eventlet", "gevent", "threads"])
def world(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """Serve a small district on each engine."""
    database = tmp_path / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", tmp_path / "server.log", HUXUE_ENGINE=request.param) as world:
        yield world


def takes(port: int) -> bool:
    """Tell whether anybody listens on a port."""
    with socket.socket() as line:
        line.settimeout(WAIT_S)
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_an_alarm_that_is_being_sent_is_answered_and_kept(world: World, tmp_path: Path) -> None:
    guard = world.district.guards[0][2]
    token, csrf = world.token(guard)
    body = json.dumps({"request_id": "4f0c9d2c-1f6f-4b8f-8a11-9b2c7d5e0f58", "post_id": None}).encode()
    head = (
        f"POST /api/alarms HTTP/1.1\r\nHost: 127.0.0.1:{world.server.port}\r\nCookie: huxue={token}\r\n"
        f"X-CSRF-Token: {csrf}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    page = Listener(world.server.url, world.token(world.district.consoles["dispatcher"])[0])
    page.wait_for("hello")
    with socket.create_connection(("127.0.0.1", world.server.port), timeout=WAIT_S) as line:
        line.sendall(head.encode() + body[:20])
        # Once another request is answered the first one has been begun.
        assert world.get(guard, "/api/me").ok
        os.kill(world.server.process.pid, signal.SIGTERM)
        while takes(world.server.port):
            pass
        line.sendall(body[20:])
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert b"connection: close" in answer.lower()
    # The console's socket, which says nothing, holds nobody up.
    world.server.process.wait(WAIT_S)
    assert "Traceback" not in (tmp_path / "server.log").read_text()
    world.server.restart()
    shown = world.get(world.district.consoles["dispatcher"], "/api/alarms").json()["items"]
    assert len(shown) == 1
    # With nothing under way it ends as quietly.
    os.kill(world.server.process.pid, signal.SIGTERM)
    world.server.process.wait(WAIT_S)
    assert "Traceback" not in (tmp_path / "server.log").read_text()
