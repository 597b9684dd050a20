"""Controls of the phone that stand only for a time: with large type, without network, while something is open."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import PHONE, WAIT_MS, Cast, press_alarm
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, VOLUNTEER_1, put_on_duty, suspend
from tests.tools.pressing import follow, is_refused, others_first, press, sends, there_and_back
from tests.tools.world import World, living

# Fewer letters side by side than the ordinary layout needs.
LARGE = (260, 780)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with people on duty at all three posts."""
    folder = tmp_path_factory.mktemp("moments")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        now = datetime.now(UTC)
        put_on_duty(world.store, world.district, post=0, seats=[SECURITY_1], now=now)
        put_on_duty(world.store, world.district, post=1, seats=[SECURITY_1, SECURITY_2], now=now)
        put_on_duty(world.store, world.district, post=2, seats=[STAFF_1], now=now)
        yield world


def phone(
    world: World,
    browser: Browser,
    path: str,
    who: tuple[int, int],
    *,
    at: int | None = None,
    size: tuple[int, int] = PHONE,
) -> Page:
    """Open a guard's phone at his gate, or at that of another post."""
    account, post = world.district.guards[who[0]][who[1]], who[0] if at is None else at
    page = Cast(browser, world).context(account, phone=True, post=post, size=size).new_page()
    page.goto(world.server.url + path)
    page.locator("main").first.wait_for()
    return page


def end(world: World, path: str) -> None:
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


def test_with_large_type_the_bar_is_held(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/p/TESTPOST02", (1, STAFF_2), size=LARGE)
    press(page, "已在岗位范围内")
    there_and_back(page)
    expect(page.locator("button.alarm.bar")).to_contain_text("按住报警")
    with page.expect_response(lambda one: one.url.endswith("/api/alarms")) as raised:
        press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    end(world, f"/api/alarms/{raised.value.json()['id']}")
    press(page, "我看到了，返回")
    page.goto(f"{world.server.url}/p/TESTPOST02")
    sends(page, "/api/session", lambda: press(page, "不是我"))


def test_an_alarm_that_is_being_sent(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/", (1, SECURITY_2))
    page.route("**/api/alarms", lambda _route: None)
    press_alarm(page)
    page.wait_for_url("**/alarm")
    page.mouse.up()
    page.go_back()
    follow(page, "报警发送中", "/alarm")


def test_a_check_in_that_waits_in_the_phone(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/p/TESTPOST03", (2, STAFF_2), at=0)
    page.locator("button.act").wait_for()
    page.goto(f"{world.server.url}/")
    follow(page, "上次的岗位", "/p/TESTPOST03")
    page.locator("button.where", has_text="也能签到").click()
    page.route("**/api/check-ins", lambda route: route.abort())
    page.locator("button.act").click()
    for _ in range(2):
        with page.expect_request("**/api/check-ins"):
            press(page, "现在再试一次")
        if not page.url.endswith("/record"):
            follow(page, "条待发送", "/record")
    page.unroute("**/api/check-ins")
    page.goto(f"{world.server.url}/p/TESTPOST03")


def test_a_check_in_far_off_waits_for_the_leader(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/p/TESTPOST03", (2, SECURITY_1), at=0)
    page.locator("button.where", has_text="也能签到").wait_for()
    sends(page, "/api/check-ins", page.locator("button.act").click)
    follow(page, "我的岗位", "/")


def test_a_phone_that_denies_its_position(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/", (2, VOLUNTEER_1))
    page.context.clear_permissions()
    denied = {"permission": {"name": "geolocation"}, "setting": "denied", "origin": world.server.url}
    page.context.new_cdp_session(page).send("Browser.setPermission", denied)
    page.goto(f"{world.server.url}/p/TESTPOST03")
    press(page, "没有定位，也能签到")
    expect(page.locator("button.where")).to_contain_text("没有定位", timeout=WAIT_MS)


def called(world: World, post: int, seat: int, guard: int) -> str:
    """Raise an alarm that a guard of another post is called to; give its path."""
    raiser, dispatcher = world.district.guards[post][seat], world.district.consoles["dispatcher"]
    made = world.write(raiser, "/api/alarms", post_id=world.district.posts[post], fix=None)
    path = f"/api/alarms/{made['id']}"
    asked = [one["account_id"] for one in world.get(dispatcher, path).json()["responses"]]
    if guard not in asked:
        world.write(dispatcher, f"{path}/responders", account_id=guard)
    return path


def test_two_alarms_call_one_guard(world: World, browser: Browser) -> None:
    guard = world.district.guards[1][SECURITY_1]
    paths = [called(world, 0, SECURITY_1, guard), called(world, 2, STAFF_1, guard)]
    page = phone(world, browser, paths[0].replace("/api/alarms", "/respond"), (1, SECURITY_1))
    other = page.get_by_role("link", name="另有一起报警")
    other.wait_for()
    before = page.url
    other.click()
    page.wait_for_url(lambda address: address != before)
    sends(page, "/responses", page.get_by_role("button", name="我去", exact=True).click)
    for path in paths:
        end(world, path)


def test_whoever_answers_late_or_is_called_off_is_told_so(world: World, browser: Browser) -> None:
    guard, dispatcher = world.district.guards[1][SECURITY_2], world.district.consoles["dispatcher"]
    path = called(world, 0, SECURITY_1, guard)
    answers = f"{path}/responses"
    page = phone(world, browser, path.replace("/api/alarms", "/respond"), (1, SECURITY_2))
    others_first(page, answers, lambda: world.write(guard, answers, state="on_scene"))
    refuse = page.get_by_role("button", name="去不了", exact=True)
    is_refused(page, answers, refuse.click, "response_not_possible")
    page.goto(f"{world.server.url}/")
    page.locator(".strip.call", has_text="您已到场").click()
    page.wait_for_url("**/respond/*")
    others_first(page, answers, lambda: world.write(dispatcher, answers, account_id=guard, state="released"))
    leave = page.get_by_role("button", name="我离开现场")
    is_refused(page, answers, leave.click, "not_asked")
    end(world, path)


def test_a_suspended_guard_is_told_so_on_each_page(world: World, browser: Browser) -> None:
    suspend(world.store, world.district.guards[0][STAFF_2], datetime.now(UTC))
    page = phone(world, browser, "/record", (0, STAFF_2))
    sends(page, "/api/session", lambda: press(page, "退出"))
