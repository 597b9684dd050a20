"""No-shows in a real browser: at the desk and on a leader's phone somebody is called in, and counts for the post."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, update

from server.calendar.tables import published_duty, roster
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, VOLUNTEER_1, VOLUNTEER_2
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living

PATH = "/call-ins/telephone"


@pytest.fixture
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose peak began seven minutes ago: of those published one guard and a volunteer are missing."""
    folder = tmp_path_factory.mktemp("call_ins")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", peak_in_minutes=-7) as world:
        now = datetime.now(UTC)
        on = (now + timedelta(hours=8)).date()
        planned = {STAFF_1: "staff", SECURITY_1: "security", VOLUNTEER_1: "volunteer"}
        with world.store.transaction(now) as transaction:
            connection = transaction.connection
            connection.execute(update(roster).values(weekdays=0))
            seat = {"post_id": world.district.posts[0], "date": on, "peak": "morning_arrival", "seat": 1}
            for number, group in planned.items():
                own = {"account_id": world.district.guards[0][number], "seat_group": group}
                connection.execute(insert(published_duty).values({**seat, **own, "published_at": now}))
        world.check_in(0, STAFF_1)
        yield world


def open_post(page: Page) -> None:
    """Open the school's one gap by its keys."""
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")


def desk(world: World, browser: Browser, **how: object) -> Page:
    """Open the post at the school's desk."""
    context = Cast(browser, world).context(
        world.district.consoles["school_admin"],
        phone=False,
        **how,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    open_post(page)
    page.locator(".call-ins li").first.wait_for()
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
    page.locator(".call-ins li").first.wait_for()
    return page


def still(page: Page) -> None:
    """Let a number that is pressed open nothing: that is the phone's."""
    page.evaluate(
        "addEventListener('click', (press) => press.target.closest('.call-ins a') && press.preventDefault())"
    )


def test_a_school_calls_somebody_in_at_the_desk_and_he_counts(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    card = page.locator(".call-ins")
    expect(card).to_contain_text("保安缺 1 人没来")
    expect(card.locator("li")).to_have_count(2)
    told = sends(page, PATH, lambda: press(page, "看测试14的电话，叫来顶岗"))
    call = card.get_by_role("link", name=f"拨打 {told['telephone']}")
    still(page)
    call.click()
    world.check_in(0, SECURITY_2)
    expect(card.locator("li", has_text="测试14")).to_have_count(0)
    expect(card).to_contain_text("保安缺 1 人没来")
    # Free no more between the look and the press.
    others_first(page, PATH, lambda: world.check_in(0, VOLUNTEER_2))
    is_refused(page, PATH, lambda: press(page, "看测试16的电话，叫来顶岗"), "not_proposed")


def test_a_leader_calls_somebody_in_on_the_phone(world: World, browser: Browser) -> None:
    page = leading(world, browser)
    card = page.locator(".call-ins")
    told = sends(page, PATH, lambda: press(page, "看测试14的电话，叫来顶岗"))
    still(page)
    card.get_by_role("link", name=f"拨打 {told['telephone']}").click()
    others_first(page, PATH, lambda: world.check_in(0, VOLUNTEER_2))
    is_refused(page, PATH, lambda: press(page, "看测试16的电话，叫来顶岗"), "not_proposed")
    expect(card).to_contain_text("没有空着的人可叫")


def test_proposals_that_cannot_be_read_are_asked_for_again(world: World, browser: Browser) -> None:
    for role in ("leader", "school_admin"):
        phone = role == "leader"
        account_id = world.district.guards[0][STAFF_1] if phone else world.district.consoles[role]
        page = Cast(browser, world).context(account_id, phone=phone).new_page()
        page.route("**/call-ins", lambda route: route.abort())
        page.goto(f"{world.server.url}{'/' if phone else '/console'}")
        if not phone:
            open_post(page)
        card = page.locator(".call-ins")
        expect(card.get_by_role("alert")).to_be_visible()
        page.unroute("**/call-ins")
        card.get_by_role("button", name="重试").click()
        expect(card.locator("li").first).to_be_visible()
