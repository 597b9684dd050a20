"""A new key while people sign in and check in at two workers: nobody is refused, and nothing is left of the old one."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from deploy.programs import postgres
from server.areas import open_store
from server.core.database.sealing import reseal, rotation
from server.core.database.sealing.ring import KeyRing, KeySource, read_file
from tests.tools.keys import TEST_KEYS
from tests.tools.world import WAIT_S, World, living, living_twice

SEATS = 7


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Put the key of the tests into a file that can grow."""
    path = tmp_path / "keys"
    path.touch(0o600)
    path.write_text(f"{TEST_KEYS}\n")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def workers(request: pytest.FixtureRequest, tmp_path: Path, file: Path) -> Iterator[list[World]]:
    """Serve the small district with the key file: one process on SQLite, two on PostgreSQL."""
    keys = {"HUXUE_KEYS": "", "HUXUE_KEY_FILE": str(file), "HUXUE_CODES_PER_HOUR": "100"}
    keys |= {"HUXUE_CHECK_OUT_BEFORE_MINUTES": "60"}
    if request.param == "sqlite":
        with living(request.getfixturevalue("sqlite_url"), tmp_path / "server.log", **keys) as world:
            yield [world]
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with living_twice(server.fresh_url(), tmp_path, engines=("eventlet", "threads"), **keys) as worlds:
        yield list(worlds)


def sign_in(world: World, turn: int) -> str | None:
    """Sign in by a code as a phone does, one after the other of the first post; gives what went wrong."""
    number = f"19900000{turn % SEATS:03}"
    with requests.Session() as phone:
        phone.headers["Origin"] = world.server.url
        asked = phone.post(f"{world.server.url}/api/session/codes", json={"phone": number}, timeout=WAIT_S)
        if asked.status_code != 202:
            return asked.text
        request = asked.json()["request"]
        shown = phone.get(
            f"{world.server.url}/api/demo/messages", params={"request": request}, timeout=WAIT_S
        )
        body = {"request": request, "code": shown.json()["messages"][-1]["code"]}
        answer = phone.post(f"{world.server.url}/api/session", json=body, timeout=WAIT_S)
        return None if answer.status_code == 200 and answer.json()["me"] else answer.text


def check_in(world: World, turn: int) -> str | None:
    """Check somebody of the other posts in, and out again; gives what went wrong."""
    post, seat = 1 + turn % 2, turn // 2 % SEATS
    guard = world.district.guards[post][seat]
    came = world.post(guard, "/api/check-ins", world.check_in_body(post, guard))
    if came.status_code not in {200, 201}:
        return came.text
    left = world.post(guard, "/api/check-outs", {"request_id": str(uuid4())})
    return None if left.status_code == 201 else left.text


def test_nobody_is_refused_while_a_key_is_changed(workers: list[World], file: Path, tmp_path: Path) -> None:
    failed: list[Any] = []
    done = {"sign-ins": 0, "check-ins": 0}
    over = threading.Event()

    def again(what: str, act: Callable[[World, int], str | None]) -> None:
        turn = 0
        while not over.is_set():
            wrong = act(workers[turn % len(workers)], turn)
            if wrong is not None:
                failed.append((what, turn, wrong))
            done[what] += 1
            turn += 1

    threads = [
        threading.Thread(target=again, args=("sign-ins", sign_in)),
        threading.Thread(target=again, args=("check-ins", check_in)),
    ]
    for thread in threads:
        thread.start()
    try:
        said = workers[0].server.command("keys", "rotate")
        status = workers[0].server.command("keys", "status")
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert min(done.values()) >= 20, done
    old, new = read_file(str(file))
    assert f"All telephones are sealed with {new.id}." in said
    assert f"{old.id}: 0 telephones, may be taken out" in status
    file.write_text(f"{new.line}\n")
    os.utime(file)
    url = workers[0].store.url.render_as_string(hide_password=False)
    alone = open_store(url, KeyRing(KeySource(path=str(file))))
    with alone.read() as connection:
        assert rotation.needed(connection) == [new.id]
        assert {reseal.count(connection, place, place.not_of(new)) for place in reseal.places()} == {0}
    alone.close()
    assert [sign_in(one, 3) for one in workers] == [None] * len(workers)
    logs = "".join(one.read_text() for one in tmp_path.glob("*.log"))
    assert "1990000" not in logs and new.line.split()[2] not in logs
