"""At the desk: an alarm of a stranger, put aside and let back, its places, and somebody who is let count."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from server.people.tables import account
from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.insiders import Insiders, of_world
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.pressing import is_refused, next_alarm, sends
from tests.tools.world import World, living

WIDE = (1440, 900)
# Keeps in the page which tones it played.
HEARD = """
window.heard = []
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (when) {
  window.heard.push(this.frequency.value)
  return start.call(this, when)
}"""
# The tone of a press of somebody aside.
ASIDE_HERTZ = 520


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with one manned post."""
    folder = tmp_path_factory.mktemp("standing")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        for seat in range(4):
            world.check_in(0, seat)
        yield world


@pytest.fixture(scope="module")
def insiders(world: World) -> Insiders:
    """Make people whom nobody should trust."""
    return of_world(world, lambda: datetime.now(UTC))


def set_status(world: World, account_id: int | None, status: str) -> None:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(
            account.update().where(account.c.id == account_id).values(status=status)
        )


def test_a_stranger_is_put_aside_and_somebody_is_let_count(
    world: World, insiders: Insiders, browser: Browser
) -> None:
    helper = insiders.stranger("teacher")
    raiser = insiders.stranger("volunteer", on_duty=False)
    alarm = world.write(raiser.account_id, "/api/alarms", post_code=world.district.codes[0])
    world.write(raiser.account_id, "/api/alarms", post_code=world.district.codes[2])
    desk = Cast(browser, world).context(world.district.consoles["dispatcher"], phone=False, size=WIDE)
    desk.add_init_script(HEARD)
    page = desk.new_page()
    page.goto(f"{world.server.url}/console/alarms/{alarm['id']}")
    note = page.locator(".standing-note")
    note.wait_for()
    page.evaluate(SETTLED)
    keep(page, "standing-desk")
    assert faults(page, english=False) == []

    note.get_by_role("button", name="搁置").click()
    expect(note.get_by_role("button", name="解除搁置")).to_be_visible(timeout=WAIT_MS)
    phone = Cast(browser, world).context(raiser.account_id, phone=True).new_page()
    phone.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    phone.locator("button.alarm").first.wait_for()
    scanned_before = datetime.now(UTC)
    phone.reload()
    pressed = presses(phone)
    assert datetime.fromisoformat(pressed["post_scanned_at"]) <= scanned_before
    expect(phone.get_by_role("heading", level=1)).to_have_text("只作记录", timeout=WAIT_MS)
    expect(phone.get_by_text("已送达")).to_have_count(0)
    expect(phone.get_by_text("这次不会通知任何人：请拨打 110")).to_be_visible()
    keep(phone, "standing-phone")
    assert faults(phone, english=False) == []
    expect(note).to_contain_text("又按了 1 次", timeout=WAIT_MS)
    page.wait_for_function(f"() => window.heard.includes({ASIDE_HERTZ})")
    world.write(raiser.account_id, "/api/alarms", post_code=world.district.codes[0])
    note.get_by_role("button", name="解除搁置").click()
    expect(note.get_by_role("button", name="解除搁置")).to_have_count(0, timeout=WAIT_MS)
    assert page.evaluate("() => window.heard").count(ASIDE_HERTZ) == 1

    note.get_by_role("button", name="青禾第3小学").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("青禾第3小学", timeout=WAIT_MS)
    expect(note).not_to_contain_text("哪一处")

    marked = page.locator(".responder", has_text="不计入")
    expect(marked).to_have_count(1, timeout=WAIT_MS)
    counts = marked.get_by_role("button", name="准许计入")
    set_status(world, helper.account_id, "suspended")
    is_refused(page, "/counting", counts.click, "account_suspended")
    set_status(world, helper.account_id, "pending")
    counts.click()
    expect(marked).to_have_count(0, timeout=WAIT_MS)
    told = world.get(world.district.consoles["dispatcher"], f"/api/alarms/{alarm['id']}").json()
    doubts = {one["account_id"]: one["doubt"] for one in told["responses"]}
    assert doubts[helper.account_id] is None


def presses(phone: Page) -> dict[str, str]:
    """Hold the alarm button until the alarm goes out; give what the phone sent."""
    with phone.expect_request("**/api/alarms") as sent:
        press_alarm(phone)
    phone.mouse.up()
    body: dict[str, str] = sent.value.post_data_json
    return body


def test_a_confirmation_approves_nobody_and_a_claim_to_be_police_waits_for_its_station(
    world: World, insiders: Insiders, browser: Browser
) -> None:
    """The school sees that both are there and may say so of the leader, the station of the officer."""
    leader, officer = insiders.stranger("duty_leader", post=1), insiders.stranger("police", post=1)
    insiders.stranger("volunteer", post=1)  # Whom an approved leader could confirm.
    school = insiders.console("school_admin", school_id=world.district.schools[1])
    panel = people_at(world, browser, school)
    names = {one["account_id"]: one["name"] for one in people(world, school)}
    confirm = f"确认{names[leader.account_id]}到岗"
    sends(panel.page, "/confirmation", panel.get_by_role("button", name=confirm).click)
    expect(panel.get_by_role("button", name=confirm)).to_have_count(0, timeout=WAIT_MS)
    claims = f"确认{names[officer.account_id]}到岗"
    expect(panel.get_by_text(names[officer.account_id])).to_be_visible()
    expect(panel.get_by_role("button", name=claims)).to_have_count(0)

    phone = Cast(browser, world).context(leader.account_id, phone=True, post=1).new_page()
    phone.goto(world.server.url)
    phone.get_by_text("还要值岗").wait_for()
    expect(phone.get_by_role("button", name=re.compile("^确认"))).to_have_count(0)
    status = world.get(leader.account_id, "/api/me").json()["account"]["status"]
    assert status == "pending", "confirmed, and approved by nobody"

    panel = people_at(world, browser, world.district.consoles["station_officer"])
    sends(panel.page, "/confirmation", panel.get_by_role("button", name=claims).click)
    counted = {one["account_id"]: one["verified"] for one in people(world, school)}
    assert (counted[leader.account_id], counted[officer.account_id]) == (True, True)


def people_at(world: World, browser: Browser, account_id: int) -> Locator:
    """Open the second post at a console; give its list of people."""
    page = Cast(browser, world).context(account_id, phone=False, size=WIDE).new_page()
    page.goto(f"{world.server.url}/console")
    page.locator(".gap-list .row", has_text="青禾第2小学").click()
    page.keyboard.press("Enter")
    return page.get_by_label("在岗人员")


def people(world: World, account_id: int) -> list[dict[str, Any]]:
    """List who is at the second post, as a console sees them."""
    told: list[dict[str, Any]] = world.get(account_id, f"/api/coverage/{world.district.posts[1]}").json()[
        "people"
    ]
    return told


def test_a_crowd_of_strangers_and_a_drill_stand_behind_the_real_alarm_in_the_bar(
    world: World, insiders: Insiders, browser: Browser
) -> None:
    """The bar and its key lead to who has waited longest of those with standing, however many press after him."""
    dispatcher = world.district.consoles["dispatcher"]
    for one in world.get(dispatcher, "/api/alarms").json()["items"]:
        if one["state"] == "open":
            finish(world, one["id"])
    plan = {"post_id": world.district.posts[2], "kind": "fire", "scenario": "疏散", "notice": True}
    drill = world.write(dispatcher, "/api/drills", **plan, planned_for="2199-12-24T00:00:00Z")
    world.write(dispatcher, f"/api/drills/{drill['id']}/start")
    for post in (1, 2):
        # Each in a place of its own: an alarm of its own.
        raiser = insiders.stranger("volunteer", on_duty=False)
        world.write(raiser.account_id, "/api/alarms", post_code=world.district.codes[post])
    guard = world.district.guards[0][1]
    real = world.write(guard, "/api/alarms", post_code=world.district.codes[0])["id"]

    page = Cast(browser, world).context(dispatcher, phone=False, size=WIDE).new_page()
    page.goto(f"{world.server.url}/console/alarms")
    entries = page.locator(".open-alarms .one")
    expect(entries).to_have_count(3, timeout=WAIT_MS)
    expect(entries.nth(0)).to_contain_text("青禾第1小学")
    expect(entries.nth(1)).to_contain_text("2 起报警来自未核准的账号")
    expect(entries.nth(2)).to_contain_text("演练")
    look = "(one) => getComputedStyle(one).backgroundColor"
    assert entries.nth(2).evaluate(look) != page.locator(".open-alarms").evaluate(look)
    keep(page, "bar-of-crowd")
    assert faults(page, english=False) == []
    next_alarm(page)
    page.wait_for_url(f"**/console/alarms/{real}")
    # The real one is the page itself by now: the strangers' come first in the bar, as two and as one.
    for said in ("2 起报警来自未核准的账号", "账号未核准"):
        expect(entries.nth(0)).to_contain_text(said, timeout=WAIT_MS)
        before = page.url
        entries.nth(0).click()
        page.wait_for_url(lambda url, before=before: url != before and "/console/alarms/" in url)
        strange = int(page.url.rsplit("/", 1)[1])
        assert strange != real
        page.goto(f"{world.server.url}/console/alarms/{real}")
        finish(world, strange)
        expect(page.locator(f".open-alarms a[href$='/alarms/{strange}']")).to_have_count(0, timeout=WAIT_MS)
    for one in world.get(dispatcher, "/api/alarms").json()["items"]:
        if one["state"] == "open":
            finish(world, one["id"])


def finish(world: World, number: int) -> None:
    path = f"/api/alarms/{number}/resolution"
    world.write(world.district.consoles["dispatcher"], path, outcome="test", finding="完")


def test_whoever_was_approved_stays_where_he_stood_in_the_list(
    world: World, insiders: Insiders, browser: Browser
) -> None:
    """The news of it may be faster than the answer: no other person's row comes under the thumb."""
    for _ in range(5):
        insiders.stranger("volunteer", on_duty=False)
    school = insiders.console("school_admin", school_id=world.district.schools[0])
    page = Cast(browser, world).context(school, phone=False, size=(390, 844)).new_page()
    page.goto(f"{world.server.url}/console/guards")
    rows = page.locator("tr.guard")
    rows.nth(3).wait_for()
    names = rows.locator("b").all_inner_texts()
    with page.expect_response(lambda one: "/api/guards?" in one.url):
        rows.nth(2).get_by_role("button", name=re.compile("^通过")).click()
    expect(rows.nth(2)).to_contain_text("已通过", timeout=WAIT_MS)
    page.evaluate(SETTLED)
    assert rows.locator("b").all_inner_texts() == names
    keep(page, "approved-stays")
    page.context.close()
