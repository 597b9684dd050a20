"""A school lets the next weeks be drafted, stops it, takes it back, and sees why seats stay open."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.duty import VOLUNTEER_1, put_on_duty
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.roster_desk import MONDAY, own_school, seat
from tests.tools.world import World, living

PATH = "/api/roster/proposals"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("proposals")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    limit = "staff:3,security:20,volunteer:5,police:10"
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_DUTIES_A_WEEK=limit) as world:
        yield world


def ended(page: Page) -> None:
    """Wait until the draft is done or stopped."""
    expect(page.get_by_role("button", name="草拟四周")).to_be_enabled()
    expect(page.locator(".copied")).to_be_visible()


def test_a_draft_is_stopped_made_and_taken_back(world: World, browser: Browser) -> None:
    page = own_school(world, browser)
    sends(page, PATH, lambda: press(page, "草拟四周"))
    sends(page, "/cancellation", lambda: press(page, "停止"))
    ended(page)
    if page.locator(".copied").get_by_text("草拟没有完成").count():
        sends(page, PATH, lambda: press(page, "草拟四周"))
        expect(page.locator(".copied")).to_contain_text(re.compile("已草拟|没有空席位"))
    expect(seat(page, "security")).to_contain_text("测试1")
    expect(seat(page, "security")).to_have_class(re.compile("is-draft"))
    # Nobody of this school has served before: one line says it, not each seat.
    expect(page.locator(".warned")).to_contain_text("本校还没有人值过班")
    expect(seat(page, "security")).not_to_contain_text("没值过班")
    # Two of the staff take three duties of a week each, for ten seats.
    full = page.locator('[data-seat*=" staff "]', has_text="班次已满")
    expect(full).to_have_count(4)
    full.first.click()
    expect(page.locator(".seat-panel")).to_contain_text("大家本周班次已满")
    # All four weeks with one press; what is open again is open as before.
    sends(page, "/api/roster/taking-back", lambda: press(page, "撤销上一步"))
    expect(seat(page, "security")).to_contain_text("缺人")
    expect(seat(page, "security")).not_to_contain_text("人工空出")
    expect(page.locator(".warned")).to_have_count(0)


def test_who_never_served_is_left_out_where_nobody_leads_him(world: World, browser: Browser) -> None:
    """Who has served is away on the first day: nobody leads that."""
    [led] = put_on_duty(world.store, world.district, post=0, seats=[VOLUNTEER_1], now=datetime.now(UTC))
    away = {"first_day": str(MONDAY), "last_day": str(MONDAY), "kind": "leave"}
    assert world.write(led, "/api/me/absences", **away) is not None
    page = own_school(world, browser)
    sends(page, PATH, lambda: press(page, "草拟四周"))
    ended(page)
    expect(page.locator(".warned")).to_have_count(0)
    expect(seat(page, "security")).to_contain_text("新人不单独上岗")
    expect(seat(page, "security", day=1)).to_contain_text("测试1")
    seat(page, "security").click()
    expect(page.locator(".seat-panel")).to_contain_text("有空的都没值过班")


def test_a_draft_is_refused_while_another_one_is_made_and_for_what_is_over(
    world: World, browser: Browser
) -> None:
    page = own_school(world, browser)
    school = world.district.consoles["school_admin"]

    def another() -> None:
        world.write(school, PATH, school_id=1, week=str(MONDAY), weeks=1)

    others_first(page, PATH, another)
    is_refused(page, PATH, lambda: press(page, "草拟四周"), "proposal_under_way")
    press(page, "回到本周", *["上一周"] * 5)
    is_refused(page, PATH, lambda: press(page, "草拟四周"), "nothing_to_propose")
