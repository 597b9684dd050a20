"""A press counts only when a hand made it: what a test does by itself does not."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.tools import press_lists, pressed, presses
from tests.tools.cast import WAIT_MS

PAGE = """<html lang="zh-CN"><main><button class="go" onclick="act('confirmation')">确认</button>
<button class="idle">返回</button><a href="tel:110">110</a><p></p></main>
<script src="/assets/act.js"></script></html>"""
ACT = """async function act(what) {
  const answer = await fetch('/api/check-ins/7/' + what, { method: 'POST' })
  document.querySelector('p').textContent = answer.ok ? '' : '现在还没有值岗。您现在没有值岗。'
}
document.addEventListener('keydown', (event) => event.key === 'q' && event.preventDefault())"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page of the console whose every press is noted."""
    monkeypatch.setenv(presses.FOLDER, str(tmp_path))
    context = browser.new_context(base_url="http://huxue.test")
    context.route("**/*", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=PAGE))
    context.route(
        "**/assets/*", lambda route: route.fulfill(content_type="text/javascript; charset=utf-8", body=ACT)
    )
    context.route("**/api/**", lambda route: route.fulfill(status=409, json={"code": "not_on_duty"}))
    presses.note_presses(context)
    page = context.new_page()
    page.goto("/console")
    return page


def noted(folder: Path, kind: str) -> list[list[object]]:
    return [record[2:] for record in press_lists.records(folder) if record[1] == kind]


def test_what_a_hand_presses_counts_with_what_it_sends(page: Page, tmp_path: Path) -> None:
    with page.expect_response("**/api/**"):
        page.get_by_role("button", name="确认").click()
    page.keyboard.press("q")
    page.keyboard.press("w")
    page.wait_for_function(
        "() => window.pressesTold.some((one) => one.includes('not_on_duty'))", timeout=WAIT_MS
    )
    assert noted(tmp_path, "sent") == [["POST", "/api/check-ins/7/confirmation", True]]
    assert noted(tmp_path, "refusal") == [["not_on_duty"]]
    assert noted(tmp_path, "key") == [["q"]]
    records = press_lists.records(tmp_path)
    assert pressed.controls(records)[0] == "control without a press: /console: 返回"


def test_what_a_test_does_by_itself_does_not_count(page: Page, tmp_path: Path) -> None:
    page.locator("main").click(position={"x": 1, "y": 1})
    with page.expect_response("**/api/**"):
        page.evaluate("() => { fetch('/api/check-ins/8/confirmation', { method: 'POST' }) }")
    with page.expect_response("**/api/**"):
        page.evaluate("() => document.querySelector('.go').click()")
    page.evaluate("() => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'q', bubbles: true }))")
    assert noted(tmp_path, "sent") == [["POST", "/api/check-ins/7/confirmation", False]]
    assert noted(tmp_path, "key") == noted(tmp_path, "pressed") == []
    known = pressed.routes(press_lists.records(tmp_path))
    assert "route without a press: POST /api/check-ins/{check_in_id}/confirmation" in known
