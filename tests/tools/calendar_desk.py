"""A desk at the calendar's pages, in a district whose primary schools have two peaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page
from sqlalchemy import insert

from server.places.tables import peak
from tests.tools.cast import Cast
from tests.tools.pressing import follow
from tests.tools.world import World, living

TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()
YEAR = TODAY.year + 1


@contextmanager
def two_peaks(template: Path, folder: Path) -> Iterator[World]:
    """Serve a small district whose primary schools have a second peak twelve hours from now."""
    database = folder / "huxue.db"
    database.write_bytes(template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        now = datetime.now(UTC)
        with world.store.transaction(now) as transaction:
            later = {"district_id": world.district.district_id, "kind": "afternoon_dismissal"}
            starts = now + timedelta(hours=12)
            if starts.hour == 23:  # no peak goes on after midnight
                starts -= timedelta(hours=1)
            ends = starts + timedelta(hours=1)
            new = insert(peak).values(**later, school_kind="primary", starts=starts.time(), ends=ends.time())
            transaction.connection.execute(new)
        world.until_heard()
        yield world


def desk(world: World, browser: Browser, role: str) -> Page:
    """Open the year's sheet at a desk."""
    page = Cast(browser, world).context(world.district.consoles[role], phone=False).new_page()
    page.goto(f"{world.server.url}/console")
    follow(page, "校历", "/console/calendar")
    page.locator(f'[data-date="{TODAY.isoformat()}"]').wait_for()
    return page
