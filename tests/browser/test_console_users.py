"""Console accounts in a real browser: a desk is made, another administrator confirms it, its owner comes in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, select

from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living

PASSWORD = "seven copper kettles sing"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("users")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


@pytest.fixture(scope="module")
def second(world: World) -> int:
    """Make another administrator of the district."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        connection = transaction.connection
        district = connection.execute(select(account.c.district_id)).scalars().first()
        number: int = connection.execute(
            insert(account)
            .values(
                district_id=district,
                username="second",
                name="测试第二人",
                role="district_admin",
                status="approved",
                registered_at=datetime.now(UTC),
            )
            .returning(account.c.id)
        ).scalar_one()
    return number


def desk(world: World, browser: Browser, number: int | None, *, locale: str = "zh-CN") -> Page:
    return Cast(browser, world).context(number, phone=False, locale=locale).new_page()


def at_users(world: World, browser: Browser, number: int) -> Page:
    page = desk(world, browser, number)
    page.goto(f"{world.server.url}/console")
    follow(page, "账号管理", "/console/users")
    page.get_by_role("heading", name="指挥台账号").wait_for()
    return page


def dialog(page: Page) -> Page:
    return page.get_by_role("dialog")  # type: ignore[return-value]


def test_a_desk_is_made_confirmed_and_entered_and_closed(world: World, browser: Browser, second: int) -> None:
    first = world.district.consoles["district_admin"]
    page = at_users(world, browser, first)
    press(page, "新增账号")
    form = dialog(page)
    press(page, "建立账号")
    expect(form.get_by_role("alert")).to_have_text("请填写姓名或席位名称。")
    form.get_by_label("姓名").fill("夜班席位")
    form.get_by_label("用户名").fill("席位")
    press(page, "建立账号")
    expect(form.get_by_role("alert")).to_contain_text("请填写用户名")
    form.get_by_label("用户名").fill("dispatcher")
    press(page, "建立账号")
    expect(form.get_by_role("alert")).to_have_text("请选择学校或派出所。")
    form.get_by_label("角色").select_option("dispatcher")
    expect(form).to_contain_text("要由他确认才能使用")
    keep(page, "users-add")
    is_refused(page, "/api/users", lambda: press(page, "建立账号"), "username_taken")
    form.get_by_label("用户名").fill("night")
    form.get_by_label("最后一天").fill("2020-01-01")
    is_refused(page, "/api/users", lambda: press(page, "建立账号"), "end_is_past")
    form.get_by_label("最后一天").fill("2099-12-31")
    sends(page, "/api/users", lambda: press(page, "建立账号"))
    row = page.locator("tbody tr").filter(has_text="夜班席位")
    expect(row).to_contain_text("还没设密码")
    expect(row).to_contain_text("用到 2099-12-31")
    expect(row.get_by_role("button", name="确认夜班席位的账号")).to_have_count(0)

    sends(page, "/link", lambda: press(page, "生成夜班席位的设密码链接"))
    address = page.locator("code").inner_text()
    press(page, "复制链接")
    keep(page, "users-link")
    press(page, "完成")
    expect(row).to_contain_text("链接有效到")
    page.get_by_label("按姓名、用户名、角色或单位查找").fill("没有这个人")
    expect(page.get_by_role("status")).to_have_text("没有找到符合的账号。")
    page.get_by_label("按姓名、用户名、角色或单位查找").fill("夜班")
    expect(page.locator("tbody tr")).to_have_count(1)

    owner = desk(world, browser, None)
    owner.goto(f"{address}x")
    owner.get_by_role("alert").wait_for()
    is_refused(owner, "/api/invitations/look", lambda: press(owner, "再试一次"), "unknown_link")
    owner.goto("about:blank")
    owner.goto(address)
    expect(owner.get_by_text("夜班席位，您的角色是")).to_be_visible()
    owner.get_by_label("新密码", exact=True).fill("short")
    press(owner, "设置密码")
    expect(owner.get_by_role("alert")).to_have_text("新密码至少 10 个字符。")
    owner.get_by_label("新密码", exact=True).fill("password1234")
    owner.get_by_label("再输一次新密码").fill("another")
    press(owner, "设置密码")
    expect(owner.get_by_role("alert")).to_have_text("两次输入的新密码不一样。")
    owner.get_by_label("再输一次新密码").fill("password1234")
    is_refused(owner, "/password", lambda: press(owner, "设置密码"), "password_too_common")
    keep(owner, "invitation")
    for label in ("新密码", "再输一次新密码"):
        owner.get_by_label(label, exact=True).fill(PASSWORD)
    sends(owner, "/api/invitations/password", lambda: press(owner, "设置密码"))
    owner.get_by_role("link", name="去登录").click()
    owner.get_by_label("用户名").fill("night")
    owner.get_by_label("密码").fill(PASSWORD)
    is_refused(owner, "/api/session/password", lambda: press(owner, "登录"), "not_let_in")

    other = at_users(world, browser, second)
    keep(other, "users")
    sends(other, "/confirmation", lambda: press(other, "确认夜班席位的账号"))
    expect(other.locator("tbody tr").filter(has_text="夜班席位")).to_contain_text("可以使用")
    owner.get_by_label("密码").fill(PASSWORD)
    sends(owner, "/api/session/password", lambda: press(owner, "登录"))
    owner.locator(".bar .desk").wait_for()

    press(other, "停用夜班席位", "先不做", "停用夜班席位")
    sends(other, "/closing", lambda: other.locator(".asking").get_by_role("button", name="停用").click())
    expect(other.locator("tbody tr").filter(has_text="夜班席位")).to_contain_text("已停用")
    owner.wait_for_url("**/console/sign-in**")
    sends(other, "/closing", lambda: press(other, "恢复夜班席位"))
    expect(other.locator("tbody tr").filter(has_text="夜班席位")).to_contain_text("等确认")


def test_an_account_is_changed_and_an_administrator_s_role_stays(
    world: World, browser: Browser, second: int
) -> None:
    assert second
    page = at_users(world, browser, world.district.consoles["district_admin"])
    press(page, "修改测试school_admin")
    form = dialog(page)
    form.get_by_label("姓名").fill("青禾一小值班室")
    form.locator("select").nth(1).select_option(index=2)
    sends(page, "/changes", lambda: press(page, "保存修改"))
    row = page.locator("tbody tr").filter(has_text="青禾一小值班室")
    expect(row).to_contain_text("第2小学")
    press(page, "修改测试第二人")
    form.get_by_label("角色").select_option("auditor")
    is_refused(page, "/changes", lambda: press(page, "保存修改"), "role_stays")
    press(page, "关闭此对话框")
    expect(page.locator("tbody tr").filter(has_text="您自己的账号")).to_have_count(1)


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_the_pages_fit_a_phone_and_a_desk_in_english(
    world: World, browser: Browser, size: tuple[int, int]
) -> None:
    context = Cast(browser, world).context(
        world.district.consoles["district_admin"], phone=False, locale="en-US", size=size
    )
    page = context.new_page()
    page.goto(f"{world.server.url}/console/users")
    page.get_by_role("heading", name="Console accounts").wait_for()
    page.locator("tbody tr").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    keep(page, f"users-{size[0]}-en")
    page.get_by_role("button", name="Add an account").click()
    page.get_by_role("dialog").get_by_label("User name").wait_for()
    keep(page, f"users-add-{size[0]}-en")
    page.goto(f"{world.server.url}/console/invitation#nobody")
    page.get_by_role("alert").wait_for()
    keep(page, f"invitation-{size[0]}-en")
    context.close()
