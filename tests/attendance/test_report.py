"""Figures of attendance by scope, the rows behind them, and the monthly table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from server.attendance.queries import outcomes
from server.attendance.rules.outcomes import Outcome, PeakOutcome
from server.core.database.transaction import Store
from server.places.rules.composition import STANDARD, Composition
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.exports import file_of, read_csv, read_xlsx

SignIn = Callable[[int | None], Caller]
SHANGHAI = ZoneInfo("Asia/Shanghai")
SEPTEMBER = {"since": "2026-09-01", "until": "2026-09-30"}
NOBODY = Composition()


def outcome(*, missing: int = 0, late: int = 0, waiting: int = 0, planned: bool = True) -> Outcome:
    """Make an outcome of a peak of 40 minutes at which some of two volunteers are missing, late or unverified."""
    gone = Composition(volunteer=missing)
    here = STANDARD.missing(gone)
    return Outcome(
        required=STANDARD,
        present=here,
        late=Composition(staff=late),
        waiting=Composition(volunteer=waiting),
        planned=STANDARD if planned else None,
        absent=gone if planned else None,
        replaced=NOBODY if planned else None,
        required_minutes=40,
        covered_minutes=0 if missing else 40 - 10 * bool(late),
        served_minutes=45 * here.total,
    )


def put(store: Store, post_id: int, on: date, made: Outcome, peak: str = "morning_arrival") -> None:
    """Write what became of a peak."""
    starts = datetime.combine(on, time(7, 20), SHANGHAI)
    row = PeakOutcome(post_id, on, peak, starts, starts + timedelta(minutes=40), made)
    with store.transaction(starts) as transaction:
        outcomes.write(transaction.connection, [row], starts)


@pytest.fixture
def month(app_store: Store, district: SmallDistrict) -> SmallDistrict:
    """Give the district some days of September, at each post other ones."""
    first = date(2026, 9, 1)
    put(app_store, district.posts[0], first, outcome())
    put(app_store, district.posts[0], first, outcome(late=1), "afternoon_dismissal")
    put(app_store, district.posts[0], first + timedelta(days=1), outcome(missing=1, waiting=1))
    put(app_store, district.posts[1], first, outcome(planned=False))
    put(app_store, district.posts[2], date(2026, 9, 30), outcome(missing=2))
    put(app_store, district.posts[2], date(2026, 10, 1), outcome())
    return district


def test_heads_by_group_add_up_to_the_figures_of_all(caller: SignIn, month: SmallDistrict) -> None:
    desk = caller(month.consoles["district_admin"])
    total = desk.get("/api/attendance", **SEPTEMBER).json["total"]  # type: ignore[index]
    items = desk.get("/api/attendance/groups", **SEPTEMBER).json["items"]  # type: ignore[index]
    assert [one["group"] for one in items] == ["staff", "security", "volunteer", "police"]
    for count in ("required", "filled", "present", "late", "waiting", "planned", "absent", "replaced"):
        assert sum(one[count] for one in items) == total[count], count
    volunteers = items[2]
    assert (volunteers["required"], volunteers["filled"], volunteers["absent"]) == (10, 7, 3)


@pytest.mark.parametrize(
    ("role", "posts"), [("school_admin", 1), ("station_officer", 2), ("dispatcher", 3), ("district_admin", 3)]
)
def test_a_console_sees_the_figures_of_its_scope(
    caller: SignIn, month: SmallDistrict, role: str, posts: int
) -> None:
    found = caller(month.consoles[role]).get("/api/attendance", **SEPTEMBER).json
    assert [one["post_id"] for one in found["posts"]] == month.posts[:posts]
    assert [one["school_id"] for one in found["schools"]] == month.schools[:posts]
    for name, value in found["total"].items():
        assert value == sum(one["figures"][name] for one in found["posts"])
        assert value == sum(one["figures"][name] for one in found["schools"])


def test_figures_have_both_numbers_of_each_rate(caller: SignIn, month: SmallDistrict) -> None:
    found = caller(month.consoles["school_admin"]).get("/api/attendance", **SEPTEMBER).json["total"]
    assert found == {
        "peaks": 3,
        "peaks_planned": 3,
        "required": 21,
        "filled": 20,
        "present": 20,
        "late": 1,
        "waiting": 1,
        "planned": 21,
        "absent": 1,
        "replaced": 0,
        "required_minutes": 120,
        "covered_minutes": 70,
        "served_minutes": 900,
    }


def test_a_peak_without_a_plan_counts_in_no_rate_of_plans(caller: SignIn, month: SmallDistrict) -> None:
    found = caller(month.consoles["district_admin"]).get("/api/attendance", **SEPTEMBER).json
    figures = found["posts"][1]["figures"]
    assert (figures["peaks"], figures["peaks_planned"], figures["planned"], figures["absent"]) == (1, 0, 0, 0)


def test_days_peaks_and_weekdays_bound_what_is_counted(caller: SignIn, month: SmallDistrict) -> None:
    desk = caller(month.consoles["district_admin"])

    def peaks(**more: object) -> int:
        number: int = desk.get("/api/attendance", **{**SEPTEMBER, **more}).json["total"]["peaks"]
        return number

    assert peaks() == 5
    assert peaks(until="2026-10-01") == 6
    assert peaks(peak="afternoon_dismissal") == 1
    assert peaks(weekdays="1") == 3
    assert peaks(school_id=month.schools[2]) == 1
    assert peaks(station_id=month.stations[0]) == 4


@pytest.mark.parametrize(
    ("which", "count"),
    [(None, 5), ("late", 1), ("waiting", 1), ("absent", 2), ("not_filled", 2), ("not_covered", 3)],
)
def test_a_figure_opens_the_peaks_that_it_is_of(
    caller: SignIn, month: SmallDistrict, which: str | None, count: int
) -> None:
    desk = caller(month.consoles["district_admin"])
    query = {**SEPTEMBER, **({"which": which} if which else {})}
    found = desk.get("/api/attendance/peaks", **query).json
    assert (found["total"], len(found["items"]), found["after"]) == (count, count, None)
    dates = [one["date"] for one in found["items"]]
    assert dates == sorted(dates, reverse=True)


def test_rows_are_read_page_by_page(
    caller: SignIn, month: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.attendance.actions.report.ROWS_AT_ONCE", 2)
    desk = caller(month.consoles["district_admin"])
    keys: list[str] = []
    after: dict[str, str] = {}
    for _page in range(3):
        found = desk.get("/api/attendance/peaks", **SEPTEMBER, **after).json
        keys += [one["key"] for one in found["items"]]
        after = {"after_key": found["after"]} if found["after"] else {}
    assert len(set(keys)) == len(keys) == 5
    assert after == {}


def test_another_s_school_shows_nothing(caller: SignIn, month: SmallDistrict) -> None:
    desk = caller(month.consoles["school_admin"])
    found = desk.get("/api/attendance/peaks", **SEPTEMBER, post_id=month.posts[2]).json
    assert (found["total"], found["items"]) == (0, [])
    assert desk.get("/api/attendance", **SEPTEMBER, school_id=month.schools[2]).json["posts"] == []


def test_what_is_no_span_of_days_is_refused(caller: SignIn, month: SmallDistrict) -> None:
    desk = caller(month.consoles["district_admin"])
    for path in ("/api/attendance", "/api/attendance/peaks"):
        for span in (("2026-09-02", "2026-09-01"), ("2025-09-01", "2026-09-02")):
            assert code(desk.get(path, since=span[0], until=span[1])) == (422, "bad_span")
    nonsense = ("nonsense", "9" * 40 + " 2026-09-01 morning_arrival", "1_0 2026-09-01 x", "-1 2026-09-01 x")
    for key in nonsense:
        assert code(desk.get("/api/attendance/peaks", **SEPTEMBER, after_key=key)) == (404, "not_found")


@pytest.mark.parametrize("role", ["auditor", "security_admin"])
def test_who_has_no_posts_sees_no_figures(caller: SignIn, month: SmallDistrict, role: str) -> None:
    assert code(caller(month.consoles[role]).get("/api/attendance", **SEPTEMBER)) == (403, "not_your_role")


SPAN = {"since": "2026-08-31T16:00:00+00:00", "until": "2026-10-31T16:00:00+00:00"}


def test_the_monthly_table_has_the_figures_of_the_page(
    app: Flask, caller: SignIn, month: SmallDistrict, clock: WoundClock
) -> None:
    desk = caller(month.consoles["district_admin"])
    for form, read in (("xlsx", read_xlsx), ("csv", read_csv)):
        found = read(file_of(app, desk, "attendance", format=form, **SPAN))
        assert found.title == "护学岗考勤月报"
        assert [(row["月份"], row["学校"]) for row in found.rows] == [
            (on, f"青禾第{number}小学") for on in ("2026-09", "2026-10") for number in (1, 2, 3)
        ]
        shown = desk.get("/api/attendance", **SEPTEMBER).json["schools"]
        for row, one in zip(found.rows[:3], shown, strict=True):
            figures = one["figures"]
            assert int(row["满员分钟"]) == figures["covered_minutes"]
            assert int(row["应满员分钟"]) == figures["required_minutes"]
            assert (int(row["应到"]), int(row["在岗"])) == (figures["required"], figures["present"])
            assert (int(row["迟到"]), int(row["未到岗"])) == (figures["late"], figures["absent"])
            assert float(row["服务小时"]) == round(figures["served_minutes"] / 60, 1)
        assert int(found.rows[5]["高峰"]) == 1


def test_the_table_is_made_of_all_its_pages(
    app: Flask, caller: SignIn, month: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("server.attendance.exports", "server.exports.service"):
        monkeypatch.setattr(f"{module}.ROWS_AT_ONCE", 2)
    found = read_xlsx(file_of(app, caller(month.consoles["station_officer"]), "attendance", **SPAN))
    assert len(found.rows) == 4


def test_weeks_and_weekdays_add_up_to_the_headline(caller: SignIn, month: SmallDistrict) -> None:
    desk = caller(month.consoles["district_admin"])
    found = desk.get("/api/attendance/weeks", **SEPTEMBER).json
    total = desk.get("/api/attendance", **SEPTEMBER).json["total"]
    assert found["mondays"] == ["2026-08-31", "2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28"]
    assert [one["school_id"] for one in found["schools"]] == month.schools
    for parts in ([week for one in found["schools"] for week in one["weeks"]], found["weekdays"]):
        assert sum(one["covered"] for one in parts) == total["covered_minutes"]
        assert sum(one["required"] for one in parts) == total["required_minutes"]
    assert found["schools"][0]["weeks"][0] == {"covered": 70, "required": 120}
    assert found["schools"][2]["weeks"][4] == {"covered": 0, "required": 40}
    assert [one["required"] for one in found["weekdays"]] == [0, 120, 80, 0, 0, 0, 0]


def test_arrivals_are_added_up_by_band_with_the_peaks_of_which_they_are_known(
    app_store: Store, caller: SignIn, month: SmallDistrict
) -> None:
    """A row of before has none, and says so by not being counted."""
    first = date(2026, 9, 7)
    put(app_store, month.posts[0], first, replace(outcome(), arrivals=(1, 0, 0, 2, 3, 1, 0, 0, 0, 0)))
    evening = replace(outcome(late=1), arrivals=(0, 0, 0, 0, 5, 1, 0, 1, 0, 0))
    put(app_store, month.posts[0], first, evening, "afternoon_dismissal")
    put(app_store, month.posts[1], first, replace(outcome(), arrivals=(0,) * 9 + (7,)))
    school, desk = (caller(month.consoles[role]) for role in ("school_admin", "district_admin"))

    def known(who: Caller, **asked: object) -> tuple[int, list[int]]:
        found = who.get("/api/attendance/arrivals", **(SEPTEMBER | asked)).json  # type: ignore[arg-type]
        return found["peaks"], [one["people"] for one in found["bands"]]

    assert known(school) == (2, [1, 0, 0, 2, 8, 2, 0, 1, 0, 0])
    assert known(desk) == (3, [1, 0, 0, 2, 8, 2, 0, 1, 0, 7])
    assert known(desk, peak="afternoon_dismissal") == (1, [0, 0, 0, 0, 5, 1, 0, 1, 0, 0])
    assert known(desk, until="2026-09-06") == (0, [0] * 10)
    bands = desk.get("/api/attendance/arrivals", **SEPTEMBER).json["bands"]  # type: ignore[index]
    assert [(one["since"], one["until"]) for one in bands[:2] + bands[-1:]] == [
        (None, -20),
        (-20, -15),
        (20, None),
    ]
    rows = desk.get("/api/attendance/peaks", which="arrived_5", **SEPTEMBER).json
    assert [(one["post_id"], one["peak"]) for one in rows["items"]] == [
        (month.posts[0], "afternoon_dismissal"),
        (month.posts[0], "morning_arrival"),
    ]
