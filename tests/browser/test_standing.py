"""At the desk: an alarm of a stranger, put aside and let back, its places, and somebody who is let count."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.store.accounts import account
from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.insiders import Insiders, of_world
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.pressing import is_refused
from tests.tools.world import World, living

WIDE = (1440, 900)


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
    press_alarm(phone)
    expect(phone.get_by_text("只作记录")).to_be_visible(timeout=WAIT_MS)
    phone.mouse.up()
    keep(phone, "standing-phone")
    assert faults(phone, english=False) == []
    expect(note).to_contain_text("又按了 1 次", timeout=WAIT_MS)
    note.get_by_role("button", name="解除搁置").click()
    expect(note.get_by_role("button", name="解除搁置")).to_have_count(0, timeout=WAIT_MS)

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
