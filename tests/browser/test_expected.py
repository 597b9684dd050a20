"""A duty leader's phone in a real browser: who is expected, here, missing, and a call."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.duty.tables import check_in
from tests.browser.test_pages import watched
from tests.tools.cast import WAIT_MS, Cast
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, VOLUNTEER_1
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living

PATH = "/api/duty/expected/telephone"


@pytest.fixture
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose peak runs; the leader of the first post stands there with one other."""
    folder = tmp_path_factory.mktemp("expected")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for seat in (STAFF_1, STAFF_2):
            world.check_in(0, seat)
        yield world


def leading(world: World, browser: Browser, locale: str = "zh-CN") -> Page:
    """Open the phone of the leader."""
    context = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True, locale=locale)
    page = context.new_page()
    page.goto(world.server.url)
    page.locator(".expected li").first.wait_for()
    return page


def test_a_leader_sees_who_is_missing_rings_one_up_and_sees_him_come(world: World, browser: Browser) -> None:
    page = leading(world, browser)
    card = page.locator(".expected")
    expect(card.get_by_role("heading")).to_have_text("应到 2/7 到岗")
    expect(card.locator(".head")).to_contain_text("没来 5")
    expect(card).to_contain_text("已到：测试11、测试12")
    expect(card.locator("li", has_text="测试17")).to_contain_text("由派出所联系")
    told = sends(page, PATH, lambda: press(page, "看测试13的电话"))
    call = card.get_by_role("link", name=f"拨打 {told['telephone']}")
    assert call.get_attribute("href") == f"tel:{told['telephone']}"
    # What it opens is the phone's.
    page.evaluate(
        "addEventListener('click', (press) => press.target.closest('.expected a') && press.preventDefault())"
    )
    call.click()
    world.check_in(0, SECURITY_1)
    expect(card.get_by_role("heading")).to_have_text("应到 3/7 到岗")
    expect(card.locator("li", has_text="测试13")).to_have_count(0)


def test_who_came_meanwhile_is_not_rung_up_and_who_leads_no_more_rings_nobody(
    world: World, browser: Browser
) -> None:
    page = leading(world, browser)
    others_first(page, PATH, lambda: world.check_in(0, VOLUNTEER_1))
    is_refused(page, PATH, lambda: press(page, "看测试15的电话"), "not_missing")

    def unconfirmed() -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            his = check_in.c.account_id == world.district.guards[0][STAFF_1]
            transaction.connection.execute(update(check_in).where(his).values(verified=False))

    others_first(page, PATH, unconfirmed)
    is_refused(page, PATH, lambda: press(page, "看测试14的电话"), "not_leading")


def test_a_list_that_cannot_be_read_is_asked_for_again_and_only_leaders_have_one(
    world: World, browser: Browser
) -> None:
    page = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True).new_page()
    page.route("**/api/duty/expected", lambda route: route.abort())
    page.goto(world.server.url)
    card = page.locator(".expected")
    expect(card.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/duty/expected")
    press(page, "重试")
    expect(card.locator("li").first).to_be_visible()
    world.check_in(0, SECURITY_2)
    guard = Cast(browser, world).context(world.district.guards[0][SECURITY_2], phone=True).new_page()
    guard.goto(world.server.url)
    expect(guard.locator("#colleagues-title")).to_have_text(re.compile("同岗"))
    expect(guard.locator(".expected")).to_have_count(0)


def test_a_part_that_the_network_lost_comes_when_it_is_back_and_looks_as_it_should(
    world: World, browser: Browser
) -> None:
    page = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True).new_page()
    complaints = watched(page)
    lost: list[str] = []
    page.route("**/assets/ExpectedCard-*", lambda route: (lost.append(route.request.url), route.abort()))
    # The style sheet is asked for, and asked for again.
    with page.expect_event("requestfailed", lambda _request: len(lost) > 1, timeout=WAIT_MS):
        page.goto(world.server.url)
    assert page.locator(".expected").count() == 0
    page.unroute("**/assets/ExpectedCard-*")
    card = page.locator(".expected")
    expect(card).to_be_visible(timeout=WAIT_MS)
    expect(card).to_have_css("display", "grid")
    assert [one for one in complaints if "ERR_" not in one] == []
