"""A press counts only when a hand made it, and what nobody pressed is named."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.tools import press_lists, pressed, presses
from tests.tools.cast import browsing

PAGE = """<html lang="zh-CN"><main><button class="go" onclick="act('confirmation')">确认</button>
<button class="idle">取消</button><a href="tel:110">110</a></main><script src="/assets/act.js"></script></html>"""
ACT = """function act(what) { fetch('/api/check-ins/7/' + what, { method: 'POST' }) }
document.addEventListener('keydown', (event) => event.key === 'q' && event.preventDefault())"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """Open a page of the console whose every press is noted."""
    monkeypatch.setenv(presses.FOLDER, str(tmp_path))
    context = browser.new_context(base_url="http://huxue.test")
    context.route("**/*", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=PAGE))
    context.route("**/assets/*", lambda route: route.fulfill(content_type="text/javascript", body=ACT))
    context.route("**/api/**", lambda route: route.fulfill(json={}))
    presses.note_presses(context)
    page = context.new_page()
    page.goto("/console")
    yield page
    context.close()


def noted(folder: Path, kind: str) -> list[list[object]]:
    return [record[2:] for record in press_lists.records(folder) if record[1] == kind]


def test_what_a_hand_presses_counts_with_what_it_sends(page: Page, tmp_path: Path) -> None:
    with page.expect_response("**/api/**"):
        page.get_by_role("button", name="确认").click()
    page.keyboard.press("q")
    page.keyboard.press("w")
    page.evaluate("() => 0")
    assert noted(tmp_path, "sent") == [["POST", "/api/check-ins/7/confirmation", True]]
    assert noted(tmp_path, "key") == [["q"]]
    records = press_lists.records(tmp_path)
    assert pressed.controls(records) == ["control without a press: /console: 取消"]


def test_what_a_test_does_by_itself_does_not_count(page: Page, tmp_path: Path) -> None:
    with page.expect_response("**/api/**"):
        page.evaluate("() => { fetch('/api/check-ins/8/confirmation', { method: 'POST' }) }")
    with page.expect_response("**/api/**"):
        page.evaluate("() => document.querySelector('.go').click()")
    page.evaluate("() => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'q', bubbles: true }))")
    assert noted(tmp_path, "sent") == [["POST", "/api/check-ins/7/confirmation", False]]
    assert noted(tmp_path, "key") == noted(tmp_path, "pressed") == []
    known = pressed.routes(press_lists.records(tmp_path))
    assert "route without a press: POST /api/check-ins/{check_in_id}/confirmation" in known


def test_a_part_of_the_browser_tests_is_not_held_against_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(presses.FOLDER, str(tmp_path))
    (tmp_path / "1.jsonl").write_text(json.dumps(["", "file", "tests/browser/test_desk.py"]) + "\n")
    assert pressed.main([]) == 0
    assert "Only part" in capsys.readouterr().out
    assert pressed.main(["--whole"]) == 1


def test_every_face_must_press_what_its_own_code_sends() -> None:
    known = press_lists.written_in_code(press_lists.write_routes())
    confirming = "/api/check-ins/{check_in_id}/confirmation"
    assert {("console", confirming), ("phone", confirming)} <= known
    assert ("alarms", "q") in press_lists.console_keys()
