"""A desk by its keys and its sound: the police ring on after the school, and a whole alarm without a mouse."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import WAIT_MS, Cast
from tests.tools.looks import keep
from tests.tools.pressing import next_alarm, settled
from tests.tools.world import World, living

# Keeps in the page what its loudspeaker was told to play.
LISTENING = """
window.tones = []
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (when) {
  window.tones.push(this.frequency.value)
  return start.call(this, when)
}"""
RINGING = "() => window.tones.some((tone, index) => tone === 740 && window.tones[index + 1] === 990)"
AGAIN = "() => window.tones.some((tone, index) => tone === 740 && window.tones[index + 1] === 740)"

# Keeps what would have been dialled: this machine has no telephone.
DIALLED = """() => {
  window.dialled = []
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="tel:"]')
    if (!link) return
    window.dialled.push(link.getAttribute('href'))
    event.preventDefault()
  })
}"""
FOCUSED = """() => {
  const one = document.activeElement
  return one.getAttribute('aria-label') ?? one.textContent.trim()
}"""


PAINTED = """() => {
  const canvas = document.querySelector('canvas.map-people')
  if (!canvas || !canvas.width) return false
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.some((part) => part > 0)
}"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with a full team at one post and nobody at the others; steps are repeated soon."""
    folder = tmp_path_factory.mktemp("desk")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {"HUXUE_ANSWER_WITHIN_S": "300", "HUXUE_REPEAT_S": "10"}
    with living(f"sqlite:///{database}", folder / "server.log", **settings) as world:
        for seat in range(7):
            world.check_in(1, seat)
        yield world


def read(world: World, number: int) -> dict[str, Any]:
    told: dict[str, Any] = world.get(world.district.consoles["dispatcher"], f"/api/alarms/{number}").json()
    return told


def acts(world: World, number: int, act: str) -> list[dict[str, Any]]:
    return [entry for entry in read(world, number)["timeline"] if entry["act"] == act]


def press(world: World, post: int) -> int:
    """Raise an alarm by the button of a post's security guard."""
    guard = world.district.guards[post][2]
    number: int = world.write(guard, "/api/alarms", post_id=world.district.posts[post], fix=None)["id"]
    return number


def open_desk(world: World, browser: Browser, role: str, path: str) -> Page:
    """Open a console that may be heard from the first key on."""
    context = Cast(browser, world).context(world.district.consoles[role], phone=False)
    context.add_init_script(LISTENING)
    page = context.new_page()
    page.goto(world.server.url + path)
    page.locator(".bar .tab").first.wait_for()
    page.keyboard.press("Shift")
    return page


def test_the_map_draws_those_who_share_their_place(world: World, browser: Browser) -> None:
    page = open_desk(world, browser, "dispatcher", "/console")
    ground = page.locator(".leaflet-container").first
    ground.focus()
    with page.expect_response(re.compile("/api/positions.*shape=dots"), timeout=WAIT_MS) as asked:
        while "is-zoomed" not in (ground.get_attribute("class") or ""):
            page.keyboard.press("+")
    dots = asked.value.json()["dots"]
    assert {dot[0] for dot in dots} == set(world.district.guards[1])
    page.wait_for_function(PAINTED, timeout=WAIT_MS)


def test_the_police_ring_on_after_the_school_and_hear_each_step_that_comes_again(
    world: World, browser: Browser
) -> None:
    number = press(world, 0)
    school, dispatcher = (world.district.consoles[role] for role in ("school_admin", "dispatcher"))
    world.write(school, f"/api/alarms/{number}/acknowledgement")
    of_school = open_desk(world, browser, "school_admin", f"/console/alarms/{number}")
    expect(of_school.locator(".actions .done")).to_be_visible()
    of_school.context.close()

    page = open_desk(world, browser, "dispatcher", "/console")
    page.wait_for_function(RINGING)
    next_alarm(page)
    page.wait_for_url(f"**/console/alarms/{number}")
    expect(page.locator(".alarm-head .standing")).to_contain_text("学校已接警，公安未接警")
    keep(page, "school-acknowledged-first")
    settled(page).keyboard.press("q")
    expect(page.locator(".actions .done")).to_be_visible()
    expect(page.get_by_role("button", name="静音")).to_have_count(0)
    said = [(entry["actor_id"], entry["facts"]["role"]) for entry in acts(world, number, "acknowledged")]
    assert said == [(school, "school_admin"), (dispatcher, "dispatcher")]
    assert read(world, number)["ladders"][2]["phase"] == "coming"

    # Silent now, and heard once more for a step that is taken again.
    page.evaluate("() => { window.tones.length = 0 }")
    page.wait_for_function(AGAIN, timeout=WAIT_MS)
    assert not page.evaluate(RINGING)
    assert any(entry["facts"]["cause"] == "repeated" for entry in acts(world, number, "called"))
    world.write(dispatcher, f"/api/alarms/{number}/resolution", outcome="test", finding="Done")
    page.context.close()


def tab_to(page: Page, label: str, most: int = 80) -> None:
    """Step by the tabulator to what is called so, as somebody without a mouse does."""
    for _tab in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(label):
            return
    raise AssertionError(f"{label} is not reached by the tabulator")


def end_by_keys(page: Page, outcome: str, finding: str) -> None:
    """End the alarm on the screen: its outcome by the arrows, its finding typed."""
    settled(page).keyboard.press("e")
    page.wait_for_function("() => document.activeElement.name === 'outcome'")
    page.keyboard.press("Space")
    while page.evaluate("() => document.activeElement.value") != outcome:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(finding)
    tab_to(page, "结束报警")
    page.keyboard.press("Enter")
    expect(page.locator(".finished")).to_contain_text(finding, timeout=WAIT_MS)


def test_an_alarm_is_handled_from_its_bar_to_its_end_by_keys_alone(world: World, browser: Browser) -> None:
    number = press(world, 1)
    page = open_desk(world, browser, "dispatcher", "/console")
    page.evaluate(DIALLED)
    next_alarm(page)
    page.wait_for_url(f"**/console/alarms/{number}")
    page.locator(".responder").first.wait_for()
    settled(page).keyboard.press("q")
    expect(page.locator(".actions .done")).to_be_visible()
    dispatcher = world.district.consoles["dispatcher"]
    assert [entry["actor_id"] for entry in acts(world, number, "acknowledged")] == [dispatcher]

    page.keyboard.press("c")
    assert page.evaluate("() => window.dialled") == ["tel:19900000102"]

    # Whoever is on duty at the post is asked already: release one, and add him again through the dialog.
    tab_to(page, "撤回")
    name = page.evaluate(FOCUSED).removeprefix("撤回")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline ol")).to_contain_text(f"撤回{name}")
    gone = [one for one in read(world, number)["responses"] if one["state"] == "released"]
    assert [entry["facts"]["account_id"] for entry in acts(world, number, "released")] == [
        one["account_id"] for one in gone
    ]

    page.keyboard.press("d")
    page.get_by_role("dialog").locator("li").first.wait_for()
    tab_to(page, "派")
    added = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator(".told")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    (entry,) = acts(world, number, "added")
    assert entry["actor_id"] == dispatcher, added

    page.keyboard.press("u")
    go = page.get_by_role("dialog").get_by_role("button", name="马上升级")
    expect(go).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert [entry["actor_id"] for entry in acts(world, number, "escalated")] == [dispatcher]

    end_by_keys(page, "false", "A ball against the gate")
    other = press(world, 2)
    next_alarm(page)
    page.wait_for_url(f"**/console/alarms/{other}")
    page.locator(".actions").wait_for()
    end_by_keys(page, "test", "Trying the button")
    ended = {one: (read(world, one)["outcome"], read(world, one)["finding"]) for one in (number, other)}
    assert ended == {number: ("false", "A ball against the gate"), other: ("test", "Trying the button")}
    page.context.close()


def test_nothing_moves_under_a_hand_when_another_alarm_comes(world: World, browser: Browser) -> None:
    """The page, the focus and the keys stay with the alarm that is worked on; it is ended by its name alone."""
    first = press(world, 0)
    page = open_desk(world, browser, "dispatcher", f"/console/alarms/{first}")
    page.locator(".actions").wait_for()
    page.get_by_role("button", name="确认接警").click()
    expect(page.locator(".actions .done")).to_be_visible()
    head = page.locator(".alarm-head").bounding_box()

    second = press(world, 1)
    bar = page.locator(".open-alarms.ringing .one")
    expect(bar).to_contain_text("青禾第2小学", timeout=WAIT_MS)
    page.wait_for_function(RINGING)
    assert page.url.endswith(f"/console/alarms/{first}")
    assert page.locator(".alarm-head").bounding_box() == head
    keep(page, "another-alarm")

    page.keyboard.press("n")
    page.keyboard.type("Seen at the gate")
    page.locator(".open-alarms:not(.fresh) .one").first.click()
    page.wait_for_url(f"**/console/alarms/{second}")
    # Meant for the page before: within a second after the change it does nothing.
    page.keyboard.press("e")
    assert page.get_by_role("dialog").count() == 0
    expect(page.locator(".timeline input")).to_have_value("")
    settled(page).keyboard.press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".alarm-name")).to_contain_text("青禾第2小学")
    go = dialog.get_by_role("button", name="结束报警")
    go.click()
    expect(dialog.get_by_text("请先选要结束的那一处。")).to_be_visible()
    dialog.locator(".which label", has_text="青禾第1小学").click()
    dialog.locator("input[name=outcome][value=test]").check()
    dialog.get_by_role("textbox").fill("Of the other one")
    go.click()
    expect(dialog.get_by_text("要结束另一起，请先打开那一起")).to_be_visible()
    keep(page, "named-another-place")
    assert {one["state"] for one in (read(world, first), read(world, second))} == {"open"}
    dialog.locator(".which label", has_text="青禾第2小学").click()
    go.click()
    expect(page.locator(".finished")).to_contain_text("Of the other one", timeout=WAIT_MS)
    assert (read(world, first)["state"], read(world, second)["state"]) == ("open", "resolved")

    # What was begun at the first one stands there still.
    next_alarm(page)
    page.wait_for_url(f"**/console/alarms/{first}")
    expect(page.locator(".timeline input")).to_have_value("Seen at the gate")
    page.reload()
    expect(page.locator(".timeline input")).to_have_value("Seen at the gate", timeout=WAIT_MS)
    world.write(
        world.district.consoles["dispatcher"],
        f"/api/alarms/{first}/resolution",
        outcome="test",
        finding="Done",
    )
    page.context.close()


def test_a_long_course_is_opened_to_its_beginning_and_stays_acknowledged(
    world: World, browser: Browser
) -> None:
    number = press(world, 2)
    dispatcher = world.district.consoles["dispatcher"]
    world.write(dispatcher, f"/api/alarms/{number}/acknowledgement")
    for which in range(45):
        world.write(
            dispatcher, f"/api/alarms/{number}/notes", text=f"Word {which + 1} of many", withdrawal=False
        )
    page = open_desk(world, browser, "dispatcher", f"/console/alarms/{number}")
    expect(page.locator(".actions .done")).to_be_visible()
    course = page.locator(".timeline ol")
    expect(course).to_contain_text("Word 45 of many")
    expect(course.get_by_text("Word 2 of many", exact=True)).to_have_count(0)
    earlier = course.get_by_role("button", name="显示更早的记录")
    earlier.scroll_into_view_if_needed()
    keep(page, "course-cut")
    earlier.click()
    expect(course.get_by_text("Word 2 of many", exact=True)).to_be_visible()
    expect(earlier).to_have_count(0)
    keep(page, "course-whole")
    world.write(dispatcher, f"/api/alarms/{number}/resolution", outcome="test", finding="Done")
    page.context.close()
