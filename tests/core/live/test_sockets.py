"""News over real sockets of a real server, on each async engine that is installed by default."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio

from server.core.live import presence_rows
from tests.tools.listener import Listener
from tests.tools.world import WAIT_S, World, living


@pytest.fixture(params=["eventlet", pytest.param("gevent", marks=pytest.mark.hard), "threads"])
def world(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district on each engine."""
    with living(sqlite_url, tmp_path / "server.log", HUXUE_ENGINE=request.param) as world:
        yield world


def present(world: World, account_id: int) -> bool | None:
    """Tell whether somebody's page is in sight, as far as the server has noted; ``None``: no page."""
    with world.store.read() as connection:
        return presence_rows.present(connection, [account_id], datetime.now(UTC)).get(account_id)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that a server does within a second or two."""
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end


def test_news_goes_down_in_order_and_only_to_its_rooms(world: World) -> None:
    district = world.district
    console = Listener(world.server.url, world.token(district.consoles["dispatcher"])[0])
    foreign = Listener(world.server.url, world.token(district.guards[2][0])[0])
    hello = console.wait_for("hello")
    world.check_in(0, 0)
    batch = console.wait_for("batch")
    while not any(one["data"].get("seats") for one in batch["events"]):
        batch = console.wait_for("batch")
    assert batch["epoch"] == hello["epoch"]
    assert batch["prev"] >= hello["last"]
    assert [one["id"] for one in batch["events"]] == sorted(one["id"] for one in batch["events"])
    seat = batch["events"][-1]["data"]["seats"][0]
    assert (seat["account_id"], seat["verified"]) == (district.guards[0][0], True)
    heartbeat = console.wait_for("heartbeat")
    assert heartbeat["last"] >= batch["last"]
    assert all(name != "batch" for name, _data in list(foreign.heard.queue))
    console.client.disconnect()
    foreign.client.disconnect()


def test_signing_out_closes_the_socket(world: World) -> None:
    token, csrf = world.token(world.district.consoles["dispatcher"])
    console = Listener(world.server.url, token)
    console.wait_for("hello")
    answer = requests.delete(
        world.server.url + "/api/session",
        headers={"Cookie": f"huxue={token}", "X-CSRF-Token": csrf},
        timeout=WAIT_S,
    )
    assert answer.status_code == 204
    console.wait_for("closed")


def steps_of_neighbours(world: World) -> list[tuple[int, int]]:
    """Raise an alarm at the first post, and give the steps of the neighbours' tier: which, and whom it reached."""
    body = {"request_id": str(uuid4()), "post_id": world.district.posts[0], "fix": None}
    told = world.post(world.district.guards[0][2], "/api/alarms", body).json()
    facts = [line["facts"] for line in told["timeline"] if line["act"] == "called"]
    return [(one["step"], one["reached"]) for one in facts if one["tier"] == 2]


@pytest.mark.parametrize("from_the_start", [True, False])
def test_a_page_that_nobody_looks_at_is_called_and_does_not_count_as_reached(
    world: World, *, from_the_start: bool
) -> None:
    neighbour = world.district.guards[1][2]
    for post, seat in ((0, 2), (1, 0), (1, 2), (1, 3)):
        world.check_in(post, seat)
    # Whatever else a client sends there hides nothing.
    cursor = {"hidden": True} if from_the_start else {"hidden": "yes", "epoch": 7}
    page = Listener(world.server.url, world.token(neighbour)[0], cursor)
    page.wait_for("hello")
    if not from_the_start:
        until(lambda: present(world, neighbour) is True)
        page.client.emit("hidden", True)
    until(lambda: present(world, neighbour) is False)
    # The step by the page alone is not waited for, and the page is called all the same.
    assert steps_of_neighbours(world)[:2] == [(1, 0), (2, 2)]
    batch = page.wait_for("batch")
    while batch["events"][-1]["name"] != "alarm.changed":
        batch = page.wait_for("batch")
    deliveries = batch["events"][-1]["data"]["deliveries"]
    assert {one["channel"] for one in deliveries if one["account_id"] == neighbour} == {"socket", "sms"}
    page.client.emit("hidden", False)
    until(lambda: present(world, neighbour) is True)
    page.client.disconnect()
    until(lambda: present(world, neighbour) is None)


def test_a_page_in_sight_counts_as_reached(world: World) -> None:
    neighbour = world.district.guards[1][2]
    for post, seat in ((0, 2), (1, 0), (1, 2), (1, 3)):
        world.check_in(post, seat)
    page = Listener(world.server.url, world.token(neighbour)[0])
    until(lambda: present(world, neighbour) is True)
    assert steps_of_neighbours(world) == [(1, 1)]
    page.client.disconnect()


def test_nobody_connects_without_a_session_or_from_a_foreign_page(world: World) -> None:
    # Under gevent a refusal comes after the upgrade, as an empty packet, which the client calls a ValueError.
    with pytest.raises((socketio.exceptions.ConnectionError, ValueError)):
        Listener(world.server.url, "no-such-token")
    token, _csrf = world.token(world.district.consoles["dispatcher"])
    client = socketio.Client(reconnection=False)
    with pytest.raises((socketio.exceptions.ConnectionError, ValueError)):
        client.connect(
            world.server.url,
            headers={"Cookie": f"huxue={token}", "Origin": "https://elsewhere.example"},
            transports=["websocket"],
        )


def test_what_was_missed_is_fetched_from_the_cursor(world: World) -> None:
    token, _csrf = world.token(world.district.consoles["dispatcher"])
    cookies = {"Cookie": f"huxue={token}"}
    before = requests.get(world.server.url + "/api/coverage", headers=cookies, timeout=WAIT_S).json()
    world.check_in(0, 0)
    query = {"after": before["last"], "epoch": before["epoch"]}
    missed = requests.get(world.server.url + "/api/events", query, headers=cookies, timeout=WAIT_S).json()
    assert missed["prev"] == before["last"]
    assert json.dumps(missed).count("coverage.changed") >= 1
    other = {**query, "epoch": "another"}
    gone = requests.get(world.server.url + "/api/events", other, headers=cookies, timeout=WAIT_S)
    assert (gone.status_code, gone.json()["code"]) == (410, "epoch_changed")


def test_who_comes_back_with_a_cursor_hears_first_what_it_missed_and_then_where_the_news_stands(
    world: World,
) -> None:
    token, _csrf = world.token(world.district.consoles["dispatcher"])
    console = Listener(world.server.url, token)
    stood = console.wait_for("hello")
    world.check_in(0, 0)
    last = console.wait_for("batch")["last"]
    console.client.disconnect()
    back = Listener(world.server.url, token, {"epoch": stood["epoch"], "last": stood["last"]})
    (first, missed), (second, hello) = (back.heard.get(timeout=WAIT_S) for _number in range(2))
    assert (first, second) == ("batch", "hello")
    assert missed["prev"] == stood["last"] < missed["last"] <= hello["last"]
    assert missed["last"] >= last
    assert any(one["data"].get("seats") for one in missed["events"])
    back.client.disconnect()


def test_a_cursor_that_is_none_or_of_another_history_brings_no_news_and_does_no_harm(world: World) -> None:
    token, _csrf = world.token(world.district.consoles["dispatcher"])
    world.check_in(0, 0)
    here = Listener(world.server.url, token)
    epoch = here.wait_for("hello")["epoch"]
    here.client.disconnect()
    of_now = [{"epoch": epoch, "last": last} for last in (-1, "1", True, 10**30, None)]
    for cursor in (*of_now, {"epoch": "another", "last": 0}, [1], "x"):
        back = Listener(world.server.url, token, cursor)
        assert back.heard.get(timeout=WAIT_S)[0] == "hello", cursor
        back.client.disconnect()


def test_a_phone_that_asks_for_it_hears_what_changed_of_its_post_with_the_name_of_who_came(
    world: World,
) -> None:
    """One that does not, a build of the release before, hears whole lines; so does a console, whatever it asks."""
    district = world.district
    world.check_in(0, 1)
    token = world.token(district.guards[0][1])[0]
    console_token = world.token(district.consoles["dispatcher"])[0]
    short = Listener(world.server.url, token, {"lines": "short"})
    whole = Listener(world.server.url, token)
    console = Listener(world.server.url, console_token, {"lines": "short"})
    stood, *_others = [one.wait_for("hello") for one in (short, whole, console)]
    world.check_in(0, 0)
    newcomer = district.guards[0][0]
    heard = [seat_of(page, newcomer) for page in (short, whole, console)]
    assert [name for name, _seat in heard] == ["post.changed", "coverage.changed", "coverage.changed"]
    shown = fetched(world, token, "/api/duty")["colleagues"]
    assert heard[0][1]["name"] == next(one["name"] for one in shown if one["account_id"] == newcomer)
    assert all("name" not in seat for _name, seat in heard[1:])
    query = {"after": stood["last"], "epoch": stood["epoch"], "lines": "short"}
    missed = fetched(world, token, "/api/events", **query)["events"]
    assert {one["name"] for one in missed} == {"post.changed"}
    assert {seat["name"] for one in missed for seat in one["data"]["seats"]} == {None}, "names are of now"
    for page in (short, whole, console):
        page.client.disconnect()
    back = Listener(world.server.url, token, {**query, "last": stood["last"]})
    assert [one["name"] for one in back.wait_for("batch")["events"]] == ["post.changed"]
    assert back.wait_for("hello")["epoch"] == stood["epoch"], "the cursor is the same for both"
    back.client.disconnect()


def fetched(world: World, token: str, path: str, **query: Any) -> Any:
    """Fetch something with a session's token."""
    cookies = {"Cookie": f"huxue={token}"}
    return requests.get(world.server.url + path, query, headers=cookies, timeout=WAIT_S).json()


def seat_of(page: Listener, account_id: int) -> tuple[str, dict[str, Any]]:
    """Wait until a page hears of somebody's seat; gives the event's name and the seat."""
    while True:
        for event in page.wait_for("batch")["events"]:
            for seat in event["data"].get("seats", ()):
                if seat["account_id"] == account_id:
                    return event["name"], seat
