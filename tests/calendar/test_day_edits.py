"""Days are changed on the sheet of a year: who may, what is refused, and what the posts do by it, and when."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.duty.jobs import Openings
from server.duty.queries import coverage
from tests.tools.calendar import REASON, day, edited, sheet
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
TODAY, TOMORROW, SATURDAY, PAST = "2026-11-23", "2026-11-24", "2026-11-28", "2026-11-20"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def states(app: Flask, app_store: Store, clock: WoundClock) -> Callable[[], list[str]]:
    """Give the states of the posts after the clock has looked at them."""
    openings = Openings(app_store, app.extensions["huxue"].limits)

    def look() -> list[str]:
        for _step in openings.work(clock.now()):
            continue
        with app_store.read() as connection:
            return [line["state"] for line in coverage.lines(connection)]

    return look


@pytest.mark.parametrize(("year", "number"), [(2026, 365), (2028, 366)])
def test_a_sheet_has_all_days_of_its_year(desk: Caller, year: int, number: int) -> None:
    found = sheet(desk, year)
    assert len(found["days"]) == number
    assert found["may_edit"]
    assert found["today"] == TODAY
    assert found["peaks"] == ["morning_arrival", "afternoon_dismissal"]
    assert sum(one["school_day"] for one in found["days"]) in {260, 261, 262}
    assert {one["why"] for one in found["days"]} == {"weekday"}


def test_a_day_off_comes_at_midnight_and_is_told_by_whom_and_why(
    desk: Caller, states: Callable[[], list[str]], clock: WoundClock, app_store: Store
) -> None:
    assert edited(desk, [TOMORROW], "off", name="运动会").status_code == 200
    shown = day(desk, TOMORROW)
    assert (shown["school_day"], shown["why"], shown["name"]) == (False, "district", "运动会")
    assert (shown["reason"], shown["changed_by"], shown["version"]) == (REASON, "测试district_admin", 1)
    assert states() == ["uncovered"] * 3, "today is as it was"
    clock.wind(minutes=24 * 60)
    assert states() == ["off_duty"] * 3
    clock.wind(minutes=24 * 60)
    assert states() == ["uncovered"] * 3
    with app_store.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "edit_days")
        ).scalar_one()
    assert facts == {"dates": TOMORROW, "day": "off", "reason": REASON, "district_id": 1}


def test_a_make_up_saturday_has_its_shifts(
    desk: Caller, states: Callable[[], list[str]], clock: WoundClock
) -> None:
    clock.wind(minutes=5 * 24 * 60)
    assert states() == ["off_duty"] * 3
    assert edited(desk, [SATURDAY], "work").status_code == 200
    assert states() == ["uncovered"] * 3


def test_a_schools_own_day_goes_before_the_districts_and_touches_no_other_school(
    desk: Caller,
    school: Caller,
    district: SmallDistrict,
    states: Callable[[], list[str]],
    clock: WoundClock,
) -> None:
    own = district.schools[0]
    assert edited(school, [TOMORROW], "off", own).status_code == 200
    assert day(school, TOMORROW)["why"] == "own", "a school sees its own sheet"
    assert day(desk, TOMORROW)["schools"] == 1
    clock.wind(minutes=24 * 60)
    assert states() == ["off_duty", "uncovered", "uncovered"]
    assert edited(school, [TOMORROW], "clear", own).status_code == 200
    assert day(school, TOMORROW)["why"] == "weekday"
    assert states() == ["uncovered"] * 3


def test_on_a_half_day_the_afternoon_does_not_stand(
    school: Caller, district: SmallDistrict, states: Callable[[], list[str]], clock: WoundClock
) -> None:
    own = district.schools[0]
    assert edited(school, [TOMORROW], "half", own, peaks=["morning_arrival"]).status_code == 200
    clock.wind(minutes=24 * 60)
    assert states() == ["uncovered"] * 3
    clock.wind(minutes=9 * 60 + 20)
    assert states() == ["off_duty", "uncovered", "uncovered"]


@pytest.mark.parametrize("peaks", [[], ["morning_arrival", "afternoon_dismissal"], ["morning_dismissal"]])
def test_a_half_day_has_some_of_its_peaks(school: Caller, district: SmallDistrict, peaks: list[str]) -> None:
    refused = edited(school, [TOMORROW], "half", district.schools[0], peaks=peaks)
    assert code(refused) == (422, "half_day_peaks")


def test_what_is_over_stays(desk: Caller) -> None:
    refused = edited(desk, [PAST, TOMORROW], "off")
    assert code(refused) == (409, "date_is_past")
    assert refused.json is not None and refused.json["facts"]["date"] == PAST
    assert day(desk, TOMORROW)["why"] == "weekday"


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused_and_says_who(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    assert edited(desk, {TOMORROW: 0, SATURDAY: 0}, "off").status_code == 200
    refused = edited(desk, {SATURDAY: 0}, "work")
    assert code(refused) == (409, "changed_meanwhile")
    assert refused.json is not None
    assert (refused.json["facts"]["date"], refused.json["facts"]["by"]) == (SATURDAY, "测试district_admin")
    assert edited(desk, {SATURDAY: 1}, "work").status_code == 200
    assert day(desk, SATURDAY)["version"] == 2


def test_a_shift_that_is_open_ends_only_where_that_is_meant(
    desk: Caller, school: Caller, district: SmallDistrict, states: Callable[[], list[str]]
) -> None:
    assert states() == ["uncovered"] * 3
    refused = edited(desk, [TODAY], "off")
    assert code(refused) == (409, "shift_running")
    assert refused.json is not None and refused.json["facts"]["posts"] == 3
    refused = edited(school, [TODAY], "off", district.schools[0])
    assert refused.json is not None and refused.json["facts"]["posts"] == 1
    assert edited(school, [TODAY], "off", district.schools[0], running=True).status_code == 200
    assert states() == ["off_duty", "uncovered", "uncovered"]
    # Its own day is not the district's to end.
    refused = edited(desk, [TODAY], "off")
    assert refused.json is not None and refused.json["facts"]["posts"] == 2
    assert edited(desk, [TODAY], "off", running=True).status_code == 200
    assert states() == ["off_duty"] * 3


def test_a_retry_gets_the_first_answer(desk: Caller) -> None:
    body = {
        "request_id": "6a0e8d3e-6e54-4a83-9d5d-36c3cbb1a001",
        "days": [{"date": TOMORROW, "version": 0}],
        "kind": "off",
        "reason": REASON,
    }
    assert desk.post("/api/calendar/days", body).json == {"days": 1}
    assert desk.post("/api/calendar/days", body).json == {"days": 1}
    assert code(desk.post("/api/calendar/days", body | {"kind": "work"})) == (409, "request_id_reused")


@pytest.mark.parametrize(
    ("role", "own", "wanted"),
    [
        ("dispatcher", None, (403, "not_your_role")),
        ("station_officer", None, (403, "not_your_role")),
        ("station_officer", 0, (403, "not_your_role")),
        ("school_admin", None, (403, "not_your_role")),
        ("school_admin", 1, (404, "not_found")),
        ("auditor", None, (403, "not_your_role")),
        ("school_admin", 0, None),
        ("district_admin", 1, None),
        ("district_admin", None, None),
    ],
)
def test_the_district_edits_all_and_a_school_its_own_days(
    caller: SignIn, district: SmallDistrict, role: str, own: int | None, wanted: tuple[int, str] | None
) -> None:
    mine = caller(district.consoles[role])
    answer = edited(mine, {TOMORROW: 0}, "off", None if own is None else district.schools[own])
    if wanted is None:
        assert answer.status_code == 200
    else:
        assert code(answer) == wanted


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("school_admin", 0, 200),
        ("school_admin", 1, 404),
        ("station_officer", 1, 200),
        ("station_officer", 2, 404),
        ("dispatcher", 2, 200),
        ("auditor", 0, 403),
    ],
)
def test_a_sheet_is_seen_within_the_scope(
    caller: SignIn, district: SmallDistrict, role: str, own: int, status: int
) -> None:
    mine = caller(district.consoles[role])
    assert mine.get("/api/calendar/years/2026", school_id=district.schools[own]).status_code == status
    assert mine.get("/api/calendar/years/1999").status_code in {403, 404}


def test_the_command_and_the_sheet_write_one_calendar(app: Flask, desk: Caller) -> None:
    assert edited(desk, [SATURDAY], "work", name="补课").status_code == 200
    done = app.test_cli_runner().invoke(args=["school-day", SATURDAY, "off"])
    assert done.exit_code == 0
    shown = day(desk, SATURDAY)
    assert (shown["school_day"], shown["source"], shown["version"]) == (False, "command", 2)
    assert code(edited(desk, {SATURDAY: 1}, "work")) == (409, "changed_meanwhile")
