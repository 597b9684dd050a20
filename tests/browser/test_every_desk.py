"""Every control of the console's pages, each pressed once: it does what it says, or the page says why not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, VOLUNTEER_1
from tests.tools.pressing import follow, is_refused, next_alarm, others_first, press, sends, settled
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district: two posts with people, one with somebody who waits, an open alarm and an ended one."""
    folder = tmp_path_factory.mktemp("every-desk")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_ANSWER_WITHIN_S": "300", "HUXUE_REPEAT_S": "300"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        for post in (0, 1):
            for seat in range(7):
                world.check_in(post, seat)
        waits = world.district.guards[2][VOLUNTEER_1]
        world.write(waits, "/api/check-ins", **{**world.check_in_body(2, waits), "fix": None})
        end(world, alarm(world, 1))
        alarm(world, 0)
        yield world


def alarm(world: World, post: int) -> str:
    """Raise an alarm that the district has acknowledged, so that it takes nobody's screen; give its path."""
    guard = world.district.guards[post][SECURITY_1]
    made = world.write(guard, "/api/alarms", post_id=world.district.posts[post], fix=None)
    path = f"/api/alarms/{made['id']}"
    world.write(world.district.consoles["dispatcher"], f"{path}/acknowledgement")
    return path


def end(world: World, path: str) -> None:
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


def desk(world: World, browser: Browser, path: str, role: str = "dispatcher") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False)
    page = context.new_page()
    page.goto(f"{world.server.url}/console{path}")
    page.locator("main").first.wait_for()
    return page


def test_the_live_page(world: World, browser: Browser) -> None:
    page = desk(world, browser, "")
    page.locator(".gap-list .row").first.wait_for()
    every = page.locator(".gap-list .row").count()
    press(page, "声音未开，点这里打开")
    for name in ("放大", "缩小", "回到全图"):
        press(page, name)
    full = page.locator(".counter").first
    full.click()
    expect(full).to_have_attribute("aria-pressed", "true")
    press(page, "清除筛选")
    expect(full).to_have_attribute("aria-pressed", "false")
    page.locator(".strip .waiting").click()
    expect(page.locator(".gap-list .row")).to_have_count(1)
    page.locator(".strip .waiting").click()
    press(page, "只看缺民警的岗位")
    expect(page.locator(".gap-list .row")).to_have_count(1)
    press(page, "只看缺民警的岗位")
    page.keyboard.press("/")
    page.keyboard.type("没有这所学校")
    expect(page.locator(".filters input").first).to_have_value("没有这所学校")
    page.get_by_text("只看有缺口").click()
    press(page, "清除筛选")
    expect(page.locator(".gap-list .row")).to_have_count(every)

    search = page.locator(".filters input").first
    search.fill("测试23")
    person = page.locator(".people-found .person", has_text="测试23")
    expect(person).to_contain_text("青禾第2小学 南门 ・ 已到岗")
    person.click()
    expect(page.locator(".panel .sought")).to_contain_text("测试23")
    press(page, "返回")
    search.fill("第3小学")
    search.press("Enter")
    expect(page.locator(".panel h2")).to_have_text("青禾第3小学")
    # A card that no longer fits what is asked for closes.
    search.fill("第1小学")
    expect(page.locator(".panel")).to_have_count(0)
    press(page, "清除筛选")

    for key in ("j", "k", "Enter"):
        page.keyboard.press(key)
    page.locator(".panel h2").wait_for()
    page.keyboard.press("Escape")
    page.locator(".callout").wait_for()
    press(page, "岗位详情")
    press(page, "返回")
    page.locator(".callout").get_by_role("button", name="关闭").click()
    expect(page.locator(".callout")).to_have_count(0)
    page.locator(".gap-list .row").last.click()
    page.locator(".callout").wait_for()

    follow(page, "全部报警", "/console/alarms")
    follow(page, "态势", "/console")
    page.locator(".alarm-rail .card .head").click()
    page.wait_for_url("**/console/alarms/2")
    settled(page).keyboard.press("Escape")
    page.wait_for_url("**/console")
    follow(page, "处置", "/console/alarms/2")
    page.locator(".bar .brand").click()
    page.wait_for_url("**/console")
    next_alarm(page)
    page.wait_for_url("**/console/alarms/2")
    page.locator(".bar").get_by_role("button", name="English").click()
    expect(page.locator(".bar")).to_contain_text("Sign out")


# Presses at once, before the dialog stands still, and gives whether the press kept the focus when it did.
WRITES_AT_ONCE = """async () => {
  const next = () => new Promise((done) => requestAnimationFrame(done))
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === '添加单位')
  button.click()
  while (!document.querySelector('#unit-form input[type="tel"]')) await next()
  const telephone = document.querySelector('#unit-form input[type="tel"]')
  telephone.focus()
  const moving = document.querySelector('.dialog-fade-enter-active') !== null
  while (document.querySelector('.dialog-fade-enter-active')) await next()
  await next()
  return [moving, document.activeElement === telephone]
}"""


def test_who_writes_before_a_dialog_stands_still_goes_on_where_he_is(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/units", "district_admin")
    page.get_by_role("button", name="添加单位", exact=True).wait_for()
    assert page.evaluate(WRITES_AT_ONCE) == [True, True]


def test_the_bar_and_signing_in(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/guards", "district_admin")
    for name, address in (("演练", "drills"), ("装置", "devices"), ("联动", "units"), ("通道", "channels")):
        follow(page, name, f"/console/{address}")
    more, channels = (
        page.get_by_role("button", name="更多"),
        page.get_by_role("link", name="通道", exact=True),
    )
    more.click()
    expect(channels).to_be_focused()  # the one that is open
    page.keyboard.press("Escape")
    expect(channels).to_have_count(0)
    expect(more).to_be_focused()
    more.click()
    page.locator("main").click(position={"x": 5, "y": 5})
    expect(channels).to_have_count(0)
    page.locator(".bar .tab", has_text="报警").first.click()
    page.wait_for_url("**/console/alarms")
    sends(page, "/api/session", lambda: press(page, "退出"))
    page.wait_for_url("**/console/sign-in**")
    page.get_by_label("用户名").fill("dispatcher")
    page.get_by_label("密码").fill("not this one")
    is_refused(page, "/api/session/password", lambda: press(page, "登录"), "wrong_credentials")
    page.get_by_role("link", name="手机页面").click()
    page.wait_for_url(f"{world.server.url}/")


def test_the_list_of_alarms_and_a_report(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/alarms")
    page.locator("tbody tr").first.wait_for()
    press(page, "真实报警")
    page.locator("tbody tr").first.wait_for()
    press(page, "演练")
    expect(page.locator("tbody tr")).to_have_count(0)
    press(page, "全部")
    page.locator("tbody .what").click()
    page.wait_for_url("**/console/alarms/1")
    follow(page, "全部报警", "/console/alarms")
    page.locator(".alarm-rail").get_by_role("link", name="处置").click()
    page.wait_for_url("**/console/alarms/2")
    page.go_back()
    page.locator("tbody").get_by_role("link", name="报告").click()
    page.wait_for_url("**/console/alarms/1/report")

    add = page.get_by_role("button", name="添加事项")
    add.click()
    expect(page.get_by_text("请写事项、负责人和期限。")).to_be_visible()
    page.get_by_label("要做什么").fill("换灯")
    page.get_by_label("负责").fill("值班室")
    page.get_by_label("期限").fill("2199-12-24")
    sends(page, "/follow-ups", add.click)
    done = page.get_by_role("button", name="完成：换灯")
    made = world.get(world.district.consoles["dispatcher"], "/api/alarms/1/report").json()["follow_ups"][0]
    path = f"/api/alarms/1/follow-ups/{made['id']}/completion"
    others_first(page, path, lambda: world.write(world.district.consoles["station_officer"], path))
    is_refused(page, "/completion", done.click, "already_done")
    page.get_by_label("要做什么").fill("换锁")
    page.get_by_label("负责").fill("值班室")
    page.get_by_label("期限").fill("2199-12-24")
    sends(page, "/follow-ups", add.click)
    sends(page, "/completion", page.get_by_role("button", name="完成：换锁").click)
    expect(page.locator("tbody .chip-full")).to_have_count(2)

    page.evaluate("() => { window.print = () => { window.printed = true } }")
    press(page, "打印")
    assert page.evaluate("() => window.printed")
    follow(page, "回到报警", "/console/alarms/1")
    follow(page, "回到态势", "/console")


def test_an_alarm(world: World, browser: Browser) -> None:
    path, other = alarm(world, 2), alarm(world, 1)
    page = desk(world, browser, path.removeprefix("/api"))
    press(page, "写情况")
    page.keyboard.type("有人受伤")
    sends(page, "/notes", lambda: page.keyboard.press("Enter"))
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    page.locator("summary").click()
    for name in ("放大", "缩小", "回到全图"):
        press(page, name)
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="民警", exact=True).click()
    dialog.get_by_role("button", name="全部").click()
    dialog.locator(".el-dialog__headerbtn").click()
    expect(dialog).to_have_count(0)
    for opens, closes in (("立即升级", "先不升级"), ("合并重复", "不合并"), ("结束报警", "先不结束")):
        press(page, opens)
        dialog.get_by_role("button", name=closes).click()
        expect(dialog).to_have_count(0)
    press(page, "呼叫单位")
    dialog.wait_for()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    page.keyboard.press("t")
    sends(page, "/kind", dialog.get_by_role("button", name="火情").click)
    expect(dialog).to_have_count(0)
    others_first(page, f"{path}/merging", lambda: end(world, other))
    page.keyboard.press("g")
    dialog.locator("label.other").first.click()
    is_refused(page, "/merging", dialog.get_by_role("button", name="并入这一起").click, "alarm_over")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    others_first(page, f"{path}/resolution", lambda: end(world, path))
    page.keyboard.press("e")
    dialog.locator(".which label", has_text="青禾第3小学").click()
    dialog.get_by_label("已处置").check()
    dialog.get_by_role("textbox").fill("完")
    is_refused(page, "/resolution", dialog.get_by_role("button", name="结束报警").click, "alarm_over")


def test_an_alarm_that_rings(world: World, browser: Browser) -> None:
    guard = world.district.guards[1][SECURITY_1]
    made = world.write(guard, "/api/alarms", post_id=world.district.posts[1], fix=None)
    path = f"/api/alarms/{made['id']}"
    page = desk(world, browser, path.removeprefix("/api"))
    press(page, "静音 30 秒")
    page.locator(".actions button", has_text="静音还剩").click()
    page.keyboard.press("m")
    page.route("**/acknowledgement", lambda route: route.abort(), times=1)
    press(page, "确认接警")
    sends(page, "/acknowledgement", lambda: press(page, "再试一次"))
    next_alarm(page)
    page.wait_for_url("**/console/alarms/2")
    end(world, path)
