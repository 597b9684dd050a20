"""A desk that somebody signed in at long ago asks who sits there before a list leaves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, update

from server.people.queries import second_factors, sessions
from server.people.rules import second_factors as rules
from server.people.service import passwords
from server.people.tables import account, session
from server.people.tables.second_factors import second_factor
from tests.tools.cast import Cast
from tests.tools.looks import keep
from tests.tools.pressing import is_refused, press, sends
from tests.tools.world import World, living

PASSWORD = "seven copper kettles sing"
PROOF, EXPORTS = "/api/me/proof", "/api/exports"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district whose administrator signed in an hour ago."""
    folder = tmp_path_factory.mktemp("proofs")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            his = account.c.id == world.district.consoles["district_admin"]
            values = {"password_hash": passwords.hash_password(PASSWORD)}
            transaction.connection.execute(update(account).where(his).values(values))
        yield world


def desk(world: World, browser: Browser, locale: str = "zh-CN") -> Page:
    """Open the page of exports; the sign-in was an hour ago."""
    who = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(who, phone=False, locale=locale).new_page()
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        values = {"created_at": now - timedelta(hours=1), "proved_at": None}
        transaction.connection.execute(update(session).values(values))
    world.until_heard()
    page.goto(f"{world.server.url}/console/exports")
    return page


def test_the_password_is_asked_for_and_the_list_is_made_then(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    page.get_by_role("textbox", name="用途").fill("核对名单")
    box = page.get_by_role("dialog", name="请确认是您本人")

    def asks_and_leaves() -> None:
        press(page, "导出文件")
        expect(box.get_by_label("您的密码")).to_be_focused()
        keep(page, "proof")
        press(page, "先不做")

    is_refused(page, EXPORTS, asks_and_leaves, "proof_needed")
    expect(page.locator("main")).to_contain_text("要先确认是您本人")
    press(page, "导出文件")
    go = box.get_by_role("button", name="确认并继续")
    go.click()
    expect(box.get_by_role("alert")).to_have_text("请填写密码。")
    box.get_by_label("您的密码").fill("not this one")
    is_refused(page, PROOF, go.click, "wrong_password")
    box.get_by_label("您的密码").fill(PASSWORD)
    sends(page, EXPORTS, go.click)
    expect(box).to_have_count(0)
    expect(page.locator(".mine tbody tr").first).to_contain_text("核对名单")


def test_who_has_a_second_step_types_its_code_as_well(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    secret, who = rules.new_secret(), world.district.consoles["district_admin"]
    with world.store.transaction(datetime.now(UTC)) as transaction:
        second_factors.begin(transaction.connection, who, secret, transaction.now)
        second_factors.confirm(transaction.connection, who, transaction.now)
    page.get_by_role("textbox", name="用途").fill("两步验证")
    press(page, "导出文件")
    box = page.get_by_role("dialog", name="请确认是您本人")
    go = box.get_by_role("button", name="确认并继续")
    box.get_by_label("您的密码").fill(PASSWORD)
    is_refused(page, PROOF, go.click, "second_code_needed")
    code = box.get_by_label("验证器上的 6 位数字")
    code.fill("000000")
    is_refused(page, PROOF, go.click, "wrong_second_step")
    code.fill(pyotp.TOTP(secret).now())
    sends(page, EXPORTS, go.click)
    expect(page.locator(".mine tbody tr").first).to_contain_text("两步验证")
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(delete(second_factor))


def test_what_somebody_began_is_not_done_by_who_signs_in_at_his_desk(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    page.get_by_role("textbox", name="用途").fill("没有做完的")
    press(page, "导出文件")
    box = page.get_by_role("dialog", name="请确认是您本人")
    expect(box).to_be_visible()
    admin = world.district.consoles["district_admin"]
    with world.store.transaction(datetime.now(UTC)) as transaction:
        sessions.end_all(transaction, admin)
    del world.tokens[admin]
    page.wait_for_url("**/console/sign-in**")
    page.get_by_label("用户名").fill("district_admin")
    page.get_by_label("密码").fill(PASSWORD)
    sends(page, "/api/session/password", lambda: press(page, "登录"))
    page.wait_for_url("**/console/exports**")
    expect(page.get_by_role("textbox", name="用途")).to_be_visible()
    expect(box).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("没有做完的")
