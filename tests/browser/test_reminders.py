"""A guard's phone asks whether he comes to his next duty; his school and the leader at the gate see what he says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from server.calendar.queries import answers
from server.calendar.queries.answers import Answer, DutyKey
from tests.tools.cast import Cast
from tests.tools.duty import STAFF_1
from tests.tools.plans import MORNING_PEAK, edit
from tests.tools.pressing import is_refused, press, sends
from tests.tools.roster_desk import MONDAY, TODAY, own_school, put_in, seat
from tests.tools.world import World, living

ANSWERS = "/api/me/duties/answers"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("reminders")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def duties(world: World, browser: Browser, account_id: int, locale: str = "zh-CN") -> Page:
    """Open the page of duties on somebody's phone."""
    page = Cast(browser, world).context(account_id, phone=True, locale=locale).new_page()
    page.goto(f"{world.server.url}/duties")
    page.locator(".next").wait_for()
    return page


def test_whether_somebody_comes_is_said_with_one_tap_and_seen_at_the_desk_at_once(
    world: World, browser: Browser
) -> None:
    page, guard = own_school(world, browser), world.district.guards[0][STAFF_1]
    one = seat(page, "staff")
    put_in(page, one, "测试11")
    page.get_by_role("button", name="发布排班").click()
    sends(page, "/api/roster/publication", lambda: page.get_by_role("button", name="发布排班").click())
    phone = duties(world, browser, guard)
    card = phone.locator(".next")
    expect(card).to_contain_text("您会到岗吗？")
    sends(phone, ANSWERS, lambda: press(phone, "我会到岗"))
    expect(card.get_by_role("status")).to_contain_text("已回答：会到岗")
    expect(one).to_contain_text("✓ 会来")
    sends(phone, ANSWERS, lambda: press(phone, "我不能到岗"))
    expect(card.get_by_role("status")).to_contain_text("已回答：不能到岗")
    expect(one).to_contain_text("✕ 来不了")
    one.click()
    expect(page.locator(".seat-panel")).to_contain_text("本人说不能到岗")
    press(phone, "请假，空出这个班次")
    expect(phone.get_by_label("第一天")).to_have_value(MONDAY.isoformat())
    expect(phone.get_by_label("最后一天")).to_have_value(MONDAY.isoformat())
    sends(phone, "/api/me/absences", lambda: press(phone, "请假"))
    expect(card).to_have_count(0)
    expect(one).to_contain_text("测试11 来不了")


def test_the_answer_stays_once_the_duty_has_begun_and_the_leader_reads_it(
    world: World, browser: Browser
) -> None:
    admin, (leader, other) = world.district.consoles["district_admin"], world.district.guards[0][:2]
    seats = [
        edit(1, TODAY.isoformat(), "staff", one, number=at + 1) for at, one in enumerate((leader, other))
    ]
    world.write(admin, "/api/roster/seats", seats=seats, anyway=True)
    monday = (TODAY - timedelta(days=TODAY.weekday())).isoformat()
    seen = world.get(admin, f"/api/roster/week?school_id=1&week={monday}").json()["fingerprint"]
    world.write(admin, "/api/roster/publication", school_id=1, week=monday, seen=seen)

    def earlier(route: Route) -> None:
        found = route.fetch().json()
        for one in found["items"]:
            one["starts_at"] = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
        route.fulfill(json=found)

    page = Cast(browser, world).context(other, phone=True).new_page()
    page.route("**/api/me/duties", earlier)
    page.goto(f"{world.server.url}/duties")
    is_refused(page, ANSWERS, lambda: press(page, "我会到岗"), "duty_begun")
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        answers.put(transaction.connection, DutyKey(other, 1, TODAY, MORNING_PEAK), Answer.COMING, now)
    world.check_in(0, STAFF_1)
    gate = Cast(browser, world).context(leader, phone=True).new_page()
    gate.goto(world.server.url)
    expect(gate.locator(".expected")).to_contain_text("没来 1")
    expect(gate.locator(".expected li", has_text="测试12")).to_contain_text("说会到岗")
