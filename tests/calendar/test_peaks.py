"""Peaks change from a date on: at midnight there, never the shifts of today or of before; who may, what is refused."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update
from werkzeug.test import TestResponse

from server.calendar.queries import shifts
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.duty.jobs import Openings
from server.duty.queries import check_ins, coverage
from server.places.queries import districts
from server.places.tables import district as district_table
from server.places.tables import peak
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import STAFF_1

SignIn = Callable[[int | None], Caller]
EARLY = {"kind": "morning_arrival", "starts": "06:40", "ends": "07:20"}
LATE = {"kind": "afternoon_dismissal", "starts": "17:00", "ends": "17:40"}
REASON = "冬季作息"


def season(*peaks: dict[str, str], month: int = 1, day: int = 1, name: str = "") -> dict[str, Any]:
    return {"name": name, "month": month, "day": day, "peaks": list(peaks)}


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def changed(desk: Caller, *seasons: dict[str, Any], **more: Any) -> TestResponse:
    body = {
        "school_kind": "primary",
        "starts_on": "2026-11-24",
        "seasons": list(seasons),
        "reason": REASON,
        "seen": 0,
    }
    return desk.post("/api/calendar/peaks", body | more)


def timetable(desk: Caller, kind: str = "primary") -> Any:
    found = desk.get("/api/calendar/peaks").json
    assert found is not None
    return next(one for one in found["items"] if one["school_kind"] == kind and one["school_id"] is None)


@pytest.fixture
def lines(app: Flask, app_store: Store, clock: WoundClock) -> Callable[[], list[Any]]:
    openings = Openings(app_store, app.extensions["huxue"].limits)

    def look() -> list[Any]:
        for _step in openings.work(clock.now()):
            continue
        with app_store.read() as connection:
            return list(coverage.lines(connection))

    return look


def starts(app_store: Store, on: date, post: int = 0) -> list[time]:
    with app_store.read() as connection:
        place = districts.places(connection)[post]
    return [one.starts for one in place.peaks_on(on)]


def test_a_change_holds_from_midnight_on_and_leaves_what_was(
    desk: Caller, app_store: Store, lines: Callable[[], list[Any]], clock: WoundClock
) -> None:
    before = lines()[0]
    assert (before["phase"], before["starts_at"]) == ("opening", "2026-11-22T23:20:00.000Z")
    assert changed(desk, season(EARLY, LATE)).status_code == 200
    same = lines()[0]
    assert (same["phase"], same["starts_at"]) == (before["phase"], before["starts_at"]), "today is as it was"
    shown = timetable(desk)
    assert [(one["starts_on"], one["state"]) for one in shown["plans"]] == [
        (None, "now"),
        ("2026-11-24", "coming"),
    ]
    # Tuesday 06:15: the new window is open, the old one would not be.
    clock.wind(minutes=23 * 60)
    after = lines()[0]
    assert (after["phase"], after["starts_at"]) == ("opening", "2026-11-23T22:40:00.000Z")
    assert [one["state"] for one in timetable(desk)["plans"]] == ["over", "now"]
    assert starts(app_store, date(2026, 11, 23)) == [time(7, 20), time(16, 30)], "history keeps its peaks"
    assert starts(app_store, date(2026, 11, 24)) == [time(6, 40), time(17)]


def test_a_duty_keeps_the_peak_it_was_for(
    app: Flask, desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    at = clock.now().isoformat()
    body = {
        "post_code": district.codes[0],
        "fix": {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 9, "at": at},
        "claimed_at": at,
        "device_id": "phone",
    }
    came = caller(district.guards[0][STAFF_1]).post("/api/check-ins", body)
    assert came.status_code == 201, came.json
    assert changed(desk, season(EARLY)).status_code == 200
    clock.wind(minutes=24 * 60)
    with app_store.read() as connection:
        duty = check_ins.newest_of_account(connection, district.guards[0][STAFF_1])
    assert duty is not None
    assert (duty.shift["starts_at"], duty.starts_at.isoformat()) == (
        "2026-11-22T23:20:00.000Z",
        "2026-11-22T23:20:00+00:00",
    )


def test_seasons_change_by_themselves_each_year(desk: Caller, app_store: Store) -> None:
    summer, winter = season(EARLY, month=5, name="夏季"), season(LATE, month=10, name="冬季")
    assert changed(desk, summer, winter).status_code == 200
    for on, wanted in (
        (date(2027, 4, 30), time(17)),
        (date(2027, 5, 3), time(6, 40)),
        (date(2027, 9, 30), time(6, 40)),
        (date(2027, 10, 1), time(17)),
        (date(2028, 2, 29), time(17)),
    ):
        assert starts(app_store, on) == [wanted], on


def test_a_school_gets_times_of_its_own_and_goes_back_to_its_kind(
    desk: Caller, district: SmallDistrict, app_store: Store
) -> None:
    own = {"school_kind": None, "school_id": district.schools[0]}
    found = changed(desk, season(EARLY), **own).json
    assert found is not None
    mine = next(one for one in found["items"] if one["school_id"] == district.schools[0])
    back = changed(desk, **own, starts_on="2026-12-01", seen=mine["seen"])
    assert back.status_code == 200
    assert starts(app_store, date(2026, 11, 30)) == [time(6, 40)]
    assert starts(app_store, date(2026, 12, 1)) == [time(7, 20), time(16, 30)]
    assert starts(app_store, date(2026, 11, 30), post=1) == [time(7, 20), time(16, 30)]


def test_what_was_not_seen_is_not_overwritten_and_what_comes_is_called_off(desk: Caller) -> None:
    assert changed(desk, season(EARLY)).status_code == 200
    assert code(changed(desk, season(LATE), starts_on="2026-12-01")) == (409, "changed_meanwhile")
    seen = timetable(desk)["seen"]
    assert changed(desk, season(LATE), starts_on="2026-12-01", seen=seen).status_code == 200
    plans = timetable(desk)["plans"]
    number = plans[1]["id"]
    assert plans[1]["reason"] == REASON
    assert desk.post(f"/api/calendar/peaks/{number}/removal").status_code == 200
    assert [one["starts_on"] for one in timetable(desk)["plans"]] == [None, "2026-12-01"]
    assert code(desk.post(f"/api/calendar/peaks/{number}/removal")) == (404, "not_found")


@pytest.mark.parametrize(
    ("seasons", "more", "wanted"),
    [
        ([season(EARLY)], {"starts_on": "2026-11-23"}, (409, "starts_too_early")),
        ([season()], {}, (422, "no_peaks")),
        ([], {}, (422, "no_peaks")),
        ([season(EARLY | {"ends": "06:00"})], {}, (422, "peak_across_midnight")),
        ([season(EARLY, LATE | {"starts": "07:00"})], {}, (422, "peaks_overlap")),
        ([season(EARLY, month=2, day=30)], {}, (422, "bad_season")),
        ([season(EARLY), season(LATE)], {}, (422, "bad_season")),
        ([season(EARLY | {"starts": "25:00"})], {}, (422, "bad_input")),
        ([season(EARLY)], {"school_id": 10_000, "school_kind": None}, (404, "not_found")),
        ([season(EARLY)], {"school_kind": None}, (404, "not_found")),
    ],
)
def test_what_is_no_timetable_is_refused(
    desk: Caller, seasons: list[dict[str, Any]], more: dict[str, Any], wanted: tuple[int, str]
) -> None:
    assert code(changed(desk, *seasons, **more)) == wanted
    assert len(timetable(desk)["plans"]) == 1


def test_a_shift_whose_window_opened_before_midnight_is_not_changed_any_more(
    desk: Caller, app_store: Store, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        values = {
            "district_id": 1,
            "school_kind": "primary",
            "kind": "night",
            "starts": time(0, 10),
            "ends": time(1),
        }
        transaction.connection.execute(insert(peak).values(**values))
    clock.wind(minutes=16 * 60 + 40)  # 23:55 there
    assert code(changed(desk, season(EARLY))) == (409, "shift_changes_now")
    assert changed(desk, season(EARLY), starts_on="2026-11-25").status_code == 200


def test_midnight_is_that_of_the_district(desk: Caller, app_store: Store, clock: WoundClock) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(district_table).values(time_zone="Asia/Tashkent"))
    # 23:15 UTC on the 22nd is 04:15 on the 23rd in Tashkent.
    assert desk.get("/api/calendar/peaks").json["earliest"] == "2026-11-24"  # type: ignore[index]
    clock.wind(minutes=19 * 60 + 50)
    assert desk.get("/api/calendar/peaks").json["earliest"] == "2026-11-25"  # type: ignore[index]


def test_the_next_shift_is_found_over_a_change(desk: Caller, app_store: Store, clock: WoundClock) -> None:
    assert changed(desk, season(LATE)).status_code == 200
    clock.wind(minutes=11 * 60)
    with app_store.read() as connection:
        upcoming = shifts.upcoming(districts.places(connection)[0], Limits(), clock.now())
    assert upcoming is not None
    assert (upcoming.date, upcoming.peak) == (date(2026, 11, 24), "afternoon_dismissal")


@pytest.mark.parametrize("role", ["school_admin", "station_officer", "dispatcher", "auditor"])
def test_others_look_at_most(caller: SignIn, district: SmallDistrict, role: str) -> None:
    mine = caller(district.consoles[role])
    assert mine.get("/api/calendar/peaks").status_code == (403 if role == "auditor" else 200)
    assert code(changed(mine, season(EARLY))) == (403, "not_your_role")
    assert code(mine.post("/api/calendar/peaks/1/removal")) == (403, "not_your_role")
