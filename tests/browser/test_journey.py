"""The main job in a real Chromium with four people at once, from the printed code to the resolved alarm.

``TESTS_PICTURES=1`` keeps the screenshots in ``docs/pictures``.
"""

import re
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from sqlalchemy import insert

from server.calendar.tables import roster
from tests.tools.cast import WAIT_MS, Cast, film_of, launched, press_alarm
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.duty import put_at
from tests.tools.keys import sealed
from tests.tools.world import World, living

pytestmark = pytest.mark.alone
NEW_GUARD = "19900009999"


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve the small district; the new guard is on the first post's roster before registering."""
    with living(sqlite_url, tmp_path / "server.log", HUXUE_ANSWER_WITHIN_S="120") as world:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            row = sealed(
                transaction.connection,
                roster,
                post_id=world.district.posts[0],
                phone=NEW_GUARD,
                name="测试新人",
                # Not what he says that he is: so his school decides, not the roster.
                category="teacher",
                peak="morning_arrival",
                weekdays=127,
            )
            transaction.connection.execute(insert(roster).values(row))
        yield world


@pytest.fixture
def browser(playwright: Playwright, world: World, tmp_path: Path) -> Iterator[Browser]:
    """Start Chromium with a camera that sees the poster's QR code."""
    film = film_of(f"{world.server.url}/p/{world.district.codes[0]}", tmp_path)
    with launched(playwright, film) as browser:
        yield browser


def register(page: Page, cast: Cast, url: str) -> None:
    """Scan, prove the phone, register."""
    page.goto(f"{url}/scan")
    page.wait_for_url("**/p/*")
    page.get_by_label("手机号").fill(NEW_GUARD)
    cast.picture(page, "phone-scanned")
    page.get_by_role("button", name="获取短信验证码").click()
    page.get_by_role("button", name=re.compile("填入")).click()
    page.wait_for_url("**/register")
    page.get_by_role("textbox", name="姓名").fill("测试新人")
    page.get_by_text("志愿者").click()
    page.get_by_text("家长").click()
    for consent in ("account", "identity", "position"):
        page.locator(f"#register-{consent}").check()
    cast.picture(page, "phone-register")
    page.get_by_role("button", name="登记", exact=True).click()


def row_of(console: Page) -> Locator:
    """Find the list's row of the first post."""
    return console.locator(".gap-list li", has_text="青禾第1小学")


WATCH = """(wanted) => {
  const shows = () => wanted.every(([selector, text]) =>
    [...document.querySelectorAll(selector)].some((one) => one.textContent.includes(text)))
  const look = () => {
    if (!shows()) return false
    watcher.disconnect()
    window.shownAt = Date.now()
    return true
  }
  const watcher = new MutationObserver(look)
  window.shownAt = null
  watcher.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true })
}"""
NOTE_TAP = (
    "() => addEventListener('click', () => (window.tappedAt = Date.now()), { capture: true, once: true })"
)
BARE_ANSWERS = """async () => {
  const took = []
  for (let n = 0; n < 15; n += 1) {
    const began = performance.now()
    await (await fetch('/healthz', { cache: 'no-store' })).text()
    took.push((performance.now() - began) / 1000)
  }
  return took
}"""
# From the finger to the console a check-in passes a browser, the server's session, rules and commit, the hub, a
# socket and another browser's drawing: some forty times the work of fetching a line of text.
BARE_ANSWERS_A_TAP = 40
A_TAP_S = 1.0


def bare_answer_s(page: Page) -> float:
    """Measure what this machine takes now for the least there is: a page's fetch of a line of text."""
    return statistics.median(page.evaluate(BARE_ANSWERS))


def tap_until_shown(phone: Page, console: Page, *shown: tuple[str, str]) -> float:
    """Tap a phone's check-in button; gives the seconds from the tap until the console's elements show texts.

    Both pages note the time on this machine's one clock, so that no way through the test is measured.
    """
    console.evaluate(WATCH, list(shown))
    phone.evaluate(NOTE_TAP)
    phone.locator("button.act").tap()
    console.wait_for_function("() => window.shownAt !== null", timeout=WAIT_MS)
    took: float = console.evaluate("() => window.shownAt") - phone.evaluate("() => window.tappedAt")
    return took / 1000


def assert_at_once(taps_s: list[float], console: Page, bare_s: float) -> None:
    """A second from the tap. Only a machine on which a bare fetch takes over 25 ms is given longer."""
    slowest_bare_s = max(bare_s, bare_answer_s(console))
    allowed_s = max(A_TAP_S, BARE_ANSWERS_A_TAP * slowest_bare_s)
    print("tap to console, s:", [round(one, 3) for one in taps_s], "allowed:", round(allowed_s, 2))
    assert max(taps_s) < allowed_s


def test_the_main_job(world: World, browser: Browser) -> None:
    cast, district, url = Cast(browser, world), world.district, world.server.url
    console = cast.context(district.consoles["dispatcher"], phone=False, installs=True).new_page()
    school = cast.context(district.consoles["school_admin"], phone=False).new_page()
    guard = cast.context(None, phone=True, installs=True).new_page()
    last = cast.context(district.guards[0][6], phone=True).new_page()
    neighbour = cast.context(district.guards[1][2], phone=True, post=1, installs=True).new_page()
    unable = cast.context(district.guards[1][1], phone=True, post=1).new_page()

    console.goto(f"{url}/console")
    row = row_of(console)
    expect(row).to_contain_text("0/7", timeout=WAIT_MS)
    cast.picture(console, "console-uncovered")

    register(guard, cast, url)
    school.goto(f"{url}/console/guards")
    school.get_by_role("button", name="通过测试新人", exact=True).click()
    expect(school.get_by_text("已通过").first).to_be_visible(timeout=WAIT_MS)
    cast.picture(school, "school-approved")

    guard.goto(f"{url}/p/{district.codes[0]}")
    expect(guard.get_by_text("已在岗位范围内")).to_be_visible(timeout=WAIT_MS)
    cast.picture(guard, "phone-check-in")
    bare_s = bare_answer_s(console)
    taps_s = [tap_until_shown(guard, console, (".gap-list li", "1/7"))]
    expect(row).to_contain_text("1/7")
    expect(guard.get_by_role("heading", name="已到岗")).to_be_visible(timeout=WAIT_MS)
    cast.picture(guard, "phone-on-time")
    for seat in (0, 1, 2, 3, 4):
        world.check_in(0, seat)
    expect(row).to_contain_text("6/7", timeout=WAIT_MS)
    cast.picture(console, "console-understaffed")
    last.goto(f"{url}/p/{district.codes[0]}")
    expect(last.get_by_text("已在岗位范围内")).to_be_visible(timeout=WAIT_MS)
    full = console.get_by_role("button", name=re.compile("满员")).first
    expect(full).to_contain_text("0")
    taps_s.append(tap_until_shown(last, console, ("button.counter", "1满员")))
    expect(full).to_contain_text("1")
    cast.picture(console, "console-full")
    assert_at_once(taps_s, console, bare_s)

    neighbours_come(world, neighbour, unable)
    raise_alarm(guard, cast)
    console.locator(".open-alarms.ringing .one").first.click()
    console.wait_for_url("**/console/alarms/*")
    expect(console.get_by_text("第 2 级 互助").first).to_be_visible()
    cast.picture(console, "console-alarm")
    alarm_id = int(console.url.rsplit("/", 1)[1])
    decline(world, unable, console, cast, alarm_id)
    go_and_arrive(world, neighbour, console, cast)

    console.get_by_role("button", name=re.compile("确认接警")).click()
    expect(guard.get_by_text("已接警").first).to_be_visible(timeout=WAIT_MS)
    cast.picture(guard, "phone-acknowledged")
    cast.picture(console, "console-alarm-going")
    resolve(console, cast)
    assert_complete(alarm_of(world, alarm_id)["timeline"])


def assert_complete(timeline: list[dict[str, object]]) -> None:
    """Everything that was done stands in the timeline, in its order."""
    told = [
        "raised",
        "notified",
        "kind_told",
        "declined",
        "responding",
        "on_scene",
        "acknowledged",
        "resolved",
    ]
    assert set(told) <= {str(one["act"]) for one in timeline}
    assert [str(one["at"]) for one in timeline] == sorted(str(one["at"]) for one in timeline)


def neighbours_come(world: World, *phones: Page) -> None:
    """The next post fills, two of it by their own phones; at the third is somebody to spare."""
    for seat in (0, 3, 4, 5, 6):
        world.check_in(1, seat)
    for seat in (0, 1, 2):
        world.check_in(2, seat)
    for phone in phones:
        phone.goto(f"{world.server.url}/p/{world.district.codes[1]}")
        phone.locator("button.act").tap()
        expect(phone.get_by_role("heading", name="已到岗")).to_be_visible(timeout=WAIT_MS)


def raise_alarm(guard: Page, cast: Cast) -> None:
    """Hold the button until the alarm is stored, and tell its kind."""
    press_alarm(guard)
    guard.get_by_text("松手就取消").wait_for()
    cast.picture(guard, "phone-holding")
    guard.get_by_text("已送达").first.wait_for()
    guard.mouse.up()
    cast.picture(guard, "phone-delivered")
    guard.get_by_role("button", name="突发疾病").click()


def decline(world: World, unable: Page, console: Page, cast: Cast, alarm_id: int) -> None:
    """A neighbour cannot go and says so on his phone; somebody of the third post is asked in his place."""
    unable.get_by_role("button", name="去不了").tap()
    expect(unable.get_by_role("heading", name="已收到，您去不了")).to_be_visible(timeout=WAIT_MS)
    cast.picture(unable, "phone-declined")
    asked = {one["account_id"]: one for one in alarm_of(world, alarm_id)["responses"]}
    declined = asked[world.district.guards[1][1]]
    [instead] = [one for one in asked.values() if one["replaces"] == declined["id"]]
    assert instead["account_id"] in world.district.guards[2]
    assert (declined["state"], instead["state"], instead["group"]) == ("declined", "notified", "staff")
    spare = f"测试3{world.district.guards[2].index(int(str(instead['account_id']))) + 1}"
    rows = console.locator("li.responder")
    gone = rows.filter(has=console.locator("b", has_text="测试22"))
    expect(gone.locator(".chip")).to_have_text("去不了", timeout=WAIT_MS)
    expect(gone.locator(".why")).to_contain_text(f"已改派{spare}")
    expect(rows.filter(has=console.locator("b", has_text=spare)).locator(".why")).to_contain_text("替测试22")
    course = console.get_by_role("region", name="经过")
    expect(course.locator("li").filter(has_text="测试22").filter(has_text="去不了")).to_have_count(1)
    expect(course.get_by_text(f"改派{spare}，替测试22")).to_be_visible()
    cast.picture(console, "console-replaced")


def go_and_arrive(world: World, neighbour: Page, console: Page, cast: Cast) -> None:
    """Another neighbour says that he goes, and arrives."""
    neighbour.get_by_role("button", name="我去").wait_for()
    cast.picture(neighbour, "phone-called")
    neighbour.get_by_role("button", name="我去").tap()
    neighbour.get_by_role("button", name="我到了").wait_for()
    walked, now = world.district.guards[1][2], datetime.now(UTC)
    put_at(world.store, walked, latitude=LATITUDE, longitude=LONGITUDE, at=now)
    neighbour.get_by_role("button", name="我到了").tap()
    expect(neighbour.get_by_text("您已到场")).to_be_visible(timeout=WAIT_MS)
    cast.picture(neighbour, "phone-on-scene")
    row = console.locator("li.responder").filter(has=console.locator("b", has_text="测试23"))
    expect(row.locator(".chip")).to_contain_text("到场", timeout=WAIT_MS)


def resolve(console: Page, cast: Cast) -> None:
    """End the alarm with an outcome and a finding."""
    console.get_by_role("button", name=re.compile("结束报警")).click()
    console.get_by_text("已处置", exact=True).click()
    console.get_by_label("结论").fill("一名学生低血糖，校医已处理。")
    cast.picture(console, "console-resolve")
    console.get_by_role("dialog").get_by_role("button", name="结束报警").click()
    expect(console.locator(".standing").get_by_text("已处置")).to_be_visible(timeout=WAIT_MS)
    cast.picture(console, "console-resolved")


def alarm_of(world: World, alarm_id: int) -> dict[str, list[dict[str, object]]]:
    """Fetch the alarm as the dispatcher sees it."""
    found: dict[str, list[dict[str, object]]] = world.get(
        world.district.consoles["dispatcher"], f"/api/alarms/{alarm_id}"
    ).json()
    return found
