"""Letters as large as people set them: times stay whole, field and button are seen together, errors come into sight."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.tools.cast import Cast, press_alarm
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.world import World, living

# Run in a page before it is built: letters twice as large; text alone enlarged.
TWICE = "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'))"
LARGER_TEXT = """addEventListener('DOMContentLoaded', () => {
  document.body.style.textSizeAdjust = document.body.style.webkitTextSizeAdjust = '%s%%'
})"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with one guard on duty."""
    folder = tmp_path_factory.mktemp("letters")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        world.check_in(0, 2)
        yield world


@pytest.mark.parametrize("percent", [115, 135, 160])
def test_times_stay_whole_where_text_alone_is_larger(world: World, browser: Browser, percent: int) -> None:
    """As iOS and WeChat enlarge it: letters grow, and no length in rem does."""
    found: list[str] = []
    for post, paths in ((0, ("/", "/record")), (1, ("/", "/p/TESTPOST02"))):
        context = Cast(browser, world).context(world.district.guards[post][2], phone=True, post=post)
        context.add_init_script(LARGER_TEXT % percent)
        page = context.new_page()
        for path in paths:
            page.goto(world.server.url + path)
            page.locator("main h1").first.wait_for()
            page.evaluate(SETTLED)
            found += [f"{path}: {one}" for one in faults(page, english=False)]
            keep(page, f"{post}{path.replace('/', '-')}-text-{percent}")
            assert page.evaluate("document.documentElement.classList.contains('large-text')") == (
                percent > 150
            )
        context.close()
    assert found == []


def in_sight(page: Page, *parts: Locator) -> None:
    """See that parts of a page are in its window all at once, and under no bar."""
    for part in parts:
        part.wait_for()
    boxes = [part.element_handle() for part in parts]
    page.wait_for_function(
        """(parts) => parts.every((part) => {
          const box = part.getBoundingClientRect()
          const bar = document.querySelector('.bottom, .dial').getBoundingClientRect().top
          return box.top >= 0 && box.bottom <= Math.min(innerHeight, bar > 0 ? bar : innerHeight) + 1
        })""",
        arg=boxes,
    )


def test_with_letters_twice_as_large_what_is_typed_sent_and_wrong_is_seen_together(
    world: World, browser: Browser
) -> None:
    context = Cast(browser, world).context(None, phone=True, size=(360, 640))
    context.add_init_script(TWICE)
    page = context.new_page()
    page.goto(f"{world.server.url}/p/TESTPOST01")
    field, send = page.get_by_label("手机号"), page.get_by_role("button", name="获取短信验证码")
    field.tap()
    # The second height is what a keyboard leaves.
    for height in (640, 320):
        page.set_viewport_size({"width": 360, "height": height})
        in_sight(page, field, send)
        bar = page.locator(".dial").bounding_box()
        assert bar is not None
        assert bar["height"] <= height / 6
        keep(page, f"typing-{height}")
    field.fill("1990000")
    send.tap()
    in_sight(page, field, page.get_by_role("alert").filter(has_text="还差 4 位"), send)
    field.fill("19900008883")
    send.tap()
    cells, give = page.get_by_label("6 位短信验证码"), page.get_by_role("button", name="确定", exact=True)
    cells.fill("00")
    in_sight(page, cells)
    give.tap()
    in_sight(page, page.get_by_role("alert").filter(has_text=re.compile(".")))
    page.set_viewport_size({"width": 360, "height": 640})
    page.get_by_role("button", name="填入").tap()
    page.wait_for_url("**/register")
    page.get_by_role("textbox", name="姓名").fill("测试")
    page.get_by_role("button", name="登记", exact=True).tap()
    missing = page.get_by_role("alert").filter(has_text="请选择您的身份")
    in_sight(page, missing, page.locator(".tiles label").first)
    keep(page, "register-missing-large")
    page.locator("input[value=volunteer]").locator("..").tap()
    missing.wait_for(state="detached")
    context.close()


# The words of some elements that do not stand on one line.
BROKEN = """(selector) => [...document.querySelectorAll(selector)].flatMap((one) =>
  [...one.childNodes].filter((node) => node.nodeType === 3).flatMap((node) =>
    [...node.data.matchAll(/\\S+/g)].filter((word) => {
      const range = document.createRange()
      range.setStart(node, word.index)
      range.setEnd(node, word.index + word[0].length)
      return range.getClientRects().length > 1
    }).map((word) => word[0])))"""


def test_with_letters_twice_as_large_no_word_of_the_raisers_page_is_broken(
    world: World, browser: Browser
) -> None:
    guard = world.district.guards[0][2]
    context = Cast(browser, world).context(guard, phone=True, size=(360, 640), locale="en-GB")
    context.add_init_script(TWICE)
    page = context.new_page()
    page.goto(world.server.url)
    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    page.locator(".tiers li").first.wait_for()
    page.evaluate(SETTLED)
    keep(page, "raised-large-en")
    assert page.evaluate(BROKEN, "h1, .tiers span, .tiers b, .tiers em") == []
    context.close()
    world.end_alarms()
