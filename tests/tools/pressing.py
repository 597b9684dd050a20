"""Presses the controls of a page one after another, sees what they send, and lets others be faster than a press."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Page, Route, expect

from tests.tools.press_lists import sentences

Act = Callable[[], object]


def press(page: Page, *names: str) -> None:
    """Press buttons by their names, each once the one before was pressed; a key may stand behind a name."""
    for name in names:
        page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}\s*([A-Z]|Enter)?$")).first.click()


def settled(page: Page) -> Page:
    """Wait until the console's keys mean the page that is shown: for a second after a change they do nothing."""
    page.locator(".console:not(.is-settling)").wait_for()
    return page


def next_alarm(page: Page) -> None:
    """Go to the first of the open alarms in the bar by its key; one that has just moved there takes no press yet."""
    before = page.url
    for _again in range(5):
        page.locator(".open-alarms:not(.none):not(.fresh)").wait_for()
        settled(page).keyboard.press("a")
        with suppress(Error):
            page.wait_for_function("(before) => location.href !== before", arg=before, timeout=3_000)
            return
    raise AssertionError("the key of the next alarm leads nowhere")


# Pages of the console that stand behind its bar's *more* where a role has many.
SELDOM = {
    "装置",
    "升级步骤",
    "联动",
    "通道",
    "导出",
    "同意书",
    "学校与岗位",
    "账号管理",
    "开通清单",
    "服务器状态",
    "我的账号",
}


def follow(page: Page, name: str, address: str) -> None:
    """Follow a link by its name, behind the bar's *more* if it stands there, and see where it leads."""
    if name in SELDOM:
        link, more = page.get_by_role("link", name=name), page.get_by_role("button", name="更多")
        link.or_(more).first.wait_for()
        if not link.count():
            more.click()
    page.get_by_role("link", name=name).first.click()
    page.wait_for_url(f"**{address}")


def there_and_back(page: Page) -> None:
    """Change to English and back; its words come over the network, so the second press waits for them."""
    switch = page.locator(".top .language")
    switch.click()
    expect(switch).to_have_text("中文")
    switch.click()
    expect(switch).to_have_text(re.compile("^(English|EN)$"))


def sends(page: Page, path: str, act: Act) -> Any:
    """See that an act sends a write to a path, which is taken, and give the answer's JSON."""
    with page.expect_response(lambda one: path in one.url and one.request.method != "GET") as heard:
        act()
    assert heard.value.ok, heard.value.text()
    return heard.value.json() if heard.value.status != 204 else None


# A sentence counts however short it stands: somebody who lost a right is soon led away from the page that says so.
WATCH = """(all) => {
  window.refusalSaid = false
  const patterns = all.map((one) => new RegExp(one))
  const watcher = new MutationObserver(() => {
    if (!patterns.some((one) => one.test(document.body.innerText))) return
    window.refusalSaid = true
    watcher.disconnect()
  })
  watcher.observe(document.body, { childList: true, subtree: true, characterData: true })
}"""


# Where presses are noted, the page stays until this one is.
NOTED = """(code) => !window.refusalSentences
  || (window.pressesTold ?? []).some((one) => one.includes(`"refusal","${code}"`))"""


def is_refused(page: Page, path: str, act: Act, code: str) -> None:
    """See that an act is refused with a code, and that the page says its sentence then."""
    page.evaluate(WATCH, sentences()[code])
    with page.expect_response(
        lambda one: path in one.url and one.request.method != "GET" and not one.ok
    ) as heard:
        act()
    assert heard.value.json()["code"] == code
    page.wait_for_function("() => window.refusalSaid")
    with suppress(Error):
        page.wait_for_function(NOTED, arg=code, timeout=5_000)


def others_first(page: Page, path: str, act: Act) -> None:
    """Let somebody else act between the next press that writes to a path and its arrival."""

    acts = [act]

    def late(route: Route) -> None:
        # Never unrouted here: that would let the request go on by itself.
        if route.request.method != "GET" and acts:
            acts.pop()()
        route.continue_()

    page.route(f"**{path}", late)
