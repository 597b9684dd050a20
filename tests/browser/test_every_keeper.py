"""Every control of the console's pages of people, units, channels, drills, devices and steps, each pressed once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, VOLUNTEER_2
from tests.tools.gateway import Gateway
from tests.tools.insiders import of_world
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import WAIT_S, World, living

PLACE = "青禾第1小学 南门"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district that may send to rooms on this machine."""
    folder = tmp_path_factory.mktemp("keeping")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_HOOK_HOSTS": "127.0.0.1", "HUXUE_HOOK_PRIVATE": "1"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        world.check_in(0, SECURITY_1)
        yield world


def alarm(world: World, post: int) -> str:
    """Raise an alarm that the station has acknowledged, so that it takes nobody's screen; give its path."""
    guard = world.district.guards[post][SECURITY_1]
    made = world.write(guard, "/api/alarms", post_id=world.district.posts[post], fix=None)
    path = f"/api/alarms/{made['id']}"
    world.write(world.district.consoles["station_officer"], f"{path}/acknowledgement")
    return path


def end(world: World, path: str) -> None:
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


def desk(world: World, browser: Browser, path: str, role: str = "dispatcher") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False)
    page = context.new_page()
    page.goto(f"{world.server.url}/console{path}")
    page.locator("main").first.wait_for()
    return page


def test_guards(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/guards", "school_admin")
    press(page, "已停用", "等审核", "已审核")
    row = page.locator("tr.guard", has_text="测试15")
    press(page, "停用测试15", "先不做", "停用测试15")
    row.get_by_label("停用原因").fill("不再护学")
    sends(page, "/approval", row.get_by_role("button", name="停用").click)
    sends(page, "/approval", row.get_by_role("button", name="重新通过测试15").click)
    of_world(world, lambda: datetime.now(UTC)).closed(world.district.guards[0][VOLUNTEER_2])
    page.reload()
    press(page, "已停用")
    row = page.locator("tr.guard", has_text="本人已注销")
    row.get_by_role("button", name="停用").click()
    sends(page, "/approval", row.get_by_role("button", name="停用").click)
    expect(page.locator("tr.guard")).to_contain_text("已停用")
    stranger = of_world(world, lambda: datetime.now(UTC)).stranger("volunteer", on_duty=False)
    page.reload()
    press(page, "等审核")
    row = page.locator("tr.guard").first
    row.get_by_role("button", name="不通过").click()
    sends(page, f"/api/guards/{stranger.account_id}/approval", row.get_by_role("button", name="不通过").click)


def test_a_selection_is_approved_and_who_waits_longest_is_handed_on(world: World, browser: Browser) -> None:
    people = of_world(world, lambda: datetime.now(UTC))
    for _ in range(2):
        people.stranger("volunteer", on_duty=False)
    page = desk(world, browser, "/guards", "district_admin")
    longest = page.locator(".longest li", has_text="青禾第1小学")
    expect(longest).to_contain_text("2 人在等")
    sends(page, "/api/guards/handing-on", longest.get_by_role("button", name="转交第1派出所").click)
    expect(longest).to_contain_text("已转交 2 人")
    page = desk(world, browser, "/guards", "station_officer")
    page.locator("tr.guard input[type=checkbox]").first.click()
    sends(page, "/api/guards/approvals", page.get_by_role("button", name="通过所选 1 人").click)
    page = desk(world, browser, "/guards", "school_admin")
    page.get_by_label("全选本页").click()
    sends(page, "/api/guards/approvals", page.get_by_role("button", name="通过所选 1 人").click)
    expect(page.locator("tr.guard").first).to_contain_text("已通过")


def test_units_and_plans(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/units", "district_admin")
    dialog = page.get_by_role("dialog")
    for name in ("测试消防站", "测试医院"):
        press(page, "添加单位")
        dialog.get_by_label("名称").fill(name)
        dialog.get_by_label("值班电话").fill("19900090001")
        sends(page, "/api/units", dialog.get_by_role("button", name="保存", exact=True).click)
        expect(dialog).to_have_count(0)
    press(page, "修改测试消防站")
    sends(page, "/api/units/", dialog.get_by_role("button", name="保存", exact=True).click)
    expect(dialog).to_have_count(0)
    press(page, "修改测试消防站")
    dialog.get_by_role("button", name="不保存").click()
    expect(dialog).to_have_count(0)

    press(page, "添加预案")
    dialog.get_by_label("牵头单位").select_option(label="测试消防站")
    sends(page, "/api/joint-plans", dialog.get_by_role("button", name="保存", exact=True).click)
    expect(dialog).to_have_count(0)
    press(page, "添加预案")
    dialog.get_by_label("牵头单位").select_option(label="测试医院")
    is_refused(
        page, "/api/joint-plans", dialog.get_by_role("button", name="保存", exact=True).click, "plan_exists"
    )
    dialog.get_by_role("button", name="不保存").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="停用测试消防站").dblclick()
    sure = page.get_by_role("group", name="停用后不能再呼叫")
    is_refused(page, "/api/units/", sure.get_by_role("button", name="停用").click, "unit_in_plan")
    press(page, "修改预案：任何情况、任何学校")
    sends(page, "/api/joint-plans/", dialog.get_by_role("button", name="保存", exact=True).click)
    expect(dialog).to_have_count(0)
    # A double click asks, and takes nothing away.
    page.get_by_role("button", name="停用预案：任何情况、任何学校").dblclick()
    sure = page.get_by_role("group", name="任何情况、任何学校：停用后不再自动呼叫")
    sure.get_by_role("button", name="先不做").click()
    press(page, "停用预案：任何情况、任何学校")
    sends(page, "/api/joint-plans/", sure.get_by_role("button", name="停用").click)
    press(page, "停用测试医院")
    sure = page.get_by_role("group", name="停用后不能再呼叫")
    sends(page, "/api/units/", sure.get_by_role("button", name="停用").click)
    press(page, "已停用")
    sends(page, "/api/units/", lambda: press(page, "恢复使用测试医院"))
    press(page, "在用")
    page.get_by_role("button", name="停用测试医院").wait_for()
    number = world.get(world.district.consoles["district_admin"], "/api/units").json()["items"][0]["id"]
    gone(world, page, number)


def gone(world: World, page: Page, unit: int) -> None:
    """Let the administrator archive a unit that a dispatcher is about to call."""
    path = alarm(world, 0)
    page.goto(f"{world.server.url}/console{path.removeprefix('/api')}")
    press(page, "呼叫单位")
    admin = world.district.consoles["district_admin"]
    call = page.get_by_role("dialog").get_by_role("button", name="呼叫", exact=False).first
    call.wait_for()
    others_first(page, f"{path}/units", lambda: archive(world, admin, unit))
    is_refused(page, "/units", call.click, "unit_archived")
    end(world, path)


def archive(world: World, admin: int, unit: int) -> None:
    token, csrf = world.token(admin)
    headers = {"Cookie": f"{world.cookie}={token}", "X-CSRF-Token": csrf}
    body = {"request_id": str(uuid4()), "archived": True}
    requests.patch(
        f"{world.server.url}/api/units/{unit}", json=body, headers=headers, timeout=WAIT_S
    ).raise_for_status()


def test_rooms_and_readiness(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/channels", "district_admin")
    dialog = page.get_by_role("dialog")
    for name in ("下一班没有排班", "无人登录指挥台", "在岗或下一班、联系不上"):
        page.get_by_role("button", name=name).click()
    looks = page.get_by_role("button", name="查看号码").first
    looks.wait_for()
    looks.click()
    sends(page, "/telephone", dialog.get_by_role("button", name="联系不上").click)
    expect(dialog).to_have_count(0)
    press(page, "增加群或接口")
    dialog.get_by_role("button", name="不保存").click()
    expect(dialog).to_have_count(0)
    press(page, "增加群或接口")
    dialog.get_by_label("名称").fill("测试群")
    dialog.get_by_label("地址", exact=True).fill("https://not-allowed.example/x")
    save = dialog.get_by_role("button", name="保存", exact=True)
    is_refused(page, "/api/hooks", save.click, "hook_refused")
    dialog.get_by_label("地址", exact=True).fill(Gateway(port=1).url)
    sends(page, "/api/hooks", save.click)
    expect(dialog).to_have_count(0)
    press(page, "修改测试群")
    sends(page, "/api/hooks/", save.click)
    expect(dialog).to_have_count(0)


def choose_post(page: Page) -> None:
    page.get_by_role("combobox", name="岗位").click()
    page.get_by_role("option", name=PLACE).click()


def test_drills(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/drills")
    for scenario in ("一", "二", "三"):
        choose_post(page)
        page.get_by_label("设定").fill(scenario)
        sends(page, "/api/drills", lambda: press(page, "列入计划"))
    rows = {one: page.locator("tbody tr", has=page.get_by_text(one, exact=False)) for one in "一二三"}
    officer = world.district.consoles["station_officer"]
    items = {one["scenario"]: one["id"] for one in world.get(officer, "/api/drills").json()["items"]}
    row = rows["一"].filter(has_text="有预告").first
    row.get_by_role("button", name=f"取消演练：{PLACE}").click()
    row.get_by_role("button", name="先不做").click()
    row.get_by_role("button", name=f"取消演练：{PLACE}").click()
    sends(page, "/cancellation", row.get_by_role("button", name="取消演练", exact=True).click)
    path = f"/api/drills/{items['二']}/cancellation"
    others_first(page, path, lambda: world.write(officer, path))
    row = page.locator("tbody tr", has=page.locator(".scenario", has_text="二"))
    row.get_by_role("button", name=f"取消演练：{PLACE}").click()
    is_refused(page, path, row.get_by_role("button", name="取消演练", exact=True).click, "drill_not_planned")
    year = datetime.now(UTC).year
    page.get_by_role("button", name=f"查看 {year - 1} 年").click()
    page.get_by_role("button", name=f"查看 {year} 年").click()


def test_devices_and_their_tests(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/devices", "district_admin")
    dialog = page.get_by_role("dialog")
    choose_post(page)
    page.get_by_label("名称").fill("门卫室")
    sends(page, "/api/devices", lambda: press(page, "发放密钥"))
    press(page, "复制")
    dialog.get_by_role("button", name="已写进装置").click()
    expect(dialog).to_have_count(0)
    row = page.locator("tbody tr", has_text="门卫室")
    row.get_by_role("button", name="停用：门卫室").click()
    row.get_by_role("button", name="先不做").click()
    admin = world.district.consoles["district_admin"]
    number = world.get(admin, "/api/devices").json()["items"][0]["id"]
    others_first(
        page, f"/api/devices/{number}/key", lambda: world.write(admin, f"/api/devices/{number}/revocation")
    )
    row.get_by_role("button", name="换密钥：门卫室").click()
    is_refused(page, "/key", row.get_by_role("button", name="换密钥").click, "device_revoked")
    choose_post(page)
    page.get_by_label("名称").fill("南门岗亭")
    sends(page, "/api/devices", lambda: press(page, "发放密钥"))
    dialog.locator(".el-dialog__headerbtn").click()
    expect(dialog).to_have_count(0)
    row = page.locator("tbody tr", has_text="南门岗亭")
    row.get_by_role("button", name="停用：南门岗亭").click()
    sends(page, "/revocation", row.get_by_role("button", name="停用", exact=True).click)

    page.get_by_label("开始").fill("2199-12-24T08:00")
    page.get_by_label("结束").fill("2199-12-24T07:00")
    press(page, "计划并公告")
    is_refused(page, "/api/device-tests", lambda: press(page, "立即公告"), "bad_window")
    expect(dialog).to_have_count(0)
    page.get_by_label("结束").fill("2199-12-24T09:00")
    press(page, "计划并公告")
    expect(dialog).to_contain_text("全区")
    dialog.get_by_role("button", name="先不做").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".tests li")).to_have_count(0)
    # What is missing in the other form is said there and goes when the hand goes on.
    press(page, "发放密钥")
    expect(page.get_by_text("请写装置的名称。")).to_be_visible()
    press(page, "计划并公告")
    expect(page.get_by_text("请写装置的名称。")).to_have_count(0)
    sends(page, "/api/device-tests", lambda: press(page, "立即公告"))
    expect(page.locator(".tests li")).to_have_class("chosen")
    press(page, "取消测试", "先不做", "取消测试")
    sends(page, "/cancellation", lambda: press(page, "取消测试"))


def test_the_steps(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/escalation", "district_admin")
    page.locator(".tier article input").first.wait_for()
    steps = page.locator(".tier article")
    before = steps.count()
    page.get_by_role("button", name="加一步").first.click()
    expect(steps).to_have_count(before + 1)
    page.get_by_role("button", name="上移第 2 步").first.click()
    page.get_by_role("button", name="下移第 1 步").first.click()
    for toggles in page.locator(".tier article").first.locator(".toggles").all():
        toggles.locator("button").first.click()
    page.locator(".tier").last.locator(".toggles", has_text="区指挥台").locator("button").first.click()
    page.get_by_role("button", name="删除第 2 步").first.click()
    press(page, "放弃改动")
    expect(steps).to_have_count(before)
    page.get_by_role("button", name="所有类型 未单独设置").click()
    page.get_by_role("button", name="加一步").first.click()
    page.locator(".bar .tab", has_text="人员").click()
    page.get_by_role("dialog").get_by_role("button", name="放弃改动并离开").click()
    page.wait_for_url("**/console/guards")


def test_the_audit(world: World, browser: Browser) -> None:
    page = desk(world, browser, "", "auditor")
    page.get_by_label("操作人或当事人姓名").fill("没有这个人")
    press(page, "清除")
    expect(page.get_by_label("操作人或当事人姓名")).to_have_value("")
