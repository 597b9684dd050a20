"""An answer reaches the alarm that it was given to; a phone says what is so of its own alarm and of silence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import update

from server.people.tables import account
from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.looks import keep
from tests.tools.outward import PRIVATE_KEY, PUBLIC_KEY
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
CALLED = (1, 2)
FIRST, SECOND = "青禾第1小学 南门", "青禾第2小学 南门"


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district with guards at two posts, and time enough for an answer."""
    with with_time_enough(sqlite_url, tmp_path) as world:
        yield world


@contextmanager
def with_time_enough(url: str, folder: Path) -> Iterator[World]:
    """Serve a small district with guards at two posts, who have five minutes for an answer."""
    push = {
        "HUXUE_PUSH_PUBLIC_KEY": PUBLIC_KEY,
        "HUXUE_PUSH_PRIVATE_KEY": PRIVATE_KEY,
        "HUXUE_PUSH_SUBJECT": "mailto:ops@huxue.example",
    }
    with living(url, folder / "server.log", HUXUE_ANSWER_WITHIN_S="300", **push) as world:
        for post, seat in ((0, 2), (1, 3), CALLED):
            world.check_in(post, seat)
        yield world


def on_duty(world: World, browser: Browser, post: int, seat: int) -> Page:
    """Open the phone of somebody who is on duty."""
    page = Cast(browser, world).context(world.district.guards[post][seat], phone=True, post=post).new_page()
    page.goto(world.server.url)
    page.get_by_text("还要值岗").wait_for()
    return page


def raised(world: World, post: int, seat: int) -> int:
    """Raise an alarm at a post."""
    guard = world.district.guards[post][seat]
    number: int = world.write(guard, "/api/alarms", post_id=world.district.posts[post], fix=None)["id"]
    return number


def answer_to(world: World, number: int) -> str:
    """Tell how the response of whoever is called stands in an alarm."""
    called = world.district.guards[CALLED[0]][CALLED[1]]
    alarm: dict[str, Any] = world.get(world.district.consoles["dispatcher"], f"/api/alarms/{number}").json()
    (state,) = [one["state"] for one in alarm["responses"] if one["account_id"] == called]
    return str(state)


def wait_for_answer(world: World, page: Page, number: int, state: str) -> None:
    """Wait until the server has an answer."""
    while answer_to(world, number) != state:
        page.wait_for_load_state()


def test_an_answer_on_its_way_keeps_its_page_and_is_not_given_to_another_alarm(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, *CALLED)
    first = raised(world, 0, 2)
    page.get_by_role("button", name="我去").wait_for()
    lost = f"**/api/alarms/{first}/responses"
    page.route(lost, lambda route: route.abort())
    page.get_by_role("button", name="我去").tap()
    page.get_by_text("还没发出去，正在重试").wait_for()

    second = raised(world, 1, 3)
    page.get_by_role("link", name=SECOND).tap()
    page.wait_for_url(f"**/respond/{second}")
    expect(page.get_by_role("heading", name="紧急情况")).to_be_visible()
    page.unroute(lost)
    wait_for_answer(world, page, first, "responding")
    assert answer_to(world, second) == "notified"
    expect(page.get_by_role("button", name="我去")).to_be_visible()
    page.context.close()


def test_an_answer_goes_on_trying_when_its_page_is_left_and_while_a_proxy_has_no_server(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, *CALLED)
    number = raised(world, 0, 2)
    page.get_by_role("button", name="我去").wait_for()
    path, asked = f"**/api/alarms/{number}/responses", []

    def bad_gateway(route: Route) -> None:
        asked.append(route.request.post_data_json["request_id"])
        route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")

    page.route(path, bad_gateway)
    page.get_by_role("button", name="我去").tap()
    page.get_by_text("还没发出去，正在重试").wait_for()
    page.go_back()
    page.get_by_text("还要值岗").wait_for()
    page.unroute(path)
    wait_for_answer(world, page, number, "responding")
    assert len(set(asked)) == 1
    page.context.close()


def test_the_phone_of_who_goes_says_since_when_it_heard_nothing(world: World, browser: Browser) -> None:
    page = on_duty(world, browser, *CALLED)
    number = raised(world, 0, 2)
    page.get_by_role("button", name="我去").tap()
    page.get_by_role("button", name="我到了").wait_for()
    stale = page.get_by_text(re.compile(r"自 \d\d:\d\d:\d\d 未更新"))
    world.server.hang()
    expect(stale).to_be_visible(timeout=2 * WAIT_MS)
    keep(page, "route-stale")
    world.server.go_on()
    expect(stale).to_have_count(0, timeout=2 * WAIT_MS)
    page.get_by_role("button", name="我到了").tap()
    page.get_by_role("button", name="我离开现场").wait_for()
    assert answer_to(world, number) == "on_scene"
    page.context.close()


def test_an_alarm_that_is_refused_says_so_and_goes_out_when_it_is_sent_again(
    world: World, browser: Browser
) -> None:
    """No post at all can be found for somebody without school, duty and position."""
    guard = world.district.guards[2][4]
    here = account.c.id == guard

    def belongs_to(school: int | None) -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            transaction.connection.execute(update(account).where(here).values(school_id=school))

    belongs_to(None)
    context = Cast(browser, world).context(guard, phone=True, post=2)
    context.clear_permissions()
    page = context.new_page()
    page.goto(world.server.url)
    press_alarm(page)
    page.get_by_text("平台没有接受").wait_for()
    page.mouse.up()
    expect(page.get_by_text("没有回音")).to_have_count(0)
    expect(page.get_by_text("继续自动重发")).to_have_count(0)
    expect(page.locator("a[href='tel:110']").first).to_be_visible()
    keep(page, "refused-alarm")

    belongs_to(world.district.schools[2])
    page.get_by_role("button", name="再发一次报警").tap()
    page.get_by_text("已送达").first.wait_for()
    page.context.close()


def test_an_alarm_that_was_merged_still_tells_where_its_raiser_is(world: World, browser: Browser) -> None:
    page = on_duty(world, browser, 0, 2)
    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    dispatcher = world.district.consoles["dispatcher"]
    (own,) = world.get(dispatcher, "/api/alarms?state=open").json()["items"]
    main = raised(world, 1, 3)
    world.write(dispatcher, f"/api/alarms/{own['id']}/merging", into=main)
    page.get_by_text(f"和这一起报警一并处置：{SECOND}").wait_for()
    expect(page.get_by_text(f"青禾区{FIRST}，有紧急情况")).to_be_visible()
    expect(page.locator(".head.delivered")).to_be_visible()
    keep(page, "merged-raiser")
    page.context.close()


def test_the_link_of_a_call_to_a_double_opens_the_alarm_that_goes_on(world: World, browser: Browser) -> None:
    """A push that lay unread while a console merged the two."""
    main, double = raised(world, 0, 2), raised(world, 1, 3)
    called = world.district.guards[CALLED[0]][CALLED[1]]
    # He goes: nothing but the link takes him to the alarm.
    world.write(called, f"/api/alarms/{double}/responses", state="responding")
    world.write(world.district.consoles["dispatcher"], f"/api/alarms/{double}/merging", into=main)
    page = Cast(browser, world).context(called, phone=True, post=CALLED[0]).new_page()
    page.goto(f"{world.server.url}/respond/{double}")
    page.wait_for_url(f"**/respond/{main}")
    expect(page.get_by_role("button", name="我到了")).to_be_visible()
    page.context.close()


def test_without_network_the_strip_does_not_say_that_the_alarm_is_being_sent(
    world: World, browser: Browser
) -> None:
    page = on_duty(world, browser, 0, 2)
    page.context.set_offline(True)
    press_alarm(page)
    page.get_by_role("heading", name="未送达").wait_for()
    page.mouse.up()
    page.get_by_role("button", name="回到我的岗位").tap()
    page.get_by_role("link", name="报警未送达").tap(timeout=2_000)
    page.get_by_role("heading", name="未送达").wait_for()
    page.context.close()


def test_who_closes_the_question_about_notices_may_be_asked_again(world: World, browser: Browser) -> None:
    context = Cast(browser, world).context(world.district.guards[1][2], phone=True, post=1)
    # What a phone's browser says when its question is swiped away.
    context.add_init_script(
        """Object.defineProperty(Notification, 'permission', { get: () => 'default' })
        Notification.requestPermission = async () => 'default'"""
    )
    page = context.new_page()
    page.goto(world.server.url)
    turn_on = page.get_by_role("button", name="打开", exact=True)
    turn_on.tap()
    page.get_by_text("还没打开，锁屏时不会响").wait_for()
    expect(turn_on).to_be_visible()
    expect(page.get_by_text("没有允许")).to_have_count(0)
    context.close()
