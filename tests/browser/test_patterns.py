"""A school writes down who comes each week, drafts four weeks by it with one press, and takes that back with one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.roster_desk import MONDAY, TODAY, desk, own_school, put_in, seat
from tests.tools.world import World, living

PATH = "/api/roster/patterns"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("patterns")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def test_who_comes_each_week_is_written_once_and_fills_four_weeks(world: World, browser: Browser) -> None:
    page = own_school(world, browser)
    is_refused(page, "/api/roster/fillings", lambda: press(page, "填入固定排班（四周）"), "no_patterns")
    follow(page, "固定排班", "/console/roster/patterns")
    form = page.locator(".pattern-form")
    expect(page.locator("main")).to_contain_text("还没有固定排班")
    press(page, "记下")
    expect(form.get_by_role("alert")).to_have_text("请先选人。")
    form.get_by_role("searchbox").fill("11")
    press(page, "选测试11")
    # Only other days than today, and until today.
    if TODAY.weekday() < 5:
        form.get_by_role("button", name="星期" + "一二三四五"[TODAY.weekday()]).click()
    form.get_by_label("从哪天起").fill(TODAY.isoformat())
    form.get_by_label("到哪天止").fill(TODAY.isoformat())
    is_refused(page, PATH, lambda: press(page, "记下"), "bad_pattern")
    if TODAY.weekday() < 5:
        form.get_by_role("button", name="星期" + "一二三四五"[TODAY.weekday()]).click()
    form.get_by_label("到哪天止").fill("")
    sends(page, PATH, lambda: press(page, "记下"))
    expect(page.locator(".patterns-page .posts")).to_contain_text(
        re.compile("周一至周五 · 早高峰 [0-9:–]+ · 每周")
    )
    form.get_by_role("searchbox").fill("11")
    press(page, "选测试11")
    for day in ("星期四", "星期五"):
        form.get_by_role("button", name=day).click()
    form.get_by_label("哪些周").select_option(label="只在 A 周")
    is_refused(page, PATH, lambda: press(page, "记下"), "pattern_overlaps")
    press(page, "换人")
    form.get_by_role("searchbox").fill("12")
    press(page, "选测试12")
    form.get_by_label("高峰").select_option(index=0)
    sends(page, PATH, lambda: press(page, "记下"))
    expect(page.locator(".patterns-page .posts")).to_contain_text(
        re.compile("一、二、三 · 早高峰 .* · 只在 A 周")
    )
    press(page, "改测试12的固定排班", "不改了", "改测试12的固定排班")
    # Each day is a button of its own; twice leaves it as it was.
    for day in "一二三四五六日":
        press(page, f"星期{day}", f"星期{day}")
    form.get_by_label("哪些周").select_option(label="每周")
    sends(page, PATH, lambda: press(page, "记下"))
    expect(page.locator(".patterns-page .posts")).to_contain_text(re.compile("一、二、三 · 早高峰 .* · 每周"))
    press(page, "删去测试12的固定排班", "先不做", "删去测试12的固定排班")
    sends(page, "/removal", lambda: page.get_by_role("group").get_by_role("button", name="删去").click())
    expect(page.locator(".said")).to_contain_text("已删去")

    follow(page, "回到排班", "/console/roster**")
    press(page, "下一周", "下一周")
    put_in(page, seat(page, "staff", day=1), "测试12")
    sends(page, "/api/roster/seats", lambda: press(page, "撤下测试12"))
    seat(page, "staff", 2, day=1).click()
    put_in(page, seat(page, "staff", 2, day=1), "测试12")
    sends(page, "/api/roster/fillings", lambda: press(page, "填入固定排班（四周）"))
    expect(page.locator(".fill-note")).to_contain_text("已按固定排班排入")
    expect(page.locator(".fill-note")).to_contain_text("测试11：这个席位有人手动空出")
    expect(seat(page, "staff")).to_contain_text("测试11")
    expect(seat(page, "staff", day=1)).to_contain_text("缺人")
    press(page, "下一周")
    expect(page.locator(f'[data-seat^="1 {MONDAY + timedelta(days=7)} "]').first).to_contain_text("测试11")
    sends(page, "/api/roster/taking-back", lambda: press(page, "撤销上一步"))
    expect(page.locator(".copied")).to_contain_text("已撤销这次填入的")
    press(page, "上一周")
    expect(seat(page, "staff")).to_contain_text("缺人")
    expect(seat(page, "staff", 2, day=1)).to_contain_text("测试12")


def test_a_desk_that_does_not_plan_reads_the_patterns(world: World, browser: Browser) -> None:
    page = desk(world, browser, "dispatcher")
    follow(page, "固定排班", "/console/roster/patterns")
    expect(page.locator("main")).to_contain_text("请先选择学校")
    page.get_by_label("哪个学校").select_option(label="青禾第1小学")
    expect(page.locator("main")).to_contain_text("您只能查看")
    expect(page.locator(".pattern-form")).to_have_count(0)
