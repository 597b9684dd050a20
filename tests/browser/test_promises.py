"""What a phone promises its guard is so: the place of a call, who goes, the time, a sign-out."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.looks import keep
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
PLACE = "青禾第1小学 南门"
THREE_HOURS_S = 3 * 3600


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district where a call has five seconds for its answer."""
    with living(sqlite_url, tmp_path / "server.log", HUXUE_ANSWER_WITHIN_S="5") as world:
        yield world


def raised(world: World, seat: int = 2) -> int:
    """Raise an alarm at the first post."""
    body = {"request_id": str(uuid4()), "post_id": world.district.posts[0], "fix": None}
    answer = world.post(world.district.guards[0][seat], "/api/alarms", body)
    answer.raise_for_status()
    number: int = answer.json()["id"]
    return number


def alarms(world: World) -> list[dict[str, Any]]:
    """List all alarms as the dispatcher sees them."""
    found: list[dict[str, Any]] = world.get(world.district.consoles["dispatcher"], "/api/alarms").json()[
        "items"
    ]
    return found


def on_duty(world: World, browser: Browser, post: int, seat: int) -> Page:
    """Open the phone of somebody who is on duty."""
    cast = Cast(browser, world)
    page = cast.context(world.district.guards[post][seat], phone=True, post=post, installs=True).new_page()
    page.goto(world.server.url)
    cast.installed(page)
    page.get_by_text("还要值岗").wait_for()
    return page


def test_who_is_called_sees_where_and_who_missed_the_call_may_go_after_all(
    world: World, browser: Browser
) -> None:
    for post, seat in ((0, 2), (1, 0), (1, 2), (1, 3)):
        world.check_in(post, seat)
    page = on_duty(world, browser, 1, 3)
    raised(world)
    page.get_by_role("button", name="我去").wait_for()
    expect(page.locator(".place")).to_have_text(PLACE)

    # Nobody answers: the phone must not say that somebody else goes, and still says all of the call.
    expect(page.get_by_role("heading", name="回应时间已过")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("已改派他人")).to_have_count(0)
    is_whole(page)
    page.get_by_role("button", name="去不了").tap()
    expect(page.get_by_role("heading", name="已收到，您去不了")).to_be_visible(timeout=WAIT_MS)
    is_whole(page)
    keep(page, "call-declined")
    # Home and record lead back, and who said no may change his mind with one tap, as the server lets him.
    page.get_by_role("button", name="回到我的岗位").tap()
    call = page.get_by_role("link", name=PLACE)
    expect(call).to_contain_text("您说去不了")
    keep(page, "call-on-home")
    page.get_by_role("link", name="记录").tap()
    page.wait_for_url("**/record")
    call.tap()
    page.get_by_role("button", name="我还是能去").tap()
    page.get_by_role("button", name="我到了").wait_for()
    expect(page.locator("header.strip")).to_contain_text(PLACE)


def is_whole(page: Page) -> None:
    """See that a call still says what, where, how far and who goes."""
    expect(page.get_by_role("heading", name="紧急情况")).to_be_visible()
    expect(page.locator(".place")).to_have_text(PLACE)
    expect(page.locator(".far")).to_contain_text(re.compile(r"\d+ (米|公里)"))
    expect(page.locator(".who")).to_contain_text(re.compile(r"\d+ 人：赶来 \d+，到场 \d+"))


def test_an_alarm_that_is_not_delivered_goes_on_trying_when_its_guard_leaves_the_page(
    world: World, browser: Browser
) -> None:
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    page.context.set_offline(True)
    press_alarm(page)
    page.locator(".head.undelivered").wait_for()
    page.mouse.up()
    page.get_by_role("button", name="回到我的岗位").tap()
    expect(page.get_by_role("link", name="报警未送达")).to_be_visible(timeout=WAIT_MS)
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="报警进行中")).to_be_visible(timeout=WAIT_MS)
    [alarm] = alarms(world)
    assert alarm["raised_by"] == world.district.guards[0][2]


def test_the_strip_knows_an_alarm_that_ended_while_the_page_was_closed(
    world: World, browser: Browser
) -> None:
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    page.goto("about:blank")
    [alarm] = alarms(world)
    body = {"request_id": str(uuid4()), "outcome": "test", "finding": "完"}
    dispatcher = world.district.consoles["dispatcher"]
    world.post(dispatcher, f"/api/alarms/{alarm['id']}/resolution", body).raise_for_status()
    page.goto(world.server.url)
    expect(page.get_by_role("link", name="报警已结束")).to_be_visible(timeout=WAIT_MS)


def test_who_raised_an_alarm_on_another_phone_reads_its_end_here(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][2]
    world.check_in(0, 2)
    number = world.write(guard, "/api/alarms", post_id=world.district.posts[0], fix=None)["id"]
    page = on_duty(world, browser, 0, 2)
    page.goto(world.server.url)
    expect(page.get_by_role("link", name="报警进行中")).to_be_visible(timeout=WAIT_MS)
    dispatcher = world.district.consoles["dispatcher"]
    world.write(dispatcher, f"/api/alarms/{number}/resolution", outcome="test", finding="完")
    ended = page.get_by_role("link", name="报警已结束")
    expect(ended).to_be_visible(timeout=WAIT_MS)
    ended.tap()
    expect(page.locator("main.alarm")).to_contain_text("测试")
    page.get_by_role("button", name="我看到了，返回").tap()
    page.wait_for_url(world.server.url + "/")
    expect(page.locator(".card").first).to_be_visible()
    expect(ended).to_have_count(0)


def test_a_phone_with_a_wrong_clock_tells_the_right_time(world: World, browser: Browser) -> None:
    world.check_in(0, 2)
    page = Cast(browser, world).context(world.district.guards[0][2], phone=True).new_page()
    page.clock.install(time=time.time() + THREE_HOURS_S)
    page.goto(world.server.url)
    page.get_by_text("还要值岗").wait_for()
    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    shown = page.locator(".head li").first.inner_text().split()[-1]
    [alarm] = alarms(world)
    right = page.evaluate("(at) => new Date(at).toLocaleTimeString('en-GB')", alarm["raised_at"])
    assert abs(_seconds(shown) - _seconds(right)) % 86_400 < 60, (shown, right)
    ahead = page.evaluate(
        "([a, b]) => (new Date(a) - new Date(b)) / 1000", [alarm["claimed_at"], alarm["raised_at"]]
    )
    assert abs(ahead) < 60, "what is sent is right as well"


def _seconds(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def test_an_alarm_after_a_check_in_without_network_names_its_post(world: World, browser: Browser) -> None:
    cast = Cast(browser, world)
    context = cast.context(world.district.guards[0][2], phone=True, installs=True)
    context.clear_permissions()
    page = context.new_page()
    page.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    cast.installed(page)
    page.locator("button.act").wait_for()
    context.set_offline(True)
    page.locator("button.act").tap()
    page.get_by_role("heading", name="已存在手机里").wait_for()
    page.get_by_role("link", name="值岗").tap()
    # It is the first thing on the first page, and a second press adds nothing, here or at the post.
    page.get_by_role("button", name="已记录，正在发送").tap()
    page.go_back()
    page.get_by_role("button", name="已记录，正在发送").tap()
    page.get_by_role("heading", name="已存在手机里").wait_for()
    expect(page.locator(".dock .count")).to_have_text(re.compile("^1"))
    page.get_by_role("link", name="值岗").tap()
    press_alarm(page)
    page.locator(".head.undelivered").wait_for(timeout=WAIT_MS)
    page.mouse.up()
    expect(page.get_by_text(f"青禾区{PLACE}，有紧急情况")).to_be_visible()
    context.set_offline(False)
    page.locator(".head.delivered").wait_for(timeout=WAIT_MS)
    [alarm] = alarms(world)
    assert alarm["post_id"] == world.district.posts[0]


def test_where_the_post_cannot_be_read_its_code_is_enough_to_check_in(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(world.district.guards[0][2], phone=True).new_page()
    page.route("**/api/posts/**", lambda _route: None)
    page.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    page.locator("button.act").tap()
    expect(page.get_by_role("heading", name="已到岗")).to_be_visible(timeout=WAIT_MS)


def test_who_signs_out_without_network_stays_signed_out(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][2]
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    page.get_by_role("link", name="记录").tap()
    page.get_by_role("button", name="退出登录").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="退出登录").tap()
    page.get_by_role("link", name="去登录").wait_for()
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("link", name="去登录").wait_for()
    page.wait_for_function("() => localStorage.getItem('huxue.leaving') === null")
    assert world.get(guard, "/api/me").status_code == 401, "the server knows as well"


def test_a_guard_takes_his_consent_back_and_gives_it_again(world: World, browser: Browser) -> None:
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    page.get_by_role("region", name="位置共享中").wait_for()
    page.get_by_role("link", name="记录").tap()
    page.get_by_role("button", name="不再共享").tap()
    expect(page.get_by_text("平台上的位置已删除")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("link", name="值岗").tap()
    page.get_by_role("region", name="没有共享位置").get_by_role("link", name="开启共享").tap()
    page.get_by_role("button", name="同意共享").tap()
    page.get_by_role("button", name="不再共享").wait_for()
    page.get_by_role("link", name="值岗").tap()
    expect(page.get_by_role("region", name="位置共享中")).to_be_visible(timeout=WAIT_MS)
