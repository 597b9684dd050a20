"""The district's page of people, where a guard is erased."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect
from sqlalchemy import ColumnElement, Table, update

from server.duty.tables import check_in
from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import VOLUNTEER_2
from tests.tools.looks import keep
from tests.tools.pressing import is_refused, others_first, press
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("erasing")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def test_erasing_a_guard(world: World, browser: Browser) -> None:
    number = world.district.guards[2][VOLUNTEER_2]
    page = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/guards")
    press(page, "已审核")
    row = page.locator("tr.guard", has_text="测试36")
    row.get_by_role("button", name="永久抹除测试36").click()
    dialog = page.get_by_role("dialog")
    go = dialog.get_by_role("button", name="永久抹除", exact=True)
    expect(go).to_be_disabled()
    for reason in ("不再护学", "本人要求", "重复登记"):
        dialog.get_by_label(reason).check()
    dialog.get_by_label("请输入姓名确认：测试36").fill("测试3")
    expect(go).to_be_disabled()
    dialog.get_by_label("请输入姓名确认：测试36").fill("测试36")
    keep(page, "erasing-a-guard")
    path = f"/api/guards/{number}/erasure"

    def change(table: Table, whose: ColumnElement[bool], **values: object) -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            transaction.connection.execute(update(table).where(whose).values(**values))

    others_first(page, path, lambda: change(account, account.c.id == number, name="别人"))
    is_refused(page, path, go.click, "not_this_person")
    change(account, account.c.id == number, name="测试36")
    others_first(page, path, lambda: world.check_in(2, VOLUNTEER_2))
    is_refused(page, path, go.click, "person_engaged")
    change(check_in, check_in.c.account_id == number, checked_out_at=datetime.now(UTC))
    with page.expect_response(lambda one: path in one.url and one.ok) as heard:
        go.click()
    assert heard.value.request.post_data_json["reason"] == "twice"
    expect(row).to_contain_text("正在抹除")
    expect(row.get_by_role("button", name="永久抹除测试36")).to_have_count(0)
    cookies = {"huxue": world.token(number)[0]}
    assert requests.get(f"{world.server.url}/api/me", cookies=cookies, timeout=10).status_code == 401
