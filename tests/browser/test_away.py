"""Away from the post in a real browser: asked once, seen by the leader and at a desk, over by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, insert, select

from server.core.database.transaction import Transaction
from server.duty.queries import check_ins
from server.duty.service import check_ins as arrivals
from server.duty.tables import away, check_in
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, STAFF_1
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living

PATH = "/api/duty/away"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose peak runs; a leader and a guard stand at the first post."""
    folder = tmp_path_factory.mktemp("away")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        for seat in (STAFF_1, SECURITY_1):
            world.check_in(0, seat)
        yield world


def tell(transaction: Transaction, account_id: int) -> None:
    """Let somebody's page look anew."""
    duty = check_ins.open_of_account(transaction.connection, account_id)
    assert duty is not None
    arrivals.publish_own(transaction, duty.id)


def goes_away(world: World) -> None:
    """Let the clock have found the guard away since twelve minutes, without waiting for them."""
    guard, now = world.district.guards[0][SECURITY_1], datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        connection = transaction.connection
        connection.execute(delete(away))
        duty = connection.execute(select(check_in.c.id).where(check_in.c.account_id == guard)).scalar_one()
        of = {"check_in_id": duty, "account_id": guard, "post_id": world.district.posts[0]}
        seen = {"since": now - timedelta(minutes=12), "seen_at": now, "distance_m": 640.0, "asked_at": now}
        connection.execute(insert(away).values(**of, **seen))
        tell(transaction, guard)
        tell(transaction, world.district.guards[0][STAFF_1])


def is_back(world: World) -> None:
    """Let the clock have found him back."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(delete(away))
        for seat in (SECURITY_1, STAFF_1):
            tell(transaction, world.district.guards[0][seat])


def phone(world: World, browser: Browser, seat: int, **how: object) -> Page:
    context = Cast(browser, world).context(
        world.district.guards[0][seat],
        phone=True,
        **how,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(world.server.url)
    page.locator("main").first.wait_for()
    return page


def desk(world: World, browser: Browser) -> Page:
    page = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console")
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    return page


@pytest.mark.parametrize(
    ("press_on", "said"),
    [("被派到别处", "本人说：被派到别处"), ("就在岗位", "本人说：在岗位"), ("要离开了", "本人说：要离开")],
)
def test_who_is_away_answers_once_and_leader_and_desk_see_it(
    world: World, browser: Browser, press_on: str, said: str
) -> None:
    guard, leader = phone(world, browser, SECURITY_1), phone(world, browser, STAFF_1)
    goes_away(world)
    seen = leader.locator(".away-people")
    expect(seen).to_contain_text("还没回答")
    expect(seen).to_contain_text("640 米")
    sends(guard, PATH, lambda: press(guard, press_on))
    expect(guard.locator(".away").get_by_role("status")).to_contain_text(press_on)
    expect(guard.locator(".away").get_by_role("button")).to_have_count(0)
    expect(desk(world, browser).locator(".panel .away-people")).to_contain_text(said)
    is_back(world)
    expect(guard.locator(".away")).to_have_count(0)
    expect(seen).to_have_count(0)


def test_who_is_back_by_then_has_nothing_to_answer(world: World, browser: Browser) -> None:
    guard = phone(world, browser, SECURITY_1)
    goes_away(world)
    others_first(guard, PATH, lambda: is_back(world))
    is_refused(guard, PATH, lambda: press(guard, "就在岗位"), "not_away")
    expect(guard.locator(".away")).to_have_count(0)
