"""A console at the turn of a peak: who has not checked out is found where he stands, and no figure is ever blank."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.places.rules.peaks import PeakKind
from server.places.tables import peak
from tests.tools.cast import Cast
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1
from tests.tools.looks import keep
from tests.tools.world import World, living

# Run in a page: notes each frame in which a counter shows no figure, or one that cannot be read.
WATCH = """() => {
  window.blank = []
  const look = () => {
    const figures = [...document.querySelectorAll('.counter b')]
    const seen = figures.filter((one) => one.textContent.trim() && Number(getComputedStyle(one).opacity) >= 0.4)
    if (seen.length !== 4) window.blank.push(seen.map((one) => one.textContent))
    window.requestAnimationFrame(look)
  }
  look()
}"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("turn")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def desk(world: World, browser: Browser) -> Page:
    page = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    page.goto(f"{world.server.url}/console")
    expect(page.locator(".gap-list .row").first).to_be_visible()
    return page


def test_figures_are_read_in_each_frame_however_many_come(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    page.evaluate(WATCH)
    for post in range(3):
        world.check_in(post, STAFF_1)
    expect(page.locator(".counter b").nth(1)).to_have_text("3")
    assert page.evaluate("() => window.blank") == []
    page.context.close()


def test_who_has_not_checked_out_when_the_next_peak_begins_is_found_where_he_stands(
    world: World, browser: Browser
) -> None:
    world.check_in(0, SECURITY_1)
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(peak).values(kind=PeakKind.AFTERNOON_ARRIVAL.value))
    world.until_heard()
    world.check_in(0, POLICE)

    page = desk(world, browser)
    page.locator(".filters input").first.fill("测试13")
    person = page.locator(".people-found .person", has_text="测试13")
    expect(person).to_contain_text("青禾第1小学 南门 ・ 班次已结束，还没签退")
    expect(page.locator(".gap-list .row")).to_have_count(1)
    keep(page, "turn-search")
    person.click()
    expect(page.locator(".panel .staying .sought")).to_contain_text("测试13")
    expect(page.locator(".panel")).not_to_contain_text("现在没有人签到")
    keep(page, "turn-panel")
    page.context.close()
