"""A volunteer waits on his phone for a place that is full, leaves the list, and gets the place that is given back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.people.tables import account
from tests.tools.cast import Cast
from tests.tools.duty import VOLUNTEER_1
from tests.tools.plans import edit
from tests.tools.pressing import is_refused, others_first, sends
from tests.tools.roster_desk import MONDAY, change
from tests.tools.world import World, living


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("waiting")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_SIGN_UP_DAYS="21") as world:
        yield world


def is_wait(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^排队等")).first.click()


def test_a_full_place_is_waited_for_and_given(world: World, browser: Browser) -> None:
    admin, other = world.district.consoles["district_admin"], world.district.guards[0][VOLUNTEER_1]
    me = world.district.guards[0][VOLUNTEER_1 + 1]
    teacher = world.district.guards[0][0]
    found = world.get(other, "/api/me/open-places").json()["items"]
    one = next(place for place in found if place["date"] >= str(MONDAY))
    named = {key: one[key] for key in ("post_id", "date", "peak")}
    world.write(other, "/api/me/places", **named)
    # The second seat is a draft of the school's, which counts as taken.
    third = next(number for number in world.district.guards[0] if number not in {me, other, teacher})
    make_volunteer(world, third)
    seats = [edit(named["post_id"], named["date"], "volunteer", third, number=2, peak=named["peak"])]
    world.write(admin, "/api/roster/seats", seats=seats, anyway=True)
    page = Cast(browser, world).context(me, phone=True).new_page()
    page.goto(f"{world.server.url}/duties")
    expect(page.get_by_role("heading", name="已满的班次")).to_be_visible()
    path = "/api/me/places/waiting"
    others_first(page, path, lambda: world.write(other, "/api/me/places/return", **named))
    is_refused(page, path, lambda: is_wait(page), "place_is_open")
    world.write(other, "/api/me/places", **named)
    page.reload()
    sends(page, path, lambda: is_wait(page))
    expect(page.get_by_text("您排第 1")).to_be_visible()
    sends(page, f"{path}/end", page.get_by_role("button", name=re.compile("^不等了")).click)
    expect(page.get_by_text("您排第 1")).to_have_count(0)
    sends(page, path, lambda: is_wait(page))
    expect(page.get_by_text("您排第 1")).to_be_visible()
    world.write(other, "/api/me/places/return", **named)
    page.reload()
    expect(page.locator(".next")).to_be_visible()
    [own] = world.get(me, "/api/me/duties").json()["items"]
    assert (own["date"], own["peak"]) == (named["date"], named["peak"])


def make_volunteer(world: World, number: int) -> None:
    change(world, account, number, category="volunteer")
