"""The desks of three separate roles: the security administrator lets in, locks, erases; each has its own pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, select, update

from server.people.service.passwords import hash_password
from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import VOLUNTEER_2
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, others_first, press, sends
from tests.tools.world import World, living

PASSWORD = "invented-password-1"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("separate")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_SEPARATE_ROLES="1") as world:
        yield world


def add(world: World, username: str, name: str, role: str, status: str) -> int:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        values = {
            "district_id": world.district.district_id,
            "username": username,
            "password_hash": hash_password(PASSWORD),
            "name": name,
            "role": role,
            "status": status,
            "registered_at": datetime.now(UTC),
        }
        number: int = transaction.connection.execute(
            insert(account).values(**values).returning(account.c.id)
        ).scalar_one()
    return number


def set_status(world: World, account_id: int, **values: object) -> None:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(account).where(account.c.id == account_id).values(**values))


def desk(world: World, browser: Browser, role: str, path: str = "") -> Page:
    page = Cast(browser, world).context(world.district.consoles[role], phone=False).new_page()
    page.goto(f"{world.server.url}/console{path}")
    return page


def test_an_account_waits_and_is_let_in_refused_and_locked(world: World, browser: Browser) -> None:
    new = add(world, "new", "新指挥台", "dispatcher", "pending")
    bad = add(world, "bad", "不认识", "dispatcher", "pending")
    stranger = Cast(browser, world).context(None, phone=False).new_page()
    stranger.goto(f"{world.server.url}/console/sign-in")
    stranger.get_by_label("用户名").fill("new")
    stranger.get_by_label("密码").fill(PASSWORD)
    go = stranger.get_by_role("button", name="登录", exact=True)
    is_refused(stranger, "/api/session/password", go.click, "not_let_in")
    keep(stranger, "not-let-in")
    page = desk(world, browser, "security_admin")
    expect(page.get_by_text("2 个账号等您准许")).to_be_visible()
    keep(page, "rights")
    path = f"/api/console-accounts/{new}/letting-in"
    sends(page, path, page.get_by_role("button", name="准许使用：新指挥台").click)
    row = page.locator("tr.account", has_text="新指挥台")
    expect(row).to_contain_text("准许")
    row.get_by_role("button", name="锁定新指挥台").click()
    press(page, "先不做")
    row.get_by_role("button", name="锁定新指挥台").click()
    sends(page, path, row.get_by_role("button", name="锁定", exact=True).click)
    expect(row).to_contain_text("已锁定")
    refused = page.locator("tr.account", has_text="不认识")
    refused.get_by_role("button", name="不准许不认识").click()
    go = refused.get_by_role("button", name="不准许", exact=True)
    sends(page, f"/api/console-accounts/{bad}/letting-in", go.click)
    expect(refused).to_contain_text("已锁定")
    officer = page.locator("tr.account", has_text="测试station_officer")
    expect(officer).to_contain_text("还没有人准许")
    number = world.district.consoles["station_officer"]
    checked = officer.get_by_role("button", name="核对无误：测试station_officer")
    sends(page, f"/api/console-accounts/{number}/letting-in", checked.click)
    expect(officer).not_to_contain_text("还没有人准许")


def test_what_the_page_says_where_it_may_not(world: World, browser: Browser) -> None:
    page = desk(world, browser, "security_admin")
    auditor = page.locator("tr.account", has_text="测试auditor")
    auditor.get_by_role("button", name="锁定测试auditor").click()
    number = world.district.consoles["auditor"]
    go = auditor.get_by_role("button", name="锁定", exact=True)
    is_refused(page, f"/api/console-accounts/{number}/letting-in", go.click, "last_of_role")
    double = add(world, "double", "测试auditor", "district_admin", "pending")
    page.reload()
    row = page.locator("tr.account", has_text="double")
    let_in = row.get_by_role("button", name="准许使用：测试auditor")
    is_refused(page, f"/api/console-accounts/{double}/letting-in", let_in.click, "holds_another_role")
    keep(page, "rights-refused")
    set_status(world, double, status="suspended", username=None)


def test_each_of_the_three_has_its_own_pages(world: World, browser: Browser) -> None:
    page = desk(world, browser, "security_admin")
    tabs = page.get_by_role("navigation").get_by_role("link")
    expect(tabs).to_have_text(["账号权限", "人员", "登录与权限", "我的账号"])
    follow(page, "登录与权限", "/console/sign-ins")
    expect(page.get_by_role("heading", name="登录与权限记录")).to_be_visible()
    press(page, "清除")
    keep(page, "sign-ins")
    follow(page, "人员", "/console/guards")
    press(page, "已审核")
    name = "测试36"
    row = page.locator("tr.guard", has_text=name)
    row.get_by_role("button", name=f"永久抹除{name}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("本人要求").check()
    dialog.get_by_label(f"请输入姓名确认：{name}").fill(name)
    number = world.district.guards[2][VOLUNTEER_2]
    sends(
        page,
        f"/api/guards/{number}/erasure",
        dialog.get_by_role("button", name="永久抹除", exact=True).click,
    )
    press(page, "将关闭")
    expect(page.get_by_text("没有将关闭的账号")).to_be_visible()
    follow(page, "账号权限", "/console")
    admin = desk(world, browser, "district_admin", "/guards")
    expect(admin.get_by_role("button", name="已审核")).to_be_visible()
    expect(admin.get_by_role("button", name="将关闭")).to_have_count(0)
    press(admin, "已审核")
    expect(admin.locator("tr.guard").first).to_be_visible()
    expect(admin.get_by_role("button", name="永久抹除")).to_have_count(0)
    auditor = desk(world, browser, "auditor")
    expect(auditor.get_by_role("navigation").get_by_role("link")).to_have_text(
        ["审计日志", "导出", "我的账号"]
    )


def test_who_was_moved_meanwhile_is_told(world: World, browser: Browser) -> None:
    number = add(world, "late", "后来的", "dispatcher", "pending")
    page = desk(world, browser, "security_admin")
    path = f"/api/console-accounts/{number}/letting-in"
    others_first(page, path, lambda: set_status(world, number, role="guard"))
    is_refused(page, path, page.get_by_role("button", name="准许使用：后来的").click, "not_found")
    with world.store.read() as connection:
        status = connection.execute(select(account.c.status).where(account.c.id == number)).scalar_one()
    assert status == "pending"
