"""A push shows the call, rings once, and a tap opens it; in a Chromium with windows, since no other has notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.test_promises import PLACE, on_duty, raised
from tests.tools.cast import launched
from tests.tools.world import World, living

pytestmark = pytest.mark.waits


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district where a call has five seconds for its answer."""
    with living(sqlite_url, tmp_path / "server.log", HUXUE_ANSWER_WITHIN_S="5") as world:
        yield world


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start a Chromium that shows notices."""
    with launched(playwright, windows=True) as browser:
        yield browser


CLICK = """async () => {
  const [notification] = await self.registration.getNotifications()
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
}"""
SHOWN = """() => navigator.serviceWorker.ready
  .then((one) => one.getNotifications())
  .then((all) => all.map(({ title, body, tag, requireInteraction }) => [title, body, tag, requireInteraction]))"""
UNTIL_SHOWN = """() => navigator.serviceWorker.ready.then((one) => new Promise((resolve) => {
  const look = () => one.getNotifications().then((all) => (all.length ? resolve(true) : setTimeout(look, 50)))
  look()
}))"""

UNTIL_GONE = UNTIL_SHOWN.replace("all.length ?", "all.length === 0 ?")


def push(page: Page, text: str) -> None:
    """Deliver a push to the page's service worker, as a push service would."""
    devtools = page.context.new_cdp_session(page)
    found: list[str] = []
    origin = page.evaluate("() => location.origin")
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        # This Chromium has served other tests' servers before.
        lambda told: found.extend(
            one["registrationId"]
            for one in told["registrations"]
            if one["scopeURL"].startswith(origin) and not one["isDeleted"]
        ),
    )
    devtools.send("ServiceWorker.enable")
    while not found:  # Each question to the page lets an event in.
        page.evaluate("() => location.origin")
    devtools.send(
        "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": text}
    )


def test_a_push_shows_the_call_and_a_tap_opens_it(world: World, browser: Browser) -> None:
    for post, seat in ((0, 2), (1, 0), (1, 2), (1, 3)):
        world.check_in(post, seat)
    page = on_duty(world, browser, 1, 3)
    page.context.grant_permissions(["notifications", "geolocation"], origin=world.server.url)
    number = raised(world)
    page.get_by_role("button", name="我去").wait_for()
    # Back by the browser's own button: a page that was opened anew would go to the call by itself.
    page.go_back()
    page.get_by_text("还要值岗").wait_for()
    text = (
        f'{{"title": "紧急调度", "line": "紧急情况 {PLACE}", "page": "/respond/{number}", "reference": "r1", '
        f'"alarm_id": {number}}}'
    )
    push(page, text)
    page.evaluate(UNTIL_SHOWN)
    assert page.evaluate(SHOWN) == [["紧急调度", f"紧急情况 {PLACE}", f"alarm-{number}", True]]
    workers = page.context.service_workers or [page.context.wait_for_event("serviceworker")]
    with page.expect_navigation(url=f"**/respond/{number}"):
        workers[-1].evaluate(CLICK)
    page.evaluate(UNTIL_GONE)
    expect(page.locator(".place")).to_have_text(PLACE)


CLOSE = """() => navigator.serviceWorker.ready.then((one) => one.getNotifications())
  .then((all) => all.forEach((notice) => notice.close()))"""
RINGS = """() => navigator.serviceWorker.ready.then((one) => one.getNotifications())
  .then((all) => all.map((notice) => [notice.silent === true, notice.requireInteraction]))"""


def test_a_push_that_comes_twice_rings_once_also_when_its_notice_was_closed(
    world: World, browser: Browser
) -> None:
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    page.context.grant_permissions(["notifications", "geolocation"], origin=world.server.url)
    text = '{{"title": "紧急调度", "line": "紧急情况", "page": "/", "reference": "{}", "alarm_id": 1}}'
    devtools = page.context.new_cdp_session(page)
    running: dict[str, str] = {}
    devtools.on(
        "ServiceWorker.workerVersionUpdated",
        lambda told: running.update((one["versionId"], one["runningStatus"]) for one in told["versions"]),
    )
    devtools.send("ServiceWorker.enable")
    for reference, rings in (("r1", True), ("r1", False), ("r2", True), ("r1", False)):
        # Whatever the worker only has in mind is gone by then.
        devtools.send("ServiceWorker.stopAllWorkers")
        # A push that finds a worker on its way out is lost with it.
        while not running or set(running.values()) != {"stopped"}:
            page.evaluate("() => location.origin")
        push(page, text.format(reference))
        page.evaluate(UNTIL_SHOWN)
        assert page.evaluate(RINGS) == [[not rings, rings]], reference
        page.evaluate(CLOSE)


def test_a_push_that_cannot_be_read_still_says_that_somebody_calls(world: World, browser: Browser) -> None:
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    page.context.grant_permissions(["notifications", "geolocation"], origin=world.server.url)
    push(page, "<html>")
    page.evaluate(UNTIL_SHOWN)
    assert page.evaluate(SHOWN)[0][:2] == ["护学岗", "请打开查看"]
