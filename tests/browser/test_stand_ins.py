"""Somebody who cannot come asks for a stand-in on his phone; another one takes the duty; the school gives it back."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.people.tables import account
from server.roster.tables import stand_in
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2
from tests.tools.plans import edit
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.roster_desk import MONDAY, change, own_school, seat
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("stand_ins")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    # Whatever the hour, somebody is asked at once.
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_QUIET_HOURS="08:00-08:00") as world:
        admin, guard = world.district.consoles["district_admin"], world.district.guards[0][SECURITY_1]
        seats = [edit(1, str(MONDAY), "security", guard)]
        world.write(admin, "/api/roster/seats", seats=seats, anyway=True)
        week = f"/api/roster/week?school_id=1&week={MONDAY}"
        seen = world.get(admin, week).json()["fingerprint"]
        world.write(admin, "/api/roster/publication", school_id=1, week=str(MONDAY), seen=seen)
        yield world


def duties(world: World, browser: Browser, account_id: int) -> Page:
    page = Cast(browser, world).context(account_id, phone=True).new_page()
    page.goto(f"{world.server.url}/duties")
    page.get_by_role("heading", name="我的班次").wait_for()
    return page


def test_a_stand_in_is_found_and_the_school_gives_the_duty_back(world: World, browser: Browser) -> None:
    one, other = (world.district.guards[0][number] for number in (SECURITY_1, SECURITY_2))
    desk = own_school(world, browser)
    mine = seat(desk, "security")
    phone = duties(world, browser, one)
    card = phone.locator(".next")
    sends(phone, "/api/me/duties/answers", lambda: press(phone, "我不能到岗"))
    sends(phone, "/api/me/stand-ins", lambda: press(phone, "请人顶班"))
    expect(card).to_contain_text("正在找人顶班，已问 1 人")
    expect(mine).to_contain_text("正在找人顶班")
    sends(phone, "/withdrawal", lambda: press(phone, "不找了"))
    expect(card.get_by_role("button", name="请人顶班")).to_be_visible()
    number = sends(phone, "/api/me/stand-ins", lambda: press(phone, "请人顶班"))["id"]
    expect(card).to_contain_text("正在找人顶班")

    helper = duties(world, browser, other)
    taking = f"/api/me/stand-ins/{number}/taking"

    def tap() -> None:
        helper.get_by_role("button", name=re.compile("^我来顶班")).click()

    def refused(code: str, first: Callable[[], object], after: Callable[[], object]) -> None:
        others_first(helper, taking, first)
        is_refused(helper, taking, tap, code)
        after()
        helper.reload()

    def set_state(state: str) -> Callable[[], None]:
        return lambda: change(world, stand_in, number, state=state)

    refused("stand_in_taken", set_state("taken"), set_state("open"))
    refused("stand_in_over", set_state("over"), set_state("open"))
    days = {"first_day": str(MONDAY), "last_day": str(MONDAY), "kind": "ill"}

    def back() -> None:
        [away] = world.get(other, "/api/me/duties").json()["absences"]
        world.write(other, f"/api/me/absences/{away['id']}/withdrawal")

    refused("cannot_take", lambda: world.write(other, "/api/me/absences", **days), back)
    sends(helper, taking, tap)
    expect(helper.get_by_text("已由您接班")).to_be_visible()
    expect(helper.locator(".next")).to_contain_text("已回答：会到岗")
    expect(mine).to_contain_text("替 测试13 顶班")

    mine.click()
    undoing = f"/api/roster/stand-ins/{number}/undoing"
    others_first(desk, undoing, lambda: change(world, account, one, status="suspended"))
    is_refused(desk, undoing, lambda: press(desk, "恢复给 测试13"), "stand_in_stays")
    change(world, account, one, status="approved")
    sends(desk, undoing, lambda: press(desk, "恢复给 测试13"))
    expect(mine).to_contain_text("测试13")
    expect(mine).not_to_contain_text("顶班")
