"""Changing what stands of a guard, on the page of people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.insiders import of_world
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("records")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def test_a_name_a_category_and_a_school_are_changed(world: World, browser: Browser) -> None:
    number = world.district.guards[0][1]
    page = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    press(page, "已审核")
    only = page.get_by_role("form", name="筛选")
    only.get_by_label("类别").select_option(label="教职工")
    only.get_by_label("学校").select_option(label="青禾第1小学")
    only.get_by_label("还没值过班").check()
    expect(page.locator("tr.guard")).to_have_count(1)
    page.get_by_role("button", name="修改测试12").click()
    dialog = page.get_by_role("dialog")
    save = dialog.get_by_role("button", name="保存")
    dialog.get_by_label("姓名").fill("")
    save.click()
    expect(dialog.get_by_text("请填写姓名。")).to_be_visible()
    dialog.get_by_label("姓名").fill("110指挥中心")
    save.click()
    expect(dialog.get_by_text("请写明原因")).to_be_visible()
    dialog.get_by_label("修改原因").fill("写错了")
    path = f"/api/guards/{number}/record"
    is_refused(page, path, save.click, "name_of_office")
    dialog.get_by_label("姓名").fill("测试改名")
    dialog.get_by_label("类别").select_option(label="专职保安")
    dialog.get_by_label("学校").select_option(label="青禾第3小学")

    def rename(name: str) -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            transaction.connection.execute(update(account).where(account.c.id == number).values(name=name))

    others_first(page, path, lambda: rename("别人"))
    is_refused(page, path, save.click, "guard_changed")
    expect(dialog.get_by_label("姓名")).to_have_value("测试改名")
    rename("测试12")
    save.click()
    row = page.locator("tr.guard", has_text="测试改名")
    expect(row).to_contain_text("青禾第3小学")
    expect(row).to_contain_text("保安")


def test_whoever_approves_by_keys_stays_in_the_row(world: World, browser: Browser) -> None:
    """The button that was pressed goes with the answer: the focus went to the head of the page with it."""
    stranger = of_world(world, lambda: datetime.now(UTC)).stranger("volunteer", on_duty=False)
    page = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    row = page.locator("tr.guard").first
    row.locator(".button.is-primary").focus()
    sends(page, f"/api/guards/{stranger.account_id}/approval", lambda: page.keyboard.press("Enter"))
    expect(page.locator("tr.guard button:focus")).to_have_text("停用")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("不再护学")
    page.keyboard.press("Tab")
    sends(page, f"/api/guards/{stranger.account_id}/approval", lambda: page.keyboard.press("Enter"))
    expect(page.locator("tr.guard button:focus")).to_have_text("重新通过")


def test_nobody_is_suspended_without_a_reason(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    press(page, "已审核")
    row = page.locator("tr.guard", has_text="测试13")
    row.get_by_role("button", name="停用测试13").click()
    row.get_by_role("button", name="停用").click()
    expect(row.get_by_role("alert")).to_have_text("请写明原因，至少两个字。")
    row.get_by_label("停用原因").fill("不再护学")
    row.get_by_role("button", name="停用").click()
    expect(row).to_contain_text("已停用")
