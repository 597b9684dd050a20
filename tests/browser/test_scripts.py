"""Names, notes and findings that are programs: every page shows them as text, and none of them runs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from server.delivery.tables import hook
from server.people.tables import account
from server.places.tables import post, school, station
from tests.tools.cast import Cast
from tests.tools.gateway import Gateway
from tests.tools.looks import SETTLED, keep
from tests.tools.outward import add_hook
from tests.tools.world import World, living

WAIT_MS = 30_000
IMAGE = '<img src=x onerror="window.ran=1">'
PAYLOADS = (
    IMAGE,
    "<svg/onload=window.ran=2>",
    "</script><script>window.ran=3</script>",
    "{{constructor.constructor('window.ran=4')()}}",
    "\"'><iframe srcdoc='<script>parent.ran=5</script>'>",
    "javascript:window.ran=6",
)
CONSOLE = (
    ("/console", ".gap-list"),
    ("/console/alarms", "main"),
    ("/console/alarms/1", "h1"),
    ("/console/alarms/1/report", "footer code"),
    ("/console/guards", "main"),
    ("/console/units", "main"),
    ("/console/channels", "li .hook"),
    ("/console/devices", "form"),
    ("/console/drills", ".figure"),
    ("/console/escalation", ".tier article"),
)
# Whoever is called sees the call on every page, so somebody else opens the others.
PAGES = {
    "district_admin": CONSOLE,
    "called": (("/respond/1", "button"),),
    "raiser": (
        ("/", ".strip.open"),
        ("/p/TESTPOST01", "main"),
        ("/record", "main"),
        ("/alarm", ".head.acknowledged"),
    ),
}
SEAT = {"called": 0, "raiser": 2}
FOUND = """() => ({
    ran: window.ran ?? 0,
    made: document.querySelectorAll('img[src=x], svg[onload], iframe, script:not([src])').length,
    shown: document.body.innerText.includes('<img src=x'),
})"""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a district in which everything that somebody may name is named with a program."""
    folder = tmp_path_factory.mktemp("scripts")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log", HUXUE_ANSWER_WITHIN_S="300") as world:
        for seat in range(7):
            world.check_in(0, seat)
        _name(world)
        _act(world)
        yield world


def _name(world: World) -> None:
    with world.store.transaction(datetime.now(UTC)) as transaction:
        for table in (station, school, post, account):
            named = table.c.id.cast(post.c.name.type)
            transaction.connection.execute(update(table).values(name=IMAGE + named))
        transaction.connection.execute(update(post).values(gate=IMAGE))
    add_hook(world.store, world.district.district_id, Gateway(port=1), datetime.now(UTC), format="wecom")
    with world.store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(update(hook).values(name=IMAGE))


def _act(world: World) -> None:
    district = world.district
    admin = district.consoles["district_admin"]

    def post_as(who: int, path: str, **body: Any) -> None:
        world.post(who, path, {"request_id": str(uuid4()), **body}).raise_for_status()

    post_as(district.guards[0][2], "/api/alarms", post_id=district.posts[0])
    post_as(admin, "/api/alarms/1/acknowledgement")
    for payload in PAYLOADS:
        post_as(admin, "/api/alarms/1/notes", text=payload)
        post_as(admin, "/api/alarms/1/follow-ups", text=payload, owner=payload[:60], due_on="2026-12-24")
        post_as(
            admin, "/api/units", name=payload[:40], kind="fire", telephone="0551-1234567", desk=payload[:40]
        )
    post_as(admin, "/api/devices", post_id=district.posts[0], label=IMAGE)
    drill = {"kind": "fire", "scenario": "\n".join(PAYLOADS), "notice": True}
    post_as(admin, "/api/drills", post_id=district.posts[0], planned_for="2199-12-24T00:00:00Z", **drill)


def _found(page: Page, path: str) -> tuple[str, int, int, bool]:
    said = page.evaluate(FOUND)
    return path, said["ran"], said["made"], said["shown"]


@pytest.mark.parametrize("who", PAGES)
def test_nothing_that_somebody_wrote_runs(world: World, browser: Browser, who: str) -> None:
    district, phone = world.district, who in SEAT
    number = district.guards[0][SEAT[who]] if phone else district.consoles[who]
    size = (390, 844) if phone else (1366, 768)
    context = Cast(browser, world).context(number, phone=phone, post=0, locale="en", size=size)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    found = []
    for path, ready in PAGES[who]:
        page.goto(world.server.url + path)
        page.locator(ready).first.wait_for()
        page.evaluate(SETTLED)
        found.append(_found(page, path))
        keep(page, f"scripts-{who}{path.replace('/', '-')}")
    context.close()
    assert [one for one in found if one[1] or one[2]] == []
    # The payloads were there to be run: nearly every page shows people, posts or words.
    assert sum(shown for _path, _ran, _made, shown in found) >= len(found) - 2, found
