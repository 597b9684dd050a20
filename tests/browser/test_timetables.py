"""Peaks and rules of staffing in a real browser: changed from a date on, called off, replaced, ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.tools.calendar_desk import TODAY, YEAR, desk, two_peaks
from tests.tools.pressing import follow, is_refused, others_first, press, sends
from tests.tools.world import World

PAGES = (
    ("日子", "/console/calendar"),
    ("高峰", "/console/calendar/peaks"),
    ("配置", "/console/calendar/staffing"),
)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with two_peaks(sqlite_template, tmp_path_factory.mktemp("calendar")) as world:
        yield world


def test_peaks_change_from_a_date_and_are_called_off(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    follow(page, "高峰", "/console/calendar/peaks")
    follow(page, "日子", "/console/calendar")
    follow(page, "高峰", "/console/calendar/peaks")
    card = page.get_by_role("region", name="初中")
    card.get_by_role("button", name="从某天起修改初中").click()
    card.get_by_role("button", name="不改了").click()
    card.get_by_role("button", name="从某天起修改初中").click()
    press(page, "保存时间")
    expect(card.locator(".wrong")).to_contain_text("请填写日期和原因")

    def times(n: int, name: str, starts: str, ends: str) -> None:
        season = card.locator("fieldset").nth(n)
        season.get_by_label(f"{name}开始").fill(starts)
        season.get_by_label(f"{name}结束").fill(ends)

    def refused(code: str) -> None:
        is_refused(page, "/api/calendar/peaks", lambda: press(page, "保存时间"), code)

    card.get_by_role("textbox", name="原因").fill("冬季作息")
    times(0, "早高峰", "08:00", "07:00")
    refused("peak_across_midnight")
    times(0, "早高峰", "07:00", "07:40")
    times(0, "晚高峰", "07:20", "18:00")
    refused("peaks_overlap")
    times(0, "晚高峰", "17:20", "18:00")
    card.get_by_label("生效日期").fill(TODAY.isoformat())
    refused("starts_too_early")
    card.get_by_label("生效日期").fill(f"{YEAR}-03-01")
    press(page, "加一个季节")
    times(1, "早高峰", "07:10", "07:50")
    refused("bad_season")
    press(page, "删除第 2 个季节", "加一个季节")
    times(1, "早高峰", "07:10", "07:50")
    second = card.locator("fieldset").nth(1)
    second.get_by_label("月").fill("5")
    second.get_by_role("textbox", name="季节").fill("夏季")
    admin = world.district.consoles["district_admin"]
    peak_of = {"kind": "morning_arrival", "starts": "07:30", "ends": "08:00"}
    whole = {"name": "", "month": 1, "day": 1, "peaks": [peak_of]}

    def other() -> None:
        body = {"school_kind": "junior", "starts_on": f"{YEAR}-02-01", "seasons": [whole], "reason": "先改"}
        world.write(admin, "/api/calendar/peaks", **body, seen=0)

    others_first(page, "/api/calendar/peaks", other)
    refused("changed_meanwhile")
    expect(card).to_contain_text("先改")
    expect(card.get_by_role("textbox", name="原因")).to_have_value("冬季作息")
    expect(card.get_by_label("生效日期")).to_have_value(f"{YEAR}-03-01")
    sends(page, "/api/calendar/peaks", lambda: press(page, "保存时间"))
    expect(card).to_contain_text(f"{YEAR}-03-01 起")
    name = f"撤销初中 {YEAR}-03-01 起的改动"
    press(page, name, "先不做", name)
    sends(page, "/removal", lambda: press(page, "撤销"))
    expect(card).not_to_contain_text(f"{YEAR}-03-01 起")


def test_a_school_gets_times_of_its_own_and_goes_back(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    follow(page, "高峰", "/console/calendar/peaks")
    page.get_by_label("单独定时间的学校").select_option(label="青禾第2小学")
    press(page, "单独定时间")
    card = page.get_by_role("region", name="青禾第2小学")
    card.get_by_role("textbox", name="原因").fill("校门施工")
    card.get_by_label("早高峰开始").fill("07:45")
    card.get_by_label("早高峰结束").fill("08:15")
    sends(page, "/api/calendar/peaks", lambda: press(page, "保存时间"))
    expect(card).to_contain_text("07:45–08:15")
    card.get_by_role("button", name="从某天起修改青禾第2小学").click()
    card.get_by_label("恢复按学校类型").check()
    card.get_by_role("textbox", name="原因").fill("施工结束")
    card.get_by_label("生效日期").fill(f"{YEAR}-03-01")
    sends(page, "/api/calendar/peaks", lambda: press(page, "保存时间"))
    expect(card).to_contain_text("按学校类型")


def test_rules_of_staffing_are_added_replaced_and_ended_and_areas_are_named(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "district_admin")
    follow(page, "配置", "/console/calendar/staffing")
    form, needs = page.locator(".rule-form"), page.locator(".needs")
    expect(needs.locator("tbody tr").first).to_contain_text("岗位自己的，最初")
    press(page, "新增规则")
    expect(form.locator(".wrong")).to_have_text("请填写日期和原因。")
    form.get_by_role("textbox", name="原因").fill("开学安保")
    is_refused(page, "/api/calendar/staffing", lambda: press(page, "新增规则"), "nobody_asked")
    form.get_by_label("保安", exact=True).fill("4")
    form.get_by_label("生效日期").fill(TODAY.isoformat())
    is_refused(page, "/api/calendar/staffing", lambda: press(page, "新增规则"), "starts_too_early")
    form.get_by_label("生效日期").fill(f"{YEAR}-03-01")
    sends(page, "/api/calendar/staffing", lambda: press(page, "新增规则"))
    expect(needs.locator("tbody tr").first).to_contain_text("规则 1")
    needs.get_by_label("哪一天").fill(f"{YEAR}-02-27")
    expect(needs.locator("tbody tr").first).not_to_contain_text("规则 1")

    press(page, "替换规则 1", "不改了", "替换规则 1")
    form.get_by_label("保安按学生人数").check()
    form.get_by_role("textbox", name="原因").fill("按国标")
    form.get_by_label("生效日期").fill(f"{YEAR}-04-01")
    admin = world.district.consoles["district_admin"]

    def other() -> None:
        later = {"ends_on": f"{YEAR}-09-01", "reason": "别人先改", "version": 1}
        world.write(admin, "/api/calendar/staffing/1/end", **later)

    others_first(page, "/api/calendar/staffing", other)
    is_refused(page, "/api/calendar/staffing", lambda: press(page, "保存规则"), "changed_meanwhile")
    # What he wrote stays, now as a rule of its own: the one in whose place it was to stand ends.
    expect(form.get_by_role("button", name="新增规则")).to_be_visible()
    expect(form.get_by_role("textbox", name="原因")).to_have_value("按国标")
    expect(form.get_by_label("保安按学生人数")).to_be_checked()
    sends(page, "/api/calendar/staffing", lambda: press(page, "新增规则"))
    press(page, "结束规则 2", "不改了", "结束规则 2")
    ending = page.locator("tbody .do form")
    ending.get_by_label("原因").fill("不再需要")
    ending.get_by_label("从哪天起不再有效").fill(f"{YEAR}-05-01")
    sends(page, "/end", lambda: press(page, "结束规则"))
    expect(page.locator("tbody").first).to_contain_text(f"到 {YEAR}-05-01 前")

    press(page, "青禾第1小学 南门的责任区域")
    page.get_by_label("保安 1 的区域").fill("门口左侧")
    sends(page, "/areas", lambda: press(page, "保存区域"))
    press(page, "青禾第1小学 南门的责任区域")
    expect(page.get_by_label("保安 1 的区域")).to_have_value("门口左侧")
    needs.get_by_label("找岗位或学校").fill("第3")
    expect(needs.locator("tbody tr")).to_have_count(1)


def test_the_calendars_pages_lead_to_each_other(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    for name, address in PAGES:
        for other, where in PAGES:
            follow(page, other, where)
            follow(page, name, address)
