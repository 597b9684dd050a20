"""Check-in and check-out by the rules of the field, over HTTP, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from server.core.database import event_rooms
from server.core.database.transaction import Store
from server.duty.actions.positions import PositionBuffer
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict

SignIn = Callable[[int | None], Caller]


def body(code: str, at: datetime, **more: Any) -> dict[str, Any]:
    fix = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 12.0, "at": at.isoformat()}
    return {
        "request_id": str(uuid4()),
        "post_code": code,
        "fix": fix,
        "claimed_at": at.isoformat(),
        "device_id": "device-1",
        **more,
    }


def test_on_time_inside_the_fence_is_verified(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    answer = guard.post("/api/check-ins", body(district.codes[0], clock.now()))
    assert answer.status_code == 201
    view = answer.json
    assert (view["verdict"], view["verified"], view["flags"]) == ("on_time", True, [])
    assert view["shift"]["peak"] == "morning_arrival"
    duty = guard.get("/api/duty").json
    assert duty["check_in"] == view
    assert duty["line"]["present"] == {"staff": 1, "security": 0, "volunteer": 0, "police": 0}
    assert duty["line"]["state"] == "understaffed"


def test_same_request_gives_the_first_answer_and_another_body_is_refused(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    asked = body(district.codes[0], clock.now())
    first = guard.post("/api/check-ins", asked)
    clock.wind(minutes=3)
    again = guard.post("/api/check-ins", asked)
    assert (again.status_code, again.json) == (201, first.json)
    other = guard.post("/api/check-ins", {**asked, "post_code": district.codes[1]})
    assert (other.status_code, other.json["code"]) == (409, "request_id_reused")


def test_a_second_duty_is_refused_until_the_first_ends(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now()))
    refused = guard.post("/api/check-ins", body(district.codes[1], clock.now()))
    assert (refused.status_code, refused.json["code"]) == (409, "already_on_duty")
    early = guard.post("/api/check-outs")
    assert (early.status_code, early.json["code"]) == (409, "check_out_too_early")
    clock.wind(minutes=40)
    ended = guard.post("/api/check-outs")
    assert (ended.status_code, ended.json["minutes"]) == (201, 40)
    assert guard.post("/api/check-outs").json["code"] == "not_on_duty"


def test_ones_own_check_in_and_check_out_are_news_for_ones_own_pages(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    account = district.guards[0][0]
    guard = caller(account)
    begun = guard.post("/api/check-ins", body(district.codes[0], clock.now())).json
    clock.wind(minutes=40)
    ended = guard.post("/api/check-outs").json["check_in"]
    with app_store.read() as connection:
        heard = event_rooms.in_room(connection, f"account:{account}", 0)
    assert [one["data"] for one in heard if one["name"] == "check_in.changed"] == [begun, ended]


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(-60, "too_early"), (46, "shift_over"), (60 * 24 * 5, None)],
)
def test_outside_the_window(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, minutes: int, code: str | None
) -> None:
    clock.wind(minutes=minutes)
    answer = caller(district.guards[0][0]).post("/api/check-ins", body(district.codes[0], clock.now()))
    assert answer.status_code == 409
    assert code is None or answer.json["code"] == code
    assert any(fact.endswith("opens_at") for fact in answer.json["facts"])


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"fix": None}, "no_fix"),
        ({"fix": {"latitude": 0, "longitude": 0, "accuracy_m": 10}}, "no_fix"),
        ({"fix": {"latitude": LATITUDE + 0.02, "longitude": LONGITUDE, "accuracy_m": 10}}, "outside_fence"),
    ],
)
def test_a_poor_phone_is_flagged_and_never_refused(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, change: dict[str, Any], flag: str
) -> None:
    if change["fix"]:
        change = {"fix": {**change["fix"], "at": clock.now().isoformat()}}
    guard = caller(district.guards[0][0])
    answer = guard.post("/api/check-ins", body(district.codes[0], clock.now(), **change))
    assert (answer.status_code, answer.json["verified"]) == (201, False)
    assert flag in answer.json["flags"]
    line = guard.get("/api/duty").json["line"]
    assert (line["state"], line["waiting"]["staff"], line["present"]["staff"]) == ("uncovered", 1, 0)


def test_a_shared_phone_and_a_missing_roster_row_are_flags(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    """The phone is known by our own cookie; what it calls itself says nothing."""
    first, second, stranger = district.guards[0][0], district.guards[0][1], district.guards[1][0]
    own, shared = caller(first), caller(second)
    asked = body(district.codes[0], clock.now(), device_id="whatever")
    assert own.post("/api/check-ins", asked).json["flags"] == []
    cookie = own.client.get_cookie("huxue-device")
    shared.client.set_cookie("huxue-device", cookie.value)
    flags = shared.post("/api/check-ins", body(district.codes[0], clock.now())).json["flags"]
    assert flags == ["shared_device"]
    asked = body(district.codes[0], clock.now(), device_id="whatever")
    assert caller(stranger).post("/api/check-ins", asked).json["flags"] == ["not_rostered"]


def test_a_queued_entry_is_judged_on_its_claimed_time_and_waits_if_it_came_late(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    claimed = clock.now()
    clock.wind(minutes=2)
    prompt = caller(district.guards[0][1]).post(
        "/api/check-ins", body(district.codes[0], claimed, queued=True)
    )
    assert (prompt.json["verified"], prompt.json["flags"]) == (True, [])
    assert datetime.fromisoformat(prompt.json["claimed_at"]) == claimed
    assert datetime.fromisoformat(prompt.json["at"]) == clock.now()
    clock.wind(minutes=18)
    guard = caller(district.guards[0][0])
    answer = guard.post("/api/check-ins", body(district.codes[0], claimed, queued=True))
    assert (answer.json["verdict"], answer.json["flags"]) == ("on_time", ["late_sync"])
    assert not answer.json["verified"]


def test_lateness_counts_from_the_start(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> None:
    clock.wind(minutes=12)
    answer = caller(district.guards[0][0]).post("/api/check-ins", body(district.codes[0], clock.now()))
    assert (answer.json["verdict"], answer.json["minutes_late"]) == ("late", 7)


def test_unknown_post(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> None:
    answer = caller(district.guards[0][0]).post("/api/check-ins", body("NOSUCHCODE", clock.now()))
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_post")


def test_confirmation_counts_and_nobody_confirms_himself(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    leader, security, volunteer = (caller(district.guards[0][seat]) for seat in (0, 2, 4))
    leader.post("/api/check-ins", body(district.codes[0], clock.now()))
    for number, one in enumerate((security, volunteer)):
        one.post(
            "/api/check-ins", body(district.codes[0], clock.now(), fix=None, device_id=f"other-{number}")
        )
    waiting = security.get("/api/duty").json["check_in"]["id"]
    own = security.post(f"/api/check-ins/{waiting}/confirmation")
    assert (own.status_code, own.json["code"]) == (403, "own_check_in")
    foreign = volunteer.post(f"/api/check-ins/{waiting}/confirmation")
    assert (foreign.status_code, foreign.json["code"]) == (403, "not_yours_to_confirm")
    confirmed = leader.post(f"/api/check-ins/{waiting}/confirmation")
    assert (confirmed.status_code, confirmed.json["verified"]) == (200, True)
    everybody = leader.post(f"/api/posts/{district.posts[0]}/confirmations")
    assert len(everybody.json["confirmed"]) == 1
    line = leader.get("/api/duty").json["line"]
    assert (sum(line["present"].values()), sum(line["waiting"].values())) == (3, 0)


def test_someone_without_a_smartphone_is_checked_in_by_security(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    security = caller(district.guards[0][2])
    helped = district.guards[0][5]
    too_soon = security.post("/api/check-ins/assisted", {"account_id": helped})
    assert (too_soon.status_code, too_soon.json["code"]) == (403, "not_yours_to_confirm")
    security.post("/api/check-ins", body(district.codes[0], clock.now()))
    done = security.post("/api/check-ins/assisted", {"account_id": helped})
    assert (done.status_code, done.json["verified"], done.json["account_id"]) == (201, True, helped)
    for stranger in (district.guards[2][5], district.consoles["school_admin"]):
        refused = security.post("/api/check-ins/assisted", {"account_id": stranger})
        assert (refused.status_code, refused.json["code"]) == (404, "not_found")


def test_nobody_is_followed_outside_duty(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> None:
    guard = caller(district.guards[0][0])
    here = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 8, "at": clock.now().isoformat()}
    refused = guard.post("/api/positions", {"fixes": [here]})
    assert (refused.status_code, refused.json["code"]) == (409, "not_on_duty")
    guard.post("/api/check-ins", body(district.codes[0], clock.now()))
    earlier = {**here, "at": (clock.now() - timedelta(minutes=5)).isoformat()}
    later = {**here, "latitude": LATITUDE + 0.0005, "at": clock.wind(seconds=30).isoformat()}
    assert guard.post("/api/positions", {"fixes": [earlier, later]}).status_code == 200
    guard.client.application.extensions["huxue"].part(PositionBuffer).flush(clock.now())
    console = caller(district.consoles["dispatcher"])
    box = {"south": LATITUDE - 1, "north": LATITUDE + 1, "west": LONGITUDE - 1, "east": LONGITUDE + 1}
    people = console.get("/api/positions", **box).json["items"]
    assert [(one["account_id"], one["latitude"]) for one in people] == [(guard.account_id, LATITUDE + 0.0005)]
