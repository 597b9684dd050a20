"""The year's sheet in a real browser: days are chosen by hand and by keys, changed, filled; who may not only looks."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.tools.calendar import REASON
from tests.tools.calendar_desk import TODAY, YEAR, desk, two_peaks
from tests.tools.cast import Cast
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World

# A Tuesday to Thursday of the coming year.
TUESDAY = next(
    f"{YEAR}-03-{day:02}" for day in range(2, 9) if datetime(YEAR, 3, day, tzinfo=UTC).isoweekday() == 2
)
THURSDAY, FRIDAY = (f"{YEAR}-03-{int(TUESDAY[-2:]) + step:02}" for step in (2, 3))


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with two_peaks(sqlite_template, tmp_path_factory.mktemp("calendar")) as world:
        yield world


def cell(page: Page, on: str) -> Locator:
    return page.locator(f'[data-date="{on}"]')


def next_year(page: Page) -> None:
    press(page, f"看 {YEAR} 年")
    cell(page, TUESDAY).wait_for()


def fill(page: Page, kind: str, name: str = "", reason: str = REASON) -> None:
    page.get_by_label(kind, exact=True).check()
    if name:
        page.locator(".day-panel").get_by_role("textbox", name="名称").fill(name)
    page.locator(".day-panel").get_by_role("textbox", name="原因").fill(reason)


def save(page: Page) -> None:
    sends(page, "/api/calendar/days", lambda: press(page, "保存"))
    expect(page.locator(".day-panel")).to_contain_text("恢复原样")


def test_the_month_of_today_is_in_sight_on_a_phone(world: World, browser: Browser) -> None:
    account = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(account, phone=False, size=(390, 844)).new_page()
    page.goto(f"{world.server.url}/console/calendar")
    expect(cell(page, TODAY.isoformat())).to_be_in_viewport()
    page.context.close()


def test_the_district_changes_days_by_hand_and_by_keys(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    press(page, f"看 {TODAY.year - 1} 年")
    cell(page, f"{TODAY.year - 1}-12-31").click()
    expect(page.locator(".day-panel")).to_contain_text("已经过去的日子不能改")
    press(page, f"看 {TODAY.year} 年")
    next_year(page)
    expect(page.locator(".months .day")).to_have_count(366 if YEAR % 4 == 0 else 365)
    cell(page, TUESDAY).click()
    press(page, "保存")
    expect(page.locator(".wrong")).to_have_text("请写明原因，至少 2 个字。")
    fill(page, "放假", "运动会")
    save(page)
    expect(cell(page, TUESDAY)).to_contain_text("休")
    expect(page.locator(".day-panel")).to_contain_text("运动会")
    expect(page.locator(".day-panel")).to_contain_text(f"原因：{REASON}")
    expect(page.locator(".day-panel")).to_contain_text("测试district_admin")

    cell(page, TUESDAY).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".day-panel h2")).to_contain_text("共 3 天")
    expect(page.locator('.day[aria-selected="true"]')).to_have_count(3)
    page.keyboard.press("Shift+Enter")
    page.get_by_label("半天", exact=True).check()
    press(page, "保存")
    expect(page.locator(".wrong")).to_have_text("半天请选一部分高峰，不能全选或不选。")


def test_a_half_day_has_the_peaks_that_were_chosen(world: World, browser: Browser) -> None:
    page = desk(world, browser, "school_admin")
    expect(page.locator("header.head b").first).to_have_text("青禾第1小学")
    next_year(page)
    cell(page, FRIDAY).click()
    fill(page, "半天")
    page.get_by_label("早高峰").check()
    save(page)
    expect(cell(page, FRIDAY)).to_contain_text("半")
    expect(page.locator(".day-panel")).to_contain_text("学校自己的安排")
    fill(page, "恢复原样")
    sends(page, "/api/calendar/days", lambda: press(page, "保存"))
    expect(cell(page, FRIDAY)).not_to_contain_text("半")


def test_what_another_desk_changed_meanwhile_is_not_overwritten(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    next_year(page)
    admin = world.district.consoles["district_admin"]

    def other() -> None:
        day = {"date": THURSDAY, "version": 0}
        world.write(admin, "/api/calendar/days", days=[day], kind="off", reason="别人先改", name="校庆")

    cell(page, THURSDAY).click()
    fill(page, "上学")
    others_first(page, "/api/calendar/days", other)
    is_refused(page, "/api/calendar/days", lambda: press(page, "保存"), "changed_meanwhile")
    expect(page.locator(".day-panel")).to_contain_text("校庆")
    expect(page.locator(".day-panel")).to_contain_text("别人先改")
    fill(page, "恢复原样")
    save_again = page.get_by_role("button", name="保存")
    sends(page, "/api/calendar/days", save_again.click)
    expect(cell(page, THURSDAY)).not_to_contain_text("休")


def test_an_open_shift_ends_only_where_that_is_meant(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    page.get_by_label("看哪一份").select_option(label="青禾第3小学")
    expect(page.locator(".months")).to_be_visible()
    cell(page, TODAY.isoformat()).click()
    fill(page, "放假", "临时停课")
    is_refused(page, "/api/calendar/days", lambda: press(page, "保存"), "shift_running")
    sends(page, "/api/calendar/days", lambda: press(page, "仍然结束正在进行的班次"))
    expect(cell(page, TODAY.isoformat())).to_contain_text("休")


def test_a_year_is_filled_by_a_file_or_confirmed(world: World, browser: Browser, tmp_path: Path) -> None:
    page = desk(world, browser, "district_admin")
    next_year(page)
    press(page, f"看 {YEAR + 1} 年")
    expect(page.locator(".unknown")).to_contain_text(f"{YEAR + 1} 年还没有来源")
    expect(page.locator(".months .is-provisional").first).to_be_visible()
    press(page, "导入文件")
    expect(page.locator(".fill .wrong")).to_have_text("请先选择文件。")

    def choose(content: object) -> None:
        file = tmp_path / "days.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        page.get_by_label("放假安排文件").set_input_files(file)

    for content, code in (
        ([], "not_holidays"),
        ({"year": YEAR, "days": []}, "other_year"),
        ({"year": YEAR + 1, "days": []}, "no_holidays"),
    ):
        choose(content)
        is_refused(page, "/holidays", lambda: press(page, "导入文件"), code)
    choose({"year": YEAR + 1, "days": [{"name": "元旦", "date": f"{YEAR + 1}-01-01", "isOffDay": True}]})
    sends(page, "/holidays", lambda: press(page, "导入文件"))
    expect(page.locator(".fill")).to_contain_text("已写入 1 天")
    expect(page.locator(".known")).to_contain_text("导入的放假安排文件")
    expect(page.locator(".months .is-provisional")).to_have_count(0)
    expect(cell(page, f"{YEAR + 1}-01-01")).to_contain_text("休")

    press(page, f"看 {YEAR + 2} 年", f"确认 {YEAR + 2} 年", "先不做")
    press(page, f"确认 {YEAR + 2} 年")
    sends(page, "/confirmation", lambda: press(page, f"确认 {YEAR + 2} 年"))
    expect(page.locator(".known")).to_contain_text("区管理员已核对")


def test_a_station_and_a_dispatcher_look_and_change_nothing(world: World, browser: Browser) -> None:
    for role in ("station_officer", "dispatcher"):
        page = desk(world, browser, role)
        cell(page, f"{TODAY.year}-12-31").click()
        expect(page.locator(".day-panel")).to_contain_text("您可以查看，不能修改。")
        expect(page.get_by_role("button", name="保存")).to_have_count(0)
        expect(page.locator(".fill")).to_have_count(0)


def test_terms_are_added_changed_and_removed(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    terms = page.locator("section", has=page.get_by_role("heading", name="学期", exact=True))

    def fill_term(name: str, first: str, last: str) -> None:
        terms.get_by_role("textbox", name="名称").fill(name)
        terms.get_by_label("第一天").fill(first)
        terms.get_by_label("最后一天").fill(last)

    press(page, "新增学期")
    expect(terms.locator(".wrong")).to_have_text("请填写名称和两个日期。")
    fill_term("第二学期", f"{YEAR}-07-01", f"{YEAR}-03-01")
    is_refused(page, "/api/calendar/terms", lambda: press(page, "新增学期"), "bad_term")
    fill_term("第二学期", f"{TODAY.year - 1}-03-01", f"{TODAY.year - 1}-07-01")
    is_refused(page, "/api/calendar/terms", lambda: press(page, "新增学期"), "date_is_past")
    fill_term("第二学期", f"{YEAR}-03-01", f"{YEAR}-07-02")
    sends(page, "/api/calendar/terms", lambda: press(page, "新增学期"))
    expect(terms.locator("tbody tr")).to_contain_text(["第二学期"])
    fill_term("另一个", f"{YEAR}-07-02", f"{YEAR}-08-02")
    is_refused(page, "/api/calendar/terms", lambda: press(page, "新增学期"), "terms_overlap")
    press(page, "修改第二学期", "不改了", "修改第二学期")
    terms.get_by_label("最后一天").fill(f"{YEAR}-07-09")
    sends(page, "/api/calendar/terms/", lambda: press(page, "保存学期"))
    expect(terms.locator("tbody tr")).to_contain_text([f"{YEAR}-07-09"])
    press(page, "删除第二学期", "先不做", "删除第二学期")
    sends(page, "/removal", lambda: press(page, "删除"))
    expect(terms).to_contain_text("还没有学期。")
