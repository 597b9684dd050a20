"""Terms: between two are holidays, beyond the last one it is provisional; who may change them, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.tools.calendar import day
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
AUTUMN = {"name": "第一学期", "first_day": "2026-09-01", "last_day": "2027-01-22"}
SPRING = {"name": "第二学期", "first_day": "2027-03-01", "last_day": "2027-07-02"}


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def added(desk: Caller, term: dict[str, Any], school_id: int | None = None, **more: Any) -> TestResponse:
    return desk.post("/api/calendar/terms", {**term, "school_id": school_id, **more})


def test_between_two_terms_are_holidays_and_a_school_may_have_its_own(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    assert added(desk, AUTUMN).status_code == 200
    assert day(desk, "2027-02-10")["provisional"]
    assert desk.get("/api/calendar/warnings").json["terms_end"] is None
    found = added(desk, SPRING).json
    assert found is not None
    assert [one["name"] for one in found["items"]] == ["第一学期", "第二学期"]
    assert (day(desk, "2027-02-10")["school_day"], day(desk, "2027-02-10")["why"]) == (False, "term")
    school = caller(district.consoles["school_admin"])
    own = district.schools[0]
    assert school.get("/api/calendar/terms").json["items"] == []
    longer = SPRING | {"first_day": "2027-02-08"}
    assert added(school, AUTUMN, own).status_code == 200
    assert added(school, longer, own).status_code == 200
    assert day(school, "2027-02-10")["school_day"]
    assert not day(desk, "2027-02-10")["school_day"]
    assert not day(desk, "2027-02-10", district.schools[1])["school_day"]


def test_the_last_term_ends_with_a_warning(desk: Caller, clock: WoundClock) -> None:
    assert added(desk, AUTUMN | {"last_day": "2026-12-20"}).status_code == 200
    assert desk.get("/api/calendar/warnings").json["terms_end"] == "2026-12-20"


def test_a_term_is_changed_and_removed_as_it_was_seen(desk: Caller) -> None:
    [term] = added(desk, SPRING).json["items"]  # type: ignore[index]
    path = f"/api/calendar/terms/{term['id']}"
    later = SPRING | {"last_day": "2027-07-09", "version": 1}
    assert desk.put(path, later).json["items"][0]["last_day"] == "2027-07-09"  # type: ignore[index]
    assert code(desk.put(path, later)) == (409, "changed_meanwhile")
    assert code(desk.post(f"{path}/removal", {"version": 1})) == (409, "changed_meanwhile")
    assert desk.post(f"{path}/removal", {"version": 2}).json["items"] == []  # type: ignore[index]
    assert code(desk.put(path, later)) == (404, "not_found")


@pytest.mark.parametrize(
    ("term", "wanted"),
    [
        ({"first_day": "2027-03-01", "last_day": "2027-03-01"}, "bad_term"),
        ({"first_day": "2027-03-02", "last_day": "2027-03-01"}, "bad_term"),
        ({"first_day": "2027-03-01", "last_day": "2028-03-02"}, "bad_term"),
        ({"first_day": "2026-03-01", "last_day": "2026-07-01"}, "date_is_past"),
        ({"first_day": "2027-01-22", "last_day": "2027-05-01"}, "terms_overlap"),
        ({"first_day": "2027-02-28", "last_day": "2028-02-28"}, None),
    ],
)
def test_what_is_no_term_is_refused(desk: Caller, term: dict[str, str], wanted: str | None) -> None:
    assert added(desk, AUTUMN).status_code == 200
    answer = added(desk, {"name": "学期", **term})
    assert (answer.json or {}).get("code") == wanted


def test_a_term_that_would_end_an_open_shift_asks_whether_that_is_meant(desk: Caller) -> None:
    over = {"name": "短学期", "first_day": "2026-09-01", "last_day": "2026-11-22"}
    assert code(added(desk, over)) == (409, "date_is_past")
    assert added(desk, {"name": "一", "first_day": "2026-09-01", "last_day": "2026-11-24"}).status_code == 200
    [first, _second] = added(desk, SPRING).json["items"]  # type: ignore[index]
    path = f"/api/calendar/terms/{first['id']}"
    moved = {"name": "一", "first_day": "2026-11-24", "last_day": "2026-12-31", "version": 1}
    assert desk.put(path, moved).status_code == 200, "before the first term it is provisional, and runs on"


@pytest.mark.parametrize("role", ["station_officer", "dispatcher", "auditor"])
def test_others_look_at_most(caller: SignIn, district: SmallDistrict, role: str) -> None:
    mine = caller(district.consoles[role])
    assert mine.get("/api/calendar/terms").status_code == (403 if role == "auditor" else 200)
    assert code(added(mine, SPRING)) == (403, "not_your_role")


def test_a_school_changes_no_term_of_the_district(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    school = caller(district.consoles["school_admin"])
    assert code(added(school, SPRING)) == (403, "not_your_role")
    assert code(added(school, SPRING, district.schools[1])) == (404, "not_found")
    [term] = added(desk, SPRING).json["items"]  # type: ignore[index]
    assert code(school.post(f"/api/calendar/terms/{term['id']}/removal", {"version": 1})) == (
        403,
        "not_your_role",
    )
