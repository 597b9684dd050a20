"""Every control of the phone's pages, each pressed once: it does what it says, or the page says why not."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from server.people.queries import accounts
from tests.tools.cast import Cast, press_alarm
from tests.tools.duty import (
    POLICE,
    SECURITY_1,
    SECURITY_2,
    STAFF_1,
    STAFF_2,
    VOLUNTEER_1,
    put_on_duty,
    suspend,
)
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, others_first, press, sends, there_and_back
from tests.tools.world import World, living

NEW = "19900007770"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with people at two posts, some of whom wait for a confirmation."""
    folder = tmp_path_factory.mktemp("every-phone")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        now = datetime.now(UTC)
        put_on_duty(world.store, world.district, post=0, seats=[STAFF_1, SECURITY_1, POLICE], now=now)
        waiting = [STAFF_2, SECURITY_2, VOLUNTEER_1]
        put_on_duty(world.store, world.district, post=0, seats=waiting, now=now, verified=False)
        put_on_duty(world.store, world.district, post=1, seats=[SECURITY_1, SECURITY_2], now=now)
        yield world


def phone(world: World, browser: Browser, path: str, who: tuple[int, int] | None, **more: str) -> Page:
    account = None if who is None else world.district.guards[who[0]][who[1]]
    post = 0 if who is None else who[0]
    page = Cast(browser, world).context(account, phone=True, post=post, **more).new_page()
    page.goto(world.server.url + path)
    page.locator("main").first.wait_for()
    return page


def test_a_leader_on_duty_confirms_and_helps(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/", (0, STAFF_1))
    press(page, "谁能看到")
    sends(page, "/confirmation", page.get_by_role("button", name="确认测试12到岗").click)
    sends(page, "/confirmations", page.get_by_role("button", name="确认全部 2 人").click)
    press(page, "帮没带手机的人签到")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("输入姓名").fill("测试16")
    press(page, "查找")
    sends(page, "/assisted", sheet.get_by_role("button", name="签到").click)
    expect(sheet.get_by_text("已签到").first).to_be_visible()
    sheet.get_by_role("button", name="关闭").click()
    expect(sheet).to_have_count(0)
    press(page, "帮没带手机的人签到")
    page.locator(".van-overlay").click(position={"x": 5, "y": 5})
    expect(sheet).to_have_count(0)
    is_refused(page, "/api/check-outs", page.get_by_role("button", name="签退").click, "check_out_too_early")
    follow(page, "记录", "/record")
    page.locator(".top .brand").click()
    page.wait_for_url(f"{world.server.url}/")
    page.locator(".top .language").click()
    expect(page.locator(".top .language")).to_contain_text("中文")


def test_who_checks_in(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/", (1, STAFF_1))
    follow(page, "扫岗位二维码", "/scan")
    page.get_by_label("或输入编码").fill("TESTPOST02")
    press(page, "打开岗位")
    page.wait_for_url("**/p/TESTPOST02")
    page.locator("button.where").click()
    page.locator("button.act").wait_for()
    guard = world.district.guards[1][STAFF_1]
    others_first(
        page,
        "/api/check-ins",
        lambda: world.post(guard, "/api/check-ins", world.check_in_body(1, guard)).raise_for_status(),
    )
    is_refused(page, "/api/check-ins", page.locator("button.act").click, "already_on_duty")
    page.get_by_role("link", name="查看我的岗位").click()
    page.wait_for_url(f"{world.server.url}/")
    page.goto(f"{world.server.url}/p/TESTPOST02")
    follow(page, "您已在岗", "/")
    page.goto(f"{world.server.url}/p/TESTPOST02")
    sends(page, "/api/session", lambda: press(page, "不是我"))


def test_who_takes_his_data(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/record", (2, STAFF_2))
    card = page.locator(".own-data")
    sends(page, "/api/me/own-data", card.get_by_role("button", name="取一份我的数据").click)
    # Before a worker has started it is called off, and asked for anew.
    sends(page, "/cancellation", card.get_by_role("button", name="不要了").click)
    sends(page, "/api/me/own-data", card.get_by_role("button", name="取一份我的数据").click)
    link = card.get_by_role("link", name="下载")
    link.wait_for()
    with page.expect_download() as heard:
        link.click()
    assert heard.value.suggested_filename.startswith("huxue-own-data-")
    with zipfile.ZipFile(heard.value.path()) as archive:
        assert archive.read("own-data.pdf").startswith(b"%PDF")
    sends(page, "/api/me/own-data", card.get_by_role("button", name="重新制作一份").click)


def test_whose_data_finds_no_place_for_files_is_told_so_and_takes_it_later(
    world: World, browser: Browser
) -> None:
    place = Path(f"{world.store.engine.url.database}.files")
    aside = place.with_suffix(".aside")
    if place.exists():
        place.rename(aside)
    place.write_text("no folder")
    page = phone(world, browser, "/record", (2, VOLUNTEER_1))
    card = page.locator(".own-data")
    sends(page, "/api/me/own-data", card.get_by_role("button", name="取一份我的数据").click)
    card.get_by_text("暂时存不了文件，请稍后再试。").wait_for()
    place.unlink()
    if aside.exists():
        aside.rename(place)
    sends(page, "/api/me/own-data", card.get_by_role("button", name="取一份我的数据").click)
    card.get_by_role("link", name="下载").wait_for()


def test_who_looks_who_has_looked_at_his_telephone(world: World, browser: Browser) -> None:
    guard, desk = world.district.guards[2][STAFF_2], world.district.consoles["dispatcher"]
    for _look in range(21):
        world.write(desk, f"/api/guards/{guard}/telephone", reason="absent")
    world.get(desk, "/api/people?name=测试32").json()
    page = phone(world, browser, "/record", (2, STAFF_2))
    card = page.locator(".looks")
    asks = page.expect_response("**/api/me/looks*")
    with asks:
        card.get_by_role("button", name="查看记录").click()
    telephone, by_day = card.locator(".at-telephone li"), card.locator(".by-day li")
    telephone.first.wait_for()
    assert telephone.first.inner_text().splitlines()[1:] == ["区指挥台", "岗位上缺您"]
    assert by_day.first.inner_text().splitlines()[1:] == ["区指挥台", "搜索时找到您"]
    card.get_by_role("button", name="更早的").click()
    telephone.nth(20).wait_for()
    assert card.get_by_role("button").count() == 0
    keep(page, "looks")


def test_who_erases_himself(world: World, browser: Browser) -> None:
    busy = phone(world, browser, "/record", (1, SECURITY_1)).locator(".erase")
    busy.get_by_role("button", name="抹除我的一切…").click()
    is_refused(
        busy.page, "/api/me/erasure", busy.get_by_role("button", name="永久抹除").click, "erasure_hindered"
    )
    page = phone(world, browser, "/record", (2, SECURITY_1))
    card = page.locator(".erase")
    card.get_by_role("button", name="抹除我的一切…").click()
    # Whoever works by keys stays where he is.
    expect(card.get_by_role("alert")).to_be_focused()
    keep(page, "erase-asked")
    card.get_by_role("button", name="先不抹除").click()
    expect(card.get_by_role("button", name="抹除我的一切…")).to_be_focused()
    card.get_by_role("button", name="抹除我的一切…").click()
    sends(page, "/api/me/erasure", card.get_by_role("button", name="永久抹除").click)
    expect(page.get_by_text("您的信息正在抹除")).to_be_visible()
    guard = world.district.guards[2][SECURITY_1]
    for _again in range(400):
        with world.store.read() as connection:
            found = accounts.by_id(connection, guard)
        assert found is not None
        if found.name == "—":
            return
        page.wait_for_timeout(100)
    raise AssertionError("he is still there")


def test_a_code_that_is_none(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/p/NOSUCHCODE", (2, STAFF_1))
    follow(page, "扫岗位二维码", "/scan")
    page.goto(f"{world.server.url}/nowhere")
    follow(page, "回到首页", "/")


def test_who_signs_in(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/record", None)
    follow(page, "去登录", "/")
    page.get_by_label("手机号").fill("19900000203")
    sends(page, "/api/session/codes", lambda: press(page, "获取短信验证码"))
    press(page, "换号码")
    page.get_by_label("手机号").fill(NEW)
    press(page, "获取短信验证码")
    page.locator(".messages .link").wait_for()
    code = page.get_by_role("textbox").first
    is_refused(page, "/api/session", lambda: code.fill("000000"), "wrong_code")
    # Half a code is not sent, and what was wrong with the last one stays.
    press(page, "确定")
    expect(page.get_by_role("alert")).to_contain_text("还能试 4 次")
    sends(page, "/api/session", page.get_by_role("button", name="填入").first.click)
    page.goto(f"{world.server.url}/")
    follow(page, "演示登录", "/demo")
    page.get_by_role("button", name="打开控制台").first.wait_for()
    there_and_back(page)
    page.locator(".top .brand").click()
    page.wait_for_url(f"{world.server.url}/")
    follow(page, "演示登录", "/demo")
    sends(page, "/api/demo/sessions", page.get_by_role("button", name="打开手机页面").first.click)
    page.wait_for_url(lambda address: not address.endswith("/demo"))
    page.goto(f"{world.server.url}/demo")
    sends(page, "/api/demo/sessions", page.get_by_role("button", name="打开控制台").first.click)
    page.wait_for_url("**/console**")


def test_who_registers(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/p/TESTPOST03", None)
    page.get_by_label("手机号").fill("19900007771")
    press(page, "获取短信验证码", "换号码")
    page.get_by_label("手机号").fill(NEW)
    press(page, "获取短信验证码")
    page.get_by_role("button", name="填入").first.wait_for()
    press(page, "确定")
    expect(page.get_by_role("alert")).to_have_text("请输入短信里的 6 位数字")
    page.get_by_role("button", name="填入").first.click()
    page.wait_for_url("**/register")
    there_and_back(page)
    page.locator(".top .brand").click()
    page.wait_for_url(f"{world.server.url}/")


def test_who_is_called(world: World, browser: Browser) -> None:
    raiser = world.district.guards[0][SECURITY_1]
    made = world.write(raiser, "/api/alarms", post_id=world.district.posts[0], fix=None)
    path = f"/api/alarms/{made['id']}"
    page = phone(world, browser, "/", (1, SECURITY_1))
    page.goto(f"{world.server.url}/respond/{made['id']}")
    page.get_by_role("button", name="我去").wait_for()
    silent = page.get_by_role("button", name="声音未开")
    if silent.count():
        silent.click()
    sends(page, "/responses", page.get_by_role("button", name="我去").click)
    sends(page, "/responses", page.get_by_role("button", name="我到了").click)
    sends(page, "/responses", page.get_by_role("button", name="我离开现场").click)
    second, dispatcher = world.district.guards[1][SECURITY_2], world.district.consoles["dispatcher"]
    world.post(dispatcher, f"{path}/responders", {"request_id": str(uuid4()), "account_id": second})
    other = phone(world, browser, f"/respond/{made['id']}", (1, SECURITY_2))
    sends(other, "/responses", other.get_by_role("button", name="我去").click)
    other.evaluate(
        "() => addEventListener('click', (one) => one.target.closest('a[href]') && one.preventDefault(), true)"
    )
    other.get_by_role("link", name="地图导航").click()
    sends(other, "/responses", other.get_by_role("button", name="中途去不了").click)
    sends(other, "/responses", other.get_by_role("button", name="我还是能去").click)
    others_first(
        other,
        f"{path}/responses",
        lambda: world.write(dispatcher, f"{path}/resolution", outcome="test", finding="完"),
    )
    is_refused(other, "/responses", other.get_by_role("button", name="我到了").click, "alarm_over")


def test_who_raises_an_alarm(world: World, browser: Browser) -> None:
    guard = world.district.guards[0][POLICE]
    page = phone(world, browser, "/", (0, POLICE))
    with page.expect_response(
        lambda one: one.url.endswith("/api/alarms") and one.request.method == "POST"
    ) as raised:
        press_alarm(page)
    page.mouse.up()
    path = f"/api/alarms/{raised.value.json()['id']}"
    press(page, "误报？说明原因")
    page.get_by_role("textbox").fill("按错")
    sends(page, "/notes", page.locator("form.note button").click)
    dispatcher = world.district.consoles["dispatcher"]
    others_first(page, f"{path}/kind", lambda: world.write(guard, f"{path}/kind", kind="fire"))
    is_refused(page, "/kind", page.locator(".kinds button").first.click, "kind_told")
    follow(page, "回到我的岗位", "/")
    follow(page, "报警进行中", "/alarm")
    page.go_back()
    world.write(dispatcher, f"{path}/resolution", outcome="test", finding="完")
    follow(page, "报警已结束", "/alarm")
    expect(page.locator(".outcome")).to_have_text("这是一次测试")
    press(page, "我看到了，返回")


def test_who_leaves(world: World, browser: Browser) -> None:
    page = phone(world, browser, "/record", (2, STAFF_2))
    press(page, "注销账号", "不注销", "注销账号")
    sends(page, "/api/me", lambda: press(page, "确定注销"))
    page = phone(world, browser, "/", (2, SECURITY_2))
    suspend(world.store, world.district.guards[2][SECURITY_2], datetime.now(UTC))
    page.reload()
    sends(page, "/api/session", lambda: press(page, "退出"))
