"""A guard in an alarm films; the desk plays it; a slow line shows how far it is, and an alarm never waits for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import select

from server.core.audit import audit_row
from tests.browser.test_alarm_pictures import IN_SIGHT, opened
from tests.tools.cast import press_alarm
from tests.tools.clips import element, mp4, recorded, send_clip_over, webm
from tests.tools.duty import STAFF_1, STAFF_2, VOLUNTEER_1, count, put_on_duty
from tests.tools.looks import keep
from tests.tools.pictures import jpeg, send_over
from tests.tools.pressing import is_refused, press, sends
from tests.tools.web import WebCaller
from tests.tools.world import World, living

PLAYED = "(one) => one.currentTime > 0.3 && one.videoWidth === 160"
KEPT = """(name) => new Promise((resolve) => {
  const asked = indexedDB.open(name)
  asked.onsuccess = () => {
    const [table] = asked.result.objectStoreNames
    const all = asked.result.transaction(table).objectStore(table).count()
    all.onsuccess = () => resolve(all.result)
  }
})"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with people on duty at the first post, and clips of a megabyte."""
    folder = tmp_path_factory.mktemp("clips")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_ANSWER_WITHIN_S": "300", "HUXUE_CLIP_MB": "1", "HUXUE_CLIPS": "2"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        seats = [STAFF_1, STAFF_2, VOLUNTEER_1]
        put_on_duty(world.store, world.district, post=0, seats=seats, now=datetime.now(UTC))
        yield world
        world.end_alarms()


@pytest.fixture
def alarm(world: World) -> Iterator[int]:
    """Let somebody of the first post raise an alarm; it ends after the test."""
    yield world.write(world.district.guards[0][STAFF_1], "/api/alarms", fix=None)["id"]
    world.end_alarms()


@pytest.fixture(scope="module")
def real(chromium: Browser) -> dict[str, bytes]:
    """Let Chromium record a clip of each kind."""
    page = chromium.new_page()
    found = {kind: recorded(page, kind) for kind in ("video/webm", "video/mp4")}
    page.close()
    return found


def film(page: Page, content: bytes, name: str = "拍视频") -> None:
    """Take a clip by the page's own button."""
    with page.expect_file_chooser() as chosen:
        page.locator("label", has_text=name).tap()
    sent: FilePayload = {"name": "VID_0001.mp4", "mimeType": "video/mp4", "buffer": content}
    chosen.value.set_files(sent)


def plays(page: Page, where: str) -> None:
    """Press play as a person does, and see that it moves; nothing of it came before."""
    clip = page.locator(f"{where} video")
    clip.wait_for()
    assert clip.evaluate("(one) => [one.preload, one.controls, one.readyState]") == ["none", True, 0]
    with page.expect_response(lambda one: "/clips/" in one.url) as heard:
        clip.evaluate("(one) => void one.play()")
    assert heard.value.status == 206
    page.wait_for_function(PLAYED, arg=clip.element_handle())
    assert clip.evaluate(IN_SIGHT)


@pytest.mark.parametrize("kind", ["video/mp4", "video/webm"])
def test_a_guard_films_and_the_desk_plays_it(
    world: World, browser: Browser, alarm: int, real: dict[str, bytes], kind: str
) -> None:
    guard = opened(world, browser, world.district.guards[0][STAFF_1], "/alarm", phone=True)
    account = world.district.consoles["dispatcher"]
    desk = opened(world, browser, account, f"/console/alarms/{alarm}", phone=False)
    looks = count(world.store, audit_row, act="see_clip")
    answer = sends(guard, "/clips", lambda: film(guard, real[kind]))
    assert (answer["content_type"], answer["width"]) == (kind, 160)
    mine = guard.get_by_role("button", name="播放视频：我")
    mine.wait_for()
    guard.wait_for_function(f"async () => !(await ({KEPT})('huxue-clip-files'))")
    keep(guard, f"clip-sent-{kind[6:]}")
    mine.tap()
    plays(guard, "[role=dialog]")
    keep(guard, f"clip-on-the-phone-{kind[6:]}")
    guard.get_by_role("dialog").get_by_role("button", name="关闭").tap()
    tile = desk.get_by_role("button", name="播放视频：测试11")
    expect(desk.locator(".timeline li", has=tile)).to_contain_text("发来一段视频")
    keep(desk, f"clip-at-the-desk-{kind[6:]}")
    assert send_over(WebCaller(world, world.district.guards[0][STAFF_2]), alarm, jpeg()).status_code == 201
    expect(desk.locator(".timeline img")).to_have_count(1)
    assert count(world.store, audit_row, act="see_clip") == looks
    tile.click()
    plays(desk, ".el-dialog")
    keep(desk, f"clip-played-{kind[6:]}")
    assert count(world.store, audit_row, act="see_clip") == looks + 1
    press(desk, "下一张")
    desk.locator(".el-dialog img").wait_for()
    press(desk, "上一张")
    desk.locator(".el-dialog video").wait_for()
    press(desk, "关闭")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    desk.goto(f"{world.server.url}/console/alarms/{alarm}/report")
    desk.get_by_role("button", name="播放视频：测试11").click()
    plays(desk, ".el-dialog")


def test_what_cannot_be_played_is_said_and_may_be_saved(world: World, browser: Browser, alarm: int) -> None:
    """Heads without a picture behind them: a codec that this browser does not know looks like that."""
    raiser = WebCaller(world, world.district.guards[0][STAFF_1])
    assert send_clip_over(raiser, alarm, mp4()).status_code == 201
    account = world.district.consoles["dispatcher"]
    for locale, name, said, save in (
        ("zh-CN", "播放视频：测试11", "这台电脑不支持这种格式", "存到电脑再看"),
        ("en-GB", "Play: 测试11", "does not know its kind", "Save it to play it elsewhere"),
    ):
        desk = opened(world, browser, account, f"/console/alarms/{alarm}", phone=False, locale=locale)
        desk.get_by_role("button", name=name).click()
        desk.locator(".el-dialog video").evaluate("(one) => one.play().catch(() => undefined)")
        expect(desk.locator(".el-dialog [role=alert]")).to_contain_text(said)
        keep(desk, f"clip-not-played-{locale}")
        with desk.expect_download() as saved:
            desk.get_by_role("link", name=save).click()
        assert saved.value.suggested_filename.endswith(".mp4")
    guard = opened(world, browser, world.district.guards[0][STAFF_1], "/alarm", phone=True)
    guard.get_by_role("button", name="播放视频：我").tap()
    guard.locator("[role=dialog] video").evaluate("(one) => one.play().catch(() => undefined)")
    expect(guard.get_by_role("alert")).to_contain_text("这部手机不支持")
    keep(guard, "clip-not-played-phone")
    guard.get_by_role("dialog").get_by_role("button", name="关闭").tap()


def slow(page: Page, bytes_a_second: int) -> None:
    line = page.context.new_cdp_session(page)
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
    )


def long_clip() -> bytes:
    return webm(more=element(0xEC, bytes(900_000)))


def test_a_slow_line_shows_how_far_it_is_and_an_alarm_stops_it_until_it_is_out(
    world: World, browser: Browser, alarm: int
) -> None:
    account = world.district.guards[0][STAFF_2]
    page = opened(world, browser, account, f"/respond/{alarm}", phone=True)
    page.get_by_role("button", name="我去").tap()
    page.locator("label", has_text="拍视频").wait_for()
    slow(page, 60_000)
    film(page, long_clip())
    waiting = page.locator(".unsent")
    expect(waiting).to_contain_text("发送中 ")
    page.wait_for_function("() => Number(document.querySelector('.unsent progress')?.value) > 0.1")
    keep(page, "clip-sending")
    # Home by the page's own ways, so that it goes on; then the finger on the button.
    page.evaluate("() => { history.pushState(null, '', '/'); dispatchEvent(new PopStateEvent('popstate')) }")
    page.locator("button.alarm").first.wait_for()
    with (
        page.expect_event("requestfailed", lambda one: "/clips?" in one.url),
        page.expect_response("**/api/alarms") as told,
    ):
        press_alarm(page)
    assert told.value.ok
    page.mouse.up()
    slow(page, -1)
    page.goto(f"{world.server.url}/respond/{alarm}")
    page.get_by_role("button", name="播放视频：我").wait_for(timeout=30_000)
    expect(waiting).to_have_count(0)


def test_without_network_a_clip_waits_and_after_some_tries_for_a_press(
    world: World, browser: Browser, alarm: int
) -> None:
    account = world.district.guards[0][STAFF_1]
    page = opened(world, browser, account, "/alarm", phone=True)
    page.locator("label", has_text="拍视频").wait_for()
    page.route("**/clips?*", lambda route: route.abort())
    film(page, webm())
    waiting = page.locator(".unsent")
    again = waiting.get_by_role("button", name="再发一次")
    for _try in range(4):
        again.tap()
        expect(waiting).not_to_contain_text("发送中")
    expect(waiting).to_contain_text("试了几次没发出")
    keep(page, "clip-waits-for-a-press")
    # Another visit finds it in the phone, with what was filmed.
    page.goto(world.server.url)
    page.locator("main").first.wait_for()
    page.goto(f"{world.server.url}/alarm")
    expect(waiting).to_contain_text("试了几次没发出")
    assert page.evaluate(KEPT, "huxue-clip-files") == 1
    page.unroute("**/clips?*")
    sends(page, "/clips", again.tap)
    expect(waiting).to_have_count(0)
    assert len(world.get(account, f"/api/alarms/{alarm}/pictures").json()["items"]) == 1
    page.route("**/clips?*", lambda route: route.abort())
    film(page, webm())
    for _try in range(4):
        again.tap()
        expect(waiting).not_to_contain_text("发送中")
    press(page, "不发了")
    expect(waiting).to_have_count(0)
    page.wait_for_function(f"async () => !(await ({KEPT})('huxue-clip-files'))")


def test_a_clip_that_is_refused_says_why_and_is_put_away(world: World, browser: Browser, alarm: int) -> None:
    account = world.district.guards[0][STAFF_1]
    page = opened(world, browser, account, "/alarm", phone=True)
    page.locator("label", has_text="拍视频").wait_for()
    is_refused(page, "/clips", lambda: film(page, b"<html>"), "clip_unreadable")
    keep(page, "clip-refused")
    press(page, "不发了")
    # Whoever knows the limit does not send in vain.
    film(page, bytes(10**6 + 1))
    expect(page.get_by_role("alert")).to_contain_text("太大（最多 1 MB）")
    keep(page, "clip-too-large")
    # A page that does not know it yet hears it from the server.
    page.route("**/pictures", lambda route: route.abort())
    page.reload()
    page.locator("label", has_text="拍视频").wait_for()
    is_refused(page, "/clips", lambda: film(page, bytes(10**6 + 1)), "clip_too_large")
    press(page, "不发了")
    page.unroute("**/pictures")
    for _ in range(2):
        assert send_clip_over(WebCaller(world, account), alarm, mp4()).status_code == 201
    is_refused(page, "/clips", lambda: film(page, webm()), "clips_enough")
    press(page, "不发了")
    expect(page.locator(".unsent")).to_have_count(0)


def test_in_english_it_is_the_same(
    world: World, browser: Browser, alarm: int, real: dict[str, bytes]
) -> None:
    page = opened(world, browser, world.district.guards[0][STAFF_1], "/alarm", phone=True, locale="en-GB")
    sends(page, "/clips", lambda: film(page, real["video/webm"], "Film a clip"))
    page.get_by_role("button", name="Play: me").wait_for()
    keep(page, "clip-sent-english")
    with world.store.read() as connection:
        acts = connection.execute(select(audit_row.c.act).where(audit_row.c.act == "add_clip")).all()
    assert acts
