"""A screen that hears nothing says since when, and heals by itself; what no cursor can heal is fetched anew."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Response, Route, WebSocket, expect
from sqlalchemy import delete, func, select, update

from server.core.database import event_log
from server.core.live.recent_events import MOST_BYTES
from server.people.tables import account
from tests.tools.cast import Cast, press_alarm
from tests.tools.duty import SECURITY_1
from tests.tools.pressing import follow
from tests.tools.silence import Line
from tests.tools.world import World, living

pytestmark = pytest.mark.waits
HEALED_WITHIN_MS = 60_000


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Serve a small district."""
    with living(sqlite_url, tmp_path / "server.log") as world:
        yield world


def console(world: World, browser: Browser, role: str, url: str | None = None) -> Page:
    """Open a console that is live; it must never be loaded again by hand."""
    page = Cast(browser, world).context(world.district.consoles[role], phone=False).new_page()
    sockets: list[WebSocket] = []
    let_in: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        let_in.append(frame)

    def watch(one: WebSocket) -> None:
        sockets.append(one)
        one.on("framereceived", hear)

    page.on("websocket", watch)
    page.goto(f"{url or world.server.url}/console")
    expect(page.locator(".live-state")).to_contain_text("实时")
    # The first word may be here before the one that lets the page in: no line falls silent between the two.
    if not sockets:
        page.wait_for_event("websocket")
    if not any(map(_lets_in, let_in)):
        sockets[0].wait_for_event("framereceived", _lets_in)
    page.evaluate("() => { window.neverLoadedAgain = true }")
    return page


def _lets_in(frame: str | bytes) -> bool:
    return isinstance(frame, str) and frame.startswith("40")


def shows(page: Page, school: int, seats: str) -> None:
    """Wait until the list shows the seats of a school, on the page as it was opened."""
    row = page.locator(".gap-list li", has_text=f"青禾第{school}小学")
    expect(row).to_contain_text(seats, timeout=HEALED_WITHIN_MS)
    assert page.evaluate("() => window.neverLoadedAgain === true")


def is_live(page: Page) -> None:
    """Wait until nothing is stale and news come over the socket."""
    expect(page.locator(".stale-bar")).to_have_count(0, timeout=HEALED_WITHIN_MS)
    expect(page.locator(".live-state")).to_contain_text("实时", timeout=HEALED_WITHIN_MS)


def answers(page: Page) -> list[tuple[int, str]]:
    """Collect the answers to catching up (410: only a full fetch helps) and to full fetches."""
    heard: list[tuple[int, str]] = []

    def hear(answer: Response) -> None:
        path = urlsplit(answer.url).path
        if path in {"/api/events", "/api/coverage"}:
            heard.append((answer.status, path))

    page.on("response", hear)
    return heard


def test_a_server_that_hangs_is_noticed_by_its_missing_heartbeat(world: World, browser: Browser) -> None:
    page = console(world, browser, "dispatcher")
    world.server.hang()
    expect(page.locator(".stale-bar")).to_contain_text(
        re.compile(r"画面停在 \d\d:\d\d:\d\d"), timeout=HEALED_WITHIN_MS
    )
    expect(page.locator(".live-state")).to_contain_text("已断开")
    world.server.go_on()
    is_live(page)
    world.check_in(0, 0)
    shows(page, 1, "1/7")
    page.context.close()


def test_sockets_fall_silent_and_polling_takes_over(world: World, browser: Browser) -> None:
    line = Line(world.server.port)
    page = console(world, browser, "dispatcher", line.url)
    line.silent = True
    expect(page.locator(".live-state")).to_contain_text("轮询", timeout=HEALED_WITHIN_MS)
    world.check_in(0, 0)
    shows(page, 1, "1/7")
    expect(page.locator(".live-state")).to_contain_text("轮询")
    line.silent = False
    is_live(page)
    world.check_in(0, 2)
    shows(page, 1, "2/7")
    page.context.close()
    line.close()


def test_the_phone_in_an_alarm_says_since_when_it_heard_nothing(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][2]
    world.check_in(0, 2)
    page = Cast(browser, world).context(guard, phone=True).new_page()
    page.goto(world.server.url)
    page.get_by_text("还要值岗").wait_for()
    press_alarm(page)
    page.locator(".head.delivered").wait_for()
    page.mouse.up()
    page.locator(".tiers").wait_for()
    world.server.hang()
    expect(page.get_by_text(re.compile(r"自 \d\d:\d\d:\d\d 未更新"))).to_be_visible(timeout=HEALED_WITHIN_MS)
    expect(page.locator(".head.delivered")).to_be_visible()
    world.server.go_on()
    expect(page.get_by_text("未更新")).to_have_count(0, timeout=HEALED_WITHIN_MS)
    dispatcher = world.district.consoles["dispatcher"]
    body = {"request_id": str(uuid4())}
    world.post(dispatcher, "/api/alarms/1/acknowledgement", body).raise_for_status()
    page.locator(".head.acknowledged").wait_for(timeout=HEALED_WITHIN_MS)
    page.context.close()


def test_another_scope_is_fetched_anew(world: World, browser: Browser) -> None:
    officer = world.district.consoles["station_officer"]
    page = console(world, browser, "station_officer")
    shows(page, 1, "0/7")
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == officer).values(station_id=world.district.stations[1])
        )
    shows(page, 3, "0/7")
    expect(page.locator(".gap-list")).not_to_contain_text("青禾第1小学")
    expect(page.locator(".desk")).to_contain_text("第2派出所")
    is_live(page)
    world.check_in(2, 0)
    shows(page, 3, "1/7")
    page.context.close()


def test_another_role_is_fetched_anew(world: World, browser: Browser) -> None:
    school = world.district.consoles["school_admin"]
    page = console(world, browser, "school_admin")
    expect(page.get_by_role("link", name="升级步骤")).to_have_count(0)
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == school).values(role="dispatcher", school_id=None)
        )
    shows(page, 3, "0/7")
    follow(page, "升级步骤", "/console/escalation")
    page.context.close()


@pytest.mark.parametrize("how", ["restored", "rolled back"])
def test_a_restored_database_is_fetched_anew(
    world: World, browser: Browser, sqlite_url: str, tmp_path: Path, how: str
) -> None:
    """A machine that is rolled back runs no command: the page's cursor is ahead of the log, and the log says so."""
    database, backup = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "backup.db"
    page = console(world, browser, "dispatcher")
    world.check_in(0, 0)
    shows(page, 1, "1/7")
    with sqlite3.connect(database) as live, sqlite3.connect(backup) as kept:
        live.backup(kept)
    world.check_in(0, 2)
    shows(page, 1, "2/7")
    world.server.kill()
    world.store.close()
    for left in ("", "-wal", "-shm"):
        database.with_name(database.name + left).unlink(missing_ok=True)
    shutil.copy(backup, database)
    if how == "restored":
        assert "history is now" in world.server.command("new-epoch")
    world.server.restart()
    shows(page, 1, "1/7")
    if how == "rolled back":
        undone = page.get_by_role("alert").filter(has_text="服务器退回到了较早的状态")
        expect(undone).to_contain_text(re.compile(r"\d\d:\d\d:\d\d 以后显示过的内容可能已丢失"))
        undone.get_by_role("button", name="知道了").click()
    is_live(page)
    page.context.close()


def test_a_cursor_that_is_too_old_is_fetched_anew(world: World, browser: Browser) -> None:
    page = console(world, browser, "dispatcher")
    shows(page, 1, "0/7")
    watching = console(world, browser, "dispatcher")
    heard = answers(page)
    page.context.set_offline(True)
    for seat in (0, 2, 4):
        world.check_in(0, seat)
    with world.store.transaction(datetime.now(UTC)) as transaction:
        newest = transaction.connection.execute(select(func.max(event_log.event.c.id))).scalar_one()
        transaction.connection.execute(delete(event_log.event).where(event_log.event.c.id < newest))
        # Nor is it in the server's memory any more.
        transaction.publish("filler", {"text": "x" * MOST_BYTES}, ("nobody",))
    # The server has read it when a console that was not away hears what came after it.
    world.check_in(0, 3)
    shows(watching, 1, "4/7")
    page.context.set_offline(False)
    shows(page, 1, "4/7")
    is_live(page)
    assert (410, "/api/events") in heard
    assert (200, "/api/coverage") in heard
    page.context.close()


def test_a_note_that_was_begun_outlasts_a_reload_on_a_slow_line(world: World, browser: Browser) -> None:
    world.check_in(0, SECURITY_1)
    guard = world.district.guards[0][SECURITY_1]
    alarm = world.write(guard, "/api/alarms", post_id=world.district.posts[0], fix=None)["id"]
    page = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/alarms/{alarm}")
    note = page.locator(".timeline input")
    note.fill("Seen at the gate")
    held: list[Route] = []
    page.route("**/api/me", lambda asked: asked.continue_() if held else held.append(asked))
    page.reload(wait_until="commit")
    # The page stands before it knows whose it is.
    page.locator("p.not-here").wait_for()
    held[0].continue_()
    expect(note).to_have_value("Seen at the gate")
