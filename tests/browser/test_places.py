"""A district keeps its posts in a real browser: found, added by a click on the map, changed by two, archived."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.tools.cast import Cast
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.duty import STAFF_1
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


def seen(world: World, post: int) -> dict[str, object]:
    admin = world.district.consoles["district_admin"]
    found: dict[str, object] = world.get(admin, f"{POSTS}/{world.district.posts[post]}").json()
    return found


def test_posts_are_found_and_sorted_and_one_is_added_on_the_map(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_label("按岗位、校门、区域、学校或派出所查找").fill("第3小")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("按岗位、校门、区域、学校或派出所查找").fill("")
    expect(page.locator("tbody tr")).to_have_count(3)
    press(page, "按岗位排列", "按岗位排列")
    expect(page.locator("tbody tr").first).to_contain_text("第3小学")
    for column in ("学校", "派出所", "签到半径", "改动"):
        press(page, f"按{column}排列")
    page.locator(".filters select").first.select_option(label="第2派出所")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".filters select").first.select_option(label="全部派出所")
    expect(page.locator("tbody tr")).to_have_count(3)

    press(page, "添加岗位")
    form = page.get_by_role("dialog")
    add = form.get_by_role("button", name="添加", exact=True)
    add.click()
    expect(form.get_by_role("alert")).to_have_text("请填岗位名称。")
    form.get_by_label("岗位名称").fill("青禾第1小学 南门")
    add.click()
    expect(form.get_by_role("alert")).to_have_text("请选择学校。")
    form.get_by_label("学校").select_option(label="青禾第1小学")
    add.click()
    expect(form.get_by_role("alert")).to_contain_text("请在地图上点出位置")
    form.locator(".map.leaflet-container").click()
    expect(form.get_by_label("纬度")).not_to_have_value("")
    form.get_by_label("签到半径").fill("5")
    add.click()
    expect(form.get_by_role("alert")).to_contain_text("30 到 2000")
    form.get_by_label("签到半径").fill("200")
    is_refused(page, POSTS, add.click, "post_name_taken")
    form.get_by_label("岗位名称").fill("青禾第1小学 北门")
    form.get_by_label("纬度").fill("88.5")
    form.get_by_label("经度").fill("31.86")
    is_refused(page, POSTS, add.click, "place_swapped")
    form.get_by_label("纬度").fill("0")
    is_refused(page, POSTS, add.click, "place_outside_country")
    form.get_by_label("纬度").fill(str(LATITUDE))
    form.get_by_label("经度").fill(str(LONGITUDE))
    expect(form.locator(".picked-place")).to_have_count(1)
    keep(page, "places-add")
    made = sends(page, POSTS, add.click)
    assert (made["wgs84"]["latitude"], made["fence_radius_m"]) == (LATITUDE, 200)
    expect(row(page, "北门")).to_contain_text("200 米")
    expect(page.get_by_role("status").filter(has_text="共 4 个")).to_be_visible()
    keep(page, "places")


def test_numbers_follow_their_system(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    press(page, "修改青禾第3小学 南门")
    form = page.get_by_role("dialog")
    latitude = form.get_by_label("纬度")
    before = latitude.input_value()
    form.get_by_label("坐标系").select_option("gcj02")
    expect(latitude).not_to_have_value(before)
    shown = latitude.input_value()
    assert abs(float(shown) - float(before)) > 0.0005
    form.get_by_label("坐标系").select_option("wgs84")
    expect(latitude).to_have_value(before)
    latitude.fill(shown)
    form.get_by_label("坐标系").select_option("gcj02")
    expect(latitude).to_have_value(shown)
    press(page, "关闭此对话框")


def test_the_second_of_two_editors_keeps_what_he_wrote_and_sees_what_is_there(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser)
    press(page, "修改青禾第2小学 南门")
    form = page.get_by_role("dialog")
    form.get_by_label("校门").fill("正门")
    found = seen(world, 1)
    same = ("name", "area", "school_id", "fence_radius_m", "heads", "version")
    body = {name: found[name] for name in same} | {"gate": "东门", "datum": "wgs84"}
    path = f"{POSTS}/{world.district.posts[1]}/changes"
    world.write(world.district.consoles["district_admin"], path, **body, **found["wgs84"])  # type: ignore[arg-type]
    is_refused(page, path, lambda: press(page, "保存"), "place_changed")
    expect(form.get_by_label("校门")).to_have_value("正门")
    keep(page, "places-stale")
    press(page, "看现在的样子")
    expect(form.get_by_label("校门")).to_have_value("东门")
    form.get_by_label("校门").fill("正门")
    sends(page, path, lambda: press(page, "保存"))
    expect(row(page, "第2小学")).to_contain_text("正门")


def test_a_post_is_archived_when_nobody_is_there_and_taken_back(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    world.check_in(2, STAFF_1)
    press(page, "停用青禾第3小学 南门")
    form = page.get_by_role("dialog")
    archive = form.get_by_role("button", name="停用", exact=True)
    archive.click()
    expect(form.get_by_role("alert")).to_contain_text("请写明原因")
    form.get_by_label("原因").fill("校门封闭")
    is_refused(page, "/archiving", archive.click, "post_on_duty")
    press(page, "关闭此对话框")

    raised = world.write(
        world.district.guards[0][STAFF_1], "/api/alarms", post_id=world.district.posts[0], fix=None
    )
    assert raised["post_id"] == world.district.posts[0]
    press(page, "停用青禾第1小学 南门")
    form.get_by_label("原因").fill("校门封闭")
    is_refused(page, "/archiving", archive.click, "post_in_alarm")
    world.end_alarms()
    sends(page, "/archiving", archive.click)
    page.get_by_label("状态").select_option("archived")
    expect(row(page, "第1小学 南门")).to_contain_text("停用")
    keep(page, "places-archived")
    press(page, "恢复使用青禾第1小学 南门")
    form.get_by_label("原因").fill("校门重开")
    sends(page, "/archiving", form.get_by_role("button", name="恢复使用", exact=True).click)
    page.get_by_label("状态").select_option("current")
    expect(row(page, "第1小学 南门")).to_have_count(1)


def test_a_station_reads_its_posts_alone(world: World, browser: Browser) -> None:
    page = desk(world, browser, "station_officer")
    expect(page.get_by_text("这里是您派出所的岗位")).to_be_visible()
    expect(row(page, "第3小学")).to_have_count(0)
    expect(page.get_by_role("button", name="添加岗位")).to_have_count(0)


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_the_page_fits_a_phone_and_a_desk_in_english(
    world: World, browser: Browser, size: tuple[int, int]
) -> None:
    context = Cast(browser, world).context(
        world.district.consoles["district_admin"], phone=False, locale="en-US", size=size
    )
    page = context.new_page()
    page.goto(f"{world.server.url}/console/places")
    page.locator("tbody tr").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    keep(page, f"places-{size[0]}-en")
    page.get_by_role("button", name="Add a post").click()
    page.get_by_role("dialog").get_by_label("Latitude").wait_for()
    keep(page, f"places-add-{size[0]}-en")
    for kind in ("schools", "stations"):
        page.goto(f"{world.server.url}/console/places?list={kind}")
        page.locator("tbody tr").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        keep(page, f"places-{kind}-{size[0]}-en")
    context.close()
