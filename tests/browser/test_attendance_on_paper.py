"""Attendance on paper: the report and the monthly table as Chromium prints them, and when people came."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import insert, select

from server.places.tables import post, school
from tests.attendance.test_report import outcome, put
from tests.tools.cast import Cast
from tests.tools.pressing import follow, press
from tests.tools.world import World, living

MARCH = date(2026, 3, 2)
SCHOOLS = 60
POINTS_OF_A4 = (842, 595)
# What hangs over the right edge of the sheet, or is too small to be read, in the layout of print.
NOT_READABLE = """() => [...document.querySelectorAll('.on-paper :is(th, td, b, small, p, li, h1, h2)')]
  .filter((one) => one.getClientRects().length && one.textContent.trim() && !one.closest('.spoken'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || parseFloat(getComputedStyle(one).fontSize) < 8)
  .map((one) => one.textContent.trim().slice(0, 40))"""
NOT_BLACK = """() => [...document.querySelectorAll('.on-paper *')]
  .filter((one) => one.getClientRects().length && getComputedStyle(one).color !== 'rgb(0, 0, 0)').length"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district of sixty schools more, each with some peaks of March."""
    folder = tmp_path_factory.mktemp("paper")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for number, post_id in enumerate([*world.district.posts, *more_posts(world)]):
            for step in range(2):
                made = outcome(missing=number % 3 == 0, late=step)
                timed = replace(made, arrivals=(0, 1, 2, made.present.total - 5, 1, 0, step, 1 - step, 0, 0))
                put(world.store, post_id, MARCH + timedelta(days=step), timed)
        put(world.store, world.district.posts[0], MARCH + timedelta(days=9), outcome())
        yield world


def more_posts(world: World) -> list[int]:
    """Give the district more schools, each with a post like the first one."""
    now = datetime.now(UTC)
    found = []
    with world.store.transaction(now) as transaction:
        connection = transaction.connection
        like = dict(connection.execute(select(school)).mappings().first() or {})
        gate = dict(connection.execute(select(post)).mappings().first() or {})
        for number in range(SCHOOLS):
            name = f"青禾第{number + 4}实验小学"
            own = {**like, "id": 1_000 + number, "name": name}
            connection.execute(insert(school).values(own))
            named = {"id": 1_000 + number, "school_id": 1_000 + number, "name": f"{name} 南门"}
            connection.execute(insert(post).values({**gate, **named}))
            found.append(1_000 + number)
    return found


def desk(world: World, browser: Browser, path: str, locale: str = "zh-CN") -> Page:
    context = Cast(browser, world).context(
        world.district.consoles["district_admin"], phone=False, locale=locale
    )
    page = context.new_page()
    # What a printer would do is the browser's.
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(f"{world.server.url}{path}")
    return page


def printed(page: Page) -> pypdfium2.PdfDocument:
    """Print a page, see that it stands on A4 sheets and can be read, and give the paper."""
    page.emulate_media(media="print")
    # As wide as a sheet without its margins.
    page.set_viewport_size({"width": 1046, "height": 700})
    assert page.evaluate(NOT_READABLE) == []
    assert page.evaluate(NOT_BLACK) == 0
    for shown in ("header.bar", "form", ".on-paper .button"):
        for one in page.locator(shown).all():
            expect(one).to_be_hidden()
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    for sheet in paper:
        assert tuple(round(side) for side in sheet.get_size()) == POINTS_OF_A4
    return paper


def text_of(sheet: pypdfium2.PdfPage) -> str:
    return re.sub(r"\s", "", sheet.get_textpage().get_text_bounded())


def test_the_monthly_table_is_printed_with_its_head_on_each_sheet_and_lines_to_be_signed(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "/console/attendance?since=2026-03-01&until=2026-03-31")
    follow(page, "月报表", "**/console/attendance/monthly?month=2026-03")
    rows = page.locator("article tbody tr")
    expect(rows).to_have_count(SCHOOLS + 3 + 1)
    paper = printed(page)
    assert len(paper) > 2
    texts = [text_of(sheet) for sheet in paper]
    assert "护学岗考勤月报表" in texts[0] and "月份：2026-03" in texts[0]
    for place, text in enumerate(texts):
        assert "派出所学校岗位" in text and "满员率%" in text
        assert f"{place + 1}/{len(paper)}" in text
    assert texts[-1].index("合计") < texts[-1].index("填表人：") < texts[-1].index("负责人：")
    # Each school stands on one sheet, whole.
    for number in range(SCHOOLS):
        assert sum(f"青禾第{number + 4}实验小学" in text for text in texts) == 1
    press(page, "打印")
    assert page.evaluate("window.printed") is True

    page.get_by_label("月份").fill("2026-01")
    expect(page.get_by_role("status").filter(has_text="这个月还没有已结束的高峰。")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_disabled()
    follow(page, "返回考勤", "**/console/attendance?since=2026-01-01&until=2026-01-31")


def test_the_report_is_printed_whole(world: World, browser: Browser) -> None:
    path = "/console/attendance?since=2026-03-01&until=2026-03-31"
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page = desk(world, browser, "/console/attendance?since=2026-01-01&until=2026-01-31")
    expect(page.get_by_role("status").filter(has_text="这段时间还没有已结束的高峰。")).to_be_visible()
    page.route("**/api/attendance/arrivals?*", hold)
    page.goto(f"{world.server.url}{path}")
    expect(page.locator("section.groups tbody tr")).to_have_count(4)
    expect(page.locator("section.map tbody tr")).to_have_count(SCHOOLS + 3)
    # Nothing is printed before all of it is there.
    expect(page.get_by_role("button", name="打印")).to_be_disabled()
    held[0].continue_()
    page.unroute("**/api/attendance/arrivals?*")
    expect(page.get_by_role("button", name="打印")).to_be_enabled()
    paper = printed(page)
    texts = "".join(text_of(sheet) for sheet in paper)
    for word in ("什么时候到岗", "每校每周的满员率", "按类别", "服务小时", "2026-03-01–2026-03-31"):
        assert word in texts
    # In the weeks and in the figures, however long the table is on the screen.
    for number in range(SCHOOLS):
        assert texts.count(f"青禾第{number + 4}实验小学") >= 2
    # A year has 53 weeks beside each other.
    page.goto(f"{world.server.url}/console/attendance?since=2026-01-01&until=2026-12-31")
    expect(page.get_by_role("button", name="打印")).to_be_enabled()
    assert len(printed(page)) > 2


def test_when_people_came_opens_its_peaks_by_an_address_of_its_own(world: World, browser: Browser) -> None:
    path = "/console/attendance?since=2026-03-01&until=2026-03-31"
    page = desk(world, browser, path, locale="en")
    arrivals = page.get_by_role("region", name="When people came")
    bands = arrivals.locator("tbody tr")
    expect(bands).to_have_count(10)
    expect(bands.nth(1)).to_contain_text("15–20 min before")
    expect(bands.nth(1)).to_contain_text("126")
    # A peak of before has no times, and the page says of how many they are.
    expect(arrivals).to_contain_text("126 of 127 peaks have")
    expect(bands.nth(0).get_by_role("link")).to_have_count(0)
    bands.nth(6).get_by_role("link", name="5–10 min after: 63 heads, open the rows").click()
    rows = page.locator("section.rows")
    expect(rows.locator("h2")).to_have_text("Peaks with somebody who came 5–10 min after: 63")
    address = page.url
    assert "rows=arrived_6" in address
    page.goto(address)
    expect(rows.locator("h2")).to_have_text("Peaks with somebody who came 5–10 min after: 63")
    page.goto(f"{world.server.url}/console/attendance?since=2026-03-10&until=2026-03-12")
    expect(arrivals).to_contain_text("These peaks have no times of arrival.")
