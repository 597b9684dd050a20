"""What a page says when a press comes too late, or from somebody who lost a right meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from server.store.accounts import account
from server.store.calendars import calendar_day
from server.store.check_ins import check_in
from server.store.districts import post_code
from server.store.sessions import session, sign_in_code
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, put_on_duty, suspend
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
        transaction.connection.execute(update(table).where(found).values(**values))


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


@pytest.mark.parametrize("why", ["no_shift", "unknown_post"])
def test_checking_in(world: World, browser: Browser, why: str) -> None:
    code = world.district.codes[2]
    page = phone(world, browser, f"/p/{code}", world.district.guards[2][SECURITY_1], post=2)
    act = page.locator("button.act")
    act.wait_for()
    if why == "no_shift":
        change(world, calendar_day, calendar_day.c.school_day, school_day=False)
    else:
        change(world, post_code, post_code.c.code == code, code="TESTPOST99")
    is_refused(page, "/api/check-ins", act.click, why)
    press(page, "返回岗位页")
    change(world, calendar_day, ~calendar_day.c.school_day, school_day=True)
    change(world, post_code, post_code.c.code == "TESTPOST99", code=code)


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


def test_a_drill_where_a_real_alarm_is_open(world: World, browser: Browser) -> None:
    officer = world.district.consoles["station_officer"]
    plan = {"post_id": world.district.posts[1], "kind": "fire", "scenario": "疏散", "notice": True}
    made = world.write(officer, "/api/drills", **plan, planned_for="2199-12-24T00:00:00Z")
    path = raised(world, 1, SECURITY_2)
    page = desk(world, browser, "/drills")
    press(page, "开始演练：青禾第2小学 南门")
    start = f"/api/drills/{made['id']}/start"
    is_refused(page, start, lambda: press(page, "开始演练"), "real_alarm_open")
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
