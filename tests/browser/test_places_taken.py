"""Seats that change by themselves: a copied week, somebody who is away, a volunteer who takes a place."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1, VOLUNTEER_1
from tests.tools.plans import edit
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.roster_desk import MONDAY, own_school, put_in, seat
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("places")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    limit = "staff:10,security:20,volunteer:1,police:10"
    url = f"sqlite:///{database}"
    with living(url, folder / "server.log", HUXUE_DUTIES_A_WEEK=limit) as world:
        yield world


def test_the_week_before_is_copied_and_who_is_away_opens_his_seat(world: World, browser: Browser) -> None:
    page = own_school(world, browser)
    guard = world.district.guards[0][STAFF_1]
    press(page, "下一周", "下一周")
    is_refused(page, "/api/roster/copies", lambda: press(page, "套用上周"), "nothing_to_copy")
    press(page, "上一周")
    one = seat(page, "staff", day=7)
    put_in(page, one, "测试11")
    press(page, "下一周")
    there = seat(page, "staff", day=14)
    expect(there).to_contain_text("缺人")
    sends(page, "/api/roster/copies", lambda: press(page, "套用上周"))
    expect(page.locator(".copied")).to_contain_text("已照上周排入 1 个席位")
    expect(there).to_contain_text("测试11")
    sends(page, "/api/roster/taking-back", lambda: press(page, "撤销上一步"))
    expect(there).to_contain_text("缺人")
    press(page, "上一周")
    expect(one).to_contain_text("测试11")

    phone = Cast(browser, world).context(guard, phone=True).new_page()
    phone.goto(f"{world.server.url}/duties")
    press(phone, "来不了？请假", "不请了", "来不了？请假")
    on = (MONDAY + timedelta(days=7)).isoformat()
    phone.get_by_label("第一天").fill(on)
    phone.get_by_label("最后一天").fill(MONDAY.isoformat())
    press(phone, "请假")
    expect(phone.locator(".problem")).to_contain_text("请填写两天")
    phone.get_by_label("最后一天").fill(on)
    phone.get_by_label("有事").check()
    sends(phone, "/api/me/absences", lambda: press(phone, "请假"))
    expect(phone.locator("main .card [role=status]")).to_contain_text("已请假，空出 1 个班次")
    # The desk hears it at once, and sees why the seat is open.
    expect(one).to_contain_text("缺人")
    expect(one).to_contain_text("测试11 来不了")
    one.click()
    expect(page.locator(".seat-panel")).to_contain_text("测试11 请假或退回，席位空出")
    sends(phone, "/withdrawal", lambda: press(phone, f"撤回 {on} 起的请假"))
    expect(phone.locator("main .card [role=status]")).to_contain_text("已撤回")


def test_a_volunteer_takes_a_place_and_gives_it_back(world: World, browser: Browser) -> None:
    me, admin = world.district.guards[1][VOLUNTEER_1], world.district.consoles["district_admin"]
    phone = Cast(browser, world).context(me, phone=True).new_page()
    phone.goto(f"{world.server.url}/duties")
    card = phone.locator("section", has=phone.get_by_role("heading", name="本校空缺的班次"))
    expect(card.locator("li")).to_have_count(6)
    offered = world.get(me, "/api/me/open-places").json()["items"]
    last = offered[-1]["date"]

    def all_shown() -> Locator:
        phone.get_by_role("button", name=re.compile("^显示全部")).click()
        expect(card.locator("li")).to_have_count(len(offered))
        return card.locator("li").last.get_by_role("button")

    row = all_shown()
    sends(phone, "/api/me/places", row.click)
    expect(phone.get_by_text("报名成功")).to_be_visible()
    back = phone.get_by_role("button", name=re.compile("^退回"))
    sends(phone, "/api/me/places/return", back.click)
    expect(phone.get_by_text("已退回，别人可以报名")).to_be_visible()
    expect(back).to_have_count(0)

    def refused(code: str, act: Callable[[], object]) -> None:
        others_first(phone, "/api/me/places", act)
        row = all_shown()
        is_refused(phone, "/api/me/places", row.click, code)

    monday = date.fromisoformat(last) - timedelta(days=date.fromisoformat(last).weekday())
    others = [str(monday + timedelta(days=n)) for n in range(5) if str(monday + timedelta(days=n)) != last][
        :3
    ]

    def planned(who: int | None, version: int) -> None:
        seats = [edit(2, on, "volunteer", who, number=2, version=version) for on in others]
        world.write(admin, "/api/roster/seats", seats=seats, anyway=True)

    refused("week_full", lambda: planned(me, 0))
    expect(card.locator("li").last).to_contain_text("本周已够")
    planned(None, 1)
    phone.reload()
    refused(
        "cannot_take", lambda: world.write(me, "/api/me/absences", first_day=last, last_day=last, kind="ill")
    )
    [away] = world.get(me, "/api/me/duties").json()["absences"]
    world.write(me, f"/api/me/absences/{away['id']}/withdrawal")
    phone.reload()
    days_off = {"school_id": 2, "days": [{"date": last, "version": 0}], "kind": "off", "reason": "运动会"}
    refused("place_taken", lambda: world.write(admin, "/api/calendar/days", **days_off))
