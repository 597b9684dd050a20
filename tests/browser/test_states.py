"""What pages look like when things are not as usual: late, waiting, queued, refused, undelivered, stale, ended.

``TESTS_LOOK=FOLDER`` keeps a picture of each.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from server.delivery.tables import message
from tests.browser.test_pages import DESKS, PHONES, watched
from tests.tools.cast import WAIT_MS, Cast, press_alarm
from tests.tools.duty import suspend
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.world import World, living

BOTH = pytest.mark.parametrize("locale", ["zh-CN", "en"])


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which whoever comes now is late, and a unit is told of each alarm."""
    folder = tmp_path_factory.mktemp("states")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_GRACE_MINUTES="0") as world:
        admin = world.district.consoles["district_admin"]
        unit = {"name": "测试消防站", "kind": "fire", "telephone": "19900090001", "desk": "测试台"}
        number = world.write(admin, "/api/units", **unit)["id"]
        world.write(admin, "/api/joint-plans", lead_unit_id=number, support_unit_ids=[])
        yield world


class Look:
    """A page in a language, and what is found wrong with it."""

    def __init__(self, browser: Browser, world: World, account: int | None, locale: str, **more: int) -> None:
        self.world, self.locale = world, locale
        phone = account not in world.district.consoles.values()
        self.cast = Cast(browser, world)
        self.context = self.cast.context(
            account, phone=phone, locale=locale, size=(PHONES if phone else DESKS)[locale], **more
        )
        self.page: Page = self.context.new_page()
        self.complaints = watched(self.page)

    def open(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.world.server.url + path)

    def assert_whole(self, name: str, shown: str) -> None:
        """Wait for what the page must show, and find nothing wrong."""
        self.page.locator(shown).first.wait_for(timeout=WAIT_MS)
        self.page.evaluate(SETTLED)
        keep(self.page, f"{name}-{self.locale}")
        found = faults(self.page, english=self.locale == "en")
        # A lost line is what some of these are about; axe complains of a style sheet that has not come yet.
        found += [
            one for one in self.complaints if not re.search(r"ERR_|socket|preload assets", one, re.IGNORECASE)
        ]
        assert found == [], name


def seat_for(locale: str, *, zh: int, en: int) -> int:
    """Give each language a guard of its own: one cannot check in twice."""
    return zh if locale == "zh-CN" else en


def give_up_texts(world: World, alarm_id: int) -> None:
    """Make the texts of an alarm that has ended such that had not left by then."""
    given_up = {"state": "failed", "reason": "alarm_over", "sent_at": None}
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(
            update(message)
            .where(message.c.alarm_id == alarm_id, message.c.channel != "socket")
            .values(**given_up)
        )


@BOTH
def test_late(world: World, browser: Browser, locale: str) -> None:
    look = Look(browser, world, world.district.guards[2][seat_for(locale, zh=0, en=1)], locale, post=2)
    look.open("/p/TESTPOST03")
    look.page.locator("button.act").tap()
    look.assert_whole("late", ".verdict.late")


@BOTH
def test_waits(world: World, browser: Browser, locale: str) -> None:
    look = Look(browser, world, world.district.guards[2][seat_for(locale, zh=2, en=3)], locale, post=0)
    look.open("/p/TESTPOST03")
    look.page.locator("button.act").tap()
    look.assert_whole("waits", ".verdict.waits")


@BOTH
def test_queued(world: World, browser: Browser, locale: str) -> None:
    look = Look(browser, world, world.district.guards[2][seat_for(locale, zh=4, en=5)], locale, post=2)
    look.open("/p/TESTPOST03")
    look.page.locator("button.act").wait_for()
    look.context.set_offline(True)
    look.page.locator("button.act").tap()
    look.assert_whole("queued", ".verdict.queued")


@BOTH
def test_refused(world: World, browser: Browser, locale: str) -> None:
    seat = seat_for(locale, zh=2, en=3)
    world.check_in(0, seat)
    look = Look(browser, world, world.district.guards[0][seat], locale, post=2)
    look.open("/p/TESTPOST03")
    look.page.locator("button.act").tap()
    look.assert_whole("refused", ".verdict.refused")


@BOTH
def test_an_alarm_that_is_not_delivered(world: World, browser: Browser, locale: str) -> None:
    seat = seat_for(locale, zh=0, en=1)
    world.check_in(1, seat)
    look = Look(browser, world, world.district.guards[1][seat], locale, post=1)
    look.open("/")
    look.page.get_by_text(re.compile("还要值岗|Still on duty")).wait_for()
    look.context.set_offline(True)
    press_alarm(look.page)
    look.page.wait_for_url("**/alarm")
    look.page.mouse.up()
    look.assert_whole("undelivered", "a[href='tel:110']")
    look.context.close()


@BOTH
def test_a_post_with_its_people_and_an_alarm_that_has_ended(
    world: World, browser: Browser, locale: str
) -> None:
    """The console's post panel; then the alarm of that post after its end, at the desk and on the phone."""
    raiser, dispatcher = world.district.guards[1][6], world.district.consoles["dispatcher"]
    if not world.get(raiser, "/api/duty").json()["check_in"]:
        world.check_in(1, 6)
        world.check_in(1, 5)
    desk = Look(browser, world, dispatcher, locale)
    desk.open("/console")
    row = desk.page.locator(".gap-list li button", has_text="青禾第2小学").first
    row.click()
    row.click()
    desk.assert_whole("post-panel", "section.panel .inside h3")
    body = {"request_id": str(uuid4()), "post_id": world.district.posts[1], "fix": None}
    alarm_id = world.post(raiser, "/api/alarms", body).json()["id"]
    path = f"/api/alarms/{alarm_id}"
    ended = {
        "request_id": str(uuid4()),
        "outcome": "real",
        "finding": "low blood sugar" if locale == "en" else "低血糖",
    }
    world.post(dispatcher, f"{path}/resolution", ended).raise_for_status()
    give_up_texts(world, alarm_id)
    desk.open(f"/console/alarms/{alarm_id}")
    desk.assert_whole("alarm-resolved", ".deliveries .failed .spoken")
    # Nobody is to be rung about what is over.
    expect(desk.page.get_by_text("测试消防站", exact=True)).to_be_visible()
    expect(desk.page.get_by_text(re.compile("请打电话|please (call|ring)"))).to_have_count(0)
    phone = Look(browser, world, raiser, locale, post=1)
    phone.open("/alarm")
    phone.assert_whole("phone-alarm-resolved", "main, section")


@BOTH
def test_a_console_without_its_server(world: World, browser: Browser, locale: str) -> None:
    look = Look(browser, world, world.district.consoles["station_officer"], locale)
    look.open("/console")
    look.page.locator(".gap-list").wait_for()
    look.context.set_offline(True)
    look.assert_whole("stale", ".stale-bar")


@BOTH
def test_a_suspended_account(world: World, browser: Browser, locale: str) -> None:
    """Nothing but the alarm is left to it, and each page says so in words."""
    guard = world.district.guards[0][seat_for(locale, zh=4, en=5)]
    suspend(world.store, guard, datetime.now(UTC))
    look = Look(browser, world, guard, locale)
    for path in ("/", "/p/TESTPOST01", "/record"):
        look.open(path)
        look.assert_whole(f"suspended{path.replace('/', '-')}", "main")
    look.open("/p/TESTPOST01")
    look.page.get_by_text(re.compile("账号已停用|account is suspended")).first.wait_for(timeout=WAIT_MS)
