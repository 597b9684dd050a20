"""A gateway for SMS that takes calls and never answers: alarms are stored and answered as if it were not there."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.tools import gateway as gateways
from tests.tools.gateway import Gateway
from tests.tools.keys import TEST_KEYS
from tests.tools.world import WAIT_S, World, living

pytestmark = pytest.mark.alone
SECRET = "a secret of the tests, of at least 32 characters"
AT_ONCE_S = 1.0
# An alarm chooses among people, writes some fifty rows and commits; a bare answer is a line of text.
BARE_ANSWERS = 60


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway that hangs."""
    with gateways.running() as one:
        one.how = "hang"
        yield one


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, gateway: Gateway) -> Iterator[World]:
    """Serve a district as in real use, whose only way to a locked phone is that gateway."""
    settings = {
        "HUXUE_MODE": "production",
        "HUXUE_PUBLIC_URL": "https://huxue.example",
        "HUXUE_KEYS": TEST_KEYS,
        "HUXUE_SMS_URL": gateway.url,
        "HUXUE_SMS_SECRET": SECRET,
        "HUXUE_SMS_HOSTS": "127.0.0.1",
        "HUXUE_SMS_PRIVATE": "1",
    }
    with living(sqlite_url, tmp_path / "server.log", **settings) as world:
        world.cookie = "__Host-huxue"
        yield world


def took_s(call: Callable[[], requests.Response], status: int) -> float:
    """Make a call and measure it."""
    began = time.monotonic()
    answer = call()
    taken = time.monotonic() - began
    assert answer.status_code == status, answer.text
    return taken


def bare(world: World) -> requests.Response:
    """Ask for the least there is."""
    return requests.get(f"{world.server.url}/healthz", timeout=WAIT_S)


def alarm(world: World, post: int) -> Callable[[], requests.Response]:
    """Raise an alarm at a post."""
    body: dict[str, Any] = {"request_id": str(uuid4()), "post_id": world.district.posts[post], "fix": None}
    return lambda: world.post(world.district.guards[post][2], "/api/alarms", body)


def test_alarms_are_answered_at_once(world: World, gateway: Gateway) -> None:
    for post in range(3):
        for seat in range(7):
            world.check_in(post, seat)
    bare_s = [took_s(lambda: bare(world), 200) for _ in range(15)]
    taken_s = [took_s(alarm(world, 0), 201)]
    # Asked meanwhile, so that it is sure that the server goes on serving.
    until = time.monotonic() + WAIT_S
    while not gateway.calls:
        bare_s.append(took_s(lambda: bare(world), 200))
        assert time.monotonic() < until, "nobody was called by SMS"
    taken_s += [took_s(alarm(world, post), 201) for post in (1, 2)]
    taken_s.append(took_s(lambda: world.get(world.district.consoles["dispatcher"], "/api/alarms"), 200))
    bare_s += [took_s(lambda: bare(world), 200) for _ in range(15)]
    assert not gateway.stopping.is_set(), "it hangs still"
    allowed_s = max(AT_ONCE_S, BARE_ANSWERS * statistics.median(bare_s))
    print("alarms, s:", [round(one, 3) for one in taken_s], "bare:", round(statistics.median(bare_s), 4))
    assert max(taken_s) < allowed_s
