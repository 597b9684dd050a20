"""Every page for everyone who sees it, in both languages and at the sizes that people have.

``TESTS_LOOK=FOLDER`` keeps a picture of each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.tools.cast import Cast
from tests.tools.duty import has_page_open
from tests.tools.gateway import Gateway
from tests.tools.looks import SETTLED, faults, keep
from tests.tools.outward import PRIVATE_KEY, PUBLIC_KEY, add_hook
from tests.tools.world import World, living

# English words are the longer ones: they meet the narrow screens.
PHONES = {"en": (360, 640), "zh-CN": (390, 844)}
DESKS = {"en": (1280, 720), "zh-CN": (1440, 900)}
WAIT_MS = 30_000
# The line about notices shows only where the server could send some.
KEYS = {
    "HUXUE_PUSH_PUBLIC_KEY": PUBLIC_KEY,
    "HUXUE_PUSH_PRIVATE_KEY": PRIVATE_KEY,
    "HUXUE_PUSH_SUBJECT": "mailto:ops@huxue.example",
}


@dataclass(frozen=True)
class Viewer:
    """Someone, where he stands, and the addresses he opens; ``READY`` of each is what it must show first."""

    account: str  # "" signed out, "guard 0 3", or the role of a console account
    paths: tuple[tuple[str, str], ...]

    @property
    def phone(self) -> bool:
        return self.account.startswith("guard") or not any("/console" in path for path, _ready in self.paths)


VIEWERS = {
    "called": Viewer("guard 1 2", (("/respond/1", "button:text('我去'), button:text('I am going')"),)),
    "stranger": Viewer(
        "",
        (
            ("/", "main, form"),
            ("/p/TESTPOST01", "input"),
            ("/p/NOSUCHCODE", "main"),
            ("/scan", "main, video"),
            ("/demo", "main"),
            ("/privacy", "main details"),
            ("/nowhere", "main"),
        ),
    ),
    "coming": Viewer(
        "guard 2 4",
        (
            ("/", "main"),
            ("/p/TESTPOST03", "button.act"),
            ("/record", "main"),
            ("/duties", "main .card"),
            ("/hours", "main .card"),
        ),
    ),
    "on-duty": Viewer(
        "guard 1 5", (("/", "main h1, main h2"), ("/p/TESTPOST02", "main"), ("/record", "main"))
    ),
    "not-called": Viewer("guard 1 5", (("/respond/1", "button"),)),
    "duty-leader": Viewer("guard 0 0", (("/record", ".strip.call"), ("/respond/1", "button"))),
    "raiser": Viewer("guard 0 2", (("/", ".strip.open"), ("/alarm", ".head.acknowledged"))),
    "nobody-at-desk": Viewer("", (("/console/sign-in", "input"),)),
    **{
        role: Viewer(
            role,
            (
                ("/console", ".gap-list"),
                ("/console/alarms", "main"),
                ("/console/alarms/1", "h1"),
                ("/console/guards", "main"),
                ("/console/channels", "table, .done"),
                ("/console/roster?school=1", ".roster-page .seat"),
                ("/console/roster/forecast", "tbody tr"),
                ("/console/calendar", ".months"),
                ("/console/calendar/peaks", ".cards"),
                ("/console/calendar/staffing", ".needs"),
            ),
        )
        for role in ("dispatcher", "station_officer", "school_admin")
    },
    "police-steps": Viewer("station_officer", (("/console/escalation", ".tier article"),)),
    "district_admin": Viewer(
        "district_admin",
        (
            ("/console/calendar", ".fill"),
            ("/console/calendar/peaks", ".own"),
            ("/console/calendar/staffing", ".rule-form"),
            ("/console/escalation", ".tier article input"),
            ("/console/channels", "li .hook"),
            ("/console/exports", "form"),
        ),
    ),
    "drills-and-devices": Viewer(
        "district_admin",
        (
            ("/console/drills", ".figure"),
            ("/console/devices", "form"),
            ("/console/alarms/1/report", "footer code"),
        ),
    ),
    "school-report": Viewer("school_admin", (("/console/alarms/1/report", "footer code"),)),
    "auditor": Viewer("auditor", (("/console", "main"), ("/console/exports", "form"))),
}


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which two posts are manned and one alarm is open."""
    folder = tmp_path_factory.mktemp("pages")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300", **KEYS) as world:
        for post in (0, 1):
            for seat in range(7):
                world.check_in(post, seat)
        raiser = world.district.guards[0][2]
        alarm = {"request_id": str(uuid4()), "post_id": world.district.posts[0], "fix": None}
        answer = world.post(raiser, "/api/alarms", alarm)
        answer.raise_for_status()
        # An alarm that nobody has acknowledged takes a console's screen from every other page.
        path = f"/api/alarms/{answer.json()['id']}"
        dispatcher = world.district.consoles["dispatcher"]
        world.post(dispatcher, f"{path}/acknowledgement", {"request_id": str(uuid4())}).raise_for_status()
        going = {"request_id": str(uuid4()), "state": "responding"}
        world.post(world.district.guards[0][0], f"{path}/responses", going).raise_for_status()
        for kind in ("wecom", "feishu"):
            values = {"format": kind, "name": kind.title()}
            add_hook(world.store, world.district.district_id, Gateway(port=1), datetime.now(UTC), **values)
        yield world


def open_as(cast: Cast, viewer: Viewer, size: tuple[int, int], locale: str) -> BrowserContext:
    """Open a browser for someone."""
    district = cast.world.district
    account, post = None, 0
    if viewer.account.startswith("guard"):
        post, seat = map(int, viewer.account.split()[1:])
        account = district.guards[post][seat]
    elif viewer.account:
        account = district.consoles[viewer.account]
    return cast.context(account, phone=viewer.phone, post=post, locale=locale, size=size)


# An answer that the page expects, and that a test's phone installs no service worker (``Cast.context``).
EXPECTED = r"status of 4\d\d|Service Worker registration blocked"


def watched(page: Page) -> list[str]:
    """Collect what the browser complains of and should not."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(EXPECTED, message.text):
            complaints.append(f"browser: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda failure: complaints.append(f"script: {failure}"))
    return complaints


@pytest.mark.parametrize("who", ["called", "coming", "on-duty", "raiser"])
def test_letters_twice_as_large_fit(world: World, browser: Browser, who: str) -> None:
    viewer, found = VIEWERS[who], []
    context = open_as(Cast(browser, world), viewer, (360, 640), "zh-CN")
    context.add_init_script(
        "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'))"
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    for path, ready in viewer.paths:
        page.goto(world.server.url + path)
        page.locator(ready).first.wait_for()
        page.evaluate(SETTLED)
        found += [f"{path}: {one}" for one in faults(page, english=False)]
        keep(page, f"{who}{path.replace('/', '-')}-large")
    context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("who", VIEWERS)
def test_pages_are_whole(world: World, browser: Browser, who: str, locale: str) -> None:
    viewer, cast = VIEWERS[who], Cast(browser, world)
    found: list[str] = []
    context = open_as(cast, viewer, (PHONES if viewer.phone else DESKS)[locale], locale)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    complaints = watched(page)
    for path, ready in viewer.paths:
        page.goto(world.server.url + path)
        page.locator(ready).first.wait_for()
        page.evaluate(SETTLED)
        found += [f"{path}: {one}" for one in faults(page, english=locale == "en") + complaints]
        complaints.clear()
        keep(page, f"{who}{path.replace('/', '-')}-{locale}")
    context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_registration_is_whole(world: World, browser: Browser, locale: str) -> None:
    context = Cast(browser, world).context(None, phone=True, locale=locale, size=PHONES[locale])
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(f"{world.server.url}/p/TESTPOST01")
    page.get_by_role("textbox").first.fill({"en": "19900008880", "zh-CN": "19900008881"}[locale])
    page.locator("form button[type=submit], form button").first.click()
    page.get_by_role("button", name=re.compile("填入|Fill|Use")).first.click()
    page.wait_for_url("**/register")
    page.locator("input[value=volunteer]").locator("..").click()
    found = faults(page, english=locale == "en")
    keep(page, f"register-{locale}")
    context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_dialogs_of_an_alarm_are_whole(world: World, browser: Browser, locale: str) -> None:
    dispatcher = world.district.consoles["dispatcher"]
    context = Cast(browser, world).context(dispatcher, phone=False, locale=locale, size=DESKS[locale])
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{world.server.url}/console/alarms/1")
    page.locator("h1").wait_for()
    found = []
    for key in ("d", "u", "t", "e"):
        page.keyboard.press(key)
        page.get_by_role("dialog").wait_for()
        page.evaluate(SETTLED)
        found += [f"{key}: {one}" for one in faults(page, english=locale == "en") + complaints]
        keep(page, f"dialog-{key}-{locale}")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
    context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_sheet_for_those_without_a_phone_is_whole(world: World, browser: Browser, locale: str) -> None:
    leader = world.district.guards[0][0]
    context = Cast(browser, world).context(leader, phone=True, locale=locale, size=PHONES[locale])
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    complaints = watched(page)
    page.goto(world.server.url)
    page.get_by_role("button", name=re.compile("帮没带手机的人|without a phone")).click()
    page.get_by_role("dialog").get_by_role("textbox").fill("测试2")
    page.evaluate(SETTLED)
    found = faults(page, english=False) + complaints
    keep(page, f"sheet-{locale}")
    context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_test_of_channels_shows_each_result_as_it_comes(
    world: World, browser: Browser, locale: str
) -> None:
    """One's own open page says by itself that it has had it; the form of a room is whole."""
    admin = world.district.consoles["district_admin"]
    context = Cast(browser, world).context(admin, phone=False, locale=locale, size=DESKS[locale])
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{world.server.url}/console/channels")
    # Another page of the same account may have been open a moment ago: this one must hear by itself.
    page.get_by_text(re.compile("实时|Live ")).first.wait_for()
    while not has_page_open(world.store, admin):
        page.evaluate(SETTLED)
    for button in ("给我发一次测试|Send me a test", "测试Wecom|Test Wecom"):
        page.get_by_role("button", name=re.compile(button)).click()
    page.get_by_text(re.compile("网页 *已送达|page *arrived", re.IGNORECASE)).wait_for()
    page.locator(".results li.sent").wait_for()
    page.evaluate(SETTLED)
    found = faults(page, english=locale == "en") + complaints
    keep(page, f"channel-test-{locale}")
    page.get_by_role("button", name=re.compile("修改Feishu|Edit Feishu")).click()
    page.get_by_role("dialog").wait_for()
    page.evaluate(SETTLED)
    found += faults(page, english=locale == "en") + complaints
    keep(page, f"hook-dialog-{locale}")
    context.close()
    assert found == []
