"""Years of the calendar: filled by the library, a file or a word; until then provisional, with a warning in time."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.calendar.actions import years
from server.calendar.files import holidays
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.places.rules.days import years_to_fill
from server.places.tables import district as district_table
from tests.tools.calendar import day, edited, sheet
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
FILE = {
    "year": 2027,
    "papers": [],
    "days": [
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": False},
    ],
}


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def fill(store: Store, clock: WoundClock) -> None:
    for one in years.lacking(store, clock.now()):
        years.fill_from_library(store, one, clock.now())


def brought(desk: Caller, content: object, year: int = 2027) -> object:
    text = content if isinstance(content, str) else json.dumps(content)
    return desk.post(f"/api/calendar/years/{year}/holidays", {"content": text})


def test_the_library_knows_the_make_up_days_of_2026_and_nothing_of_2027() -> None:
    found = holidays.of_library(2026)
    assert found is not None
    work = sorted(on for on, one in found.items() if not one.off)
    assert [on.isoformat()[5:] for on in work] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert found[date(2026, 10, 1)] == holidays.NationalDay(True, "国庆节")
    assert holidays.of_library(2027) is None


def test_a_year_is_filled_by_the_library_beneath_what_people_have_set(
    desk: Caller, app_store: Store, clock: WoundClock
) -> None:
    clock.set(clock.now().replace(month=9, day=1))
    assert edited(desk, ["2026-10-10"], "off", name="校庆").status_code == 200
    assert day(desk, "2026-09-20")["provisional"]
    fill(app_store, clock)
    fill(app_store, clock)
    found = sheet(desk, 2026)
    assert found["known_by"] == "chinesecalendar"
    by_date = {one["date"]: one for one in found["days"]}
    sunday = by_date["2026-09-20"]
    assert (sunday["school_day"], sunday["why"], sunday["name"]) == (True, "source", "国庆节")
    assert not by_date["2026-10-01"]["school_day"]
    assert not any(one["provisional"] for one in found["days"])
    assert (by_date["2026-10-10"]["school_day"], by_date["2026-10-10"]["name"]) == (False, "校庆")
    assert edited(desk, ["2026-10-10"], "clear").status_code == 200
    shown = day(desk, "2026-10-10")
    assert (shown["school_day"], shown["source"], shown["name"]) == (True, "chinesecalendar", "国庆节")
    with app_store.read() as connection:
        rows = (
            connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "fill_year"))
            .scalars()
            .all()
        )
    assert [(one["year"], one["day_source"]) for one in rows] == [(2026, "chinesecalendar")]


def test_a_district_elsewhere_is_not_filled_with_chinas_days(
    desk: Caller, app_store: Store, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(district_table).values(time_zone="Asia/Tashkent"))
    fill(app_store, clock)
    assert sheet(desk, 2026)["known_by"] is None


def test_a_year_without_a_source_runs_monday_to_friday_and_says_so(
    desk: Caller, app_store: Store, clock: WoundClock
) -> None:
    fill(app_store, clock)
    found = sheet(desk, 2027)
    assert found["known_by"] is None
    assert all(one["provisional"] for one in found["days"])
    assert [one["school_day"] for one in found["days"][:4]] == [True, False, False, True]


def test_the_warning_comes_with_december_and_goes_when_the_year_is_filled(
    desk: Caller, app_store: Store, clock: WoundClock, app: Flask
) -> None:
    fill(app_store, clock)
    assert desk.get("/api/calendar/warnings").json == {
        "years": [],
        "terms_end": None,
        "provisional_now": False,
    }
    status = app.test_cli_runner().invoke(args=["calendar", "status"])
    assert (status.exit_code, status.stdout) == (0, "青禾区: known years: 2026 (chinesecalendar)\n")
    # Midnight of the first of December, there and not in UTC.
    clock.set(clock.now().replace(month=11, day=30, hour=15, minute=59))
    assert desk.get("/api/calendar/warnings").json["years"] == []
    clock.wind(minutes=1)
    assert desk.get("/api/calendar/warnings").json["years"] == [2027]
    status = app.test_cli_runner().invoke(args=["calendar", "status"])
    assert status.exit_code == 1
    assert "2027 is not known" in status.stdout
    assert desk.post("/api/calendar/years/2027/confirmation").status_code == 200
    assert desk.get("/api/calendar/warnings").json["years"] == []
    assert sheet(desk, 2027)["known_by"] == "console"


@pytest.mark.parametrize(
    ("today", "known", "wanted"),
    [
        (date(2026, 11, 30), {2026}, []),
        (date(2026, 12, 1), {2026}, [2027]),
        (date(2026, 12, 1), {2026, 2027}, []),
        (date(2027, 1, 1), {2026}, [2027]),
        (date(2027, 12, 31), set(), [2027, 2028]),
    ],
)
def test_years_to_fill(today: date, known: set[int], wanted: list[int]) -> None:
    assert years_to_fill(known, today) == wanted


def test_a_file_fills_a_year_and_a_newer_one_changes_it(desk: Caller, clock: WoundClock) -> None:
    assert brought(desk, FILE).json == {"year": 2027, "set": 3, "kept": 0, "removed": 0}
    assert sheet(desk, 2027)["known_by"] == "holiday_cn"
    assert day(desk, "2027-01-03")["school_day"]
    assert not day(desk, "2026-12-31")["school_day"]
    assert brought(desk, FILE).json == {"year": 2027, "set": 0, "kept": 0, "removed": 0}
    assert edited(desk, ["2027-01-01"], "work").status_code == 200
    newer = FILE | {"days": [FILE["days"][1], {"name": "元旦", "date": "2027-01-04", "isOffDay": True}]}  # type: ignore[index]
    assert brought(desk, newer).json == {"year": 2027, "set": 1, "kept": 0, "removed": 1}
    assert day(desk, "2027-01-01")["school_day"], "what somebody has set stays"
    assert not day(desk, "2027-01-03")["school_day"], "a Sunday again"
    assert not day(desk, "2027-01-04")["school_day"]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("no json", ("not_holidays", {"row": None})),
        ("[" * 5000, ("not_holidays", {"row": None})),
        ([], ("not_holidays", {"row": None})),
        ({"year": 2027, "days": {}}, ("not_holidays", {"row": None})),
        ({"year": 2026, "days": []}, ("other_year", {"year": 2026})),
        ({"days": [{}]}, ("other_year", {"year": None})),
        ({"year": 2027, "days": []}, ("no_holidays", {})),
        (FILE | {"days": ["x"]}, ("not_holidays", {"row": 1})),
        (
            FILE | {"days": [{"name": "元旦", "date": "2027-02-29", "isOffDay": True}]},
            ("not_holidays", {"row": 1}),
        ),
        (
            FILE | {"days": [{"name": "元旦", "date": "2026-12-24", "isOffDay": True}]},
            ("not_holidays", {"row": 1}),
        ),
        (
            FILE | {"days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": 1}]},
            ("not_holidays", {"row": 1}),
        ),
        (FILE | {"days": [FILE["days"][1]] * 2}, ("not_holidays", {"row": 2})),  # type: ignore[index]
    ],
)
def test_what_is_no_file_of_holidays_changes_nothing(
    desk: Caller, content: object, wanted: tuple[str, dict[str, object]]
) -> None:
    refused = brought(desk, content)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    told = refused.json  # type: ignore[attr-defined]
    assert told["code"] == wanted[0]
    assert {name: told["facts"][name] for name in wanted[1]} == wanted[1]
    assert sheet(desk, 2027)["known_by"] is None


def test_29_february_may_stand_in_a_file_of_a_leap_year() -> None:
    leap = {"year": 2028, "days": [{"name": "补", "date": "2028-02-29", "isOffDay": True}]}
    assert holidays.of_file(json.dumps(leap), 2028) == {date(2028, 2, 29): holidays.NationalDay(True, "补")}
    with pytest.raises(Refused):
        holidays.of_file(json.dumps(leap), 2027)


def test_a_year_that_is_over_is_left_alone(desk: Caller) -> None:
    assert code(desk.post("/api/calendar/years/2025/confirmation")) == (409, "date_is_past")
    last = {"year": 2025, "days": [{"name": "元旦", "date": "2025-01-01", "isOffDay": True}]}
    assert brought(desk, last, 2025).json["code"] == "date_is_past"  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["school_admin", "station_officer", "dispatcher"])
def test_only_the_district_fills_a_year(caller: SignIn, district: SmallDistrict, role: str) -> None:
    mine = caller(district.consoles[role])
    assert mine.get("/api/calendar/warnings").status_code == 200
    assert code(mine.post("/api/calendar/years/2027/confirmation")) == (403, "not_your_role")
    assert brought(mine, FILE).status_code == 403  # type: ignore[attr-defined]


def test_the_command_takes_a_file_or_says_why_not(
    app: Flask, desk: Caller, district: SmallDistrict, tmp_path: Path
) -> None:
    file = tmp_path / "2027.json"
    file.write_text(json.dumps(FILE), encoding="utf-8")
    run = app.test_cli_runner().invoke
    done = run(args=["calendar", "import", "2027", str(file)])
    assert (done.exit_code, done.stdout) == (0, "2027: 3 days set, 0 kept as set here, 0 removed.\n")
    assert sheet(desk, 2027)["known_by"] == "holiday_cn"
    for wrong, told in (({"year": 2027, "days": []}, "has no days yet"), ([], "no file of days off")):
        file.write_text(json.dumps(wrong), encoding="utf-8")
        done = run(args=["calendar", "import", "2027", str(file)])
        assert done.exit_code == 1
        assert told in done.output
    done = run(args=["calendar", "import", "2027", str(file), "--district", "nowhere"])
    assert done.exit_code == 1


def test_monitoring_sees_how_far_ahead_the_calendar_is_known(
    app: Flask, app_store: Store, desk: Caller, clock: WoundClock
) -> None:
    assert years.known_days(app_store, clock.now()) == 0
    fill(app_store, clock)
    assert years.known_days(app_store, clock.now()) == 39
    figures = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    assert "huxue_calendar_known_days 39.0" in figures
