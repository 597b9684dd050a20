"""Browsers that are too old get a page that helps, and a scanner says what failed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import WAIT_MS, Cast
from tests.tools.looks import keep
from tests.tools.world import World, living

# What tells the engine of a year: Chrome 79 has neither, Chrome 90 lacks what the console asks for.
CHROME_79 = "delete Promise.any; delete String.prototype.replaceAll;"
CHROME_90 = "delete Array.prototype.findLast; delete window.structuredClone; delete Array.prototype.at;"
TYPED = "在下面输入"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a small district for all tests."""
    folder = tmp_path_factory.mktemp("old")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def page_of(
    world: World, browser: Browser, script: str, *, who: int | None = None, phone: bool = True
) -> Page:
    """Open a browser that lacks what a script takes away."""
    context = Cast(browser, world).context(who, phone=phone)
    context.add_init_script(script)
    return context.new_page()


def test_a_phone_that_is_too_old_names_the_post_and_dials(world: World, browser: Browser) -> None:
    page = page_of(world, browser, CHROME_79)
    page.goto(f"{world.server.url}/p/{world.district.codes[0].lower()}?from=singlemessage#wechat_redirect")
    expect(page.get_by_role("heading", name="这个浏览器太旧")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("青禾第1小学 南门")).to_be_visible()
    expect(page.get_by_text(re.compile("Use: the newest WeChat, or Chrome 87"))).to_be_visible()
    expect(page.get_by_role("link", name="拨打 110")).to_have_attribute("href", "tel:110")
    assert page.locator("#app").inner_html() == "", "nothing else starts"
    keep(page, "too-old")


def test_a_post_that_nobody_knows_is_named_by_its_code(world: World, browser: Browser) -> None:
    page = page_of(world, browser, CHROME_79)
    page.goto(f"{world.server.url}/p/zz99zz99zz")
    expect(page.get_by_text("岗位 Post: ZZ99ZZ99ZZ")).to_be_visible(timeout=WAIT_MS)


def test_a_console_asks_for_a_newer_browser_than_a_phone(world: World, browser: Browser) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    desk = page_of(world, browser, CHROME_90, who=dispatcher, phone=False)
    desk.goto(f"{world.server.url}/console")
    expect(desk.get_by_text("请改用 Chrome 或 Edge 100 以上")).to_be_visible(timeout=WAIT_MS)
    expect(desk.get_by_role("link", name="Dial 110")).to_be_visible()
    keep(desk, "too-old-console")


def test_a_phone_of_chrome_90_checks_in_and_sees_the_result(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][4]
    page = page_of(world, browser, CHROME_90, who=guard)
    page.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    expect(page.locator("html")).to_have_attribute("translate", "no")
    page.locator("button.act").tap()
    expect(page.get_by_role("heading", name="已到岗")).to_be_visible(timeout=WAIT_MS)
    # Whoever hears the page hears the result first.
    expect(page.get_by_role("heading", name="已到岗")).to_be_focused()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))",
            "没有允许",
        ),
        (
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))",
            "没有相机",
        ),
        (
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'))",
            "别的程序",
        ),
        ("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })", "不能在页面里扫码"),
        ("WebAssembly.Module = function () { throw new WebAssembly.CompileError() }", "不能在页面里扫码"),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "这个地址不能用相机"),
    ],
    ids=["permission", "no-camera", "busy", "no-media", "no-webassembly", "insecure"],
)
def test_a_scanner_says_what_failed(world: World, browser: Browser, script: str, words: str) -> None:
    page = page_of(world, browser, script, who=world.district.guards[1][0])
    page.goto(f"{world.server.url}/scan")
    expect(page.locator(".view [role=status]")).to_contain_text(words, timeout=WAIT_MS)
    expect(page.locator(".view [role=status]")).to_contain_text(TYPED)
    expect(page.get_by_label("或输入编码")).to_be_visible()


def test_a_reader_that_does_not_load_is_not_called_a_camera(world: World, browser: Browser) -> None:
    page = page_of(world, browser, "", who=world.district.guards[1][1])
    page.route("**/*.wasm", lambda route: route.abort())
    page.goto(f"{world.server.url}/scan")
    expect(page.locator(".view [role=status]")).to_contain_text("扫码程序没有载入", timeout=WAIT_MS)
