"""Adding one guard by the form on the page of people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.core import audit
from tests.tools.cast import Cast
from tests.tools.pressing import is_refused, press, sends
from tests.tools.world import World, living

PATH = "/api/guards/listed"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("adding")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def people(world: World, browser: Browser, role: str, locale: str = "zh-CN") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False, locale=locale)
    page = context.new_page()
    page.goto(f"{world.server.url}/console/guards")
    return page


def test_a_school_adds_a_guard(world: World, browser: Browser) -> None:
    page = people(world, browser, "school_admin")
    press(page, "已审核")
    press(page, "添加人员")
    dialog = page.get_by_role("dialog")
    add = dialog.get_by_role("button", name="添加")
    expect(dialog.get_by_label("学校")).to_have_count(0)
    for name, phone, said in (
        ("", "", "请填写姓名。"),
        ("张新", "1990001", "请填写 11 位手机号"),
        ("张新", "0551-62345678", "请填写 11 位手机号"),
    ):
        dialog.get_by_label("姓名").fill(name)
        dialog.get_by_label("手机").fill(phone)
        add.click()
        expect(dialog.get_by_role("alert")).to_contain_text(said)
    dialog.get_by_label("类别").select_option(label="专职保安")
    for name, phone, why in (
        ("110指挥中心", "199 0001 0001", "name_of_office"),
        ("张新19900010001", "199 0001 0001", "number_in_name"),
        ("张新", "199 0000 0001", "guard_known"),
        ("张新", "199 0000 0100", "known_elsewhere"),
    ):
        dialog.get_by_label("姓名").fill(name)
        dialog.get_by_label("手机").fill(phone)
        is_refused(page, PATH, add.click, why)
    # Who is refused finds what he wrote.
    expect(dialog.get_by_label("姓名")).to_have_value("张新")
    dialog.get_by_label("手机").fill("+86 199-0001-0001")
    sends(page, PATH, add.click)
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="已添加张新")).to_contain_text("199****0001")
    row = page.locator("tr.guard", has_text="张新")
    expect(row).to_contain_text("保安")
    # The next form is empty.
    press(page, "添加人员")
    expect(dialog.get_by_label("姓名")).to_have_value("")


def test_the_district_names_the_school(world: World, browser: Browser) -> None:
    page = people(world, browser, "district_admin", locale="en")
    press(page, "Approved")
    press(page, "Add a guard")
    dialog = page.get_by_role("dialog")
    add = dialog.get_by_role("button", name="Add", exact=True)
    dialog.get_by_label("Name").fill("李新")
    dialog.get_by_label("Phone").fill("19900010002")
    add.click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose the school.")
    dialog.get_by_label("School").select_option(label="青禾第3小学")
    sends(page, PATH, add.click)
    expect(page.get_by_role("status").filter(has_text="李新")).to_contain_text("199****0002")
    expect(page.locator("tr.guard", has_text="李新")).to_contain_text("青禾第3小学")


def test_whoever_tried_too_many_telephones_out_adds_nobody_that_day(world: World, browser: Browser) -> None:
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        audit.record(
            transaction.connection,
            now=now,
            actor_id=world.district.consoles["school_admin"],
            act="guards.import_elsewhere",
        )
    page = people(world, browser, "school_admin")
    press(page, "添加人员")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("姓名").fill("王新")
    dialog.get_by_label("手机").fill("19900010003")
    is_refused(page, PATH, dialog.get_by_role("button", name="添加").click, "many_elsewhere")
