"""Desks that plan a week in a real browser."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Table, update

from tests.tools.cast import Cast
from tests.tools.plans import MORNING_PEAK
from tests.tools.pressing import follow, press, sends
from tests.tools.world import World

TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()
# The week after the next: nothing of it is over, however late a test runs.
MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(days=14)


def desk(world: World, browser: Browser, role: str, size: tuple[int, int] | None = None) -> Page:
    """Open the roster at a desk."""
    account_id = world.district.consoles[role]
    page = Cast(browser, world).context(account_id, phone=False, size=size).new_page()
    page.goto(f"{world.server.url}/console")
    follow(page, "排班", "/console/roster**")
    return page


def own_school(world: World, browser: Browser, size: tuple[int, int] | None = None) -> Page:
    """Open the week after the next of the first school, as its user."""
    page = desk(world, browser, "school_admin", size)
    press(page, "下一周", "下一周")
    page.locator(f'[data-seat^="1 {MONDAY} "]').first.wait_for(state="attached")
    return page


def seat(page: Page, group: str, number: int = 1, day: int = 0, post: int = 1) -> Locator:
    """Give a seat by its group, its number and the day of the week."""
    on = MONDAY + timedelta(days=day)
    return page.locator(f'[data-seat="{post} {on} {MORNING_PEAK} {group} {number}"]')


def put_in(page: Page, one: Locator, name: str) -> None:
    """Let somebody take a seat."""
    one.click()
    sends(page, "/api/roster/seats", lambda: press(page, f"排入{name}"))
    expect(one).to_contain_text(name)


def change(world: World, table: Table, number: int, **values: object) -> None:
    """Change a row behind everybody's back."""
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(table).where(table.c.id == number).values(**values))
