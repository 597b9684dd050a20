"""A phone that several alarms ask for at once: which has the page, and what stands beside it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.test_answers import CALLED, FIRST, SECOND, on_duty, raised, with_time_enough
from tests.tools.cast import press_alarm
from tests.tools.district import LATITUDE, LONGITUDE, STEP
from tests.tools.looks import keep
from tests.tools.world import World

pytestmark = pytest.mark.waits


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district with guards at two posts, and time enough for an answer."""
    with with_time_enough(sqlite_url, tmp_path) as world:
        yield world


def drill_begun(world: World, post: int) -> int:
    """Start a drill at a post; give the number of its alarm."""
    dispatcher = world.district.consoles["dispatcher"]
    plan = {"post_id": world.district.posts[post], "kind": "fire", "scenario": "起火", "notice": False}
    made = world.write(dispatcher, "/api/drills", **plan, planned_for="2199-12-24T00:00:00Z")
    number: int = world.write(dispatcher, f"/api/drills/{made['id']}/start")["alarm_id"]
    return number


def test_who_takes_part_in_two_alarms_is_led_from_the_end_of_one_to_the_other(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, *CALLED)
    first = raised(world, 0, 2)
    page.get_by_role("button", name="我去").tap()
    page.get_by_role("button", name="我到了").tap()
    page.get_by_role("button", name="我离开现场").wait_for()
    second = raised(world, 1, 3)
    # Whoever is on the scene keeps his page; the other call is a bar above it, also when it is repeated.
    page.get_by_role("link", name=SECOND).wait_for()
    world.write(world.district.consoles["dispatcher"], f"/api/alarms/{second}/escalation", tiers=[1, 2, 3])
    page.get_by_role("button", name="我离开现场").wait_for()
    keep(page, "on-scene-other-call")
    assert page.url.endswith(f"/respond/{first}")
    page.get_by_role("link", name=SECOND).tap()
    page.wait_for_url(f"**/respond/{second}")
    expect(page.get_by_role("link", name=FIRST)).to_be_visible()
    world.write(
        world.district.consoles["dispatcher"],
        f"/api/alarms/{second}/resolution",
        outcome="test",
        finding="完",
    )
    page.get_by_role("heading", name="已结束").wait_for()
    expect(page.get_by_text("请回本岗")).to_have_count(0)
    keep(page, "ended-other-open")
    # Its outcome is told at once, and to a page that was away meanwhile.
    for _time in range(2):
        expect(page.locator(".outcome")).to_have_text("这是一次测试")
        expect(page.locator(".what")).to_contain_text(SECOND)
        page.reload()
        page.get_by_role("heading", name="已结束").wait_for()
    # The end of the one at which he is on the scene is told on this page too.
    world.end_alarms()
    page.get_by_role("link", name=f"已结束：{FIRST}").tap()
    page.wait_for_url(f"**/respond/{first}")
    page.get_by_role("heading", name="已结束").wait_for()
    expect(page.locator(".what")).to_contain_text(FIRST)
    page.context.close()


def test_no_drill_and_no_newer_call_takes_the_page_of_a_real_one(world: World, browser: Browser) -> None:
    page = on_duty(world, browser, *CALLED)
    drill = drill_begun(world, 2)
    page.wait_for_url(f"**/respond/{drill}")
    first = raised(world, 0, 2)
    page.wait_for_url(f"**/respond/{first}")
    other = page.get_by_role("link", name="另有一起报警")
    expect(other).to_contain_text(["演练"])
    second = raised(world, 1, 3)
    expect(other).to_contain_text([SECOND, "演练"])
    keep(page, "calls-in-order")
    assert page.url.endswith(f"/respond/{first}")
    page.get_by_role("button", name="去不了", exact=True).tap()
    # The answer is confirmed on its own page, which no other call takes under the finger.
    page.get_by_role("heading", name="已收到，您去不了").wait_for()
    assert page.url.endswith(f"/respond/{first}")
    expect(page.get_by_role("button", name="我还是能去")).to_be_visible()
    page.get_by_role("button", name="去看另一起报警").tap()
    page.wait_for_url(f"**/respond/{second}")
    expect(other).to_contain_text([FIRST, "演练"])
    other.filter(has_text="演练").tap()
    page.wait_for_url(f"**/respond/{drill}")
    expect(other).to_contain_text([SECOND, FIRST])
    expect(page.get_by_role("button", name="我去")).to_be_visible()
    page.context.close()


def test_a_slow_answer_about_a_call_that_was_left_brings_nobody_back_to_it(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, *CALLED)
    held: list[Route] = []

    def hold(asked: Route) -> None:
        """Hold what is asked about the first alarm, and nothing else."""
        about_it = not held or asked.request.url == held[0].request.url
        held.append(asked) if about_it else asked.continue_()

    page.route(re.compile(r"/api/alarms/\d+$"), hold)
    with page.expect_request(re.compile(r"/api/alarms/\d+$")):
        drill = drill_begun(world, 2)
    page.wait_for_url(f"**/respond/{drill}")
    with page.expect_response(re.compile(r"/api/alarms/\d+$")):
        first = raised(world, 0, 2)
    page.wait_for_url(f"**/respond/{first}")
    assert len(held) == 1
    for asked in held:
        with page.expect_response(f"**/api/alarms/{drill}") as heard:
            asked.continue_()
        heard.value.finished()
    # A later answer is heard later.
    page.evaluate("() => fetch('/healthz').then(() => new Promise((done) => setTimeout(done)))")
    expect(page.get_by_role("link", name="另有一起报警")).to_contain_text(["演练"])
    assert page.url.endswith(f"/respond/{first}")
    page.context.close()


def test_where_one_report_names_two_places_the_phone_names_both_until_a_console_chooses(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, *CALLED)
    now = datetime.now(UTC).isoformat()
    fix = {"latitude": LATITUDE + 2 * STEP, "longitude": LONGITUDE, "accuracy_m": 9, "at": now}
    press = {"post_code": world.district.codes[0], "post_scanned_at": now, "fix": fix}
    number = world.write(world.district.guards[0][2], "/api/alarms", **press)["id"]
    page.wait_for_url(f"**/respond/{number}")
    expect(page.locator(".place")).to_have_text(FIRST)
    expect(page.get_by_text("同一起报警，另一地点")).to_contain_text("青禾第3小学")
    keep(page, "two-places")
    dispatcher = world.district.consoles["dispatcher"]
    (other,) = world.get(dispatcher, f"/api/alarms/{number}").json()["places"]
    world.write(dispatcher, f"/api/alarms/{number}/place", place_id=other["id"])
    expect(page.locator(".place")).to_contain_text("青禾第3小学")
    expect(page.get_by_text("同一起报警，另一地点")).to_have_count(0)
    page.context.close()


def test_who_is_in_need_again_keeps_his_page_while_the_end_of_his_first_alarm_is_unread(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, 0, 2)
    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    page.go_back()
    page.get_by_text("还要值岗").wait_for()
    world.end_alarms()
    page.get_by_text("报警已结束").first.wait_for()
    raised(world, 0, 2)
    other = raised(world, 1, 3)
    dispatcher, guard = world.district.consoles["dispatcher"], world.district.guards[0][2]
    world.write(dispatcher, f"/api/alarms/{other}/responders", account_id=guard)
    page.get_by_role("link", name=SECOND).wait_for()
    keep(page, "in-need-again")
    assert not page.url.endswith(f"/respond/{other}")
    page.context.close()
