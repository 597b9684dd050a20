"""Every page for everyone who sees it, in both languages and at the sizes that people have.

``HUXUE_LOOK=FOLDER`` keeps a picture of each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

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


# Run in a page before it is built: letters twice as large; text alone enlarged.
TWICE = "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'))"
LARGER_TEXT = """addEventListener('DOMContentLoaded', () => {
  document.body.style.textSizeAdjust = document.body.style.webkitTextSizeAdjust = '%s%%'
})"""

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
            ("/nowhere", "main"),
        ),
    ),
    "coming": Viewer("guard 2 4", (("/", "main"), ("/p/TESTPOST03", "button.act"), ("/record", "main"))),
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
            ),
        )
        for role in ("dispatcher", "station_officer", "school_admin")
    },
    "police-steps": Viewer("station_officer", (("/console/escalation", ".tier article"),)),
    "district_admin": Viewer(
        "district_admin",
        (("/console/escalation", ".tier article input"), ("/console/channels", "li .hook")),
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
    "auditor": Viewer("auditor", (("/console", "main"),)),
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


def watched(page: Page) -> list[str]:
    """Collect what the browser complains of; an answer that the page expects is no complaint."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(r"status of 4\d\d", message.text):
            complaints.append(f"browser: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda failure: complaints.append(f"script: {failure}"))
    return complaints


@pytest.mark.parametrize("who", ["called", "coming", "on-duty", "raiser"])
def test_letters_twice_as_large_fit(world: World, browser: Browser, who: str) -> None:
    viewer, found = VIEWERS[who], []
    context = open_as(Cast(browser, world), viewer, (360, 640), "zh-CN")
    context.add_init_script(TWICE)
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


@pytest.mark.parametrize("percent", [115, 135, 160])
def test_times_stay_whole_where_text_alone_is_larger(world: World, browser: Browser, percent: int) -> None:
    """As iOS and WeChat enlarge it: letters grow, and no length in rem does."""
    found: list[str] = []
    for who in ("coming", "on-duty"):
        viewer = VIEWERS[who]
        context = open_as(Cast(browser, world), viewer, (390, 844), "zh-CN")
        context.add_init_script(LARGER_TEXT % percent)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        for path, ready in viewer.paths:
            page.goto(world.server.url + path)
            page.locator(ready).first.wait_for()
            page.evaluate(SETTLED)
            found += [f"{path}: {one}" for one in faults(page, english=False)]
            keep(page, f"{who}{path.replace('/', '-')}-text-{percent}")
            assert page.evaluate("document.documentElement.classList.contains('large-text')") == (percent > 150)
        context.close()
    assert found == []


def in_sight(page: Page, *parts: Locator) -> None:
    """See that parts of a page are in its window all at once, and under no bar."""
    for part in parts:
        part.wait_for()
    boxes = [part.element_handle() for part in parts]
    page.wait_for_function(
        """(parts) => parts.every((part) => {
          const box = part.getBoundingClientRect()
          const bar = document.querySelector('.bottom, .dial').getBoundingClientRect().top
          return box.top >= 0 && box.bottom <= Math.min(innerHeight, bar > 0 ? bar : innerHeight) + 1
        })""",
        arg=boxes,
    )


def test_with_letters_twice_as_large_what_is_typed_sent_and_wrong_is_seen_together(
    world: World, browser: Browser
) -> None:
    context = Cast(browser, world).context(None, phone=True, size=(360, 640))
    context.add_init_script(TWICE)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(f"{world.server.url}/p/TESTPOST01")
    field, send = page.get_by_label("手机号"), page.get_by_role("button", name="获取短信验证码")
    field.tap()
    # The second height is what a keyboard leaves.
    for height in (640, 320):
        page.set_viewport_size({"width": 360, "height": height})
        in_sight(page, field, send)
        bar = page.locator(".dial").bounding_box()
        assert bar is not None
        assert bar["height"] <= height / 6
        keep(page, f"typing-{height}")
    field.fill("1990000")
    send.tap()
    in_sight(page, field, page.get_by_role("alert").filter(has_text="还差 4 位"), send)
    field.fill("19900008883")
    send.tap()
    cells, give = page.get_by_label("6 位短信验证码"), page.get_by_role("button", name="确定", exact=True)
    cells.fill("00")
    in_sight(page, cells)
    give.tap()
    in_sight(page, page.get_by_role("alert").filter(has_text=re.compile(".")))
    page.set_viewport_size({"width": 360, "height": 640})
    page.get_by_role("button", name="填入").tap()
    page.wait_for_url("**/register")
    page.get_by_role("textbox", name="姓名").fill("测试")
    page.get_by_role("button", name="登记", exact=True).tap()
    missing = page.get_by_role("alert").filter(has_text="请选择您的身份")
    in_sight(page, missing, page.locator(".tiles label").first)
    keep(page, "register-missing-large")
    page.locator("input[value=volunteer]").locator("..").tap()
    missing.wait_for(state="detached")
    context.close()


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
