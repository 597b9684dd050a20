"""Names of forty letters without a space: no page grows wider than its screen, none loses a button."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import String, cast, update

from server.alarm.tables.joint_response import unit
from server.exercise.tables import gate_device
from server.people.tables import account
from server.places.tables import post, school, station
from tests.tools.cast import Cast
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.world import World, living

LONG = "Wolfeschlegelsteinhausenbergerdorffnamen"
# Buttons, links and entries that the screen's right edge cuts off, less those in what scrolls sideways by itself.
CUT_OFF = """() => [...document.querySelectorAll('button, a, input, select, textarea')]
  .filter((one) => {
    const { left, right, width } = one.getBoundingClientRect()
    if (width < 2 || (right <= innerWidth + 1 && left >= -1)) return false
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX)) return false
    }
    return getComputedStyle(one).visibility !== 'hidden'
  })
  .map((one) => `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 30)}`)"""

# Panels out of which something sticks.
STICKS_OUT = """() => [...document.querySelectorAll('main :is(.panel, .block, .table)')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible')
  .map((one) => `${one.className} ${one.scrollWidth} of ${one.clientWidth}`)"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district of long names: two posts manned, an alarm with a unit, a device, a drill ahead."""
    folder = tmp_path_factory.mktemp("names")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        district = world.district
        admin, dispatcher = (district.consoles[role] for role in ("district_admin", "dispatcher"))
        for number in (0, 1):
            for seat in range(7):
                world.check_in(number, seat)
        made = world.write(
            admin, "/api/units", name="Unit", kind="fire", telephone="19900090001", desk="Desk"
        )
        plan = {"kind": None, "school_id": None, "lead_unit_id": made["id"], "support_unit_ids": []}
        world.write(admin, "/api/joint-plans", **plan)
        world.write(admin, "/api/devices", post_id=district.posts[0], label="Device")
        with world.store.transaction(datetime.now(UTC)) as transaction:
            for table in (account, school, station, unit):
                transaction.connection.execute(
                    update(table).values(name=LONG[:38] + cast(table.c.id, String))
                )
            transaction.connection.execute(
                update(post).values(name=LONG[:38] + cast(post.c.id, String), gate=LONG[:20])
            )
            transaction.connection.execute(update(gate_device).values(label=LONG))
        alarm = world.write(district.guards[0][2], "/api/alarms", post_id=district.posts[0], fix=None)["id"]
        world.write(dispatcher, f"/api/alarms/{alarm}/acknowledgement")
        world.write(district.guards[0][0], f"/api/alarms/{alarm}/responses", state="responding")
        world.write(admin, f"/api/alarms/{alarm}/notes", text=LONG * 3)
        world.write(admin, f"/api/alarms/{alarm}/follow-ups", text=LONG, owner=LONG, due_on="2199-12-24")
        drill = {"post_id": district.posts[1], "kind": "fire", "scenario": LONG, "notice": True}
        world.write(admin, "/api/drills", **drill, planned_for="2199-12-24T00:00:00Z")
        window = {"starts_at": "2199-12-24T00:00:00Z", "ends_at": "2199-12-24T02:00:00Z"}
        world.write(admin, "/api/device-tests", **window)
        yield world


def wrong(page: Page, address: str, name: str) -> list[str]:
    page.goto(address)
    page.locator("main").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLED)
    keep(page, f"long-{name}")
    found = [*faults(page, english=False), *page.evaluate(CUT_OFF), *page.evaluate(STICKS_OUT)]
    return [f"{name}: {one}" for one in found]


@pytest.mark.parametrize("size", [(390, 844), pytest.param((1366, 768), marks=pytest.mark.hard)])
def test_no_page_of_the_console_is_widened_by_a_name(
    world: World, browser: Browser, size: tuple[int, int]
) -> None:
    admin = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(admin, phone=False, size=size).new_page()
    found: list[str] = []
    paths = ("", "alarms", "alarms/1", "alarms/1/report", "guards", "drills", "devices", "escalation")
    for path in (*paths, "units", "channels"):
        name = f"{path.replace('/', '-') or 'live'}-{size[0]}"
        found += wrong(page, f"{world.server.url}/console/{path}", name)
    page.goto(f"{world.server.url}/console")
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.evaluate(SETTLED)
    keep(page, f"long-post-{size[0]}")
    found += [f"post-{size[0]}: {one}" for one in (*faults(page, english=False), *page.evaluate(CUT_OFF))]
    page.context.close()
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("seat", "paths"),
    [
        ((0, 2), ("", "alarm", "record")),
        ((0, 0), ("", "respond/1", "record", "p/TESTPOST01")),
        ((1, 2), ("respond/1",)),
        ((2, 4), ("", "p/TESTPOST03")),
    ],
)
def test_no_page_of_the_phone_is_widened_by_a_name(
    world: World, browser: Browser, seat: tuple[int, int], paths: tuple[str, ...]
) -> None:
    guard = world.district.guards[seat[0]][seat[1]]
    context = Cast(browser, world).context(guard, phone=True, post=seat[0], size=(360, 640))
    page, found = context.new_page(), []
    for path in paths:
        name = f"phone-{seat[0]}{seat[1]}-{path.replace('/', '-') or 'duty'}"
        found += wrong(page, f"{world.server.url}/{path}", name)
    context.close()
    assert found == [], "\n".join(found)
