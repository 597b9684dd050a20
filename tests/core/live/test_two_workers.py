"""Two real workers over PostgreSQL and Redis, each on another engine: what is written at one is heard at the other."""

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy import func, select

from deploy.programs import postgres, redis
from server.alarm.tables import escalation
from server.core.database import event_rooms
from server.core.database.migrate import upgrade
from server.delivery.tables import message
from tests.tools.listener import Listener
from tests.tools.screen import Screen
from tests.tools.world import WAIT_S, World, living_twice

# Sockets that close in time, news in time: these have the machine to themselves.
pytestmark = pytest.mark.alone

POSTS = 3


@pytest.fixture(scope="module")
def bell() -> Iterator[redis.Server]:
    """Run a Redis."""
    with redis.running() as server:
        yield server


@pytest.fixture(scope="module")
def database() -> Iterator[postgres.Server]:
    """Run a PostgreSQL of our own, since it will be crashed."""
    with postgres.running(durable=True) as server:
        upgrade(server.template_url())
        yield server


@pytest.fixture(scope="module", params=[("eventlet", "gevent"), ("threads", "eventlet")], ids="-".join)
def pair(
    request: pytest.FixtureRequest,
    database: postgres.Server,
    bell: redis.Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Serve one small district by two workers."""
    folder = tmp_path_factory.mktemp("workers")
    url = database.fresh_url()
    with living_twice(url, folder, engines=request.param, HUXUE_REDIS_URL=bell.url) as worlds:
        yield worlds


@pytest.fixture
def first(pair: tuple[World, World]) -> World:
    """Give the world as the first worker serves it."""
    return pair[0]


@pytest.fixture
def second(pair: tuple[World, World]) -> World:
    """Give the world as the second worker serves it."""
    return pair[1]


def dispatcher(world: World) -> str:
    return world.token(world.district.consoles["dispatcher"])[0]


def until(true: Any, within_s: float = WAIT_S) -> float:
    """Wait until something is true and give the seconds that it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s
        threading.Event().wait(0.02)
    return time.monotonic() - began


def newest(world: World) -> int:
    with world.store.read() as connection:
        return event_rooms.last_in_room(connection, f"district:{world.district.district_id}")


def test_both_tell_the_same_in_the_same_order_without_a_gap(first: World, second: World) -> None:
    consoles = [Listener(world.server.url, dispatcher(world)) for world in (first, second)]
    begin = max(console.wait_for("hello")["last"] for console in consoles)
    writers = [
        threading.Thread(
            target=lambda post=post, world=world: [world.check_in(post, seat) for seat in (0, 1, 2)]
        )
        for post, world in enumerate((first, second, first))
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    last = newest(first)
    heard: list[list[dict[str, Any]]] = []
    for console in consoles:
        batches = [console.wait_for("batch")]
        while batches[-1]["last"] < last:
            batches.append(console.wait_for("batch"))
        assert all(later["prev"] == earlier["last"] for earlier, later in itertools.pairwise(batches))
        heard.append([event for batch in batches for event in batch["events"] if begin < event["id"] <= last])
        console.client.disconnect()
    for events in heard:
        numbers = [event["id"] for event in events]
        assert numbers == sorted(set(numbers))
    # One may leave out a line where it tells a later one of the post in the same batch.
    newest_lines = [{event["data"].get("post_id"): event for event in events} for events in heard]
    assert newest_lines[0] == newest_lines[1]
    told = [{event["id"]: event for event in events} for events in heard]
    assert all(told[0][number] == told[1][number] for number in told[0].keys() & told[1].keys())


def test_a_screen_at_one_shows_what_is_done_at_the_other(first: World, second: World) -> None:
    screen = Screen(first.server.url, dispatcher(first))
    until(lambda: screen.mode == "live" and screen.last >= 0)
    for post in range(POSTS):
        second.check_in(post, 4)
    until(lambda: screen.last >= newest(first))
    assert screen.shown() == screen.fresh()
    assert screen.counts["full fetches"] == 1
    screen.close()


def test_what_was_missed_at_one_is_caught_up_at_the_other(first: World, second: World) -> None:
    console = {"Cookie": f"huxue={dispatcher(first)}"}
    before = requests.get(f"{first.server.url}/api/coverage", headers=console, timeout=WAIT_S).json()
    for post in range(POSTS):
        first.check_in(post, 5)
    query = {"after": before["last"], "epoch": before["epoch"]}
    batches = [
        requests.get(f"{world.server.url}/api/events", query, headers=console, timeout=WAIT_S).json()
        for world in (first, second)
    ]
    assert batches[0] == batches[1]
    assert batches[0]["prev"] == before["last"] and len(batches[0]["events"]) >= POSTS


def test_an_alarm_raised_at_one_is_heard_answered_and_ended_at_the_other(first: World, second: World) -> None:
    guard, colleague = first.district.guards[0][3], first.district.guards[0][6]
    first.check_in(0, 3)
    second.check_in(0, 6)
    phone = Screen(second.server.url, second.token(colleague)[0], console=False)
    desk = Screen(second.server.url, dispatcher(second))
    until(lambda: phone.mode == desk.mode == "live" and min(phone.last, desk.last) >= 0)
    body = {"request_id": str(uuid4()), "post_id": first.district.posts[0], "fix": None}
    alarm = first.post(guard, "/api/alarms", body).json()
    assert until(lambda: alarm["id"] in phone.alarms and alarm["id"] in desk.alarms) < 2
    answer = second.post(guard, "/api/alarms", body)
    assert (answer.status_code, answer.json()["id"]) == (201, alarm["id"])
    going = {"request_id": str(uuid4()), "state": "responding"}
    path = f"/api/alarms/{alarm['id']}"
    assert second.post(colleague, f"{path}/responses", going).status_code == 200
    finding = {"request_id": str(uuid4()), "outcome": "test", "finding": "演练"}
    ended = first.post(first.district.consoles["dispatcher"], f"{path}/resolution", finding)
    assert ended.status_code == 200
    until(lambda: phone.alarms[alarm["id"]]["state"] == desk.alarms[alarm["id"]]["state"] == "resolved")
    assert desk.shown() == desk.fresh()
    versions = [version for number, version in desk.versions if number == alarm["id"]]
    assert versions == sorted(set(versions))
    phone.close()
    desk.close()
    nothing_was_told_twice(first, alarm["id"])


def nothing_was_told_twice(world: World, alarm_id: int) -> None:
    """Assert that each step of an alarm was taken once, and each call put down once."""
    called = (message.c.reference, message.c.channel, message.c.address)
    with world.store.read() as connection:
        steps = connection.execute(
            select(escalation.ladder_step.c.tier, escalation.ladder_step.c.number).where(
                escalation.ladder_step.c.alarm_id == alarm_id
            )
        ).all()
        twice = connection.execute(
            select(*called).where(message.c.alarm_id == alarm_id).group_by(*called).having(func.count() > 1)
        ).all()
    assert len(steps) == len(set(steps)) >= 3
    assert twice == []


def test_signing_out_at_one_closes_the_socket_at_the_other_within_two_seconds(
    first: World, second: World
) -> None:
    token, csrf = first.token(first.district.consoles["district_admin"])
    console = Listener(second.server.url, token)
    console.wait_for("hello")
    began = time.monotonic()
    answer = requests.delete(
        f"{first.server.url}/api/session",
        headers={"Cookie": f"huxue={token}", "X-CSRF-Token": csrf},
        timeout=WAIT_S,
    )
    assert answer.status_code == 204
    console.wait_for("closed")
    assert time.monotonic() - began < 2


def test_codes_are_counted_over_both(first: World, second: World) -> None:
    asked = [
        requests.post(f"{world.server.url}/api/session/codes", json={"phone": "19912345678"}, timeout=WAIT_S)
        for world in (first, second) * 3
    ]
    assert [answer.status_code for answer in asked] == [202] * 5 + [429]


def test_news_comes_all_the_same_while_redis_hangs(first: World, second: World, bell: redis.Server) -> None:
    screen = Screen(first.server.url, dispatcher(first))
    until(lambda: screen.mode == "live" and screen.last >= 0)
    bell.hang()
    try:
        second.check_in(1, 6)
        assert until(lambda: screen.last >= newest(first)) < 3
    finally:
        bell.wake()
    assert screen.shown() == screen.fresh()
    screen.close()


def test_a_database_that_went_answers_not_now_and_comes_back_with_all_that_was_told(
    first: World, second: World, database: postgres.Server
) -> None:
    screen = Screen(first.server.url, dispatcher(first))
    until(lambda: screen.mode == "live" and screen.last >= 0)
    guard = second.district.guards[2][6]
    body = second.check_in_body(2, guard)
    second.token(guard)
    database.crash()
    try:
        refused = second.post(guard, "/api/check-ins", body)
    finally:
        database.restart()
        first.store.close()
    assert (refused.status_code, refused.json()["code"]) == (503, "cannot_write_now")
    answers: list[int] = []
    until(lambda: answers.append(second.post(guard, "/api/check-ins", body).status_code) or 201 in answers)
    assert set(answers) <= {201, 503}
    until(lambda: screen.last >= newest(first) and screen.stale_since is None)
    assert screen.shown() == screen.fresh()
    screen.close()
