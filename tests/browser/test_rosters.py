"""A school plans its week in a real browser, publishes it, and its guard sees it on the phone."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from sqlalchemy import insert, update

from server.people.tables import account, consent
from server.people.tables.absences import absence
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, STAFF_2
from tests.tools.plans import edit
from tests.tools.pressing import follow, is_refused, others_first, press, sends
from tests.tools.roster_desk import MONDAY, TODAY, change, desk, own_school, put_in, seat
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("rosters")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    limit = "staff:10,security:20,volunteer:1,police:10"
    url = f"sqlite:///{database}"
    with living(url, folder / "server.log", HUXUE_DUTIES_A_WEEK=limit) as world:
        yield world


def test_a_week_is_planned_published_and_seen_on_the_phone(world: World, browser: Browser) -> None:
    page = own_school(world, browser)
    press(page, "上一周", "回到本周", "下一周", "下一周")
    staff, other = seat(page, "staff"), seat(page, "staff", 2)
    put_in(page, staff, "测试11")
    # The search takes the first who can by Enter.
    other.click()
    box = page.get_by_role("searchbox", name="按姓名找人")
    box.fill("12")
    expect(page.get_by_role("button", name="排入测试12")).to_be_visible()
    sends(page, "/api/roster/seats", lambda: box.press("Enter"))
    expect(other).to_contain_text("测试12")
    box.fill("没有")
    expect(page.locator(".seat-panel")).to_contain_text("没有找到这个人")
    sends(page, "/api/roster/seats", lambda: press(page, "撤下测试12"))
    expect(other).to_contain_text("缺人")
    undo = page.get_by_role("button", name="撤销上一步")
    undo.focus()
    sends(page, "/api/roster/seats", lambda: page.keyboard.press("Enter"))
    expect(other).to_contain_text("测试12")
    expect(page.locator(".roster-page .head button:focus")).to_have_count(1)
    # By keys: an arrow leads on, Delete takes out; by the mouse two change places.
    staff.focus()
    page.keyboard.press("ArrowDown")
    expect(other).to_be_focused()
    sends(page, "/api/roster/seats", lambda: page.keyboard.press("Delete"))
    expect(other).to_contain_text("缺人")
    sends(page, "/api/roster/seats", lambda: staff.drag_to(other))
    expect(other).to_contain_text("测试11")
    expect(staff).to_contain_text("缺人")

    guard = world.district.guards[0][STAFF_1]
    phone = Cast(browser, world).context(guard, phone=True).new_page()
    phone.goto(world.server.url)
    follow(phone, "我的班次", "/duties")
    expect(phone.locator("main")).to_contain_text("还没有排您的班")
    expect(page.locator(".publish-panel")).to_contain_text("无人 → 测试11")
    page.get_by_role("button", name="发布排班").click()
    press(page, "先不做")
    page.get_by_role("button", name="发布排班").click()
    sends(page, "/api/roster/publication", lambda: page.get_by_role("button", name="发布排班").click())
    expect(page.locator(".publish-panel .done")).to_contain_text(
        "已发布：1 个席位有改动，涉及 1 人。 给其中 1 人"
    )
    expect(page.locator(".publish-panel")).to_contain_text("没有未发布的改动")
    phone.reload()
    expect(phone.locator("main .rows li")).to_have_count(1)
    expect(phone.locator("main")).to_contain_text("青禾第1小学 南门")
    expect(phone.locator("main .provisional")).to_have_count(0)
    # Beyond the last term that is entered nobody knows whether children come.
    school = world.district.consoles["school_admin"]
    days = {"first_day": str(TODAY + timedelta(days=1)), "last_day": str(TODAY + timedelta(days=3))}
    world.write(school, "/api/calendar/terms", school_id=1, name="短学期", **days)
    phone.reload()
    expect(phone.locator("main .card-title .provisional")).to_have_text("暂定")
    [term] = world.get(school, "/api/calendar/terms?school_id=1").json()["items"]
    world.write(school, f"/api/calendar/terms/{term['id']}/removal", version=term["version"])


def test_a_second_press_where_the_first_was_leads_on_however_slow_the_answers_are(
    world: World, browser: Browser
) -> None:
    page = desk(world, browser, "school_admin")
    after = page.get_by_role("button", name="下一周")
    expect(page.locator(".posts")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/roster/week?*", hold)
    stands, loaded = after.bounding_box(), page.locator(".roster-page .posts")
    assert stands
    page.mouse.click(stands["x"] + 5, stands["y"] + 5)
    expect(loaded).to_have_count(0)
    assert after.bounding_box() == stands
    page.mouse.click(stands["x"] + 5, stands["y"] + 5)
    expect(page.locator(".weeks .span")).to_contain_text(MONDAY.isoformat())
    while held:
        held.pop().continue_()
    expect(loaded).to_be_visible()
    assert after.bounding_box() == stands
    page.unroute_all(behavior="wait")


def test_what_speaks_against_a_guard_is_said_where_he_is_put_in(world: World, browser: Browser) -> None:
    page = own_school(world, browser)
    guard, school = world.district.guards[0][SECURITY_1], world.district.consoles["school_admin"]
    one, on = seat(page, "security", day=1), (MONDAY + timedelta(days=1)).isoformat()

    def refused(code: str, name: str = "测试13") -> None:
        is_refused(page, "/api/roster/seats", lambda: press(page, f"排入{name}"), code)

    def opened(name: str = "测试13") -> None:
        page.keyboard.press("Escape")
        one.click()
        expect(page.get_by_role("button", name=f"排入{name}")).to_be_visible()

    opened()
    for status, code in (("suspended", "person_suspended"), ("pending", "person_pending")):
        change(world, account, guard, status=status)
        refused(code)
    change(world, account, guard, status="approved")
    now = datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        his = (consent.c.account_id == guard) & (consent.c.kind == "identity")
        transaction.connection.execute(update(consent).where(his).values(withdrawn_at=now))
    refused("no_consent")
    with world.store.transaction(now) as transaction:
        transaction.connection.execute(update(consent).where(his).values(withdrawn_at=None))
        days = {"first_day": MONDAY, "last_day": MONDAY + timedelta(days=1)}
        ill = {"account_id": guard, "kind": "ill", "entered_at": now, **days}
        transaction.connection.execute(insert(absence).values(ill))
    refused("person_away")
    with world.store.transaction(now) as transaction:
        transaction.connection.execute(update(absence).values(withdrawn_at=now))
    world.write(school, "/api/roster/seats", seats=[edit(1, on, "security", guard, number=2)])
    refused("two_places")
    world.write(school, "/api/roster/seats", seats=[edit(1, on, "security", None, number=2, version=1)])
    second = world.district.guards[0][SECURITY_2]
    world.write(school, "/api/roster/seats", seats=[edit(1, on, "security", second)])
    refused("seat_changed")
    expect(one).to_contain_text("测试14")

    # More than usual is asked about, and may be meant.
    put_in(page, seat(page, "volunteer"), "测试15")
    one = seat(page, "volunteer", day=1)
    opened("测试15")
    refused("too_many_duties", "测试15")
    sends(page, "/api/roster/seats", lambda: press(page, "仍然排入"))
    expect(one).to_contain_text("测试15")

    one = seat(page, "volunteer", day=2)
    opened("测试16")
    off = {"date": (MONDAY + timedelta(days=2)).isoformat(), "version": 0}
    days_off = {"school_id": 1, "days": [off], "kind": "off", "reason": "运动会"}
    world.write(world.district.consoles["district_admin"], "/api/calendar/days", **days_off)
    refused("no_such_seat", "测试16")
    expect(page.locator("thead")).to_contain_text("放假")


def test_a_plan_that_was_changed_or_cannot_stand_is_not_published(world: World, browser: Browser) -> None:
    page = own_school(world, browser)
    guard, school = world.district.guards[0][STAFF_2], world.district.consoles["school_admin"]
    put_in(page, seat(page, "staff", day=4), "测试12")
    on = (MONDAY + timedelta(days=4)).isoformat()

    def publish() -> None:
        page.locator(".publish-panel .is-primary").click()
        page.locator(".publish-panel .is-primary").click()

    def refused(code: str, first: Callable[[], object]) -> None:
        others_first(page, "/api/roster/publication", first)
        is_refused(page, "/api/roster/publication", publish, code)

    def other() -> None:
        seats = [edit(1, on, "security", world.district.guards[0][SECURITY_1])]
        world.write(school, "/api/roster/seats", seats=seats)

    refused("plan_changed", other)
    # The page reads the plan as it is now before it can be published.
    expect(seat(page, "security", day=4)).to_contain_text("测试13")
    refused("plan_has_conflicts", lambda: change(world, account, guard, status="suspended"))
    expect(seat(page, "staff", day=4)).to_have_class(re.compile("is-warned"))
    change(world, account, guard, status="approved")

    def published() -> None:
        mark = world.get(school, f"/api/roster/week?week={MONDAY}").json()["fingerprint"]
        world.write(school, "/api/roster/publication", school_id=1, week=str(MONDAY), seen=mark)

    refused("nothing_to_publish", published)


def test_the_district_chooses_a_school_and_a_station_plans_its_police(world: World, browser: Browser) -> None:
    page = desk(world, browser, "district_admin")
    expect(page.locator("main")).to_contain_text("请先选择学校")
    page.get_by_label("哪个学校").select_option(label="青禾第2小学")
    press(page, "下一周", "下一周")
    put_in(page, seat(page, "police", post=2), "测试27")
    station = desk(world, browser, "station_officer")
    station.get_by_label("哪个学校").select_option(label="青禾第1小学")
    press(station, "下一周", "下一周")
    seat(station, "staff", day=3).click()
    expect(station.locator(".seat-panel")).to_contain_text("您只能查看")
    put_in(station, seat(station, "police", day=3), "测试17")
    dispatcher = desk(world, browser, "dispatcher")
    dispatcher.get_by_label("哪个学校").select_option(label="青禾第1小学")
    press(dispatcher, "下一周", "下一周")
    expect(seat(dispatcher, "police", day=3)).to_contain_text("测试17")
    expect(dispatcher.locator(".publish-panel")).to_have_count(0)


def test_a_small_desk_shows_one_day_and_the_seat_below(world: World, browser: Browser) -> None:
    page = own_school(world, browser, (390, 844))
    expect(seat(page, "security", day=0)).to_be_visible()
    expect(seat(page, "security", day=3)).to_be_hidden()
    for day in "一二三五六日四":
        page.locator(".days").get_by_role("button", name=day).click()
    put_in(page, seat(page, "security", day=3), "测试13")
