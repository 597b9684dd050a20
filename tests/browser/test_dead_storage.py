"""A phone whose storage never answers, as some have one after a fault: nothing waits for it, and the page says so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.looks import keep
from tests.tools.world import World, living

DEAD = "IDBFactory.prototype.open = () => ({})"
TRIES = re.compile(r"试了 (\d+) 次")
# Far below the minute in which no request left.
AT_ONCE_MS = 2_000


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a small district."""
    folder = tmp_path_factory.mktemp("storage")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


@pytest.fixture(autouse=True)
def _quiet(world: World) -> Iterator[None]:
    """End the alarms of a test: whoever checks in at their post afterwards would be called to them."""
    yield
    world.end_alarms()


def phone_of(world: World, browser: Browser, guard: int, path: str) -> tuple[BrowserContext, Page, list[Any]]:
    """Open a guard's phone, whose storage is dead; gives also what it writes."""
    phone = Cast(browser, world).context(guard, phone=True)
    phone.add_init_script(DEAD)
    page = phone.new_page()
    sent: list[Any] = []
    page.on("request", lambda asked: sent.append(asked) if asked.method == "POST" else None)
    page.goto(world.server.url + path)
    return phone, page, sent


def tries(page: Page) -> int:
    found = TRIES.search(page.locator(".head").inner_text())
    return int(found[1]) if found else 0


def test_an_alarm_leaves_at_once_and_what_is_said_of_its_tries_is_true(
    world: World, browser: Browser
) -> None:
    guard = world.district.guards[0][2]
    world.check_in(0, 2)
    phone, page, sent = phone_of(world, browser, guard, "/")
    page.get_by_text("还要值岗").wait_for()
    sent.clear()
    phone.set_offline(True)
    with page.expect_request("**/api/alarms", timeout=AT_ONCE_MS + 1_500):
        press_alarm(page)
    page.mouse.up()
    page.get_by_text("未送达").first.wait_for()
    # The third try comes after three seconds, the fourth four seconds later.
    expect(page.locator(".head")).to_contain_text(TRIES, timeout=WAIT_MS)
    page.wait_for_function("() => / 3 次/.test(document.querySelector('.head').innerText)")
    assert (tries(page), len([one for one in sent if one.url.endswith("/api/alarms")])) == (3, 3)
    keep(page, "dead-storage-alarm")
    phone.set_offline(False)
    page.get_by_text("已送达").first.wait_for()
    alarms = world.get(world.district.consoles["dispatcher"], "/api/alarms?state=open").json()["items"]
    assert [alarm["raised_by"] for alarm in alarms] == [guard]
    phone.close()


@pytest.mark.parametrize(("seat", "offline"), [(3, False), (4, True)])
def test_a_check_in_leaves_at_once(world: World, browser: Browser, *, seat: int, offline: bool) -> None:
    guard = world.district.guards[0][seat]
    phone, page, sent = phone_of(world, browser, guard, f"/p/{world.district.codes[0]}")
    page.get_by_text("已在岗位范围内").wait_for()
    phone.set_offline(offline)
    with page.expect_request("**/api/check-ins", timeout=AT_ONCE_MS):
        page.locator("button.act").click()
    if offline:
        # It is not kept, so the page does not say so.
        expect(page.locator("h1").first).to_have_text("请别关本页", timeout=WAIT_MS)
        expect(page.get_by_text("已存在手机里")).to_have_count(0)
        keep(page, "dead-storage-check-in")
        phone.set_offline(False)
    expect(page.locator("h1").first).to_have_text("已到岗", timeout=WAIT_MS)
    seats = world.get(world.district.consoles["dispatcher"], "/api/coverage").json()["posts"][0]["seats"]
    assert guard in [one["account_id"] for one in seats]
    made = [one for one in sent if one.url.endswith("/api/check-ins")]
    assert len(made) == 1 or offline
    phone.close()
