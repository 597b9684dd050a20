"""The list of people narrowed to who is away, and taken as a file as it is narrowed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1, STAFF_2
from tests.tools.exports import read_xlsx
from tests.tools.pressing import press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which one is away today and another one in three days."""
    folder = tmp_path_factory.mktemp("narrowed")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for seat, day in ((STAFF_1, today()), (STAFF_2, today() + timedelta(days=3))):
            who = world.district.guards[0][seat]
            said = {"first_day": day.isoformat(), "last_day": day.isoformat(), "kind": "leave"}
            world.write(who, "/api/me/absences", **said)
        yield world


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


def people(world: World, browser: Browser, locale: str = "zh-CN") -> Page:
    context = Cast(browser, world).context(
        world.district.consoles["district_admin"], phone=False, locale=locale
    )
    page = context.new_page()
    page.goto(f"{world.server.url}/console/guards")
    return page


def test_who_is_away_is_found_and_taken_as_a_file(world: World, browser: Browser) -> None:
    page = people(world, browser)
    press(page, "已审核")
    rows = page.locator("tr.guard")
    expect(rows).to_have_count(21)
    only = page.get_by_role("form", name="筛选")
    only.get_by_label("请假", exact=True).check()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("测试11")
    only.get_by_label("请假日期").fill((today() + timedelta(days=3)).isoformat())
    expect(rows).to_contain_text("测试12")
    only.get_by_label("请假日期").fill("")
    # A day that is half written asks for nothing else.
    expect(rows).to_contain_text("测试12")
    only.get_by_label("类别").select_option(label="教职工")
    only.get_by_role("link", name="导出这些人").click()
    day = (today() + timedelta(days=3)).isoformat()
    expect(page.locator("form .only")).to_contain_text(f"仅含：已审核 · 教职工 · {day} 请假")
    page.get_by_role("textbox", name="用途").fill("核对请假人员")
    sends(page, "/api/exports", lambda: press(page, "导出文件"))
    link = page.locator(".mine tbody tr").first.get_by_role("link", name="下载")
    link.wait_for(timeout=60_000)
    with page.expect_download() as caught:
        link.click()
    assert read_xlsx(caught.value.path().read_bytes()).column("姓名") == ["测试12"]


def test_all_of_them_are_taken_instead(world: World, browser: Browser) -> None:
    page = people(world, browser)
    press(page, "已停用")
    page.get_by_label("请假", exact=True).check()
    page.get_by_label("请假", exact=True).uncheck()
    page.get_by_role("link", name="导出这些人").click()
    only = page.locator("form .only")
    expect(only).to_contain_text("仅含：已停用")
    # Only guards are narrowed.
    page.get_by_label("内容").select_option("places")
    expect(only).to_have_count(0)
    page.get_by_label("内容").select_option("guards")
    press(page, "改为导出全部人员")
    expect(only).to_have_count(0)
    page.get_by_role("textbox", name="用途").fill("开学前核对名单")
    sends(page, "/api/exports", lambda: press(page, "导出文件"))
    link = page.locator(".mine tbody tr").first.get_by_role("link", name="下载")
    link.wait_for(timeout=60_000)
    with page.expect_download() as caught:
        link.click()
    assert len(read_xlsx(caught.value.path().read_bytes()).rows) == 21
