"""The page of attendance in a real browser: figures open their rows, and the file has what the screen shows."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.attendance.test_report import outcome, put
from tests.browser.test_exports import downloaded
from tests.tools.cast import Cast
from tests.tools.exports import ReadList, read_csv, read_xlsx
from tests.tools.looks import keep
from tests.tools.pressing import follow, press, sends
from tests.tools.world import World, living

MARCH = date(2026, 3, 2)
DAYS = 60
# The columns of the file that stand in a cell of the screen: `37/40` has two.
CELLS = {
    "posts": ["岗位"],
    "peaks": ["高峰"],
    "coverage": ["满员分钟", "应满员分钟"],
    "filled": ["满足应到", "应到"],
    "missing": ["缺员"],
    "onTime": ["准时", "在岗"],
    "late": ["迟到"],
    "waiting": ["未核实"],
    "absent": ["未到岗", "排班"],
    "replaced": ["顶岗"],
    "hours": ["服务小时"],
}


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with some weeks of attendance, at each post other ones."""
    folder = tmp_path_factory.mktemp("attendance")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for number, post_id in enumerate(world.district.posts):
            for step in range(DAYS):
                made = outcome(missing=step % (3 + number) == 0, late=step % 5 == 0, waiting=step % 7 == 0)
                put(world.store, post_id, MARCH + timedelta(days=step), made)
                put(world.store, post_id, MARCH + timedelta(days=step), outcome(), "afternoon_dismissal")
        yield world


def desk(world: World, browser: Browser, role: str) -> Page:
    page = Cast(browser, world).context(world.district.consoles[role], phone=False, locale="zh-CN").new_page()
    # What a printer would do is the browser's.
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(f"{world.server.url}/console")
    page.locator("main").first.wait_for()
    return page


def cells(row: Locator) -> dict[str, list[str]]:
    """Give the numbers of a row of the screen by its columns."""
    return {
        name: row.locator(f"[data-cell={name}]").inner_text().split()[0].replace(",", "").split("/")
        for name in CELLS
    }


def same(page: Page, found: ReadList) -> None:
    """See that each cell of the file stands on the screen."""
    rows = page.locator("section.table tbody tr:not(.total)")
    assert rows.count() == len(found.rows)
    for number, row in enumerate(found.rows):
        shown = cells(rows.nth(number))
        assert rows.nth(number).locator("th").inner_text().startswith(row["学校"])
        for name, headings in CELLS.items():
            assert [float(one) for one in shown[name]] == [float(row[one]) for one in headings], (row, name)


def test_a_district_reads_its_month_opens_what_is_behind_it_and_takes_the_same_figures(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "district_admin")
    follow(page, "考勤", "/console/attendance")
    expect(page.locator("main")).to_contain_text("每个数字的含义")
    # Whoever opens it at the beginning of a month finds the one before by a press.
    page.get_by_label("月份").fill("2026-05")
    follow(page, "看 2026-04", "**since=2026-04-01&until=2026-04-30**")
    page.get_by_label("月份").fill("2026-03")
    expect(page.locator(".cards")).to_contain_text("180 个高峰")
    assert "since=2026-03-01&until=2026-03-31" in page.url
    page.get_by_label("月份").fill("2026-04")
    expect(page.locator("section.table tbody tr")).to_have_count(4)
    expect(page.locator(".cards")).to_contain_text("180 个高峰")

    weeks = page.locator("section.map")
    expect(weeks.locator("tbody tr")).to_have_count(3)
    weeks.get_by_role("link", name="青禾第1小学，2026-04-06 起的一周").click()
    expect(page.locator(".cards")).to_contain_text("42 个高峰")
    assert "since=2026-04-06&until=2026-04-12" in page.url
    expect(page.locator("section.rows h2")).to_contain_text("青禾第1小学 ・ 没有全程满员的高峰")
    page.go_back()
    expect(page.locator(".cards")).to_contain_text("180 个高峰")
    expect(page.locator("section.map .days li")).to_have_count(7)

    groups = page.locator("section.groups tbody tr")
    expect(groups).to_have_count(4)
    expect(groups.nth(2)).to_contain_text("志愿者")
    worst = page.get_by_role("region", name="满员率最低的学校")
    expect(worst.locator("li").first).to_contain_text("分钟")
    keep(page, "attendance-report")
    worst.get_by_role("link").first.click()
    expect(page.locator("section.rows h2")).to_contain_text("没有全程满员的高峰")
    page.go_back()
    expect(page.locator("section.rows")).to_have_count(0)

    page.locator(".cards").get_by_role("link", name="准时率").click()
    rows = page.locator("section.rows")
    expect(rows.locator("h2")).to_contain_text("有人迟到的高峰，共 18 个")
    expect(rows.locator("tbody tr")).to_have_count(18)
    press(page, "打印")
    assert page.evaluate("window.printed") is True
    rows.get_by_role("link", name="关闭明细").click()
    expect(rows).to_have_count(0)

    page.locator("section.table tr.total [data-cell=peaks] a").click()
    expect(rows.locator("tbody tr")).to_have_count(100)
    press(page, "再显示一些")
    expect(rows.locator("tbody tr")).to_have_count(180)
    rows.get_by_role("link", name="关闭明细").click()
    page.get_by_role("link", name="按岗位").click()
    expect(page.locator("section.table thead")).to_contain_text("岗位")
    page.locator("section.table tbody tr").nth(1).locator("[data-cell=absent] a").click()
    expect(rows.locator("h2")).to_contain_text("青禾第1小学 南门 ・ 有人未到岗的高峰，共 10 个")
    page.get_by_role("link", name="按学校").click()
    page.get_by_role("combobox", name="高峰").select_option("morning_arrival")
    expect(page.locator(".cards")).to_contain_text("90 个高峰")
    page.get_by_role("combobox", name="高峰").select_option("")
    expect(page.locator(".cards")).to_contain_text("180 个高峰")

    page.get_by_label("开始日期").fill("2026-04-30")
    expect(page.locator(".cards")).to_contain_text("6 个高峰")
    page.get_by_label("结束日期").fill("2026-04-01")
    expect(page.locator("p.problem")).to_contain_text("请选起止两天")
    page.get_by_label("月份").fill("2026-04")
    expect(page.locator("p.problem")).to_have_count(0)
    expect(page.locator(".cards")).to_contain_text("180 个高峰")
    address = page.url

    for form, read in (("xlsx", read_xlsx), ("csv", read_csv)):
        page.get_by_role("link", name="导出月报").click()
        page.wait_for_url("**/console/exports?kind=attendance&since=2026-04-01&until=2026-04-30")
        expect(page.get_by_label("内容")).to_have_value("attendance")
        page.get_by_label("格式").select_option(form)
        page.get_by_role("textbox", name="用途").fill(f"四月月报 {form}")
        sends(page, "/api/exports", lambda: press(page, "导出文件"))
        expect(page.locator(".mine tbody tr").first).to_contain_text(f"四月月报 {form}")
        name, content = downloaded(page)
        assert name.startswith("huxue-attendance-")
        page.goto(address)
        expect(page.locator(".cards")).to_contain_text("180 个高峰")
        same(page, read(content))


def test_a_school_sees_its_own_and_a_month_without_peaks_says_so(world: World, browser: Browser) -> None:
    page = desk(world, browser, "school_admin")
    page.goto(f"{world.server.url}/console/attendance?since=2026-03-01&until=2026-03-31")
    expect(page.locator("section.table tbody tr")).to_have_count(2)
    page.get_by_label("月份").fill("2026-01")
    expect(page.get_by_role("status").filter(has_text="这段时间还没有已结束的高峰。")).to_be_visible()
