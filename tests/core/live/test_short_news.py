"""What phones hear of their post: small, every two seconds at most, and in the order of the log."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from server.core.database.short_events import SHORT
from server.core.database.transaction import Store
from server.core.live.hub import SHORT_EVERY_S, Hub
from server.core.live.news import short_room
from tests.tools.statements import counted

NOW = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)
ROOM, OTHERS = "account:1", "account:2"
SHORT_ROOM = short_room(ROOM)


class Heard:
    """The outer edge: the batches that each room was sent."""

    def __init__(self) -> None:
        self.batches: dict[str, list[dict[str, Any]]] = {ROOM: [], SHORT_ROOM: [], short_room(OTHERS): []}
        self.beats: dict[str, dict[str, Any]] = {}

    def send(self, event: str, text: str, *, to: str) -> None:
        if event == "batch":
            self.batches[to].append(json.loads(text))
        else:
            self.beats[to] = json.loads(text)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def hub(store: Store, heard: Heard) -> Hub:
    hub = Hub(store, heard, end_session=lambda _session: None, wall_clock=lambda: "now")
    hub.start()
    for room in heard.batches:
        hub.enter(room)
    return hub


def change(store: Store, version: int, *more: str) -> None:
    """Let a post's line change at which two phones stand."""
    news = {"post_id": 7, "version": version, "after": version - 1, "named": True}
    told = {**news, "line": {}, "seats": [], "gone": [], "missed": [], "came": []}
    whole = {"post_id": 7, "version": version, SHORT: told}
    with store.transaction(NOW) as transaction:
        transaction.publish("coverage.changed", whole, (ROOM, OTHERS))
        for name in more:
            transaction.publish(name, {"account_id": 1}, (ROOM,), urgent=name == "alarm.raised")


def versions(batch: dict[str, Any]) -> list[tuple[str, int | None, int | None]]:
    return [(one["name"], one["data"].get("after"), one["data"].get("version")) for one in batch["events"]]


def test_a_phone_that_asks_for_it_hears_of_its_post_every_two_seconds_at_most_and_misses_nothing(
    store: Store, hub: Hub, heard: Heard
) -> None:
    for number in range(40):
        change(store, number + 1)
        hub.round(100 + number / 4)
    hub.round(110 + SHORT_EVERY_S)
    whole, short = heard.batches[ROOM], heard.batches[SHORT_ROOM]
    assert [len(batch["events"]) for batch in whole] == [1] * 40
    assert whole[0]["events"][0]["data"] == {"post_id": 7, "version": 1}, "as ever"
    assert [versions(batch) for batch in short] == [
        [("post.changed", 0, 1)],
        *([("post.changed", after, after + 8)] for after in (1, 9, 17, 25)),
        [("post.changed", 33, 40)],
    ]
    assert all(later["prev"] == earlier["last"] for earlier, later in itertools.pairwise(short))
    assert (short[-1]["last"], short[-1]["epoch"]) == (whole[-1]["last"], whole[-1]["epoch"])


def test_other_news_is_not_kept_waiting_and_takes_along_what_waits(
    store: Store, hub: Hub, heard: Heard
) -> None:
    change(store, 1)
    hub.round(100.0)
    change(store, 2)
    hub.round(100.3)
    change(store, 3, "check_in.changed")
    hub.round(100.6)
    change(store, 4, "alarm.raised")
    hub.round(100.61)
    short = heard.batches[SHORT_ROOM]
    assert [versions(batch) for batch in short] == [
        [("post.changed", 0, 1)],
        [("post.changed", 1, 3), ("check_in.changed", None, None)],
        [("post.changed", 3, 4), ("alarm.raised", None, None)],
    ]
    assert [versions(one) for one in heard.batches[short_room(OTHERS)]] == [[("post.changed", 0, 1)]]


def test_while_news_waits_a_phone_is_where_it_was_told_to_be(store: Store, hub: Hub, heard: Heard) -> None:
    change(store, 1)
    hub.round(100.0)
    stood = heard.batches[SHORT_ROOM][-1]["last"]
    change(store, 2)
    hub.round(101.0)
    hub.heartbeat(0.0, everybody=True)
    assert heard.beats[SHORT_ROOM]["last"] == stood < heard.beats[ROOM]["last"]
    assert hub.enter(SHORT_ROOM) == stood, "and so is who comes in meanwhile"


def test_what_a_release_before_wrote_says_only_that_the_line_changed(
    store: Store, hub: Hub, heard: Heard
) -> None:
    with store.transaction(NOW) as transaction:
        transaction.publish("coverage.changed", {"post_id": 7, "version": 9}, (ROOM,))
    hub.round(100.0)
    assert [versions(batch) for batch in heard.batches[SHORT_ROOM]] == [[("post.changed", None, 9)]]


def test_names_are_asked_for_once_for_all_posts_and_only_where_a_phone_hears_them(
    store: Store, hub: Hub
) -> None:
    seat = {"check_in_id": 5, "account_id": 1}
    for listening, statements in ((True, 1), (False, 0)):
        for post in (7, 8, 9):
            told = {"post_id": post, "version": 1, "after": 0, "named": True, "line": {}, "seats": [seat]}
            with store.transaction(NOW) as transaction:
                transaction.publish("coverage.changed", {"post_id": post, SHORT: told}, (ROOM,))
        with counted(store) as asked:
            hub.read()
        assert asked.told().count("FROM account") == statements
        if listening:
            for room in (SHORT_ROOM, short_room(OTHERS)):
                hub.leave(room)
