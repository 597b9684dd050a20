"""A desk lends a post somebody; he accepts on his phone; a post falls short by a dispatcher's word alone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from server.duty.tables import check_in, lending
from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, VOLUNTEER_1
from tests.tools.pressing import is_refused, others_first, sends
from tests.tools.roster_desk import change
from tests.tools.world import World, living


@pytest.fixture
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose first post has no security guard, and whose second one has one too many."""
    folder = tmp_path_factory.mktemp("lending")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", peak_in_minutes=-7) as world:
        third = world.district.guards[1][VOLUNTEER_1]
        change(world, account, third, category="security")
        world.check_in(0, STAFF_1)
        for seat in (SECURITY_1, SECURITY_2, VOLUNTEER_1):
            world.check_in(1, seat)
        yield world


def panel(page: Page) -> Page:
    page.locator(".lend").first.wait_for()
    return page


def desk(world: World, browser: Browser) -> Page:
    """Open the first post at a dispatcher's desk."""
    context = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False)
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    page.locator(".gap-list .row", has_text="青禾第1小学").first.click()
    page.get_by_role("button", name=re.compile("^岗位详情")).click()
    return panel(page)


def test_somebody_is_asked_accepts_and_is_on_his_way(world: World, browser: Browser) -> None:
    here, who = world.district.posts[0], world.district.guards[1][VOLUNTEER_1]
    page, path = desk(world, browser), f"/api/posts/{world.district.posts[0]}/lendings"
    name = "测试25"
    ask = page.get_by_role("button", name=f"借调{name}")
    others_first(page, path, lambda: suspend_duty(world, who, ended=True))
    is_refused(page, path, ask.click, "not_lendable")
    suspend_duty(world, who, ended=False)
    page = desk(world, browser)
    ask = page.get_by_role("button", name=f"借调{name}")
    number = sends(page, path, ask.click)["id"]
    expect(page.locator(".lend")).to_contain_text("已问")
    phone = Cast(browser, world).context(who, phone=True).new_page()
    phone.goto(world.server.url)
    answer = f"/api/me/lendings/{number}/answer"
    go = phone.get_by_role("button", name="我去", exact=True)
    others_first(phone, answer, lambda: change(world, lending, number, state="over"))
    is_refused(phone, answer, go.click, "lending_over")
    change(world, lending, number, state="asked")
    phone.reload()
    sends(phone, answer, go.click)
    expect(phone.locator(".lend")).to_contain_text("扫那里的码签到")
    sends(phone, answer, phone.get_by_role("button", name="我去不了").click)
    expect(phone.locator(".lend")).to_have_count(0)
    assert world.get(who, "/api/duty").json()["check_in"]["post_id"] != here


def suspend_duty(world: World, who: int, *, ended: bool) -> None:
    """End somebody's duty behind everybody's back, or let it go on."""
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        his = check_in.c.account_id == who
        values = {"checked_out_at": now if ended else None}
        transaction.connection.execute(update(check_in).where(his).values(values))


def test_a_post_falls_short_by_a_dispatchers_word(world: World, browser: Browser) -> None:
    page, path = desk(world, browser), f"/api/posts/{world.district.posts[0]}/lendings"
    guards = world.district.guards[1]
    dispatcher = world.district.consoles["dispatcher"]
    buttons = page.locator(".lend").get_by_role("button", name=re.compile("^借调"))
    buttons.first.wait_for()

    def another_goes() -> None:
        number = world.write(dispatcher, path, account_id=guards[SECURITY_1], word=None)["id"]
        world.write(guards[SECURITY_1], f"/api/me/lendings/{number}/answer", accept=True)

    others_first(page, path, another_goes)
    is_refused(page, path, buttons.last.click, "post_falls_below")
    page = desk(world, browser)
    buttons = page.locator(".lend").get_by_role("button", name=re.compile("^借调"))
    word = page.get_by_label("为什么原岗位可以少人").first
    word.fill("接送车多")
    sends(page, path, buttons.first.click)
    expect(page.locator(".lend")).to_contain_text("已问")
    # Two are asked by now; the desk takes one back, and another desk the other one in the same moment.
    back = page.locator(".lend").get_by_role("button", name=re.compile("不用来了$"))
    expect(back).to_have_count(2)
    with world.store.read() as connection:
        first, second = connection.execute(select(lending.c.id).order_by(lending.c.id)).scalars()
    names = page.locator(".lend .asked")
    sends(page, f"/api/lendings/{first}/end", names.first.get_by_role("button").click)
    expect(back).to_have_count(1)
    end = f"/api/lendings/{second}/end"
    others_first(page, end, lambda: world.write(dispatcher, end))
    is_refused(page, end, back.click, "lending_over")
