"""Two alarms that turn out to be one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from server.alarm.jobs.unanswered import time_out_due
from server.core.database.transaction import Store
from server.core.moments import moment
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import answer_of, asked, put_on_duty
from tests.tools.units import add_unit, letters, link_of

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def two(caller: SignIn, district: SmallDistrict, team: list[list[int]]) -> list[dict[str, Any]]:
    """Let the first two posts of one school's street raise, each for itself."""
    return [caller(team[post][0]).post("/api/alarms").json for post in (0, 1)]


def test_the_one_that_goes_on_has_the_people_of_both(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], two: list[dict[str, Any]]
) -> None:
    main, double = two
    path = f"/api/alarms/{double['id']}"
    helper = asked(double, tier=1)[0]
    caller(helper).post(f"{path}/responses", {"state": "on_scene"})
    dispatcher = caller(district.consoles["dispatcher"])
    told = dispatcher.post(f"{path}/merging", {"into": main["id"]}).json
    assert told["id"] == main["id"]
    assert {one["account_id"] for one in told["reporters"]} == {team[0][0], team[1][0]}
    standing = {one["account_id"] for one in told["responses"]}
    assert set(asked(double)) - {team[0][0], team[1][0]} <= standing
    ended = dispatcher.get(path).json
    assert (ended["state"], ended["outcome"], ended["merged_into"]) == ("resolved", "duplicate", main["id"])
    assert [one["due_at"] for one in ended["ladders"]] == [None] * 3
    assert told["timeline"][-1]["act"] == "merged"
    # Who was asked to the double answers to the one that goes on.
    if helper not in asked(main):
        assert answer_of(told, helper)["state"] == "on_scene"


def test_who_was_asked_to_the_double_and_looks_at_it_is_shown_the_one_that_goes_on(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], two: list[dict[str, Any]]
) -> None:
    main, double = two
    helper = next(one for one in asked(double) if one not in (team[0][0], team[1][0]))
    dispatcher = caller(district.consoles["dispatcher"])
    dispatcher.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]})
    path = f"/api/alarms/{double['id']}"
    assert caller(helper).get(path).json["id"] == main["id"]
    assert caller(team[1][0]).get(path).json["id"] == double["id"], "who raised it keeps his own"
    assert dispatcher.get(path).json["id"] == double["id"]
    stranger = caller(district.guards[0][3]).get(path)
    assert (stranger.status_code, stranger.json["code"]) == (404, "not_found")
    dispatcher.post(f"/api/alarms/{main['id']}/resolution", {"outcome": "real", "finding": "止住。"})
    over = caller(helper).get(path)
    assert (over.status_code, over.json["code"]) == (409, "alarm_over")


def test_a_unit_that_was_called_goes_on_by_its_link(
    caller: SignIn, district: SmallDistrict, two: list[dict[str, Any]], app_store: Store
) -> None:
    main, double = two
    admin, dispatcher = caller(district.consoles["district_admin"]), caller(district.consoles["dispatcher"])
    fire, street = add_unit(admin, "青禾消防站"), add_unit(admin, "青禾街道", kind="street_office")
    for alarm, unit in ((main, fire), (double, street)):
        assert dispatcher.post(f"/api/alarms/{alarm['id']}/units", {"unit_id": unit}).status_code == 200
    link = link_of(app_store, "青禾街道")
    dispatcher.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]})
    assert caller(None).post(link, {"state": "on_the_way"}).status_code == 200
    tasks = dispatcher.get(f"/api/alarms/{main['id']}").json["joint_tasks"]
    assert {one["name"]: (one["part"], one["state"]) for one in tasks}["青禾街道"] == (
        "support",
        "on_the_way",
    )
    waiting = {one["facts"]["unit"]: one["state"] for one in letters(app_store)}
    assert waiting["青禾街道"] == "waiting", "a link that was not sent yet is still sent"


def test_a_retry_gives_the_first_answer(
    caller: SignIn, district: SmallDistrict, two: list[dict[str, Any]]
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    body = {"into": two[0]["id"], "request_id": "7b3c1a52-6a5e-4a1f-9c37-1e9c39a0a002"}
    first = dispatcher.post(f"/api/alarms/{two[1]['id']}/merging", body).json
    assert dispatcher.post(f"/api/alarms/{two[1]['id']}/merging", body).json == first


def test_what_is_refused(
    caller: SignIn, district: SmallDistrict, two: list[dict[str, Any]], clock: WoundClock, app_store: Store
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    path = f"/api/alarms/{two[1]['id']}/merging"
    itself = dispatcher.post(path, {"into": two[1]["id"]})
    assert (itself.status_code, itself.json["code"]) == (409, "not_mergeable")
    assert dispatcher.post(path, {"into": 999_999}).status_code == 404
    assert caller(district.consoles["school_admin"]).post(path, {"into": two[0]["id"]}).status_code == 403
    dispatcher.post(f"/api/alarms/{two[0]['id']}/resolution", {"outcome": "false", "finding": "x"})
    over = dispatcher.post(path, {"into": two[0]["id"]})
    assert (over.status_code, over.json["code"]) == (409, "alarm_over")
    assert dispatcher.get(f"/api/alarms/{two[1]['id']}").json["state"] == "open"


def test_who_came_to_the_double_meets_the_targets_of_the_one_that_goes_on(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    two: list[dict[str, Any]],
    clock: WoundClock,
) -> None:
    main, double = two
    path = f"/api/alarms/{double['id']}"
    _raiser, helper, _security, _volunteer, officer = team[1]
    caller(helper).post(f"{path}/responses", {"state": "responding"})
    acknowledged = clock.wind(seconds=9)
    caller(officer).post(f"{path}/responses", {"state": "on_scene"})
    came = clock.wind(seconds=11)
    told = caller(district.consoles["dispatcher"]).post(f"{path}/merging", {"into": main["id"]}).json
    tiers = {one["tier"]: one for one in told["tiers"]}
    assert (tiers[1]["met_by"], tiers[1]["met_at"]) == (helper, moment(acknowledged - timedelta(seconds=9)))
    assert tiers[2]["met_at"] is None
    assert (tiers[3]["met_by"], tiers[3]["met_at"]) == (officer, moment(came - timedelta(seconds=11)))
    assert (told["acknowledged_by"], told["acknowledged_at"]) == (helper, tiers[1]["met_at"])
    assert {one["tier"]: one["phase"] for one in told["ladders"]} == {1: "there", 2: "calling", 3: "there"}


def test_who_was_silent_at_the_double_still_answers_by_his_old_call(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    clock: WoundClock,
    app: Flask,
) -> None:
    put_on_duty(app.extensions["huxue"].store, district, post=1, seats=[3, 5], now=clock.now())
    main, double = [caller(team[post][0]).post("/api/alarms").json for post in (0, 1)]
    dispatcher = caller(district.consoles["dispatcher"])
    clock.wind(seconds=15)
    time_out_due(app.extensions["huxue"].store, app.extensions["huxue"].limits, clock.now())
    at_main = asked(dispatcher.get(f"/api/alarms/{main['id']}").json)
    silent, unwilling = [one for one in asked(double) if one not in at_main][:2]
    caller(unwilling).post(f"/api/alarms/{double['id']}/responses", {"state": "declined"})
    told = dispatcher.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]}).json
    assert answer_of(told, silent)["state"] == "timed_out"
    late = {"state": "responding", "request_id": "7b3c1a52-6a5e-4a1f-9c37-1e9c39a0a003"}
    for _ in range(2):
        answer = caller(silent).post(f"/api/alarms/{double['id']}/responses", late)
        assert (answer.status_code, answer.json["id"]) == (200, main["id"])
        assert answer_of(answer.json, silent)["state"] == "responding"
    assert caller(unwilling).post(f"/api/alarms/{main['id']}/responses", late).status_code == 200


def test_who_was_asked_to_both_stands_where_he_came_furthest(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], two: list[dict[str, Any]]
) -> None:
    main, double = two
    both = next(one for one in asked(double, tier=3) if one in asked(main))
    caller(both).post(f"/api/alarms/{double['id']}/responses", {"state": "on_scene"})
    caller(both).post(f"/api/alarms/{main['id']}/responses", {"state": "declined"})
    dispatcher = caller(district.consoles["dispatcher"])
    told = dispatcher.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]}).json
    mine = answer_of(told, both)
    assert (mine["state"], mine["ended_at"]) == ("on_scene", None)
    assert {one["tier"]: one["met_by"] for one in told["tiers"]}[3] == both


def test_what_a_console_acknowledged_stays_acknowledged(
    caller: SignIn, district: SmallDistrict, two: list[dict[str, Any]], clock: WoundClock
) -> None:
    main, double = two
    dispatcher = caller(district.consoles["dispatcher"])
    dispatcher.post(f"/api/alarms/{double['id']}/acknowledgement")
    said_at = clock.now()
    clock.wind(seconds=5)
    told = dispatcher.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]}).json
    assert (told["acknowledged_by"], told["acknowledged_at"]) == (
        district.consoles["dispatcher"],
        moment(said_at),
    )
    assert {one["tier"]: one["phase"] for one in told["ladders"]}[3] == "coming"
    assert {one["tier"]: one["met_at"] for one in told["tiers"]} == {1: None, 2: None, 3: None}


def test_a_reporter_of_either_meets_and_acknowledges_nothing(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> None:
    """Somebody who answers the one alarm has pressed the button for the other."""
    double = caller(team[1][0]).post("/api/alarms").json
    clock.wind(seconds=61)
    presser = asked(double, tier=1)[0]
    caller(presser).post(f"/api/alarms/{double['id']}/responses", {"state": "responding"})
    main = caller(presser).post("/api/alarms").json
    assert main["id"] != double["id"]
    dispatcher = caller(district.consoles["dispatcher"])
    told = dispatcher.post(f"/api/alarms/{double['id']}/merging", {"into": main["id"]}).json
    assert {one["tier"]: one["met_by"] for one in told["tiers"]} == {1: None, 2: None, 3: None}
    assert told["acknowledged_at"] is None
