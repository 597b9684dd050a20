"""Texts of consents in a real browser: written and published at the console, answered on the phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from server.people.tables import consent_text
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1, VOLUNTEER_1, VOLUNTEER_2, count
from tests.tools.looks import keep
from tests.tools.pressing import follow, is_refused, press, sends
from tests.tools.world import World, living

WAIT_MS = 10_000
DESK = "/api/consent-texts"
LONG = "值岗时共享位置，签退即停。" * 24


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("consents")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def desk(world: World, browser: Browser, locale: str = "zh-CN") -> Page:
    cast = Cast(browser, world).context(world.district.consoles["district_admin"], phone=False, locale=locale)
    page = cast.new_page()
    page.goto(f"{world.server.url}/console/consents")
    page.locator(".kinds button").first.wait_for()
    return page


def phone(world: World, browser: Browser, account_id: int, locale: str = "zh-CN") -> Page:
    page = Cast(browser, world).context(account_id, phone=True, locale=locale).new_page()
    page.goto(world.server.url)
    return page


def typed(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name)


def write(page: Page, title: str) -> None:
    typed(page, "标题（中文）").fill(title)
    typed(page, "标题（英文）").fill(f"Share my place ({title})")
    typed(page, "正文（中文）").fill(f"{LONG}\n\n轨迹留 {{days}} 天。")
    typed(page, "正文（英文）").fill("On duty alone.\n\nKept {days} days.")


def publish(page: Page, *, material: bool) -> None:
    """Say what is new, and publish by two presses."""
    typed(page, "改了什么（中文，一句话）").fill("派出所也能看到位置。")
    typed(page, "改了什么（英文，一句话）").fill("The station sees places, too.")
    page.get_by_role("radio", name="实质变更" if material else "文字修改").check()
    press(page, "发布新版本")
    sends(
        page, "/publication", page.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click
    )
    expect(page.get_by_role("status").filter(has_text="已发布")).to_be_visible()


def test_a_text_is_written_seen_published_and_answered(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    for kind in ("账号", "身份核对", "位置"):
        page.get_by_role("group", name="同意书").get_by_role("button", name=kind).click()
    expect(page.get_by_role("button", name="保存草稿")).to_be_disabled()
    write(page, "值岗时共享我的位置")
    sends(page, "/draft", lambda: press(page, "保存草稿"))
    expect(page.get_by_role("status").filter(has_text="草稿已保存")).to_be_visible()
    preview = page.get_by_role("region", name="护学员看到的样子")
    expect(preview).to_contain_text("值岗时共享我的位置")
    expect(preview).not_to_contain_text("轨迹留 7 天。")
    press(page, "阅读全文")
    expect(preview).to_contain_text("轨迹留 7 天。")
    press(page, "收起")
    press(page, "放弃草稿", "先不做", "放弃草稿")
    sends(page, "/cancellation", lambda: press(page, "放弃草稿"))
    expect(typed(page, "标题（中文）")).to_have_value("值岗时共享位置")
    write(page, "值岗时共享我的位置")
    sends(page, "/draft", lambda: press(page, "保存草稿"))
    press(page, "发布新版本")
    expect(page.get_by_role("alert").filter(has_text="请先选择")).to_be_visible()
    page.get_by_role("radio", name="文字修改").check()
    press(page, "发布新版本", "先不发布")
    keep(page, "consent-texts")
    publish(page, material=False)
    row = page.locator(".versions tbody").first
    expect(row).to_contain_text("现行")
    expect(row).to_contain_text("测试district_admin")
    press(page, "查看 2026-11")
    expect(page.locator(".versions")).to_contain_text("签退即停，留 7 天")
    page.get_by_role("button", name="查看 2026-11").last.click()
    assert count(world.store, consent_text) == 1

    world.check_in(1, STAFF_1)
    guard = phone(world, browser, world.district.guards[1][STAFF_1])
    guard.get_by_role("region", name="位置共享中").wait_for()
    expect(guard.get_by_text("同意书有变化")).to_have_count(0)
    write(page, "值岗时共享位置，派出所可见")
    sends(page, "/draft", lambda: press(page, "保存草稿"))
    publish(page, material=True)
    expect(page.get_by_role("group", name="同意书")).to_contain_text("21 人未答复")
    keep(page, "consent-texts-published")

    guard.reload()
    asked = guard.get_by_role("region", name="同意书有变化")
    expect(asked).to_contain_text("派出所也能看到位置。")
    expect(guard.get_by_role("region", name="没有共享位置")).to_be_visible()
    keep(guard, "consent-asked")
    asked.get_by_role("button", name="我同意").tap()
    expect(guard.get_by_text("已记下，谢谢。")).to_be_visible(timeout=WAIT_MS)
    expect(guard.get_by_role("region", name="位置共享中")).to_be_visible(timeout=WAIT_MS)
    guard.reload()
    guard.get_by_role("region", name="位置共享中").wait_for()
    expect(guard.get_by_text("同意书有变化")).to_have_count(0)

    later = phone(world, browser, world.district.guards[1][VOLUNTEER_2])
    later.get_by_role("button", name="以后再说").tap()
    expect(later.get_by_text("以后可以在「记录」页答复")).to_be_visible()
    later.reload()
    later.get_by_role("link", name="扫岗位二维码").wait_for()
    expect(later.get_by_role("button", name="我同意")).to_have_count(0)
    later.get_by_role("link", name="记录").tap()
    later.get_by_role("button", name="不共享位置").wait_for()
    keep(later, "consent-record")
    later.get_by_role("button", name="不共享位置").tap()
    expect(later.get_by_role("button", name="同意共享")).to_be_visible(timeout=WAIT_MS)

    waits = world.district.guards[2][VOLUNTEER_1]
    alarm = world.write(waits, "/api/alarms", post_code=world.district.codes[2])["id"]
    called = phone(world, browser, waits)
    called.get_by_role("link", name="扫岗位二维码").wait_for()
    called.wait_for_load_state("networkidle")
    # Nothing is asked beside an alarm.
    expect(called.get_by_text("同意书有变化")).to_have_count(0)
    ending = {"outcome": "test", "finding": "已核实"}
    world.write(world.district.consoles["dispatcher"], f"/api/alarms/{alarm}/resolution", **ending)
    expect(called.get_by_text("同意书有变化")).to_be_visible(timeout=WAIT_MS)
    sends(called, "/api/me/consents", called.get_by_role("button", name="不共享位置").tap)

    third = phone(world, browser, world.district.guards[2][VOLUNTEER_2])
    third.goto(f"{world.server.url}/record")
    sends(third, "/api/me/consents", third.get_by_role("button", name="我同意").tap)

    write(page, "又一版")
    sends(page, "/draft", lambda: press(page, "保存草稿"))
    publish(page, material=False)
    guard.get_by_role("link", name="记录").tap()
    expect(guard.get_by_text("您同意的是此前的文本，仍然有效。")).to_be_visible(timeout=WAIT_MS)
    guard.get_by_role("button", name="看现行文本").tap()
    expect(guard.get_by_role("heading", name="又一版")).to_be_visible()
    guard.get_by_role("button", name="阅读全文").tap()
    guard.get_by_role("button", name="收起").tap()


def test_a_stale_tab_writes_over_nothing_and_loses_nothing(world: World, browser: Browser) -> None:
    mine, other = desk(world, browser), desk(world, browser)
    for page in (mine, other):
        page.get_by_role("group", name="同意书").get_by_role("button", name="身份核对").click()
    write(other, "别人写的")
    sends(other, "/draft", lambda: press(other, "保存草稿"))
    write(mine, "我写的")
    is_refused(mine, f"{DESK}/identity/draft", lambda: press(mine, "保存草稿"), "draft_changed")
    theirs = mine.get_by_role("group", name="测试district_admin的草稿")
    expect(theirs).to_contain_text("别人写的")
    keep(mine, "consent-texts-stale")
    expect(typed(mine, "标题（中文）")).to_have_value("我写的")
    press(mine, "保留我写的，可再保存")
    sends(mine, "/draft", lambda: press(mine, "保存草稿"))
    # The other tab still shows its own draft, and would publish it over this one.
    typed(other, "改了什么（中文，一句话）").fill("别人的改动。")
    typed(other, "改了什么（英文，一句话）").fill("Another change.")
    other.get_by_role("radio", name="实质变更").check()
    press(other, "发布新版本")
    go = other.get_by_role("dialog").get_by_role("button", name="发布", exact=True)
    is_refused(other, f"{DESK}/identity/publication", go.click, "draft_changed")
    expect(typed(other, "改了什么（中文，一句话）")).to_have_value("别人的改动。")
    press(other, "用对方的，放弃我写的")
    expect(typed(other, "标题（中文）")).to_have_value("我写的")


def test_what_cannot_be_published_says_why(world: World, browser: Browser) -> None:
    page = desk(world, browser)
    page.goto(f"{world.server.url}/console")
    follow(page, "同意书", "/console/consents")
    page.get_by_role("group", name="同意书").get_by_role("button", name="账号").click()
    title = typed(page, "标题（中文）").input_value()
    typed(page, "标题（中文）").fill("")
    sends(page, "/draft", lambda: press(page, "保存草稿"))
    page.get_by_role("radio", name="文字修改").check()
    press(page, "发布新版本")
    go = page.get_by_role("dialog").get_by_role("button", name="发布", exact=True)
    is_refused(page, f"{DESK}/account/publication", go.click, "consent_text_incomplete")
    typed(page, "标题（中文）").fill(title)
    sends(page, "/draft", lambda: press(page, "保存草稿"))
    typed(page, "改了什么（中文，一句话）").fill("没有。")
    typed(page, "改了什么（英文，一句话）").fill("Nothing.")
    press(page, "发布新版本")
    is_refused(page, f"{DESK}/account/publication", go.click, "consent_text_unchanged")


def test_a_text_that_was_replaced_long_ago_is_read_anew(world: World, browser: Browser) -> None:
    guard = phone(world, browser, world.district.guards[0][STAFF_1])
    guard.get_by_role("link", name="记录").tap()
    withdraw = guard.get_by_role("button", name=re.compile("不再共享|不共享位置"))
    withdraw.first.wait_for()
    withdraw.first.tap()
    give = guard.get_by_role("button", name="同意共享")
    give.wait_for()
    stale = "**/api/me/consents"
    guard.route(
        stale,
        lambda route: (
            route.continue_(post_data={**route.request.post_data_json, "version": "2020-01"})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    is_refused(guard, "/api/me/consents", give.tap, "unknown_consent_text")
    guard.unroute(stale)
    give.tap()
    expect(guard.get_by_role("button", name="不再共享")).to_be_visible(timeout=WAIT_MS)


def test_anybody_reads_the_texts_in_force(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(None, phone=True).new_page()
    page.goto(f"{world.server.url}/privacy")
    press(page, "看现行同意书")
    expect(page.get_by_role("region", name="护学员同意的内容")).to_contain_text("只看姓名、手机号和类别")
    keep(page, "privacy-texts")


def test_the_page_is_readable_in_english_and_small(world: World, browser: Browser) -> None:
    page = desk(world, browser, "en-GB")
    expect(page.get_by_role("heading", name="Consents", exact=True)).to_be_visible()
    keep(page, "consent-texts-en")
