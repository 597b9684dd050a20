"""Bodies that come slowly: whoever sends one has the rights of when it has come, and a minute for it."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from server.core.http.bodies import InTime
from tests.tools.insiders import Insiders, of_world
from tests.tools.pictures import jpeg
from tests.tools.world import WAIT_S, World, living


# Werkzeug's own server says that it goes on before anybody looked at the session.
@pytest.fixture(scope="module", params=["eventlet", pytest.param("gevent", marks=pytest.mark.hard)])
def world(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Serve a small district that keeps the three roles apart."""
    folder = tmp_path_factory.mktemp("served")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    files = str(folder / "files")
    with living(
        f"sqlite:///{database}",
        folder / "server.log",
        HUXUE_ENGINE=request.param,
        HUXUE_SEPARATE_ROLES="1",
        HUXUE_FILES_FOLDER=files,
    ) as world:
        yield world


@pytest.fixture
def insiders(world: World) -> Insiders:
    """Make people inside."""
    return of_world(world, lambda: datetime.now(UTC))


def while_it_comes(
    world: World, account_id: int, path: str, body: bytes, meanwhile: Callable[[], object]
) -> tuple[int, dict[str, Any]]:
    """Begin a write, let something happen when its session was looked at, end the write, and give the answer."""
    token, csrf = world.token(account_id)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{world.server.port}\r\nCookie: {world.cookie}={token}\r\n"
        f"X-CSRF-Token: {csrf}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", world.server.port), timeout=WAIT_S)) as line:
        line.sendall(head.encode())
        answers = line.makefile("rb")
        assert answers.readline().startswith(b"HTTP/1.1 100"), "the server waits for the body"
        assert answers.readline() == b"\r\n"
        meanwhile()
        line.sendall(body)
        told, _, said = answers.read().partition(b"\r\n\r\n")
    return int(told.split()[1]), json.loads(said)


def lock(world: World, account_id: int) -> requests.Response:
    security = world.district.consoles["security_admin"]
    body = {"request_id": str(uuid4()), "let_in": False}
    answer = world.post(security, f"/api/console-accounts/{account_id}/letting-in", body)
    answer.raise_for_status()
    return answer


def test_who_is_locked_while_his_body_comes_locks_nobody_more(world: World, insiders: Insiders) -> None:
    other, victim = insiders.console("security_admin"), insiders.console("dispatcher")
    assert world.get(victim, "/api/alarms").status_code == 200
    body = json.dumps({"request_id": str(uuid4()), "let_in": False}).encode()
    path = f"/api/console-accounts/{victim}/letting-in"
    told, said = while_it_comes(world, other, path, body, lambda: lock(world, other))
    assert (told, said["code"]) == (401, "no_session")
    assert world.get(victim, "/api/alarms").status_code == 200


def test_who_is_locked_while_his_picture_comes_sends_none(world: World, insiders: Insiders) -> None:
    world.check_in(0, 0)
    alarm = world.write(world.district.guards[0][0], "/api/alarms")["id"]
    desk, path = insiders.console("dispatcher"), f"/api/alarms/{alarm}/pictures"
    told, said = while_it_comes(
        world, desk, f"{path}?request_id={uuid4()}", jpeg(), lambda: lock(world, desk)
    )
    assert (told, said["code"]) == (401, "no_session")
    assert world.get(world.district.consoles["dispatcher"], path).json()["items"] == []
    world.end_alarms()


class Drop:
    """A sender that gives a byte a second."""

    def __init__(self) -> None:
        self.at = 0.0

    def read1(self, _most: int) -> bytes:
        """Give what has come."""
        self.at += 1
        return b"7"


def test_a_body_that_comes_byte_by_byte_has_its_time_and_no_more() -> None:
    for read in (InTime.read, InTime.readline):
        drop = Drop()
        body = InTime(drop, 60, lambda: drop.at)  # noqa: B023 -- read at once
        with pytest.raises(TimeoutError):
            read(body, 65_536)
        assert (drop.at, body.over) == (60, True)


def test_a_sender_who_says_nothing_more_is_waited_for_no_longer() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs), ours.makefile("rb") as reader:
        theirs.sendall(b"half")
        body = InTime(reader, 0.2)
        with pytest.raises(TimeoutError):
            body.read(10)
        assert ours.gettimeout() is None, "the connection has the time that it had"


def test_what_comes_in_time_is_read_as_it_is() -> None:
    body = InTime(BytesIO(b"7\r\nand so on"), 60)
    assert body.readline() == b"7\r\n"
    assert body.read(3) == b"and"
    assert body.read() == b" so on"
    assert body.read(1) == b""
