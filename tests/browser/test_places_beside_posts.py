"""Schools, stations, posters and codes in a real browser, as a district keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.tools.cast import Cast
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living

POSTS, SCHOOLS, STATIONS = (f"/api/places/{kind}" for kind in ("posts", "schools", "stations"))


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("places")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def desk(world: World, browser: Browser, role: str = "district_admin") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False)
    page = context.new_page()
    page.goto(f"{world.server.url}/console")
    follow(page, "学校与岗位", "/console/places")
    page.locator("tbody tr").first.wait_for()
    return page


def row(page: Page, name: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=name)


def test_a_school_and_a_station_are_kept(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    page.get_by_role("link", name="派出所", exact=True).click()
    page.locator("tbody tr").first.wait_for()
    page.get_by_label("状态").select_option("all")
    for column in ("派出所", "改动"):
        press(page, f"按{column}排列")
    page.get_by_label("按名称查找").fill("没有")
    expect(page.get_by_text("没有找到符合的派出所。")).to_be_visible()
    page.get_by_label("按名称查找").fill("")
    form = page.get_by_role("dialog")
    press(page, "添加派出所")
    add = form.get_by_role("button", name="添加", exact=True)
    add.click()
    expect(form.get_by_role("alert")).to_have_text("请填派出所名称。")
    form.get_by_label("派出所名称").fill("第2派出所")
    form.get_by_label("电话").fill("打电话")
    add.click()
    expect(form.get_by_role("alert")).to_contain_text("电话只能写")
    form.get_by_label("电话").fill("0551-0000009")
    form.locator(".map.leaflet-container").click()
    expect(form.get_by_label("纬度")).not_to_have_value("")
    is_refused(page, STATIONS, add.click, "station_name_taken")
    form.get_by_label("派出所名称").fill("第9派出所")
    keep(page, "places-station")
    sends(page, STATIONS, add.click)
    press(page, "修改第9派出所")
    form.get_by_label("电话").fill("")
    sends(page, "/changes", lambda: press(page, "保存"))
    expect(row(page, "第9派出所")).not_to_contain_text("0551-0000009")
    press(page, "停用第1派出所")
    form.get_by_label("原因").fill("并所")
    close = form.get_by_role("button", name="停用", exact=True)
    is_refused(page, "/archiving", close.click, "station_has_schools")
    press(page, "关闭此对话框", "停用第9派出所")
    form.get_by_label("原因").fill("并所")
    sends(page, "/archiving", close.click)
    press(page, "恢复使用第9派出所")
    form.get_by_label("原因").fill("恢复")
    sends(page, "/archiving", form.get_by_role("button", name="恢复使用", exact=True).click)

    page.get_by_role("link", name="学校", exact=True).click()
    page.locator("tbody tr").first.wait_for()
    page.get_by_label("状态").select_option("all")
    for column in ("学校", "类型", "派出所", "学生人数", "改动"):
        press(page, f"按{column}排列")
    press(page, "添加学校")
    add.click()
    expect(form.get_by_role("alert")).to_have_text("请填学校名称。")
    form.get_by_label("学校名称").fill("青禾第3小学")
    add.click()
    expect(form.get_by_role("alert")).to_have_text("请选择派出所。")
    form.get_by_label("派出所").select_option(label="第2派出所")
    form.get_by_label("学生人数").fill("-3")
    add.click()
    expect(form.get_by_role("alert")).to_contain_text("0 到 100000")
    form.get_by_label("学生人数").fill("300")
    is_refused(page, SCHOOLS, add.click, "school_name_taken")
    form.get_by_label("学校名称").fill("青禾第9小学")
    keep(page, "places-school")
    sends(page, SCHOOLS, add.click)
    press(page, "修改青禾第9小学")
    form.get_by_label("其中住宿").fill("20")
    sends(page, "/changes", lambda: press(page, "保存"))
    expect(row(page, "青禾第9小学")).to_contain_text("住宿 20")
    press(page, "停用青禾第9小学")
    form.get_by_label("原因").fill("并校")
    sends(page, "/archiving", close.click)
    expect(row(page, "青禾第9小学")).to_contain_text("停用")
    keep(page, "places-schools")

    page.get_by_role("link", name="护学岗", exact=True).last.click()
    page.get_by_role("link", name="导出名册").click()
    page.wait_for_url("**/console/exports?kind=places")
    expect(page.get_by_label("名单").or_(page.locator("form select").first)).to_have_value("places")


def test_posters_are_printed_and_a_code_is_given_anew(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    page.get_by_label("选择青禾第2小学 南门").check()
    page.get_by_label("选择青禾第3小学 南门").check()
    sends(page, "/api/places/posters", lambda: press(page, "打印选中的 2 张海报"))
    fetch = page.get_by_role("link", name="下载海报")
    with page.expect_download() as heard:
        fetch.first.click()
    assert heard.value.path().read_bytes().startswith(b"%PDF")
    sends(page, "/api/places/posters", lambda: press(page, "打印全部海报"))
    expect(fetch).to_have_count(2)
    press(page, "青禾第2小学 南门的二维码")
    form = page.get_by_role("dialog")
    form.locator("svg.qr").wait_for()
    old = form.locator(".line b").inner_text()
    keep(page, "places-code")
    sends(page, "/api/places/posters", lambda: press(page, "打印海报（PDF）"))
    expect(form.get_by_role("status")).to_contain_text("正在生成海报")
    press(page, "换新码")
    expect(form.get_by_role("alert")).to_contain_text("请写明原因")
    form.get_by_label("换码原因").fill("海报被人拍照外传")
    sends(page, "/code", lambda: press(page, "换新码"))
    expect(form.get_by_text("旧码不能再用。请打印新海报")).to_be_visible()
    expect(form.locator(".line b")).not_to_have_text(old)
    keep(page, "places-code-anew")
    press(page, "关闭此对话框")


def test_a_closed_school_keeps_its_posts_closed(world: World, browser: Browser) -> None:
    admin = world.district.consoles["district_admin"]
    schools = world.get(admin, f"{SCHOOLS}?shown=all").json()["items"]
    found = next(one for one in schools if one["id"] == world.district.schools[0])
    path = f"{SCHOOLS}/{found['id']}/archiving"
    closed = world.write(admin, path, version=found["version"], archived=True, reason="并校")
    page = desk(world, browser)
    page.get_by_label("状态").select_option("archived")
    press(page, "恢复使用青禾第1小学 南门")
    form = page.get_by_role("dialog")
    form.get_by_label("原因").fill("重开")
    back = form.get_by_role("button", name="恢复使用", exact=True)
    is_refused(page, "/archiving", back.click, "school_closed")
    world.write(admin, path, version=closed["version"], archived=False, reason="不并了")
    sends(page, "/archiving", back.click)
