"""A school corrects a record of a closed peak in a real browser: the first one stays, struck through."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import insert

from server.attendance.queries import log, outcomes
from server.attendance.rules.outcomes import PeakOutcome
from server.core.access.roles import Group
from server.duty.tables import check_in
from tests.attendance.test_report import outcome
from tests.tools.cast import Cast
from tests.tools.district import SEATS
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.world import World, living

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = (datetime.now(SHANGHAI) - timedelta(days=3)).date()
PATH = "/api/attendance/corrections"


def at(hour: int, minute: int, on: Any = DAY) -> datetime:
    """Give a time of that day."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def close(world: World, on: Any) -> None:
    """Write a peak that is closed: one came late, an officer and a guard not at all."""
    guards, post_id = world.district.guards[0], world.district.posts[0]
    key = (post_id, on, "morning_arrival")
    times = {"starts_at": at(7, 20, on), "ends_at": at(8, 0, on)}
    row = {
        "account_id": guards[STAFF_1],
        "post_id": post_id,
        "category": SEATS[STAFF_1],
        "peak": key[2],
        "date": on,
        **times,
        "shift": {},
        "at": at(7, 41, on),
        "claimed_at": at(7, 41, on),
        "verdict": "late",
        "minutes_late": 21,
        "flags": [],
        "verified": True,
        "checked_out_at": at(8, 0, on),
        "checked_out_how": "self",
    }
    with world.store.transaction(datetime.now(UTC)) as transaction:
        connection = transaction.connection
        connection.execute(insert(check_in).values(row))
        made = PeakOutcome(post_id, on, key[2], times["starts_at"], times["ends_at"], outcome(missing=2))
        outcomes.write(connection, [made], datetime.now(UTC))
        missed = [(key, guards[SECURITY_1], Group.SECURITY), (key, guards[POLICE], Group.POLICE)]
        log.note_missed(connection, missed)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with two closed peaks, one of them of long ago."""
    folder = tmp_path_factory.mktemp("corrections")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        close(world, DAY)
        close(world, DAY - timedelta(days=40))
        yield world


def opened(
    world: World, browser: Browser, on: Any = DAY, role: str = "school_admin", **how: Any
) -> tuple[Page, Locator]:
    """Open the people of the peak at a desk."""
    page = Cast(browser, world).context(world.district.consoles[role], phone=False, **how).new_page()
    page.goto(f"{world.server.url}/console/attendance?since={on}&until={on}&rows=all")
    page.locator("section.rows td.open .link").first.click()
    people = page.locator("section.people")
    expect(people.locator("> ul > li").first).to_be_visible()
    return page, people


def person(people: Locator, name: str) -> Locator:
    return people.locator("> ul > li", has_text=name)


def test_a_record_is_corrected_with_a_reason_and_the_first_one_stays_struck_through(
    world: World, browser: Browser
) -> None:
    page, people = opened(world, browser)
    late = person(people, "测试11")
    expect(late.locator(".records")).to_contain_text("07:41–08:00 ・ 迟到")
    press(page, "更正测试11", "先不更正", "更正测试11")
    late.get_by_label("到岗时间").fill("07:15")
    late.get_by_label("原因").fill("手机没电，门卫证实")
    sends(page, PATH, lambda: press(page, "保存更正"))
    struck = late.locator(".records .struck")
    expect(struck).to_have_text("07:41–08:00 ・ 迟到 ・ 本人手机")
    assert "line-through" in struck.evaluate("(one) => getComputedStyle(one).textDecorationLine")
    expect(late.locator(".records")).to_contain_text("手机没电，门卫证实")
    expect(page.locator("section.rows td.open")).to_contain_text("已更正 1 人")
    # The no-show was there; a second correction says that he was not after all.
    press(page, "更正测试13")
    missed = person(people, "测试13")
    missed.get_by_label("原因").fill("在岗，没带手机")
    sends(page, PATH, lambda: press(page, "保存更正"))
    expect(missed.locator(".records")).to_contain_text("07:20–08:00")
    expect(page.locator("section.rows td.open")).to_contain_text("已更正 2 人")
    press(page, "更正测试13")
    missed.get_by_label("没有到岗").check()
    missed.get_by_label("原因").fill("认错人了")
    sends(page, PATH, lambda: press(page, "保存更正"))
    expect(missed.locator(".records .struck")).to_have_count(2)
    # Officers are their station's.
    expect(person(people, "测试17").get_by_role("button")).to_have_count(0)


def test_what_cannot_be_corrected_is_said_and_what_was_written_stays(world: World, browser: Browser) -> None:
    page, people = opened(world, browser, role="station_officer")
    officer = person(people, "测试17")
    press(page, "更正测试17")
    officer.get_by_label("到岗时间").fill("03:00")
    officer.get_by_label("离岗时间").fill("04:00")
    officer.get_by_label("原因").fill("执行其他任务")
    is_refused(page, PATH, lambda: press(page, "保存更正"), "stay_outside_peak")
    expect(officer.get_by_label("原因")).to_have_value("执行其他任务")
    officer.get_by_label("在岗").check()
    officer.get_by_label("到岗时间").fill("07:20")
    officer.get_by_label("离岗时间").fill("08:00")
    body = {"post_id": world.district.posts[0], "date": str(DAY), "peak": "morning_arrival"}
    there = {"came_at": at(7, 30).isoformat(), "left_at": at(8, 0).isoformat(), "reason": "另一人", "seen": 0}
    guard, station = world.district.guards[0][POLICE], world.district.consoles["station_officer"]
    others_first(page, PATH, lambda: world.write(station, PATH, account_id=guard, **body, **there))
    is_refused(page, PATH, lambda: press(page, "保存更正"), "correction_changed")
    expect(officer.locator(".records")).to_contain_text("另一人")
    expect(officer.get_by_label("原因")).to_have_value("执行其他任务")


def test_a_peak_of_long_ago_stays_as_it_is(world: World, browser: Browser) -> None:
    page, people = opened(world, browser, DAY - timedelta(days=40))
    press(page, "更正测试11")
    person(people, "测试11").get_by_label("原因").fill("太久了")
    is_refused(page, PATH, lambda: press(page, "保存更正"), "too_long_ago")
    press(page, "先不更正")


def test_people_that_cannot_be_read_are_asked_for_again(world: World, browser: Browser) -> None:
    page = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False).new_page()
    page.goto(f"{world.server.url}/console/attendance?since={DAY}&until={DAY}&rows=all")
    page.route("**/api/attendance/people**", lambda route: route.abort())
    page.locator("section.rows td.open .link").first.click()
    people = page.locator("section.people")
    expect(people.get_by_role("alert")).to_be_visible()
    page.unroute("**/api/attendance/people**")
    people.get_by_role("button", name="再试一次").click()
    expect(person(people, "测试11")).to_be_visible()
    expect(people.get_by_role("button", name="更正")).to_have_count(0)
