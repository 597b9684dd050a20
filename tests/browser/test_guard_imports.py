"""Bringing in a list of people at the console: looked at, mended, left, stopped, taken over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import insert, update

from server.duty.tables import position
from server.people.tables.imports import guard_import
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1
from tests.tools.guard_lists import guards_file
from tests.tools.pressing import is_refused
from tests.tools.world import World, living

# A copy of so many points takes some seconds to make: what is asked for meanwhile waits.
MANY = 12_000
GOOD = guards_file(["张新", "19900010001", "教职工", "", ""], ["测试改名", "19900000001", "教职工", "", ""])


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with a guard whose copy takes long."""
    folder = tmp_path_factory.mktemp("imports")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        world.check_in(0, STAFF_1)
        now = datetime.now(UTC)
        place = {"latitude": 31.5, "longitude": 117.5, "accuracy_m": 5.0, "at": now, "check_in_id": 1}
        with world.store.transaction(now) as transaction:
            points = [{**place, "account_id": world.district.guards[1][0]}] * MANY
            transaction.connection.execute(insert(position), points)
        yield world


def desk(world: World, browser: Browser, role: str = "school_admin", locale: str = "zh-CN") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False, locale=locale)
    page = context.new_page()
    page.goto(f"{world.server.url}/console/guards")
    page.get_by_role("link", name="导入名单" if locale == "zh-CN" else "Bring in a list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "导入人员名单" if locale == "zh-CN" else "Bring in a list of people"
    )
    return page


def click(what: Locator) -> None:
    what.first.click()


def keep_busy(world: World) -> None:
    """Give the worker something else to do first."""
    world.write(world.district.guards[1][0], "/api/me/own-data", language="zh-CN")


def choose(page: Page, content: bytes, called: str = "名单.xlsx") -> None:
    page.get_by_label("表格文件").set_input_files(
        {"name": called, "mimeType": "application/octet-stream", "buffer": content}
    )
    click(page.get_by_role("button", name="检查名单"))


def test_a_list_is_mended_left_and_taken_over(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    click(page.get_by_role("button", name="检查名单"))
    expect(page.get_by_text("请先选择文件。")).to_be_visible()
    choose(
        page,
        guards_file(
            ["张新", "1990001", "教职工", "", ""],
            ["李新", "19900010002", "教职工", "", ""],
            ["测试改名", "19900000001", "教职工", "", ""],
        ),
    )
    expect(page.get_by_text("应为 11 位手机号。")).to_be_visible()
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    click(page.get_by_role("button", name="新增 1"))
    expect(page.get_by_text("199****0002")).to_be_visible()
    click(page.get_by_role("button", name="有变化 1"))
    expect(page.get_by_text("测试12 → 测试改名")).to_be_visible()
    click(page.get_by_role("button", name="要改正 1"))
    click(page.get_by_role("button", name="不导入"))
    expect(page.get_by_text("没有导入这份名单")).to_be_visible()

    choose(page, GOOD)
    expect(page.get_by_role("button", name="确认导入")).to_be_visible()
    # Whoever leaves the page finds the list again.
    page.reload()
    click(page.get_by_role("button", name="确认导入"))
    click(page.get_by_role("button", name="先不做"))
    click(page.get_by_role("button", name="确认导入"))
    click(page.get_by_role("button", name="确认导入"))
    expect(page.get_by_text("已导入：新增 1 人，更改 1 人。")).to_be_visible(timeout=20_000)
    choose(page, GOOD)
    expect(page.get_by_text("名单上的人都在，没有变化。")).to_be_visible()
    with page.expect_download() as download:
        click(page.get_by_role("link", name="下载空白表格"))
    assert download.value.suggested_filename == "huxue-guards.xlsx"
    click(page.get_by_role("link", name="返回人员"))
    click(page.get_by_role("button", name="已审核"))
    expect(page.get_by_text("张新")).to_be_visible()


def test_names_are_pasted_from_a_chat(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    click(page.get_by_role("button", name="检查粘贴的内容"))
    expect(page.get_by_text("请先粘贴姓名和电话。")).to_be_visible()
    page.get_by_label("或粘贴姓名和电话").fill(
        "各位好\n周新 199 0001 0011\n吴新（保安）：１９９０００１００１２"
    )
    page.get_by_label("他们是").select_option(label="教职工")
    click(page.get_by_role("button", name="检查粘贴的内容"))
    expect(page.get_by_role("row", name="周新")).to_contain_text("教职工")
    expect(page.get_by_role("row", name="吴新")).to_contain_text("保安")
    click(page.get_by_role("button", name="不导入"))
    expect(page.get_by_text("没有导入这份名单")).to_be_visible()


def test_a_list_of_many_is_shown_page_by_page(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    rows = [[f"新人{chr(0x4E00 + one)}", f"1990003{one:04}", "志愿者", "", ""] for one in range(70)]
    choose(page, guards_file(*rows))
    expect(page.locator(".rows tbody tr")).to_have_count(50)
    click(page.get_by_role("button", name="加载更多"))
    expect(page.locator(".rows tbody tr")).to_have_count(70)
    click(page.get_by_role("button", name="不导入"))
    expect(page.get_by_text("没有导入这份名单")).to_be_visible()


def test_what_waits_is_stopped(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    keep_busy(world)
    choose(page, guards_file(["李新", "19900010008", "教职工", "", ""]))
    click(page.get_by_role("button", name="停止"))
    expect(page.get_by_text("没有导入这份名单")).to_be_visible()
    choose(page, guards_file(["李新", "19900010008", "教职工", "", ""]))
    expect(page.get_by_role("button", name="确认导入")).to_be_visible(timeout=60_000)
    keep_busy(world)
    click(page.get_by_role("button", name="确认导入"))
    click(page.get_by_role("button", name="确认导入"))
    click(page.get_by_role("button", name="停止"))
    expect(page.get_by_text("没有导入，一切和原来一样。")).to_be_visible(timeout=60_000)


def test_a_second_page_cannot_decide_again_nor_send_while_one_is_taken_over(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser)
    choose(page, guards_file(["李新", "19900010009", "教职工", "", ""]))
    expect(page.get_by_role("button", name="确认导入")).to_be_visible(timeout=60_000)
    other = page.context.new_page()
    other.goto(page.url)
    click(other.get_by_role("button", name="不导入"))
    expect(other.get_by_text("没有导入这份名单")).to_be_visible()
    click(page.get_by_role("button", name="确认导入"))
    is_refused(
        page,
        "/taking",
        lambda: click(page.get_by_role("button", name="确认导入")),
        "import_not_ready",
    )

    def all_are(state: str) -> None:
        with world.store.transaction(datetime.now(UTC)) as transaction:
            transaction.connection.execute(update(guard_import).values(state=state))

    all_are("taking")
    again = guards_file(["李新", "19900010009", "教职工", "", ""])
    is_refused(other, "/api/guard-imports", lambda: choose(other, again), "import_under_way")
    all_are("dismissed")


def test_the_page_in_english(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin", "en")
    page.get_by_label("Spreadsheet").set_input_files(
        {"name": "list.xlsx", "mimeType": "application/octet-stream", "buffer": GOOD}
    )
    click(page.get_by_role("button", name="Check the list"))
    expect(page.get_by_text("Required, but empty.").first).to_be_visible(timeout=20_000)
