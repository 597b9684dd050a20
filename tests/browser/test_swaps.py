"""Two guards change duties on their phones, and the school agrees beside its week."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.people.tables import account
from server.roster.tables import swap
from tests.tools.cast import Cast
from tests.tools.duty import SECURITY_1, SECURITY_2
from tests.tools.plans import edit
from tests.tools.pressing import is_refused, others_first, press, sends
from tests.tools.roster_desk import MONDAY, change, own_school, seat
from tests.tools.world import World, living

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("swaps")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        admin = world.district.consoles["district_admin"]
        one, other = (world.district.guards[0][number] for number in (SECURITY_1, SECURITY_2))
        seats = [edit(1, str(MONDAY), "security", one), edit(1, str(TUESDAY), "security", other)]
        world.write(admin, "/api/roster/seats", seats=seats, anyway=True)
        week = f"/api/roster/week?school_id=1&week={MONDAY}"
        seen = world.get(admin, week).json()["fingerprint"]
        world.write(admin, "/api/roster/publication", school_id=1, week=str(MONDAY), seen=seen)
        yield world


def duties(world: World, browser: Browser, account_id: int) -> Page:
    page = Cast(browser, world).context(account_id, phone=True).new_page()
    page.goto(f"{world.server.url}/duties")
    page.get_by_role("heading", name="我的班次").wait_for()
    return page


def choose(page: Page, label: str) -> None:
    """Choose the first duty that can be chosen."""
    field = page.get_by_label(label)
    value = field.locator("option[value^='1 ']").first.get_attribute("value")
    field.select_option(value)


def test_a_duty_is_offered_taken_and_agreed(world: World, browser: Browser) -> None:
    one, other = (world.district.guards[0][number] for number in (SECURITY_1, SECURITY_2))
    desk, phone = own_school(world, browser), duties(world, browser, one)
    choose(phone, "想换出哪个班次")
    others_first(
        phone,
        "/api/me/swaps",
        lambda: world.write(one, "/api/me/swaps", post_id=1, date=str(MONDAY), peak=peak_of(world, one)),
    )
    is_refused(phone, "/api/me/swaps", lambda: press(phone, "拿出来换"), "swap_offered")
    card = phone.locator(".swaps")
    sends(phone, "/withdrawal", lambda: card.get_by_role("button", name=re.compile("^不换了")).click())
    expect(card.get_by_role("button", name=re.compile("^不换了"))).to_have_count(0)
    choose(phone, "想换出哪个班次")
    number = sends(phone, "/api/me/swaps", lambda: press(phone, "拿出来换"))["id"]
    expect(card).to_contain_text("等人来换")

    helper = duties(world, browser, other)
    taking = f"/api/me/swaps/{number}/taking"

    def tap() -> None:
        choose(helper, "用哪个班次换")
        helper.get_by_role("button", name=re.compile("^我来接")).click()

    def refused(code: str, first: Callable[[], object], after: Callable[[], object]) -> None:
        others_first(helper, taking, first)
        is_refused(helper, taking, tap, code)
        after()
        helper.reload()

    def state(what: str) -> Callable[[], None]:
        return lambda: change(world, swap, number, state=what)

    def suspended(who: int, status: str) -> Callable[[], None]:
        return lambda: change(world, account, who, status=status)

    refused("swap_taken", state("taken"), state("open"))
    refused("swap_over", state("over"), state("open"))
    refused("other_cannot_take", suspended(one, "suspended"), suspended(one, "approved"))
    sends(helper, taking, tap)
    expect(helper.locator(".swaps")).to_contain_text("等学校同意")
    leave = f"/api/me/swaps/{number}/withdrawal"
    stop = helper.get_by_role("button", name=re.compile("^不换了"))
    sends(helper, leave, stop.click)
    expect(stop).to_have_count(0)
    sends(helper, taking, tap)
    others_first(helper, leave, state("over"))
    is_refused(helper, leave, stop.click, "swap_over")
    state("taken")()

    desk.reload()
    decision = f"/api/roster/swaps/{number}/decision"

    def agree() -> None:
        desk.get_by_role("button", name=re.compile("^同意")).click()

    def held(code: str, first: Callable[[], object], after: Callable[[], object]) -> None:
        others_first(desk, decision, first)
        is_refused(desk, decision, agree, code)
        after()
        desk.reload()

    held("swap_over", state("over"), state("taken"))
    held("cannot_take", suspended(other, "suspended"), suspended(other, "approved"))
    held("other_cannot_take", suspended(one, "suspended"), suspended(one, "approved"))
    sends(desk, decision, agree)
    mine = seat(desk, "security")
    expect(mine).to_contain_text("测试14")
    mine.click()
    expect(desk.locator(".seat-panel")).to_contain_text("换班得来")
    phone.reload()
    expect(phone.locator(".next")).to_contain_text("已回答：会到岗")


def peak_of(world: World, who: int) -> str:
    [own] = world.get(who, "/api/me/duties").json()["items"]
    return str(own["peak"])


def test_a_swap_is_refused_by_the_school_and_late_ones_by_their_deadline(
    world: World, browser: Browser
) -> None:
    one, other = (world.district.guards[0][number] for number in (SECURITY_1, SECURITY_2))
    own = world.get(one, "/api/me/duties").json()["items"][0]
    named = {"post_id": 1, "date": own["date"], "peak": own["peak"]}
    number = world.write(one, "/api/me/swaps", **named)["id"]
    world.write(other, f"/api/me/swaps/{number}/taking", in_return=None)
    desk = own_school(world, browser)
    sends(
        desk,
        f"/api/roster/swaps/{number}/decision",
        desk.get_by_role("button", name=re.compile("^不同意")).click,
    )
    expect(desk.get_by_role("button", name=re.compile("^不同意"))).to_have_count(0)
    assert datetime.fromisoformat(own["starts_at"]) > datetime.now(UTC)
