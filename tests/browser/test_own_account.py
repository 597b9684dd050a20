"""One's own account at a console in a real browser: sessions that were left open, and another password."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.people.service import passwords
from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living

OLD, NEW = "invented-password-1", "seven copper kettles sing"
PASSWORD = "/api/me/password"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("own")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            hashed = passwords.hash_password(OLD)
            known = account.c.username.is_not(None)
            transaction.connection.execute(update(account).where(known).values(password_hash=hashed))
        yield world


def sign_in(world: World, browser: Browser, username: str) -> Page:
    page = Cast(browser, world).context(None, phone=False).new_page()
    page.goto(f"{world.server.url}/console/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(OLD)
    sends(page, "/api/session/password", lambda: press(page, "登录"))
    page.locator(".bar .desk").wait_for()
    return page


def fill(page: Page, old: str, new: str, again: str | None = None) -> None:
    page.locator(".password-form").get_by_label("现在的密码").fill(old)
    page.get_by_label("新密码", exact=True).fill(new)
    page.get_by_label("再输一次新密码").fill(new if again is None else again)


def test_sessions_that_were_left_open_are_ended_and_the_password_is_changed(
    world: World, browser: Browser
) -> None:
    desks = [sign_in(world, browser, "dispatcher") for _ in range(3)]
    here, left = desks[0], desks[2]
    here.locator(".bar .desk").click()
    here.wait_for_url("**/console/account")
    follow(here, "人员", "/console/guards")
    press(here, "更多")
    here.get_by_role("link", name="我的账号", exact=True).click()
    here.wait_for_url("**/console/account")
    rows = here.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="本机")).to_have_count(1)
    expect(rows.first).to_contain_text("Chrome, Linux")
    keep(here, "own-account")
    sends(here, "/api/me/sessions/", lambda: rows.first.get_by_role("button", name="退出 Chrome").click())
    expect(rows).to_have_count(2)
    expect(here.locator("section:focus")).to_contain_text("已登录的地方")
    left.wait_for_url("**/console/sign-in**")
    press(here, "退出其他所有", "先不做", "退出其他所有")
    sends(here, "/api/me/sessions", lambda: press(here, "退出其他所有"))
    expect(rows).to_have_count(1)
    expect(here.get_by_role("button", name="退出其他所有")).to_have_count(0)
    desks[1].wait_for_url("**/console/sign-in**")

    form = here.locator(".password-form")
    press(here, "改密码")
    expect(form.locator(".wrong")).to_have_text("请填写现在的密码和新密码。")
    fill(here, OLD, "short")
    press(here, "改密码")
    expect(form.locator(".wrong")).to_have_text("新密码至少 10 个字符。")
    fill(here, OLD, NEW, again="another one")
    press(here, "改密码")
    expect(form.locator(".wrong")).to_have_text("两次输入的新密码不一样。")
    fill(here, "not this one", NEW)
    is_refused(here, PASSWORD, lambda: press(here, "改密码"), "wrong_password")
    fill(here, OLD, OLD)
    is_refused(here, PASSWORD, lambda: press(here, "改密码"), "same_password")
    fill(here, OLD, "password1234")
    is_refused(here, PASSWORD, lambda: press(here, "改密码"), "password_too_common")
    fill(here, OLD, NEW)
    sends(here, PASSWORD, lambda: press(here, "改密码"))
    expect(here.get_by_role("status").filter(has_text="密码已改")).to_be_visible()
    expect(form.get_by_label("现在的密码")).to_have_value("")
    keep(here, "own-account-changed")
    # A demo's page of signing in leads whoever has a session to the other people of the demo.
    here.goto(f"{world.server.url}/console/sign-in")
    follow(here, "演示登录", "/demo")


@pytest.mark.parametrize("role", ["auditor", "district_admin"])
def test_the_page_is_there_for_every_desk(world: World, browser: Browser, role: str) -> None:
    for size in ((390, 844), (1366, 768)):
        page = (
            Cast(browser, world)
            .context(world.district.consoles[role], phone=False, locale="en-US", size=size)
            .new_page()
        )
        page.goto(f"{world.server.url}/console/account")
        expect(page.get_by_role("heading", name="My account")).to_be_visible()
        expect(page.locator("tbody tr").first).to_contain_text("This one")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        keep(page, f"own-account-{role}-{size[0]}")
        page.context.close()
