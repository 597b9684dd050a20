"""What a page says when a press comes too late, or from somebody who lost a right meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, select, update

from server.duty.tables import check_in
from server.exercise.tables import drill
from server.people.tables import account, session, sign_in_code, ticket
from server.places.tables import calendar_day, peak, post, post_code
from tests.tools.cast import Cast
from tests.tools.duty import (
    SECURITY_1,
    SECURITY_2,
    STAFF_1,
    STAFF_2,
    VOLUNTEER_1,
    VOLUNTEER_2,
    put_on_duty,
    suspend,
)
from tests.tools.keys import sealed
from tests.tools.looks import keep
from tests.tools.pressing import is_refused, others_first, press
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with people on duty at two posts."""
    folder = tmp_path_factory.mktemp("refusals")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        now = datetime.now(UTC)
        put_on_duty(world.store, world.district, post=0, seats=[STAFF_1, SECURITY_1], now=now)
        put_on_duty(world.store, world.district, post=0, seats=[STAFF_2], now=now, verified=False)
        put_on_duty(world.store, world.district, post=1, seats=range(7), now=now)
        yield world


def change(world: World, table: Any, found: Any, **values: Any) -> None:
    """Change rows behind everybody's back."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        if "phone" in values:
            values = sealed(transaction.connection, table, **values)
        transaction.connection.execute(update(table).where(found).values(**values))
    world.until_heard()


def phone(world: World, browser: Browser, path: str, account_id: int | None = None, post: int = 0) -> Page:
    page = Cast(browser, world).context(account_id, phone=True, post=post).new_page()
    page.goto(world.server.url + path)
    page.locator("main").first.wait_for()
    return page


def desk(world: World, browser: Browser, path: str, role: str = "dispatcher") -> Page:
    page = Cast(browser, world).context(world.district.consoles[role], phone=False).new_page()
    page.goto(f"{world.server.url}/console{path}")
    page.locator("main").first.wait_for()
    return page


def raised(world: World, post: int, seat: int = SECURITY_1) -> str:
    guard = world.district.guards[post][seat]
    made = world.write(guard, "/api/alarms", post_id=world.district.posts[post], fix=None)
    path = f"/api/alarms/{made['id']}"
    world.write(world.district.consoles["dispatcher"], f"{path}/acknowledgement")
    return path


@pytest.mark.parametrize("why", ["suspended", "password_required", "code_expired"])
def test_signing_in(world: World, browser: Browser, why: str) -> None:
    suspended = world.district.guards[2][STAFF_1]
    suspend(world.store, suspended, datetime.now(UTC))
    dispatcher = world.district.consoles["dispatcher"]
    change(world, account, account.c.id == dispatcher, phone="19900008881")
    numbers = {"suspended": "19900000200", "password_required": "19900008881", "code_expired": "19900000201"}
    page = phone(world, browser, "/")
    page.get_by_label("手机号").fill(numbers[why])
    press(page, "获取短信验证码")
    fill = page.get_by_role("button", name="填入").first
    fill.wait_for()
    if why == "code_expired":
        change(
            world, sign_in_code, sign_in_code.c.used.is_(False), expires_at=datetime(2020, 1, 1, tzinfo=UTC)
        )
    is_refused(page, "/api/session", fill.click, why)


@pytest.mark.parametrize(
    "why", ["no_shift", "shift_over", "too_early", "unknown_post", "code_replaced", "post_archived"]
)
def test_checking_in(world: World, browser: Browser, why: str) -> None:
    code = world.district.codes[2]
    page = phone(world, browser, f"/p/{code}", world.district.guards[2][SECURITY_1], post=2)
    (act := page.locator("button.act")).wait_for()
    with world.store.read() as connection:
        usual = connection.execute(select(peak.c.starts, peak.c.ends)).first()
    hour = datetime.now(ZoneInfo("Asia/Shanghai"))
    if why == "no_shift":
        change(world, calendar_day, calendar_day.c.school_day, school_day=False)
    elif why in {"unknown_post", "code_replaced"}:
        new = {"void": True} if why == "code_replaced" else {"code": "TESTPOST99"}
        change(world, post_code, post_code.c.code == code, **new)
    elif why == "post_archived":
        change(world, post, post.c.id == world.district.posts[2], archived_at=datetime.now(UTC))
    else:
        away = timedelta(hours=2 if why == "too_early" else -2)
        starts, ends = (hour + away).time(), (hour + away + timedelta(minutes=30)).time()
        change(world, peak, peak.c.id > 0, starts=starts, ends=ends)
    is_refused(page, "/api/check-ins", act.click, why)
    press(page, "返回岗位页")
    change(world, peak, peak.c.id > 0, starts=usual.starts, ends=usual.ends)
    change(world, calendar_day, ~calendar_day.c.school_day, school_day=True)
    change(world, post_code, post_code.c.post_id == world.district.posts[2], code=code, void=None)
    change(world, post, post.c.archived_at.is_not(None), archived_at=None)


@pytest.mark.parametrize("why", ["ticket_expired", "already_registered"])
def test_registering(world: World, browser: Browser, why: str) -> None:
    page = phone(world, browser, f"/p/{world.district.codes[2]}")
    number = {"ticket_expired": "19900008882", "already_registered": "19900008883"}[why]
    page.get_by_label("手机号").fill(number)
    press(page, "获取短信验证码")
    page.get_by_role("button", name="填入").first.click()
    page.wait_for_url("**/register")
    page.locator("#register-name").fill("测试来人")
    choices = page.locator(".page input[type=checkbox]")
    expect(choices).to_have_count(3)  # the texts come over the network
    for choice in choices.all():
        choice.check()
    page.locator("input[value=volunteer]").check(force=True)
    if why == "ticket_expired":
        change(world, ticket, ticket.c.used.is_(False), expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    else:
        change(world, account, account.c.id == world.district.guards[2][SECURITY_2], phone=number)
    is_refused(page, "/api/guards", page.locator("button[type=submit]").click, why)
    page.wait_for_url(f"**/p/{world.district.codes[2]}")
    assert page.locator("#sign-in-problem").inner_text(), "the page that it leads back to says why"


def test_confirming_without_a_confirmed_duty(world: World, browser: Browser) -> None:
    leader = world.district.guards[0][STAFF_1]
    page = phone(world, browser, "/", leader)
    confirm = page.get_by_role("button", name="确认测试12到岗")
    confirm.wait_for()
    change(world, check_in, check_in.c.account_id == leader, verified=False)
    is_refused(page, "/confirmation", confirm.click, "not_yours_to_confirm")


def test_sending_somebody_whom_others_sent_or_who_left(world: World, browser: Browser) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    path = raised(world, 0)
    one, two = world.get(dispatcher, f"{path}/candidates").json()["items"][:2]
    page = desk(world, browser, path.removeprefix("/api"))
    dialog = page.get_by_role("dialog")
    page.locator(".actions button").first.wait_for()
    page.keyboard.press("d")
    send = dialog.get_by_role("button", name=f"派去：{one['name']}")
    others_first(
        page,
        f"{path}/responders",
        lambda: world.write(dispatcher, f"{path}/responders", account_id=one["account_id"]),
    )
    is_refused(page, "/responders", send.click, "already_asked")
    change(world, check_in, check_in.c.account_id == two["account_id"], checked_out_at=datetime.now(UTC))
    send = dialog.get_by_role("button", name=f"派去：{two['name']}")
    is_refused(page, "/responders", send.click, "not_on_duty")
    world.write(dispatcher, f"{path}/resolution", outcome="test", finding="完")


def test_sending_somebody_whose_post_is_left_meanwhile(world: World, browser: Browser) -> None:
    there = world.district.guards[2]
    put_on_duty(world.store, world.district, post=2, seats=range(7), now=datetime.now(UTC))
    path = raised(world, 0)
    found = world.get(world.district.consoles["district_admin"], f"{path}/candidates").json()["items"]
    one = next(one for one in found if one["account_id"] in there and not one["below_floor"])
    page = desk(world, browser, path.removeprefix("/api"), "district_admin")
    page.locator(".actions button").first.wait_for()
    page.keyboard.press("d")
    send = page.get_by_role("dialog").get_by_role("button", name=f"派去：{one['name']}")
    send.wait_for()
    left = check_in.c.account_id.in_(there) & (check_in.c.account_id != one["account_id"])
    change(world, check_in, left, checked_out_at=datetime.now(UTC))
    is_refused(page, "/responders", send.click, "below_floor")
    change(world, check_in, left, checked_out_at=None)
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


def test_putting_somebody_aside_whom_another_approved(world: World, browser: Browser) -> None:
    stranger = world.district.guards[0][VOLUNTEER_1]
    change(world, account, account.c.id == stranger, status="pending")
    path = raised(world, 0, VOLUNTEER_1)
    page = desk(world, browser, path.removeprefix("/api"))
    put = page.locator(".standing-note").get_by_role("button", name="搁置")
    others_first(
        page, f"{path}/asides", lambda: change(world, account, account.c.id == stranger, status="approved")
    )
    is_refused(page, "/asides", put.click, "account_approved")
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


def test_approving_a_claim_that_changed_meanwhile(world: World, browser: Browser) -> None:
    stranger = world.district.guards[0][VOLUNTEER_2]
    change(world, account, account.c.id == stranger, status="pending")
    page = desk(world, browser, "/guards", "school_admin")
    page.locator("tr.guard").first.wait_for()
    change(world, account, account.c.id == stranger, registered_at=datetime.now(UTC))
    tap = page.get_by_role("button", name="通过测试16", exact=True)
    is_refused(page, f"/{stranger}/approval", tap.click, "claim_changed")
    change(world, account, account.c.id == stranger, status="approved")


def test_calling_a_drill_off_that_is_gone(world: World, browser: Browser) -> None:
    officer = world.district.consoles["station_officer"]
    plan = {"post_id": world.district.posts[1], "kind": "fire", "scenario": "疏散", "notice": True}
    made = world.write(officer, "/api/drills", **plan, planned_for="2199-12-25T00:00:00Z")
    page = desk(world, browser, "/drills", "station_officer")
    press(page, "取消演练：青禾第2小学 南门")
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(delete(drill).where(drill.c.id == made["id"]))
    path = f"/api/drills/{made['id']}/cancellation"
    is_refused(page, path, page.get_by_role("group").get_by_role("button").first.click, "not_found")


def test_a_desk_that_says_too_much(world: World, browser: Browser) -> None:
    path = raised(world, 0)
    admin = world.district.consoles["district_admin"]
    note = {"text": "一", "withdrawal": False}
    page = desk(world, browser, path.removeprefix("/api"), "district_admin")

    def spend() -> None:
        while world.post(admin, f"{path}/notes", {"request_id": str(uuid4()), **note}).ok:
            pass

    def write_until_refused() -> None:
        # A moment gives some of it back: a note that arrived in such a moment is followed by another.
        taken = True
        while taken:
            others_first(page, f"{path}/notes", spend)
            press(page, "写情况")
            page.keyboard.type("有人受伤")
            with page.expect_response(lambda one: one.request.method == "POST" and path in one.url) as heard:
                page.keyboard.press("Enter")
            taken = heard.value.ok

    is_refused(page, "/notes", write_until_refused, "too_many")
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


def test_a_drill_where_a_real_alarm_is_open(world: World, browser: Browser) -> None:
    officer = world.district.consoles["station_officer"]
    plan = {"post_id": world.district.posts[1], "kind": "fire", "scenario": "疏散", "notice": True}
    made = world.write(officer, "/api/drills", **plan, planned_for="2199-12-24T00:00:00Z")
    path = raised(world, 1, SECURITY_2)
    page = desk(world, browser, "/drills")
    press(page, "开始演练：青禾第2小学 南门")
    start = f"/api/drills/{made['id']}/start"
    is_refused(page, start, lambda: press(page, "开始演练"), "real_alarm_open")

    # At another post of the station it asks, naming the alarm: left alone first, then started all the same.
    plan["post_id"] = world.district.posts[0]
    made = world.write(officer, "/api/drills", **plan, planned_for="2199-12-25T00:00:00Z")
    start = f"/api/drills/{made['id']}/start"
    for answer in ("先不做", "仍然开始演练"):
        press(page, "开始演练：青禾第1小学 南门")
        is_refused(page, start, lambda: press(page, "开始演练"), "real_alarm_near")
        expect(page.get_by_role("dialog")).to_contain_text("青禾第2小学 南门")
        keep(page, "drill-near-a-real-alarm")
        press(page, answer)
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_url("**/console/alarms/*")
    for one in world.get(officer, "/api/alarms").json()["items"]:
        if one["drill"] and one["state"] == "open":
            world.write(officer, f"/api/alarms/{one['id']}/resolution", outcome="test", finding="完")
    world.write(world.district.consoles["dispatcher"], f"{path}/resolution", outcome="test", finding="完")


@pytest.mark.parametrize("why", ["not_your_role", "bad_csrf_token"])
def test_a_desk_that_lost_its_right(world: World, browser: Browser, why: str) -> None:
    path = raised(world, 1, STAFF_1)
    officer = world.district.consoles["station_officer"]
    page = desk(world, browser, path.removeprefix("/api"), "station_officer")
    press(page, "写情况")
    page.keyboard.type("有人受伤")
    if why == "not_your_role":
        change(world, account, account.c.id == officer, role="auditor")
    else:
        change(world, session, session.c.account_id == officer, csrf_token="another")
    is_refused(page, "/notes", lambda: page.keyboard.press("Enter"), why)
    change(world, account, account.c.id == officer, role="station_officer")
