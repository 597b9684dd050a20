"""The server dies, the page is closed, a new version comes: no alarm and no check-in is lost, none is doubled."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, WebSocketRoute, expect

from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.looks import keep
from tests.tools.server import ROOT
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
# The five seconds after which a phone says that its alarm is not delivered, and those of a slow machine.
UNDELIVERED_AFTER_S = 5
SLOW_S = 15

IS_WAITING = "() => navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)"
UNTIL_WAITING = """() => navigator.serviceWorker.getRegistration().then((one) => new Promise((resolve) => {
  const look = () => (one.waiting ? resolve(true) : setTimeout(look, 50))
  look()
}))"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Copy what a server needs, so that a test may put a newer PWA into it; compiled already, to start at once."""
    root = tmp_path / "house"
    for folder in ("server", "migrations", "pwa/dist"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "wsgi.py", root)
    return root


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, house: Path) -> Iterator[World]:
    """Serve a small district from that copy."""
    with living(sqlite_url, tmp_path / "server.log", house) as world:
        yield world


def test_an_alarm_without_a_server_turns_red_and_is_delivered_once_it_is_back(
    world: World, browser: Browser
) -> None:
    world.check_in(0, 2)
    cast = Cast(browser, world)
    phone = cast.context(world.district.guards[0][2], phone=True, installs=True)
    page = phone.new_page()
    page.goto(world.server.url)
    cast.installed(page)
    page.get_by_text("还要值岗").wait_for()
    world.server.kill()

    press_alarm(page)
    page.get_by_text("发送中").first.wait_for()
    pressed = time.monotonic()
    page.mouse.up()
    page.get_by_text("未送达").first.wait_for()
    assert time.monotonic() - pressed < UNDELIVERED_AFTER_S + SLOW_S
    expect(page.locator("a[href='tel:110']").first).to_be_visible()

    page.close()
    opened_again = phone.new_page()
    opened_again.goto(f"{world.server.url}/alarm")
    opened_again.get_by_text("未送达").first.wait_for()
    world.server.restart()
    opened_again.get_by_text("已送达").first.wait_for()

    dispatcher = world.district.consoles["dispatcher"]
    alarms = world.get(dispatcher, "/api/alarms?state=open").json()["items"]
    assert [alarm["raised_by"] for alarm in alarms] == [world.district.guards[0][2]]
    assert [entry["act"] for entry in alarms[0]["timeline"]].count("raised") == 1


def test_a_check_in_without_a_server_waits_in_the_phone_and_is_made_once(
    world: World, browser: Browser
) -> None:
    guard = world.district.guards[0][2]
    cast = Cast(browser, world)
    phone = cast.context(guard, phone=True, installs=True)
    page = phone.new_page()
    page.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    cast.installed(page)
    page.get_by_text("已在岗位范围内").wait_for()
    world.server.kill()
    page.locator("button.act").click()
    page.get_by_text("已存在手机里").first.wait_for()

    page.close()
    opened_again = phone.new_page()
    opened_again.goto(f"{world.server.url}/record")
    opened_again.get_by_text("待发送").first.wait_for()
    world.server.restart()
    expect(opened_again.get_by_text("待发送")).to_have_count(0, timeout=WAIT_MS)

    seats = world.get(world.district.consoles["dispatcher"], "/api/coverage").json()["posts"][0]["seats"]
    assert [seat["account_id"] for seat in seats] == [guard]


@pytest.mark.parametrize("busy", [True, False])
def test_a_new_version_takes_over_only_when_no_alarm_is_open(
    world: World, browser: Browser, house: Path, busy: bool
) -> None:
    world.check_in(0, 2)
    cast = Cast(browser, world)
    page = cast.context(world.district.guards[0][2], phone=True, installs=True).new_page()
    page.clock.install()
    page.goto(world.server.url)
    cast.installed(page)
    page.get_by_text("还要值岗").wait_for()
    if busy:
        press_alarm(page)
        page.get_by_text("已送达").first.wait_for()
        page.mouse.up()
    page.evaluate("() => { window.before = true }")
    worker = house / "pwa" / "dist" / "sw.js"
    worker.write_text(worker.read_text() + "\n// A newer version.\n")
    # As if the guard had put the phone into the pocket.
    page.evaluate("() => Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    page.evaluate("() => navigator.serviceWorker.getRegistration().then((one) => one.update())")
    if busy:
        page.evaluate(UNTIL_WAITING)
        # The page asks again every five seconds; after three rounds it still has not given way.
        page.clock.fast_forward(16_000)
        assert page.evaluate("() => window.before === true")
        assert page.evaluate(IS_WAITING)
    else:
        page.wait_for_function("() => window.before === undefined")
        expect(page.get_by_text(re.compile("还要值岗"))).to_be_visible(timeout=WAIT_MS)


def test_where_sockets_are_blocked_polling_takes_over_and_a_dead_server_shows(
    world: World, browser: Browser
) -> None:
    """A firewall that lets no WebSocket through: news come all the same, and old news are called old."""
    console = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    console.route_web_socket(re.compile("/socket.io/"), lambda socket: socket.close())
    console.goto(f"{world.server.url}/console")
    row = console.locator(".gap-list li", has_text="青禾第1小学")
    expect(row).to_contain_text("0/7", timeout=WAIT_MS)
    live = console.locator(".live-state")
    expect(live).to_contain_text("轮询", timeout=WAIT_MS)
    expect(console.locator(".stale-bar")).to_have_count(0)
    world.check_in(0, 2)
    expect(row).to_contain_text("1/7", timeout=WAIT_MS)

    world.server.kill()
    expect(console.locator(".stale-bar")).to_be_visible(timeout=WAIT_MS)
    expect(live).to_contain_text("已断开", timeout=WAIT_MS)
    expect(row).to_contain_text("1/7")
    console.get_by_role("button", name="立即重连").click()
    world.server.restart()
    world.check_in(0, 3)
    expect(row).to_contain_text("2/7", timeout=WAIT_MS)
    expect(console.locator(".stale-bar")).to_have_count(0, timeout=WAIT_MS)
    expect(live).to_contain_text("轮询", timeout=WAIT_MS)


def test_a_page_whose_line_is_opened_and_never_let_in_opens_a_new_one(world: World, browser: Browser) -> None:
    """As a server does that hangs in the middle of a handshake: the page's library would wait for its word for ever."""
    console = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    lines: list[WebSocketRoute] = []

    def line(socket: WebSocketRoute) -> None:
        lines.append(socket)
        if len(lines) > 1:
            socket.connect_to_server()
            return
        socket.on_message(lambda _greeting: None)
        hour = {"upgrades": [], "pingInterval": 3_600_000, "pingTimeout": 3_600_000, "maxPayload": 4096}
        socket.send("0" + json.dumps({"sid": "silent", **hour}))

    console.route_web_socket(re.compile("/socket.io/"), line)
    console.clock.install()
    console.goto(f"{world.server.url}/console")
    live = console.locator(".live-state")
    expect(live).to_contain_text("轮询", timeout=WAIT_MS)
    assert len(lines) == 1
    console.clock.fast_forward(31_000)
    expect(live).to_contain_text("实时", timeout=WAIT_MS)
    assert len(lines) == 2
    world.check_in(0, 2)
    expect(console.locator(".gap-list li", has_text="青禾第1小学")).to_contain_text("1/7", timeout=WAIT_MS)


def test_a_phone_that_could_not_load_the_sockets_code_loads_it_with_the_next_line(
    world: World, browser: Browser
) -> None:
    world.check_in(0, 2)
    phone = Cast(browser, world).context(world.district.guards[0][2], phone=True).new_page()
    lost: list[str] = []

    def lose(asked: Route) -> None:
        """Lose the piece of code once."""
        if lost:
            asked.continue_()
            return
        lost.append(asked.request.url)
        asked.abort()

    phone.route(re.compile(r"/assets/socket-.*\.js"), lose)
    phone.clock.install()
    with phone.expect_request_finished(lambda one: "/api/events" in one.url, timeout=WAIT_MS):
        phone.goto(world.server.url)
        phone.get_by_text("还要值岗").wait_for()
        # Nobody lets it in: it asks for news.
        phone.clock.fast_forward(10_000)
    assert len(lost) == 1
    with phone.expect_websocket():
        phone.clock.fast_forward(31_000)


def test_where_sockets_are_blocked_an_alarm_reaches_the_phone_that_is_called(
    world: World, browser: Browser
) -> None:
    world.check_in(0, 2)
    world.check_in(0, 3)
    phone = Cast(browser, world).context(world.district.guards[0][3], phone=True).new_page()
    phone.route_web_socket(re.compile("/socket.io/"), lambda socket: socket.close())
    phone.goto(world.server.url)
    phone.get_by_text("还要值岗").wait_for()
    body = {
        "request_id": "9a0e4c5e-5f0c-4d9b-8f53-8a7f5ef9a002",
        "post_id": world.district.posts[0],
        "fix": None,
    }
    world.post(world.district.guards[0][2], "/api/alarms", body).raise_for_status()
    phone.get_by_role("button", name="我去").wait_for()


def test_an_alarm_of_a_console_survives_the_server_and_a_reload_and_is_raised_once(
    world: World, browser: Browser
) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    cast = Cast(browser, world)
    console = cast.context(dispatcher, phone=False, installs=True).new_page()
    console.goto(f"{world.server.url}/console")
    cast.installed(console)
    row = console.locator(".gap-list li button", has_text="青禾第2小学").first
    row.click()
    row.click()
    world.server.kill()
    press_alarm(console)
    unsent = console.locator(".unsent")
    expect(unsent).to_contain_text("报警未送达：青禾第2小学", timeout=WAIT_MS)
    console.mouse.up()
    console.reload()
    expect(unsent).to_contain_text("报警未送达：青禾第2小学", timeout=WAIT_MS)
    unsent.get_by_role("button", name="立即重发").click()
    world.server.restart()
    # The press that asked for it leads to the alarm; a try in the background only shows it in the bar.
    shown = console.locator(".open-alarms .one, .alarm-head").first
    expect(shown).to_contain_text("青禾第2小学", timeout=WAIT_MS)
    expect(unsent).to_have_count(0)
    alarms = world.get(dispatcher, "/api/alarms?state=open").json()["items"]
    assert [(one["raised_by"], one["source"]) for one in alarms] == [(dispatcher, "console")]
    assert [entry["act"] for entry in alarms[0]["timeline"]].count("raised") == 1


def test_a_console_filters_by_school(world: World, browser: Browser) -> None:
    console = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    console.goto(f"{world.server.url}/console")
    rows = console.locator(".gap-list li")
    expect(rows).to_have_count(3, timeout=WAIT_MS)
    console.get_by_role("combobox", name="学校").click()
    console.get_by_role("option", name="青禾第3小学").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("青禾第3小学")
    keep(console, "console-school-filter")
    console.get_by_role("button", name="清除筛选").click()
    expect(rows).to_have_count(3)
