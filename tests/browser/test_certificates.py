"""A guard makes a certificate on his phone, anybody looks it up, the district revokes it, in a real browser."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from server.attendance.queries import outcomes
from server.attendance.rules.outcomes import MonthFigures
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which a guard has served some months."""
    folder = tmp_path_factory.mktemp("certificates")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        guard = world.district.guards[0][STAFF_1]
        with world.store.transaction(datetime.now(UTC)) as transaction:
            months = [
                ((guard, date(2026, 8, 1)), MonthFigures(on_time=1)),
                ((guard, date(2026, 9, 1)), MonthFigures(on_time=18, late=2, minutes=907)),
                ((guard, date(2026, 10, 1)), MonthFigures(on_time=9, late=1, minutes=450)),
            ]
            outcomes.write_months(transaction.connection, months)
        yield world


def seen_by_anybody(world: World, browser: Browser, address: str, locale: str = "zh-CN") -> Page:
    page = browser.new_context(locale=locale, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{world.server.url}{address}")
    return page


def scanned(pdf: bytes) -> str:
    """Read the code of a paper as a scanner does that sees it printed."""
    picture = pypdfium2.PdfDocument(BytesIO(pdf))[0].render(scale=3).to_pil()
    [found] = zxingcpp.read_barcodes(picture)
    return found.text


def test_a_certificate_is_made_scanned_and_revoked(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][STAFF_1]
    page = Cast(browser, world).context(guard, phone=True).new_page()
    page.goto(f"{world.server.url}/record")
    follow(page, "我的时长", "/hours")
    card = page.locator(".certificates")
    make = card.get_by_role("button", name="生成证明")
    card.get_by_label("从").select_option("2026-08-01")
    card.get_by_label("到").select_option("2026-08-01")
    is_refused(page, "/api/me/certificates", make.click, "no_service")
    expect(card.get_by_role("alert")).to_contain_text("没有服务时长")
    card.get_by_label("从").select_option("2026-10-01")
    is_refused(page, "/api/me/certificates", make.click, "bad_months")
    expect(card.get_by_role("alert")).to_contain_text("月份不对")
    card.get_by_label("从").select_option("2026-09-01")
    card.get_by_label("到").select_option("2026-10-01")
    made = sends(page, "/api/me/certificates", make.click)
    number = made["certificate"]["number"]
    expect(card).to_contain_text("22 小时 37 分・到岗 30 次")
    expect(card).to_contain_text(number)
    link = card.get_by_role("link", name="下载 PDF")
    link.wait_for(timeout=60_000)
    keep(page, "certificate-phone")
    with page.expect_download() as caught:
        link.click()
    address = scanned(caught.value.path().read_bytes())
    assert address.endswith(f"/c/{number.replace('-', '')}")
    path = address[address.index("/c/") :]

    anybody = seen_by_anybody(world, browser, path)
    expect(anybody.locator("main section")).to_contain_text("有效")
    expect(anybody.locator("main")).to_contain_text(number)
    expect(anybody.locator("main")).not_to_contain_text("测试")
    keep(anybody, "certificate-genuine")

    desk = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    desk.goto(f"{world.server.url}/console/attendance")
    follow(desk, "服务证明", "/console/attendance/certificates")
    desk.get_by_role("searchbox", name="姓名或完整编号").fill(number)
    press(desk, "查找")
    row = desk.locator("tbody tr")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="作废").click()
    press(desk, "确认作废")
    expect(row.get_by_role("alert")).to_contain_text("请写明原因")
    row.get_by_role("textbox").fill("更正后重开")
    keep(desk, "certificates-desk")
    path_of_row = f"/api/certificates/{made['certificate']['id']}/revocation"
    sends(desk, path_of_row, lambda: press(desk, "确认作废"))
    expect(row).to_contain_text("更正后重开")
    follow(desk, "返回考勤", "/console/attendance")

    anybody.reload()
    expect(anybody.locator("main section")).to_contain_text("已作废")
    # The phone has not heard of it: its wish is refused in words.
    page.evaluate("history.replaceState(history.state, '', '/hours')")
    page.reload()
    expect(card).to_contain_text("更正后重开")


def test_a_paper_is_made_again_and_a_revoked_one_is_refused(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][STAFF_1]
    page = Cast(browser, world).context(guard, phone=True).new_page()
    page.route("**/api/me/certificates", lambda route: route.abort())
    page.goto(f"{world.server.url}/hours")
    card = page.locator(".certificates")
    expect(card.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/me/certificates")
    card.get_by_role("button", name="重试").click()
    card.get_by_label("到").select_option("2026-09-01")
    made = sends(page, "/api/me/certificates", card.get_by_role("button", name="生成证明").click)
    key = made["certificate"]["id"]
    page.reload()
    again = card.get_by_role("button", name="再取 PDF")
    sends(page, f"/api/me/certificates/{key}/paper", again.click)
    card.get_by_role("link", name="下载 PDF").wait_for(timeout=60_000)
    page.reload()
    again.wait_for()
    admin = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    admin.goto(f"{world.server.url}/console/attendance/certificates")
    row = admin.locator("tbody tr", has_text=made["certificate"]["number"])
    row.get_by_role("button", name="作废").click()
    row.get_by_role("textbox").fill("开错了")
    other = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    other.goto(f"{world.server.url}/console/attendance/certificates")
    twin = other.locator("tbody tr", has_text=made["certificate"]["number"])
    twin.get_by_role("button", name="作废").click()
    twin.get_by_role("textbox").fill("也是")
    path = f"/api/certificates/{key}/revocation"
    sends(admin, path, row.get_by_role("button", name="确认作废").click)
    is_refused(other, path, twin.get_by_role("button", name="确认作废").click, "already_revoked")
    is_refused(page, f"/api/me/certificates/{key}/paper", again.click, "certificate_revoked")
    expect(card.get_by_role("alert")).to_contain_text("已经作废")


def test_a_number_that_is_none_and_a_line_that_is_lost(world: World, browser: Browser) -> None:
    page = seen_by_anybody(world, browser, "/c/00000000000000000000", "en-GB")
    expect(page.locator("main section")).to_contain_text("Unknown number")
    page.route("**/api/certificates/**", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/certificates/**")
    press(page, "Try again")
    expect(page.locator("main section")).to_contain_text("Unknown number")
