"""A guard in an alarm takes a photo; the desk sees it at once, and whoever lost his place does not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1, STAFF_2, VOLUNTEER_1, put_on_duty, suspend
from tests.tools.looks import keep
from tests.tools.pictures import jpeg, send_over
from tests.tools.pressing import is_refused, press, sends
from tests.tools.web import WebCaller
from tests.tools.world import World, living

NOTHING_KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open('huxue-pictures')
  asked.onsuccess = () => {
    const all = asked.result.transaction('outbox').objectStore('outbox').count()
    all.onsuccess = () => resolve(all.result === 0)
  }
})"""
LOADED = "(one) => one.complete && one.naturalWidth"
# Nothing lies over its middle.
IN_SIGHT = """(one) => {
  const { left, top, width, height } = one.getBoundingClientRect()
  return document.elementFromPoint(left + width / 2, top + height / 2) === one
}"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with people on duty at the first post."""
    folder = tmp_path_factory.mktemp("pictures")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        seats = [STAFF_1, STAFF_2, VOLUNTEER_1]
        put_on_duty(world.store, world.district, post=0, seats=seats, now=datetime.now(UTC))
        yield world
        world.end_alarms()


@pytest.fixture
def alarm(world: World) -> Iterator[int]:
    """Let somebody of the first post raise an alarm; it ends after the test."""
    yield world.write(world.district.guards[0][STAFF_1], "/api/alarms", fix=None)["id"]
    world.end_alarms()


def opened(
    world: World, browser: Browser, account: int, path: str, *, phone: bool, locale: str = "zh-CN"
) -> Page:
    page = Cast(browser, world).context(account, phone=phone, locale=locale).new_page()
    page.goto(world.server.url + path)
    page.locator("main").first.wait_for()
    return page


def photo(content: bytes) -> FilePayload:
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": content}


def take(page: Page, content: bytes, name: str = "拍照片") -> None:
    """Take a photo by the page's own button."""
    with page.expect_file_chooser() as chosen:
        page.locator("label", has_text=name).tap()
    assert not chosen.value.is_multiple()
    chosen.value.set_files(photo(content))


def shows(picture: Locator, width: int) -> None:
    """See that a picture has come, and how wide it is."""
    picture.wait_for()
    picture.page.wait_for_function(LOADED, arg=picture.element_handle())
    assert picture.evaluate("(one) => one.naturalWidth") == width


def test_a_guard_takes_a_photo_and_the_desk_looks_at_it_large(
    world: World, browser: Browser, alarm: int
) -> None:
    guard = opened(world, browser, world.district.guards[0][STAFF_1], "/alarm", phone=True)
    desk = opened(
        world, browser, world.district.consoles["dispatcher"], f"/console/alarms/{alarm}", phone=False
    )
    desk.get_by_text("还没有人").first.or_(desk.locator(".timeline")).first.wait_for()
    answer = sends(guard, "/pictures", lambda: take(guard, jpeg(4_000, 3_000, orientation=6)))
    # Turned upright and made smaller on the phone already.
    assert (answer["width"], answer["height"]) == (1_200, 1_600)
    mine = guard.get_by_role("button", name="看大图：我")
    shows(mine.locator("img"), 240)
    keep(guard, "photo-sent")
    preview = desk.get_by_role("button", name="看大图：测试11")
    shows(preview.locator("img"), 240)
    expect(desk.locator(".timeline li", has=preview)).to_contain_text("发来一张照片")
    keep(desk, "photo-at-the-desk")
    # Another of somebody else, and through both by the buttons and the arrows.
    other = WebCaller(world, world.district.guards[0][STAFF_2])
    assert send_over(other, alarm, jpeg(800, 600)).status_code == 201
    expect(desk.locator(".timeline img")).to_have_count(2)
    preview.click()
    dialog = desk.get_by_role("dialog")
    shows(dialog.locator("img"), 1_200)
    keep(desk, "photo-large")
    press(desk, "下一张")
    shows(dialog.locator("img"), 800)
    press(desk, "上一张")
    shows(dialog.locator("img"), 1_200)
    desk.keyboard.press("ArrowRight")
    shows(dialog.locator("img"), 800)
    desk.keyboard.press("ArrowLeft")
    shows(dialog.locator("img"), 1_200)
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    preview.focus()
    desk.keyboard.press("Enter")
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog).to_have_count(0)
    # The guard sees the other's, too.
    theirs = guard.get_by_role("button", name="看大图：测试12")
    theirs.tap()
    large = guard.get_by_role("dialog")
    shows(large.locator("img"), 800)
    assert large.locator("img").evaluate(IN_SIGHT)
    keep(guard, "photo-large")
    large.get_by_role("button", name="关闭").tap()
    expect(large).to_have_count(0)
    # The report mentions and shows them.
    desk.goto(f"{world.server.url}/console/alarms/{alarm}/report")
    expect(desk.locator(".course img")).to_have_count(2)
    desk.get_by_role("button", name="看大图：测试11").click()
    shows(dialog.locator("img"), 1_200)
    press(desk, "下一张", "上一张", "关闭")


def test_a_colleague_who_comes_sees_it_and_one_who_is_suspended_does_not(
    world: World, browser: Browser, alarm: int
) -> None:
    raiser = WebCaller(world, world.district.guards[0][STAFF_1])
    name = send_over(raiser, alarm, jpeg(800, 600)).json()["name"]
    account = world.district.guards[0][VOLUNTEER_1]
    page = opened(world, browser, account, f"/respond/{alarm}", phone=True)
    shows(page.locator(".pictures img").first, 320)
    # Whether he goes is asked first.
    expect(page.locator("label", has_text="拍照片")).to_have_count(0)
    page.get_by_role("button", name="我去").tap()
    sends(page, "/pictures", lambda: take(page, jpeg(640, 480)))
    keep(page, "photo-on-the-way")
    page.get_by_role("button", name="看大图：测试11").tap()
    shows(page.get_by_role("dialog").locator("img"), 800)
    page.get_by_role("dialog").get_by_role("button", name="关闭").tap()
    address = f"/api/alarms/{alarm}/pictures/{name}"
    seen = "async (address) => (await fetch(address, { cache: 'no-store' })).status"
    assert page.evaluate(seen, address) == 200
    suspend(world.store, account, datetime.now(UTC))
    world.until_heard()
    assert page.evaluate(seen, address) == 403
    page.reload()
    page.locator("main").first.wait_for()
    expect(page.locator(".pictures img")).to_have_count(0)


def test_without_network_a_photo_waits_and_goes_out_by_itself_or_by_a_press(
    world: World, browser: Browser, alarm: int
) -> None:
    account = world.district.guards[0][STAFF_1]
    page = opened(world, browser, account, "/alarm", phone=True)
    page.locator("label", has_text="拍照片").wait_for()
    # It stands before the list of who was told, which grows with those who stand there.
    heads = page.locator(".body h2, .body .take, .body a.danger").all_inner_texts()
    assert heads.index("拍照片") < heads.index("通知了谁")
    assert heads.index("拨打 110") < heads.index("拍照片")
    page.route("**/pictures?*", lambda route: route.abort())
    take(page, jpeg(640, 480))
    waiting = page.locator(".unsent")
    expect(waiting).to_contain_text("没发出，会自动再发")
    keep(page, "photo-waits")
    # Another visit finds it in the phone, on whatever page.
    page.goto(world.server.url)
    page.locator("main").first.wait_for()
    page.goto(f"{world.server.url}/alarm")
    expect(waiting).to_contain_text("没发出，会自动再发")
    again = waiting.get_by_role("button", name="再发一次")
    again.tap()
    expect(waiting).to_contain_text("没发出，会自动再发")
    page.unroute("**/pictures?*")
    expect(page.get_by_role("button", name="看大图：我")).to_have_count(1, timeout=30_000)
    expect(waiting).to_have_count(0)
    assert len(world.get(account, f"/api/alarms/{alarm}/pictures").json()["items"]) == 1
    assert page.evaluate("() => localStorage.getItem('huxue.pictures')") is None
    page.wait_for_function(NOTHING_KEPT)


def test_a_photo_that_is_refused_says_why_and_is_put_away(world: World, browser: Browser, alarm: int) -> None:
    account = world.district.guards[0][STAFF_1]
    page = opened(world, browser, account, "/alarm", phone=True)
    page.locator("label", has_text="拍照片").wait_for()
    is_refused(page, "/pictures", lambda: take(page, b"<html>"), "picture_unreadable")
    keep(page, "photo-refused")
    press(page, "不发了")
    is_refused(page, "/pictures", lambda: take(page, bytes(8 * 2**20 + 1)), "picture_too_large")
    press(page, "不发了")
    for _ in range(6):
        assert send_over(WebCaller(world, account), alarm, jpeg(32, 24)).status_code == 201
    is_refused(page, "/pictures", lambda: take(page, jpeg(640, 480)), "pictures_enough")
    press(page, "不发了")
    expect(page.locator(".unsent")).to_have_count(0)


def test_in_english_it_is_the_same(world: World, browser: Browser, alarm: int) -> None:
    page = opened(world, browser, world.district.guards[0][STAFF_1], "/alarm", phone=True, locale="en-GB")
    page.route("**/pictures?*", lambda route: route.abort())
    take(page, jpeg(640, 480), "Take photo")
    expect(page.locator(".unsent")).to_contain_text("Not sent yet, trying again")
    keep(page, "photo-waits-english")
    page.unroute("**/pictures?*")
    page.get_by_role("button", name="Larger: me").wait_for(timeout=30_000)
    desk = opened(
        world,
        browser,
        world.district.consoles["dispatcher"],
        f"/console/alarms/{alarm}",
        phone=False,
        locale="en-GB",
    )
    desk.get_by_role("button", name="Larger: 测试11").click()
    shows(desk.get_by_role("dialog").locator("img"), 640)
    keep(desk, "photo-large-english")
