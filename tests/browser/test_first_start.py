"""An empty server becomes a working district in a real browser: nobody needs a terminal after its start."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.tools.cast import Cast
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.keys import open_store
from tests.tools.looks import faults, keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.server import serving
from tests.tools.world import World

PASSWORD = "seven copper kettles sing"
BEGIN, OUTLINE = "/api/first-start", "/api/places/outline"
SIZES = [(390, 844), (1366, 768), (1920, 1080)]
NEW_GUARD = "19900009998"


class Empty:
    """A server that has nobody, and the link that it printed."""

    def __init__(self, world: World, log: Path) -> None:
        self.world = world
        self.link = re.findall(r"http\S+/console/setup#\S+", log.read_text(encoding="utf-8"))[-1]

    def page(self, browser: Browser, **other: Any) -> Page:
        """Open the link somewhere."""
        page = Cast(browser, self.world).context(None, phone=False, **other).new_page()
        page.goto(self.link)
        return page


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Iterator[Empty]:
    database, log = tmp_path / "huxue.db", tmp_path / "server.log"
    database.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{database}"
    with serving(url, log) as server:
        store = open_store(url)
        yield Empty(World(server, store, SmallDistrict(0, [], [], [], [])), log)
        store.close()


def geojson(kind: str, coordinates: Any, *names: str) -> FilePayload:
    shape = {"type": kind, "coordinates": coordinates}
    features = [
        {"type": "Feature", "properties": {"name": one}, "geometry": shape} for one in names or ("样例区",)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return {"name": "outline.geojson", "mimeType": "application/geo+json", "buffer": content}


def square(longitude: float = LONGITUDE, latitude: float = LATITUDE, *names: str) -> FilePayload:
    west, south, east, north = longitude - 0.05, latitude - 0.05, longitude + 0.05, latitude + 0.05
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return geojson("Polygon", [ring], *names)


# Files that are refused, the worst last; each with the code.
BAD: list[tuple[FilePayload, str]] = [
    (geojson("Point", [LONGITUDE, LATITUDE]), "outline_without_area"),
    (square(LATITUDE, LONGITUDE), "outline_swapped"),
    (square(2.3, 48.8), "outline_outside_country"),
    (square(LONGITUDE, LATITUDE, "甲区", "乙区"), "several_outlines"),
]
NO_GEOJSON: FilePayload = {"name": "outline.json", "mimeType": "application/json", "buffer": b"outline"}


def fill(page: Page, **other: str) -> None:
    told = {"姓名": "测试管理员", "用户名": "Admin-1", "密码": PASSWORD, "再输一次密码": PASSWORD}
    for label, text in {**told, "区的名称": "样例区", **other}.items():
        page.get_by_label(re.compile(f"^{label}")).fill(text)


def begin(page: Page) -> None:
    press(page, "建立并登录")


def says(page: Page, words: str) -> None:
    begin(page)
    expect(page.get_by_role("alert")).to_contain_text(words)


def row(page: Page, item: str) -> Locator:
    return page.locator(f'[data-item="{item}"]')


def is_done(page: Page, item: str, words: str) -> None:
    if not page.url.endswith("/console/checklist"):
        follow(page, "开通清单", "/console/checklist")
    expect(row(page, item)).to_have_attribute("data-done", "true")
    expect(row(page, item)).to_contain_text(words)


def add(page: Page, opens: str, path: str, **fields: str) -> None:
    """Add a place; its map is clicked."""
    press(page, opens)
    form = page.get_by_role("dialog")
    for label, text in fields.items():
        if text.startswith("="):
            form.get_by_label(label).select_option(label=text[1:])
        else:
            form.get_by_label(label, exact=True).fill(text)
    if form.get_by_label("纬度").count():
        # As a map copies it: both numbers at once, the longitude first.
        form.get_by_label("纬度").fill(f"{LONGITUDE},{LATITUDE}")
        expect(form.get_by_label("纬度")).to_have_value(str(LATITUDE))
        expect(form.get_by_label("经度")).to_have_value(str(LONGITUDE))
    sends(page, path, form.get_by_role("button", name="添加", exact=True).click)
    expect(form).to_have_count(0)


def test_an_empty_server_becomes_a_working_district(empty: Empty, browser: Browser) -> None:
    page, late = empty.page(browser), empty.page(browser)
    says(page, "请填写您的姓名。")
    fill(page, 用户名="管理员")
    says(page, "请填写用户名")
    fill(page, 密码="short")
    says(page, "密码至少 10 个字符。")
    fill(page, 再输一次密码="another one of them")
    says(page, "两次输入的密码不一样。")
    fill(page, 区的名称=" ")
    says(page, "请填写区的名称。")
    fill(page, 密码="password1234", 再输一次密码="password1234")
    is_refused(page, BEGIN, lambda: begin(page), "password_too_common")
    fill(page)
    file = page.get_by_label(re.compile("^区界文件"))
    file.set_input_files(NO_GEOJSON)
    says(page, "请选择文件的坐标系。")
    page.get_by_label(re.compile("^文件的坐标系")).select_option("wgs84")
    keep(page, "first-start")
    with page.expect_response(lambda one: OUTLINE in one.url) as stored:
        sends(page, BEGIN, lambda: begin(page))
    assert stored.value.json()["code"] == "outline_not_geojson"
    expect(page.get_by_role("status")).to_contain_text("管理员已建立，您已登录。")
    is_refused(page, OUTLINE, lambda: press(page, "导入区界"), "outline_not_geojson")
    keep(page, "first-start-outline")

    fill(late, 用户名="second")
    is_refused(late, BEGIN, lambda: begin(late), "already_set_up")
    late.reload()
    expect(late.get_by_role("alert")).to_contain_text("已有第一位管理员")
    keep(late, "first-start-used")
    follow(late, "去登录", "/console/sign-in")

    press(page, "先不要区界")
    page.wait_for_url("**/console/checklist")
    expect(page.locator("li[data-item]")).to_have_count(11)
    expect(page.get_by_role("status").first).to_contain_text("还有 11 项")
    keep(page, "checklist-empty")
    follow(page, "填写派出所", "/console/places?list=stations")
    press(page, "添加派出所")
    expect(page.get_by_role("dialog")).to_contain_text("没有地图可点")
    expect(page.get_by_role("dialog").locator(".map")).to_have_count(0)
    keep(page, "first-station")
    press(page, "关闭此对话框")
    follow(page, "开通清单", "/console/checklist")
    the_outline(page)
    the_places(page)
    the_outline_of_elsewhere(page)
    keep(page, "checklist")
    the_second(page, empty, browser)
    every_row_leads_somewhere(page)
    a_guard_registers(page, empty, browser)


def the_outline(page: Page) -> None:
    press(page, "导入区界文件", "导入区界")
    expect(row(page, "outline").get_by_role("alert")).to_have_text("请先选择文件。")
    for file, code in BAD:
        page.get_by_label(re.compile("^区界文件")).set_input_files(file)
        page.get_by_label(re.compile("^文件的坐标系")).select_option("wgs84")
        is_refused(page, OUTLINE, lambda: press(page, "导入区界"), code)
    page.get_by_label(re.compile("^区界文件")).set_input_files(square())
    assert sends(page, OUTLINE, lambda: press(page, "导入区界"))["corners"] == 4
    expect(row(page, "outline")).to_contain_text("区界已存：4 个边界点")
    is_done(page, "outline", "画在地图上")


def the_places(page: Page) -> None:
    follow(page, "填写派出所", "/console/places?list=stations")
    add(page, "添加派出所", "/api/places/stations", 派出所名称="第1派出所")
    is_done(page, "stations", "1 个。")
    follow(page, "填写学校", "/console/places?list=schools")
    add(page, "添加学校", "/api/places/schools", 学校名称="青禾第1小学", 派出所="=第1派出所")
    is_done(page, "schools", "1 所。")
    follow(page, "填写岗位", "/console/places")
    add(page, "添加岗位", "/api/places/posts", 岗位名称="青禾第1小学 南门", 学校="=青禾第1小学")
    is_done(page, "posts", "每所学校都有")
    expect(row(page, "posters")).to_contain_text("1 个岗位中，1 个还没做海报")
    follow(page, "打印海报", "/console/places")
    sends(page, "/api/places/posters", lambda: press(page, "打印全部海报"))
    with page.expect_download() as poster:
        page.get_by_role("link", name=re.compile("^下载海报")).click()
    assert Path(poster.value.path()).read_bytes().startswith(b"%PDF")
    is_done(page, "posters", "1 个岗位都做过海报")


def the_outline_of_elsewhere(page: Page) -> None:
    press(page, "换一个区界文件")
    page.get_by_label(re.compile("^区界文件")).set_input_files(square(LONGITUDE - 1))
    page.get_by_label(re.compile("^文件的坐标系")).select_option("wgs84")
    is_refused(page, OUTLINE, lambda: press(page, "导入区界"), "posts_outside_outline")


def the_second(page: Page, empty: Empty, browser: Browser) -> None:
    """Make a second administrator; the row is green once he has a password."""
    follow(page, "建立账号", "/console/users")
    press(page, "新增账号")
    form = page.get_by_role("dialog")
    form.get_by_label("姓名").fill("第二位")
    form.get_by_label("用户名").fill("admin-2")
    form.get_by_label("角色").select_option("district_admin")
    sends(page, "/api/users", lambda: press(page, "建立账号"))
    sends(page, "/link", lambda: press(page, "生成第二位的设密码链接"))
    link = page.locator("code").inner_text()
    press(page, "完成")
    other = Cast(browser, empty.world).context(None, phone=False).new_page()
    other.goto(link)
    for label in ("新密码", "再输一次新密码"):
        other.get_by_label(label, exact=True).fill(PASSWORD)
    sends(other, "/api/invitations/password", lambda: press(other, "设置密码"))
    is_done(page, "administrators", "2 位。")


def every_row_leads_somewhere(page: Page) -> None:
    for name, address in {
        "查看短信": "channels",
        "查看推送": "channels",
        "设置群": "channels",
        "查看服务器": "status",
        "导入人员名单": "guards/import",
    }.items():
        follow(page, name, f"/console/{address}")
        follow(page, "开通清单", "/console/checklist")


def a_guard_registers(page: Page, empty: Empty, browser: Browser) -> None:
    follow(page, "填写岗位", "/console/places")
    press(page, "青禾第1小学 南门的二维码")
    code = page.get_by_role("dialog").get_by_text(re.compile("/p/")).inner_text().rpartition("/p/")[2].strip()
    phone = Cast(browser, empty.world).context(None, phone=True).new_page()
    phone.goto(f"{empty.world.server.url}/p/{code}")
    phone.get_by_label("手机号").fill(NEW_GUARD)
    press(phone, "获取短信验证码")
    phone.get_by_role("button", name=re.compile("填入")).click()
    phone.wait_for_url("**/register")
    phone.get_by_role("textbox", name="姓名").fill("测试新人")
    phone.get_by_text("志愿者").click()
    phone.get_by_text("家长").click()
    for consent in ("account", "identity", "position"):
        phone.locator(f"#register-{consent}").check()
    told = sends(phone, "/api/guards", phone.get_by_role("button", name="登记", exact=True).click)
    assert told["me"]["district"]["name"] == "样例区"
    expect(phone.get_by_text("青禾第1小学").first).to_be_visible()


def test_a_link_that_was_cut_short_says_so(empty: Empty, browser: Browser) -> None:
    page = empty.page(browser)
    page.get_by_label("姓名").wait_for()
    page.goto("about:blank")
    page.goto(empty.link[:-1])
    page.get_by_role("alert").wait_for()
    is_refused(page, f"{BEGIN}/look", lambda: press(page, "再试一次"), "unknown_setup_link")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_pages_fit_in_both_languages(empty: Empty, browser: Browser, locale: str) -> None:
    context = Cast(browser, empty.world).context(None, phone=False, locale=locale)
    page = context.new_page()
    page.goto(empty.link)
    page.locator("form input").first.wait_for()
    found = []
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found += faults(page, english=locale == "en-US")
        keep(page, f"first-start-{size[0]}-{locale}")
    for number, text in enumerate(("测试管理员", "admin-1", PASSWORD, PASSWORD, "样例区")):
        page.locator("form input").nth(number).fill(text)
    page.locator("form .go").click()
    page.locator("li[data-item]").first.wait_for()
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found += faults(page, english=False)
        keep(page, f"checklist-{size[0]}-{locale}")
    assert found == []
