"""An alarm pressed where nothing answers: red with 110 after five seconds, and one alarm in the end.

The server that dies while the page is closed is in ``test_outage``.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.tools.cast import Cast, press_alarm
from tests.tools.silence import black_hole
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
# The five seconds after which a phone says that its alarm is not delivered, and those of a slow machine.
UNDELIVERED_AFTER_S = 5
SLOW_S = 15
HEALED_WITHIN_MS = 60_000
COLLEAGUE, NEIGHBOUR = (0, 0), (1, 2)
# By tier: on the spot, of another post, of the police, each by name.
NAMED = [
    re.compile("同岗.*测试11.*已应答"),
    re.compile("邻岗.*测试23.*赶来"),
    re.compile("民警.*测试dispatcher.*已接警"),
]
TRIES = re.compile(r"试了 (\d+) 次")


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district."""
    with living(sqlite_url, tmp_path / "server.log") as world:
        yield world


Fault = Callable[[World, BrowserContext], AbstractContextManager[None]]


@contextmanager
def cut(_world: World, phone: BrowserContext) -> Iterator[None]:
    """Cut the phone's network."""
    phone.set_offline(True)
    yield
    phone.set_offline(False)


@contextmanager
def hung(world: World, _phone: BrowserContext) -> Iterator[None]:
    """Let the server hang: whatever the phone sends is taken, and answered after the end of the fault."""
    world.server.hang()
    yield
    world.server.go_on()


@contextmanager
def swallowed(world: World, _phone: BrowserContext) -> Iterator[None]:
    """Put a listener into the server's place that takes everything and answers nothing."""
    world.server.kill()
    with black_hole(world.server.port):
        yield
    world.server.restart()


@contextmanager
def killed(world: World, _phone: BrowserContext) -> Iterator[None]:
    """Kill the server, and start it again."""
    world.server.kill()
    yield
    world.server.restart()


def on_duty(world: World, browser: Browser) -> tuple[BrowserContext, Page]:
    """Open the phone of a guard who is checked in, with a colleague at the post and neighbours at the next."""
    for post, seat in ((0, 2), COLLEAGUE, NEIGHBOUR, (1, 0), (1, 3)):
        world.check_in(post, seat)
    cast = Cast(browser, world)
    phone = cast.context(world.district.guards[0][2], phone=True, installs=True)
    page = phone.new_page()
    page.goto(world.server.url)
    cast.installed(page)
    page.get_by_text("还要值岗").wait_for()
    return phone, page


def press(page: Page) -> float:
    """Hold the button until the page says that it is sending, or that nothing got through."""
    press_alarm(page)
    page.locator(".head.sending, .head.undelivered").wait_for()
    pressed = time.monotonic()
    page.mouse.up()
    return pressed


def tries(page: Page) -> int:
    found = TRIES.search(page.locator(".head").inner_text())
    return int(found[1]) if found else 0


def the_only_alarm(world: World) -> int:
    """Give the number of the one alarm there is: raised once, by the guard, with nobody reporting it again."""
    dispatcher = world.district.consoles["dispatcher"]
    alarms = world.get(dispatcher, "/api/alarms").json()["items"]
    assert [alarm["raised_by"] for alarm in alarms] == [world.district.guards[0][2]]
    acts = [entry["act"] for entry in alarms[0]["timeline"]]
    assert (acts.count("raised"), acts.count("further_report")) == (1, 0)
    number: int = alarms[0]["id"]
    return number


def answer_all(world: World, number: int) -> None:
    """Let a colleague on the spot answer, a neighbour, and the district console."""
    for post, seat in (COLLEAGUE, NEIGHBOUR):
        body = {"request_id": str(uuid4()), "state": "responding"}
        guard = world.district.guards[post][seat]
        world.post(guard, f"/api/alarms/{number}/responses", body).raise_for_status()
    dispatcher = world.district.consoles["dispatcher"]
    path = f"/api/alarms/{number}/acknowledgement"
    world.post(dispatcher, path, {"request_id": str(uuid4())}).raise_for_status()


@pytest.mark.parametrize("fault", [cut, hung, swallowed, killed])
def test_nothing_answers_and_then_all_is_well(world: World, browser: Browser, fault: Fault) -> None:
    phone, page = on_duty(world, browser)
    with fault(world, phone):
        pressed = press(page)
        page.locator(".head.undelivered").wait_for()
        assert time.monotonic() - pressed < UNDELIVERED_AFTER_S + SLOW_S
        expect(page.get_by_role("heading", name="未送达")).to_be_visible()
        expect(page.locator("a[href='tel:110']").first).to_be_visible()
        # It keeps trying, by itself.
        before = tries(page)
        page.wait_for_function(
            "(before) => Number(/试了 (\\d+) 次/.exec(document.querySelector('.head').innerText)?.[1]) > before",
            arg=before,
            timeout=HEALED_WITHIN_MS,
        )
        expect(page.locator(".head.undelivered")).to_be_visible()
    page.locator(".head.delivered").wait_for(timeout=HEALED_WITHIN_MS)
    number = the_only_alarm(world)

    # The states heal too: what happens from now on reaches the page.
    answer_all(world, number)
    page.locator(".head.acknowledged").wait_for(timeout=HEALED_WITHIN_MS)
    tiers = page.get_by_role("list", name="谁应答了").get_by_role("listitem")
    expect(tiers).to_have_text(NAMED, timeout=HEALED_WITHIN_MS)
    the_only_alarm(world)
    phone.close()


def test_an_answer_that_got_lost_is_asked_for_again(world: World, browser: Browser) -> None:
    phone, page = on_duty(world, browser)
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/alarms", lose_the_first)
    press(page)
    page.locator(".head.delivered").wait_for(timeout=HEALED_WITHIN_MS)
    assert lost == [201]
    the_only_alarm(world)
    phone.close()
