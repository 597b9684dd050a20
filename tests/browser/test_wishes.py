"""A guard says on his phone when he would like to stand and when rather not; his school sees it at the seat."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import POLICE, STAFF_1
from tests.tools.pressing import is_refused, press, sends
from tests.tools.roster_desk import change, own_school, put_in, seat
from tests.tools.world import WAIT_S, World, living

PATH = "/api/me/wishes"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("wishes")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def test_wishes_are_said_by_taps_and_seen_at_the_desk(world: World, browser: Browser) -> None:
    who = world.district.guards[0][STAFF_1]
    phone = Cast(browser, world).context(who, phone=True).new_page()
    phone.goto(f"{world.server.url}/duties")
    press(phone, "填写班次意愿")
    said = phone.locator("section[aria-labelledby=wishes-title] [role=status]")
    for before, after in (("随意", "愿意"), ("愿意", "不便"), ("不便", "随意"), ("随意", "愿意")):
        sends(phone, PATH, lambda before=before: press(phone, f"星期一 早高峰：{before}"))  # type: ignore[misc]
        expect(said).to_have_text(f"已记下：星期一 早高峰：{after}")
    sends(phone, PATH, lambda: press(phone, "星期二 早高峰：随意"))
    sends(phone, PATH, lambda: press(phone, "星期二 早高峰：愿意"))
    # It stands when the page comes anew.
    phone.reload()
    press(phone, "填写班次意愿")
    expect(phone.get_by_role("button", name="星期二 早高峰：不便")).to_be_visible()

    page = own_school(world, browser)
    put_in(page, seat(page, "staff"), "测试11")
    expect(page.locator(".seat-panel")).to_contain_text("本人愿意这个时段")
    seat(page, "staff", day=1).click()
    expect(page.locator(".seat-panel li", has_text="测试11")).to_contain_text("本人这个时段不太方便")


def test_a_wish_of_a_school_that_one_left_is_refused(world: World, browser: Browser) -> None:
    who = world.district.guards[1][STAFF_1]
    phone = Cast(browser, world).context(who, phone=True).new_page()
    phone.goto(f"{world.server.url}/duties")
    press(phone, "填写班次意愿")
    expect(phone.get_by_role("button", name="星期三 早高峰：随意")).to_be_visible()
    change(world, account, who, school_id=world.district.schools[2])
    until = time.monotonic() + WAIT_S
    # A session is kept for a moment.
    while world.get(who, PATH).json()["posts"][0]["post_id"] != world.district.posts[2]:
        assert time.monotonic() < until, "the server still has him at his school of before"
    is_refused(phone, PATH, lambda: press(phone, "星期三 早高峰：随意"), "not_found")


def test_police_are_asked_for_no_wishes(world: World, browser: Browser) -> None:
    officer = world.district.guards[0][POLICE]
    phone = Cast(browser, world).context(officer, phone=True).new_page()
    phone.goto(f"{world.server.url}/duties")
    expect(phone.get_by_role("heading", name="我的班次")).to_be_visible()
    expect(phone.get_by_text("班次意愿")).to_have_count(0)
