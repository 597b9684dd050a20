"""The hub while the log cannot be read, and when another log comes back than went."""

import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from server.core.database import event_log
from server.core.database.transaction import Store
from server.core.live import heartbeats
from server.core.live.floods import MOST_HELD
from server.core.live.hub import ROOMS_AT_ONCE, Hub
from server.core.live.news import News, written
from tests.tools.district import make_district

NOW = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)
ROOM = "district:1"


class Heard:
    """The outer edge: what a room was sent, in order."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []

    def send(self, event: str, text: str, *, to: str) -> None:
        assert to == ROOM
        self.said.append((event, json.loads(text)))

    def take(self) -> list[tuple[str, Any]]:
        said, self.said = self.said, []
        return said


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def hub(store: Store, heard: Heard) -> Hub:
    make_district(store, NOW)
    tell(store, 1)
    hub = Hub(store, heard, end_session=lambda _session: None, wall_clock=lambda: "now")
    hub.start()
    hub.enter(ROOM)
    return hub


def tell(store: Store, number: int) -> None:
    with store.transaction(NOW) as transaction:
        transaction.publish("post.changed", {"number": number}, (ROOM,))


def run(store: Store, statement: str) -> None:
    with store.transaction(NOW) as transaction:
        transaction.connection.execute(text(statement))


@pytest.fixture
def rounds(hub: Hub) -> Callable[[int], None]:
    """Give a function that lets the hub do rounds, each late enough for a heartbeat."""
    at = 0.0

    def go(number: int) -> None:
        nonlocal at
        for _round in range(number):
            at += heartbeats.EVERY_S
            hub.round(at)

    return go


def test_a_hub_that_cannot_read_the_log_does_not_say_that_all_is_well(
    store: Store, heard: Heard, rounds: Callable[[int], None]
) -> None:
    rounds(2)
    assert {name for name, _data in heard.take()} == {"heartbeat"}
    run(store, "ALTER TABLE event RENAME TO event_away")
    rounds(3)
    assert heard.take() == []
    run(store, "ALTER TABLE event_away RENAME TO event")
    tell(store, 2)
    rounds(1)
    (first, batch), (second, beat) = heard.take()
    assert (first, second) == ("batch", "heartbeat")
    assert [one["data"] for one in batch["events"]] == [{"number": 2}]
    assert beat["last"] == batch["last"]


def test_an_alarm_does_not_stand_behind_the_rooms_that_are_left(store: Store) -> None:
    make_district(store, NOW)
    rooms = tuple(f"account:{number}" for number in range(10 * ROOMS_AT_ONCE))
    told: list[str] = []

    class Raising:
        """Sockets of which one raises an alarm when it has heard the first news."""

        def send(self, _event: str, text: str, *, to: str) -> None:
            told.append("alarm" if "alarm.raised" in text else to)
            if len(told) == 1:
                with store.transaction(NOW) as transaction:
                    transaction.publish("alarm.raised", {"id": 1}, (ROOM,), urgent=True)
                hub.wake()

    hub = Hub(store, Raising(), end_session=lambda _session: None, wall_clock=lambda: "now")
    hub.start()
    for room in (*rooms, ROOM):
        hub.enter(room)
    with store.transaction(NOW) as transaction:
        transaction.publish("post.changed", {"number": 1}, rooms)
    hub.round(1.0)
    assert set(told[: told.index("alarm")]) < set(rooms)
    assert told.index("alarm") <= ROOMS_AT_ONCE
    assert {*rooms, "alarm"} == set(told)


def test_an_alarm_goes_between_the_pieces_of_much(store: Store) -> None:
    make_district(store, NOW)
    other = "station:1"
    told: list[tuple[str, list[int]]] = []

    class Raising:
        """Sockets in two rooms, of which one hears much, and raises an alarm when it has heard a part."""

        def send(self, _event: str, text: str, *, to: str) -> None:
            batch = json.loads(text)
            told.append((to, [one["data"]["id"] for one in batch["events"]]))
            assert batch["prev"] == lasts.get(to, batch["prev"])
            lasts[to] = batch["last"]
            if len(told) == 1:
                with store.transaction(NOW) as transaction:
                    transaction.publish("alarm.raised", {"id": -1}, (ROOM, other), urgent=True)
                hub.wake()

    lasts: dict[str, int] = {}
    hub = Hub(store, Raising(), end_session=lambda _session: None, wall_clock=lambda: "now")
    hub.start()
    hub.enter(ROOM)
    hub.enter(other)
    with store.transaction(NOW) as transaction:
        for number in range(10):
            transaction.publish("post.changed", {"id": number, "text": "x" * 60_000}, (ROOM,))
    hub.round(1.0)
    first = [room for room, _ids in told].index(other)
    assert told[first] == (other, [-1])
    assert first < 4 < len(told)
    assert [of for room, ids in told if room == ROOM for of in ids] == [*range(10), -1]


def test_a_room_whose_news_failed_once_hears_the_next_alarm(store: Store) -> None:
    make_district(store, NOW)
    told: list[str] = []

    class FailingOnce:
        """Sockets of which the first thing that is sent fails."""

        def send(self, event: str, text: str, *, to: str) -> None:
            told.append(text)
            if len(told) == 1:
                raise OSError("this socket is gone")

    hub = Hub(store, FailingOnce(), end_session=lambda _session: None, wall_clock=lambda: "now")
    hub.start()
    hub.enter(ROOM)
    for number in (1, 2):
        with store.transaction(NOW) as transaction:
            transaction.publish("alarm.changed", {"id": number}, (ROOM,), urgent=True)
        with suppress(OSError):
            hub.round(0.0)
    assert [one["data"]["id"] for one in json.loads(told[1])["events"]] == [2]


def test_a_whole_state_stands_for_those_before_it(store: Store, hub: Hub, heard: Heard) -> None:
    with store.transaction(NOW) as transaction:
        for version, post_id in enumerate((1, 2, 1, 1, 2)):
            line = {"post_id": post_id, "version": version}
            transaction.publish("coverage.changed", line, (ROOM,))
            transaction.publish("alarm.changed", {"id": 7 + post_id, "version": version}, (ROOM,))
        transaction.publish("post.changed", {"post_id": 1}, (ROOM,))
    hub.round(1.0)
    [(_name, batch)] = [one for one in heard.take() if one[0] == "batch"]
    assert [one["data"].get("version") for one in batch["events"]] == [3, 3, 4, 4, None]
    assert batch["last"] == event_log_last(store)


def event_log_last(store: Store) -> int:
    with store.read() as connection:
        return event_log.last(connection)


def test_a_restored_log_begins_anew(
    store: Store, hub: Hub, heard: Heard, rounds: Callable[[int], None]
) -> None:
    for number in range(5):
        tell(store, number)
    rounds(1)
    before = hub.epoch
    heard.take()
    run(store, "ALTER TABLE event RENAME TO event_away")
    rounds(1)
    run(store, "ALTER TABLE event_away RENAME TO event")
    run(store, "DELETE FROM event_room WHERE event_id > 2")
    run(store, "DELETE FROM event WHERE id > 2")
    with store.transaction(NOW) as transaction:
        epoch = event_log.begin_epoch(transaction.connection)
    rounds(1)
    [(name, beat)] = heard.take()
    assert name == "heartbeat"
    assert beat["epoch"] == event_log.history_of("district:1", epoch)
    assert hub.epoch == epoch != before
    assert beat["last"] <= 2
    assert hub.cursor <= 2


def test_much_at_once_goes_out_in_pieces_that_no_fast_reader_is_closed_for(
    store: Store, hub: Hub, heard: Heard
) -> None:
    with store.transaction(NOW) as transaction:
        for number in range(9):
            transaction.publish("post.changed", {"number": number, "text": "x" * 50_000}, (ROOM,))
    hub.round(100.0)
    batches = [data for name, data in heard.take() if name == "batch"]
    assert [one["data"]["number"] for batch in batches for one in batch["events"]] == list(range(9))
    assert all(len(json.dumps(batch)) < MOST_HELD / 2 + 1_000 for batch in batches)
    assert all(later["prev"] == earlier["last"] for earlier, later in itertools.pairwise(batches))


def test_what_a_room_hears_costs_few_bytes_beside_the_event_itself(
    store: Store, hub: Hub, heard: Heard, rounds: Callable[[int], None]
) -> None:
    """Every phone hears a heartbeat four times a minute, every console twenty times."""
    rounds(1)
    [(_name, beat)] = heard.take()
    moment = "2026-11-22T23:15:00.123456+00:00"
    assert len(written({**beat, "at": moment})) <= 130
    tell(store, 2)
    rounds(1)
    batch = heard.take()[0][1]
    assert len(written(batch)) - len(written(batch["events"][0]["data"])) <= 150


def test_what_all_rooms_hear_alike_is_written_once() -> None:
    news = News(
        event_log.Event(7, "coverage.changed", '{"number":1}', ("district:1", "account:2"), urgent=False)
    )
    assert news.text("district:1") is news.text("account:2")
    assert news.text("account:2") == '{"id":7,"name":"coverage.changed","data":{"number":1}}'
