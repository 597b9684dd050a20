"""Rosters from end to end: a list becomes a week; a volunteer's place changes hands and is given up."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from server.calendar.tables import published_duty
from server.delivery.tables import message
from tests.tools.cast import Cast
from tests.tools.duty import VOLUNTEER_1, VOLUNTEER_2
from tests.tools.guard_lists import guards_file
from tests.tools.pressing import press, sends
from tests.tools.roster_desk import own_school
from tests.tools.world import World, living

# A name as the others have it: a seat is known by it among the controls that are pressed.
NEW = ("测试新人", "19900010031")


@contextmanager
def school(sqlite_template: Path, folder: Path, **settings: str) -> Iterator[World]:
    """Serve a small district that has planned nothing yet."""
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        yield world


def registers(world: World, browser: Browser) -> Page:
    """Let somebody open the first post's code on his phone, prove his telephone and agree himself."""
    name, telephone = NEW
    phone = Cast(browser, world).context(None, phone=True).new_page()
    phone.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    phone.get_by_label("手机号").fill(telephone)
    phone.get_by_role("button", name="获取短信验证码").click()
    phone.get_by_role("button", name=re.compile("填入")).click()
    phone.wait_for_url("**/register")
    phone.get_by_role("textbox", name="姓名").fill(name)
    phone.get_by_text("教职工").first.click()
    for consent in ("account", "identity", "position"):
        phone.locator(f"#register-{consent}").check()
    sends(phone, "/api/", phone.get_by_role("button", name="登记", exact=True).click)
    return phone


def test_a_school_plans_its_weeks_from_an_imported_list_with_a_proposal(
    sqlite_template: Path, tmp_path: Path, browser: Browser
) -> None:
    with school(sqlite_template, tmp_path) as world:
        page = Cast(browser, world).context(world.district.consoles["school_admin"], phone=False).new_page()
        page.goto(f"{world.server.url}/console/guards")
        page.get_by_role("link", name="导入名单").click()
        content = guards_file([*NEW, "教职工", "", ""])
        page.get_by_label("表格文件").set_input_files(
            {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": content}
        )
        press(page, "检查名单")
        sends(page, "/taking", lambda: press(page, "确认导入", "确认导入"))
        expect(page.get_by_text("已导入：新增 1 人")).to_be_visible(timeout=30_000)
        phone = registers(world, browser)

        page = own_school(world, browser)
        sends(page, "/api/roster/proposals", lambda: press(page, "草拟四周"))
        expect(page.locator(".copied")).to_contain_text("已草拟")
        his = page.locator('[data-seat*=" staff "]', has_text=NEW[0])
        expect(his.first).to_have_class(re.compile("is-draft"))
        planned = his.count()
        page.get_by_role("button", name="发布排班").click()
        sends(page, "/api/roster/publication", page.get_by_role("button", name="发布排班").click)
        expect(page.locator(".publish-panel .done")).to_contain_text("已发布")

        phone.goto(f"{world.server.url}/duties")
        expect(phone.locator("main .rows li")).to_have_count(planned)
        expect(phone.locator("main")).to_contain_text("青禾第1小学 南门")


def duties(world: World, browser: Browser, account_id: int) -> Page:
    page = Cast(browser, world).context(account_id, phone=True).new_page()
    page.goto(f"{world.server.url}/duties")
    page.get_by_role("heading", name="我的班次").wait_for()
    return page


def a_night_passes(world: World) -> None:
    """Let what is published have been so since yesterday, so that its evening's reminder is due."""
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        values = {"published_at": now - timedelta(days=2)}
        transaction.connection.execute(update(published_duty).values(values))


def reminded(world: World, page: Page) -> list[int]:
    """Wait until somebody is reminded of a duty; gives who."""
    wanted = select(message.c.account_id).where(message.c.purpose == "duty_reminder")
    found: list[int] = []
    for _look in range(60):
        with world.store.read() as connection:
            found = list(connection.execute(wanted).scalars())
        if found:
            break
        page.wait_for_timeout(1_000)
    return found


def test_a_volunteer_takes_a_place_swaps_it_and_who_has_it_then_is_reminded_and_cannot_come(
    sqlite_template: Path, tmp_path: Path, browser: Browser
) -> None:
    at_once = {"HUXUE_REMIND_EVENING": "00:00", "HUXUE_QUIET_HOURS": "00:00-00:00"}
    with school(sqlite_template, tmp_path, **at_once) as world:
        one, other = (world.district.guards[0][seat] for seat in (VOLUNTEER_1, VOLUNTEER_2))
        phone = duties(world, browser, one)
        open_places = phone.locator("section", has=phone.get_by_role("heading", name="本校空缺的班次"))
        sends(phone, "/api/me/places", open_places.get_by_role("button").first.click)
        expect(phone.get_by_text("报名成功")).to_be_visible()
        phone.reload()
        field = phone.get_by_label("想换出哪个班次")
        field.select_option(field.locator("option[value^='1 ']").first.get_attribute("value"))
        number = sends(phone, "/api/me/swaps", lambda: press(phone, "拿出来换"))["id"]

        helper = duties(world, browser, other)
        take = helper.get_by_role("button", name=re.compile("^我来接"))
        sends(helper, f"/api/me/swaps/{number}/taking", take.click)
        expect(helper.locator(".swaps")).to_contain_text("等学校同意")
        desk = own_school(world, browser)
        agree = desk.get_by_role("button", name=re.compile("^同意"))
        sends(desk, f"/api/roster/swaps/{number}/decision", agree.click)
        phone.reload()
        expect(phone.locator("main")).to_contain_text("还没有排您的班")
        helper.reload()
        expect(helper.locator(".next")).to_contain_text("已回答：会到岗")

        a_night_passes(world)
        assert reminded(world, helper) == [other], "the one who has it now, and once"
        cannot = helper.get_by_role("button", name="我不能到岗")
        sends(helper, "/api/me/duties/answers", cannot.click)
        press(helper, "请假，空出这个班次")
        sends(helper, "/api/me/absences", lambda: press(helper, "请假"))
        expect(helper.locator(".next")).to_have_count(0)
        phone.reload()
        expect(open_places.get_by_role("button").first).to_be_visible()
