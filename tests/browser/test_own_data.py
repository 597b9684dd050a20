"""A guard takes what is held of him, looks who has looked, and erases himself; the district's figures stay."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from server.duty.tables import check_in
from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1
from tests.tools.exports import read_csv
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living

NAME, TELEPHONE = "测试13", "19900000002"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which one guard stands at a post."""
    folder = tmp_path_factory.mktemp("own-data")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        world.check_in(0, SECURITY_1)
        yield world


def duties(page: Page) -> list[dict[str, str]]:
    """Take the month's duties at the console, and give the rows of the file."""
    page.get_by_label("内容").select_option("duties")
    page.get_by_label("格式").select_option("csv")
    page.get_by_role("textbox", name="用途").fill("月度值守统计")
    sends(page, "/api/exports", lambda: press(page, "导出文件"))
    link = page.locator(".mine tbody tr").first.get_by_role("link", name="下载")
    link.wait_for(timeout=60_000)
    with page.expect_download() as caught:
        link.click()
    return read_csv(caught.value.path().read_bytes()).rows


def test_a_guard_takes_his_data_sees_who_looked_and_erases_himself(world: World, browser: Browser) -> None:
    number = world.district.guards[0][SECURITY_1]
    desk = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False).new_page()
    desk.goto(f"{world.server.url}/console")
    search = desk.get_by_label("学校、岗位、人名、手机后四位")
    search.fill(NAME)
    desk.locator(".people-found .person", has_text=NAME).click()
    press(desk, f"查看号码：{NAME}")
    at_post = desk.get_by_role("dialog").get_by_role("button", name="在岗，有事找他")
    sends(desk, "/telephone", at_post.click)

    page = Cast(browser, world).context(number, phone=True).new_page()
    page.goto(f"{world.server.url}/record")
    looks = page.locator(".looks")
    looks.get_by_role("button", name="查看记录").click()
    expect(looks.locator(".at-telephone li")).to_contain_text(["区管理员"])
    expect(looks.locator(".at-telephone li")).to_contain_text(["在岗时联系您"])
    expect(looks.locator(".by-day li").first).to_contain_text("区管理员")

    own = page.locator(".own-data")
    sends(page, "/api/me/own-data", own.get_by_role("button", name="取一份我的数据").click)
    own.get_by_role("link", name="下载").wait_for(timeout=60_000)
    with page.expect_download() as caught:
        own.get_by_role("link", name="下载").click()
    with zipfile.ZipFile(caught.value.path()) as archive:
        assert archive.read("own-data.pdf").startswith(b"%PDF")
        texts = {
            name: archive.read(name).decode("utf-8-sig")
            for name in archive.namelist()
            if name.endswith((".csv", ".json"))
        }
    assert any(TELEPHONE in text and NAME in text for text in texts.values())
    assert any("see_telephone" in text for text in texts.values())

    card = page.locator(".erase")
    card.get_by_role("button", name="抹除我的一切…").click()
    keep(page, "erasing-oneself")
    # Not while he stands there: his post would lose him unseen.
    is_refused(page, "/api/me/erasure", card.get_by_role("button", name="永久抹除").click, "erasure_hindered")
    end_duty(world, number)
    follow(desk, "导出", "/console/exports")
    before = duties(desk)
    assert [row.pop("姓名") for row in before] == [NAME]
    sends(page, "/api/me/erasure", card.get_by_role("button", name="永久抹除").click)
    expect(page.get_by_text("您的信息正在抹除")).to_be_visible()
    erased(world, page, number)

    after = duties(desk)
    assert [row.pop("姓名") for row in after] == ["—"]
    assert after == before
    follow(desk, "态势", "/console")
    search.fill(NAME)
    expect(desk.locator("main")).to_contain_text("缺人 1/7")
    expect(desk.locator("main")).not_to_contain_text(NAME)


def end_duty(world: World, number: int) -> None:
    """Let his duty be over, as it is after the peak; before its end nobody may check out."""
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        ended = update(check_in).where(check_in.c.account_id == number).values(checked_out_at=now)
        transaction.connection.execute(ended)


def erased(world: World, page: Page, number: int) -> None:
    """Wait until nothing names him any more."""
    for _again in range(400):
        with world.store.read() as connection:
            name = connection.execute(select(account.c.name).where(account.c.id == number)).scalar_one()
        if name == "—":
            return
        page.wait_for_timeout(100)
    raise AssertionError("he is still there")
