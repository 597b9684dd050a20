"""A call reaches the guard whose page is open: each one rings, takes the screen and is known as shown."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from server.core.live import presence_rows
from tests.browser.test_pages import watched
from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.district import LATITUDE, LONGITUDE, STEP
from tests.tools.duty import has_page_open, put_at
from tests.tools.looks import keep
from tests.tools.senses import Senses
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
CALLED = (1, 2)
PLACE = "青禾第1小学 南门"
TWO_TONES = [880, 660]
DISPATCH = [500, 200, 500, 200]


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district where a call has five seconds for its answer, with guards at two posts."""
    with living(sqlite_url, tmp_path / "server.log", HUXUE_ANSWER_WITHIN_S="5") as world:
        for post, seat in ((0, 2), (1, 0), (1, 3), CALLED):
            world.check_in(post, seat)
        yield world


def on_duty(world: World, browser: Browser, post: int, seat: int) -> tuple[Page, Senses]:
    """Open the phone of somebody on duty, who touches it once."""
    account = world.district.guards[post][seat]
    page = Cast(browser, world).context(account, phone=True, post=post).new_page()
    senses = Senses(page)
    senses.note()
    page.goto(world.server.url)
    page.get_by_text("还要值岗").tap()
    while not has_page_open(world.store, account):
        page.wait_for_load_state()
    return page, senses


def in_sight(world: World, post: int, seat: int) -> bool:
    """Tell whether the server knows that the page of somebody can be seen."""
    account = world.district.guards[post][seat]
    with world.store.read() as connection:
        return presence_rows.present(connection, [account], datetime.now(UTC))[account]


def raised(world: World, post: int = 0, seat: int = 2) -> int:
    """Raise an alarm at a post."""
    body = {"request_id": str(uuid4()), "post_id": world.district.posts[post], "fix": None}
    answer = world.post(world.district.guards[post][seat], "/api/alarms", body)
    answer.raise_for_status()
    number: int = answer.json()["id"]
    return number


def call_again(world: World, number: int) -> None:
    """Let the console not wait for the next step: whoever has not answered is called now."""
    body = {"request_id": str(uuid4()), "tiers": [2]}
    dispatcher = world.district.consoles["dispatcher"]
    world.post(dispatcher, f"/api/alarms/{number}/escalation", body).raise_for_status()


def stands(world: World, account: int, north: float) -> None:
    """Let the phone of somebody say that he is so many degrees north of the first post."""
    now = datetime.now(UTC)
    put_at(world.store, account, latitude=LATITUDE + north, longitude=LONGITUDE, at=now)


def end(world: World, number: int) -> None:
    """Let the console end an alarm."""
    body = {"request_id": str(uuid4()), "outcome": "test", "finding": "完"}
    dispatcher = world.district.consoles["dispatcher"]
    world.post(dispatcher, f"/api/alarms/{number}/resolution", body).raise_for_status()


def told_by_page(world: World, number: int, post: int, seat: int) -> list[dict[str, Any]]:
    """Read from the alarm's report how the calls through the page of somebody went."""
    report = world.get(world.district.consoles["dispatcher"], f"/api/alarms/{number}/report").json()
    account = world.district.guards[post][seat]
    return [one for one in report["told"] if one["account_id"] == account and one["channel"] == "socket"]


def test_each_call_rings_takes_the_screen_and_is_known_as_shown(world: World, browser: Browser) -> None:
    page, senses = on_duty(world, browser, *CALLED)
    number = raised(world)
    page.get_by_role("button", name="我去").wait_for()
    senses.until_rung(WAIT_MS)
    assert senses.tones()[:2] == TWO_TONES
    assert senses.shaken()[0] == DISPATCH

    # Nobody answers, and the guard looks at his post again.
    expect(page.get_by_role("heading", name="回应时间已过")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="回到我的岗位").tap()
    page.get_by_text("还要值岗").wait_for()
    senses.forget()
    call_again(world, number)

    page.get_by_role("button", name="我去").wait_for()
    senses.until_rung(WAIT_MS)
    expect(page.get_by_text("回应时间已过，仍可以")).to_be_visible()
    keep(page, "called-again")
    while [one["state"] for one in told_by_page(world, number, *CALLED)] != ["delivered", "delivered"]:
        page.wait_for_load_state()
    page.get_by_role("button", name="我去").tap()
    page.get_by_role("button", name="我到了").wait_for()


def test_who_is_in_need_himself_is_not_disturbed(world: World, browser: Browser) -> None:
    page, senses = on_duty(world, browser, *CALLED)
    press_alarm(page)
    page.locator(".hold").wait_for()
    senses.until_awake(WAIT_MS, holds=False)
    # Called while the thumb is on the button: it goes through to the end.
    number = raised(world)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    senses.until_awake(WAIT_MS)
    bar = page.get_by_role("status").filter(has_text="另有一起报警")
    expect(bar).to_contain_text(PLACE, timeout=WAIT_MS)
    keep(page, "called-in-need")
    assert senses.tones() == []
    assert page.url.endswith("/alarm")
    bar.tap()
    page.get_by_role("button", name="我去").wait_for()
    senses.until_rung(WAIT_MS)
    assert page.url.endswith(f"/respond/{number}")
    # His own need stands above the call, and one tap leads back to it.
    own, call = page.get_by_role("link", name="报警进行中"), page.locator(".top")
    assert own.bounding_box()["y"] < call.bounding_box()["y"]  # type: ignore[index]
    own.tap()
    page.wait_for_url("**/alarm")


def test_the_screen_stays_lit_while_a_call_or_an_own_alarm_is_open(world: World, browser: Browser) -> None:
    page, senses = on_duty(world, browser, *CALLED)
    number = raised(world)
    go = page.get_by_role("button", name="我去")
    go.wait_for()
    senses.until_awake(WAIT_MS)
    senses.hide()
    senses.until_awake(WAIT_MS, holds=False)
    while in_sight(world, *CALLED):
        page.wait_for_load_state()
    senses.hide(hidden=False)
    while not in_sight(world, *CALLED):
        page.wait_for_load_state()
    senses.until_awake(WAIT_MS)
    go.tap()
    page.get_by_role("button", name="我到了").wait_for()
    senses.until_awake(WAIT_MS)
    end(world, number)
    page.get_by_role("heading", name="已结束").wait_for()
    senses.until_awake(WAIT_MS, holds=False)
    page.get_by_role("button", name="回到我的岗位").tap()

    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    senses.until_awake(WAIT_MS)
    end(world, number + 1)
    page.get_by_role("button", name="我看到了，返回").wait_for()
    senses.until_awake(WAIT_MS, holds=False)


def test_where_a_browser_cannot_keep_the_screen_lit_nothing_else_changes(
    world: World, browser: Browser
) -> None:
    page = Cast(browser, world).context(world.district.guards[1][2], phone=True, post=1).new_page()
    complaints = watched(page)
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'wakeLock', { value: undefined })")
    page.goto(world.server.url)
    page.get_by_text("还要值岗").tap()
    raised(world)
    page.get_by_role("button", name="我去").tap()
    page.get_by_role("button", name="我到了").wait_for()
    assert complaints == []


def test_whoever_was_called_to_a_double_goes_on_at_the_alarm_that_goes_on(
    world: World, browser: Browser
) -> None:
    page, _senses = on_duty(world, browser, *CALLED)
    double = raised(world)
    page.get_by_role("button", name="我去").tap()
    page.get_by_role("button", name="我到了").wait_for()
    assert page.url.endswith(f"/respond/{double}")
    world.check_in(2, 0)
    main = raised(world, 2, 0)
    body = {"request_id": str(uuid4()), "into": main}
    dispatcher = world.district.consoles["dispatcher"]
    world.post(dispatcher, f"/api/alarms/{double}/merging", body).raise_for_status()
    page.wait_for_url(f"**/respond/{main}")
    stands(world, world.district.guards[CALLED[0]][CALLED[1]], 2 * STEP)
    page.get_by_role("button", name="我到了").tap()
    page.get_by_text("您已到场").first.wait_for()
    states = {
        one["account_id"]: one["state"]
        for one in world.get(dispatcher, f"/api/alarms/{main}").json()["responses"]
    }
    assert states[world.district.guards[CALLED[0]][CALLED[1]]] == "on_scene"


def test_who_says_from_afar_that_he_is_there_is_told_so_and_says_it_again(
    world: World, browser: Browser
) -> None:
    called = world.district.guards[CALLED[0]][CALLED[1]]
    (raiser, _), (page, _) = on_duty(world, browser, 0, 2), on_duty(world, browser, *CALLED)
    press_alarm(raiser)
    raiser.locator(".head.delivered").wait_for()
    raiser.mouse.up()
    page.get_by_role("button", name="我去").tap()
    there = page.get_by_role("button", name="我到了")
    there.wait_for()
    stands(world, called, 0.004)
    there.tap()
    expect(page.get_by_text("还不算到场").first).to_be_visible(timeout=WAIT_MS)
    keep(page, "said-from-afar")
    unproven = raiser.get_by_text("到场未核实")
    expect(unproven).to_have_count(2, timeout=WAIT_MS)
    keep(raiser, "raiser-unproven")
    stands(world, called, 0)
    there.tap()
    expect(page.get_by_text("还不算到场")).to_have_count(0, timeout=WAIT_MS)
    page.get_by_text("您已到场").wait_for()
    expect(there).to_have_count(0)
    expect(unproven).to_have_count(0)
