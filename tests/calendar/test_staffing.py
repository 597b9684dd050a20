"""Rules of staffing hold from a date on, reach the coverage and say who asked; areas of seats have names."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.core.database.transaction import Store
from server.duty.jobs import Openings
from server.duty.queries import coverage
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def asked(desk: Caller, heads: dict[str, int], **more: Any) -> TestResponse:
    body = {"heads": heads, "starts_on": "2026-11-24", "reason": "区里通知", **more}
    return desk.post("/api/calendar/staffing", body)


def needs(desk: Caller, on: str, post: int = 0) -> Any:
    found = desk.get("/api/calendar/staffing", on=on).json
    assert found is not None
    return found["posts"][post]


@pytest.fixture
def required(app: Flask, app_store: Store, clock: WoundClock) -> Callable[[], list[dict[str, int]]]:
    openings = Openings(app_store, app.extensions["huxue"].limits)

    def look() -> list[dict[str, int]]:
        for _step in openings.work(clock.now()):
            continue
        with app_store.read() as connection:
            return [line["required"] for line in coverage.lines(connection)]

    return look


STANDARD = {"staff": 2, "security": 2, "volunteer": 2, "police": 1}


def test_a_rule_reaches_the_coverage_at_its_peak_from_midnight_on(
    desk: Caller, required: Callable[[], list[dict[str, int]]], clock: WoundClock
) -> None:
    assert required() == [STANDARD] * 3
    assert asked(desk, {"security": 4}, peak="morning_arrival").status_code == 200
    assert required() == [STANDARD] * 3, "today is as it was"
    clock.wind(minutes=24 * 60)
    assert required() == [STANDARD | {"security": 4}] * 3
    clock.wind(minutes=9 * 60 + 20)
    assert required() == [STANDARD] * 3, "the afternoon is not asked about"


def test_the_sheet_says_which_rule_asked(desk: Caller, district: SmallDistrict) -> None:
    found = asked(desk, {"security": 3}).json
    assert found is not None
    everywhere = found["rules"][0]["id"]
    found = asked(desk, {"staff": 1, "police": 2}, post_id=district.posts[0]).json
    own = found["rules"][1]["id"]  # type: ignore[index]
    shown = needs(desk, "2026-11-24")
    assert shown["own"] == STANDARD
    assert [one["peak"] for one in shown["peaks"]] == ["morning_arrival", "afternoon_dismissal"]
    assert shown["peaks"][0]["heads"] == {"staff": 1, "security": 3, "volunteer": 0, "police": 2}
    by = {"staff": own, "security": everywhere, "police": own}
    assert {name: shown["peaks"][0]["by"][name] for name in by} == by
    assert needs(desk, "2026-11-24", post=1)["peaks"][0]["by"] == {
        "staff": None,
        "security": everywhere,
        "volunteer": None,
        "police": None,
    }
    assert needs(desk, "2026-11-23")["peaks"][0]["heads"] == STANDARD


def test_security_by_pupils_is_a_rule_of_its_own(desk: Caller) -> None:
    assert asked(desk, {}, by_pupils=True).status_code == 200
    assert needs(desk, "2026-11-24")["peaks"][0]["heads"] == STANDARD, (
        "no pupils are known: one guard at least"
    )
    assert code(asked(desk, {})) == (422, "nobody_asked")


def test_a_rule_is_replaced_or_ended_as_it_was_seen_and_the_days_before_keep_it(
    desk: Caller, clock: WoundClock
) -> None:
    [rule] = asked(desk, {"security": 4}).json["rules"]  # type: ignore[index]
    clock.wind(minutes=3 * 24 * 60)
    replaced = asked(desk, {"security": 5}, starts_on="2026-12-01", replaces=rule["id"], version=1)
    assert [(one["starts_on"], one["ends_on"]) for one in replaced.json["rules"]] == [  # type: ignore[index]
        ("2026-11-24", "2026-12-01"),
        ("2026-12-01", None),
    ]
    assert needs(desk, "2026-11-30")["peaks"][0]["heads"]["security"] == 4
    assert needs(desk, "2026-12-01")["peaks"][0]["heads"]["security"] == 5
    stale = asked(desk, {"security": 6}, starts_on="2026-11-28", replaces=rule["id"], version=1)
    assert code(stale) == (409, "changed_meanwhile")
    newer = replaced.json["rules"][1]["id"]  # type: ignore[index]
    path = f"/api/calendar/staffing/{newer}/end"
    body = {"version": 1, "ends_on": "2026-12-10", "reason": "不再需要"}
    assert code(desk.post(path, body | {"version": 2})) == (409, "changed_meanwhile")
    assert desk.post(path, body).status_code == 200
    assert needs(desk, "2026-12-10")["peaks"][0]["heads"]["security"] == 2
    body = body | {"version": 2, "ends_on": "2026-12-01"}
    assert len(desk.post(path, body).json["rules"]) == 1, "it never held"  # type: ignore[index]
    assert code(desk.post(path, body)) == (404, "not_found")


def test_what_holds_today_is_not_changed(desk: Caller) -> None:
    assert code(asked(desk, {"security": 4}, starts_on="2026-11-23")) == (409, "starts_too_early")
    assert code(asked(desk, {"security": 4}, post_id=10_000)) == (404, "not_found")
    assert code(asked(desk, {"security": 51})) == (422, "bad_input")


def test_seats_name_their_areas_as_they_were_seen(desk: Caller, district: SmallDistrict) -> None:
    path = f"/api/calendar/posts/{district.posts[0]}/areas"
    areas = {"security": ["门口左侧", "门口右侧"], "police": ["路口"]}
    named = desk.put(path, {"areas": areas, "seen": {}})
    assert named.json["posts"][0]["areas"] == areas  # type: ignore[index]
    assert code(desk.put(path, {"areas": {}, "seen": {}})) == (409, "changed_meanwhile")
    assert desk.put(path, {"areas": {}, "seen": areas}).json["posts"][0]["areas"] == {}  # type: ignore[index]


def test_a_guards_phone_names_the_areas_of_his_group(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    areas = {"security": ["门口左侧", "", "门口右侧"], "police": ["路口"]}
    named = desk.put(f"/api/calendar/posts/{district.posts[0]}/areas", {"areas": areas, "seen": {}})
    assert named.status_code == 200
    shown = {
        seat: caller(district.guards[0][seat]).get(f"/api/posts/{district.codes[0]}").json["post"]["area"]
        for seat in (STAFF_1, SECURITY_1, POLICE)
    }
    assert shown == {STAFF_1: "", SECURITY_1: "门口左侧 / 门口右侧", POLICE: "路口"}


@pytest.mark.parametrize(
    ("role", "posts"), [("school_admin", 1), ("station_officer", 2), ("dispatcher", 3), ("auditor", 0)]
)
def test_others_see_their_posts_and_change_nothing(
    caller: SignIn, district: SmallDistrict, role: str, posts: int
) -> None:
    mine = caller(district.consoles[role])
    found = mine.get("/api/calendar/staffing")
    assert found.status_code == (200 if posts else 403)
    assert len((found.json or {}).get("posts", [])) == posts
    assert code(asked(mine, {"security": 4})) == (403, "not_your_role")
    path = f"/api/calendar/posts/{district.posts[0]}/areas"
    assert code(mine.put(path, {"areas": {}, "seen": {}})) == (403, "not_your_role")
    ended = mine.post(
        "/api/calendar/staffing/1/end", {"version": 1, "ends_on": "2026-12-10", "reason": "不再"}
    )
    assert code(ended) == (403, "not_your_role")
