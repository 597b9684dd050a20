"""Places as no phone should send them: named and refused, but for an alarm, which is taken whatever else is wrong."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.database.transaction import Store
from server.duty.actions.positions import PositionBuffer
from server.duty.tables import check_in, last_position, position
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import BESIDE, LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import count

SignIn = Callable[[int | None], Caller]
# JSON of browsers knows no NaN, but Python's own reader takes these words, and 1e999 is infinite to any reader.
NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999", "181", "-181", "-180.0001", "90.0001"]
PLACES = [
    *((number, "117.25", "latitude") for number in NUMBERS),
    *(("31.88", number, "longitude") for number in NUMBERS if number != "90.0001"),
]
IMPOSSIBLE = pytest.mark.parametrize(("latitude", "longitude", "field"), PLACES)


def raw(guard: Caller, path: str, sent: dict[str, Any], latitude: str, longitude: str) -> Any:
    """Write a body whose fix has numbers that Python's writer would not write."""
    text = json.dumps(sent).replace('"LATITUDE"', latitude).replace('"LONGITUDE"', longitude)
    return guard.client.post(
        path, data=text, content_type="application/json", headers={"X-CSRF-Token": guard.csrf_token}
    )


def fix(clock: WoundClock, **more: Any) -> dict[str, Any]:
    return {
        "latitude": "LATITUDE",
        "longitude": "LONGITUDE",
        "accuracy_m": 9,
        "at": clock.now().isoformat(),
        **more,
    }


@IMPOSSIBLE
def test_a_check_in(
    caller: SignIn,
    district: SmallDistrict,
    clock: WoundClock,
    app_store: Store,
    latitude: str,
    longitude: str,
    field: str,
) -> None:
    sent = body(district.codes[0], clock.now(), fix=fix(clock))
    answer = raw(caller(district.guards[0][0]), "/api/check-ins", sent, latitude, longitude)
    assert (answer.status_code, answer.json["flags"]) == (201, ["no_fix"])
    assert count(app_store, position) == 0


@IMPOSSIBLE
def test_a_position(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    clock: WoundClock,
    app_store: Store,
    latitude: str,
    longitude: str,
    field: str,
) -> None:
    """One place that is none drops itself alone."""
    guard = caller(district.guards[0][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now(), fix=None))
    good = fix(clock, latitude=LATITUDE, longitude=LONGITUDE)
    answer = raw(guard, "/api/positions", {"fixes": [good, fix(clock)]}, latitude, longitude)
    assert (answer.status_code, answer.json) == (200, {"kept": 1, "dropped": 1, "next_after_s": 30})
    assert app.extensions["huxue"].part(PositionBuffer).flush(clock.now()) == 1


@IMPOSSIBLE
def test_an_alarm_is_raised_at_the_post_all_the_same(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, latitude: str, longitude: str, field: str
) -> None:
    guard = caller(district.guards[0][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now(), fix=None))
    sent = {"request_id": str(uuid4()), "fix": fix(clock)}
    answer = raw(guard, "/api/alarms", sent, latitude, longitude)
    assert answer.status_code == 201
    told = answer.json
    assert (told["latitude"], told["longitude"], told["place_from"]) == (LATITUDE + BESIDE, LONGITUDE, "post")
    assert "fix" in " ".join(told["timeline"][0]["facts"]["not_understood"])


def test_nowhere_is_no_place(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    """0/0 is how broken phones say that they know nothing: flagged, and never drawn on a map."""
    nowhere = fix(clock, latitude=0, longitude=0)
    guard = caller(district.guards[0][0])
    view = guard.post("/api/check-ins", body(district.codes[0], clock.now(), fix=nowhere)).json
    assert (view["flags"], view["distance_m"]) == (["no_fix"], None)
    assert guard.post("/api/positions", {"fixes": [nowhere]}).status_code == 200
    assert app.extensions["huxue"].part(PositionBuffer).flush(clock.now()) == 0
    with app_store.read() as connection:
        row = connection.execute(select(check_in.c.latitude, check_in.c.longitude)).one()
    assert tuple(row) == (None, None)
    assert count(app_store, position) == count(app_store, last_position) == 0
    told = guard.post("/api/alarms", {"fix": nowhere}).json
    assert (told["latitude"], told["longitude"], told["place_from"]) == (LATITUDE + BESIDE, LONGITUDE, "post")


@pytest.mark.parametrize("minutes", [-3, 5])
def test_the_phones_time_is_kept_beside_the_servers(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store, minutes: int
) -> None:
    """Of a check-in and of an alarm; the server's own is what counts."""
    claimed = clock.now() + timedelta(minutes=minutes)
    stamp = claimed.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    guard = caller(district.guards[0][0])
    sent = body(district.codes[0], clock.now(), claimed_at=claimed.isoformat())
    view = guard.post("/api/check-ins", sent).json
    assert (view["claimed_at"], view["at"]) == (stamp, "2026-11-22T23:15:00.000Z")
    assert "clock_skew" in view["flags"]
    assert guard.get("/api/duty").json["check_in"]["claimed_at"] == stamp
    with app_store.read() as connection:
        row = connection.execute(select(check_in.c.claimed_at, check_in.c.at)).one()
    assert tuple(row) == (claimed, clock.now())
    told = guard.post("/api/alarms", {"claimed_at": claimed.isoformat()}).json
    assert (told["claimed_at"], told["raised_at"]) == (stamp, "2026-11-22T23:15:00.000Z")
