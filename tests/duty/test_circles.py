"""Whoever stands at a post hears of it in one room of the log: each what he may, as it happens and afterwards."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.core.access.rooms import account_room
from server.core.database import event_log, event_rooms
from server.core.database.event_log import event_room
from server.core.database.transaction import Store
from server.core.live.hub import Hub
from server.core.live.news import short_room
from server.core.refused import Refused
from server.duty.actions import check_ins, check_outs
from server.duty.actions.check_outs import CheckOutRequest
from tests.duty.test_sets import LIMITS, comes, crowd
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict


class Heard:
    """The outer edge: which events each room was sent, in order."""

    def __init__(self) -> None:
        self.events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.last: dict[str, int] = {}

    def send(self, event: str, text: str, *, to: str) -> None:
        if event == "batch":
            batch = json.loads(text)
            assert batch["prev"] == self.last.get(to, 0)
            self.last[to] = batch["last"]
            self.events[to].extend(batch["events"])


class Morning:
    """People of two posts, of whom every third comes without a fix, and a hub that all of them listen to."""

    def __init__(self, store: Store, district: SmallDistrict, clock: WoundClock) -> None:
        self.store, self.district, self.clock, self.heard = store, district, clock, Heard()
        self.people = crowd(store, district, clock.now(), 34)
        self.hub = Hub(store, self.heard, end_session=lambda _session: None, wall_clock=lambda: "now")
        self.hub.start()
        self.began = self.hub.cursor
        for one in self.people:
            for room in (account_room(one.account_id), short_room(account_room(one.account_id))):
                self.hub.enter(room)
        self.at, self.may_go_at = 100.0, clock.now()

    def come(self, *numbers: int) -> None:
        """Let some of the people check in as one set."""
        now = self.clock.now()
        asked = [comes(self.district, self.people[number], number % 2, now) for number in numbers]
        with self.store.transaction(now) as transaction:
            came = check_ins.check_in(transaction, asked, LIMITS)
        assert not isinstance(came[0], Refused)
        self.may_go_at = datetime.fromisoformat(came[0]["shift"]["check_out_opens_at"])
        self.tell()

    def go(self, *numbers: int) -> None:
        """Let some of the people check out as one set."""
        going = [CheckOutRequest(self.people[number], str(uuid4())) for number in numbers]
        with self.store.transaction(self.clock.now()) as transaction:
            went = check_outs.check_out(transaction, going, LIMITS)
        assert not [one for one in went if isinstance(one, Refused)]
        self.tell()

    def tell(self) -> None:
        self.at += 5.0
        self.hub.round(self.at)


@pytest.fixture
def morning(app_store: Store, district: SmallDistrict, clock: WoundClock) -> Morning:
    morning = Morning(app_store, district, clock)
    morning.come(0, 1, 2, 3)
    morning.come(4, 5)
    morning.come(*range(6, 30))
    clock.wind(seconds=(morning.may_go_at - clock.now()).total_seconds() + 1)
    morning.go(2, 3, 8)
    morning.go(4)
    return morning


def seats_of(told: dict[str, Any]) -> list[int | None]:
    return [seat["account_id"] for seat in told["data"]["seats"]]


def lines(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in events if one["name"] == "coverage.changed"]


def test_a_page_catches_up_with_the_very_events_that_it_would_have_heard(morning: Morning) -> None:
    heard = 0
    with morning.store.read() as connection:
        for one in morning.people:
            room = account_room(one.account_id)
            missed = json.loads(json.dumps(event_rooms.in_room(connection, room, morning.began)))
            assert missed == morning.heard.events[room]
            short = event_rooms.in_room(connection, room, morning.began, short=True)
            told = [each["id"] for each in morning.heard.events[short_room(room)]]
            assert {each["id"] for each in short} <= set(told)
            assert event_rooms.last_in_room(connection, room) == morning.hub.last[room]
            heard += len(lines(missed))
    assert heard > 40


def test_whoever_may_see_who_stands_there_hears_names_and_nobody_else_does(morning: Morning) -> None:
    with morning.store.read() as connection:
        scope = f"district:{morning.district.district_id}"
        whole = {one["id"]: one for one in lines(event_rooms.in_room(connection, scope, morning.began))}
    named, nameless = 0, 0
    for one in morning.people:
        for told in lines(morning.heard.events[account_room(one.account_id)]):
            line = whole[told["id"]]["data"]
            mine = [seat for seat in line["seats"] if seat["account_id"] == one.account_id]
            if mine and mine[0]["verified"]:
                assert told["data"] == line
                named += 1
            else:
                assert not [number for number in seats_of(told) if number is not None]
                assert told["data"]["no_shows"] == []
                assert len(told["data"]["seats"]) == len(line["seats"])
                nameless += 1
    assert named
    assert nameless


def test_whoever_went_hears_that_and_then_no_more_of_the_post(morning: Morning) -> None:
    gone = account_room(morning.people[2].account_id)
    told = lines(morning.heard.events[gone])[-1]
    assert seats_of(told).count(None) == len(seats_of(told))
    later = lines(morning.heard.events[account_room(morning.people[0].account_id)])[-1]
    assert told["id"] < later["id"]
    with morning.store.read() as connection:
        stands = event_rooms.standing(connection, gone, after=told["id"], up_to=later["id"])
        assert (stands.client_is_known, stands.last_in_room) == (True, told["id"])
        stands = event_rooms.standing(connection, gone, after=later["id"], up_to=later["id"])
        assert not stands.client_is_known, "that event was never his"


def test_an_event_of_a_post_takes_as_many_rows_of_rooms_with_thirty_heads_as_with_two(
    morning: Morning,
) -> None:
    rows = select(event_room.c.event_id, func.count()).group_by(event_room.c.event_id)
    with morning.store.read() as connection:
        counts = dict(connection.execute(rows).all())
        told = [one for one in event_log.since(connection, morning.began) if one.name == "coverage.changed"]
    assert max(len(one.accounts) for one in told) > 10
    assert {counts[one.id] for one in told} <= {4, 5}
