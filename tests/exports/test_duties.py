"""Duty records as a file: who was where from when to when, in a span of time and a scope."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from server.core.database.transaction import Store
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import put_on_duty
from tests.tools.exports import ask, file_of, read_csv, read_xlsx

SignIn = Callable[[int | None], Caller]


def span(clock: WoundClock, days: int = 1) -> dict[str, str]:
    """Give a span of time around now."""
    half = timedelta(days=days)
    return {"since": (clock.now() - half).isoformat(), "until": (clock.now() + half).isoformat()}


@pytest.mark.parametrize(
    ("role", "posts"), [("school_admin", 1), ("station_officer", 2), ("district_admin", 3)]
)
def test_a_console_gets_the_duties_at_posts_of_its_scope(
    app: Flask,
    team: list[list[int]],
    caller: SignIn,
    district: SmallDistrict,
    clock: WoundClock,
    role: str,
    posts: int,
) -> None:
    found = read_xlsx(file_of(app, caller(district.consoles[role]), "duties", **span(clock)))
    assert found.title == "值守记录"
    assert set(found.column("岗位")) == {f"青禾第{number + 1}小学 南门" for number in range(posts)}
    assert len(found.rows) == 5 * posts
    assert "手机号" not in found.headings
    assert "2026-11-22 07:15:00 至 2026-11-24 07:15:00" in found.marks[1]


def test_a_row_says_from_when_to_when_and_what_speaks_against_it(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[4], now=clock.now())
    clock.wind(minutes=51)
    assert caller(district.guards[0][4]).post("/api/check-outs").status_code == 201
    found = read_csv(
        file_of(app, caller(district.consoles["school_admin"]), "duties", format="csv", **span(clock))
    )
    [row] = found.rows
    assert row["日期"] == "2026-11-23"
    assert (row["时段"], row["姓名"], row["类别"]) == ("早高峰", "测试15", "志愿者")
    assert (row["签到时间"], row["结束时间"]) == ("2026-11-23 07:15:00", "2026-11-23 08:06:00")
    assert (row["结束方式"], row["是否准时"], row["迟到分钟"], row["已核实"]) == (
        "本人签退",
        "准时",
        "0",
        "是",
    )


def test_only_duties_of_the_span_are_there_its_end_left_out(
    app: Flask, team: list[list[int]], caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    desk, now = caller(district.consoles["district_admin"]), clock.now()
    for since, until, count in (
        (now - timedelta(hours=1), now, 0),
        (now, now + timedelta(seconds=1), 15),
        (now + timedelta(seconds=1), now + timedelta(hours=1), 0),
    ):
        span = {"since": since.isoformat(), "until": until.isoformat()}
        assert len(read_xlsx(file_of(app, desk, "duties", **span)).rows) == count


def test_the_list_is_made_of_all_pages_at_one_moment(
    app: Flask,
    team: list[list[int]],
    caller: SignIn,
    district: SmallDistrict,
    clock: WoundClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("server.duty.exports", "server.exports.service"):
        monkeypatch.setattr(f"{module}.ROWS_AT_ONCE", 4)
    found = read_xlsx(file_of(app, caller(district.consoles["district_admin"]), "duties", **span(clock)))
    assert len(set(found.column("姓名"))) == len(found.rows) == 15


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (None, None),
        ("2026-11-01T00:00:00Z", None),
        ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"),
        ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z"),
        ("2025-11-01T00:00:00Z", "2026-11-02T00:00:01Z"),
    ],
)
def test_a_span_is_a_year_at_most_and_has_both_ends(
    caller: SignIn, district: SmallDistrict, since: str | None, until: str | None
) -> None:
    answer = ask(caller(district.consoles["district_admin"]), "duties", since=since, until=until)
    assert code(answer) == (422, "bad_span")
    assert answer.json["facts"] == {"days": 366}


def test_the_list_of_guards_is_of_no_span(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> None:
    answer = ask(caller(district.consoles["district_admin"]), **span(clock))
    assert code(answer) == (422, "bad_span")
