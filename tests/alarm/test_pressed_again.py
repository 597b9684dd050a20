"""More presses at a post: which join the alarm that is open, and which are one of their own."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from server.alarm.tables.alarms import alarm, alarm_report
from server.core.audit import audit_row
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.gate import Gate, issued
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]


def test_fifty_presses_are_one_alarm_with_fifty_reports(
    caller: SignIn, team: list[list[int]], app_store: Store
) -> None:
    raiser = caller(team[0][0])
    answers = [raiser.post("/api/alarms") for _ in range(50)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert [answer.json["version"] for answer in answers] == list(range(1, 51))
    assert count(app_store, alarm) == 1
    assert count(app_store, alarm_report) == 50
    assert (
        count(app_store, audit_row, act="raise_alarm") + count(app_store, audit_row, act="join_alarm") == 50
    )
    assert [one["account_id"] for one in answers[-1].json["reporters"]] == [team[0][0]]
    first, last = (answer.json["timeline_count"] for answer in (answers[0], answers[-1]))
    assert last - first == 49, "each press is a line of its own"


def test_a_flood_of_presses_is_kept_but_no_longer_told(
    caller: SignIn, team: list[list[int]], app_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.alarm.service.raising.TOLD_PRESSES", 5)
    raiser = caller(team[0][0])
    told = [raiser.post("/api/alarms").json for _ in range(8)][-1]
    assert (told["version"], count(app_store, alarm_report)) == (5, 8)
    other = caller(team[0][1]).post("/api/alarms").json
    assert (other["id"], other["version"]) == (told["id"], 6)


def test_a_press_with_standing_is_heard_in_a_flood_of_those_without(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    insiders: Insiders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Devices and consoles have no report of their own by which they are new."""
    monkeypatch.setattr("server.alarm.service.raising.TOLD_PRESSES", 3)
    stranger = insiders.stranger("volunteer", on_duty=False)
    flood = [stranger.post("/api/alarms", {"post_code": district.codes[0]}).json for _ in range(5)][-1]
    assert flood["full_standing"] is False
    key = issued(caller(district.consoles["station_officer"]), district.posts[0])["key"]
    assert Gate(app, key).press().json == {"alarm_id": flood["id"]}
    told = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{flood['id']}").json
    assert told["full_standing"] is True


def test_another_press_at_the_post_joins_within_a_minute_and_not_after_it(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> None:
    first = caller(team[0][0]).post("/api/alarms").json
    clock.wind(seconds=60)
    joined = caller(team[0][1]).post("/api/alarms").json
    assert joined["id"] == first["id"]
    assert [one["account_id"] for one in joined["reporters"]] == team[0][:2]
    clock.wind(seconds=1)
    assert caller(team[0][2]).post("/api/alarms").json["id"] != first["id"]
    elsewhere = caller(team[1][0]).post("/api/alarms").json
    assert elsewhere["id"] != first["id"]
    own = caller(team[0][0]).post("/api/alarms", {"post_code": district.codes[0]}).json
    assert own["id"] == first["id"], "one open alarm for each account and place"


def test_a_drill_is_never_joined(
    caller: SignIn, team: list[list[int]], clock: WoundClock, app_store: Store
) -> None:
    drill = caller(team[0][0]).post("/api/alarms").json
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(alarm).values(drill=True))
    assert caller(team[0][0]).post("/api/alarms").json["id"] != drill["id"]
    assert caller(team[0][1]).post("/api/alarms").json["id"] != drill["id"]


@pytest.mark.parametrize("same_account", [True, False])
def test_two_presses_at_once_are_one_alarm(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    same_account: bool,
) -> None:
    presses = [caller(team[0][0 if same_account else number]) for number in range(4)]
    ready = threading.Barrier(len(presses))
    answers: list[Any] = []

    def press(one: Caller) -> None:
        ready.wait()
        answers.append(one.post("/api/alarms", {"post_code": district.codes[0]}))

    threads = [threading.Thread(target=press, args=(one,)) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json["id"] for answer in answers}) == 1
    assert (count(app_store, alarm), count(app_store, alarm_report)) == (1, 4)
