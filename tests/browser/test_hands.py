"""What fingers, keys and phones do: letting go in time, holding a key, saying no to the position question."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.looks import keep
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
HOLD_MS = 1500
FOCUSED = "(one) => one === document.activeElement"
TAB_STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => one.type !== 'radio' || one.checked)
  .map((one) => [...document.querySelectorAll('*')].indexOf(one))"""
AT = "() => [...document.querySelectorAll('*')].indexOf(document.activeElement)"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a small district for all tests; each uses guards of its own."""
    folder = tmp_path_factory.mktemp("hands")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(
        f"sqlite:///{database}", folder / "server.log", HUXUE_CHECK_OUT_BEFORE_MINUTES="240"
    ) as world:
        yield world


@pytest.fixture(autouse=True)
def _quiet(world: World) -> Iterator[None]:
    """End the alarms of a test: whoever checks in at their post afterwards would be called to them."""
    yield
    world.end_alarms()


def open_alarms(world: World, account_id: int) -> int:
    """Count the alarms that an account has open."""
    dispatcher = world.district.consoles["dispatcher"]
    items = world.get(dispatcher, "/api/alarms?state=open").json()["items"]
    return [one["raised_by"] for one in items].count(account_id)


def on_duty(world: World, browser: Browser, post: int, seat: int) -> Page:
    """Open the page of somebody on duty, with a clock that stands until it is wound."""
    world.check_in(post, seat)
    page = Cast(browser, world).context(world.district.guards[post][seat], phone=True, post=post).new_page()
    page.clock.install()
    page.goto(world.server.url)
    page.get_by_text("还要值岗").wait_for()
    page.clock.pause_at(page.evaluate("() => Date.now() + 1000"))
    return page


def alarm_button(page: Page) -> Locator:
    """Find the button."""
    return page.locator("button.alarm").first


def test_letting_go_before_a_second_and_a_half_raises_nothing(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][2]
    page = on_duty(world, browser, 0, 2)
    for held_ms in (200, 800, HOLD_MS - 60):
        press_alarm(page)
        page.clock.run_for(held_ms)
        page.mouse.up()
        page.clock.run_for(3_000)
        expect(page.get_by_text("松手就取消")).to_have_count(0)
        expect(page.get_by_text("要一直按住 1.5 秒")).to_be_visible()
        keep(page, f"held-{held_ms}-ms")
        page.clock.run_for(2_000)
        expect(page.get_by_text("要一直按住 1.5 秒")).to_have_count(0)
    assert open_alarms(world, guard) == 0
    assert page.url.rstrip("/") == world.server.url

    press_alarm(page)
    page.clock.run_for(HOLD_MS + 60)
    page.get_by_text("已送达").first.wait_for()
    page.mouse.up()
    assert open_alarms(world, guard) == 1


@pytest.mark.parametrize(("key", "seat"), [("Space", 1), ("Enter", 3)])
def test_a_key_holds_the_button_as_a_thumb_does(world: World, browser: Browser, key: str, seat: int) -> None:
    guard = world.district.guards[1][seat]
    page = on_duty(world, browser, 1, seat)
    alarm_button(page).focus()
    page.keyboard.down(key)
    page.clock.run_for(HOLD_MS - 60)
    expect(page.get_by_text("松手就取消")).to_be_visible()
    page.keyboard.up(key)
    page.clock.run_for(3_000)
    assert open_alarms(world, guard) == 0

    page.keyboard.down(key)
    page.clock.run_for(HOLD_MS + 60)
    page.get_by_text("已送达").first.wait_for()
    page.keyboard.up(key)
    dispatcher = world.district.consoles["dispatcher"]
    items = world.get(dispatcher, "/api/alarms?state=open").json()["items"]
    reporters = [one for alarm in items for one in [alarm["raised_by"], *reporters_of(alarm)]]
    assert guard in reporters, "raised, or joined to the alarm that is open at this post"


def reporters_of(alarm: dict[str, object]) -> list[object]:
    """List who pressed as well."""
    timeline = alarm["timeline"]
    assert isinstance(timeline, list)
    return [one["actor_id"] for one in timeline if one["act"] == "further_report"]


def test_a_key_held_while_the_focus_goes_elsewhere_raises_nothing(world: World, browser: Browser) -> None:
    guard = world.district.guards[2][1]
    page = on_duty(world, browser, 2, 1)
    alarm_button(page).focus()
    page.keyboard.down("Space")
    page.clock.run_for(700)
    alarm_button(page).evaluate("(one) => one.blur()")
    page.clock.run_for(3_000)
    page.keyboard.up("Space")
    assert open_alarms(world, guard) == 0


def test_a_phone_that_denies_its_position_checks_in_all_the_same(world: World, browser: Browser) -> None:
    guard = world.district.guards[2][5]
    context = Cast(browser, world).context(guard, phone=True, post=2)
    page = context.new_page()
    # What a person's *block* is to Chromium.
    context.clear_permissions()
    context.new_cdp_session(page).send(
        "Browser.setPermission",
        {"permission": {"name": "geolocation"}, "setting": "denied", "origin": world.server.url},
    )
    page.goto(f"{world.server.url}/p/{world.district.codes[2]}")
    expect(page.get_by_text("没有定位，也能签到")).to_be_visible(timeout=WAIT_MS)
    page.locator("button.act").tap()
    expect(page.get_by_role("heading", name="已记录，等确认")).to_be_visible(timeout=WAIT_MS)
    keep(page, "position-denied")
    expect(page.get_by_text("没有可用的定位").first).to_be_visible()
    page.goto(world.server.url)
    expect(page.get_by_role("region", name="没有共享位置")).to_be_visible(timeout=WAIT_MS)
    line = world.get(guard, "/api/duty").json()
    assert (line["check_in"]["verified"], line["check_in"]["flags"]) == (False, ["no_fix"])
    assert line["line"]["waiting"]["volunteer"] == 1


def test_the_question_in_place_of_the_hold_gives_the_focus_back(world: World, browser: Browser) -> None:
    guard = world.district.guards[2][2]
    page = on_duty(world, browser, 2, 2)
    button = alarm_button(page)
    for close in ("Escape", "no"):
        button.focus()
        for _tap in range(2):
            button.evaluate(
                "(one) => one.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 0 }))"
            )
            page.clock.run_for(1_000)
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert dialog.evaluate("(one) => one.contains(document.activeElement)")
        if close == "Escape":
            page.keyboard.press("Escape")
        else:
            dialog.get_by_role("button").last.click()
        dialog.wait_for(state="hidden")
        assert button.evaluate(FOCUSED), f"after {close}"
    assert open_alarms(world, guard) == 0


def test_the_sheet_for_those_without_a_phone_gives_the_focus_back(world: World, browser: Browser) -> None:
    world.check_in(0, 0)
    page = Cast(browser, world).context(world.district.guards[0][0], phone=True).new_page()
    page.goto(world.server.url)
    opener = page.get_by_role("button", name="帮没带手机的人")
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    sheet.wait_for()
    page.wait_for_function("() => document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert opener.evaluate(FOCUSED)


def test_dialogs_of_the_console_keep_the_focus_and_give_it_back(world: World, browser: Browser) -> None:
    guard = world.district.guards[1][0]
    world.check_in(1, 0)
    body = {
        "request_id": "9a0e4c5e-5f0c-4d9b-8f53-8a7f5ef9a001",
        "post_id": world.district.posts[1],
        "fix": None,
    }
    alarm_id = world.post(guard, "/api/alarms", body).json()["id"]
    page = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/alarms/{alarm_id}")
    for name in ("增派人员", "说明情况", "结束报警"):
        opener = page.get_by_role("button", name=name).first
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        page.wait_for_function(
            "() => document.querySelector('[role=dialog]').contains(document.activeElement)"
        )
        for _tab in range(12):
            page.keyboard.press("Tab")
            assert dialog.evaluate("(one) => one.contains(document.activeElement)"), f"{name} loses the focus"
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")
        page.wait_for_function("(one) => one === document.activeElement", arg=opener.element_handle())


@pytest.mark.parametrize("where", ["/p/TESTPOST02", "/", "/record", "/console", "/console/guards"])
def test_tab_goes_through_a_page_in_its_order_and_leaves_nothing_out(
    world: World, browser: Browser, where: str
) -> None:
    console = where.startswith("/console")
    account = world.district.consoles["school_admin"] if console else world.district.guards[2][6]
    page = Cast(browser, world).context(account, phone=not console).new_page()
    page.goto(world.server.url + where)
    page.locator("main").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.activeElement.blur()")
    seen: list[int] = []
    for _tab in range(120):
        page.keyboard.press("Tab")
        at: int = page.evaluate(AT)
        if at in seen or page.evaluate("() => document.activeElement === document.body"):
            break
        seen.append(at)
    assert seen == sorted(seen), "the eye and the key go the same way"
    assert set(page.evaluate(TAB_STOPS)) - set(seen) == set(), "everything can be reached"


def test_a_duty_that_would_end_before_its_time_is_asked_about(world: World, browser: Browser) -> None:
    world.check_in(2, 3)
    page = Cast(browser, world).context(world.district.guards[2][3], phone=True, post=2).new_page()
    page.goto(world.server.url)
    page.get_by_text("还要值岗").wait_for()
    check_out = page.locator("button.out")
    question = page.get_by_role("alertdialog")
    check_out.tap()
    expect(question).to_contain_text("现在签退吗？")
    keep(page, "check-out-asked")
    # A second tap on the same place ends nothing.
    check_out.tap()
    page.get_by_role("button", name="继续值岗").tap()
    expect(question).to_have_count(0)
    page.get_by_text("还要值岗").wait_for()
    check_out.tap()
    with page.expect_response(lambda one: one.url.endswith("/api/check-outs")) as sent:
        page.get_by_role("button", name="现在签退").tap()
    assert sent.value.ok
    expect(check_out).to_have_count(0)
