"""A push shows the call, rings once, and a tap opens it; in a Chromium with windows, since no other has notices."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
UNTIL_GONE = """() => navigator.serviceWorker.ready.then((one) => new Promise((resolve) => {
  const look = () => one.getNotifications().then((all) => (all.length ? setTimeout(look, 50) : resolve(true)))
  look()
}))"""


class PushService:
    """Delivers pushes to a page's service worker, as a push service would."""

    def __init__(self, page: Page) -> None:
        self._page, self._devtools = page, page.context.new_cdp_session(page)
        self._origin = page.evaluate("() => location.origin")
        self._registrations: list[str] = []
        self._running: dict[str, str] = {}
        self._ended: set[str] = set()
        self._done: list[str] = []
        self._devtools.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self._devtools.on("ServiceWorker.workerVersionUpdated", self._changed)
        self._devtools.on("BackgroundService.backgroundServiceEventReceived", self._happened)
        self._devtools.send("ServiceWorker.enable")
        self._devtools.send(
            "BackgroundService.setRecording", {"service": "pushMessaging", "shouldRecord": True}
        )
        self._devtools.send("BackgroundService.startObserving", {"service": "pushMessaging"})
        self._wait(lambda: bool(self._registrations))

    def deliver(self, text: str) -> None:
        """Deliver a push, and wait until the worker has done all that it does about it.

        Nobody may ask for notices meanwhile: Chromium forgets one that it has written down and not yet shown.
        """
        self._done.clear()
        told = {"origin": self._origin, "registrationId": self._registrations[-1], "data": text}
        self._devtools.send("ServiceWorker.deliverPushMessage", told)
        self._wait(lambda: bool(self._done))
        assert self._done == ["Success"]

    def end_worker(self) -> None:
        """End the worker: whatever it only had in mind is gone."""
        self._ended = {version for version, state in self._running.items() if state == "stopped"}
        self._devtools.send("ServiceWorker.stopAllWorkers")
        # A push that finds a worker on its way out is lost with it. The page may have started it again at once.
        self._wait(lambda: self._ended == set(self._running))

    def _wait(self, is_so: Callable[[], bool]) -> None:
        while not is_so():  # Each question to the page lets an event in.
            self._page.evaluate("() => location.origin")

    def _registered(self, told: dict[str, Any]) -> None:
        # This Chromium has served other tests' servers before.
        self._registrations += [
            one["registrationId"]
            for one in told["registrations"]
            if one["scopeURL"].startswith(self._origin) and not one["isDeleted"]
        ]

    def _changed(self, told: dict[str, Any]) -> None:
        for one in told["versions"]:
            if not one["scriptURL"].startswith(self._origin):
                continue
            self._running[one["versionId"]] = one["runningStatus"]
            if one["runningStatus"] == "stopped":
                self._ended.add(one["versionId"])

    def _happened(self, told: dict[str, Any]) -> None:
        event = told["backgroundServiceEvent"]
        if event["eventName"] == "Push event completed":
            self._done += [one["value"] for one in event["eventMetadata"] if one["key"] == "Status"]


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
    PushService(page).deliver(text)
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
    pushes = PushService(page)
    for reference, rings in (("r1", True), ("r1", False), ("r2", True), ("r1", False)):
        pushes.end_worker()
        pushes.deliver(text.format(reference))
        assert page.evaluate(RINGS) == [[not rings, rings]], reference
        page.evaluate(CLOSE)
        page.evaluate(UNTIL_GONE)


def test_a_push_that_cannot_be_read_still_says_that_somebody_calls(world: World, browser: Browser) -> None:
    world.check_in(0, 2)
    page = on_duty(world, browser, 0, 2)
    page.context.grant_permissions(["notifications", "geolocation"], origin=world.server.url)
    PushService(page).deliver("<html>")
    assert page.evaluate(SHOWN)[0][:2] == ["护学岗", "请打开查看"]
