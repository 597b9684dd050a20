"""Every page for everyone who sees it, in both languages and at the sizes that people have.

``HUXUE_LOOK=FOLDER`` keeps a picture of each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.tools.cast import Cast, browsing
from tests.tools.looks import faults, keep
from tests.tools.world import World, living

pytestmark = pytest.mark.alone
PHONES = ((360, 640), (390, 844))
DESKS = ((1366, 768), (1440, 900))


@dataclass(frozen=True)
class Viewer:
    """Someone, where he stands, and the addresses he opens; ``READY`` of each is what it must show first."""

    account: str  # "" signed out, "guard 0 3", or the role of a console account
    paths: tuple[tuple[str, str], ...]

    @property
    def phone(self) -> bool:
        return self.account.startswith("guard") or not any("/console" in path for path, _ready in self.paths)


VIEWERS = {
    "stranger": Viewer(
        "",
        (
            ("/", "main, form"),
            ("/p/TESTPOST01", "input"),
            ("/p/NOSUCHCODE", "main"),
            ("/scan", "main, video"),
            ("/demo", "main"),
            ("/nowhere", "main"),
        ),
    ),
    "coming": Viewer("guard 2 4", (("/", "main"), ("/p/TESTPOST03", "button.act"), ("/record", "main"))),
    "on-duty": Viewer("guard 1 2", (("/", "main"), ("/p/TESTPOST02", "main"), ("/record", "main"))),
    "called": Viewer("guard 1 3", (("/respond/1", "button"),)),
    "duty-leader": Viewer("guard 1 0", (("/", "main"),)),
    "raiser": Viewer("guard 0 2", (("/", "main"), ("/alarm", "main"))),
    "nobody-at-desk": Viewer("", (("/console/sign-in", "input"),)),
    **{
        role: Viewer(
            role,
            (
                ("/console", ".gap-list li"),
                ("/console/alarms", "main"),
                ("/console/alarms/1", "h1"),
                ("/console/guards", "main"),
            ),
        )
        for role in ("dispatcher", "station_officer", "school_admin", "auditor")
    },
}


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which two posts are manned and one alarm is open."""
    folder = tmp_path_factory.mktemp("pages")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="120") as world:
        for post in (0, 1):
            for seat in range(7):
                world.check_in(post, seat)
        raiser = world.district.guards[0][2]
        alarm = {"request_id": str(uuid4()), "post_id": world.district.posts[0], "fix": None}
        world.post(raiser, "/api/alarms", alarm).raise_for_status()
        yield world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all pages."""
    with browsing() as browser:
        yield browser


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


def watched(page: Page) -> list[str]:
    """Collect what the browser complains of; an answer that the page expects is no complaint."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(r"status of 4\d\d", message.text):
            complaints.append(f"browser: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda failure: complaints.append(f"script: {failure}"))
    return complaints


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("who", VIEWERS)
def test_pages_are_whole(world: World, browser: Browser, who: str, locale: str) -> None:
    viewer, cast = VIEWERS[who], Cast(browser, world)
    found: list[str] = []
    for number, size in enumerate(PHONES if viewer.phone else DESKS):
        context = open_as(cast, viewer, size, locale)
        page = context.new_page()
        complaints = watched(page)
        for path, ready in viewer.paths:
            page.goto(world.server.url + path)
            page.locator(ready).first.wait_for()
            page.wait_for_load_state("networkidle") if not viewer.account else page.wait_for_timeout(400)
            here = faults(page, english=locale == "en", axe=number == 0)
            found += [f"{path} at {size[0]}: {one}" for one in here + complaints]
            complaints.clear()
            keep(page, f"{who}{path.replace('/', '-')}-{locale}-{size[0]}")
        context.close()
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_registration_is_whole(world: World, browser: Browser, locale: str) -> None:
    found: list[str] = []
    for number, size in enumerate(PHONES):
        context = Cast(browser, world).context(None, phone=True, locale=locale, size=size)
        page = context.new_page()
        page.goto(f"{world.server.url}/p/TESTPOST01")
        page.get_by_role("textbox").first.fill(f"1990000888{number}{locale == 'en':d}"[:11])
        page.locator("form button[type=submit], form button").first.click()
        page.get_by_role("button", name=re.compile("填入|Fill|Use")).first.click()
        page.wait_for_url("**/register")
        page.locator("input[value=volunteer]").locator("..").click()
        found += [f"at {size[0]}: {one}" for one in faults(page, english=locale == "en", axe=number == 0)]
        keep(page, f"register-{locale}-{size[0]}")
        context.close()
    assert found == []
