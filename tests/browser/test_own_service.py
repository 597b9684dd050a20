"""A guard sees his hours on the phone, and has his duties read by his phone's calendar, in a real browser."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert

from server.attendance.queries import outcomes
from server.attendance.rules.outcomes import MonthFigures
from server.calendar.tables import published_duty
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1
from tests.tools.pressing import follow, press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which a guard has served some months and is published for the week after the next."""
    folder = tmp_path_factory.mktemp("own_service")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        now = datetime.now(UTC)
        guard = world.district.guards[0][STAFF_1]
        monday = now.date() - timedelta(days=now.weekday()) + timedelta(days=14)
        duty = {"post_id": world.district.posts[0], "date": monday, "peak": "morning_arrival"}
        seat = {"seat_group": "staff", "seat": 1, "account_id": guard, "published_at": now}
        with world.store.transaction(now) as transaction:
            transaction.connection.execute(insert(published_duty).values({**duty, **seat}))
            months = [
                ((guard, date(2025, 12, 1)), MonthFigures(on_time=11, minutes=495)),
                ((guard, date(2026, 10, 1)), MonthFigures(on_time=18, late=2, minutes=907, unverified=1)),
                ((guard, date(2026, 11, 1)), MonthFigures(on_time=9, late=1, minutes=450, no_shows=1)),
                ((guard, date(2026, 9, 1)), MonthFigures()),
            ]
            outcomes.write_months(transaction.connection, months)
        yield world


def phone(world: World, browser: Browser, address: str, locale: str = "zh-CN") -> Page:
    context = Cast(browser, world).context(
        world.district.guards[0][STAFF_1], phone=True, locale=locale, size=(390, 844)
    )
    page = context.new_page()
    page.goto(f"{world.server.url}{address}")
    return page


def test_a_guard_sees_his_hours_by_month_and_year(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/record")
    follow(page, "我的时长", "/hours")
    this_year = page.get_by_role("region", name="2026 年")
    expect(this_year.locator(".sum")).to_contain_text("22 小时 37 分")
    expect(this_year.locator(".sum")).to_contain_text("到岗 30 次")
    rows = this_year.locator("li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("准时 9/10 ・ 未到 1")
    expect(rows.nth(1)).to_contain_text("准时 18/20 ・ 未核实 1")
    expect(page.get_by_role("region", name="2025 年")).to_contain_text("8 小时 15 分")
    follow(page, "我的班次", "/duties")
    follow(page, "我的时长", "/hours")


def test_hours_that_cannot_be_read_are_asked_for_again(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/record")
    page.route("**/api/me/service-months", lambda route: route.abort())
    follow(page, "我的时长", "/hours")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/me/service-months")
    press(page, "重试")
    expect(page.locator("main")).to_contain_text("22 小时 37 分")


def test_a_calendar_reads_the_duties_until_the_link_is_taken_back(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/duties")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card = page.locator(".calendar")
    made = sends(page, "/api/me/calendar-link", lambda: press(page, "生成链接"))
    address = f"{world.server.url}{made['path']}"
    expect(card.get_by_role("textbox", name="日历链接")).to_have_value(address)
    subscribe = card.get_by_role("link", name="加到日历")
    assert subscribe.get_attribute("href") == address.replace("http:", "webcal:")
    # What it opens is the phone's.
    page.evaluate(
        "addEventListener('click', (press) => press.target.closest('.calendar a') && press.preventDefault())"
    )
    subscribe.click()
    press(page, "复制链接")
    expect(card).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == address
    read = page.request.get(address)
    assert re.search("SUMMARY:护学岗：青禾第1小学 南门", read.text())
    page.reload()
    expect(card).to_contain_text("最近一次读取")
    expect(card.get_by_role("textbox")).to_have_count(0)
    anew = sends(page, "/api/me/calendar-link", lambda: press(page, "换一个链接"))
    expect(card.get_by_role("textbox")).to_have_value(f"{world.server.url}{anew['path']}")
    assert page.request.get(address).status == 404
    sends(page, "/api/me/calendar-link/revocation", lambda: press(page, "停用链接"))
    expect(card).to_contain_text("已停用，日历不再更新")
    assert page.request.get(f"{world.server.url}{anew['path']}").status == 404


def test_a_page_without_a_clipboard_has_the_address_marked(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/duties")
    page.route("**/api/me/calendar-link", lambda route: route.abort())
    page.reload()
    card = page.locator(".calendar")
    expect(card.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/me/calendar-link")
    card.get_by_role("button", name="重试").click()
    sends(page, "/api/me/calendar-link", lambda: press(page, "生成链接"))
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    press(page, "复制链接")
    expect(card).to_contain_text("长按选中后复制")
    sends(page, "/api/me/calendar-link/revocation", lambda: press(page, "停用链接"))
