"""Joint response in a browser: a unit taps through its link while a console looks on, and the pages are whole."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.alarm.tables.joint_response import joint_link
from tests.tools.cast import Cast
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.pressing import is_refused
from tests.tools.units import letters
from tests.tools.world import World, living

FIRE, OFFICE, HOSPITAL = "测试消防站", "测试教育局", "测试医院"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district with three units and a plan for two of them; its alarms are acknowledged at once."""
    folder = tmp_path_factory.mktemp("joint")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        numbers = [
            _made(world, "/api/units", {"name": name, **UNIT})["id"] for name in (FIRE, OFFICE, HOSPITAL)
        ]
        _made(world, "/api/joint-plans", {"lead_unit_id": numbers[0], "support_unit_ids": [numbers[1]]})
        yield world


UNIT = {"kind": "fire", "telephone": "19900090001", "desk": "测试台"}


def _made(world: World, path: str, body: dict[str, Any], who: str = "district_admin") -> dict[str, Any]:
    account = world.district.consoles[who]
    answer = world.post(account, path, {"request_id": str(uuid4()), **body})
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()
    return made


@pytest.fixture
def alarm(world: World) -> Iterator[dict[str, Any]]:
    """Raise an alarm that the station has acknowledged, so that it takes no screen, and end it afterwards."""
    told = _made(world, "/api/alarms", {"post_id": world.district.posts[0]}, "dispatcher")
    path = f"/api/alarms/{told['id']}"
    _made(world, f"{path}/acknowledgement", {}, "station_officer")
    yield told
    _made(world, f"{path}/resolution", {"outcome": "test", "finding": "完"}, "dispatcher")


def test_a_link_that_expires_under_the_thumb(world: World, browser: Browser, alarm: dict[str, Any]) -> None:
    page = Cast(browser, world).context(None, phone=True).new_page()
    page.goto(page_of(world, FIRE))
    seen = page.get_by_role("button", name="收到")
    seen.wait_for()
    with world.store.transaction(datetime.now(UTC)) as transaction:
        ends = update(joint_link).values(expires_at=datetime(2020, 1, 1, tzinfo=UTC))
        transaction.connection.execute(ends)
    is_refused(page, "/api/joint-links", seen.click, "link_expired")


def page_of(world: World, unit: str) -> str:
    """Give the page behind the newest link of a unit."""
    token = next(
        one["facts"]["token"] for one in reversed(letters(world.store)) if one["facts"]["unit"] == unit
    )
    return f"{world.server.url}/j/{token}"


def test_a_unit_taps_and_the_console_sees_it(world: World, browser: Browser, alarm: dict[str, Any]) -> None:
    cast = Cast(browser, world)
    desk = cast.context(world.district.consoles["dispatcher"], phone=False).new_page()
    desk.goto(f"{world.server.url}/console/alarms/{alarm['id']}")
    fire = desk.locator(".unit", has_text=FIRE)
    expect(fire).to_contain_text("已通知")
    expect(fire.locator("a")).to_have_attribute("href", "tel:19900090001")

    phone = cast.context(None, phone=True).new_page()
    phone.goto(page_of(world, FIRE))
    for act, state in (("收到", "已收到"), ("到场", "已到场")):
        phone.get_by_role("button", name=act).click()
        expect(phone.get_by_text("已送达")).to_be_visible()
        expect(fire).to_contain_text(state)
    expect(phone.get_by_role("button", name="出发")).to_have_count(0)

    # By the keyboard alone: the unit that no plan named.
    desk.keyboard.press("l")
    call = desk.get_by_role("dialog").get_by_role("button", name=f"呼叫{HOSPITAL}")
    # The dialog takes the focus itself once it is open.
    expect(desk.get_by_role("dialog").locator(":focus")).to_have_count(1)
    call.press("Enter")
    expect(desk.locator(".unit", has_text=HOSPITAL)).to_contain_text("配合")


def test_a_page_that_others_overtook_is_told_so_kindly(
    world: World, browser: Browser, alarm: dict[str, Any]
) -> None:
    cast = Cast(browser, world)
    context = cast.context(None, phone=True)
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.goto(page_of(world, OFFICE))
        page.get_by_role("button", name="收到").wait_for()
    pages[0].get_by_role("button", name="出发").click()
    expect(pages[0].get_by_text("已送达")).to_be_visible()
    pages[1].get_by_role("button", name="收到").click()
    expect(pages[1].get_by_role("status")).to_contain_text("已经回复过了")
    expect(pages[1].get_by_role("button", name="出发")).to_have_count(0)
    expect(pages[1].get_by_role("button", name="到场")).to_be_visible()


def test_the_page_draws_the_place_and_names_whom_to_ring_also_after_the_end(
    world: World, browser: Browser
) -> None:
    at = datetime.now(UTC).isoformat()
    fix = {"latitude": LATITUDE + 0.0009, "longitude": LONGITUDE + 0.0012, "accuracy_m": 25, "at": at}
    body = {"request_id": str(uuid4()), "post_id": world.district.posts[0], "fix": fix}
    told = world.post(world.district.guards[0][2], "/api/alarms", body).json()
    _made(world, f"/api/alarms/{told['id']}/acknowledgement", {}, "school_admin")
    page = Cast(browser, world).context(None, phone=True).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_of(world, FIRE))
    drawn = page.get_by_role("img", name="示意图")
    expect(drawn).to_be_visible()
    expect(page.get_by_role("figure")).to_contain_text("报警位置在校门东北方 1")
    expect(drawn).to_contain_text("校门")
    keep(page, "link-drawn")
    ring = page.get_by_role("link", name="打给派出所 0551-0000000")
    expect(ring).to_have_attribute("href", "tel:0551-0000000")
    assert [url for url in asked if not url.startswith(world.server.url)] == []

    body = {"outcome": "test", "finding": "完"}
    _made(world, f"/api/alarms/{told['id']}/resolution", body, "dispatcher")
    page.reload()
    expect(page.get_by_role("heading", name="这次警情已结束")).to_be_visible()
    expect(page.locator(".outcome")).to_have_text("这是一次测试")
    expect(ring).to_be_visible()
    keep(page, "link-closed")


def check(page: Page, name: str, *, english: bool) -> list[str]:
    """List what is wrong with a page, and keep its picture."""
    page.evaluate(SETTLED)
    keep(page, name)
    return [f"{name}: {one}" for one in faults(page, english=english)]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_page_behind_a_link_is_whole(
    world: World, browser: Browser, alarm: dict[str, Any], locale: str
) -> None:
    context = Cast(browser, world).context(None, phone=True, locale=locale, size=(360, 640))
    page, found = context.new_page(), []
    for path, name in ((page_of(world, FIRE), "link"), (f"{world.server.url}/j/nothing", "no-link")):
        page.goto(path)
        page.locator("h1").wait_for()
        found += check(page, f"{name}-{locale}", english=locale == "en")
    large = "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'))"
    context.add_init_script(large)
    page.goto(page_of(world, FIRE))
    page.locator(".acts button").first.wait_for()
    found += check(page, f"link-large-{locale}", english=locale == "en")
    heights = page.locator("button, a").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 47.9
    assert found == []


def test_the_first_tap_is_in_sight_without_scrolling(
    world: World, browser: Browser, alarm: dict[str, Any]
) -> None:
    """A small phone with letters a third larger: who is called answers before he looks at the map."""
    context = Cast(browser, world).context(None, phone=True, size=(360, 640))
    context.add_init_script(
        "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '130%'))"
    )
    page = context.new_page()
    page.goto(page_of(world, OFFICE))
    first = page.get_by_role("button", name="收到")
    expect(first).to_be_in_viewport(ratio=1)
    keep(page, "link-first-tap")
    context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_page_of_units_is_whole(world: World, browser: Browser, locale: str) -> None:
    cast, found = Cast(browser, world), []
    for role in ("dispatcher", "district_admin"):
        account = world.district.consoles[role]
        page = cast.context(account, phone=False, locale=locale, size=(1366, 768)).new_page()
        page.goto(f"{world.server.url}/console/units")
        page.locator(".block table").first.wait_for()
        found += check(page, f"units-{role}-{locale}", english=locale == "en")
        buttons = page.locator(".block .is-primary")
        assert buttons.count() == (2 if role == "district_admin" else 0)
        for number in range(buttons.count()):
            buttons.nth(number).click()
            page.get_by_role("dialog").wait_for()
            found += check(page, f"units-dialog-{number}-{locale}", english=locale == "en")
            page.keyboard.press("Escape")
            page.get_by_role("dialog").wait_for(state="hidden")
    assert found == []
