"""The door for sockets: strangers stay outside and hold nobody up, one session takes its share and no more."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import websocket

from server.core.live.reconnect_throttle import ENTRIES_AT_ONCE, HANDSHAKES_AT_ONCE
from tests.tools.listener import Listener
from tests.tools.world import WAIT_S, World, living

# Whoever is in no room is looked for every five seconds, and closed when he is found twice.
CLOSED_WITHIN_S = 20


@pytest.fixture(
    scope="module", params=["eventlet", pytest.param("gevent", marks=pytest.mark.hard), "threads"]
)
def world(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Serve a small district on each engine."""
    folder = tmp_path_factory.mktemp("served")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ENGINE=request.param) as world:
        yield world


class TurnedAway(Exception):
    """The door stayed shut."""


def raw(world: World, token: str | None, *, asks: bool) -> websocket.WebSocket:
    """Open a socket as no page does: without ever asking to come in, if told so."""
    try:
        line = websocket.create_connection(
            world.server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket",
            cookie=f"huxue={token}" if token else None,
            origin=world.server.url,
            timeout=WAIT_S,
        )
        # Under gevent the refusal comes after the upgrade: the line is closed without a word.
        if not line.recv():
            raise TurnedAway("closed")
    except websocket.WebSocketBadStatusException as why:
        raise TurnedAway(str(why.status_code)) from why
    if asks:
        line.send("40")
    return line


def let_in(world: World, token: str) -> websocket.WebSocket:
    """Open a socket as a page does, which tries again when it is turned away; fails when it never comes in."""
    until = time.monotonic() + CLOSED_WITHIN_S
    while True:
        try:
            return raw(world, token, asks=True)
        except TurnedAway:
            if time.monotonic() > until:
                raise


def closed_after_s(line: websocket.WebSocket) -> float:
    """Wait until a socket is closed, answering its pings; fails when it stays."""
    begin = time.monotonic()
    try:
        while time.monotonic() - begin < CLOSED_WITHIN_S:
            said = line.recv()
            if said in {"", b""}:
                return time.monotonic() - begin
            if said == "2":
                line.send("3")
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return time.monotonic() - begin
    raise AssertionError("still open")


def test_strangers_open_no_socket_and_hold_nobody_up(world: World) -> None:
    """Eight of them that said nothing kept everybody else outside: no console saw anything live."""
    for token in (None, "no-such-token"):
        for _time in range(10):
            with pytest.raises(TurnedAway, match=r"401|closed"):
                raw(world, token, asks=False)
    console = Listener(world.server.url, world.token(world.district.consoles["dispatcher"])[0])
    console.wait_for("hello")
    console.client.disconnect()


def test_who_says_nothing_is_closed_and_keeps_no_other_out(world: World) -> None:
    silent = world.token(world.district.guards[0][0])[0]
    opened = [raw(world, silent, asks=False) for _time in range(3)]
    with pytest.raises(TurnedAway, match=r"429|closed"):
        raw(world, silent, asks=False)
    console = Listener(world.server.url, world.token(world.district.consoles["dispatcher"])[0])
    console.wait_for("hello")
    for one in opened:
        closed_after_s(one)
    # His own page comes in as before, once the server has noticed that it closed the others.
    page = let_in(world, silent)
    assert page.recv()
    page.close()
    console.client.disconnect()


def test_phones_that_are_slow_to_say_their_second_word_hold_nobody_up(world: World) -> None:
    """Of 4,000 that came back, those with a bad network held all turns: ten a second came in."""
    tokens = [world.token(guard)[0] for guard in world.district.guards[1][:7]]
    slow = [raw(world, token, asks=False) for token in tokens for _time in range(3)]
    assert len(slow) > HANDSHAKES_AT_ONCE + ENTRIES_AT_ONCE
    page = raw(world, world.token(world.district.guards[0][2])[0], asks=True)
    # None of them was sent away for that: each still comes in.
    for one in slow:
        one.send("40")
    for one in (page, *slow):
        while not str(one.recv()).startswith("40"):
            continue
        one.close()


def test_of_one_session_the_newest_twenty_sockets_stay(world: World) -> None:
    token = world.token(world.district.guards[0][1])[0]
    opened = []
    for _time in range(22):
        opened.append(raw(world, token, asks=True))
        while not str(opened[-1].recv()).startswith("40"):
            continue
    for one in opened[:2]:
        closed_after_s(one)
    console = Listener(world.server.url, token)
    console.wait_for("hello")
    opened[-1].send("3")
    assert opened[-1].connected
    console.client.disconnect()


def test_a_signed_out_socket_that_stays_is_closed_for_good(world: World) -> None:
    """The library only says good-bye: a client of somebody's own making could have kept its line."""
    token, csrf = world.token(world.district.consoles["district_admin"])
    line = raw(world, token, asks=True)
    while not str(line.recv()).startswith("40"):
        continue
    headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf}
    assert (
        requests.delete(world.server.url + "/api/session", headers=headers, timeout=WAIT_S).status_code == 204
    )
    while not str(line.recv()).startswith("41"):
        continue
    line.send("40")
    assert '"no_session"' in str(line.recv())
    closed_after_s(line)


def test_who_signed_out_between_the_door_and_the_second_word_stays_outside(world: World) -> None:
    """Of whom the door knew he was told what he missed, and heard an alarm that was raised afterwards."""
    token, csrf = world.token(world.district.guards[0][5])
    line = raw(world, token, asks=False)
    headers = {"Cookie": f"huxue={token}", "X-CSRF-Token": csrf}
    requests.delete(world.server.url + "/api/session", headers=headers, timeout=WAIT_S).raise_for_status()
    line.send("40")
    assert '"no_session"' in str(line.recv())
    closed_after_s(line)
