"""Notes between shifts in a real browser: read on the duty page, left, changed and taken back, and shown at a desk."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, update

from server.duty.tables import check_in, hand_over_note
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living

PATH = "/api/duty/hand-over"
TEXT = "南门路灯坏了，已报修。\n14 路车让行。"


@pytest.fixture
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose peak runs; yesterday's shift left a note for the first post, where two stand now."""
    folder = tmp_path_factory.mktemp("hand_overs")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for seat in (STAFF_1, SECURITY_1):
            world.check_in(0, seat)
        now = datetime.now(UTC)
        with world.store.transaction(now) as transaction:
            yesterday = now - timedelta(days=1)
            of = {"post_id": world.district.posts[0], "peak": "morning_arrival", "starts_at": yesterday}
            row = {**of, "date": (yesterday + timedelta(hours=8)).date(), "written_at": yesterday}
            by = world.district.guards[0][STAFF_2]
            transaction.connection.execute(insert(hand_over_note).values(**row, text=TEXT, written_by=by))
        yield world


def on_duty(world: World, browser: Browser, seat: int, **how: object) -> Page:
    """Open the phone of somebody on duty at the first post."""
    context = Cast(browser, world).context(
        world.district.guards[0][seat],
        phone=True,
        **how,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(world.server.url)
    page.locator(".note").first.wait_for()
    return page


def unconfirmed(world: World, seat: int) -> None:
    """Let somebody's check-in be one that nobody can vouch for."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        his = check_in.c.account_id == world.district.guards[0][seat]
        values = {"verified": False, "flags": ["outside_fence"]}
        transaction.connection.execute(update(check_in).where(his).values(**values))


def test_the_next_shift_reads_the_note_and_says_so(world: World, browser: Browser) -> None:
    page = on_duty(world, browser, SECURITY_1)
    card = page.locator(".note")
    expect(card).to_contain_text("14 路车让行")
    expect(card).to_contain_text("测试12")
    sends(page, f"{PATH}/reading", lambda: press(page, "知道了"))
    expect(card).to_contain_text("已读，测试13")
    expect(card.get_by_role("button")).to_have_count(0)
    desk = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
    desk.goto(f"{world.server.url}/console")
    desk.locator(".gap-list .row").first.wait_for()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    shown = desk.locator(".panel .note")
    expect(shown).to_contain_text("14 路车让行")
    expect(shown).not_to_contain_text("测试12")


def test_whoever_cannot_be_vouched_for_meanwhile_reads_no_more(world: World, browser: Browser) -> None:
    page = on_duty(world, browser, SECURITY_1)
    others_first(page, f"{PATH}/reading", lambda: unconfirmed(world, SECURITY_1))
    is_refused(page, f"{PATH}/reading", lambda: press(page, "知道了"), "not_found")
    expect(page.locator(".note")).to_have_count(0)


def test_a_leader_leaves_a_note_changes_it_and_takes_it_back(world: World, browser: Browser) -> None:
    page = on_duty(world, browser, STAFF_1)
    card = page.locator(".note", has_text="给下一班留言")
    press(page, "写留言", "不写了", "写留言")
    card.get_by_label("留言，最多 300 字").fill("东侧围栏松动。")
    sends(page, PATH, lambda: press(page, "留给下一班"))
    expect(card).to_contain_text("本岗下一班签到后就能看到")
    press(page, "修改")
    expect(card.get_by_label("留言，最多 300 字")).to_have_value("东侧围栏松动。")
    card.get_by_label("留言，最多 300 字").fill("东侧围栏已修。")
    sends(page, PATH, lambda: press(page, "留给下一班"))
    expect(card).to_contain_text("东侧围栏已修")
    sends(page, PATH, lambda: press(page, "收回"))
    expect(card.get_by_role("button", name="写留言")).to_be_visible()
    press(page, "写留言")
    card.get_by_label("留言，最多 300 字").fill("还没写完")
    others_first(page, PATH, lambda: unconfirmed(world, STAFF_1))
    is_refused(page, PATH, lambda: press(page, "留给下一班"), "not_leading")
    expect(card.get_by_label("留言，最多 300 字")).to_have_value("还没写完")
