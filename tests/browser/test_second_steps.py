"""The second step of a sign-in in a real browser: set up from the page, asked for at the desk, lost and ended."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.people.service import passwords
from server.people.tables import account
from server.people.tables.second_factors import second_factor
from tests.tools.cast import Cast
from tests.tools.looks import keep
from tests.tools.pressing import is_refused, press, sends
from tests.tools.world import World, living

PASSWORD = "seven copper kettles sing"
STEP = "/api/me/second-step"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("second")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            known = account.c.username.is_not(None)
            hashed = passwords.hash_password(PASSWORD)
            transaction.connection.execute(update(account).where(known).values(password_hash=hashed))
        yield world


def begin_sign_in(world: World, browser: Browser) -> Page:
    page = Cast(browser, world).context(None, phone=False).new_page()
    page.goto(f"{world.server.url}/console/sign-in")
    page.get_by_label("用户名").fill("dispatcher")
    page.get_by_label("密码").fill(PASSWORD)
    return page


def now(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(time.time()))


def all_codes_are_new(world: World) -> None:
    """Let the server forget which step it took last, so that no test waits for the next half minute."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(second_factor).values(last_step=None))


def test_a_second_step_is_set_up_asked_for_and_turned_off(world: World, browser: Browser) -> None:
    page = begin_sign_in(world, browser)
    sends(page, "/api/session/password", lambda: press(page, "登录"))
    page.locator(".bar .desk").click()
    card = page.locator(".second-step")
    press(page, "开始设置")
    expect(card.get_by_role("alert")).to_have_text("请填写现在的密码。")
    card.get_by_label("现在的密码").fill("not this one")
    is_refused(page, STEP, lambda: press(page, "开始设置"), "wrong_password")
    card.get_by_label("现在的密码").fill(PASSWORD)
    sends(page, STEP, lambda: press(page, "开始设置"))
    expect(card.get_by_role("img", name="给验证器扫的二维码")).to_be_visible()
    press(page, "返回")
    card.get_by_label("现在的密码").fill(PASSWORD)
    sends(page, STEP, lambda: press(page, "开始设置"))
    secret = card.locator("code").inner_text().replace(" ", "")
    press(page, "开启")
    expect(card.get_by_role("alert")).to_have_text("请填写数字或恢复码。")
    card.get_by_label("验证器里的数字").fill("000000")
    is_refused(page, f"{STEP}/confirmation", lambda: press(page, "开启"), "wrong_second_step")
    keep(page, "second-step-begun")
    card.get_by_label("验证器里的数字").fill(now(secret))
    sends(page, f"{STEP}/confirmation", lambda: press(page, "开启"))
    expect(card.get_by_role("listitem")).to_have_count(10)
    keep(page, "second-step-codes")
    code = card.get_by_role("listitem").first.inner_text()
    press(page, "复制恢复码", "已经收好")
    expect(card).to_contain_text("剩余恢复码 10 个")

    other = begin_sign_in(world, browser)
    is_refused(other, "/api/session/password", lambda: press(other, "登录"), "second_step_needed")
    press(other, "登录")
    expect(other.get_by_role("alert").first).to_have_text("请填写数字或恢复码。")
    keep(other, "second-step-asked")
    other.get_by_label("验证器里的数字").fill("000000")
    is_refused(other, "/api/session/password", lambda: press(other, "登录"), "wrong_second_step")
    other.get_by_label("验证器里的数字").fill(code)
    sends(other, "/api/session/password", lambda: press(other, "登录"))
    other.locator(".bar .desk").wait_for()

    all_codes_are_new(world)
    press(page, "换一组恢复码", "返回", "换一组恢复码")
    card.get_by_label("验证器里的数字").fill(now(secret))
    sends(page, f"{STEP}/confirmation", lambda: press(page, "生成新的恢复码"))
    press(page, "已经收好")
    expect(card).to_contain_text("剩余恢复码 10 个")
    all_codes_are_new(world)
    press(page, "关闭两步验证…", "返回", "关闭两步验证…", "关闭两步验证")
    expect(card.get_by_role("alert")).to_have_text("请填写密码和数字。")
    card.get_by_label("现在的密码").fill(PASSWORD)
    card.get_by_label("验证器里的数字").fill(now(secret))
    sends(page, f"{STEP}/end", lambda: press(page, "关闭两步验证"))
    expect(card.get_by_role("button", name="开始设置")).to_be_visible()


def test_an_administrator_ends_it_for_who_lost_his(world: World, browser: Browser) -> None:
    number = world.district.consoles["dispatcher"]
    secret = world.post(number, STEP, {"password": PASSWORD}).json()["secret"]
    assert world.post(number, f"{STEP}/confirmation", {"code": now(secret)}).status_code == 200
    page = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/users")
    row = page.locator("tbody tr").filter(has_text="测试dispatcher")
    expect(row).to_contain_text("两步验证已开启")
    press(page, "取消测试dispatcher的两步验证", "先不做", "取消测试dispatcher的两步验证")
    keep(page, "second-step-end")
    sends(page, "/second-step-end", row.locator(".asking").get_by_role("button").first.click)
    expect(row).not_to_contain_text("两步验证已开启")


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_the_card_fits_a_phone_and_a_desk_in_english(
    world: World, browser: Browser, size: tuple[int, int]
) -> None:
    number = world.district.consoles["auditor"]
    page = Cast(browser, world).context(number, phone=False, locale="en-US", size=size).new_page()
    page.goto(f"{world.server.url}/console/account")
    card = page.locator(".second-step")
    card.get_by_label("Password until now").fill(PASSWORD)
    card.get_by_role("button", name="Set it up").click()
    card.get_by_role("img").scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    keep(page, f"second-step-{size[0]}-en")
    page.context.close()
