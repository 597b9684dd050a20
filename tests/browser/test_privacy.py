"""The page of what is kept of people: found where it is asked for, in both languages, with the settings' numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.areas import AREAS
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1
from tests.tools.looks import keep
from tests.tools.pressing import follow, press
from tests.tools.world import World, living

NEW = "19900007781"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district that keeps positions for nine days."""
    folder = tmp_path_factory.mktemp("privacy")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{database}"
    with living(url, folder / "server.log", HUXUE_POSITION_DAYS="9") as world:
        yield world


def opened(world: World, browser: Browser, path: str, account: int | None, *, phone: bool = True) -> Page:
    page = Cast(browser, world).context(account, phone=phone, post=0).new_page()
    page.goto(world.server.url + path)
    page.locator("main, form").first.wait_for()
    return page


def holds(page: Page) -> None:
    """See each kind of data with its answers behind a press, and the settings' number at once."""
    kinds = page.locator("main details")
    expect(kinds).to_have_count(len(AREAS.kept()))
    assert kinds.locator("dt").count() == 4 * len(AREAS.kept())
    first = kinds.first
    expect(first.locator("h3")).to_have_text("位置，只在值岗时：轨迹和最后位置")
    expect(first.locator(".how-long")).to_have_text("采集后 9 天")


def test_a_stranger_reads_it_in_both_languages(world: World, browser: Browser) -> None:
    page = opened(world, browser, "/privacy", None)
    holds(page)
    keep(page, "privacy-zh")
    page.locator(".top .language").click()
    expect(page.locator("h1")).to_have_text("What we keep of people")
    expect(page.locator("details .how-long").first).to_have_text("9 days after they were measured")
    keep(page, "privacy-en")
    letters = page.locator("details dd").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert letters >= 18


def test_its_contents_lead_to_its_parts_and_all_of_it_is_printed(world: World, browser: Browser) -> None:
    page = opened(world, browser, "/privacy", None)
    first = page.locator("main details").first
    expect(first.locator("dl")).to_be_hidden()
    first.locator("summary").click()
    expect(first.locator("dl")).to_be_visible()
    keep(page, "privacy-open")
    contents = page.get_by_role("navigation", name="目录")
    parts = (("到时间就删除的", "goes"), ("不会因到期而删除的", "stays"), ("护学员同意的内容", "texts"))
    for name, part in parts:
        contents.get_by_role("button", name=name).click()
        expect(page.locator(f"[data-part={part}]")).to_be_focused()
    for other in page.locator("main summary").all()[1:]:
        other.click()
        other.click()
    expect(page.locator("main details[open]")).to_have_count(1)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("main details[open]")).to_have_count(len(AREAS.kept()))
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(page.locator("main details[open]")).to_have_count(0)


def test_who_registers_reads_it_and_what_was_filled_in_stays(world: World, browser: Browser) -> None:
    page = opened(world, browser, f"/p/{world.district.codes[0]}", None)
    page.get_by_label("手机号").fill(NEW)
    press(page, "获取短信验证码")
    page.get_by_role("button", name="填入").click()
    page.wait_for_url("**/register")
    page.get_by_role("textbox", name="姓名").fill("测试新人")
    with page.context.expect_page() as heard:
        page.get_by_role("link", name="登记前可以看：平台留下哪些信息，留多久").click()
    heard.value.wait_for_url("**/privacy")
    holds(heard.value)
    expect(page.get_by_role("textbox", name="姓名")).to_have_value("测试新人")


def test_a_guard_finds_it_on_his_record(world: World, browser: Browser) -> None:
    page = opened(world, browser, "/record", world.district.guards[0][STAFF_1])
    follow(page, "平台留下哪些信息，留多久", "/privacy")
    holds(page)


def test_a_console_finds_it_before_and_after_the_sign_in(world: World, browser: Browser) -> None:
    page = opened(world, browser, "/console/sign-in", None, phone=False)
    follow(page, "平台留下哪些信息", "/privacy")
    holds(page)
    desk = opened(world, browser, "/console/guards", world.district.consoles["dispatcher"], phone=False)
    with desk.context.expect_page() as heard:
        desk.get_by_role("link", name="平台留下哪些信息").click()
    heard.value.wait_for_url("**/privacy")
    holds(heard.value)
    keep(heard.value, "privacy-desk")


def test_without_network_it_says_so_and_tries_again(world: World, browser: Browser) -> None:
    page = opened(world, browser, "/", None)
    page.context.route("**/api/privacy", lambda route: route.abort())
    page.goto(f"{world.server.url}/privacy")
    expect(page.locator("main [role=alert]")).to_be_visible()
    page.context.unroute("**/api/privacy")
    press(page, "再试一次")
    holds(page)
    expect(page.locator("main [role=alert]")).to_have_count(0)
