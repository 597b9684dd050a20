"""Those missing are reminded with one press, on a leader's phone and at the desk, which say to how many it went."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, insert, update

from server.calendar.tables import roster
from server.people.tables import account
from server.people.tables.absences import absence
from server.roster.tables import nudge
from tests.tools.cast import Cast
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living

PATH = "/nudge"


@pytest.fixture
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose peak runs: of the first post's seven the leader is there, and one is on leave."""
    folder = tmp_path_factory.mktemp("nudges")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        now = datetime.now(UTC)
        on = now.date()
        with world.store.transaction(now) as transaction:
            days = {
                "first_day": on,
                "last_day": on.replace(year=on.year + 1),
                "kind": "ill",
                "entered_at": now,
            }
            one = world.district.guards[0][SECURITY_1]
            transaction.connection.execute(insert(absence).values(account_id=one, **days))
            # One is not registered yet.
            his = roster.c.account_id == world.district.guards[0][POLICE]
            transaction.connection.execute(update(roster).where(his).values(account_id=None))
        world.until_heard()
        world.check_in(0, STAFF_1)
        yield world


def long_ago(world: World) -> None:
    """Let the last reminder be over."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(delete(nudge))


def desk(world: World, browser: Browser, **how: object) -> Page:
    """Open the post at the school's desk."""
    context = Cast(browser, world).context(
        world.district.consoles["school_admin"],
        phone=False,
        **how,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator(".nudge").wait_for()
    return page


def leading(world: World, browser: Browser, **how: object) -> Page:
    """Open the phone of the post's leader."""
    context = Cast(browser, world).context(
        world.district.guards[0][STAFF_1],
        phone=True,
        **how,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(world.server.url)
    page.locator(".nudge").wait_for()
    return page


def test_a_leader_reminds_with_one_press_and_the_desk_sees_that_and_waits(
    world: World, browser: Browser
) -> None:
    waiting, page = desk(world, browser), leading(world, browser)
    expect(waiting.locator(".nudge")).to_contain_text("1 人请假、答复来不了或账号未生效，不催")
    told = sends(page, PATH, lambda: press(page, "催一下没来的（5 人）"))
    assert (told["last"]["texted"], told["last"]["pushed"]) == (4, 0)
    card = page.locator(".nudge")
    expect(card.get_by_role("status")).to_have_text(
        re.compile(r"^\d\d:\d\d 已催 4 人（缺 5 人）：短信 4 人。$")
    )
    for sentence in ("由带班领导发出", "有 1 人通知不到", "后可以再催"):
        expect(card).to_contain_text(sentence)
    expect(card.get_by_role("button")).to_have_count(0)
    is_refused(waiting, PATH, lambda: press(waiting, "催一下没来的（5 人）"), "nudged_already")
    expect(waiting.locator(".nudge")).to_contain_text("由带班领导发出")


def test_at_a_desk_nobody_is_missing_any_more_when_the_press_arrives(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    sends(page, PATH, lambda: press(page, "催一下没来的（5 人）"))
    expect(page.locator(".nudge")).to_contain_text("由学校发出")
    long_ago(world)
    page.reload()
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    def all_gone() -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            transaction.connection.execute(update(roster).values(weekdays=0))
        world.until_heard()

    others_first(page, PATH, all_gone)
    is_refused(page, PATH, lambda: press(page, "催一下没来的（5 人）"), "nobody_missing")


def test_what_cannot_be_read_is_asked_for_again(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(world.district.guards[0][STAFF_1], phone=True).new_page()
    page.route("**/nudge", lambda route: route.abort())
    page.goto(world.server.url)
    card = page.locator(".nudge")
    expect(card.get_by_role("alert")).to_be_visible()
    page.unroute("**/nudge")
    card.get_by_role("button", name="重试").click()
    expect(card.get_by_role("button", name="催一下没来的（5 人）")).to_be_visible()


def test_whoever_leads_no_more_reminds_nobody(world: World, browser: Browser) -> None:
    page = leading(world, browser)

    def demoted() -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            his = account.c.id == world.district.guards[0][STAFF_1]
            transaction.connection.execute(update(account).where(his).values(category="teacher"))
        world.until_heard()

    others_first(page, PATH, demoted)
    is_refused(page, PATH, lambda: press(page, "催一下没来的（5 人）"), "not_leading")
