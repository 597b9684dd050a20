"""Accounts that nobody uses: the phone keeps its own, the district opens again what closed, and both are told why."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, select, update

from server.people.service.passwords import hash_password
from server.people.tables import account, account_use
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2, VOLUNTEER_1, VOLUNTEER_2
from tests.tools.looks import keep
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("unused")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        made = world.district
        for number in (made.guards[0][SECURITY_1], made.guards[1][SECURITY_1]):
            closing(world, number)
        for number in (*made.guards[2][SECURITY_1 : VOLUNTEER_2 + 1], made.consoles["dispatcher"]):
            closed(world, number)
        yield world


def closing(world: World, account_id: int) -> None:
    """Let an account have had its notice ten days ago."""
    now = datetime.now(UTC)
    row = {
        "used_at": now - timedelta(days=345),
        "notice_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=20),
    }
    put(world, account_id, "approved", row)


def closed(world: World, account_id: int) -> None:
    """Let an account have closed a week ago."""
    now = datetime.now(UTC)
    row = {
        "used_at": now - timedelta(days=380),
        "notice_at": now - timedelta(days=37),
        "closes_at": now - timedelta(days=7),
        "closed_at": now - timedelta(days=7),
        "status_before": "approved",
    }
    put(world, account_id, "suspended", row)


def put(world: World, account_id: int, status: str, row: dict[str, object]) -> None:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        connection = transaction.connection
        connection.execute(account_use.delete().where(account_use.c.account_id == account_id))
        connection.execute(insert(account_use).values(account_id=account_id, **row))
        connection.execute(update(account).where(account.c.id == account_id).values(status=status))


def people(world: World, browser: Browser) -> Page:
    page = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    return page


def test_the_district_sees_who_closes_and_opens_again(world: World, browser: Browser) -> None:
    page = people(world, browser)
    press(page, "将关闭")
    expect(page.locator("tr.account")).to_have_count(2)
    keep(page, "accounts-closing")
    press(page, "久未使用")
    rows = page.locator("tr.account")
    expect(rows).to_have_count(5)
    keep(page, "accounts-closed")
    number = world.district.guards[2][VOLUNTEER_1]
    with world.store.read() as connection:
        name = connection.execute(select(account.c.name).where(account.c.id == number)).scalar_one()
    row = page.locator("tr.account", has_text=name)
    row.get_by_role("button", name=f"重新启用{name}").click()
    press(page, "先不做")
    row.get_by_role("button", name=f"重新启用{name}").click()
    path = f"/api/accounts/{number}/reopening"
    sends(page, path, row.get_by_role("button", name="重新启用", exact=True).click)
    expect(row).to_contain_text("已启用")
    other = world.district.guards[2][VOLUNTEER_2]
    last = page.locator("tr.account", has_text="测试36")
    last.get_by_role("button", name="重新启用测试36").click()
    others_first(page, f"/api/accounts/{other}/reopening", lambda: closing(world, other))
    go = last.get_by_role("button", name="重新启用", exact=True)
    is_refused(page, f"/api/accounts/{other}/reopening", go.click, "not_found")
    page.get_by_placeholder("姓名或手机后四位").fill("测试99")
    expect(page.get_by_text("没有找到这个姓名")).to_be_visible()
    press(page, "已审核")
    expect(page.locator("tr.account")).to_have_count(0)


def test_the_school_sees_why_and_may_approve_again(world: World, browser: Browser) -> None:
    number = world.district.guards[0][SECURITY_2]
    closed(world, number)
    page = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    press(page, "已停用")
    row = page.locator("tr.guard", has_text="久未使用，已关闭")
    sends(page, f"/api/guards/{number}/approval", row.get_by_role("button", name="重新通过").click)
    expect(row).to_have_count(0)


def test_a_guard_keeps_his_account_with_one_press(world: World, browser: Browser) -> None:
    guard = world.district.guards[1][SECURITY_1]
    page = Cast(browser, world).context(guard, phone=True).new_page()
    page.goto(world.server.url)
    note = page.locator("section.closing")
    expect(note).to_contain_text("关闭")
    keep(page, "account-closing")
    sends(page, "/api/me/use", note.get_by_role("button", name="保留我的账号").click)
    expect(note).to_have_count(0)


def test_a_guard_who_comes_back_too_late_is_told_to_register_anew(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(None, phone=True, post=2).new_page()
    page.goto(f"{world.server.url}/p/{world.district.codes[2]}")
    page.get_by_label("手机号").fill("19900000202")
    press(page, "获取短信验证码")
    page.get_by_role("button", name="填入").click()
    expect(page.get_by_text("您的账号很久没有使用，已经关闭")).to_be_visible()
    keep(page, "registering-anew")


def test_a_console_account_that_closed_is_told_whom_to_ask(world: World, browser: Browser) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    password = "invented-password-1"
    with world.store.transaction(datetime.now(UTC)) as transaction:
        values = {"username": "away", "password_hash": hash_password(password)}
        transaction.connection.execute(update(account).where(account.c.id == dispatcher).values(**values))
    page = Cast(browser, world).context(None, phone=False).new_page()
    page.goto(f"{world.server.url}/console/sign-in")
    page.get_by_label("用户名").fill("away")
    page.get_by_label("密码").fill(password)
    is_refused(
        page,
        "/api/session/password",
        page.get_by_role("button", name="登录", exact=True).click,
        "closed_unused",
    )
    keep(page, "closed-console-account")
