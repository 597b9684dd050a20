"""The page of exports in a real browser: asked for, called off, failed, downloaded and opened."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import insert, select, update

from server.core.audit import audit_row
from server.duty.tables import position
from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1
from tests.tools.exports import read_csv, read_xlsx
from tests.tools.jobs import worker_child
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living

# A copy of so many points takes some seconds to make: what is asked for meanwhile waits.
MANY = 12_000
PURPOSE = "开学前核对名单"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with somebody on duty, and a guard whose copy takes long."""
    folder = tmp_path_factory.mktemp("exports")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        world.check_in(0, STAFF_1)
        now = datetime.now(UTC)
        place = {"latitude": 31.5, "longitude": 117.5, "accuracy_m": 5.0, "at": now, "check_in_id": 1}
        with world.store.transaction(now) as transaction:
            points = [{**place, "account_id": world.district.guards[1][0]}] * MANY
            transaction.connection.execute(insert(position), points)
        yield world


def desk(world: World, browser: Browser, role: str, locale: str = "zh-CN") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False, locale=locale)
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    page.locator("main").first.wait_for()
    return page


def keep_busy(world: World) -> None:
    """Give the worker something else to do first."""
    world.write(world.district.guards[1][0], "/api/me/own-data", language="zh-CN")


def first_row(page: Page) -> Locator:
    return page.locator(".mine tbody tr").first


def ask(page: Page, purpose: str = PURPOSE) -> None:
    """Ask by a press for what the form says, and see that it stands first in the list."""
    page.get_by_role("textbox", name="用途").fill(purpose)
    sends(page, "/api/exports", lambda: press(page, "导出文件"))
    expect(first_row(page)).to_contain_text(purpose)
    expect(page.get_by_role("textbox", name="用途")).to_have_value("")


def downloaded(page: Page) -> tuple[str, bytes]:
    """Wait until the newest list is made, download it, and give its name and content."""
    link = first_row(page).get_by_role("link", name="下载")
    link.wait_for(timeout=60_000)
    with page.expect_download() as caught:
        link.click()
    return caught.value.suggested_filename, caught.value.path().read_bytes()


def test_a_district_takes_lists_and_opens_them(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    follow(page, "导出", "/console/exports")
    expect(page.locator(".mine")).to_contain_text("还没有导出。申请后会显示在这里。")
    press(page, "导出文件")
    expect(page.locator("form .wrong")).to_have_text("请写明用途，至少 4 个字。")
    page.get_by_label("显示完整手机号").check()
    ask(page)
    expect(page.get_by_label("显示完整手机号")).not_to_be_checked()
    name, content = downloaded(page)
    assert name.startswith("huxue-guards-")
    assert name.endswith(".xlsx")
    found = read_xlsx(content)
    assert len(found.rows) == 21
    assert found.rows[0]["手机号"] == "19900000000"
    assert found.marks[0].startswith("导出人：区管理员 district_admin；")
    assert found.marks[0].endswith(f"用途：{PURPOSE}")

    page.get_by_label("内容").select_option("duties")
    expect(page.get_by_label("显示完整手机号")).to_have_count(0)
    page.get_by_label("格式").select_option("csv")
    page.get_by_role("textbox", name="用途").fill("每月统计到岗")
    page.get_by_label("开始日期").fill("2026-02-02")
    page.get_by_label("结束日期").fill("2026-02-01")
    is_refused(page, "/api/exports", lambda: press(page, "导出文件"), "bad_span")
    today = datetime.now(UTC).astimezone().date()
    page.get_by_label("开始日期").fill(today.replace(day=1).isoformat())
    page.get_by_label("结束日期").fill(
        f"{today.year + 1}-01-01" if today.month == 12 else f"{today.year}-12-31"
    )
    ask(page, "每月统计到岗")
    name, content = downloaded(page)
    assert name.endswith(".csv")
    assert read_csv(content).column("姓名") == ["测试11"]

    page.get_by_label("内容").select_option("alarms")
    ask(page, "季度演练总结")
    _name, content = downloaded(page)
    assert read_csv(content).rows == []
    expect(page.locator(".mine tbody tr")).to_have_count(3)

    guard = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True).new_page()
    guard.goto(f"{world.server.url}/record")
    press(guard, "查看记录")
    expect(guard.locator(".at-telephone li")).to_contain_text(f"导出的名单中，用途：{PURPOSE}")


def test_one_that_waits_is_called_off_and_of_one_that_fails_it_is_said_why(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "station_officer")
    follow(page, "导出", "/console/exports")
    keep_busy(world)
    ask(page, "夜间巡查名单")
    sends(page, "/cancellation", lambda: first_row(page).get_by_role("button", name="取消").click())
    expect(first_row(page)).to_contain_text("已取消")

    keep_busy(world)
    ask(page, "本所民警名单")
    officer = account.c.id == world.district.consoles["station_officer"]
    child = worker_child(world)
    os.kill(child, signal.SIGSTOP)
    move(world, officer, world.district.stations[1])
    try:
        world.until_heard()
        # From now on the page hears another station's room, and not the one in which the job is told.
        with page.expect_event("websocket") as line:
            page.reload()
        line.value.wait_for_event("framereceived", lambda frame: "epoch" in str(frame))
        expect(first_row(page)).to_contain_text("排队中")
        page.wait_for_load_state("networkidle")
        os.kill(child, signal.SIGCONT)
        expect(first_row(page)).to_contain_text("没有做成：您的角色或辖区已变更", timeout=60_000)
        expect(first_row(page).get_by_role("link")).to_have_count(0)
    finally:
        move(world, officer, world.district.stations[0])


def move(world: World, officer: object, station_id: int) -> None:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(account).where(officer).values(station_id=station_id))  # type: ignore[arg-type]


def test_an_auditor_takes_the_log_and_goes_back_to_it(world: World, browser: Browser) -> None:
    page = desk(world, browser, "auditor")
    follow(page, "导出", "/console/exports")
    expect(page.get_by_label("内容").locator("option")).to_have_text(["审计日志"])
    ask(page, "年度审计存档")
    _name, content = downloaded(page)
    with world.store.read() as connection:
        rows = connection.execute(select(audit_row.c.id).order_by(audit_row.c.id.desc())).scalars().all()
    numbers = read_xlsx(content).column("编号")
    assert numbers == [str(one) for one in rows if one <= int(numbers[0])]
    assert len(numbers) > 1
    follow(page, "审计日志", "/console")
    expect(page.locator("tbody tr").first).to_contain_text("下载生成的文件")


def test_a_school_chooses_among_its_own_lists_and_a_dispatcher_has_no_page(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "school_admin")
    follow(page, "导出", "/console/exports")
    expect(page.get_by_label("内容").locator("option")).to_have_text(["护学岗人员", "值守记录", "考勤月报"])
    expect(page.get_by_label("显示完整手机号")).to_have_count(0)
    page = desk(world, browser, "dispatcher")
    expect(page.locator(".bar .tab", has_text="导出")).to_have_count(0)
    page.goto(f"{world.server.url}/console/exports")
    expect(page.locator(".not-here")).to_be_visible()
    follow(page, "回到态势", "/console")
