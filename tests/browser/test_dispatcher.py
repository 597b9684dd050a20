"""A dispatcher at the desk and on a phone: what stands over the map, whom one rings up, a silent unit, a long merge."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.pressing import settled
from tests.tools.world import World, living

PHONE = (390, 844)
UNIT = "测试消防站"
# Whether what a pointer would meet in the middle of each of these is that thing itself.
ON_TOP = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect()
  return one.contains(document.elementFromPoint(x + width / 2, y + height / 2))
})"""
# Nothing in the callout itself may be covered, so its corners are asked as well.
CORNERS = """(selector) => {
  const one = document.querySelector(selector)
  const { left, right, top, bottom } = one.getBoundingClientRect()
  return [[left, top], [right, top], [left, bottom], [right, bottom]].map(([x, y]) =>
    one.contains(document.elementFromPoint(x + (x === left ? 8 : -8), y + (y === top ? 8 : -8))))
}"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with one manned post, a unit with a plan, and an alarm that the console has acknowledged."""
    folder = tmp_path_factory.mktemp("dispatcher")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        for seat in range(7):
            world.check_in(0, seat)
        admin = world.district.consoles["district_admin"]
        unit = {"name": UNIT, "kind": "fire", "telephone": "19900009001", "desk": "Desk"}
        number = write(world, admin, "/api/units", unit)["id"]
        plan = {"kind": None, "school_id": None, "lead_unit_id": number, "support_unit_ids": []}
        write(world, admin, "/api/joint-plans", plan)
        press(world, 0)
        yield world


def write(world: World, account: int, path: str, body: dict[str, object]) -> dict[str, object]:
    answer = world.post(account, path, {"request_id": str(uuid4()), **body})
    answer.raise_for_status()
    told: dict[str, object] = answer.json()
    return told


def press(world: World, post: int) -> object:
    """Raise an alarm at a post, and let the console acknowledge it, so that it takes no page's screen."""
    guard = world.district.guards[post][2]
    alarm = write(world, guard, "/api/alarms", {"post_id": world.district.posts[post], "fix": None})
    write(world, world.district.consoles["dispatcher"], f"/api/alarms/{alarm['id']}/acknowledgement", {})
    return alarm["id"]


def open_page(world: World, browser: Browser, path: str, role: str = "dispatcher", **more: object) -> Page:
    context = Cast(browser, world).context(world.district.consoles[role], phone=False, **more)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(world.server.url + path)
    return page


def test_the_callout_and_the_controls_stand_over_the_map(world: World, browser: Browser) -> None:
    page = open_page(world, browser, "/console", size=(1366, 768))
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.locator(".callout").wait_for()
    page.evaluate(SETTLED)
    assert page.evaluate(ON_TOP, ".callout, .live-map .controls button") and all(
        page.evaluate(ON_TOP, ".callout, .live-map .controls button")
    )
    assert all(page.evaluate(CORNERS, ".callout"))
    page.context.close()


def test_who_has_not_come_is_rung_up_by_one_press(world: World, browser: Browser) -> None:
    page = open_page(world, browser, "/console")
    page.locator(".gap-list .row").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="查看号码").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="没有到岗")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".absent a[href^='tel:']")).to_have_count(1, timeout=WAIT_MS)
    keep(page, "absent-rung-up")
    page.context.close()


def test_who_waits_is_confirmed_one_by_one_and_then_all_at_once(world: World, browser: Browser) -> None:
    for seat in range(3):
        guard = world.district.guards[1][seat]
        write(world, guard, "/api/check-ins", {**world.check_in_body(1, guard), "fix": None})
    page = open_page(world, browser, "/console", role="station_officer")
    page.locator(".gap-list .row", has_text="青禾第2小学").click()
    page.keyboard.press("Enter")
    panel = page.get_by_label("在岗人员")
    panel.get_by_role("button", name="确认测试21到岗").click()
    expect(panel.get_by_role("button", name="全部确认 2 人")).to_be_visible()
    assert verified(world, 1) == [True, False, False]
    keep(page, "one-confirmed")
    panel.get_by_role("button", name="全部确认 2 人").click()
    expect(panel.get_by_role("button", name=re.compile("确认"))).to_have_count(0)
    assert verified(world, 1) == [True, True, True]
    present = panel.locator(".person", has_text="测试21")
    expect(present).to_contain_text("199****0100")
    present.get_by_role("button", name="查看号码").click()
    page.get_by_role("dialog").get_by_role("button", name="在岗，有事找他").click()
    expect(present.locator("a[href='tel:19900000100']")).to_have_count(1, timeout=WAIT_MS)
    keep(page, "present-rung-up")
    page.context.close()


def verified(world: World, post: int) -> list[bool]:
    """Tell who of those that came to a post counts, by their seats."""
    path = f"/api/coverage/{world.district.posts[post]}"
    people = world.get(world.district.consoles["dispatcher"], path).json()["people"]
    came = {one["account_id"]: one["verified"] for one in people}
    return [came[guard] for guard in world.district.guards[post] if guard in came]


def test_a_silent_unit_is_called_again_from_the_alarm(world: World, browser: Browser) -> None:
    page = open_page(world, browser, "/console/alarms/1")
    unit = page.locator("li.unit", has_text=UNIT)
    unit.get_by_role("button", name=f"再次呼叫{UNIT}").click()
    expect(unit).to_contain_text("共 2 条", timeout=WAIT_MS)
    expect(page.locator(".timeline ol")).to_contain_text(f"再次呼叫{UNIT}")
    keep(page, "unit-called-again")
    page.context.close()


def test_what_the_desk_writes_stands_on_the_phones_of_who_goes_and_of_the_raiser(
    world: World, browser: Browser
) -> None:
    """The newest note, in the words of the desk; what somebody on the alarm writes is none of the desk's."""
    world.end_alarms()
    cast = Cast(browser, world)
    raiser = cast.context(world.district.guards[0][3], phone=True).new_page()
    raiser.goto(f"{world.server.url}/p/{world.district.codes[0]}")
    with raiser.expect_response("**/api/alarms") as sent:
        press_alarm(raiser)
    raiser.mouse.up()
    number = sent.value.json()["id"]
    neighbour = cast.context(world.district.guards[0][1], phone=True, locale="en-GB").new_page()
    neighbour.goto(f"{world.server.url}/respond/{number}")
    neighbour.get_by_role("button", name="I am going").wait_for()

    desk = open_page(world, browser, f"/console/alarms/{number}")
    for words in ("从北门进", "北门已封，走南门"):
        field = desk.locator(".timeline input")
        field.fill(words)
        field.press("Enter")
        expect(field).to_have_value("")
    for page, heading in ((neighbour, "The desk writes"), (raiser, "指挥台")):
        note = page.locator(".desk-note")
        expect(note).to_contain_text("北门已封，走南门", timeout=WAIT_MS)
        expect(note).to_contain_text(heading)
        page.evaluate(SETTLED)
        keep(page, f"desk-note-{'raiser' if page is raiser else 'neighbour'}")
    assert faults(raiser, english=False) == []
    for page in (raiser, neighbour, desk):
        page.context.close()


def test_two_alarms_are_merged_and_one_ended_by_keys_alone(world: World, browser: Browser) -> None:
    main, double = press(world, 1), press(world, 2)
    page = open_page(world, browser, f"/console/alarms/{double}")
    page.locator(".alarm-head h1").wait_for()
    page.keyboard.press("g")
    choice = page.locator(f"[role=dialog] input[value='{main}']")
    choice.wait_for()
    page.wait_for_function("() => document.activeElement.name === 'main'")
    choice.press("Space")
    for _tab in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == "并入这一起":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/alarms/{main}")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("() => document.activeElement !== document.body"), "the focus is kept"

    settled(page).keyboard.press("e")
    # More than one is open: its place is named first.
    page.wait_for_function("() => document.activeElement.name === 'place'")
    page.locator(f"[role=dialog] input[name=place][value='{main}']").press("Space")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement.name === 'outcome'")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Led away")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".finished")).to_contain_text("Led away", timeout=WAIT_MS)
    page.context.close()


def test_a_page_of_another_role_says_so_and_leads_back(world: World, browser: Browser) -> None:
    for path in ("drills", "devices", "escalation", "units"):
        page = open_page(world, browser, f"/console/{path}", role="school_admin")
        expect(page.get_by_role("heading", name="您的账号不使用这个页面")).to_be_visible(timeout=WAIT_MS)
        page.get_by_role("link", name="回到态势").click()
        page.locator(".gap-list").wait_for()
        page.context.close()


def test_an_address_that_leads_nowhere_stays_at_the_desk(world: World, browser: Browser) -> None:
    page = open_page(world, browser, "/console/people/9")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".alarm-button, .dial-bar")).to_have_count(0)
    page.get_by_role("link", name="回到态势").click()
    page.locator(".gap-list").wait_for()
    page.context.close()


def test_an_alarm_that_cannot_be_fetched_yet_says_why_and_comes_by_itself(
    world: World, browser: Browser
) -> None:
    page = open_page(world, browser, "/console")
    page.locator(".gap-list .row").first.wait_for()
    page.route("**/api/coverage", lambda route: route.abort())
    page.goto(f"{world.server.url}/console/alarms/1")
    expect(page.get_by_text("连不上平台").first).to_be_visible(timeout=WAIT_MS)
    page.unroute("**/api/coverage")
    page.locator(".alarm-head h1").wait_for()
    page.context.close()


@pytest.mark.parametrize("locale", [pytest.param("zh-CN", marks=pytest.mark.hard), "en"])
def test_the_console_fits_a_phone(world: World, browser: Browser, locale: str) -> None:
    found: list[str] = []
    page = open_page(world, browser, "/console", role="district_admin", size=PHONE, locale=locale)
    paths = ("", "alarms", "alarms/1", "alarms/1/report", "guards", "drills", "devices", "escalation")
    for path in (*paths, "units", "channels"):
        page.goto(f"{world.server.url}/console/{path}")
        page.locator("main").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(SETTLED)
        found += [f"{path}: {one}" for one in faults(page, english=locale == "en")]
        keep(page, f"phone-console-{path.replace('/', '-')}-{locale}")
    page.context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_auditor_reads_the_log(world: World, browser: Browser, locale: str) -> None:
    page = open_page(world, browser, "/console", role="auditor", size=(1366, 768), locale=locale)
    page.locator("tbody tr").first.wait_for()
    page.locator("select").select_option("raise_alarm")
    page.wait_for_function(
        """() => [...document.querySelectorAll('tbody td:nth-child(2)')]
          .every((one) => one.textContent === document.querySelector('select').selectedOptions[0].textContent)"""
    )
    page.evaluate(SETTLED)
    found = faults(page, english=locale == "en")
    keep(page, f"audit-{locale}")
    page.get_by_role("searchbox").last.fill("nobody of this name")
    expect(page.locator("tbody tr")).to_have_count(0, timeout=WAIT_MS)
    page.context.close()
    assert found == []
