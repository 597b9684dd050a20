"""Raising: whatever the session, the place or the body, an alarm is stored once and answered."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from server.alarm.rules.alarm import SessionState
from server.alarm.rules.needs import DispatchLimits
from server.alarm.tables.alarms import alarm, alarm_report
from server.core.database.transaction import Store
from server.core.limits import Limits
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import BESIDE, LATITUDE, LONGITUDE, STEP, SmallDistrict
from tests.tools.duty import POLICE, STAFF_1, STAFF_2, asked, count, put_on_duty, suspend

SignIn = Callable[[int | None], Caller]


def fix(clock: WoundClock, **more: Any) -> dict[str, Any]:
    return {
        "latitude": LATITUDE + 0.0001,
        "longitude": LONGITUDE,
        "accuracy_m": 8.0,
        "at": clock.now().isoformat(),
        **more,
    }


def end_all(store: Store, clock: WoundClock) -> None:
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(alarm).values(state="resolved"))


def test_a_press_is_stored_answered_and_sent_to_those_it_concerns(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]]
) -> None:
    raiser = caller(team[0][0])
    answer = raiser.post("/api/alarms", {"post_code": district.codes[0], "fix": fix(clock)})
    assert answer.status_code == 201
    told = answer.json
    assert (told["version"], told["state"], told["kind"], told["drill"]) == (1, "open", None, False)
    assert (told["raised_by"], told["source"], told["session_state"]) == (team[0][0], "phone", "active")
    assert (told["place_from"], told["latitude"]) == ("fix", pytest.approx(LATITUDE + 0.0001))
    assert (told["post_id"], told["school_id"], told["station_id"]) == (
        district.posts[0],
        district.schools[0],
        district.stations[0],
    )
    assert sorted(asked(told, tier=1)) == sorted(team[0][1:])
    assert set(asked(told, tier=2)) <= {*team[1], *team[2]}
    assert sorted(asked(told, tier=3)) == sorted([team[1][4], team[2][4]])
    assert [line["act"] for line in told["timeline"]][:2] == ["raised", "notified"]
    assert [tier["target_s"] for tier in told["tiers"]] == [60, 180, 300]
    assert raiser.get(f"/api/alarms/{told['id']}").json == told


def test_without_any_session_there_is_no_alarm_and_from_another_site_neither(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    nobody = caller(None).post("/api/alarms", {"post_code": district.codes[0]})
    assert (nobody.status_code, nobody.json["code"]) == (401, "no_session")
    raiser = caller(district.guards[0][0])
    foreign = raiser.client.post("/api/alarms", json={}, headers={"Origin": "https://elsewhere.example"})
    assert (foreign.status_code, foreign.json["code"]) == (403, "foreign_origin")
    assert count(app_store, alarm) == 0


def test_a_session_that_is_over_still_raises_and_is_marked(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    ended, suspended, expired = (caller(district.guards[post][0]) for post in range(3))
    cookie = ended.client.get_cookie("huxue")
    assert ended.delete("/api/session").status_code == 204
    # A session that was ended from elsewhere leaves its cookie in the phone.
    ended.client.set_cookie("huxue", cookie.value)
    suspend(app_store, district.guards[1][0], clock.now())
    for raiser, state in ((ended, SessionState.ENDED), (suspended, SessionState.SUSPENDED)):
        told = raiser.client.post("/api/alarms", json={"request_id": str(uuid4())})
        assert (told.status_code, told.json["session_state"]) == (201, state.value)
    clock.wind(minutes=31 * 24 * 60)
    told = expired.client.post("/api/alarms", json={"request_id": str(uuid4())})
    assert (told.status_code, told.json["session_state"]) == (201, SessionState.EXPIRED.value)
    seen = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{told.json['id']}").json
    assert seen["timeline"][0]["facts"]["session_state"] == SessionState.EXPIRED.value


HOSTILE = [
    {"fix": {"latitude": float("nan"), "longitude": 1, "accuracy_m": 1, "at": "2026-11-22T23:15:00Z"}},
    {"fix": {"latitude": 0, "longitude": 181, "accuracy_m": 1, "at": "2026-11-22T23:15:00Z"}},
    {"fix": {"latitude": 10**400, "longitude": "x", "accuracy_m": [], "at": 7}},
    {"fix": {"latitude": True, "longitude": None}},
    {"fix": "here"},
    {"fix": [1, 2]},
    {"post_code": "NOSUCHPOST"},
    {"post_code": "\x00\u202e"},
    {"post_code": "长" * 10_000},
    {"post_code": 17},
    {"post_id": "1"},
    {"post_id": -1},
    {"post_id": 2**62},
    {"claimed_at": "soon"},
    {"claimed_at": "0001-01-01T00:00:00+14:00"},
    {"request_id": "not a uuid"},
    {"request_id": None},
    {"request_id": ["x"]},
    {"unknown": {"deep": [[[]]]}},
]


def test_no_body_loses_an_alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    raiser = caller(team[1][0])
    for body in HOSTILE:
        answer = raiser.post("/api/alarms", body)
        assert answer.status_code == 201, (body, answer.json)
        assert (answer.json["post_id"], answer.json["place_from"]) == (district.posts[1], "post"), body
        assert answer.json["version"] == 1
        end_all(app_store, clock)


def test_no_bytes_lose_an_alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    raiser = caller(team[1][0])
    for data in (b"", b"{", b"[]", b'"x"', b"null", b"[" * 100_000, b"\xff\xfe"):
        answer = raiser.client.post("/api/alarms", data=data, content_type="text/plain")
        assert answer.status_code == 201, data[:9]
        assert answer.json["post_id"] == district.posts[1]
        assert answer.json["timeline"][0]["facts"]["not_understood"] == ["body"]
        end_all(app_store, clock)


def test_what_was_not_understood_is_named(caller: SignIn, team: list[list[int]], clock: WoundClock) -> None:
    body = {"fix": fix(clock, latitude=91), "claimed_at": "soon", "post_code": "NOSUCHPOST"}
    told = caller(team[0][0]).post("/api/alarms", body).json
    assert told["timeline"][0]["facts"]["not_understood"] == ["claimed_at", "fix"]


@pytest.mark.parametrize("more", [{"accuracy_m": 5000.0}, {"at": "2026-11-22T23:00:00Z"}])
def test_a_coarse_or_old_fix_gives_way_to_the_post(
    caller: SignIn, team: list[list[int]], clock: WoundClock, more: dict[str, Any]
) -> None:
    told = caller(team[0][0]).post("/api/alarms", {"fix": fix(clock, **more)}).json
    assert (told["place_from"], told["accuracy_m"], told["latitude"]) == ("post", None, LATITUDE + BESIDE)


def test_the_place_comes_from_duty_then_school_then_station(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    teacher, officer = district.guards[0][STAFF_2], district.guards[1][POLICE]
    put_on_duty(app_store, district, post=2, seats=[STAFF_1], now=clock.now())
    on_duty = caller(district.guards[2][STAFF_1]).post("/api/alarms").json
    assert on_duty["post_id"] == district.posts[2]
    assert caller(teacher).post("/api/alarms").json["post_id"] == district.posts[0]
    near = fix(clock, latitude=LATITUDE + STEP)
    assert caller(officer).post("/api/alarms", {"fix": near}).json["post_id"] == district.posts[1]


def test_consoles_raise_at_a_post_in_their_scope(caller: SignIn, district: SmallDistrict) -> None:
    own = caller(district.consoles["station_officer"]).post("/api/alarms", {"post_id": district.posts[0]})
    assert (own.status_code, own.json["source"]) == (201, "console")
    foreign = caller(district.consoles["school_admin"]).post("/api/alarms", {"post_id": district.posts[1]})
    assert (foreign.status_code, foreign.json["code"]) == (404, "unknown_post")
    nowhere = caller(district.consoles["dispatcher"]).post("/api/alarms")
    assert (nowhere.status_code, nowhere.json["code"]) == (422, "place_missing")


def test_a_dispatcher_raises_for_two_posts(caller: SignIn, district: SmallDistrict) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    first = dispatcher.post("/api/alarms", {"post_id": district.posts[0]}).json
    second = dispatcher.post("/api/alarms", {"post_id": district.posts[1]}).json
    assert first["id"] != second["id"]


def test_a_retry_with_another_body_gives_the_same_alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock, app_store: Store
) -> None:
    raiser = caller(team[0][0])
    body = {"request_id": str(uuid4()), "post_code": district.codes[0]}
    first = raiser.post("/api/alarms", body).json
    again = raiser.post("/api/alarms", {**body, "fix": fix(clock), "post_code": district.codes[1]})
    assert (again.status_code, again.json) == (201, first)
    assert count(app_store, alarm_report) == 1


def test_a_request_number_of_another_write_does_not_stop_an_alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock
) -> None:
    raiser = caller(team[0][0])
    used = str(uuid4())
    alarm_id = raiser.post("/api/alarms").json["id"]
    assert raiser.post(f"/api/alarms/{alarm_id}/notes", {"request_id": used, "text": "x"}).status_code == 200
    again = raiser.post("/api/alarms", {"request_id": used})
    assert (again.status_code, again.json["id"]) == (201, alarm_id)
    assert raiser.post(f"/api/alarms/{alarm_id}/notes", {"request_id": used, "text": "x"}).status_code == 200


def test_the_answer_names_nobody(caller: SignIn, team: list[list[int]]) -> None:
    text = caller(team[0][0]).post("/api/alarms").get_data(as_text=True)
    assert "测试" not in text
    assert "1990000" not in text


def test_who_is_called_from_another_post_is_told_the_place_by_name(
    caller: SignIn, team: list[list[int]]
) -> None:
    told = caller(team[0][0]).post("/api/alarms").json
    assert told["place_name"] == "青禾第1小学 南门"
    neighbour = next(one["account_id"] for one in told["responses"] if one["tier"] == 2)
    seen = caller(neighbour).get(f"/api/alarms/{told['id']}").json
    assert seen["place_name"] == "青禾第1小学 南门"


def test_the_rules_time_the_answer(caller: SignIn, team: list[list[int]], app: Flask) -> None:
    limits: Limits = app.extensions["huxue"].limits
    told = caller(team[0][0]).post("/api/alarms").json
    assert limits[DispatchLimits].answer_within_s == 15
    assert {one["answer_due_at"] for one in told["responses"]} == {"2026-11-22T23:15:15.000Z"}
