"""A desk by its keys and its sound: the police ring on after the school, and a whole alarm without a mouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tools.cast import WAIT_MS, Cast, browsing
from tests.tools.looks import keep
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests."""
    with browsing() as browser:
        yield browser


def write(world: World, who: int, path: str, **body: object) -> dict[str, Any]:
    answer = world.post(who, path, {"request_id": str(uuid4()), **body})
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told


def read(world: World, number: int) -> dict[str, Any]:
    told: dict[str, Any] = world.get(world.district.consoles["dispatcher"], f"/api/alarms/{number}").json()
    return told


def acts(world: World, number: int, act: str) -> list[dict[str, Any]]:
    return [entry for entry in read(world, number)["timeline"] if entry["act"] == act]


def press(world: World, post: int) -> int:
    """Raise an alarm by the button of a post's security guard."""
    guard = world.district.guards[post][2]
    number: int = write(world, guard, "/api/alarms", post_id=world.district.posts[post], fix=None)["id"]
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


def test_the_police_ring_on_after_the_school_and_hear_each_step_that_comes_again(
    world: World, browser: Browser
) -> None:
    number = press(world, 0)
    school, dispatcher = (world.district.consoles[role] for role in ("school_admin", "dispatcher"))
    write(world, school, f"/api/alarms/{number}/acknowledgement")
    of_school = open_desk(world, browser, "school_admin", f"/console/alarms/{number}")
    expect(of_school.locator(".actions .done")).to_be_visible()
    of_school.context.close()

    page = open_desk(world, browser, "dispatcher", "/console")
    page.wait_for_url(f"**/console/alarms/{number}")
    page.wait_for_function(RINGING)
    expect(page.locator(".standing")).to_contain_text("学校已接警，公安未接警")
    keep(page, "school-acknowledged-first")
    page.keyboard.press("q")
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
    write(world, dispatcher, f"/api/alarms/{number}/resolution", outcome="test", finding="Done")
    page.context.close()
