"""A photograph of a poster opens the post's page, and tells nobody who stands there."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import VOLUNTEER_1
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]
NOBODY = [(None, None, None, None, [])] * 3


@pytest.fixture(autouse=True)
def held(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> None:
    """Let three stand at the first post."""
    for seat in range(3):
        come(caller(district.guards[0][seat]), district.codes[0], clock)


def come(one: Caller, code: str, clock: WoundClock, **more: Any) -> dict[str, Any]:
    answer = one.post("/api/check-ins", body(code, clock.now(), device_id=f"of-{one.account_id}", **more))
    assert answer.status_code == 201, answer.json
    told: dict[str, Any] = answer.json
    return told


def seats(line: dict[str, Any]) -> list[tuple[Any, ...]]:
    asked = ("account_id", "check_in_id", "category", "verdict", "flags")
    return [tuple(seat[name] for name in asked) for seat in line["seats"]]


def lines_heard(one: Caller) -> list[dict[str, Any]]:
    """Give the lines that somebody's open page was sent."""
    refused = one.get("/api/events", after=0, epoch="unknown").json
    batch = one.get("/api/events", after=0, epoch=refused["facts"]["epoch"]).json
    return [event["data"] for event in batch["events"] if event["name"] == "coverage.changed"]


def test_who_is_not_on_duty_there_learns_how_many_and_not_who(
    caller: SignIn, district: SmallDistrict, insiders: Insiders, clock: WoundClock
) -> None:
    elsewhere = caller(district.guards[2][0])
    come(elsewhere, district.codes[2], clock)
    foreign = insiders.console("school_admin", school_id=district.schools[2])
    off_duty = caller(district.guards[0][VOLUNTEER_1])
    strange = insiders.stranger("volunteer", post=2, on_duty=False)
    for one in (elsewhere, caller(foreign), off_duty, strange, caller(district.consoles["auditor"])):
        line = one.get(f"/api/posts/{district.codes[0]}").json["post"]["line"]
        assert seats(line) == NOBODY
        assert (line["present"]["staff"], line["no_shows"], line["rostered"]) == (2, [], 7)
    desk = caller(district.consoles["school_admin"]).get(f"/api/posts/{district.codes[0]}").json
    assert {seat[0] for seat in seats(desk["post"]["line"])} == set(district.guards[0][:3])


def test_an_approved_guard_who_says_that_he_is_2_km_off_sees_himself_alone_until_he_is_confirmed(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    home = caller(district.guards[2][VOLUNTEER_1])
    far = {
        "latitude": LATITUDE + 0.02,
        "longitude": LONGITUDE,
        "accuracy_m": 9.0,
        "at": clock.now().isoformat(),
    }
    mine = come(home, district.codes[0], clock, fix=far)
    duty = home.get("/api/duty").json
    assert [one["account_id"] for one in duty["colleagues"]] == [home.account_id]
    assert seats(duty["line"]) == seats(duty["post"]["line"]) == [NOBODY[0]] * 4
    come(caller(district.guards[0][4]), district.codes[0], clock)
    assert lines_heard(home)[-1] == home.get("/api/duty").json["line"]
    assert all(seat == NOBODY[0] for line in lines_heard(home) for seat in seats(line))
    desk = caller(district.consoles["school_admin"])
    assert desk.post(f"/api/check-ins/{mine['id']}/confirmation").status_code == 200
    duty = home.get("/api/duty").json
    assert len(duty["colleagues"]) == len({seat[0] for seat in seats(duty["line"])}) == 5
    assert lines_heard(home)[-1] == duty["line"]


def test_who_came_without_a_fix_to_his_own_post_sees_with_whom_he_stands(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    honest = caller(district.guards[0][VOLUNTEER_1])
    assert come(honest, district.codes[0], clock, fix=None)["flags"] == ["no_fix"]
    duty = honest.get("/api/duty").json
    assert len(duty["colleagues"]) == 4
    assert {seat[0] for seat in seats(duty["line"])} == {*district.guards[0][:3], honest.account_id}
    assert lines_heard(honest)[-1] == duty["line"]
