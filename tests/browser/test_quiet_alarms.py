"""An alarm of which nothing shows, one of which its raiser sees counts alone, and many that are one card."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.alarm.tables.alarms import alarm
from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.insiders import of_world
from tests.tools.looks import keep
from tests.tools.world import World, living

# Keeps in the page what it let the phone do that somebody beside it would notice.
NOTICED = """
window.noticed = []
navigator.vibrate = (pattern) => window.noticed.push(pattern)
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (when) {
  window.noticed.push(this.frequency.value)
  return start.call(this, when)
}"""
COUNTS_ONLY = "只显示人数和状态"
COVERT = "隐蔽报警：不要回拨"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district that takes covert presses, with guards at each post."""
    folder = tmp_path_factory.mktemp("quiet")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_ANSWER_WITHIN_S": "300", "HUXUE_COVERT_PRESS": "1"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        for post, seat in ((0, 1), (0, 2), (1, 2), (2, 2)):
            world.check_in(post, seat)
        yield world


def phone(world: World, browser: Browser, account_id: int) -> Page:
    context = Cast(browser, world).context(account_id, phone=True, post=0)
    context.add_init_script(NOTICED)
    page = context.new_page()
    page.goto(world.server.url)
    return page


def words_of(page: Page) -> str:
    """Give what a page says, without its clocks and gaps."""
    return re.sub(r"[\s\d]", "", page.locator("body").inner_text())


def console(world: World, browser: Browser, path: str) -> Page:
    page = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    page.goto(world.server.url + path)
    page.locator(".bar .tab").first.wait_for()
    return page


def end_all(world: World) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    for one in world.get(dispatcher, "/api/alarms?state=open").json()["items"]:
        world.write(dispatcher, f"/api/alarms/{one['id']}/resolution", outcome="test", finding="-")


def test_three_taps_on_the_heading_raise_an_alarm_of_which_the_phone_shows_one_dot(
    world: World, browser: Browser
) -> None:
    guard, beside = world.district.guards[0][2], world.district.guards[0][1]
    page, other = phone(world, browser, guard), phone(world, browser, beside)
    page.get_by_text("还要值岗").wait_for()
    other.get_by_text("还要值岗").wait_for()
    heading = page.locator(".top .brand")
    before = words_of(page)
    for _tap in range(3):
        heading.tap()
    expect(heading.locator(".sent")).to_have_text("·", timeout=WAIT_MS)
    told = world.get(guard, "/api/alarms?state=open").json()["items"]
    assert [(one["covert"], one["raised_by"]) for one in told] == [(True, guard)]
    assert page.url.rstrip("/") == world.server.url
    assert words_of(page).replace("·", "", 1) == before
    assert page.evaluate("window.noticed") == []
    keep(page, "covert-phone")
    # Who stands beside him is called without a sound.
    expect(other.get_by_text("隐蔽报警：不要回拨，不要出声")).to_be_visible(timeout=WAIT_MS)
    assert other.evaluate("window.noticed") == []
    keep(other, "covert-beside")
    desk = console(world, browser, f"/console/alarms/{told[0]['id']}")
    expect(desk.locator(".alarm-head").get_by_text(COVERT)).to_be_visible()
    expect(desk.get_by_role("toolbar")).to_be_visible()
    expect(desk.get_by_text("打给现场")).to_have_count(0)
    keep(desk, "covert-desk")
    end_all(world)


def test_a_stranger_who_presses_reads_counts_and_states_alone(world: World, browser: Browser) -> None:
    stranger = of_world(world, lambda: datetime.now(UTC)).stranger("volunteer")
    page = phone(world, browser, stranger.account_id)
    press_alarm(page)
    expect(page.get_by_text(COUNTS_ONLY)).to_be_visible(timeout=WAIT_MS)
    text = page.locator("body").inner_text()
    assert "测试" not in text
    assert page.locator("main .rows li b").count() > 0
    keep(page, "counts-only")
    end_all(world)
    expect(page.locator(".outcome")).to_have_text("这是一次测试", timeout=WAIT_MS)


def test_many_alarms_of_accounts_that_nobody_approved_are_one_card_that_opens(
    world: World, browser: Browser
) -> None:
    for post in range(3):
        world.write(
            world.district.guards[post][2], "/api/alarms", post_id=world.district.posts[post], fix=None
        )
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(alarm).values(full_standing=False))
    dispatcher = world.district.consoles["dispatcher"]
    # One that nobody acknowledged would take the screen.
    for one in world.get(dispatcher, "/api/alarms?state=open").json()["items"]:
        world.write(dispatcher, f"/api/alarms/{one['id']}/acknowledgement")
    page = console(world, browser, "/console/alarms")
    rail = page.locator(".alarm-rail")
    expect(rail.get_by_text("3 起报警来自未核准的账号")).to_be_visible()
    before = rail.locator(".card").count()
    keep(page, "cohort-folded")
    rail.get_by_role("button", name="展开").click()
    expect(rail.locator(".card")).to_have_count(before + 3)
    keep(page, "cohort-open")
    rail.get_by_role("button", name="收起").click()
    expect(rail.locator(".card")).to_have_count(before)
    end_all(world)
