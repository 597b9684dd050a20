"""The console on a phone, and on a desk in the longer language: whatever is to be done stands on the screen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, update

from server.delivery.tables import hook
from tests.tools.cast import DESK, PHONE, Cast
from tests.tools.looks import SETTLED, keep
from tests.tools.world import World, living

PAGES = ("alarms", "guards", "drills", "devices", "units", "channels")
LOCALES = ("zh-CN", "en-GB")
LONG = "Wolfeschlegelsteinhausenbergerdorffnamen"

# Tables out of which something is reached by scrolling sideways alone.
SIDEWAYS_TABLES = """() => [...document.querySelectorAll('main table')]
  .filter((one) => {
    for (let up = one; up && up !== document.body; up = up.parentElement) {
      if (up.scrollWidth > up.clientWidth + 1 && getComputedStyle(up).display !== 'inline') return true
    }
    return false
  })
  .map((one) => one.innerText.slice(0, 40))"""
# What somebody who answers is told about that does not fit, less his name.
CUT_SHORT = """() => [...document.querySelectorAll('.responder .why, .responder .not-reached, .unit p')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent.trim())"""

# Figures and words of the counters that stand on two lines or beyond their own, were there 201 posts of each state.
BROKEN_FIGURES = """() => {
  document.querySelectorAll('.counter b').forEach((one) => (one.textContent = '201'))
  return [...document.querySelectorAll('.counter b, .counter span span')].filter((one) => {
    const range = document.createRange()
    range.selectNodeContents(one)
    const words = range.getBoundingClientRect(), own = one.closest('.counter').getBoundingClientRect()
    return range.getClientRects().length > 1 || words.right > own.right + 1
  }).map((one) => one.textContent)
}"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with two alarms, one ended, a device, a unit with a plan and a drill ahead."""
    folder = tmp_path_factory.mktemp("small")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_ANSWER_WITHIN_S": "300", "HUXUE_REPEAT_S": "300"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
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
        drill = {"post_id": district.posts[1], "kind": "fire", "scenario": LONG, "notice": True}
        world.write(admin, "/api/drills", **drill, planned_for="2199-12-24T00:00:00Z")
        for post, ended in ((1, True), (1, False), (0, False)):
            alarm = world.write(
                district.guards[post][2], "/api/alarms", post_id=district.posts[post], fix=None
            )
            world.write(dispatcher, f"/api/alarms/{alarm['id']}/acknowledgement")
            if ended:
                path = f"/api/alarms/{alarm['id']}/resolution"
                world.write(dispatcher, path, outcome="test", finding=LONG)
        yield world


def go(page: Page, world: World, path: str) -> None:
    page.goto(f"{world.server.url}/console/{path}")
    page.locator("main").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLED)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("role", ["district_admin", "school_admin"])
def test_no_table_is_scrolled_sideways_on_a_phone(
    world: World, browser: Browser, role: str, locale: str
) -> None:
    account = world.district.consoles[role]
    page = Cast(browser, world).context(account, phone=False, locale=locale, size=PHONE).new_page()
    found: list[str] = []
    for path in PAGES:
        go(page, world, path)
        keep(page, f"small-{role}-{locale}-{path}")
        found += [f"{path}: {one}" for one in page.evaluate(SIDEWAYS_TABLES)]
    page.context.close()
    assert found == []


def test_no_page_is_scrolled_sideways_on_an_upright_tablet(world: World, browser: Browser) -> None:
    """It had the width of a desk, 1,000 pixels, on a screen of 768."""
    account = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(account, phone=False, size=(768, 1024)).new_page()
    found = []
    for path in PAGES:
        go(page, world, path)
        keep(page, f"tablet-{path}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(path)
    page.context.close()
    assert found == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_that_is_open_is_seen_among_its_tabs(world: World, browser: Browser, locale: str) -> None:
    account = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(account, phone=False, locale=locale, size=PHONE).new_page()
    for path in ("channels", "", "units"):
        go(page, world, path)
        expect(page.locator(".bar .tab.here")).to_be_in_viewport(ratio=0.99)
    bar = page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 120  # two lines and the tabs, whatever the language
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_no_button_of_the_bar_moves_away_when_the_first_press_turns_the_sound_on(
    world: World, browser: Browser, size: tuple[int, int]
) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False, size=size).new_page()
    go(page, world, "")
    bar = page.locator("header.bar")
    off = bar.get_by_role("button", name="声音未开，点这里打开")
    expect(off).to_be_visible()
    keep(page, f"bar-silent-{size[0]}")
    links = [bar.get_by_role("button", name=name) for name in ("English", "退出")]
    before = [one.bounding_box() for one in links]
    off.click()
    expect(off).to_have_count(0)
    assert [one.bounding_box() for one in links] == before
    keep(page, f"bar-heard-{size[0]}")
    links[0].click()
    expect(bar.get_by_role("button", name="中文")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_an_alarm_shows_its_end_and_says_everything_of_those_who_were_asked(
    world: World, browser: Browser, size: tuple[int, int], locale: str
) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False, locale=locale, size=size).new_page()
    go(page, world, "alarms/3")
    keep(page, f"small-alarm-{locale}-{size[0]}")
    expect(page.locator(".actions .is-alarm")).to_be_in_viewport(ratio=0.99)
    expect(page.locator(".open-alarms a")).to_have_count(1)
    toolbar, standing, clock = (
        page.locator(one).bounding_box()
        for one in (".actions", ".alarm-head .standing", ".alarm-head .clock")
    )
    assert toolbar is not None
    assert standing is not None
    assert clock is not None
    assert toolbar["height"] < 80  # one line of buttons
    # Where one is cut, it fades: there is more.
    fades = page.locator(".actions > .is-alarm").evaluate("(one) => getComputedStyle(one, '::before').width")
    assert fades == ("32px" if size == PHONE else "auto")
    assert clock["y"] < standing["y"] + standing["height"]
    assert page.evaluate(CUT_SHORT) == []
    page.context.close()


def test_the_page_of_all_alarms_has_no_link_to_itself(world: World, browser: Browser) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False).new_page()
    go(page, world, "alarms")
    expect(page.locator(".alarm-rail .card")).to_have_count(2)
    expect(page.get_by_role("link", name="全部报警")).to_have_count(0)
    go(page, world, "")
    expect(page.get_by_role("link", name="全部报警")).to_have_count(1)
    page.context.close()


def test_a_post_opens_by_one_tap_on_a_phone_and_is_seen(world: World, browser: Browser) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False, size=PHONE).new_page()
    go(page, world, "")
    page.locator(".gap-list .row").first.click()
    expect(page.locator(".rail .panel h2")).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("button", name="返回")).to_be_in_viewport(ratio=0.99)
    keep(page, "small-post")
    # Of two open alarms the bar has room for one, and a way to all.
    page.locator(".open-alarms .more").click()
    page.wait_for_url("**/console/alarms")
    page.context.close()


def test_a_schools_console_on_a_phone_begins_with_its_gaps(world: World, browser: Browser) -> None:
    account = world.district.consoles["school_admin"]
    page = Cast(browser, world).context(account, phone=False, size=PHONE).new_page()
    go(page, world, "")
    keep(page, "small-school")
    expect(page.locator(".gap-list h2")).to_be_in_viewport(ratio=0.99)
    boxes = [page.locator(one).bounding_box() for one in (".gap-list", ".strip", ".map-space")]
    tops = [box["y"] for box in boxes if box is not None]
    assert len(tops) == 3
    assert tops == sorted(tops)
    page.context.close()


def test_the_cards_of_two_alarms_are_whole_beside_the_map(world: World, browser: Browser) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False, locale="en-GB").new_page()
    go(page, world, "")
    cards = page.locator(".alarm-rail .card")
    expect(cards).to_have_count(2)
    keep(page, "small-cards")
    assert cards.evaluate_all("(all) => all.every((one) => one.scrollHeight <= one.clientHeight + 1)")
    page.context.close()


@pytest.mark.parametrize(
    ("path", "button", "first"),
    [("units", "添加单位", "INPUT"), ("units", "添加预案", "SELECT"), ("channels", "增加群或接口", "SELECT")],
)
def test_a_dialog_begins_at_its_first_entry(
    world: World, browser: Browser, path: str, button: str, first: str
) -> None:
    account = world.district.consoles["district_admin"]
    page = Cast(browser, world).context(account, phone=False).new_page()
    go(page, world, path)
    page.get_by_role("button", name=button).click()
    page.wait_for_function("(first) => document.activeElement.tagName === first", arg=first, timeout=5000)
    assert page.evaluate("() => document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=button)).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_bar_is_filled_from_its_edge_as_far_as_it_says(
    world: World, browser: Browser, size: tuple[int, int]
) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False, size=size).new_page()
    go(page, world, "")
    bar = page.get_by_role("progressbar", name="高峰进行到")
    whole, part = bar.bounding_box(), bar.locator("i").bounding_box()
    assert whole is not None
    assert part is not None
    assert whole["height"] == 6
    assert (part["x"], part["y"], part["height"]) == (whole["x"], whole["y"], whole["height"])
    share = part["width"] / whole["width"] * 100
    assert abs(share - int(bar.get_attribute("aria-valuenow") or "0")) < 2
    keep(page, f"peak-{size[0]}")
    for path in ("drills", "devices"):
        go(page, world, path)
        edges = page.locator("main .bar").evaluate_all(
            "(all) => all.map((one) => getComputedStyle(one).padding)"
        )
        assert set(edges) <= {"0px"}
    page.context.close()


def test_a_room_to_which_an_alarm_went_meanwhile_says_so(world: World, browser: Browser) -> None:
    district, now = world.district, datetime.now(UTC)
    with world.store.transaction(now) as transaction:
        room = {"district_id": district.district_id, "channel": "chat", "format": "wecom", "name": "Room"}
        address = {"url": "https://rooms.example/x", "enabled": True, "changed_at": now}
        transaction.connection.execute(insert(hook).values(**room, **address))
    page = Cast(browser, world).context(district.consoles["district_admin"], phone=False).new_page()
    page.clock.install()
    go(page, world, "channels")
    row = page.locator(".hook", has_text="Room")
    expect(row).to_contain_text("还没发过")
    with world.store.transaction(now) as transaction:
        transaction.connection.execute(update(hook).values(last_ok_at=now, last_try_at=now))
    page.clock.fast_forward(11_000)
    expect(row).to_contain_text("已发出")
    page.context.close()


@pytest.mark.parametrize("locale", LOCALES)
def test_figures_of_a_large_district_are_whole_on_a_phone(
    world: World, browser: Browser, locale: str
) -> None:
    account = world.district.consoles["dispatcher"]
    page = Cast(browser, world).context(account, phone=False, locale=locale, size=PHONE).new_page()
    go(page, world, "")
    assert page.evaluate(BROKEN_FIGURES) == []
    keep(page, f"small-counters-{locale}")
    page.context.close()
