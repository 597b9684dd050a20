"""Gate devices: their one call, their keys, their tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from server.alarm.tables.alarms import alarm, alarm_report
from server.core.audit import audit_row
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from server.exercise.tables import device_signal, gate_device
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked, count
from tests.tools.gate import Gate, issued

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def officer(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["station_officer"])


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def gate(app: Flask, officer: Caller, district: SmallDistrict) -> Gate:
    return Gate(app, issued(officer, district.posts[0])["key"])


def test_a_press_raises_the_alarm_of_its_post_on_the_path_of_phones(
    gate: Gate, admin: Caller, district: SmallDistrict, team: list[list[int]]
) -> None:
    answer = gate.press()
    assert (answer.status_code, list(answer.json)) == (201, ["alarm_id"])
    told = admin.get(f"/api/alarms/{answer.json['alarm_id']}").json
    assert (told["source"], told["raised_by"], told["drill"]) == ("device", None, False)
    assert (told["post_id"], told["place_from"]) == (district.posts[0], "post")
    # Nobody of the post is in need by himself: all are asked.
    assert sorted(asked(told, tier=1)) == sorted(team[0])
    assert told["timeline"][0]["facts"]["label"] == "门卫室"
    assert "key" not in str(told)


def test_a_retry_gives_the_first_and_a_press_within_a_minute_joins(
    gate: Gate, caller: SignIn, team: list[list[int]], clock: WoundClock, app_store: Store
) -> None:
    number = str(uuid4())
    first = gate.press({"request_id": number}).json
    assert gate.press({"request_id": number}).json == first
    assert count(app_store, alarm_report) == 1
    clock.wind(seconds=30)
    assert gate.press().json == first
    assert caller(team[0][1]).post("/api/alarms").json["id"] == first["alarm_id"]
    clock.wind(seconds=31)
    other = gate.press().json
    assert other != first and count(app_store, alarm) == 2
    # A press is never taken for the test that went before it under the same number.
    number = str(uuid4())
    assert gate.press({"request_id": number, "test": True}).json == {"alarm_id": None}
    assert gate.press({"request_id": number}).json == other


def test_a_device_that_tries_again_before_the_answer_raises_once(
    app: Flask, gate: Gate, app_store: Store, team: list[list[int]]
) -> None:
    body = {"request_id": str(uuid4())}
    with ThreadPoolExecutor(6) as pool:
        answers = [one.json for one in pool.map(lambda _: Gate(app, gate.key).press(body), range(6))]
    assert len({one["alarm_id"] for one in answers}) == 1
    assert (count(app_store, alarm), count(app_store, alarm_report)) == (1, 1)


def test_a_test_signal_is_kept_and_raises_nothing(gate: Gate, app_store: Store) -> None:
    answer = gate.press({"test": True})
    assert (answer.status_code, answer.json) == (201, {"alarm_id": None})
    assert count(app_store, alarm) == 0
    assert count(app_store, device_signal, kind="test") == 1
    assert count(app_store, audit_row, act="test_device") == 1


@pytest.mark.parametrize("body", [7, [], "x", {"request_id": 3}, {"test": "true"}, {"post_code": "\x00"}])
def test_no_body_loses_an_alarm(gate: Gate, body: Any, app_store: Store) -> None:
    assert gate.press(body).json["alarm_id"] is not None
    assert gate.press(data=b"\xff{", content_type="text/plain").status_code == 201
    assert count(app_store, alarm) == 1


def test_a_key_of_another_post_raises_nothing_anywhere(
    gate: Gate, district: SmallDistrict, app_store: Store
) -> None:
    for body in ({"post_id": district.posts[1]}, {"post_code": district.codes[1]}, {"post_code": "NOWHERE"}):
        answer = gate.press(body)
        assert (answer.status_code, answer.json["code"]) == (403, "device_of_other_post")
    assert count(app_store, alarm) == 0
    assert count(app_store, audit_row, act="refuse_device") == 3
    own = gate.press({"post_id": district.posts[0], "post_code": district.codes[0]})
    assert own.status_code == 201


def test_unknown_replaced_and_revoked_keys_are_refused_and_audited(
    app: Flask, gate: Gate, officer: Caller, app_store: Store
) -> None:
    made = officer.get("/api/devices").json["items"][0]
    path = f"/api/devices/{made['id']}"
    new = Gate(app, officer.post(f"{path}/key").json["key"])
    for wrong in (gate, Gate(app, "hxg_nothing"), Gate(app, ""), Gate(app, "长")):
        if not wrong.key.isascii():
            continue
        answer = wrong.press()
        assert (answer.status_code, answer.json["code"]) == (401, "unknown_device")
    assert new.press({"test": True}).status_code == 201
    assert officer.post(f"{path}/revocation").json["key"] is None
    assert new.press().json["code"] == "unknown_device"
    assert officer.post(f"{path}/key").json["code"] == "device_revoked"
    assert count(app_store, alarm) == 0
    assert count(app_store, audit_row, act="refuse_device") == 4
    assert count(app_store, device_signal, kind="old_key") == 2


def test_wrong_keys_are_limited_and_alarms_are_not(
    app: Flask, gate: Gate, app_store: Store, clock: WoundClock
) -> None:
    wrong = [Gate(app, f"hxg_{number}").press().status_code for number in range(32)]
    assert wrong == [401] * 30 + [429] * 2
    assert count(app_store, audit_row, act="refuse_device") == 30
    assert {gate.press().status_code for _ in range(40)} == {201}
    clock.wind(minutes=11)
    assert Gate(app, "hxg_again").press().status_code == 401


def test_a_key_is_shown_once_and_only_its_hash_is_kept(
    officer: Caller, district: SmallDistrict, app_store: Store
) -> None:
    body = {"request_id": str(uuid4()), "post_id": district.posts[1], "label": "北门"}
    made = officer.post("/api/devices", body).json
    again = officer.post("/api/devices", body).json
    assert again == {"device": made["device"], "key": None}
    listed = officer.get("/api/devices").json["items"]
    assert listed == [made["device"]]
    with app_store.read() as connection:
        rows = [dict(row) for row in connection.execute(select(gate_device)).mappings()]
        facts = list(connection.execute(select(audit_row.c.facts)).scalars())
    assert made["key"] not in str(rows) + str(facts)


@pytest.mark.parametrize("role", ["school_admin", "dispatcher", "auditor"])
def test_others_keep_no_devices(caller: SignIn, district: SmallDistrict, role: str) -> None:
    other = caller(district.consoles[role])
    for path in ("/api/devices", "/api/devices/1/key", "/api/devices/1/revocation"):
        answer = other.post(path, {"post_id": district.posts[0], "label": "x"})
        assert (answer.status_code, answer.json["code"]) == (403, "not_your_role")


def test_a_station_keeps_the_devices_of_its_own_posts_alone(
    officer: Caller, admin: Caller, district: SmallDistrict
) -> None:
    elsewhere = issued(admin, district.posts[2])["device"]["id"]
    assert officer.get("/api/devices").json["items"] == []
    refused = officer.post("/api/devices", {"post_id": district.posts[2], "label": "x"})
    assert refused.status_code == 404
    for act in ("key", "revocation"):
        assert officer.post(f"/api/devices/{elsewhere}/{act}").status_code == 404


def test_the_quarterly_test_is_announced_run_and_reported_by_post(
    app: Flask,
    officer: Caller,
    admin: Caller,
    district: SmallDistrict,
    clock: WoundClock,
    app_store: Store,
) -> None:
    passed, silent = (Gate(app, issued(admin, district.posts[post])["key"]) for post in (0, 2))
    late = issued(admin, district.posts[1])
    with app_store.read() as connection:
        before = event_log.last(connection)
    starts = clock.now() + timedelta(hours=1)
    body = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
    test = admin.post("/api/device-tests", body).json
    with app_store.read() as connection:
        for station_id in district.stations:
            events = event_rooms.in_room(connection, f"station:{station_id}", before)
            assert [one["name"] for one in events] == ["device_test.changed"]
    assert officer.get("/api/device-tests").json["items"] == [test]

    # Before the window nothing counts; in it one passes, one has a replaced key, one is silent.
    clock.wind(minutes=61)
    passed.press({"test": True})
    admin.post(f"/api/devices/{late['device']['id']}/key")
    Gate(app, late["key"]).press({"test": True})
    report = admin.get(f"/api/device-tests/{test['id']}/report").json
    assert [one["result"] for one in report["items"]] == ["passed", "failed", "not_tested"]
    assert report["items"][1]["devices"][0]["signal"] == "old_key"
    own = officer.get(f"/api/device-tests/{test['id']}/report").json
    assert [one["post_id"] for one in own["items"]] == district.posts[:2]

    # Too late by an hour: tried, but in vain.
    clock.wind(minutes=180)
    silent.press({"test": True})
    report = admin.get(f"/api/device-tests/{test['id']}/report").json
    assert report["items"][2]["result"] == "failed"


def test_posts_whose_devices_have_not_passed_this_quarter_are_listed(
    app: Flask, officer: Caller, admin: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    first, second = (
        Gate(app, issued(admin, district.posts[0], label)["key"]) for label in ("门卫室", "传达室")
    )
    third = Gate(app, issued(admin, district.posts[2])["key"])
    gone = issued(admin, district.posts[1])["device"]
    admin.post(f"/api/devices/{gone['id']}/revocation")

    def untested(who: Caller) -> tuple[int, list[tuple[int, list[str]]]]:
        told = who.get("/api/device-tests/quarter").json
        return told["of"], [(one["post_id"], one["devices"]) for one in told["items"]]

    everything = [(district.posts[0], ["门卫室", "传达室"]), (district.posts[2], ["门卫室"])]
    assert untested(admin) == (2, everything)
    assert untested(officer) == (1, everything[:1])
    told = admin.get("/api/device-tests/quarter").json
    # 2026's fourth quarter in Shanghai.
    assert (told["starts_at"], told["ends_at"]) == ("2026-09-30T16:00:00.000Z", "2026-12-31T16:00:00.000Z")

    # A signal outside every test counts for nothing, nor does one in a test that was called off.
    first.press({"test": True})
    window = {
        "starts_at": clock.now().isoformat(),
        "ends_at": (clock.now() + timedelta(hours=1)).isoformat(),
    }
    off = admin.post("/api/device-tests", window).json
    admin.post(f"/api/device-tests/{off['id']}/cancellation")
    clock.wind(minutes=1)
    first.press({"test": True})
    assert untested(admin) == (2, everything)

    admin.post("/api/device-tests", {**window, "station_id": district.stations[0]})
    clock.wind(minutes=1)
    first.press({"test": True})
    third.press({"test": True})
    # The third belongs to another station, whose test it was not.
    assert untested(admin) == (2, [(district.posts[0], ["传达室"]), everything[1]])
    second.press({"test": True})
    assert untested(admin) == (2, [everything[1]])
    assert untested(officer) == (1, [])

    # The next quarter begins anew.
    clock.wind(minutes=60 * 24 * 40)
    later = caller(district.consoles["dispatcher"])
    assert untested(later) == (2, everything)
    assert caller(district.consoles["school_admin"]).get("/api/device-tests/quarter").status_code == 403


def test_a_station_plans_and_cancels_its_own_tests_alone(
    officer: Caller, admin: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    window = {
        "starts_at": clock.now().isoformat(),
        "ends_at": (clock.now() + timedelta(hours=1)).isoformat(),
    }
    for station_id in (None, district.stations[1]):
        assert officer.post("/api/device-tests", {**window, "station_id": station_id}).status_code == 404
    own = officer.post("/api/device-tests", {**window, "station_id": district.stations[0]}).json
    other = admin.post("/api/device-tests", {**window, "station_id": district.stations[1]}).json
    of_district = admin.post("/api/device-tests", window).json
    for foreign in (other, of_district):
        assert officer.post(f"/api/device-tests/{foreign['id']}/cancellation").status_code == 404
    assert officer.get(f"/api/device-tests/{other['id']}/report").status_code == 404
    assert officer.post(f"/api/device-tests/{own['id']}/cancellation").json["cancelled_at"]
    bad = officer.post("/api/device-tests", {**window, "starts_at": window["ends_at"]})
    assert bad.json["code"] in {"bad_window", "not_found"}
