"""Who does not answer in time is joined by one more, exactly once, whoever turns the clock."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.alarm.jobs.unanswered import time_out_due
from server.core.database.transaction import Store
from server.core.limits import Limits
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_2, answer_of, asked, put_on_duty

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def limits(app: Flask) -> Limits:
    """Give the application's rules."""
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> dict[str, Any]:
    """Let the first post raise, with one security guard to spare at each of the other two."""
    for post in (1, 2):
        put_on_duty(app_store, district, post=post, seats=[SECURITY_2], now=clock.now())
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def fetch(caller: SignIn, district: SmallDistrict, alarm: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{alarm['id']}").json
    return found


def test_fifteen_seconds_and_not_before(
    caller: SignIn,
    district: SmallDistrict,
    alarm: dict[str, Any],
    team: list[list[int]],
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    caller(team[0][1]).post(f"/api/alarms/{alarm['id']}/responses", {"state": "responding"})
    clock.wind(seconds=14.999)
    assert time_out_due(app_store, limits, clock.now()) == 0
    clock.wind(seconds=0.001)
    assert time_out_due(app_store, limits, clock.now()) == len(alarm["responses"]) - 1
    told = fetch(caller, district, alarm)
    assert set(asked(told, state="timed_out")) == set(asked(alarm)) - {team[0][1]}
    assert answer_of(told, team[0][1])["state"] == "responding"
    replaced = {one["replaces"] for one in told["responses"] if one["replaces"]}
    neighbours = {one["id"] for one in alarm["responses"] if one["tier"] == 2}
    assert replaced == neighbours, "one more for each; of the spot and of the police nobody is left"
    assert {one["answer_due_at"] for one in told["responses"] if one["replaces"]} == {
        "2026-11-22T23:15:30.000Z"
    }
    assert time_out_due(app_store, limits, clock.now()) == 0
    assert fetch(caller, district, alarm) == told


def test_a_late_answer_counts_until_the_end(
    caller: SignIn,
    district: SmallDistrict,
    alarm: dict[str, Any],
    team: list[list[int]],
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    clock.wind(seconds=20)
    time_out_due(app_store, limits, clock.now())
    late = asked(alarm, tier=2)[0]
    path = f"/api/alarms/{alarm['id']}/responses"
    told = caller(late).post(path, {"state": "responding"}).json
    assert (answer_of(told, late)["state"], told["acknowledged_by"]) == ("responding", late)
    declined = caller(asked(alarm, tier=2)[1]).post(path, {"state": "declined"}).json
    assert len(declined["responses"]) == len(told["responses"]), "already replaced when the time was out"


def test_a_resolved_alarm_is_left_alone(
    caller: SignIn,
    district: SmallDistrict,
    alarm: dict[str, Any],
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    caller(district.consoles["dispatcher"]).post(
        f"/api/alarms/{alarm['id']}/resolution", {"outcome": "real", "finding": "x"}
    )
    clock.wind(seconds=60)
    assert time_out_due(app_store, limits, clock.now()) == 0


def test_two_clocks_at_once_time_out_each_once(
    caller: SignIn,
    district: SmallDistrict,
    alarm: dict[str, Any],
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    clock.wind(seconds=15)
    ready = threading.Barrier(4)
    moved: list[int] = []

    def turn() -> None:
        ready.wait()
        moved.append(time_out_due(app_store, limits, clock.now()))

    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(moved) == len(alarm["responses"])
    told = fetch(caller, district, alarm)
    assert [line["act"] for line in told["timeline"]].count("timed_out") == len(alarm["responses"])
    assert told["version"] == 2
