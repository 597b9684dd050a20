"""A masked telephone is shown for a reason, chosen at the desk; the auditor finds the look by whom it was about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1
from tests.tools.looks import keep
from tests.tools.pressing import is_refused, press, sends
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with one guard on duty, whom no channel reaches."""
    folder = tmp_path_factory.mktemp("reasons")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        world.check_in(0, SECURITY_1)
        yield world


def desk(world: World, browser: Browser, path: str, role: str = "dispatcher") -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False)
    page = context.new_page()
    page.goto(f"{world.server.url}/console{path}")
    page.locator("main").first.wait_for()
    return page


def hidden_number(page: Page) -> Locator:
    """Give the button of a masked number, on the page as it opens."""
    page.reload()
    page.get_by_role("button", name="在岗或下一班、联系不上").click()
    return page.get_by_role("button", name="查看号码").first


def test_another_reason_has_words(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/channels")
    dialog = page.get_by_role("dialog")
    hidden_number(page).click()
    dialog.get_by_role("button", name="其他原因").click()
    is_refused(page, "/telephone", dialog.get_by_role("button", name="查看号码").click, "words_needed")
    keep(page, "reason")
    dialog.get_by_label("写明原因").fill("钥匙落在门卫室")
    sends(page, "/telephone", dialog.get_by_role("button", name="查看号码").click)
    expect(dialog).to_have_count(0)
    found = world.get(world.district.guards[0][SECURITY_1], "/api/me/looks").json()["items"]
    assert [(one["reason"], one["words"]) for one in found] == [("other", "钥匙落在门卫室")]


def test_a_reason_is_one_key_and_the_number_has_the_focus(world: World, browser: Browser) -> None:
    page = desk(world, browser, "/channels")
    dialog = page.get_by_role("dialog")
    looks = hidden_number(page)
    looks.focus()
    looks.press("Enter")
    # What the list is about comes first: Enter is enough.
    expect(dialog.get_by_role("button", name="联系不上")).to_be_focused()
    sends(page, "/telephone", lambda: page.keyboard.press("3"))
    expect(page.locator("a[href^='tel:']:focus")).to_be_visible()
    for reason in ("联系不上", "没有到岗，叫他", "核实身份", "家属或学校询问"):
        hidden_number(page).click()
        sends(page, "/telephone", dialog.get_by_role("button", name=reason).click)
        expect(dialog).to_have_count(0)


def test_who_stands_at_a_post_is_asked_for_by_the_last_four_digits_and_rung_up(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "")
    digits = f"00{SECURITY_1:02}"
    search = page.get_by_label("学校、岗位、人名、手机后四位")
    search.fill(digits)
    person = page.locator(".people-found .person", has_text="测试13")
    person.click()
    page.get_by_role("button", name="查看号码：测试13").click()
    keep(page, "reason-at-post")
    at_post = page.get_by_role("dialog").get_by_role("button", name="在岗，有事找他")
    sends(page, "/telephone", at_post.click)
    expect(page.get_by_role("link", name="测试13").first).to_be_visible()
    page.goto(f"{world.server.url}/console/guards")
    page.get_by_role("button", name="已审核").click()
    page.get_by_label("姓名或手机后四位").fill(digits)
    row = page.locator("tr.guard")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(f"199****{digits}")
    keep(page, "by-digits")


def test_the_auditor_finds_looks_by_whom_they_were_about_and_by_whom(world: World, browser: Browser) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    for guard in (world.district.guards[0][0], world.district.guards[1][0]):
        world.write(dispatcher, f"/api/guards/{guard}/telephone", reason="asked_after")
    page = desk(world, browser, "", "auditor")
    rows = page.locator("tbody tr")
    subject, actor = page.get_by_role("group", name="关于谁"), page.get_by_role("group", name="谁操作的")
    subject.get_by_role("searchbox").fill("没有这个人")
    expect(subject).to_contain_text("没有这个姓名或编号的人")
    subject.get_by_role("searchbox").fill("0100")
    subject.get_by_role("button", name="测试21").click()
    page.locator("select").select_option("see_telephone")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("测试21")
    expect(rows).to_contain_text("家属或学校询问")
    actor.get_by_role("searchbox").fill("测试dispatcher")
    actor.get_by_role("button", name="测试dispatcher").first.click()
    expect(rows).to_have_count(1)
    keep(page, "audit-by-person")
    press(page, "不选测试dispatcher", "不选测试21")
    expect(rows.nth(1)).to_be_visible()
